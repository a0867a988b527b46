import itertools
import math
import random

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import all_items, bits, new_experiment, new_run, points
from trialog.contracts import Store
from trialog.entities import Metric
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio


def scattered(count: int, seed: int = 1) -> list[Metric]:
    """Points with many equal timestamps and steps, in no order."""
    chance = random.Random(seed)  # noqa: S311 - scatters points, hides nothing
    made = {
        (chance.randrange(12), chance.randrange(-6, 6), chance.choice([-1.5, 0.0, 0.25, 7.0])) for _ in range(count)
    }
    metrics = [Metric("m", value, timestamp, step) for timestamp, step, value in sorted(made)]
    chance.shuffle(metrics)
    return metrics


def in_order(metrics: list[Metric]) -> list[Metric]:
    return sorted(metrics, key=lambda metric: (metric.timestamp, metric.step, metric.value))


async def test_history_goes_by_timestamp_step_and_value(store: Store) -> None:
    run_id = await new_run(store)
    metrics = scattered(300)
    for start in range(0, len(metrics), 50):
        await store.runs.log_batch(run_id, metrics=metrics[start : start + 50])

    assert (await store.metrics.history(run_id, "m")).items == in_order(metrics)


async def test_a_metric_that_was_never_logged_has_no_points(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", 1.0, 1))

    page = await store.metrics.history(run_id, "other")
    assert (page.items, page.next_page_token) == ([], None)


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_an_unknown_run_has_no_history(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match="Run with id=" + "f" * 32 + " not found"):
        await store.metrics.history("f" * 32, "m")


async def test_a_deleted_run_keeps_its_history(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", 1.0, 1))
    await store.runs.delete(run_id)

    assert (await store.metrics.history(run_id, "m")).items == [Metric("m", 1.0, 1)]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
async def test_pages_hold_every_point_once_in_order(store: Store, size: int) -> None:
    run_id = await new_run(store)
    metrics = scattered(90) if size == 1 else scattered(400)
    await store.runs.log_batch(run_id, metrics=metrics)
    paged = await all_items(lambda token: store.metrics.history(run_id, "m", max_results=size, page_token=token))

    assert paged == in_order(metrics)


async def test_a_full_last_page_has_no_token(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_batch(run_id, metrics=[Metric("m", 1.0, 1, step) for step in range(6)])

    first = await store.metrics.history(run_id, "m", max_results=3)
    assert len(first.items) == 3
    last = await store.metrics.history(run_id, "m", max_results=3, page_token=first.next_page_token)
    assert (len(last.items), last.next_page_token) == (3, None)
    assert (await store.metrics.history(run_id, "m", max_results=6)).next_page_token is None


@pytest.mark.needs(Promise.STABLE_PAGES)
async def test_pages_are_stable_while_points_arrive_everywhere(store: Store) -> None:
    run_id = await new_run(store)
    old = [Metric("m", float(number), 1000 + 10 * number, number) for number in range(200)]
    await store.runs.log_batch(run_id, metrics=old)
    met: list[Metric] = []
    token: str | None = None
    for number in range(1000):
        page = await store.metrics.history(run_id, "m", max_results=9, page_token=token)
        met += page.items
        token = page.next_page_token
        if token is None:
            break
        # Before, in the midst of and after what was met so far, and points that are there already.
        arriving = [Metric("m", -1.0, number), Metric("m", -1.0, 1005 + 10 * number), Metric("m", -1.0, 10**9 + number)]
        await store.runs.log_batch(run_id, metrics=[*arriving, *old[number : number + 3]])

    assert [metric for metric in met if metric.value >= 0] == old
    assert len(set(points(met))) == len(met)
    assert met == in_order(met)


@pytest.mark.needs(Promise.EXACT_DOUBLES, Promise.STABLE_PAGES)
async def test_pages_split_points_that_differ_in_their_value_only(store: Store) -> None:
    run_id = await new_run(store)
    values = [-math.inf, -1.0, -0.0, 0.0, 5e-324, 1.0, math.inf, math.nan]
    await store.runs.log_batch(run_id, metrics=[Metric("m", value, 1, 1) for value in values])
    paged = await all_items(lambda token: store.metrics.history(run_id, "m", max_results=1, page_token=token))

    assert sorted(bits(metric.value) for metric in paged) == sorted(map(bits, values))
    numbers = [metric.value for metric in paged if not math.isnan(metric.value)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("max_results", [0, -1])
async def test_a_page_has_at_least_one_point(store: Store, max_results: int) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.metrics.history(run_id, "m", max_results=max_results)


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
@pytest.mark.parametrize("token", ["junk", "eyJvZmZzZXQiOiAtMX0=", "AAAA", "é", "[]", "x" * 5000])
async def test_a_token_that_the_store_did_not_give_is_refused(store: Store, token: str) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=r"(?i)token"):
        await store.metrics.history(run_id, "m", max_results=5, page_token=token)


async def test_history_of_runs_goes_by_run_then_as_the_history_of_one(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_ids = [await new_run(store, experiment_id) for _ in range(3)]
    logged = {run_id: scattered(40, seed) for seed, run_id in enumerate(run_ids)}
    for run_id, metrics in logged.items():
        await store.runs.log_batch(run_id, metrics=[*metrics, Metric("other", 1.0, 1)])
    silent = await new_run(store, experiment_id)

    found = await store.metrics.history_of_runs([*run_ids, silent, "f" * 32], "m", max_results=25_000)
    assert [metric.run_id for metric in found] == sorted(metric.run_id or "" for metric in found)
    for run_id in run_ids:
        own = [metric for metric in found if metric.run_id == run_id]
        assert points(own) == points(in_order(logged[run_id]))
    assert {metric.run_id for metric in found} == set(run_ids)
    limited = await store.metrics.history_of_runs(run_ids, "m", max_results=50)
    assert limited == found[:50]


async def test_sampling_keeps_few_points_whole(store: Store) -> None:
    run_id = await new_run(store)
    metrics = [Metric("m", float(step), 100 + step, step) for step in range(10)]
    await store.runs.log_batch(run_id, metrics=metrics)

    found = await store.metrics.sampled_history_of_runs([run_id], "m", max_results=10)
    assert points(found) == points(metrics)
    assert {metric.run_id for metric in found} == {run_id}
    assert await store.metrics.sampled_history_of_runs([run_id], "other", max_results=10) == []


@pytest.mark.parametrize("max_results", [2, 10, 100])
async def test_sampling_is_even_and_keeps_first_and_last_of_each_run(store: Store, max_results: int) -> None:
    experiment_id = await new_experiment(store)
    long, short = [await new_run(store, experiment_id) for _ in range(2)]
    logged = {long: list(range(-500, 500)), short: list(range(300))}
    for run_id, steps in logged.items():
        await store.runs.log_batch(run_id, metrics=[Metric("m", step / 7, 10_000 + step, step) for step in steps])

    found = await store.metrics.sampled_history_of_runs([long, short], "m", max_results=max_results)
    for run_id, steps in logged.items():
        own = [metric for metric in found if metric.run_id == run_id]
        sampled = [metric.step for metric in own]
        assert sampled == sorted(set(sampled))
        assert (sampled[0], sampled[-1]) == (steps[0], steps[-1])
        assert set(points(own)) <= set(points(Metric("m", step / 7, 10_000 + step, step) for step in steps))
        # About as many as asked for: evenly sampled steps, and the ends of each run beside them.
        assert len(own) <= max_results + 4
        gaps = [later - earlier for earlier, later in itertools.pairwise(sampled)]
        assert max(gaps) <= 2 * 1000 / (max_results - 1) + 1


async def test_sampling_keeps_to_the_interval(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_batch(run_id, metrics=[Metric("m", float(step), step, step) for step in range(1000)])
    found = await store.metrics.sampled_history_of_runs([run_id], "m", start_step=100, end_step=200, max_results=20)

    steps = [metric.step for metric in found]
    assert (steps[0], steps[-1]) == (100, 200)
    assert 10 <= len(steps) <= 24
    one = await store.metrics.sampled_history_of_runs([run_id], "m", start_step=5, end_step=5, max_results=20)
    assert [metric.step for metric in one] == [5]


async def test_a_wrong_sample_is_refused(store: Store) -> None:
    run_id = await new_run(store)
    for max_results in (0, 2501):
        with pytest.raises(InvalidParameter, match="max_results"):
            await store.metrics.sampled_history_of_runs([run_id], "m", max_results=max_results)
    with pytest.raises(InvalidParameter, match="step"):
        await store.metrics.sampled_history_of_runs([run_id], "m", start_step=1, max_results=5)
    with pytest.raises(InvalidParameter, match="step"):
        await store.metrics.sampled_history_of_runs([run_id], "m", start_step=2, end_step=1, max_results=5)


async def test_at_most_100_runs_at_once(store: Store) -> None:
    run_ids = [f"{number:032x}" for number in range(101)]
    assert await store.metrics.history_of_runs(run_ids[:100], "m", max_results=10) == []
    with pytest.raises(InvalidParameter, match="100"):
        await store.metrics.history_of_runs(run_ids, "m", max_results=10)
    with pytest.raises(InvalidParameter, match="100"):
        await store.metrics.sampled_history_of_runs(run_ids, "m", max_results=10)
