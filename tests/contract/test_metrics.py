import itertools
import math
import struct

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import bits, latest, new_run, points
from trialog.contracts import Store
from trialog.entities import INT64_MAX, INT64_MIN, Metric
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio

NAN = math.nan
LARGEST = 1.7976931348623157e308
ORDINARY_DOUBLES = {
    "zero": 0.0,
    "third": 1 / 3,
    "tenth": 0.1,
    "negative": -2.5e-7,
    "largest": LARGEST,
    "smallest": -LARGEST,
    "smallest normal": 2.2250738585072014e-308,
    "denormal": 5e-324,
    "negative denormal": -2.2250738585072009e-308,
    "beyond 53 bits": 9007199254740993.0,
    "nan": NAN,
}
MARKED_DOUBLES = {"infinity": math.inf, "negative infinity": -math.inf, "negative zero": -0.0}


async def assert_kept(store: Store, value: float) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("one", value, 10, 1))
    await store.runs.log_batch(run_id, metrics=[Metric("batch", value, 10, 1)])
    run = await store.runs.get(run_id)
    for key in ("one", "batch"):
        (point,) = (await store.metrics.history(run_id, key)).items
        assert bits(point.value) == bits(value)
        assert bits(latest(run)[key].value) == bits(value)


@pytest.mark.parametrize("value", ORDINARY_DOUBLES.values(), ids=ORDINARY_DOUBLES)
async def test_doubles_come_back_bit_for_bit(store: Store, value: float) -> None:
    await assert_kept(store, value)


@pytest.mark.needs(Promise.EXACT_DOUBLES)
@pytest.mark.parametrize("value", MARKED_DOUBLES.values(), ids=MARKED_DOUBLES)
async def test_infinities_and_the_sign_of_zero_come_back(store: Store, value: float) -> None:
    await assert_kept(store, value)


@pytest.mark.needs(Promise.EXACT_DOUBLES)
async def test_zeros_of_both_signs_and_infinities_are_points_of_their_own(store: Store) -> None:
    run_id = await new_run(store)
    values = [0.0, -0.0, math.inf, LARGEST, -math.inf, -LARGEST, NAN]
    for _ in range(2):
        await store.runs.log_batch(run_id, metrics=[Metric("m", value, 1, 1) for value in values])

    history = (await store.metrics.history(run_id, "m")).items
    assert sorted(bits(point.value) for point in history) == sorted(map(bits, values))


@pytest.mark.parametrize("step", [INT64_MIN, -1, 0, 1, 2**53 + 1, INT64_MAX])
async def test_steps_are_any_64_bit_integer(store: Store, step: int) -> None:
    run_id = await new_run(store)
    for metric in (Metric("m", 1.0, 5, step), Metric("n", 2.0, 5, step)):
        await store.runs.log_metric(run_id, metric)

    run = await store.runs.get(run_id)
    assert [metric.step for metric in run.metrics] == [step, step]
    assert (await store.metrics.history(run_id, "m")).items == [Metric("m", 1.0, 5, step)]


@pytest.mark.parametrize("timestamp", [0, 1, 2**53 + 1, INT64_MAX])
async def test_timestamps_are_any_64_bit_integer_from_zero(store: Store, timestamp: int) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", 1.0, timestamp))

    assert (await store.metrics.history(run_id, "m")).items == [Metric("m", 1.0, timestamp)]


async def test_a_negative_timestamp_is_refused(store: Store) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=r"(?i)timestamp"):
        await store.runs.log_metric(run_id, Metric("m", 1.0, -1))
    with pytest.raises(InvalidParameter, match=r"(?i)timestamp"):
        await store.runs.log_batch(run_id, metrics=[Metric("good", 1.0, 1), Metric("m", 1.0, -1)])

    assert (await store.runs.get(run_id)).metrics == []


async def test_identical_points_are_stored_once(store: Store) -> None:
    run_id = await new_run(store)
    point = Metric("m", 0.5, 10, 1)
    await store.runs.log_metric(run_id, point)
    await store.runs.log_metric(run_id, point)
    await store.runs.log_batch(run_id, metrics=[point, point, Metric("m", NAN, 10, 1), Metric("m", NAN, 10, 1)])
    others = [Metric("m", 0.75, 10, 1), Metric("m", 0.5, 11, 1), Metric("m", 0.5, 10, 2)]
    await store.runs.log_batch(run_id, metrics=[*others, point])

    history = (await store.metrics.history(run_id, "m")).items
    assert len(history) == 5
    assert set(points(history)) == set(points([point, Metric("m", NAN, 10, 1), *others]))


async def test_a_long_batch_sent_again_is_stored_once(store: Store) -> None:
    run_id = await new_run(store)
    batch = [Metric("loss", 1 / (step + 1), 1000 + step, step) for step in range(1000)]
    for _ in range(2):
        await store.runs.log_batch(run_id, metrics=batch)

    assert (await store.metrics.history(run_id, "loss")).items == batch


async def test_a_request_may_repeat_points_of_some_of_its_metrics(store: Store) -> None:
    run_id = await new_run(store)
    first, second, third = ([Metric(f"m{key}", key + step, 10 * step, step) for key in range(150)] for step in range(3))
    await store.runs.log_batch(run_id, metrics=first)
    await store.runs.log_batch(run_id, metrics=[*first[:3], *second, *first[-1:]])
    await store.runs.log_batch(run_id, metrics=[*second, *third, Metric("new", 1.0, 0, 0)])

    for key in (0, 3, 149):
        expected = [batch[key] for batch in (first, second, third)]
        assert (await store.metrics.history(run_id, f"m{key}")).items == expected
    run = await store.runs.get(run_id)
    assert latest(run) == {metric.key: metric for metric in [*third, Metric("new", 1.0, 0, 0)]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_latest_is_the_largest_step_then_time_then_value_whatever_came_last(
    store: Store, order: tuple[int, ...]
) -> None:
    run_id = await new_run(store)
    by_step = [Metric("step", 9.0, 9, 1), Metric("step", 1.0, 1, 2), Metric("step", 5.0, 5, -3)]
    by_time = [Metric("time", 9.0, 1, 7), Metric("time", 1.0, 3, 7), Metric("time", 5.0, 2, 7)]
    by_value = [Metric("value", -1.0, 4, 7), Metric("value", 3.0, 4, 7), Metric("value", 2.0, 4, 7)]
    for index in order:
        for metric in (by_step[index], by_time[index], by_value[index]):
            await store.runs.log_metric(run_id, metric)

    found = latest(await store.runs.get(run_id))
    assert (found["step"], found["time"], found["value"]) == (by_step[1], by_time[1], by_value[1])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_latest_of_one_batch_does_not_depend_on_its_order(store: Store, order: tuple[int, ...]) -> None:
    run_id = await new_run(store)
    metrics = [Metric("m", 1.0, 1, 1), Metric("m", 2.0, 1, 1), Metric("m", 0.5, 2, 1)]
    await store.runs.log_batch(run_id, metrics=[metrics[index] for index in order])

    assert (await store.runs.get(run_id)).metrics == [metrics[2]]


async def test_an_older_point_does_not_become_the_latest(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_batch(run_id, metrics=[Metric("m", float(step), step, step) for step in range(300)])
    await store.runs.log_batch(run_id, metrics=[Metric("m", 999.0, 10**12, 7), Metric("m", 999.0, 0, -5)])

    assert (await store.runs.get(run_id)).metrics == [Metric("m", 299.0, 299, 299)]


async def test_nan_may_be_the_latest(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", 1.0, 1, 1))
    await store.runs.log_metric(run_id, Metric("m", NAN, 1, 2))
    assert math.isnan(latest(await store.runs.get(run_id))["m"].value)

    await store.runs.log_metric(run_id, Metric("m", 2.0, 1, 3))
    assert latest(await store.runs.get(run_id))["m"].value == 2.0


async def test_metrics_of_two_runs_are_apart(store: Store) -> None:
    first = await new_run(store)
    second = await new_run(store)
    await store.runs.log_metric(first, Metric("m", 1.0, 1, 1))
    await store.runs.log_metric(second, Metric("m", 2.0, 1, 1))

    assert (await store.metrics.history(first, "m")).items == [Metric("m", 1.0, 1, 1)]
    assert (await store.metrics.history(second, "m")).items == [Metric("m", 2.0, 1, 1)]


async def test_keys_differ_by_case(store: Store) -> None:
    run_id = await new_run(store)
    metrics = [Metric("LOSS", 1.0, 1), Metric("Loss", 2.0, 1), Metric("loss", 3.0, 1)]
    await store.runs.log_batch(run_id, metrics=metrics)

    assert (await store.runs.get(run_id)).metrics == metrics


@pytest.mark.needs(Promise.EXACT_DOUBLES)
async def test_every_nan_reads_as_nan(store: Store) -> None:
    odd = struct.unpack(">d", bytes.fromhex("fff8000000000123"))[0]
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", odd, 1))

    assert math.isnan((await store.metrics.history(run_id, "m")).items[0].value)


@pytest.mark.parametrize(("name", "digest"), [("d", None), (None, "x"), ("d", "")])
async def test_a_measurement_on_half_a_dataset_is_refused(store: Store, name: str | None, digest: str | None) -> None:
    """MLflow's client could never again read the logged model that it belongs to."""
    run_id = await new_run(store)
    metric = Metric("m", 1.0, 1, dataset_name=name, dataset_digest=digest)

    with pytest.raises(InvalidParameter, match="Both dataset_name and dataset_digest must be provided"):
        await store.runs.log_metric(run_id, metric)
    with pytest.raises(InvalidParameter, match="Both dataset_name and dataset_digest must be provided"):
        await store.runs.log_batch(run_id, metrics=[metric])
