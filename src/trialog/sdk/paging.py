"""Searches that go on page by page."""

from collections.abc import Callable
from typing import TypeVar

from trialog.errors import ConnectionFailed

Item = TypeVar("Item")


def collect(
    ask: Callable[[int, str | None], tuple[list[Item], str | None]], max_results: int | None, *, page_size: int
) -> list[Item]:
    """Return the items of as many pages as are wanted.

    Args:
        ask: Returns the items of one page and the token of the next, for a page size and a token.
        max_results: How many items are wanted; None for all.
        page_size: Largest page to ask for.

    Raises:
        ConnectionFailed: The server gave a token twice, and would never come to an end (`connection.endless_pages`).
    """
    items: list[Item] = []
    token: str | None = None
    given: set[str] = set()
    while max_results is None or len(items) < max_results:
        wanted = page_size if max_results is None else min(page_size, max_results - len(items))
        page, token = ask(wanted, token)
        items += page
        if not token:
            break
        if token in given:
            raise ConnectionFailed(
                "connection.endless_pages",
                f"The server gave the page token {token[:100]!r} twice, so that its pages have no end. Is it a Trialog "
                "server, and is nothing in between that answers in its place?",
            )
        given.add(token)
    return items
