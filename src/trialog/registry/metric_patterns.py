"""Names of metrics with `*` for any characters: which names they fit, and which of several says the most."""

ANY = "*"


def is_pattern(text: str) -> bool:
    """Tell whether a text fits several names."""
    return ANY in text


class Pattern:
    """A name or pattern, taken apart to be held against many names.

    Args:
        text: A name, or a pattern.
    """

    __slots__ = ("_first", "_last", "_middle", "_name")

    def __init__(self, text: str) -> None:
        self._first, *others = text.split(ANY)
        *self._middle, self._last = others or [""]
        self._name = None if others else text

    def fits(self, name: str) -> bool:
        """Tell whether it fits a metric.

        Each piece between two `*` is looked for once, from the left, so that no pattern takes long.

        Args:
            name: Name of a metric.
        """
        if self._name is not None:
            return self._name == name
        if not (name.startswith(self._first) and name.endswith(self._last)):
            return False
        position, end = len(self._first), len(name) - len(self._last)
        for piece in self._middle:
            found = name.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return position <= end


def fits(pattern: str, name: str) -> bool:
    """Tell whether a name or pattern fits a metric; see `Pattern`."""
    return Pattern(pattern).fits(name)


def generality(pattern: str) -> tuple[bool, int, str]:
    """Return what sorts patterns that fit the same name: the one that says the most first.

    A name comes before patterns, a longer literal part before a shorter one; among equals the order of text decides.

    Args:
        pattern: A name, or a pattern.
    """
    literal = len(pattern.replace(ANY, ""))
    return is_pattern(pattern), -literal, pattern
