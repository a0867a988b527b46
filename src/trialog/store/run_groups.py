"""Runs of a search in groups of one value, with what their metrics come to.

Values of metrics are kept as integers in the order of doubles, of which databases know no mean: they are read run by
run, along the index of the metric where there are many runs, and added up here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from trialog.entities.limits import MAX_GROUPED_METRICS, check_at_once
from trialog.entities.run_groups import (
    NOTHING_MEASURED,
    GroupEntity,
    GroupMetric,
    GroupOrder,
    RunGroup,
    RunGroups,
    RunGroupSearch,
    measure_group,
    order_groups,
)
from trialog.errors import InvalidParameter
from trialog.search import Entity
from trialog.store.double_keys import from_keys
from trialog.store.page_tokens import decode_page_token, encode_page_token, query_fingerprint
from trialog.store.paging import check_max_results
from trialog.store.run_search import TEXT_TABLES, ReadSearch, read_run_search
from trialog.store.sets import is_one_of
from trialog.store.tables import NO_MODEL, runs, series

GROUPED_RUNS = 100_000
"""So many runs are looked at."""

TOLD_APART = 500
"""Values that begin with the same so many characters make one group."""

# The values of so many runs are looked up one by one; of more, all that the experiments have of a metric are read.
_FEW_RUNS = 5_000
_MOST_PER_PAGE = 1000
_ATTRIBUTES = {"status": runs.c.status, "user_id": runs.c.user_id, "experiment_id": runs.c.experiment}
_TABLES = {GroupEntity.PARAM: TEXT_TABLES[Entity.PARAM], GroupEntity.TAG: TEXT_TABLES[Entity.TAG]}
_BY_METRIC = frozenset({GroupOrder.METRIC_MIN, GroupOrder.METRIC_MEAN, GroupOrder.METRIC_MAX})


class _Members(NamedTuple):
    """The runs of groups.

    Args:
        group_of: For each run by number, the value of its group.
        counts: How many runs each group has.
        is_complete: Whether all runs of the search were looked at.
    """

    group_of: Mapping[int, str | None]
    counts: Mapping[str | None, int]
    is_complete: bool


def check_group_search(query: RunGroupSearch) -> None:
    """Refuse a question that has no answer.

    Raises:
        InvalidParameter: Attribute, metrics, order or page size are wrong.
    """
    check_max_results(query.max_results, _MOST_PER_PAGE)
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


def read_groups(connection: Connection, workspace: str, query: RunGroupSearch) -> RunGroups:
    """Return one page of groups.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: Which groups.

    Raises:
        InvalidParameter: Filter, an experiment's id or the token are wrong.
    """
    fingerprint = _fingerprint(query)
    start = 0
    if query.page_token:
        [held] = decode_page_token(query.page_token, fingerprint, [int])
        start = max(0, int(held))
    search = read_run_search(connection, workspace, query.runs)
    members = _members(connection, search, query)
    metrics = {
        key: _summaries(members.group_of, _values(connection, search, members.group_of, key)) for key in query.metrics
    }
    groups = [
        RunGroup(value, count, {key: found.get(value, NOTHING_MEASURED) for key, found in metrics.items()})
        for value, count in members.counts.items()
    ]
    page = order_groups(groups, query)[start : start + query.max_results]
    end = start + len(page)
    return RunGroups(
        groups=page,
        total=len(groups),
        runs=len(members.group_of),
        is_complete=members.is_complete,
        next_page_token=encode_page_token(fingerprint, [end]) if end < len(groups) else None,
    )


def _fingerprint(query: RunGroupSearch) -> str:
    asked = query.runs
    return query_fingerprint(
        "run groups",
        asked.experiment_ids,
        asked.filter,
        asked.view_type,
        query.group_by,
        query.key,
        query.metrics,
        query.order_by,
        query.order_metric,
        query.descending,
    )


def _members(connection: Connection, search: ReadSearch, query: RunGroupSearch) -> _Members:
    tables = search.tables
    value: ColumnElement[Any]
    if query.group_by is GroupEntity.ATTRIBUTE:
        value = _ATTRIBUTES[query.key]
    else:
        noted = _TABLES[query.group_by].alias()
        tables = tables.outerjoin(noted, (noted.c.run == runs.c.id) & (noted.c.key == query.key))
        value = func.substr(noted.c.value, 1, TOLD_APART)
    statement = (
        search.paged.statement.with_only_columns(runs.c.id, value, maintain_column_froms=False)
        .select_from(tables)
        .where(is_one_of(runs.c.experiment, search.experiments), runs.c.lifecycle_stage.in_(search.stages))
        .limit(GROUPED_RUNS + 1)
    )
    rows = connection.execute(statement).all()
    is_complete = len(rows) <= GROUPED_RUNS
    group_of = {number: None if group is None else str(group) for number, group in rows[:GROUPED_RUNS]}
    counts: dict[str | None, int] = defaultdict(int)
    for group in group_of.values():
        counts[group] += 1
    return _Members(group_of, counts, is_complete)


def _values(
    connection: Connection, search: ReadSearch, group_of: Mapping[int, str | None], key: str
) -> Iterable[tuple[int, int]]:
    """Return runs with their latest values of a metric, as `double_keys` keeps them; also of other runs."""
    mine = select(series.c.run, series.c.last_value).where(series.c.key == key)
    own = series.c.model == NO_MODEL
    if len(group_of) <= _FEW_RUNS:
        return connection.execute(mine.where(is_one_of(series.c.run, group_of), own)).all()
    # The index has all that is read, if nobody asks for the model.
    every = connection.execute(mine.where(is_one_of(series.c.experiment, search.experiments))).all()
    values = dict(every)
    if len(values) < len(every):
        # Where a point was logged for a logged model too, the run's own series is one of several.
        counts = Counter(run for run, _ in every)
        several = [run for run, count in counts.items() if count > 1 and run in group_of]
        values |= dict(connection.execute(mine.where(is_one_of(series.c.run, several), own)).all())
    return values.items()


def _summaries(group_of: Mapping[int, str | None], values: Iterable[tuple[int, int]]) -> dict[str | None, GroupMetric]:
    keys: dict[str | None, list[int]] = defaultdict(list)
    for number, value in values:
        if number in group_of:
            keys[group_of[number]].append(value)
    found = {}
    for group, theirs in keys.items():
        metric = measure_group(from_keys(theirs))
        if metric.count:
            found[group] = metric
    return found
