"""Curves for charts: many at once, thinned, in ranges."""

import math
import random
import struct
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.backends import Promise
from tests.contract.samples import bits, new_run
from tests.thinned_curves import Point, Seen, check_thinned, in_order
from trialog.contracts import Store
from trialog.entities import INT64_MAX, INT64_MIN, Metric
from trialog.entities.curve import Curve, CurveAxis, CurveSearch
from trialog.errors import InvalidParameter
from trialog.store import metrics

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OWN_API)]

VALUES = st.sampled_from([0.0, -0.0, 1.5, -1e300, 5e-324, math.nan, math.inf, -math.inf]) | st.floats(allow_nan=False)
SERIES = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 60), VALUES), min_size=1, max_size=90)


async def log(store: Store, run_id: str, key: str, points: Sequence[Point]) -> None:
    logged = [Metric(key, value, timestamp, step) for timestamp, step, value in points]
    for start in range(0, len(logged), 1000):
        await store.runs.log_batch(run_id, metrics=logged[start : start + 1000])


async def read(
    store: Store,
    run_id: str,
    *,
    axis: CurveAxis = CurveAxis.STEP,
    start: int | None = None,
    end: int | None = None,
    max_points: int | None = None,
) -> Curve:
    found = await store.metrics.curves(CurveSearch((run_id,), ("m",), axis, start, end, max_points))
    assert found.unknown_run_ids == []
    (curve,) = found.curves
    assert (curve.run_id, curve.key) == (run_id, "m")
    return curve


def seen(curve: Curve) -> list[Seen]:
    return list(zip(curve.timestamps, curve.steps, map(bits, curve.values), strict=True))


def walk(count: int) -> list[Point]:
    """Return a long regular series with one high and one low value."""
    chance = random.Random(7)  # noqa: S311 - scatters points, hides nothing
    points = [(1_700_000_000_000 + 1000 * step, step, chance.random()) for step in range(count)]
    points[count // 3] = (*points[count // 3][:2], 1000.0)
    points[count // 2] = (*points[count // 2][:2], -1000.0)
    return points


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(series=SERIES, most=st.integers(10, 60), axis=st.sampled_from(CurveAxis))
async def test_a_curve_shows_ends_and_extremes_and_gaps_within_its_bound(
    store: Store, series: list[Point], most: int, axis: CurveAxis
) -> None:
    run_id = await new_run(store, "0")
    half = len(series) // 2
    await log(store, run_id, "m", series[half:])
    if half:
        await log(store, run_id, "m", series[:half])

    for _ in range(2):  # once in each form
        curve = await read(store, run_id, axis=axis, max_points=most)
        check_thinned(seen(curve), curve.total, most, in_order(series, axis), axis)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    series=SERIES,
    axis=st.sampled_from(CurveAxis),
    start=st.none() | st.integers(-6, 61),
    length=st.none() | st.integers(0, 30),
)
async def test_a_range_has_its_points_and_no_others(
    store: Store, series: list[Point], axis: CurveAxis, start: int | None, length: int | None
) -> None:
    run_id = await new_run(store, "0")
    await log(store, run_id, "m", series)
    end = None if length is None else (start or 0) + length
    low, high = INT64_MIN if start is None else start, INT64_MAX if end is None else end
    inside = [
        point
        for point in in_order(series, axis)
        if low <= (point[0] if axis is CurveAxis.TIMESTAMP else point[1]) <= high
    ]

    curve = await read(store, run_id, axis=axis, start=start, end=end, max_points=20)
    check_thinned(seen(curve), curve.total, 20, inside, axis)


async def test_a_long_series_says_how_much_of_it_is_shown(store: Store) -> None:
    run_id = await new_run(store)
    points = walk(5000)
    await log(store, run_id, "m", points)

    curve = await read(store, run_id)
    assert (curve.total, curve.is_thinned) == (5000, True)
    assert 1500 < len(curve.values) <= 2000
    check_thinned(seen(curve), curve.total, 2000, in_order(points, CurveAxis.STEP), CurveAxis.STEP)
    whole = await read(store, run_id, max_points=5000)
    assert (whole.total, whole.is_thinned, list(whole.steps)) == (5000, False, list(range(5000)))
    zoomed = await read(store, run_id, start=1000, end=1099)
    assert (zoomed.total, list(zoomed.steps)) == (100, list(range(1000, 1100)))


async def test_curves_come_run_by_run_and_key_by_key_as_they_were_asked_for(store: Store) -> None:
    runs = [await new_run(store) for _ in range(3)]
    for number, run_id in enumerate(runs):
        await log(store, run_id, "loss", [(1, step, float(number)) for step in range(number)])
        await store.runs.log_metric(run_id, Metric("acc", 0.5, 7, number))

    query = CurveSearch((runs[2], runs[0], runs[2]), ("loss", "acc", "never"))
    found = await store.metrics.curves(query)
    assert [(curve.run_id, curve.key, curve.total) for curve in found.curves] == [
        (runs[2], "loss", 2),
        (runs[2], "acc", 1),
        (runs[2], "never", 0),
        (runs[0], "loss", 0),
        (runs[0], "acc", 1),
        (runs[0], "never", 0),
    ]
    assert list(found.curves[0].values) == [2.0, 2.0]
    assert list(found.curves[2].values) == []


async def test_runs_that_are_not_there_are_named_and_the_others_answered(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_metric(run_id, Metric("m", 1.0, 1))
    await store.runs.delete(run_id)

    for _ in range(2):
        found = await store.metrics.curves(CurveSearch(("f" * 32, run_id), ("m",)))
        assert [(curve.run_id, curve.total) for curve in found.curves] == [(run_id, 1)]
        assert found.unknown_run_ids == ["f" * 32]


async def test_extreme_steps_and_every_bit_of_a_value_come_back(store: Store) -> None:
    run_id = await new_run(store)
    (payload,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000))
    points = [(INT64_MAX, INT64_MIN, payload), (0, INT64_MAX, -0.0), (1, 0, -math.inf), (2, 0, math.inf)]
    await log(store, run_id, "m", points)

    for axis in CurveAxis:
        for _ in range(2):
            assert seen(await read(store, run_id, axis=axis)) == in_order(points, axis)


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_what_cannot_be_drawn_is_refused(store: Store) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match="between start=3 and end=2") as empty:
        await read(store, run_id, start=3, end=2)
    assert empty.value.code == "curve.empty_range"
    with pytest.raises(InvalidParameter, match="10"):
        await read(store, run_id, max_points=9)
    with pytest.raises(InvalidParameter, match="1000000"):
        await read(store, run_id, max_points=1_000_001)


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_more_curves_and_points_than_one_answer_holds_are_refused(store: Store) -> None:
    runs = tuple(f"{number:032x}" for number in range(101))
    with pytest.raises(InvalidParameter, match="100"):
        await store.metrics.curves(CurveSearch(runs, ("m",)))
    with pytest.raises(InvalidParameter, match="At most 1000 curves can be asked for at once, not 1100") as many:
        await store.metrics.curves(CurveSearch(runs[:100], tuple(f"m{number}" for number in range(11))))
    assert many.value.code == "curve.too_many"
    with pytest.raises(InvalidParameter, match="at most 1000000 points, not 20000 for each of 100 curves") as large:
        await store.metrics.curves(CurveSearch(runs[:100], ("m",), max_points=20_000))
    assert large.value.code == "curve.too_many_points"


async def test_curves_that_take_many_turns_come_as_they_were_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_TURN_SECONDS", -1.0)
    run_ids = [await new_run(store) for _ in range(2)]
    for number, run_id in enumerate(run_ids):
        for key in ("a", "b", "c"):
            await log(store, run_id, key, [(1, number, 0.5)])
    found = await store.metrics.curves(CurveSearch((run_ids[1], "nothing", run_ids[0]), ("c", "x", "a")))
    assert [(curve.run_id, curve.key, list(curve.steps)) for curve in found.curves] == [
        (run_ids[number], key, [] if key == "x" else [number]) for number in (1, 0) for key in ("c", "x", "a")
    ]
    assert found.unknown_run_ids == ["nothing"]


async def test_curves_that_take_too_long_are_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "CURVES_SECONDS", -1.0)
    with pytest.raises(InvalidParameter, match=r"Reading 2 curves took more than .* Ask for fewer at once"):
        await store.metrics.curves(CurveSearch((await new_run(store),), ("a", "b")))
