"""What a store promises about the record of what was done."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from trialog.entities import AuditRecord, Page


class AuditLog(Protocol):
    """The record of who did what. It is only added to, until the operator prunes it."""

    async def add(self, records: Sequence[AuditRecord]) -> None:
        """Add records, all or none; the store numbers them.

        None is refused for what it says: characters that no database takes are written as escapes, and of a text of
        more than 1,000 characters the beginning stays.
        """
        ...

    async def search(
        self,
        *,
        max_results: int,
        page_token: str | None = None,
        actor: str | None = None,
        operation: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> Page[AuditRecord]:
        """Return records, the newest first.

        Args:
            max_results: Largest page wanted, up to 1000.
            page_token: Where to go on, from the page before.
            actor: What one user did alone.
            operation: One kind of thing alone.
            since: Not before this, in milliseconds since 1970.
            until: Before this.

        Raises:
            InvalidParameter: The page size is out of bounds, or the token is not one of this search.
        """
        ...

    def export(self) -> AsyncIterator[bytes]:
        """Return all records there are when it begins, by number, as JSON lines, some at a time.

        A record never becomes visible after one with a greater number: who knows all up to a number misses none.
        """
        ...

    async def prune(self, before: int, record: AuditRecord) -> int:
        """Remove old records for good. Nothing else removes any.

        Args:
            before: Those before this moment, in milliseconds since 1970.
            record: Of this removal; it is added before anything is removed.

        Returns:
            How many were removed.
        """
        ...
