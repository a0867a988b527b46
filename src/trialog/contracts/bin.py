"""What a store promises about the bin, and about removing from it for good."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities.bin import (
    BegunRemovals,
    BinContent,
    BinFolder,
    BinItem,
    BinKind,
    BinSelection,
    Removal,
    RemovedSlice,
    ReturnedSpace,
)


class BinStore(Protocol):
    """What was deleted, and its removal for good in short steps, between which others read and write.

    What is removed becomes unreachable for good in the one transaction that begins its removal: from then on no reader
    sees anything of it and nothing restores it. What it left behind goes afterwards, step by step; a process that ends
    in between leaves removals that the next one finishes. Files are deleted by the caller, while the removal is
    pending: so none is forgotten.

    A run or logged model that a version of a registered model names is not removed, nor is an experiment with such a
    one. The default experiment is not removed; its runs are.

    One at a time removes from a store. `holder` tells callers apart: who comes while another removes is told so.
    """

    async def look(self, selection: BinSelection) -> BinContent:
        """Say what is in the bin.

        Raises:
            InvalidParameter: Something named is not in the bin, or not as old as asked.
            ResourceNotFound: Something named is not there.
        """
        ...

    async def find(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinItem]:
        """Return things of a kind that may be removed, in the order of their numbers; some hundreds at once.

        Args:
            selection: Which. All that are named are returned at once, or refused.
            kind: Of which kind.
            after: Only those with a higher number; not for those that are named.

        Raises:
            InvalidParameter: Something named is not in the bin, or not as old as asked.
            Conflict: A version of a registered model comes from something named.
            ResourceNotFound: Something named is not there.
        """
        ...

    async def folders(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinFolder]:
        """Return where things of a kind keep their files, those in experiments too, in the order of their numbers.

        Args:
            selection: Of what.
            kind: Of which kind: runs or logged models; some hundreds at once.
            after: Only those with a higher number.

        Raises:
            InvalidParameter: Something named is not in the bin, or not as old as asked.
            ResourceNotFound: Something named is not there.
        """
        ...

    async def begin(self, holder: str, items: Sequence[BinItem], selection: BinSelection) -> BegunRemovals:
        """Make things unreachable for good, as many as a short step allows; all or none if they were named.

        What was restored since it was found is left alone.

        Args:
            holder: Who removes.
            items: What to remove.
            selection: What `find` was asked for.

        Raises:
            Conflict: Something named was restored since it was found.
        """
        ...

    async def pending(self, after: int = 0) -> list[Removal]:
        """Return removals that were begun and not finished, in the order of their numbers; some hundreds at once.

        Args:
            after: Only those with a higher number.
        """
        ...

    async def remove(self, holder: str, removals: Sequence[Removal]) -> RemovedSlice:
        """Remove what is left of some removals, as much as a short step allows.

        Args:
            holder: Who removes.
            removals: What to go on with; their files are gone already, or are left on purpose.
        """
        ...

    async def give_back_space(self, holder: str) -> ReturnedSpace:
        """Give room that is free inside the database back to the disk, as much as a short step allows.

        Args:
            holder: Who removes.
        """
        ...

    async def release(self, holder: str) -> None:
        """Let others remove.

        Args:
            holder: Who removed.
        """
        ...
