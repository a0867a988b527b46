"""Reading the points of metrics in SQL."""

from array import array
from collections.abc import Sequence
from functools import partial
from time import monotonic

from sqlalchemy import Connection

from trialog.entities import INT64_MAX, INT64_MIN, Metric, Page, RunSearch
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.curve import Curve, Curves, CurveSearch, DamagedCurve
from trialog.entities.limits import (
    DEFAULT_CURVE_POINTS,
    MAX_CURVE_POINTS,
    MAX_CURVES_AT_ONCE,
    MAX_EXPERIMENTS_AT_ONCE,
    MAX_HISTORY_PAGE_ITEMS,
    MAX_METRICS_AT_ONCE,
    MAX_RUNS_AT_ONCE,
    MAX_SAMPLED_POINTS,
    MIN_CURVE_POINTS,
    check_at_once,
    parse_experiment_id,
)
from trialog.entities.metric_meaning import MetricRange
from trialog.errors import DamagedData, InvalidParameter
from trialog.store.chunk_codec import Point
from trialog.store.curves import CurveRange, read_curve
from trialog.store.database import Database
from trialog.store.double_keys import column_from_keys, from_keys
from trialog.store.metric_ranking import list_ranges, rank_runs
from trialog.store.page_tokens import decode_page_token, encode_page_token, query_fingerprint
from trialog.store.paging import check_max_results
from trialog.store.run_rows import find_run, find_runs
from trialog.store.sampling import sample
from trialog.store.series_points import find_series, read_columns, read_points
from trialog.store.tables import DEFAULT_WORKSPACE
from trialog.store.workspace_scope import experiments_inside

CURVES_SECONDS = 30.0
"""After this time curves are given up: with a few more such requests, all others would wait."""

# How long a reader is kept for curves before others have their turn.
_TURN_SECONDS = 0.1


class SqlMetrics:
    """Points of metrics in a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """See `MetricStore.history`."""
        if max_results is not None:
            check_max_results(max_results, MAX_HISTORY_PAGE_ITEMS)
        fingerprint = query_fingerprint("history", run_id, key)

        def job(connection: Connection) -> Page[Metric]:
            found = find_series(connection, find_run(connection, self._workspace, run_id).number, key)
            after = _position_of(page_token, fingerprint) if page_token else None
            if found is None:
                return Page([])
            size = INT64_MAX - 1 if max_results is None and after is None else max_results or MAX_HISTORY_PAGE_ITEMS
            page = read_points(connection, found, after, size)
            token = encode_page_token(fingerprint, page.points[-1]) if page.has_more else None
            return Page(_to_metrics(key, page.points), token)

        return await self._database.read(job)

    async def history_of_runs(self, run_ids: Sequence[str], key: str, *, max_results: int) -> list[Metric]:
        """See `MetricStore.history_of_runs`."""
        _check_runs(run_ids)
        check_max_results(max_results)

        def job(connection: Connection) -> list[Metric]:
            found: list[Metric] = []
            for run_id, run in find_runs(connection, self._workspace, run_ids).items():
                mine = find_series(connection, run, key)
                if mine is not None:
                    page = read_points(connection, mine, None, max_results - len(found))
                    found += _to_metrics(key, page.points, run_id)
            return found

        return await self._database.read(job)

    async def sampled_history_of_runs(
        self,
        run_ids: Sequence[str],
        key: str,
        *,
        start_step: int | None = None,
        end_step: int | None = None,
        max_results: int,
    ) -> list[Metric]:
        """See `MetricStore.sampled_history_of_runs`."""
        _check_runs(run_ids)
        check_max_results(max_results, MAX_SAMPLED_POINTS)
        _check_interval(start_step, end_step)

        def job(connection: Connection) -> list[Metric]:
            numbers = find_runs(connection, self._workspace, run_ids)
            found: list[Metric] = []
            for run_id in dict.fromkeys(run_ids):
                mine = find_series(connection, numbers[run_id], key) if run_id in numbers else None
                if mine is not None:
                    columns = read_columns(connection, mine)
                    found += _to_metrics(key, sample(columns, start_step, end_step, max_results), run_id)
            return found

        return await self._database.read(job)

    async def curves(self, query: CurveSearch) -> Curves:
        """See `MetricStore.curves`."""
        run_ids, keys = list(dict.fromkeys(query.run_ids)), list(dict.fromkeys(query.keys))
        _check_runs(run_ids)
        most = _points_of_each(len(run_ids) * len(keys), query.max_points)
        part = _range_of(query)

        found = Curves([], [], [])
        end = monotonic() + CURVES_SECONDS
        for run_id in run_ids:
            left = keys
            while left:
                if monotonic() > end:
                    raise _curves_too_slow(len(run_ids) * len(keys))
                # A few at a time: whoever asks for little meanwhile need not wait for all of them.
                part_of_run = await self._database.read(partial(_curves_of, self._workspace, run_id, left, part, most))
                if part_of_run is None:
                    found.unknown_run_ids.append(run_id)
                    break
                found.curves.extend(part_of_run.curves)
                found.damaged_curves.extend(part_of_run.damaged_curves)
                left = left[len(part_of_run.curves) + len(part_of_run.damaged_curves) :]
        return found

    async def ranges(self, experiment_ids: Sequence[str], keys: Sequence[str] | None = None) -> list[MetricRange]:
        """See `MetricStore.ranges`."""
        check_at_once("experiments", experiment_ids, MAX_EXPERIMENTS_AT_ONCE)
        check_at_once("metrics", keys or (), MAX_METRICS_AT_ONCE)
        numbers = sorted({parse_experiment_id(experiment_id) for experiment_id in experiment_ids})

        def job(connection: Connection) -> list[MetricRange]:
            inside = experiments_inside(connection, self._workspace, numbers)
            return [found for number in inside for found in list_ranges(connection, number, keys)]

        return await self._database.read(job)

    async def rank(
        self,
        experiment_ids: Sequence[str],
        key: str,
        *,
        highest: bool,
        summary: MetricSummaryKind = MetricSummaryKind.LAST,
        filter_text: str | None = None,
        max_results: int = 100,
    ) -> RunRanking:
        """See `MetricStore.rank`."""
        check_at_once("experiments", experiment_ids, MAX_EXPERIMENTS_AT_ONCE)
        check_max_results(max_results)
        search = RunSearch(tuple(experiment_ids), filter_text, max_results=max_results)
        return await self._database.read(
            lambda connection: rank_runs(connection, self._workspace, search, key, summary, highest=highest)
        )


def _check_runs(run_ids: Sequence[str]) -> None:
    if len(run_ids) > MAX_RUNS_AT_ONCE:
        raise InvalidParameter(
            "metric.too_many_runs",
            f"Histories of at most {MAX_RUNS_AT_ONCE} runs can be asked for at once, not of {len(run_ids)}. Ask for"
            " them in several requests.",
            limit=MAX_RUNS_AT_ONCE,
            count=len(run_ids),
        )


def _points_of_each(curves: int, max_points: int | None) -> int:
    """Return how many points each of some curves may have."""
    if curves > MAX_CURVES_AT_ONCE:
        raise InvalidParameter(
            "curve.too_many",
            f"At most {MAX_CURVES_AT_ONCE} curves can be asked for at once, not {curves} (runs times metrics). Ask for"
            " them in several requests.",
            limit=MAX_CURVES_AT_ONCE,
            count=curves,
        )
    if max_points is None:
        return min(DEFAULT_CURVE_POINTS, MAX_CURVE_POINTS // max(1, curves))
    if max_points < MIN_CURVE_POINTS:
        raise InvalidParameter(
            "curve.too_few_points",
            f"A curve cannot be thinned to {max_points} points: its ends, extremes and gaps take up to"
            f" {MIN_CURVE_POINTS}.",
            limit=MIN_CURVE_POINTS,
            max_points=max_points,
        )
    if max_points * curves > MAX_CURVE_POINTS:
        raise InvalidParameter(
            "curve.too_many_points",
            f"One answer holds at most {MAX_CURVE_POINTS} points, not {max_points} for each of {curves} curves. Ask for"
            " fewer points of each, for fewer curves, or for a part of the axis.",
            limit=MAX_CURVE_POINTS,
            max_points=max_points,
            curves=curves,
        )
    return max_points


def _range_of(query: CurveSearch) -> CurveRange:
    if query.start is not None and query.end is not None and query.start > query.end:
        raise InvalidParameter(
            "curve.empty_range",
            f"No {query.axis} lies between start={query.start} and end={query.end}: the start must not be behind the"
            " end.",
            start=query.start,
            end=query.end,
        )
    start = INT64_MIN if query.start is None else query.start
    return CurveRange(query.axis, start, INT64_MAX if query.end is None else query.end)


def _curves_of(
    workspace: str, run_id: str, keys: Sequence[str], part: CurveRange, most: int, connection: Connection
) -> Curves | None:
    """Return the first of some curves of a run, as many as a short time allows; None if there is no such run."""
    run = find_runs(connection, workspace, [run_id]).get(run_id)
    if run is None:
        return None
    found = Curves([], [], [])
    end = monotonic() + _TURN_SECONDS
    for key in keys:
        try:
            found.curves.append(_curve(connection, run_id, run, key, part, most))
        except DamagedData as damage:
            found.damaged_curves.append(DamagedCurve(run_id, key, damage.message))
        if monotonic() > end:
            break
    return found


def _curves_too_slow(curves: int) -> InvalidParameter:
    return InvalidParameter(
        "curve.too_slow",
        f"Reading {curves} curves took more than {CURVES_SECONDS:.0f} seconds and was given up. Ask for fewer at once.",
        seconds=CURVES_SECONDS,
        curves=curves,
    )


def _curve(connection: Connection, run_id: str, run: int, key: str, part: CurveRange, most: int) -> Curve:
    found = find_series(connection, run, key)
    if found is None:
        return Curve(run_id, key, 0, array("q"), array("q"), array("d"))
    total, shown = read_curve(connection, found, part, most)
    return Curve(run_id, key, total, shown.steps, shown.timestamps, column_from_keys(shown.values))


def _check_interval(start_step: int | None, end_step: int | None) -> None:
    if (start_step is None) != (end_step is None):
        raise InvalidParameter(
            "metric.half_interval",
            "Both start_step and end_step must be specified together, or neither may be specified.",
        )
    if start_step is not None and end_step is not None and start_step > end_step:
        raise InvalidParameter(
            "metric.empty_interval",
            "end_step must be greater than or equal to start_step."
            f" Found start_step={start_step} and end_step={end_step}.",
            start_step=start_step,
            end_step=end_step,
        )


def _position_of(page_token: str, fingerprint: str) -> Point:
    timestamp, step, value = decode_page_token(page_token, fingerprint, (int, int, int))
    return Point(int(timestamp), int(step), int(value))


def _to_metrics(key: str, rows: Sequence[Sequence[int]], run_id: str | None = None) -> list[Metric]:
    values = from_keys([row[2] for row in rows])
    return [
        Metric(key, value, timestamp, step, run_id=run_id)
        for (timestamp, step, _), value in zip(rows, values, strict=True)
    ]
