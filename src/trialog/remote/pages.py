"""Pages of a list that is at hand as a whole."""

from collections.abc import Sequence
from typing import TypeVar

from trialog.errors import InvalidParameter

Item = TypeVar("Item")


def page_of(items: Sequence[Item], max_results: int, page_token: str | None) -> tuple[Sequence[Item], str | None]:
    """Return one page of a list, and the token of the next.

    Args:
        items: The whole list.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.

    Raises:
        InvalidParameter: The token is none of this list.
    """
    start = 0
    if page_token:
        if not (page_token.isascii() and page_token.isdigit() and len(page_token) < 10):
            raise InvalidParameter("page_token.invalid", "The page token is not one of this list.")
        start = int(page_token)
    end = start + max_results
    return items[start:end], str(end) if end < len(items) else None
