"""Curves of another server: MLflow's own sample of points, and where that is short enough all of them, thinned here.

That sample is spread evenly over steps and leaves out what lies between. So a metric that has not too many points is
read whole; of longer ones it is said that points are left out, and how many there may be.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from trialog.entities import Metric, Run
from trialog.entities.curve import Curve, CurveAxis, Curves, CurveSearch
from trialog.entities.limits import MAX_CURVES_AT_ONCE, MAX_RUNS_AT_ONCE, check_at_once
from trialog.entities.numbers import INT64_MAX, INT64_MIN
from trialog.errors import InvalidParameter
from trialog.remote import messages
from trialog.remote.reading import metric_of
from trialog.remote.run_finder import RunFinder
from trialog.remote.server import RemoteServer
from trialog.remote.thinning import thin

_USUAL_POINTS: Final = 2_000
_LEAST_POINTS: Final = 10
_MOST_POINTS: Final = 1_000_000
# So many points of each run MLflow samples at most.
_MOST_SAMPLED: Final = 2_500
# So many points are read to be thinned here, and of so many curves of one question.
_WHOLE_POINTS: Final = 25_000
_WHOLE_CURVES: Final = 8


class _Wanted(NamedTuple):
    """A metric of some runs.

    Args:
        key: The metric.
        runs: The runs that have it.
    """

    key: str
    runs: list[Run]


class CurveReader:
    """Reads curves.

    Args:
        server: The other server.
        finder: Finds runs of it.
    """

    def __init__(self, server: RemoteServer, finder: RunFinder) -> None:
        self._server = server
        self._finder = finder

    async def read(self, query: CurveSearch) -> Curves:
        """Return metrics of many runs for charts; see `MetricStore.curves`.

        Raises:
            InvalidParameter: There are too many runs, curves or points, too few points, or the range is empty.
        """
        run_ids, keys = list(dict.fromkeys(query.run_ids)), list(dict.fromkeys(query.keys))
        most = _points_of_each(query, len(run_ids), len(keys))
        found = await self._finder.named(run_ids)
        wanted = [_Wanted(key, [run for run in found.values() if _has(run, key)]) for key in keys]
        sampled = await self._server.each(lambda one: self._sample(one, query, most), wanted)
        points = {(run_id, key): list_ for key, by_run in zip(keys, sampled, strict=True) for run_id, list_ in by_run}
        whole = await self._read_whole([place for place, some in points.items() if len(some) >= most])
        order = _order(query.axis)
        curves = []
        for run_id in run_ids:
            if run_id in found:
                for key in keys:
                    some = _in_range(whole.get((run_id, key), points.get((run_id, key), [])), query)
                    is_whole = (run_id, key) in whole or len(points.get((run_id, key), ())) < most
                    curves.append(_curve(run_id, key, sorted(some, key=order), most, is_whole=is_whole))
        return Curves(curves, [run_id for run_id in run_ids if run_id not in found])

    async def _sample(self, wanted: _Wanted, query: CurveSearch, most: int) -> list[tuple[str, list[Metric]]]:
        if not wanted.runs:
            return []
        fields: dict[str, int] = {}
        if query.axis is CurveAxis.STEP and (query.start is not None or query.end is not None):
            fields["start_step"] = INT64_MIN if query.start is None else query.start
            fields["end_step"] = INT64_MAX if query.end is None else query.end
        answer = await self._server.ask(
            "get_metric_history_bulk_interval",
            messages.PointsAnswer,
            run_ids=[run.info.run_id for run in wanted.runs],
            metric_key=wanted.key,
            max_results=min(most, _MOST_SAMPLED),
            **fields,
        )
        by_run: dict[str, list[Metric]] = {run.info.run_id: [] for run in wanted.runs}
        for message in answer.metrics:
            by_run.setdefault(message.run_id or "", []).append(metric_of(message))
        return list(by_run.items())

    async def _read_whole(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[Metric]]:
        """Return all points of those metrics that have not too many."""
        if len(places) > _WHOLE_CURVES:
            return {}

        async def read(place: tuple[str, str]) -> list[Metric] | None:
            run_id, key = place
            answer = await self._server.ask(
                "get_metric_history",
                messages.PointsAnswer,
                run_id=run_id,
                metric_key=key,
                max_results=_WHOLE_POINTS,
            )
            return None if answer.next_page_token else [metric_of(one) for one in answer.metrics]

        found = await self._server.each(read, places)
        return {place: points for place, points in zip(places, found, strict=True) if points is not None}


def _has(run: Run, key: str) -> bool:
    return any(metric.key == key for metric in run.metrics)


def _order(axis: CurveAxis) -> Callable[[Metric], tuple[int, int, float]]:
    if axis is CurveAxis.STEP:
        return lambda metric: (metric.step, metric.timestamp, metric.value)
    return lambda metric: (metric.timestamp, metric.step, metric.value)


def _in_range(points: Sequence[Metric], query: CurveSearch) -> list[Metric]:
    start = INT64_MIN if query.start is None else query.start
    end = INT64_MAX if query.end is None else query.end
    if query.axis is CurveAxis.STEP:
        return [point for point in points if start <= point.step <= end]
    return [point for point in points if start <= point.timestamp <= end]


def _curve(run_id: str, key: str, points: Sequence[Metric], most: int, *, is_whole: bool) -> Curve:
    total = len(points)
    if not is_whole and points:
        # Nobody says how many there are; mostly there is one for each step.
        steps = [point.step for point in points]
        total = max(total + 1, max(steps) - min(steps) + 1)
    chosen = [points[place] for place in thin([point.value for point in points], most)]
    return Curve(
        run_id=run_id,
        key=key,
        total=total,
        steps=[point.step for point in chosen],
        timestamps=[point.timestamp for point in chosen],
        values=[point.value for point in chosen],
    )


def _points_of_each(query: CurveSearch, runs: int, keys: int) -> int:
    """Return how many points each curve may have.

    Raises:
        InvalidParameter: There are too many runs, curves or points, too few points, or the range is empty.
    """
    check_at_once("runs", range(runs), MAX_RUNS_AT_ONCE)
    check_at_once("curves", range(runs * keys), MAX_CURVES_AT_ONCE)
    if query.start is not None and query.end is not None and query.start > query.end:
        raise InvalidParameter(
            "curve.empty_range",
            f"No {query.axis} lies between start={query.start} and end={query.end}: the start must not be behind the"
            " end.",
            start=query.start,
            end=query.end,
        )
    if query.max_points is None:
        return min(_USUAL_POINTS, _MOST_POINTS // max(1, runs * keys))
    if query.max_points < _LEAST_POINTS:
        raise InvalidParameter(
            "curve.too_few_points",
            f"A curve cannot be thinned to {query.max_points} points: its ends, extremes and gaps take up to"
            f" {_LEAST_POINTS}.",
            limit=_LEAST_POINTS,
            max_points=query.max_points,
        )
    if query.max_points * runs * keys > _MOST_POINTS:
        raise InvalidParameter(
            "curve.too_many_points",
            f"One answer holds at most {_MOST_POINTS} points, not {query.max_points} for each of {runs * keys} curves."
            " Ask for fewer points of each, or for fewer curves.",
            limit=_MOST_POINTS,
            max_points=query.max_points,
            curves=runs * keys,
        )
    return min(query.max_points, _MOST_SAMPLED)
