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

    @property
    def shows_all(self) -> bool:
        """Whether everything of the type is visible, what is not there as well."""
        return self.is_default_visible and not self.exceptions

    def shows(self, resource_id: str) -> bool:
        """Tell whether one resource is visible.

        Args:
            resource_id: Its id.
        """
        return self.is_default_visible is not (resource_id in self.exceptions)
