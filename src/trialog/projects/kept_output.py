"""What is kept of all that a command writes: its beginning and its end, within a bound."""

from collections.abc import Sequence
from typing import Final

from trialog.sdk.source.secrets import MASK

HEAD_BYTES: Final = 2 * 1024 * 1024
TAIL_BYTES: Final = 6 * 1024 * 1024
_SHORTEST_SECRET: Final = 6


class KeptOutput:
    """The beginning and the end of what a command writes.

    Args:
        secrets: Texts that are not kept, such as the password that the command was given.
        head_bytes: So much of the beginning.
        tail_bytes: So much of the end at least; no more than twice as much is held in memory.
    """

    def __init__(
        self, secrets: Sequence[str] = (), *, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES
    ) -> None:
        # The longest first, for one may hold another.
        texts = sorted({text for text in secrets if len(text) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = [text.encode() for text in texts]
        self._head_bytes, self._tail_bytes = head_bytes, tail_bytes
        self._head, self._tail = bytearray(), bytearray()
        self._left_out = 0

    @property
    def held_bytes(self) -> int:
        """How much is held in memory now."""
        return len(self._head) + len(self._tail)

    def add(self, piece: bytes) -> None:
        """Take what was written next."""
        room = self._head_bytes - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:]
        if len(self._tail) > 2 * self._tail_bytes:
            self._cut()

    def content(self) -> bytes:
        """Return what is kept; where something is left out, a line says how much."""
        if len(self._tail) > self._tail_bytes:
            self._cut()
        if not self._left_out:
            return self._masked(bytes(self._head + self._tail))
        head, tail = self._masked(bytes(self._head)), self._masked(bytes(self._tail))
        return head + f"\n[{self._left_out} bytes are left out here]\n".encode() + tail

    def _cut(self) -> None:
        extra = len(self._tail) - self._tail_bytes
        self._left_out += extra
        del self._tail[:extra]

    def _masked(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret, MASK.encode())
        return content
