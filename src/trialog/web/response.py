"""What is sent back: bytes at hand, or a stream of them."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import msgspec

from trialog.web.asgi import Send
from trialog.web.request import Request

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

JSON_TYPE: Final = (b"content-type", b"application/json")
encode_json = msgspec.json.Encoder().encode


class Response:
    """An answer whose bytes are at hand.

    Args:
        body: The bytes.
        status: HTTP status.
        headers: Headers beside the length and those that every answer has.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes = b"", status: int = 200, headers: Headers = ()) -> None:
        self.body = body
        self.status = status
        self.headers = headers

    async def send(self, request: Request, send: Send, common: Headers) -> None:
        """Send it.

        Args:
            request: What is answered.
            send: Takes the messages of ASGI.
            common: Headers that every answer has.
        """
        headers = [*self.headers, *common]
        if self.status != 204 and self.status != 304:
            headers.append((b"content-length", b"%d" % len(self.body)))
        # No await that can wait stands between the two, so that head and body leave in one packet.
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else self.body})


class StreamedResponse:
    """An answer whose bytes come piece by piece.

    Args:
        chunks: The bytes.
        close: Lets go of what they come from; awaited once in any case.
        length: How many bytes there are; None if that is not known beforehand.
        status: HTTP status.
        headers: Headers beside the length and those that every answer has.
    """

    __slots__ = ("_chunks", "_close", "_length", "headers", "status")

    def __init__(
        self,
        chunks: AsyncIterable[bytes],
        close: Callable[[], Awaitable[None]],
        length: int | None,
        status: int = 200,
        headers: Headers = (),
    ) -> None:
        self._chunks = chunks
        self._close = close
        self._length = length
        self.status = status
        self.headers = headers

    async def send(self, request: Request, send: Send, common: Headers) -> None:
        """Send it, no faster than the client reads and no longer than it listens.

        Args:
            request: What is answered.
            send: Takes the messages of ASGI.
            common: Headers that every answer has.
        """
        headers = [*self.headers, *common]
        if self._length is not None:
            headers.append((b"content-length", b"%d" % self._length))
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            if request.method == "HEAD":
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._send_chunks(request, send)
        finally:
            await self._close()

    async def _send_chunks(self, request: Request, send: Send) -> None:
        # Sending to a client that is gone raises nothing: without this the whole file would be read for nobody.
        disconnected = asyncio.ensure_future(request.wait_until_disconnected())
        try:
            async for chunk in self._chunks:
                if disconnected.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            disconnected.cancel()


Answer: TypeAlias = Response | StreamedResponse


def json_response(content: object, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(encode_json(content), status, (JSON_TYPE,))
