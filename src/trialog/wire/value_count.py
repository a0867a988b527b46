"""Counts the values of a JSON text before any of them is read.

What a text costs to read is decided by the number of its values, not by its length: thirty megabytes of one text are
read in a moment, of empty lists in seconds. This looks at the text piece by piece and keeps nothing.
"""

from collections.abc import Iterator
from typing import Final

MAXIMUM_VALUES: Final = 200_000
"""More than this many stand in no request that a client makes: the largest one completes an upload of 10,000 parts."""
_PIECE_BYTES = 256 * 1024


def holds_too_many_values(text: bytes, limit: int = MAXIMUM_VALUES) -> bool:
    """Tell whether a JSON text holds more values than are read.

    Args:
        text: The text. Of what is no JSON, the answer means nothing but is given as quickly.
        limit: How many commas and opening brackets may stand outside of strings.
    """
    if sum(_separators(piece) for piece in _pieces(text)) <= limit:
        return False
    # Some of them may stand within strings, where they cost nothing.
    count, is_in_string = 0, False
    for piece in _pieces(text):
        parts = piece.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')
        count += _separators(b"".join(parts[int(is_in_string) :: 2]))
        if count > limit:
            return True
        is_in_string ^= len(parts) % 2 == 0
    return False


def _pieces(text: bytes) -> Iterator[bytes]:
    """Cut a text, but nowhere within an escape."""
    start = 0
    while start < len(text):
        piece = text[start : start + _PIECE_BYTES]
        if (len(piece) - len(piece.rstrip(b"\\"))) % 2:
            piece = text[start : start + _PIECE_BYTES + 1]
        start += len(piece)
        yield piece


def _separators(piece: bytes) -> int:
    return piece.count(b",") + piece.count(b"[") + piece.count(b"{")
