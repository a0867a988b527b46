"""The client that reads whole answers, against a server that says exactly what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from trialog.outbound import AddressPolicy, FetchingClient, OutboundFault

pytestmark = pytest.mark.anyio
OK = b"HTTP/1.1 200 OK\r\n"


class Speaker:
    """A server that answers every request with the same bytes.

    Attributes:
        url: Its address.
        received: What it was sent, head and body.
    """

    def __init__(self, answer: bytes) -> None:
        self.url = ""
        self.received = b""
        self._answer = answer

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")), 0
        )
        self.received = head + await reader.readexactly(length)
        writer.write(self._answer)
        # The other side may have heard enough.
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()


@asynccontextmanager
async def speaking(answer: bytes) -> AsyncIterator[Speaker]:
    speaker = Speaker(answer)
    server = await asyncio.start_server(speaker.speak, "127.0.0.1", 0)
    speaker.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys?a=b"
    try:
        yield speaker
    finally:
        server.close()
        await server.wait_closed()


def client() -> FetchingClient:
    return FetchingClient(AddressPolicy(allow_private=True), schemes=("http",), seconds=10.0)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK + b"Content-Length: 5\r\n\r\nhello", 200, b"hello"),
        (OK + b"Content-Length: 5\r\n\r\nhello and more", 200, b"hello"),
        (OK + b"\r\nhello", 200, b"hello"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", 200, b"hello"),
        (OK + b"content-length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok", 200, b"ok"),
        # Nobody goes where it leads.
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", 302, b""),
        (b"HTTP/1.0 404 Not Found\r\n\r\nnothing", 404, b"nothing"),
    ],
)
async def test_an_answer_is_read_whole(answer: bytes, status: int, body: bytes) -> None:
    async with speaking(answer) as speaker:
        assert await client().fetch("GET", speaker.url, {"accept": "application/json"}) == (status, body)
        assert speaker.received.startswith(b"GET /keys?a=b HTTP/1.1\r\naccept: application/json\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        OK,
        OK + b"Content-Length: 6\r\n\r\nhello",
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        OK + b"Content-Length: 99999999\r\n\r\nhello",
        OK + b"X: " + b"a" * 50_000 + b"\r\n\r\n",
        OK + b"\r\n" + b"a" * (1024 * 1024 + 1),
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nz\r\nhello\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    ],
    ids=lambda answer: repr(answer[:60]),
)
async def test_what_is_no_answer_or_too_long_is_refused(answer: bytes) -> None:
    async with speaking(answer) as speaker:
        with pytest.raises(OutboundFault, match="answer"):
            await client().fetch("GET", speaker.url, {})


async def test_a_body_is_sent_with_its_length() -> None:
    async with speaking(OK + b"\r\n{}") as speaker:
        await client().fetch("POST", speaker.url, {"content-type": "text/plain"}, b"code=1")
        assert speaker.received.startswith(b"POST ")
        assert b"\r\nContent-Length: 6\r\n" in speaker.received
        assert speaker.received.endswith(b"\r\n\r\ncode=1")


async def test_nothing_is_sent_where_nobody_may_go() -> None:
    async with speaking(OK + b"\r\n") as speaker:
        with pytest.raises(OutboundFault, match="that the operator did not name") as fault:
            await FetchingClient(AddressPolicy(), schemes=("http",)).fetch("GET", speaker.url, {})
        assert speaker.received == b""
    assert fault.value.code == "outbound.unreachable_host"


async def test_what_went_wrong_is_said_in_its_own_words() -> None:
    async with speaking(OK) as speaker:
        address = speaker.url
    for url, code, message in (
        (address, "outbound.no_connection", "The connection failed"),
        ("ftp://127.0.0.1/", "outbound.bad_address", "can be asked"),
    ):
        with pytest.raises(OutboundFault, match=message) as fault:
            await client().fetch("GET", url, {})
        assert fault.value.code == code
        assert "webhook" not in fault.value.message.casefold()
