"""Which things of a type somebody may read, as searches take it."""

from msgspec import Struct


class Visibility(Struct, frozen=True):
    """Which resources of a type somebody may read, for searches.

    Args:
        is_default_visible: Whether those are visible that are not named.
        exceptions: Ids of those for which it is the other way round.
    """

    is_default_visible: bool = True
    exceptions: frozenset[str] = frozenset()
