"""Sends the head of an answer together with the beginning of its body: one packet where there would be two.

The web server writes what it is given at once, the head first. Each write is a call into the kernel and a packet that
wakes the client, which for small answers is much of what they cost.
"""

import asyncio
from typing import Any

_LARGEST_JOINED_BYTES = 64 * 1024


class JoiningTransport:
    """Keeps the head of an answer back for the write that follows, at the longest for one turn of the event loop.

    Args:
        transport: What it writes to.
        loop: The event loop that runs.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Write bytes, after the head that was kept back, if there is one."""
        if self._head is not None:
            head, self._head = self._head, None
            if len(data) > _LARGEST_JOINED_BYTES:
                self._transport.write(head)
            else:
                data = head + data
        elif data.endswith(b"\r\n\r\n") and data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self._head = data
            # An answer without a body has no second write, and that of a stream may come late.
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Write what was kept back and close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head)
