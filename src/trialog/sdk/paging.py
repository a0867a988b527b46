"""Searches that go on page by page."""

from collections.abc import Callable, Iterator
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
    return [item for page in pages(ask, max_results, page_size=page_size) for item in page]


def pages(
    ask: Callable[[int, str | None], tuple[list[Item], str | None]], max_results: int | None, *, page_size: int
) -> Iterator[list[Item]]:
    """Hand out as many pages as are wanted, each when the one before was looked at.

    Args:
        ask: As for `collect`.
        max_results: As for `collect`.
        page_size: As for `collect`.

    Raises:
        ConnectionFailed: As for `collect`.
    """
    count = 0
    token: str | None = None
    given: set[str] = set()
    while max_results is None or count < max_results:
        wanted = page_size if max_results is None else min(page_size, max_results - count)
        page, token = ask(wanted, token)
        count += len(page)
        yield page
        if not token:
            break
        if token in given:
            raise ConnectionFailed(
                "connection.endless_pages",
                f"The server gave the page token {token[:100]!r} twice, so that its pages have no end. Is it a Trialog "
                "server, and is nothing in between that answers in its place?",
            )
        given.add(token)
