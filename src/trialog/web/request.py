"""One request: its head as it came, and its body whole or as a stream, within limits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from trialog.entities import EVERYBODY_IS_ADMIN, Identity
from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.web.asgi import Message, Receive, Scope

_SLOWEST_BYTES_PER_SECOND = 64 * 1024
_DISCARDED_BYTES = 64 * 1024 * 1024
_DISCARDING_SECONDS = 5.0
BODY_IS_THERE: Final[dict[str, dict[object, object]]] = {"trialog.body_is_there": {}}
"""Extension of ASGI by which a web server says that it has the whole body, so that nobody has to wait for it."""


class ClientDisconnected(Exception):
    """The client went away; nobody waits for an answer."""


class BodyTimeout(Exception):
    """The client did not send its body in time; the connection is of no more use."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much a client may send, and how slowly.

    Args:
        json_bytes: Largest JSON body.
        seconds: For JSON, time beyond what its length needs at 64 KiB/s; for a stream, the longest pause.
    """

    json_bytes: int
    seconds: float


class Request:
    """What a client asks for.

    Args:
        scope: The request's head, from the ASGI server.
        receive: Hands out the body.
        limits: How much of a body is taken, and how slowly.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path, percent-decoded; good for comparing, never for splitting.
        headers: By name in small letters; of a repeated one the last.
        path_parameters: What stands in the path at the places that its route names, percent-decoded once.
        identity: Who asks, as the access layer knows; never what the request says of itself.
        left_out: Ids that the request names and that were taken out of it, because who asks may not read them; by the
            field in which they stood.
        forwarded_address: IP address of the client, as a proxy in front says that is believed; None if none does.
        public_origin: Origin of the server's own pages, as the operator says browsers reach it; None if he does not.
    """

    __slots__ = (
        "_is_body_read",
        "_limits",
        "_receive",
        "_scope",
        "forwarded_address",
        "headers",
        "identity",
        "left_out",
        "method",
        "path",
        "path_parameters",
        "public_origin",
    )

    def __init__(self, scope: Scope, receive: Receive, limits: BodyLimits) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.path_parameters: dict[str, str] = {}
        # The application puts in its place who it is.
        self.identity: Identity = EVERYBODY_IS_ADMIN
        self.left_out: dict[str, tuple[str, ...]] = {}
        self.forwarded_address: str | None = None
        self.public_origin: bytes | None = None
        self._scope = scope
        self._receive = receive
        self._limits = limits
        self._is_body_read = False

    @property
    def address(self) -> str:
        """IP address of the client: that at the other end of the connection, or the one before a proxy; or empty."""
        if self.forwarded_address is not None:
            return self.forwarded_address
        client = self._scope.get("client")
        return str(client[0]) if client else ""

    @property
    def raw_path(self) -> bytes:
        """The path as it stands on the wire."""
        path: bytes = self._scope["raw_path"]
        return path

    @property
    def query_string(self) -> bytes:
        """The part of the address after `?`, as it stands on the wire."""
        query: bytes = self._scope["query_string"]
        return query

    @property
    def scheme(self) -> str:
        """`http` or `https`, as the client's own connection has it."""
        forwarded = self.headers.get(b"x-forwarded-proto")
        if forwarded is not None:
            # A proxy may have ended TLS in front, the first of several the one that the client speaks with. Whoever
            # forges this only spoils the URLs of the own answer.
            first = forwarded.partition(b",")[0].strip().lower()
            if first in {b"http", b"https"}:
                return first.decode("ascii")
        scheme: str = self._scope["scheme"]
        return scheme

    @property
    def is_secure(self) -> bool:
        """Whether browsers speak HTTPS: with the server, or with a proxy in front that need not say so."""
        is_meant = self.public_origin is not None and self.public_origin.startswith(b"https:")
        return is_meant or self.scheme == "https"

    def header_count(self, name: bytes) -> int:
        """Return how often a header was sent."""
        pairs: list[tuple[bytes, bytes]] = self._scope["headers"]
        if len(pairs) == len(self.headers):
            # No header is repeated, as in nearly every request.
            return int(name in self.headers)
        return sum(1 for key, _ in pairs if key == name)

    def header_values(self, name: bytes) -> list[bytes]:
        """Return every value of a header, in the order in which they were sent."""
        return [value for key, value in self._scope["headers"] if key == name]

    @property
    def content_length(self) -> int | None:
        """How many bytes of body were announced, if that was said in digits."""
        text = self.headers.get(b"content-length")
        return int(text) if text is not None and text.isdigit() and len(text) < 20 else None

    @property
    def has_body(self) -> bool:
        """Whether the client sends a body that is not empty, as far as its head tells."""
        return b"transfer-encoding" in self.headers or bool(self.content_length)

    @property
    def has_endless_body(self) -> bool:
        """Whether a body comes whose length was not announced."""
        return b"transfer-encoding" in self.headers

    async def json_body(self) -> bytes:
        """Return the whole body, which is not compressed.

        Raises:
            RequestTooLarge: It is larger than the server takes.
            InvalidParameter: It is compressed.
            BodyTimeout: It did not come in time.
            ClientDisconnected: The client went away.
        """
        encoding = self.headers.get(b"content-encoding")
        if encoding is not None and encoding.strip().lower() not in {b"", b"identity"}:
            raise InvalidParameter(
                "body.compressed",
                f"The body has Content-Encoding {encoding.decode('latin-1')!r}; send JSON as it is, not compressed.",
            )
        return await self.whole_body()

    async def whole_body(self) -> bytes:
        """Return the whole body as it was sent, compressed or not.

        Raises:
            RequestTooLarge: It is larger than the server takes.
            BodyTimeout: It did not come in time.
            ClientDisconnected: The client went away.
        """
        limit = self._limits.json_bytes
        announced = self.content_length
        if announced is not None and announced > limit:
            raise _too_large(limit)
        if self._scope.get("extensions") is BODY_IS_THERE:
            # A watch over the time would cost more than to take what is there.
            return await self._gathered(limit)
        expected = limit if announced is None else announced
        try:
            async with asyncio.timeout(self._limits.seconds + expected / _SLOWEST_BYTES_PER_SECOND):
                return await self._gathered(limit)
        except TimeoutError as error:
            raise BodyTimeout from error

    async def _gathered(self, limit: int) -> bytes:
        message = await self._next_message()
        first: bytes = message.get("body", b"")
        if self._is_body_read and len(first) <= limit:
            return first
        pieces, size = [first], len(first)
        while not self._is_body_read and size <= limit:
            message = await self._next_message()
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
        if size > limit:
            raise _too_large(limit)
        return b"".join(pieces)

    async def stream(self) -> AsyncIterator[bytes]:
        """Hand out the body piece by piece.

        Raises:
            BodyTimeout: The client paused for too long.
            ClientDisconnected: The client went away before the end.
        """
        while not self._is_body_read:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    message = await self._next_message()
            except TimeoutError as error:
                raise BodyTimeout from error
            if piece := message.get("body", b""):
                yield piece

    async def discard_body(self) -> bool:
        """Read what the client still sends, so that it gets to reading the answer.

        Returns:
            Whether the connection can be used again; False when the client goes on and on.
        """
        if self._is_body_read or not self.has_body:
            return True
        if self.content_length is not None:
            # The web server reads to the announced end by itself.
            return True
        size = 0
        try:
            async with asyncio.timeout(_DISCARDING_SECONDS):
                while not self._is_body_read and size <= _DISCARDED_BYTES:
                    size += len((await self._next_message()).get("body", b""))
        except (TimeoutError, ClientDisconnected):
            return False
        return self._is_body_read

    async def wait_until_disconnected(self) -> None:
        """Return when the client has gone away; cancel it when that is of no more interest."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next_message(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        self._is_body_read = not message.get("more_body", False)
        return message


def _too_large(limit: int) -> RequestTooLarge:
    return RequestTooLarge(
        "body.too_large", f"The body is larger than the {limit} bytes that this server takes for JSON.", limit=limit
    )


def is_navigation(request: Request) -> bool:
    """Tell whether somebody opens the address in a browser, rather than a program that asks it.

    Args:
        request: The request.
    """
    if request.method not in {"GET", "HEAD"} or b"authorization" in request.headers:
        return False
    mode = request.headers.get(b"sec-fetch-mode")
    return mode == b"navigate" if mode is not None else b"text/html" in request.headers.get(b"accept", b"")
