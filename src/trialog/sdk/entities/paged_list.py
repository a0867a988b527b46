"""One page of what a search found."""

from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


class PagedList(list[Item]):
    """A list that knows where the next page begins.

    Args:
        items: What was found.
        token: Text to send for the next page; None on the last page.
    """

    def __init__(self, items: Iterable[Item], token: str | None) -> None:
        super().__init__(items)
        self.token = token

    def to_list(self) -> list[Item]:
        """Return the items without the token."""
        return list(self)
