"""Runs of another server in groups, made of as many whole runs as are read for that."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from trialog.entities import Run
from trialog.entities.limits import MAX_GROUPED_METRICS, check_at_once
from trialog.entities.run_groups import (
    GroupEntity,
    GroupOrder,
    RunGroup,
    RunGroups,
    RunGroupSearch,
    measure_group,
    order_groups,
)
from trialog.errors import InvalidParameter
from trialog.remote.pages import page_of
from trialog.remote.run_finder import RunFinder

GROUPED_RUNS: Final = 1_000
"""So many runs are looked at, the newest."""

_TOLD_APART: Final = 500
_ATTRIBUTES: Final = ("status", "user_id", "experiment_id")
_BY_METRIC: Final = frozenset({GroupOrder.METRIC_MIN, GroupOrder.METRIC_MEAN, GroupOrder.METRIC_MAX})


async def find_groups(finder: RunFinder, query: RunGroupSearch) -> RunGroups:
    """Return one page of groups; see `OverviewStore.groups`.

    Args:
        finder: Finds runs.
        query: Which groups.
    """
    _check(query)
    page = await finder.search(replace(query.runs, max_results=GROUPED_RUNS, order_by=(), page_token=None))
    members: dict[str | None, list[Run]] = defaultdict(list)
    for run in page.items:
        members[_value(run, query)].append(run)
    groups = [
        RunGroup(value, len(runs), {key: measure_group(_values(runs, key)) for key in query.metrics})
        for value, runs in members.items()
    ]
    shown, token = page_of(order_groups(groups, query), query.max_results, query.page_token)
    return RunGroups(
        groups=list(shown),
        total=len(groups),
        runs=len(page.items),
        is_complete=page.next_page_token is None,
        next_page_token=token,
    )


def _check(query: RunGroupSearch) -> None:
    check_at_once("metrics", query.metrics, MAX_GROUPED_METRICS)
    if query.group_by is GroupEntity.ATTRIBUTE and query.key not in _ATTRIBUTES:
        raise InvalidParameter(
            "run_groups.unknown_attribute",
            f"Runs are not grouped by the attribute {query.key[:100]!r}. There are: {', '.join(_ATTRIBUTES)}.",
            parameter="key",
        )
    if query.order_by in _BY_METRIC and query.order_metric not in query.metrics:
        raise InvalidParameter(
            "run_groups.unknown_order",
            "order_metric says which metric orders the groups, and must be one of metrics.",
            parameter="order_metric",
        )


def _value(run: Run, query: RunGroupSearch) -> str | None:
    if query.group_by is GroupEntity.ATTRIBUTE:
        return str(getattr(run.info, query.key))
    noted = run.params if query.group_by is GroupEntity.PARAM else run.tags
    return next((one.value[:_TOLD_APART] for one in noted if one.key == query.key), None)


def _values(runs: Sequence[Run], key: str) -> list[float]:
    return [metric.value for run in runs for metric in run.metrics if metric.key == key]
