"""The best run of some experiments, on a real store, beside a plain model of what is best."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.samples import new_experiment, new_run
from tests.contract.trialog_store import open_sqlite_store
from trialog.contracts import Store
from trialog.entities import ANYBODY, Metric, Param
from trialog.entities.best_run import BestRun, BestRunSearch, MetricSummaryKind
from trialog.entities.metric_meaning import Band, Direction, MeaningOrigin, MeaningSource, MeaningStatement
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.best_run import MAX_TIES, find_best_run

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_sqlite_store(tmp_path) as opened:
        yield opened


async def measured(store: Store, experiment_id: str, key: str, *values: float, start: int | None = 1000) -> str:
    """Id of a new run with values of a metric, one a step."""
    run_id = await new_run(store, experiment_id, start_time=start)
    points = [Metric(key, value, 10, step) for step, value in enumerate(values)]
    await store.runs.log_batch(run_id, metrics=points, params=[Param("ticker", "BTC")])
    return run_id


async def best(store: Store, metric: str, *experiment_ids: str, direction: Direction | None = None) -> BestRun:
    """The best run by a metric."""
    return await find_best_run(store, BestRunSearch(metric, experiment_ids, direction=direction))


async def test_the_meaning_of_the_metric_decides_what_is_best(store: Store) -> None:
    experiment_id = await new_experiment(store)
    poor = await measured(store, experiment_id, "val_roc_auc", 0.4829)
    fine = await measured(store, experiment_id, "val_roc_auc", 0.7129)
    await store.runs.log_metric(poor, Metric("rmse", 1.5, 1, 0))
    await store.runs.log_metric(fine, Metric("rmse", 2.5, 1, 0))

    by_auc = await best(store, "val_roc_auc", experiment_id)
    assert by_auc.run == await store.runs.get(fine)
    assert (by_auc.value, by_auc.direction, by_auc.assessment.band) == (0.7129, Direction.HIGHER, Band.GOOD)
    assert by_auc.direction_source == MeaningSource(MeaningOrigin.DEFAULT, "roc_auc")
    assert (by_auc.ties, by_auc.tie_count, by_auc.compared, by_auc.skipped) == ((fine,), 1, 2, 0)
    by_rmse = await best(store, "rmse", experiment_id)
    assert (by_rmse.run.info.run_id, by_rmse.direction, by_rmse.assessment.band) == (poor, Direction.LOWER, None)
    assert (await best(store, "rmse", experiment_id, direction=Direction.HIGHER)).run.info.run_id == fine


async def test_several_experiments_compete_by_id_and_by_name(store: Store) -> None:
    first, second = await new_experiment(store), await new_experiment(store)
    await measured(store, first, "accuracy", 0.6)
    winner = await measured(store, second, "accuracy", 0.8)
    name = (await store.experiments.get(second)).name
    found = await find_best_run(store, BestRunSearch("accuracy", (first, first), (name, name)))
    assert (found.run.info.run_id, found.compared) == (winner, 2)


async def test_experiments_without_the_metric_have_no_say(store: Store) -> None:
    first, second = await new_experiment(store), await new_experiment(store)
    run_id = await measured(store, first, "score", 1.0)
    await measured(store, second, "other", 1.0)
    await store.metric_meanings.set("score", MeaningStatement(Direction.LOWER), experiment_id=second, actor=ANYBODY)
    await store.metric_meanings.set("score", MeaningStatement(Direction.HIGHER), experiment_id=first, actor=ANYBODY)
    assert (await best(store, "score", first, second)).run.info.run_id == run_id


async def test_where_nobody_knows_the_direction_it_is_asked_for(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await measured(store, experiment_id, "business_score", 1.0)
    with pytest.raises(
        InvalidParameter, match=rf"is not known in experiment '.*' \(id {experiment_id}\)\. Give direction"
    ):
        await best(store, "business_score", experiment_id)
    with pytest.raises(InvalidParameter, match="A best run needs a direction"):
        await best(store, "business_score", experiment_id, direction=Direction.NONE)
    found = await best(store, "business_score", experiment_id, direction=Direction.LOWER)
    assert found.direction_source is None


async def test_a_direction_that_the_values_look_like_is_told_and_not_taken(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for value in (-0.3, -0.1):
        await measured(store, experiment_id, "max_drawdown", value)
    with pytest.raises(InvalidParameter, match="By the values logged it looks like 'higher'"):
        await best(store, "max_drawdown", experiment_id)


async def test_experiments_that_disagree_on_the_direction_are_named(store: Store) -> None:
    first, second = await new_experiment(store), await new_experiment(store)
    for experiment_id in (first, second):
        await measured(store, experiment_id, "accuracy", 0.5)
    await store.metric_meanings.set("acc*", MeaningStatement(Direction.LOWER), experiment_id=second, actor=ANYBODY)
    with pytest.raises(
        InvalidParameter,
        match=rf"'higher' \(from default\) in experiment '.*' \(id {first}\);"
        rf" 'lower' \(from experiment\) in experiment '.*' \(id {second}\)",
    ):
        await best(store, "accuracy", first, second)
    assert (await best(store, "accuracy", first, second, direction=Direction.HIGHER)).tie_count == 2


@pytest.mark.parametrize("is_said", [True, False])
async def test_percentages_are_not_compared_with_fractions(store: Store, *, is_said: bool) -> None:
    first, second = await new_experiment(store), await new_experiment(store)
    await measured(store, first, "total_return", 0.04)
    await measured(store, second, "total_return", 3.2)
    if is_said:
        for experiment_id, scale in ((first, 100.0), (second, 1.0)):
            await store.metric_meanings.set(
                "total_return", MeaningStatement(scale=scale), experiment_id=experiment_id, actor=ANYBODY
            )
    with pytest.raises(InvalidParameter, match="cannot be compared: unit percent, scale 100 in experiment"):
        await best(store, "total_return", first, second)
    if not is_said:
        await store.metric_meanings.set("total_return", MeaningStatement(scale=100.0), actor=ANYBODY)
        assert (await best(store, "total_return", first, second)).value == 3.2


async def test_a_name_that_nobody_logged_brings_up_the_one_that_was_meant(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await measured(store, experiment_id, "val_roc_auc", 0.5)
    with pytest.raises(ResourceNotFound, match=r"has the metric 'roc_auc'\. Did you mean val_roc_auc\?"):
        await best(store, "roc_auc", experiment_id)
    with pytest.raises(ResourceNotFound, match=r"has the metric 'nothing'\.$"):
        await best(store, "nothing", experiment_id)


async def test_where_no_run_is_left_it_is_said_why(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await measured(store, experiment_id, "accuracy", math.nan)
    await measured(store, experiment_id, "accuracy", math.inf)
    with pytest.raises(ResourceNotFound, match="is NaN or infinite, which never wins: 2 runs were skipped"):
        await best(store, "accuracy", experiment_id)
    with pytest.raises(ResourceNotFound, match="No active run that matches the filter has the metric 'accuracy'"):
        await find_best_run(store, BestRunSearch("accuracy", (experiment_id,), filter="params.ticker = 'ETH'"))
    await store.runs.delete(run_id)
    with pytest.raises(ResourceNotFound, match="1 runs were skipped"):
        await best(store, "accuracy", experiment_id)


async def test_experiments_must_be_named_and_there(store: Store) -> None:
    with pytest.raises(InvalidParameter, match="Say in which experiments to look"):
        await find_best_run(store, BestRunSearch("accuracy"))
    with pytest.raises(ResourceNotFound, match="No Experiment with id=987654321"):
        await best(store, "accuracy", "987654321")
    with pytest.raises(ResourceNotFound, match="Could not find experiment with name 'nothing'"):
        await find_best_run(store, BestRunSearch("accuracy", experiment_names=("nothing",)))
    with pytest.raises(InvalidParameter, match="At most 1000 experiments can be asked about at once, not 1001"):
        await best(store, "accuracy", *["0"] * 1001)


async def test_of_very_many_that_tie_some_are_listed_and_all_are_counted(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for start in range(MAX_TIES + 3):
        await measured(store, experiment_id, "accuracy", 0.5, start=1000 - start)
    found = await best(store, "accuracy", experiment_id)
    assert (len(found.ties), found.tie_count) == (MAX_TIES, MAX_TIES + 3)
    assert found.run.info.start_time == 1000 - MAX_TIES - 2


@dataclass(frozen=True)
class Facts:
    """A run as the model knows it."""

    experiment: int
    start: int | None
    values: tuple[float, ...]
    is_deleted: bool


VALUES = st.sampled_from([-1.5, -0.0, 0.0, 0.5, 2.0, 1e308, 5e-324, math.nan, math.inf, -math.inf])
RUNS = st.lists(
    st.builds(
        Facts,
        st.integers(0, 2),
        st.sampled_from([None, 0, 1, 2]),
        st.lists(VALUES, max_size=3).map(tuple),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=8,
)


def summarise(values: tuple[float, ...], summary: MetricSummaryKind) -> float:
    """The value of a run that counts; NaN stands aside wherever there is a number."""
    numbers = [value for value in values if not math.isnan(value)]
    match summary:
        case MetricSummaryKind.FIRST:
            return values[0]
        case MetricSummaryKind.LAST:
            return values[-1]
        case MetricSummaryKind.MIN:
            return min(numbers, default=math.nan)
        case MetricSummaryKind.MAX:
            return max(numbers, default=math.nan)


def model_of_best(
    runs: dict[str, Facts], summary: MetricSummaryKind, direction: Direction
) -> tuple[list[str], float | None, int, int]:
    """Ids of the best runs in order, their value, and how many runs were compared and skipped."""
    values = {
        run_id: summarise(facts.values, summary)
        for run_id, facts in runs.items()
        if facts.values and not facts.is_deleted and facts.experiment < 2
    }
    finite = {run_id: value for run_id, value in values.items() if math.isfinite(value)}
    if not finite:
        return [], None, 0, len(values)
    value = (max if direction is Direction.HIGHER else min)(finite.values())
    ties = [run_id for run_id in finite if finite[run_id] == value]

    def order(run_id: str) -> tuple[bool, int, str]:
        start = runs[run_id].start
        return start is None, start or 0, run_id

    return sorted(ties, key=order), value, len(finite), len(values) - len(finite)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, asyncio.Runner]]:
    """A store, and what runs its coroutines."""
    with asyncio.Runner() as runner:
        opening = open_sqlite_store(tmp_path_factory.mktemp("model"))
        yield runner.run(opening.__aenter__()), runner
        runner.run(opening.__aexit__(None, None, None))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(RUNS, st.sampled_from(MetricSummaryKind), st.sampled_from([Direction.HIGHER, Direction.LOWER]))
def test_it_is_the_one_that_the_model_finds(
    world: tuple[Store, asyncio.Runner], facts: list[Facts], summary: MetricSummaryKind, direction: Direction
) -> None:
    store, runner = world

    async def compare() -> None:
        experiments = [await new_experiment(store) for _ in range(3)]
        runs = {}
        for one in facts:
            run_id = await measured(store, experiments[one.experiment], "m/x", *one.values, start=one.start)
            runs[run_id] = one
            if one.is_deleted:
                await store.runs.delete(run_id)
        ties, value, compared, skipped = model_of_best(runs, summary, direction)
        # The third experiment is not looked in.
        search = BestRunSearch("m/x", tuple(experiments[:2]), summary=summary, direction=direction)
        if not ties:
            with pytest.raises(ResourceNotFound, match="m/x") as refusal:
                await find_best_run(store, search)
            assert refusal.value.values.get("skipped", 0) == skipped
            return
        found = await find_best_run(store, search)
        assert (list(found.ties), found.value, found.compared, found.skipped) == (ties, value, compared, skipped)
        # Their metrics may hold NaN, which equals nothing.
        assert found.run.info == (await store.runs.get(ties[0])).info

    runner.run(compare())
