"""Texts of others on a terminal: nothing in them may command it."""

import unicodedata
from typing import Final

# Joiners are part of words in some scripts and of emoji; they change nothing but how their neighbours look.
_JOINERS: Final = frozenset("\u200c\u200d")
# Control characters, marks that turn the direction of writing, lone surrogates, and ends of lines.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return a text as one line with its control characters written out, such as `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def is_printable(character: str) -> bool:
    """Tell whether a terminal shows a character and does nothing else with it."""
    return character in _JOINERS or unicodedata.category(character) not in _UNPRINTABLE


def _shown(character: str) -> str:
    return character if is_printable(character) else character.encode("unicode_escape").decode("ascii")
