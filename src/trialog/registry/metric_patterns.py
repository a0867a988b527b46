"""Names of metrics with `*` for any characters: which names they fit, and which of several says the most."""

ANY = "*"


def is_pattern(text: str) -> bool:
    """Tell whether a text fits several names."""
    return ANY in text


def fits(pattern: str, name: str) -> bool:
    """Tell whether a name or pattern fits a metric.

    Each piece between two `*` is looked for once, from the left, so that no pattern takes long.

    Args:
        pattern: A name, or a pattern.
        name: Name of a metric.
    """
    first, *others = pattern.split(ANY)
    if not others:
        return pattern == name
    *middle, last = others
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    position, end = len(first), len(name) - len(last)
    for piece in middle:
        found = name.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def generality(pattern: str) -> tuple[bool, int, str]:
    """Return what sorts patterns that fit the same name: the one that says the most first.

    A name comes before patterns, a longer literal part before a shorter one; among equals the order of text decides.

    Args:
        pattern: A name, or a pattern.
    """
    literal = len(pattern.replace(ANY, ""))
    return is_pattern(pattern), -literal, pattern
