import asyncio
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from tests.unit.store.sealed import BY_HAND, ROWS_ONLY, counts, faults, seal_all
from trialog.entities import Metric, NewRun, Param
from trialog.errors import InvalidParameter
from trialog.store import SqlStore
from trialog.store.sealing import SealingRule
from trialog.store.sqlite_database import SqliteDatabase

pytestmark = pytest.mark.anyio


async def open_file(file: Path, rule: SealingRule) -> SqlStore:
    return await open_new_store(file, sealing=rule)


async def new_run(store: SqlStore) -> str:
    return (await store.runs.create(NewRun("0"))).info.run_id


def steps(count: int, start: int, end: int) -> list[Metric]:
    """Points of several metrics, step by step."""
    return [Metric(f"m{key}", key + step / 8, 10 * step, step) for step in range(start, end) for key in range(count)]


async def assert_kept(store: SqlStore, run_id: str, wanted: list[Metric]) -> None:
    """Check that a run has some points, each once, in the order of history."""
    latest = {metric.key: metric for metric in (await store.runs.get(run_id)).metrics}
    of_key: dict[str, list[Metric]] = {}
    for metric in wanted:
        of_key.setdefault(metric.key, []).append(metric)
    assert latest.keys() == of_key.keys()
    for key, theirs in of_key.items():
        assert (await store.metrics.history(run_id, key)).items == theirs
        assert latest[key] == theirs[-1]


@pytest.mark.parametrize("series", [1, 2, 37, 250])
async def test_a_request_may_repeat_points_of_some_of_its_series(tmp_path: Path, series: int) -> None:
    file = tmp_path / "x.db"
    store = await open_file(file, ROWS_ONLY)
    try:
        run_id = await new_run(store)
        await store.runs.log_batch(run_id, metrics=steps(series, 0, 2))
        # The first of them has one point that is there, the others have none, and then each has one.
        await store.runs.log_batch(run_id, metrics=[steps(series, 1, 2)[0], *steps(series, 2, 4)])
        await store.runs.log_batch(run_id, metrics=steps(series, 2, 5)[: 2 * series + 1][:1000])
        await store.runs.log_batch(run_id, metrics=steps(series, 4, 5))
        await store.runs.log_batch(run_id, metrics=steps(series, 4, 5))
        await assert_kept(store, run_id, steps(series, 0, 5))
        assert counts(file) == (5 * series, 0)
    finally:
        await store.close()
    assert faults(file) == []


async def test_a_request_may_repeat_what_is_sealed_in_one_series_and_a_row_in_another(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    store = await open_file(file, BY_HAND)
    sealed, rows = steps(3, 0, 20), [Metric(f"m{key}", key + 20 / 8, 200, 20) for key in (0, 2)]
    fresh = [Metric("m1", 1 + 20 / 8, 200, 20), *steps(3, 21, 23)]
    try:
        run_id = await new_run(store)
        for start in range(0, len(sealed), 9):
            await store.runs.log_batch(run_id, metrics=sealed[start : start + 9])
        database = SqliteDatabase(file, sealing=BY_HAND)
        try:
            await seal_all(database, BY_HAND, whole=True)
        finally:
            await database.close()
        assert counts(file)[0] == 0
        await store.runs.log_batch(run_id, metrics=rows)
        await store.runs.log_batch(run_id, metrics=[*sealed[-2:], *fresh, rows[1], *sealed[:1]])
        await assert_kept(store, run_id, steps(3, 0, 23))
        assert counts(file)[0] == 9
    finally:
        await store.close()
    assert faults(file) == []


async def test_repeating_requests_of_one_group_leave_their_neighbours_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    store = await open_file(file, ROWS_ONLY)
    try:
        runs = [await new_run(store) for _ in range(6)]
        await asyncio.gather(*(store.runs.log_batch(run_id, metrics=steps(5, 0, 3)) for run_id in runs))
        await store.runs.log_param(runs[2], Param("p", "1"))
        requests = [
            *(store.runs.log_batch(run_id, metrics=steps(5, 2, 6)) for run_id in runs[:2]),  # repeats
            store.runs.log_batch(runs[2], metrics=steps(5, 3, 6), params=[Param("p", "2")]),  # is refused
            *(store.runs.log_batch(run_id, metrics=steps(5, 3, 6)) for run_id in runs[3:]),
            *(store.runs.log_batch(run_id, metrics=steps(5, 0, 6)) for run_id in runs[:2]),  # repeats all
        ]
        answers = await asyncio.gather(*requests, return_exceptions=True)
        assert [type(answer) for answer in answers if answer is not None] == [InvalidParameter]
        for run_id in runs:
            await assert_kept(store, run_id, steps(5, 0, 3 if run_id == runs[2] else 6))
    finally:
        await store.close()
    assert faults(file) == []


async def test_a_refused_param_takes_the_new_ones_beside_it_back(tmp_path: Path) -> None:
    store = await open_file(tmp_path / "x.db", ROWS_ONLY)
    try:
        run_id = await new_run(store)
        await store.runs.log_param(run_id, Param("old", "1"))
        with pytest.raises(InvalidParameter, match=r"value='1' .* new value '2'"):
            await store.runs.log_batch(run_id, params=[Param("new", "3"), Param("old", "2")])
        await store.runs.log_batch(run_id, params=[Param("newer", "4"), Param("old", "1")])
        assert (await store.runs.get(run_id)).params == [Param("newer", "4"), Param("old", "1")]
    finally:
        await store.close()
