"""One connection: HTTP as uvicorn speaks it, with bounds on what a client may send, keep open and leave unread.

The application bounds the body of a request. What comes before it sees a request, and what happens after it has
answered, is bounded here: heads, trailers, pauses, upgrades, answers that nobody reads, and how many connections there
are.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import httptools
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from trialog.errors import InvalidParameter, TemporarilyUnavailable, TrialogError
from trialog.server.joined_writes import JoiningTransport
from trialog.web.failures import failure_response
from trialog.web.request import BODY_IS_THERE
from trialog.web.response import Response, json_response
from trialog.wire.errors import ErrorMessage

# A longer piece is given to the parser in several, so that a head is found too long before much more of it is parsed.
_PIECE_BYTES: Final = 16 * 1024
# How much of what a refused client still sends is read, so that it gets to reading the answer.
_LINGERING_BYTES: Final = 1024 * 1024
_LINGERING_SECONDS: Final = 2.0
# Slower than this, nobody waits for the rest of a body that is not wanted.
_SLOWEST_BYTES_PER_SECOND: Final = 16 * 1024
_HEADERS: Final = ((b"connection", b"close"), (b"x-content-type-options", b"nosniff"), (b"server", b"trialog"))


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What a client may do with its connections.

    Args:
        connections: How many there are at a time, of all clients.
        head_bytes: Longest head of a request, and longest trailers.
        head_seconds: Time from connecting, or from the first byte of a later request, to the end of the head.
        stalled_seconds: How long a client may read nothing of what is sent to it.
    """

    connections: int
    head_bytes: int = 64 * 1024
    head_seconds: float = 60.0
    stalled_seconds: float = 60.0


class Connection(HttpToolsProtocol):
    """Speaks HTTP with one client.

    Args:
        config: uvicorn's own.
        server_state: uvicorn's own.
        app_state: uvicorn's own.
        _loop: The event loop that runs; uvicorn's own.
        limits: What the client may do.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        # Bytes of a head, or of trailers, whose end has not come.
        self._incomplete_bytes = 0
        self._is_in_head = False
        self._is_in_body = False
        self._unwanted_bytes = 0
        self._is_refused = False
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own does
        """Begin a connection."""
        super().connection_made(cast(asyncio.Transport, JoiningTransport(transport, self.loop)))
        if self.scheme == "http":
            # Whatever the network does not take at once is watched. TLS counts by itself how long closing takes.
            transport.set_write_buffer_limits(high=0)
        if len(self.connections) > self._limits.connections:
            error = TemporarilyUnavailable(
                "server.too_many_connections", "The server has as many connections as it can; try again in a moment."
            )
            self._send(failure_response(error))
            self.transport.close()
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._cancel_deadline()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        # Its next timer would keep what belongs to the connection alive.
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sent."""
        self._unset_keepalive_if_required()
        if self._is_in_body or len(data) <= _PIECE_BYTES:
            self._take(data)
            return
        view = memoryview(data)
        for start in range(0, len(data), _PIECE_BYTES):
            self._take(view[start : start + _PIECE_BYTES])

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand a request over."""
        if self.parser.should_upgrade() and self._announces_body():
            # To the parser, what follows is of another protocol; to the client, it is the body.
            raise InvalidParameter(
                "request.upgrade_with_body",
                "The request asks to change the protocol (Upgrade) and has a body; send it without asking.",
            )
        self._incomplete_bytes = 0
        self._is_in_head, self._is_in_body = False, True
        self._cancel_deadline()
        super().on_headers_complete()
        # Trailers are no headers, and come when the request has been looked at.
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Hand a piece of a body over."""
        self._incomplete_bytes = 0
        if self.cycle.response_complete:
            self._unwanted_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._incomplete_bytes = 0
        self._is_in_body = False
        self.scope["extensions"] = BODY_IS_THERE
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait until the client reads."""
        super().pause_writing()
        if self._stalled is None:
            self._watch_reading()

    def resume_writing(self) -> None:
        """Go on sending."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _take(self, data: bytes | memoryview) -> None:
        if self.transport.is_closing():
            return
        if self._is_refused:
            self._linger(len(data))
            return
        self._incomplete_bytes += len(data)
        try:
            while len(data):
                try:
                    self.parser.feed_data(data)
                    break
                except httptools.HttpParserUpgrade as upgrade:
                    # Nobody has to change the protocol: the request is answered, and what follows is the next one.
                    data = data[upgrade.args[0] :]
        except httptools.HttpParserError as error:
            self._refuse(failure_response(_fault(error)))
            return
        if self._incomplete_bytes > self._limits.head_bytes:
            self._refuse(_head_too_large(self._limits.head_bytes))
        elif self.cycle is not None and self.cycle.response_complete:
            self._go_on_after_answer()

    def _go_on_after_answer(self) -> None:
        if self._is_in_head:
            self._expect_head()
        elif self._is_in_body:
            # It was answered before its end.
            if self._deadline is None:
                self._unwanted_bytes = 0
                self._deadline = self.loop.call_later(self._limits.head_seconds, self._check_unwanted_body)
        else:
            self._cancel_deadline()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._limits.head_seconds, self.transport.close)

    def _check_unwanted_body(self) -> None:
        self._deadline = None
        if self._unwanted_bytes < self._limits.head_seconds * _SLOWEST_BYTES_PER_SECOND:
            self.transport.close()
        else:
            self._go_on_after_answer()

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _watch_reading(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(self._limits.stalled_seconds, self._check_reading, unsent)

    def _check_reading(self, unsent: int) -> None:
        if self.transport.get_write_buffer_size() < unsent:
            self._watch_reading()
        else:
            # To close would be to wait for the client.
            self._stalled = None
            self.transport.abort()

    def _announces_body(self) -> bool:
        return any(
            name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 \t"))
            for name, value in self.headers
        )

    def _refuse(self, answer: Response) -> None:
        """Answer what never becomes a request, and end the connection."""
        self._is_refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            # Two answers must not mix.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started or self.pipeline:
                self.transport.close()
                return
        self._send(answer)
        self._cancel_deadline()
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        # To close with something unread is to reset the connection, and the answer would be lost.
        self.transport.write_eof()
        self._incomplete_bytes = 0
        self._deadline = self.loop.call_later(_LINGERING_SECONDS, self.transport.abort)

    def _linger(self, size: int) -> None:
        self._incomplete_bytes += size
        if self._incomplete_bytes > _LINGERING_BYTES:
            self.transport.abort()

    def _send(self, answer: Response) -> None:
        headers = (*answer.headers, *_HEADERS, (b"content-length", b"%d" % len(answer.body)))
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[answer.status] + lines + b"\r\n" + answer.body)


def connection_type(limits: ConnectionLimits) -> type[asyncio.Protocol]:
    """Return what makes the connections of a server, as uvicorn wants it."""
    return cast(type[asyncio.Protocol], partial(Connection, limits=limits))


def _fault(error: httptools.HttpParserError) -> TrialogError:
    # What a callback raised stands behind the parser's own error.
    if isinstance(error.__context__, TrialogError):
        return error.__context__
    return InvalidParameter("request.not_http", "The request is not HTTP as this server knows it.")


def _head_too_large(limit: int) -> Response:
    message = f"The head of the request is longer than {limit} bytes: send long values in its body."
    return json_response(
        ErrorMessage("INVALID_PARAMETER_VALUE", message, "request.head_too_large", {"limit": limit}), 431
    )
