"""The guarded client: one POST to an address that a user named.

A name is resolved once, every address it stands for is checked, and the connection goes to a checked address itself:
between the check and the connection nobody is asked again. TLS and the Host header keep the name. No proxy, no
redirect, no cookie, no second request on a connection; of the answer only the head is read, within a bound of bytes
and of time.
"""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from trialog.errors import ConfigurationError, InvalidParameter
from trialog.outbound.addresses import AddressPolicy
from trialog.outbound.targets import Target, parse_target

# Who may make webhooks shall not learn by them which names the inside has and what listens there: one code and one
# sentence stand for all that goes wrong with a host, and one for all that goes wrong with a connection.
UNREACHABLE_HOST = "webhook.unreachable_host"
_NO_ANSWER = "No answer of HTTP came: the connection was refused, broke off, or something else was spoken."
HEAD_BYTES = 16 * 1024
_INTERIM_ANSWERS = 5
_UNREAD_BYTES = 64 * 1024
_UNREAD_SECONDS = 1.0
_CHECK_SECONDS = 10.0
_STATUS = re.compile(rb"HTTP/1\.[01] (?P<status>[1-5][0-9]{2})(?: [^\r\n]*)?\r\n")
_RETRY_AFTER = re.compile(rb"\r\nretry-after:[ \t]*(?P<seconds>[0-9]{1,6})[ \t]*\r\n", re.IGNORECASE)

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the numeric addresses that a name stands for; raises OSError if there are none."""


class OutboundFault(Exception):
    """A request that came to no answer.

    Args:
        code: Stable dotted name of the fault.
        message: What happened, without anything that the other side said.
        is_final: Whether sending it again cannot help.
    """

    def __init__(self, code: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.is_final = is_final


class Answer(NamedTuple):
    """All that is read of an answer.

    Args:
        status: HTTP status.
        retry_after_seconds: How long the other side asks to be left alone, if it says so in seconds.
    """

    status: int
    retry_after_seconds: int | None


def resolve(host: str, port: int) -> list[str]:
    """Return the numeric addresses that a name stands for on this machine.

    Args:
        host: A name or a numeric address.
        port: Where it will be connected to.

    Raises:
        OSError: It stands for none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedClient:
    """Sends to addresses that users name.

    Args:
        policy: Which addresses may be reached.
        schemes: URL schemes that may be used.
        seconds: How long one request may take in all.
        ca_certs: Certificates of authorities that are trusted beside those of the system.
        resolver: How names become addresses.

    Raises:
        ConfigurationError: The file of certificates cannot be read.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        schemes: Sequence[str] = ("https",),
        seconds: float = 30.0,
        ca_certs: Path | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._policy = policy
        self._schemes = tuple(schemes)
        self._seconds = seconds
        self._resolver = resolver
        self._ca_certs = ca_certs
        self._tls: ssl.SSLContext | None = None
        if ca_certs is not None:
            self._tls = _tls_context(ca_certs)

    async def check(self, url: str) -> None:
        """Refuse a URL that could not be sent to, as far as can be told without connecting.

        Raises:
            InvalidParameter: It is malformed, names nothing, or leads where nobody may go.
        """
        target = parse_target(url, self._schemes)
        try:
            async with asyncio.timeout(min(self._seconds, _CHECK_SECONDS)):
                await self._addresses(target)
        except TimeoutError as error:
            raise _unreachable(target.host) from error

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one POST and return the status that came back.

        Args:
            url: Where to.
            body: JSON.
            headers: Headers beside the usual ones: ASCII, one line each.

        Raises:
            OutboundFault: No answer came.
        """
        with self._faults():
            target = parse_target(url, self._schemes)
            return await self._exchange(target, _request(target, body, headers))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn whatever goes wrong with a request into its fault.

        Raises:
            OutboundFault: Something did.
        """
        try:
            yield
        except InvalidParameter as error:
            # A name that is unknown now may be known again in a moment; all else stays as wrong as it is.
            raise OutboundFault(error.code, error.message, is_final=error.code != UNREACHABLE_HOST) from error
        except TimeoutError as error:
            raise OutboundFault("webhook.timeout", f"It took more than {self._seconds:g} seconds.") from error
        except ssl.SSLCertVerificationError as error:
            raise OutboundFault(
                "webhook.certificate", f"The certificate was not accepted: {error.verify_message}."
            ) from error
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise OutboundFault("webhook.no_answer", _NO_ANSWER) from error

    async def _addresses(self, target: Target) -> Sequence[str]:
        """Return the checked addresses of a target; not one of them may be refused."""
        try:
            found = await _in_thread(lambda: self._resolver(target.host, target.port))
        except (OSError, UnicodeError) as error:
            raise _unreachable(target.host) from error
        if not found or not all(self._policy.allows(address) for address in found):
            raise _unreachable(target.host)
        return found

    async def _exchange(self, target: Target, request: bytes) -> Answer:
        async with asyncio.timeout(self._seconds) as limit:
            reader, writer = await self._connect(target)
            try:
                writer.write(request)
                await writer.drain()
                answer, head = await _read_answer(reader)
                limit.reschedule(None)  # from here on the answer is known and must not be lost
                await _let_finish(reader, head)
                return answer
            finally:
                # Not closed politely: that waits for the other side.
                writer.transport.abort()

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await self._addresses(target)
        connected = await _connect_to_first(addresses, target.port)
        try:
            if target.scheme == "http":
                return await asyncio.open_connection(sock=connected, limit=HEAD_BYTES)
            if self._tls is None:
                self._tls = await asyncio.to_thread(_tls_context, self._ca_certs)
            return await asyncio.open_connection(
                sock=connected, limit=HEAD_BYTES, ssl=self._tls, server_hostname=target.host
            )
        except BaseException:
            connected.close()
            raise


def _unreachable(host: str) -> InvalidParameter:
    return InvalidParameter(
        "webhook.unreachable_host",
        f"The host {host!r} is not known to the server's name resolution, or it stands for an address that webhooks may"
        " not reach: a private one, one of this machine, or one that is otherwise not public. Check its spelling, or"
        " try again; the operator can allow networks with TRIALOG_WEBHOOK_ALLOWED_NETWORKS.",
        host=host,
    )


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": "Trialog",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = f"POST {target.resource} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n".encode("ascii") + body


async def _connect_to_first(addresses: Sequence[str], port: int) -> socket.socket:
    """Connect to the first of several addresses that takes a connection."""
    loop = asyncio.get_running_loop()
    refusal: OSError | None = None
    for address in addresses:
        connecting = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            connecting.setblocking(False)
            # The address is numeric: no name is looked up here.
            await loop.sock_connect(connecting, (address, port))
        except OSError as error:
            connecting.close()
            refusal = error
        except BaseException:
            connecting.close()
            raise
        else:
            return connecting
    raise refusal or OSError("no address")


async def _read_answer(reader: asyncio.StreamReader) -> tuple[Answer, bytes]:
    """Return the answer and its head."""
    for _ in range(_INTERIM_ANSWERS):
        head = await reader.readuntil(b"\r\n\r\n")
        found = _STATUS.match(head)
        if found is None:
            break
        status = int(found["status"])
        if status >= 200:
            wait = _RETRY_AFTER.search(head)
            return Answer(status, int(wait["seconds"]) if wait else None), head
    raise OutboundFault("webhook.no_answer", _NO_ANSWER)


async def _let_finish(reader: asyncio.StreamReader, head: bytes) -> None:
    """Give the other side a moment to send its body, which is thrown away: many report an error if they cannot."""
    if b"\r\ncontent-length: 0\r\n" in head.lower():
        return
    try:
        async with asyncio.timeout(_UNREAD_SECONDS):
            await reader.read(_UNREAD_BYTES)
    except (TimeoutError, OSError):
        return


def _tls_context(ca_certs: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_certs is not None:
        try:
            context.load_verify_locations(ca_certs)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                "webhook.ca_certs",
                f"The certificates in {str(ca_certs)!r}, named by TRIALOG_WEBHOOK_CA_CERTS, cannot be read: {error}",
                path=str(ca_certs),
            ) from error
    return context


async def _in_thread(look_up: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Look a name up in a thread of its own: name resolution cannot be interrupted, and nobody shall wait for it."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(addresses: Sequence[str], error: Exception | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def work() -> None:
        addresses: Sequence[str] = ()
        failure: Exception | None = None
        try:
            addresses = look_up()
        except Exception as error:  # whatever it is belongs to the one who asked
            failure = error
        try:
            loop.call_soon_threadsafe(settle, addresses, failure)
        except RuntimeError:  # the loop was closed: nobody waits
            return

    threading.Thread(target=work, name="trialog-resolver", daemon=True).start()
    return await found
