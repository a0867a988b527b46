"""Which metric tells best how good a run is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.entities import Metric, NewRun
from trialog.entities.metric_meaning import Band, Direction, MeaningStatement
from trialog.registry.metric_values import MeasuredRun, choose_key_metrics, metric_meanings_of
from trialog.store import SqlStore

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_new_store(tmp_path / "store.db")
    yield opened
    await opened.close()


async def say(store: SqlStore, pattern: str, statement: MeaningStatement, experiment_id: str | None = None) -> None:
    await store.metric_meanings.set(pattern, statement, experiment_id=experiment_id, actor="ada")


async def chosen(store: SqlStore, run: MeasuredRun) -> tuple[str, Band | None, bool | None] | None:
    [found] = await choose_key_metrics(store, [run])
    if found is None:
        return None
    return found.metric.key, found.assessment.band, found.assessment.meets_target


async def test_a_target_tells_more_than_bands_and_bands_more_than_nothing(store: SqlStore) -> None:
    bands = MeaningStatement(Direction.HIGHER, thresholds=(1.0, 2.0, 3.0, 4.0))
    await say(store, "b_own", bands)
    metrics = [Metric("a_other", 9.0, 1), Metric("b_own", 3.5, 1), Metric("c_own", 1.0, 1)]
    run = MeasuredRun("0", metrics)
    assert await chosen(store, run) == ("b_own", Band.GOOD, None)
    await say(store, "c_own", MeaningStatement(Direction.LOWER, target=2.0))
    assert await chosen(store, run) == ("c_own", None, True)
    assert await chosen(store, MeasuredRun("0", metrics, "a_other")) == ("a_other", None, None)
    assert await chosen(store, MeasuredRun("0", metrics[:1])) is None
    assert await chosen(store, MeasuredRun("0", metrics[:1], "gone")) is None


async def test_what_was_said_in_an_experiment_counts_there(store: SqlStore) -> None:
    other = (await store.experiments.create("other")).experiment_id
    await say(store, "own", MeaningStatement(Direction.LOWER, target=2.0), other)
    runs = [MeasuredRun(place, [Metric("own", 1.0, 1)]) for place in ("0", other)]
    nothing, found = await choose_key_metrics(store, runs)
    assert nothing is None
    assert found is not None
    assert (found.meaning.direction, found.assessment.meets_target) == (Direction.LOWER, True)


async def test_any_number_of_metrics_can_be_asked_for(store: SqlStore) -> None:
    run_id = (await store.runs.create(NewRun("0"))).info.run_id
    keys = [f"m{number:04}" for number in range(1500)]
    for start in range(0, len(keys), 500):
        await store.runs.log_batch(run_id, metrics=[Metric(key, 1.0, 1) for key in keys[start : start + 500]])
    found = await metric_meanings_of(store, "0", keys)
    assert list(found) == keys
    assert found[keys[-1]].logged is not None
    assert await metric_meanings_of(store, "0", []) == {}
