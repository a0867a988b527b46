"""One request on its way through an application of this process, and the answer on its way back."""

import asyncio
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any, BinaryIO, Final
from urllib.parse import unquote

from trialog.errors import ConnectionFailed
from trialog.remote.answers import Answer
from trialog.web.asgi import Message, Scope

# Anything that is called so gets in; the port is nobody's.
_HOST: Final = b"localhost"
_PIECE_BYTES: Final = 256 * 1024
# So many pieces of an answer lie ready for who reads it.
_PIECES_AHEAD: Final = 4


class Asked:
    """A request, as the application receives it. All but the making belongs to the event loop of the application.

    Args:
        method: HTTP method.
        target: Path and query, percent-encoded.
        body: The body, or a file that is read piece by piece from where it stands.
        headers: By name.

    Attributes:
        scope: Its head.
        fault: What the file raised when it was read.
    """

    def __init__(self, method: str, target: str, body: bytes | BinaryIO | None, headers: Mapping[str, str]) -> None:
        path, _, query = target.partition("?")
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if isinstance(body, bytes) and not any(name == b"content-length" for name, _ in pairs):
            pairs.append((b"content-length", b"%d" % len(body)))
        self.scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("ascii"),
            "query_string": query.encode("ascii"),
            "root_path": "",
            "headers": [(b"host", _HOST), *pairs],
            "client": None,
            "server": None,
        }
        self.fault: Exception | None = None
        self._body = body
        self._is_received = False
        self._given_up = asyncio.Event()

    def give_up(self) -> None:
        """Say that nobody waits for the answer any more."""
        self._given_up.set()

    async def receive(self) -> Message:
        """Hand out what comes next, as ASGI has it."""
        if not self._is_received and not self._given_up.is_set():
            try:
                piece = await self._next_piece()
            except Exception as error:  # whatever the file of a caller raises is the caller's
                self.fault = error
                self._given_up.set()
            else:
                return {"type": "http.request", "body": piece, "more_body": not self._is_received}
        await self._given_up.wait()
        return {"type": "http.disconnect"}

    async def _next_piece(self) -> bytes:
        if self._body is None or isinstance(self._body, bytes):
            self._is_received = True
            return self._body or b""
        piece = await asyncio.to_thread(self._body.read, _PIECE_BYTES)
        self._is_received = not piece
        return piece


class WholeAnswer:
    """An answer that is wanted whole.

    Args:
        most_bytes: How long it may be; None for any length.
        url: The store, for a sentence about it.
    """

    def __init__(self, most_bytes: int | None, url: str) -> None:
        self._most_bytes = most_bytes
        self._url = url
        self._head: Answer | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    async def send(self, message: Message) -> None:
        """Take what the application sends.

        Raises:
            ConnectionFailed: It is too long (`connection.too_long`).
        """
        if message["type"] == "http.response.start":
            self._head = head_of(message)
            return
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        if self._most_bytes is not None and self._size > self._most_bytes:
            raise ConnectionFailed(
                "connection.too_long",
                f"The answer of the store at {self._url} is longer than {self._most_bytes} bytes, and was not read to"
                " its end.",
                limit=self._most_bytes,
            )
        self._pieces.append(piece)

    def answer(self) -> Answer | None:
        """Return it; None if there was none."""
        if self._head is None:
            return None
        return Answer(self._head.status, self._head.headers, b"".join(self._pieces))


class FlowingAnswer:
    """An answer that a thread takes piece by piece, no faster than it wants them.

    Attributes:
        parts: The pieces; at last None, when nothing more will come.
    """

    def __init__(self) -> None:
        self.parts: SimpleQueue[bytes | None] = SimpleQueue()
        self._heads: SimpleQueue[Answer | None] = SimpleQueue()
        self._room = asyncio.Semaphore(_PIECES_AHEAD)
        self._is_given_up = False

    async def send(self, message: Message) -> None:
        """Take what the application sends, when there is room for it."""
        if message["type"] == "http.response.start":
            self._heads.put(head_of(message))
        elif (piece := message.get("body", b"")) and not self._is_given_up:
            await self._room.acquire()
            self.parts.put(piece)

    def head(self) -> Answer | None:
        """Wait for the head; None if none will come."""
        return self._heads.get()

    def end(self) -> None:
        """Say that nothing more will come."""
        self._heads.put(None)
        self.parts.put(None)

    def make_room(self) -> None:
        """Say that a piece was taken; to be called in the event loop."""
        self._room.release()

    def let_all_pass(self) -> None:
        """Throw away what still comes, for nobody wants it; to be called in the event loop."""
        self._is_given_up = True
        self._room.release()


def head_of(message: Mapping[str, Any]) -> Answer:
    """Return the head of an answer, as ASGI has it, without a body."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
    return Answer(message["status"], headers, b"")
