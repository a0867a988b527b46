"""Texts of others on a terminal: nothing in them may command it."""

import codecs
import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

# Joiners are part of words in some scripts and of emoji; they change nothing but how their neighbours look.
_JOINERS: Final = frozenset("\u200c\u200d")
# What gives a text its shape.
_LAYOUT: Final = frozenset("\n\t")
# Control characters, marks that turn the direction of writing, lone surrogates, and ends of lines.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return a text as one line with its control characters written out, such as `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def printable_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield a file as text for a terminal: its lines and tabs as they are, all that could command it written out.

    Args:
        pieces: The file; what is no UTF-8 in it is shown as a mark.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)
    for piece in pieces:
        yield _laid_out(decoder.decode(piece))
    yield _laid_out(decoder.decode(b"", final=True))


def is_printable(character: str) -> bool:
    """Tell whether a terminal shows a character and does nothing else with it."""
    return character in _JOINERS or unicodedata.category(character) not in _UNPRINTABLE


def _laid_out(text: str) -> str:
    return "".join(character if character in _LAYOUT else _shown(character) for character in text)


def _shown(character: str) -> str:
    return character if is_printable(character) else character.encode("unicode_escape").decode("ascii")
