"""Regular expressions as PostgreSQL spells them, with the meaning that RE2 gives them.

The two agree on joining, choosing and repeating, and on little else: what a class or an escape holds, which letters
are the same but for case, where a line ends and a word begins. All that is spelled out: RE2 itself is asked which
characters it means, and they are listed by their numbers. What is captured and how greedily makes no difference to
whether something is found.
"""

import re
from collections.abc import Callable, Sequence

from trialog.search.regular_expressions import character_ranges

# PostgreSQL repeats no more often at once.
_MOST_REPETITIONS = 255

_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})\??")
_GROUP = re.compile(r"\((?:\?P?<\w+>|\?([imsU]*)(?:-([imsU]+))?([:)]))?")
_LITERALS = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_CLASS_ESCAPE = re.compile(r"\\(?:[dDsSwW]|[pP](?:\{[^}]*\}|.))", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)", re.DOTALL)

_WORD = "[0-9A-Za-z_]"
_NOTHING = r"[^\u0001-\U0010FFFF]"
_POSITIONS = {
    r"\A": "^",
    r"\z": "$",
    r"\b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    r"\B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}
_REPETITIONS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def to_postgresql(pattern: str) -> str:
    """Return an expression that PostgreSQL finds where RE2 finds another.

    Args:
        pattern: An expression that `check_pattern` let pass.

    Returns:
        The other one, without anything that captures.
    """
    return _Translation(pattern).whole()


class _Translation:
    """One expression on its way from one language to the other.

    Args:
        pattern: The expression.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._flags: frozenset[str] = frozenset()

    def whole(self) -> str:
        """Return all of it."""
        return self._alternatives()

    def _alternatives(self) -> str:
        """Translate up to the end of the group; flags that are set within hold until there."""
        branches: list[list[str]] = [[]]
        while self._position < len(self._pattern) and self._pattern[self._position] != ")":
            if self._pattern[self._position] == "|":
                self._position += 1
                branches.append([])
            else:
                self._item(branches[-1])
        return "|".join("".join(items) or "(?:)" for items in branches)

    def _item(self, items: list[str]) -> None:
        if items and (quantifier := self._take(_QUANTIFIER)):
            items.append(_repeated(items.pop(), quantifier))
        elif group := self._take(_GROUP):
            self._group(group, items)
        elif quoted := self._take(_LITERALS):
            items += [self._literal(character) for character in quoted[1]]
        elif self._pattern[self._position] == "[":
            items.append(self._class(self._bracket()))
        elif self._pattern[self._position] == "\\":
            items.append(self._escape())
        else:
            character = self._pattern[self._position]
            self._position += 1
            items.append(self._plain(character))

    def _group(self, group: re.Match[str], items: list[str]) -> None:
        outside = self._flags
        if group[3]:
            self._flags = (self._flags | frozenset(group[1])) - frozenset(group[2] or "")
        if group[3] == ")":
            return
        items.append(f"(?:{self._alternatives()})")
        self._position += 1
        self._flags = outside

    def _plain(self, character: str) -> str:
        match character:
            case ".":
                return "." if "s" in self._flags else r"[^\u000A]"
            case "^":
                return r"(?:^|(?<=\u000A))" if "m" in self._flags else "(?:^)"
            case "$":
                return r"(?:$|(?=\u000A))" if "m" in self._flags else "(?:$)"
            case _:
                return self._literal(character)

    def _escape(self) -> str:
        start, two = self._position, self._pattern[self._position : self._position + 2]
        if two in _POSITIONS:
            self._position += 2
            return f"(?:{_POSITIONS[two]})"
        if found := self._take(_CLASS_ESCAPE):
            return self._class(found[0])
        if found := self._take(_ESCAPE):
            is_itself = not (two[1].isascii() and two[1].isalnum())
            return self._literal(two[1]) if is_itself else self._class(found[0])
        raise AssertionError(f"RE2 takes no expression that ends in the middle, such as {self._pattern[start:]!r}")

    def _bracket(self) -> str:
        """Return the class that begins here, as it stands."""
        start = self._position
        end = start + 1
        end += self._pattern.startswith("^", end)
        is_first = True
        while is_first or self._pattern[end] != "]":
            is_first = False
            named = self._pattern.find(":]", end + 2) if self._pattern.startswith("[:", end) else -1
            if named >= 0:
                end = named + 2
            elif self._pattern[end] == "\\":
                end += 2
            else:
                end += 1
        self._position = end + 1
        return self._pattern[start : end + 1]

    def _literal(self, character: str) -> str:
        is_cased = len({character, character.lower(), character.upper(), character.casefold()}) > 1
        if "i" in self._flags and is_cased:
            return _listed(character_ranges(rf"(?i)\x{{{ord(character):X}}}"))
        return character if character.isalnum() else _numbered(ord(character))

    def _class(self, expression: str) -> str:
        return _listed(character_ranges(f"(?i){expression}" if "i" in self._flags else expression))

    def _take(self, expected: re.Pattern[str]) -> re.Match[str] | None:
        found = expected.match(self._pattern, self._position)
        if found:
            self._position = found.end()
        return found


def _repeated(item: str, quantifier: re.Match[str]) -> str:
    least, most = _counts(quantifier)
    if least <= _MOST_REPETITIONS and (most is None or most <= _MOST_REPETITIONS):
        return f"(?:{item}){{{least},{'' if most is None else most}}}"
    begins = _in_parts(item, least, lambda count: f"{{{count}}}")
    return begins + (f"(?:{item})*" if most is None else _in_parts(item, most - least, lambda count: f"{{0,{count}}}"))


def _counts(quantifier: re.Match[str]) -> tuple[int, int | None]:
    sign, least, comma, most = quantifier.groups()
    if sign:
        return _REPETITIONS[sign]
    if not comma:
        return int(least), int(least)
    return int(least), int(most) if most else None


def _in_parts(item: str, count: int, repeat: Callable[[int], str]) -> str:
    """Repeat more often than can be said at once."""
    whole, rest = divmod(count, _MOST_REPETITIONS)
    parts = f"(?:(?:{item}){repeat(_MOST_REPETITIONS)}){repeat(whole)}" if whole else ""
    return parts + (f"(?:{item}){repeat(rest)}" if rest else "")


def _listed(ranges: Sequence[tuple[int, int]]) -> str:
    if not ranges:
        return _NOTHING
    return f"[{''.join(_numbered(first) + ('' if first == last else f'-{_numbered(last)}') for first, last in ranges)}]"


def _numbered(code: int) -> str:
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
