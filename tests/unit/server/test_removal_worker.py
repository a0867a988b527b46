"""What a server removes from the bin by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.artifacts import ArtifactRoots
from trialog.config import load_settings, read_environment
from trialog.entities import NewRun, RunSearch, ViewType
from trialog.entities.bin import BinSelection
from trialog.errors import ConfigurationError
from trialog.retention import remove_for_good
from trialog.server.removal_worker import RemovalWorker
from trialog.store import SqlStore

pytestmark = pytest.mark.anyio

ROOTS = ArtifactRoots(None)


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[SqlStore]:
    store = await open_new_store(directory / "trialog.db")
    try:
        yield store
    finally:
        await store.close()


async def binned_run(store: SqlStore) -> str:
    run_id = (await store.runs.create(NewRun("0", "ada"))).info.run_id
    await store.runs.delete(run_id)
    return run_id


async def runs_of(store: SqlStore) -> set[str]:
    page = await store.runs.search(RunSearch(("0",), view_type=ViewType.ALL))
    return {run.info.run_id for run in page.items}


async def test_what_lies_in_the_bin_for_too_long_is_removed(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        old, new = await binned_run(store), await binned_run(store)
        active = (await store.runs.create(NewRun("0", "ada"))).info.run_id
        with closing(sqlite3.connect(tmp_path / "trialog.db", timeout=30)) as connection, connection:
            connection.execute(
                "UPDATE trialog_runs SET deleted_time = deleted_time - 8 * 86400000 WHERE run_id = ?", [old]
            )
        worker = RemovalWorker(store.bin, ROOTS, retention_days=7, look_seconds=0.01)
        await worker.start()
        async with asyncio.timeout(30):
            while old in await runs_of(store):
                pass
        await worker.stop()
        assert await runs_of(store) == {new, active}


async def test_without_retention_only_what_was_begun_is_finished(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        begun, kept = await binned_run(store), await binned_run(store)
        await remove_for_good(store.bin, ROOTS, BinSelection(run_ids=(begun,)), seconds=0.0)
        assert len(await store.bin.pending()) == 1
        worker = RemovalWorker(store.bin, ROOTS, retention_days=None, look_seconds=0.01)
        await worker.start()
        async with asyncio.timeout(30):
            while await store.bin.pending():
                pass
        await worker.stop()
        assert await runs_of(store) == {kept}


async def test_a_look_that_fails_is_not_the_last(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path) as store:
        begun = await binned_run(store)
        await remove_for_good(store.bin, ROOTS, BinSelection(run_ids=(begun,)), seconds=0.0)
        worker = RemovalWorker(store.bin, ROOTS, retention_days=None, look_seconds=0.01)
        with closing(sqlite3.connect(tmp_path / "trialog.db", timeout=30)) as connection, connection:
            connection.execute("ALTER TABLE trialog_removals RENAME TO elsewhere")
        await worker.start()
        async with asyncio.timeout(30):
            while "was not looked through" not in caplog.text:
                await runs_of(store)
        with closing(sqlite3.connect(tmp_path / "trialog.db", timeout=30)) as connection, connection:
            connection.execute("ALTER TABLE elsewhere RENAME TO trialog_removals")
        async with asyncio.timeout(30):
            while await store.bin.pending():
                pass
        await worker.stop()


def test_retention_is_off_and_no_folder_turns_it_on(tmp_path: Path) -> None:
    assert load_settings({}, {}).bin_retention_days is None
    assert load_settings({"bin_retention_days": "30"}, {}).bin_retention_days == 30
    with pytest.raises(ConfigurationError, match="must be a whole number from 1"):
        load_settings({"bin_retention_days": "0"}, {})
    (tmp_path / ".env").write_text("TRIALOG_BIN_RETENTION_DAYS=1\n")
    with pytest.raises(ConfigurationError, match="TRIALOG_BIN_RETENTION_DAYS"):
        read_environment(tmp_path)
