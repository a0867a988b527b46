import asyncio
import math
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.contract.trialog_store import EAGER
from tests.new_store import open_new_store
from tests.unit.store.older import migrate_to
from tests.unit.store.sealed import BY_HAND, ROWS_ONLY, SMALL, counts, faults, seal_all, until
from trialog.entities import LoggedModelSearch, Metric, NewLoggedModel, NewRun
from trialog.entities.clock import now_milliseconds
from trialog.errors import DamagedData
from trialog.store import SqlStore
from trialog.store.schema import NEWEST_VERSION
from trialog.store.sealing import SealingRule
from trialog.store.sqlite_database import SqliteDatabase

pytestmark = pytest.mark.anyio


def address(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


@asynccontextmanager
async def opened(file: Path, rule: SealingRule) -> AsyncIterator[SqlStore]:
    store = await open_new_store(file, sealing=rule)
    try:
        yield store
    finally:
        await store.close()


async def seal_file(file: Path, rule: SealingRule, *, whole: bool) -> None:
    database = SqliteDatabase(file, sealing=BY_HAND)
    try:
        await seal_all(database, rule, whole=whole)
    finally:
        await database.close()


def line(start: int, count: int, *, every: int = 10) -> list[Metric]:
    """Points of one metric at regular times."""
    return [Metric("m", step / 4, every * step, step) for step in range(start, start + count)]


async def log(store: SqlStore, run_id: str, metrics: list[Metric], *, at_once: int = 5) -> None:
    for start in range(0, len(metrics), at_once):
        await store.runs.log_batch(run_id, metrics=metrics[start : start + at_once])


async def new_run(store: SqlStore) -> str:
    return (await store.runs.create(NewRun("0"))).info.run_id


async def test_the_oldest_rows_are_sealed_by_themselves_and_the_newest_stay(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, SMALL) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 100))
        await until(lambda: counts(file)[0] < SMALL.hot)
        assert counts(file)[0] >= SMALL.hot - SMALL.size
        assert (await store.metrics.history(run_id, "m")).items == line(0, 100)
    assert faults(file) == []


async def test_many_points_of_a_request_become_a_chunk_at_once(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 30), at_once=6)
        rows, chunks = counts(file)
        assert rows == 0
        assert chunks <= 5
        assert (await store.metrics.history(run_id, "m")).items == line(0, 30)
    assert faults(file) == []


@pytest.mark.parametrize("every", [0, 1])
async def test_points_of_one_moment_become_chunks_at_once_and_none_is_doubled(tmp_path: Path, every: int) -> None:
    file = tmp_path / "x.db"
    # A part ends in the millisecond in which the next one begins.
    parts = [line(start, 7, every=every) for start in range(0, 30, 6)]
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        for part in parts:
            moved = [Metric("m", point.value, 1000 + point.timestamp // 4, point.step) for point in part[1:]]
            for _ in range(2):
                await store.runs.log_batch(run_id, metrics=moved)
        assert counts(file)[0] == 0
        late = Metric("m", 5.0, 1000, 0)
        await store.runs.log_metric(run_id, late)
        assert counts(file)[0] == 1
        found = (await store.metrics.history(run_id, "m")).items
        assert [point.step for point in found] == list(range(31))
    assert faults(file) == []


async def test_what_a_chunk_has_may_be_sent_again_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    metrics = [*line(0, 38), Metric("m", math.nan, 395, 40), Metric("m", -0.0, 396, 40)]
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, metrics)
        await seal_file(file, BY_HAND, whole=True)
        assert counts(file)[0] == 0
        for at_once in (1, 7, 1000):
            await log(store, run_id, metrics, at_once=at_once)
        assert counts(file)[0] == 0
        found = (await store.metrics.history(run_id, "m")).items
        assert len(found) == len(metrics)
    assert faults(file) == []


async def test_late_points_are_rows_until_many_lie_in_one_place(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    late = [Metric("m", -1.0, 10 * step + 5, step) for step in (3, 20, 21, 22)]
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 40))
        await seal_file(file, BY_HAND, whole=True)
        await log(store, run_id, late)
        assert counts(file)[0] == 4
        await seal_file(file, BY_HAND, whole=True)
        assert counts(file)[0] == 1
        found = (await store.metrics.history(run_id, "m")).items
        assert found == sorted([*line(0, 40), *late], key=lambda metric: metric.timestamp)
        await log(store, run_id, late)
        assert (await store.metrics.history(run_id, "m")).items == found
    assert faults(file) == []


async def test_what_was_left_to_itself_is_sealed_whole(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, SMALL._replace(idle_seconds=0.01)) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 10))
        # Two rows are not worth a chunk.
        await until(lambda: counts(file) == (2, 1))
        assert (await store.metrics.history(run_id, "m")).items == line(0, 10)
    assert faults(file) == []


async def test_what_a_closed_store_left_is_sealed_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, ROWS_ONLY) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 3000), at_once=1000)
        assert counts(file) == (3000, 0)
    async with opened(file, SealingRule()) as store:
        await until(lambda: counts(file)[0] < SealingRule().hot)
        assert (await store.metrics.history(run_id, "m")).items == line(0, 3000)
    assert faults(file) == []


async def test_points_of_logged_models_stay_rows(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, EAGER) as store:
        run_id = await new_run(store)
        model = await store.logged_models.create(NewLoggedModel("0", source_run_id=run_id))
        metrics = [Metric("m", step / 4, step, step, model_id=model.model_id) for step in range(40)]
        await log(store, run_id, metrics, at_once=20)
        await until(lambda: counts(file)[0] <= 40)
        page = await store.logged_models.search(LoggedModelSearch(("0",), "metrics.m > 9.5"))
        assert [len(found.metrics) for found in page.items] == [40]
        assert len((await store.metrics.history(run_id, "m")).items) == 40
    assert faults(file) == []


async def test_a_page_opens_only_the_chunks_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 80))
        await seal_file(file, BY_HAND, whole=True)
        first = await store.metrics.history(run_id, "m", max_results=30)
        damage(file, "id = (SELECT min(id) FROM trialog_chunks)")
        rest = await store.metrics.history(run_id, "m", max_results=100, page_token=first.next_page_token)
        assert first.items + rest.items == line(0, 80)


def damage(file: Path, which: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        flipped = "substr(data, 1, 20) || x'00' || substr(data, 22)"
        connection.execute(f"UPDATE trialog_chunks SET data = CAST({flipped} AS BLOB) WHERE {which}")  # noqa: S608  written here


async def test_a_damaged_chunk_is_named_and_all_else_is_served(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 40))
        others = [Metric("other", float(step), step, step) for step in range(40)]
        await log(store, run_id, others)
        await seal_file(file, BY_HAND, whole=True)
        damage(file, "id = (SELECT id FROM trialog_chunks ORDER BY series, first_timestamp LIMIT 1)")

        for read in (
            store.metrics.history(run_id, "m"),
            store.metrics.history_of_runs([run_id], "m", max_results=5),
            store.metrics.sampled_history_of_runs([run_id], "m", max_results=5),
        ):
            with pytest.raises(DamagedData, match=rf"metric 'm' of run {run_id} are damaged: .* 0 to 70") as caught:
                await read
            assert caught.value.code == "store.corrupt_chunk"
        assert (await store.metrics.history(run_id, "other")).items == others
        # What comes later is taken; what may be in there already cannot be.
        await log(store, run_id, line(40, 20), at_once=10)
        with pytest.raises(DamagedData, match="its checksum is wrong"):
            await log(store, run_id, line(2, 1))
        await seal_file(file, BY_HAND, whole=True)
        run = await store.runs.get(run_id)
        assert {metric.key: metric.step for metric in run.metrics} == {"m": 59, "other": 39}


@pytest.mark.parametrize("column", ["count", "first_step", "last_value", "checksum", "series"])
async def test_a_chunk_in_a_wrong_place_is_noticed(tmp_path: Path, column: str) -> None:
    file = tmp_path / "x.db"
    async with opened(file, BY_HAND) as store:
        runs = [await new_run(store) for _ in range(2)]
        await log(store, runs[0], line(0, 8), at_once=8)
        await log(store, runs[1], line(20, 8), at_once=8)
        change = "3 - series" if column == "series" else f"{column} + 1"
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(f"UPDATE trialog_chunks SET {column} = {change}")  # noqa: S608  written here
        for run_id in runs:
            with pytest.raises(DamagedData, match="its checksum is wrong"):
                await store.metrics.history(run_id, "m")


async def test_another_process_that_seals_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, SMALL) as store:
        run_id = await new_run(store)
        with closing(sqlite3.connect(file)) as other, other:
            lease = ("sealing", "another", now_milliseconds() + 9_000)
            other.execute("INSERT INTO trialog_leases VALUES (?, ?, ?)", lease)
        await log(store, run_id, line(0, 40))
        await asyncio.sleep(0)
        assert counts(file) == (40, 0)
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("DELETE FROM trialog_leases")
        await until(lambda: counts(file)[0] < SMALL.hot)
        assert (await store.metrics.history(run_id, "m")).items == line(0, 40)


async def test_a_lease_from_before_the_clock_was_set_back_holds_nobody_up(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, SMALL) as store:
        run_id = await new_run(store)
        with closing(sqlite3.connect(file)) as other, other:
            lease = ("sealing", "another", now_milliseconds() + 3_600_000)
            other.execute("INSERT INTO trialog_leases VALUES (?, ?, ?)", lease)
        await log(store, run_id, line(0, 40))
        await until(lambda: counts(file)[0] < SMALL.hot)


async def test_a_damaged_chunk_takes_no_healthy_point_with_it_and_holds_up_none_behind_it(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    late = [Metric("m", float(step), 10 * step + 1, step) for step in range(7)]
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 8), at_once=8)
        await log(store, run_id, late)
    assert counts(file) == (7, 1)
    damage(file, "id = 1")
    async with opened(file, SMALL._replace(idle_seconds=0.05)) as store:
        await log(store, run_id, line(100, 40))
        await until(lambda: counts(file)[0] == len(late))
    assert faults(file) == []
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT timestamp FROM trialog_points ORDER BY timestamp").fetchall()
    assert rows == [(metric.timestamp,) for metric in late]


async def test_an_older_trialog_gets_rows_again(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, BY_HAND) as store:
        run_id = await new_run(store)
        await log(store, run_id, line(0, 30), at_once=6)
        assert counts(file)[0] == 0
    await asyncio.to_thread(migrate_to, file, "0002")
    assert counts(file) == (30, 0)
    await asyncio.to_thread(migrate_to, file, NEWEST_VERSION)
    async with opened(file, BY_HAND) as store:
        assert (await store.metrics.history(run_id, "m")).items == line(0, 30)


WRITER = """
import asyncio, sys
from trialog.entities import Metric
from trialog.store import open_store
from trialog.store.sealing import SealingRule
async def main(uri, run_id, key, first, count):
    rule = SealingRule(size=8, hot=12, late=3, idle=4, idle_seconds=0.01, straight=6)
    store = await open_store(uri, default_artifact_root="mlflow-artifacts:/", sealing=rule)
    for start in range(int(first), int(first) + int(count), 4):
        metrics = [Metric(key, step / 4, 10 * step, step) for step in range(start, start + 4)]
        await store.runs.log_batch(run_id, metrics=metrics)
        print(start + 4, flush=True)
    await store.close()
asyncio.run(main(*sys.argv[1:]))
"""


def start_writer(file: Path, run_id: str, key: str, first: int, count: int) -> subprocess.Popen[str]:
    arguments = [address(file), run_id, key, str(first), str(count)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True)


async def test_two_processes_seal_one_file(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with opened(file, ROWS_ONLY) as store:
        run_id = await new_run(store)
    writers = [start_writer(file, run_id, "m", 0, 400), start_writer(file, run_id, "m", 200, 400)]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    assert faults(file) == []
    assert counts(file)[1] > 0
    async with opened(file, ROWS_ONLY) as store:
        assert (await store.metrics.history(run_id, "m")).items == line(0, 600)


@pytest.mark.parametrize("stop", [40, 100, 160, 220, 300])
async def test_a_kill_while_sealing_loses_and_doubles_nothing(tmp_path: Path, stop: int) -> None:
    file = tmp_path / "x.db"
    async with opened(file, ROWS_ONLY) as store:
        run_id = await new_run(store)
    writer = start_writer(file, run_id, "m", 0, 100_000)
    assert writer.stdout is not None
    answered = 0
    for text in writer.stdout:
        answered = int(text)
        if answered >= stop:
            break
    writer.kill()
    answered = max([answered, *(int(text) for text in writer.stdout if text.endswith("\n"))])
    writer.wait()
    writer.stdout.close()

    assert faults(file) == []
    async with opened(file, ROWS_ONLY) as store:
        found = (await store.metrics.history(run_id, "m")).items
        assert found == line(0, len(found))
        # A request that was under way may have been written and not answered.
        assert answered <= len(found) <= answered + 4
        await log(store, run_id, line(0, len(found)), at_once=50)
        assert (await store.metrics.history(run_id, "m")).items == found
    assert faults(file) == []
