"""Regular expressions that cannot hang the server.

They are RE2's: matching takes time in proportion to the text, whatever the pattern, because what would need more (back
references, looking ahead or behind) is not in the language. Python's own engine can take years over forty characters,
and nothing can interrupt it.
"""

import re
import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

MAXIMUM_PATTERN_LENGTH = 300
"""Characters of a regular expression; each costs time at each character of each text."""

# Bounds what counted repetitions grow to, and the states kept while matching.
_MEMORY_BYTES = 1024 * 1024
_KEPT_PATTERNS = 32
_KEPT_RANGES = 256
_LONGEST_CHARACTER = 4  # bytes of one in UTF-8
# What RE2 has beyond text: a part of a character.
_SINGLE_BYTE = r"\C"
_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|[^\\]", re.DOTALL)


class InvalidPattern(ValueError):
    """A text is no regular expression, or one that is too large."""


def check_pattern(pattern: str) -> None:
    """Refuse what is no regular expression.

    Args:
        pattern: The expression.

    Raises:
        InvalidPattern: It is wrong, needs more than linear time, or is too large; the message says which.
    """
    _compiled(pattern)
    if _SINGLE_BYTE in _TOKEN.findall(pattern):
        raise InvalidPattern(f"a single byte is no character: {_SINGLE_BYTE}")


def matches(pattern: str, text: str) -> bool:
    """Tell whether a regular expression is found anywhere in a text.

    Args:
        pattern: An expression that `check_pattern` let pass.
        text: Where to look.

    Returns:
        Whether it is found.
    """
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=_KEPT_RANGES)
def character_ranges(expression: str) -> Sequence[tuple[int, int]]:
    """Return which characters an expression of one character matches, for engines that see other ones in it.

    Args:
        expression: A class or an escape, say, with its flags.

    Returns:
        The first and the last code point of each range, in order; NUL is never in one.
    """
    # Of all characters, a run at a time: a range is one match then and not a million.
    runs = _library().compile(f"(?:{expression})+".encode())
    found = list(runs.finditer(_every()))
    ends = [(match.group()[:_LONGEST_CHARACTER], match.group()[-_LONGEST_CHARACTER:]) for match in found]
    return [(ord(first.decode(errors="ignore")[0]), ord(last.decode(errors="ignore")[-1])) for first, last in ends]


@cache
def _every() -> bytes:
    """Return every character but NUL in the order of their code points."""
    low, high = range(1, 0xD800), range(0xE000, sys.maxunicode + 1)  # between them is nothing that text can hold
    return "".join(map(chr, (*low, *high))).encode()


@lru_cache(maxsize=_KEPT_PATTERNS)
def _compiled(pattern: str) -> Any:  # the library carries no types
    library = _library()
    try:
        return library.compile(pattern, _options())
    except library.error as error:
        (reason,) = error.args
        raise InvalidPattern(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from error


@cache
def _options() -> Any:  # as above
    options = _library().Options()
    options.max_mem = _MEMORY_BYTES
    options.log_errors = False
    return options


@cache
def _library() -> Any:  # as above
    # A C++ library of some megabytes, loaded with the first regular expression: most servers never see one.
    return import_module("re2")
