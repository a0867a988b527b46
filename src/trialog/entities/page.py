"""One page of a longer answer."""

from typing import Generic, TypeVar

from msgspec import Struct

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True):
    """Items of one page, and where the next one begins.

    Args:
        items: What was found, in the order asked for.
        next_page_token: Opaque text to send for the next page; None on the last page.
    """

    items: list[Item]
    next_page_token: str | None = None
