"""What was said of metrics, their ranges, and the runs with the best value."""

import asyncio
import math

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import ANYBODY, Metric, NewLoggedModel, Param
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.metric_meaning import Direction, MeaningPart, MeaningStatement, MetricRange
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OWN_API)]

NAN = math.nan
INFINITY = math.inf


async def measured_run(store: Store, experiment_id: str, *values: float, key: str = "loss", start: int = 1000) -> str:
    """Id of a run that logged values of a metric, one a step."""
    run_id = await new_run(store, experiment_id, start_time=start)
    points = [Metric(key, value, 10, step) for step, value in enumerate(values)]
    await store.runs.log_batch(run_id, metrics=points)
    return run_id


async def test_what_was_said_reads_back_as_it_was(store: Store) -> None:
    experiment_id = await new_experiment(store)
    statement = MeaningStatement(Direction.LOWER, "доллары", 0.5, (9.5, 5.0, 0.0, -1e-7), None, (MeaningPart.TARGET,))
    said = await store.metric_meanings.set("val/*loss é", statement, experiment_id=experiment_id, actor=ANYBODY)
    assert said.statement == statement
    assert (said.pattern, said.experiment_id, said.actor) == ("val/*loss é", experiment_id, ANYBODY)
    assert said.last_updated_timestamp > 1_700_000_000_000
    assert await store.metric_meanings.overrides([experiment_id]) == [said]


async def test_the_server_comes_first_and_then_experiments_in_the_order_of_patterns(store: Store) -> None:
    first, second = [await new_experiment(store) for _ in range(2)]
    higher = MeaningStatement(Direction.HIGHER)
    for pattern, place in (("b", second), ("b", first), ("a", first), ("z", None), ("*", None)):
        await store.metric_meanings.set(pattern, higher, experiment_id=place, actor=ANYBODY)

    async def places(*experiment_ids: str) -> list[tuple[str, str | None]]:
        return [(one.pattern, one.experiment_id) for one in await store.metric_meanings.overrides(experiment_ids)]

    assert await places() == [("*", None), ("z", None)]
    assert await places(first) == [("*", None), ("z", None), ("a", first), ("b", first)]
    assert ("b", second) in await places(first, second)


async def test_saying_it_again_replaces_all_that_was_said(store: Store) -> None:
    await store.metric_meanings.set("m", MeaningStatement(Direction.HIGHER, scale=100.0), actor=ANYBODY)
    await store.metric_meanings.set("m", MeaningStatement(unit="USD"), actor=ANYBODY)
    (kept,) = await store.metric_meanings.overrides()
    assert kept.statement == MeaningStatement(unit="USD")


async def test_what_was_taken_back_is_gone_and_the_rest_stays(store: Store) -> None:
    experiment_id = await new_experiment(store)
    higher = MeaningStatement(Direction.HIGHER)
    await store.metric_meanings.set("m", higher, actor=ANYBODY)
    await store.metric_meanings.set("m", higher, experiment_id=experiment_id, actor=ANYBODY)
    await store.metric_meanings.delete("m", experiment_id=experiment_id)
    assert [one.experiment_id for one in await store.metric_meanings.overrides([experiment_id])] == [None]
    with pytest.raises(ResourceNotFound, match=f"Nothing was said about 'm' in experiment {experiment_id}"):
        await store.metric_meanings.delete("m", experiment_id=experiment_id)
    await store.metric_meanings.delete("m")
    with pytest.raises(ResourceNotFound, match="Nothing was said about 'm' for the whole server"):
        await store.metric_meanings.delete("m")


async def test_nothing_can_be_said_of_an_experiment_that_is_not_there_or_in_the_bin(store: Store) -> None:
    higher = MeaningStatement(Direction.HIGHER)
    with pytest.raises(ResourceNotFound, match="No Experiment with id=987654321"):
        await store.metric_meanings.set("m", higher, experiment_id="987654321", actor=ANYBODY)
    experiment_id = await new_experiment(store)
    await store.experiments.delete(experiment_id)
    with pytest.raises(InvalidParameter, match="must be in the 'active' state"):
        await store.metric_meanings.set("m", higher, experiment_id=experiment_id, actor=ANYBODY)


async def test_of_many_who_speak_at_once_the_last_is_heard_and_nothing_is_lost(store: Store) -> None:
    await asyncio.gather(
        *(
            store.metric_meanings.set(f"m{number % 4}", MeaningStatement(scale=float(number + 1)), actor=ANYBODY)
            for number in range(20)
        )
    )
    assert [one.pattern for one in await store.metric_meanings.overrides()] == ["m0", "m1", "m2", "m3"]


async def test_patterns_are_few_and_names_are_many(store: Store) -> None:
    experiment_id = await new_experiment(store)
    higher = MeaningStatement(Direction.HIGHER)
    for number in range(100):
        await store.metric_meanings.set(f"p{number}*", higher, experiment_id=experiment_id, actor=ANYBODY)
    with pytest.raises(InvalidParameter, match="at most 100 are kept"):
        await store.metric_meanings.set("one*more", higher, experiment_id=experiment_id, actor=ANYBODY)
    await store.metric_meanings.set("p7*", MeaningStatement(unit="USD"), experiment_id=experiment_id, actor=ANYBODY)
    await store.metric_meanings.set("name", higher, experiment_id=experiment_id, actor=ANYBODY)
    await store.metric_meanings.set("elsewhere*", higher, actor=ANYBODY)
    assert len(await store.metric_meanings.overrides([experiment_id])) == 102


async def test_what_may_be_said_of_one_metric_leaves_out_other_names(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for pattern in ("loss", "los_", "l*", "x*", "acc"):
        await store.metric_meanings.set(
            pattern, MeaningStatement(Direction.LOWER), experiment_id=experiment_id, actor=ANYBODY
        )
    found = await store.metric_meanings.overrides([experiment_id], metric="loss")
    assert [one.pattern for one in found] == ["l*", "loss", "x*"]


async def test_ranges_are_those_of_the_latest_finite_values(store: Store) -> None:
    experiment_id, other = await new_experiment(store), await new_experiment(store)
    await measured_run(store, experiment_id, 9.0, -2.5)
    await measured_run(store, experiment_id, 0.0, 7.0)
    for value in (NAN, INFINITY, -INFINITY):
        await measured_run(store, experiment_id, value)
        await measured_run(store, experiment_id, value, key="a/lost")
    await measured_run(store, other, 1.0, key="other")
    assert await store.metrics.ranges([experiment_id]) == [
        MetricRange(experiment_id, "a/lost", None, None),
        MetricRange(experiment_id, "loss", -2.5, 7.0),
    ]


async def test_the_range_is_that_of_runs_and_not_of_their_logged_models(store: Store) -> None:
    experiment_id = await new_experiment(store)
    model = await store.logged_models.create(NewLoggedModel(experiment_id, "m"))
    run_id = await new_run(store, experiment_id, start_time=1000)
    points = [Metric("loss", 50.0, 10, 0, model_id=model.model_id), Metric("loss", 1.0, 10, 1)]
    await store.runs.log_batch(run_id, metrics=points)
    assert await store.metrics.ranges([experiment_id]) == [MetricRange(experiment_id, "loss", 1.0, 1.0)]
    assert (await store.metrics.rank([experiment_id], "loss", highest=True)).value == 1.0


async def test_ranges_of_names_leave_out_those_that_nobody_logged(store: Store) -> None:
    first, second = sorted([await new_experiment(store), await new_experiment(store)], key=int)
    await measured_run(store, first, 1.0)
    await measured_run(store, second, 2.0)
    await measured_run(store, second, 3.0, key="acc")
    assert await store.metrics.ranges([second, first, "987654321"], ["loss", "nothing"]) == [
        MetricRange(first, "loss", 1.0, 1.0),
        MetricRange(second, "loss", 2.0, 2.0),
    ]
    assert await store.metrics.ranges([await new_experiment(store)]) == []


async def test_the_best_is_the_highest_or_the_lowest_and_what_is_not_finite_never_wins(store: Store) -> None:
    experiment_id = await new_experiment(store)
    low = await measured_run(store, experiment_id, -1.5)
    high = await measured_run(store, experiment_id, 4.0)
    for value in (NAN, INFINITY, -INFINITY):
        await measured_run(store, experiment_id, value)
    await new_run(store, experiment_id)
    ranked = await store.metrics.rank([experiment_id], "loss", highest=True)
    assert ranked == RunRanking(4.0, (high,), 1, 2, 3)
    assert await store.metrics.rank([experiment_id], "loss", highest=False) == RunRanking(-1.5, (low,), 1, 2, 3)


async def test_of_those_that_tie_the_first_started_is_in_front(store: Store) -> None:
    experiment_id = await new_experiment(store)
    late = await measured_run(store, experiment_id, 0.0, start=3000)
    early = sorted([await measured_run(store, experiment_id, value, start=1000) for value in (-0.0, 0.0)])
    ranked = await store.metrics.rank([experiment_id], "loss", highest=True)
    assert ranked == RunRanking(0.0, (*early, late), 3, 3, 0)
    few = await store.metrics.rank([experiment_id], "loss", highest=True, max_results=2)
    assert few == RunRanking(0.0, tuple(early), 3, 3, 0)


@pytest.mark.parametrize(
    ("summary", "value", "best"),
    [("last", 3.0, 1), ("first", 8.0, 0), ("min", 3.0, 1), ("max", 9.0, 1)],
)
async def test_any_summary_of_a_run_may_count(store: Store, summary: str, value: float, best: int) -> None:
    experiment_id = await new_experiment(store)
    values = [(8.0, 1.0, 2.0), (5.0, 9.0, 3.0)]
    run_ids = [await measured_run(store, experiment_id, *each, key="val/loss") for each in values]
    ranked = await store.metrics.rank([experiment_id], "val/loss", highest=True, summary=MetricSummaryKind(summary))
    assert (ranked.value, ranked.run_ids) == (value, (run_ids[best],))


async def test_only_active_runs_of_the_experiments_that_match_the_filter_compete(store: Store) -> None:
    first, second, third = [await new_experiment(store) for _ in range(3)]
    kept = await measured_run(store, first, 1.0)
    await store.runs.log_param(kept, Param("ticker", "BTC"))
    deleted = await measured_run(store, first, 5.0)
    await store.runs.delete(deleted)
    await measured_run(store, third, 9.0)
    other = await measured_run(store, second, 2.0)
    assert (await store.metrics.rank([first, second], "loss", highest=True)).run_ids == (other,)
    matching = "params.ticker = 'BTC' AND metrics.loss < 100"
    ranked = await store.metrics.rank([first, second], "loss", highest=True, filter_text=matching)
    assert ranked == RunRanking(1.0, (kept,), 1, 1, 0)
    with pytest.raises(InvalidParameter, match="Invalid clause"):
        await store.metrics.rank([first], "loss", highest=True, filter_text="params.ticker =")


async def test_where_nothing_is_there_to_compare_no_run_is_best(store: Store) -> None:
    experiment_id = await new_experiment(store)
    assert await store.metrics.rank([experiment_id], "loss", highest=True) == RunRanking(None, (), 0, 0, 0)
    await measured_run(store, experiment_id, NAN)
    assert await store.metrics.rank([experiment_id], "loss", highest=True) == RunRanking(None, (), 0, 0, 1)
