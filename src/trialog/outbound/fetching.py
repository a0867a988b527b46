"""The guarded client for addresses of which the whole answer is wanted, within a bound."""

import asyncio
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

from trialog.errors import InvalidParameter
from trialog.outbound.client import UNREACHABLE_HOST, GuardedClient, OutboundFault
from trialog.outbound.targets import Target, parse_target

_MOST_BYTES: Final = 1024 * 1024
_INTERIM_ANSWERS: Final = 5
_PIECE: Final = 64 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (?P<status>[1-5][0-9]{2})(?: [^\r\n]*)?\r\n")
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(?P<bytes>[0-9]{1,12})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
_CHUNK_SIZE: Final = re.compile(rb"(?P<size>[0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_BAD_ADDRESS: Final = "The address is none that can be asked."
_UNREACHABLE: Final = (
    "The host is not known to the server's name resolution, or it stands for an address that is not asked: a private"
    " one, or one of this machine, that the operator did not name."
)
_NO_SENSE: Final = "The answer is none of HTTP, or is longer than is taken."


class FetchedAnswer(NamedTuple):
    """An answer.

    Args:
        status: HTTP status; a redirect is an answer as any other.
        body: All of its body.
    """

    status: int
    body: bytes


class FetchingClient(GuardedClient):
    """Asks addresses for something; as `GuardedClient` does, but the answer's body is read too.

    It is for addresses that the operator named: what went wrong is said as it is, as nobody else is told.
    """

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn whatever goes wrong with a request into its fault.

        Raises:
            OutboundFault: Something did.
        """
        try:
            yield
        except InvalidParameter as error:
            if error.code != UNREACHABLE_HOST:
                raise OutboundFault("outbound.bad_address", _BAD_ADDRESS, is_final=True) from error
            raise OutboundFault("outbound.unreachable_host", _UNREACHABLE) from error
        except TimeoutError as error:
            raise OutboundFault("outbound.timeout", f"It took more than {self._seconds:g} seconds.") from error
        except ssl.SSLCertVerificationError as error:
            raise OutboundFault(
                "outbound.certificate", f"The certificate was not accepted: {error.verify_message}."
            ) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutboundFault("outbound.no_connection", f"The connection failed: {reason}.") from error
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise _no_sense() from error

    async def fetch(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> FetchedAnswer:
        """Send one request and return what came back.

        Args:
            method: GET or POST.
            url: Where to.
            headers: Headers beside the usual ones: ASCII, one line each.
            body: Empty for GET.

        Raises:
            OutboundFault: No answer came, or one that is too long.
        """
        with self._faults():
            target = parse_target(url, self._schemes)
            request = _request(method, target, headers, body)
            async with asyncio.timeout(self._seconds):
                reader, writer = await self._connect(target)
                try:
                    writer.write(request)
                    await writer.drain()
                    return await _read_answer(reader)
                finally:
                    # Not closed politely: that waits for the other side.
                    writer.transport.abort()


def _request(method: str, target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = {
        **headers,
        "Host": target.authority,
        "User-Agent": "Trialog",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    if method == "GET":
        del lines["Content-Length"]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    if head.count("\n") != len(lines):
        raise ValueError("a header holds a line break")
    return f"{method} {target.resource} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


async def _read_answer(reader: asyncio.StreamReader) -> FetchedAnswer:
    for _ in range(_INTERIM_ANSWERS):
        head = await reader.readuntil(b"\r\n\r\n")
        found = _STATUS.match(head)
        if found is None:
            break
        status = int(found["status"])
        if status >= 200:
            return FetchedAnswer(status, await _read_body(reader, head))
    raise _no_sense()


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if _CHUNKED.search(head):
        return await _read_chunks(reader)
    if b"\r\ntransfer-encoding:" in head.lower():
        raise _no_sense()
    lengths = {int(length) for length in _LENGTH.findall(head)}
    if len(lengths) > 1:
        raise _no_sense()
    if lengths:
        length = lengths.pop()
        if length > _MOST_BYTES:
            raise _no_sense()
        return await reader.readexactly(length)
    pieces, size = [], 0
    while piece := await reader.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_BYTES:
            raise _no_sense()
    return b"".join(pieces)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        line = _CHUNK_SIZE.fullmatch(await reader.readuntil(b"\r\n"))
        if line is None:
            raise _no_sense()
        length = int(line["size"], 16)
        if length == 0:
            # What may follow are headers, which nobody reads; the connection ends here.
            return b"".join(pieces)
        size += length
        if size > _MOST_BYTES:
            raise _no_sense()
        pieces.append(await reader.readexactly(length))
        if await reader.readexactly(2) != b"\r\n":
            raise _no_sense()


def _no_sense() -> OutboundFault:
    return OutboundFault("outbound.no_sense", _NO_SENSE)
