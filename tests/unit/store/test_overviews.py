"""What pages ask keeps no more of the store busy than it needs."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from trialog.entities import RunSearch
from trialog.entities.run_groups import GroupEntity, RunGroupSearch
from trialog.store.overviews import SqlOverviews
from trialog.store.sqlite_database import SqliteDatabase

pytestmark = pytest.mark.anyio

Result = TypeVar("Result")


class Counting(SqliteDatabase):
    """Counts how many read at the same moment."""

    reading = 0
    most = 0

    async def read(self, job: Callable[[Connection], Result]) -> Result:
        self.reading += 1
        self.most = max(self.most, self.reading)
        try:
            return await super().read(job)
        finally:
            self.reading -= 1


async def test_however_many_ask_for_groups_the_other_readers_are_for_the_others(tmp_path: Path) -> None:
    database = Counting(tmp_path / "store.db")
    try:
        overviews = SqlOverviews(database)
        query = RunGroupSearch(RunSearch(("0",)), GroupEntity.ATTRIBUTE, "status")
        found = await asyncio.gather(*(overviews.groups(query) for _ in range(10)))
        assert [groups.runs for groups in found] == [0] * 10
        assert database.most == 1
    finally:
        await database.close()
