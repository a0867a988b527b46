"""The table of runs in columns: of what was logged, only what is looked at is read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, select

from trialog.entities import PARENT_RUN_TAG, LifecycleStage, RunSearch
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.limits import MAX_COLUMNS_AT_ONCE, MAX_TABLE_RUNS, MAX_TABLE_VALUES, check_at_once
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunColumns, RunCount
from trialog.errors import InvalidParameter
from trialog.store.double_keys import from_keys
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.run_plans import find_run_rows
from trialog.store.run_rows import RUN_COLUMNS
from trialog.store.run_search import read_run_search
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of
from trialog.store.tables import (
    INDEXED_CHARACTERS,
    NO_MODEL,
    dataset_inputs,
    datasets,
    indexed_text,
    params,
    runs,
    series,
    tags,
)
from trialog.store.workspace_scope import lies_in

# As many runs are counted where a look at an index is enough for each.
COUNTED_RUNS = 50_000
# As many runs are looked at where each has to be compared with a filter.
COMPARED_RUNS = 5_000

_STORED = {
    RunAttribute.RUN_ID: runs.c.run_id,
    RunAttribute.RUN_NAME: runs.c.name,
    RunAttribute.EXPERIMENT_ID: runs.c.experiment,
    RunAttribute.USER_ID: runs.c.user_id,
    RunAttribute.STATUS: runs.c.status,
    RunAttribute.START_TIME: runs.c.start_time,
    RunAttribute.END_TIME: runs.c.end_time,
    RunAttribute.LIFECYCLE_STAGE: runs.c.lifecycle_stage,
    RunAttribute.ARTIFACT_URI: runs.c.artifact_uri,
}
_PLACES = {attribute: RUN_COLUMNS.index(column) for attribute, column in _STORED.items()}


def _select_noted(table: Table, value: Column[Any]) -> Prepared:
    statement = select(table.c.run, value).where(is_listed(table.c.run), table.c.key == bindparam("key"))
    if table is series:
        statement = statement.where(series.c.model == NO_MODEL)
    return Prepared(statement, [LISTED, "key"])


_select_metric = {
    MetricSummaryKind.LAST: _select_noted(series, series.c.last_value),
    MetricSummaryKind.MIN: _select_noted(series, series.c.min_value),
    MetricSummaryKind.MAX: _select_noted(series, series.c.max_value),
    MetricSummaryKind.FIRST: _select_noted(series, series.c.first_value),
}
_select_param = _select_noted(params, params.c.value)
_select_tag = _select_noted(tags, tags.c.value)
_select_named = Prepared(
    select(*RUN_COLUMNS).where(is_listed(runs.c.run_id), lies_in(bindparam("workspace"), runs.c.experiment)),
    [LISTED, "workspace"],
)
_select_deleted_times = Prepared(
    select(runs.c.id, runs.c.deleted_time).where(is_listed(runs.c.id), runs.c.deleted_time.is_not(None)), [LISTED]
)
_count_children = Prepared(
    select(tags.c.value, runs.c.experiment, func.count())
    .join_from(tags, runs, runs.c.id == tags.c.run)
    .where(
        tags.c.key == PARENT_RUN_TAG,
        is_listed(indexed_text(tags.c.value)),
        runs.c.lifecycle_stage == LifecycleStage.ACTIVE.value,
    )
    .group_by(tags.c.value, runs.c.experiment),
    [LISTED],
)
_select_datasets = Prepared(
    select(dataset_inputs.c.run, datasets.c.name)
    .join(datasets, datasets.c.id == dataset_inputs.c.dataset)
    .where(is_listed(dataset_inputs.c.run))
    .order_by(dataset_inputs.c.id),
    [LISTED],
)


def check_columns(choice: RunColumnChoice, max_results: int) -> None:
    """Refuse to read too much at once.

    Args:
        choice: Which columns.
        max_results: Of how many runs.

    Raises:
        InvalidParameter: There are too many columns, or a page of them may have too many values.
    """
    names = (*choice.attributes, *choice.metrics, *choice.params, *choice.tags)
    check_at_once("columns", names, MAX_COLUMNS_AT_ONCE)
    if choice.count * max_results > MAX_TABLE_VALUES:
        raise InvalidParameter(
            "run.too_many_values",
            f"One page holds at most {MAX_TABLE_VALUES} values, not {max_results} of each of {choice.count}"
            " columns. Ask for a smaller page or for fewer columns.",
            limit=MAX_TABLE_VALUES,
            max_results=max_results,
            columns=choice.count,
        )


def check_named(run_ids: Sequence[str], choice: RunColumnChoice) -> None:
    """Refuse to read too much of runs that are named.

    Raises:
        InvalidParameter: There are too many runs, columns or values.
    """
    check_at_once("runs", run_ids, MAX_TABLE_RUNS)
    check_columns(choice, len(run_ids))


def read_table(connection: Connection, workspace: str, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
    """Return one page of the table.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: What to look for.
        choice: Which columns to read.

    Raises:
        InvalidParameter: Filter, order, an experiment's id or the token are wrong.
    """
    rows, token = find_run_rows(connection, workspace, query)
    total = None if query.page_token else _count(connection, workspace, query, len(rows), has_more=token is not None)
    return _columns(connection, rows, choice, total=total, next_page_token=token)


def read_named(connection: Connection, workspace: str, run_ids: Sequence[str], choice: RunColumnChoice) -> RunColumns:
    """Return the columns of runs that are named, in the order of their names.

    Args:
        connection: Where to read.
        workspace: Where to look.
        run_ids: The runs, active or deleted.
        choice: Which columns to read.
    """
    names = list(dict.fromkeys(run_ids))
    place = RUN_COLUMNS.index(runs.c.run_id)
    found = {row[place]: row for row in _select_named.rows(connection, (as_list(names), workspace))}
    rows = [found[name] for name in names if name in found]
    return _columns(connection, rows, choice, unknown_run_ids=tuple(name for name in names if name not in found))


def _columns(connection: Connection, rows: Sequence[AnyRow], choice: RunColumnChoice, **said: Any) -> RunColumns:
    numbers = [row[0] for row in rows]
    listed = as_list(numbers)
    metric = _select_metric[choice.summary]
    return RunColumns(
        count=len(rows),
        attributes={attribute: _attribute(connection, rows, attribute) for attribute in choice.attributes},
        metrics={key: _metric(connection, metric, listed, numbers, key) for key in choice.metrics},
        params={key: _values(connection, _select_param, listed, numbers, key) for key in choice.params},
        tags={key: _values(connection, _select_tag, listed, numbers, key) for key in choice.tags},
        **said,
    )


def _attribute(
    connection: Connection, rows: Sequence[AnyRow], attribute: RunAttribute
) -> list[str | int | list[str] | None]:
    match attribute:
        case RunAttribute.DURATION:
            start, end = _PLACES[RunAttribute.START_TIME], _PLACES[RunAttribute.END_TIME]
            return [None if row[start] is None or row[end] is None else row[end] - row[start] for row in rows]
        case RunAttribute.DELETED_TIME:
            times = dict(_select_deleted_times.rows(connection, (as_list(row[0] for row in rows),)))
            return [times.get(row[0]) for row in rows]
        case RunAttribute.PARENT_RUN_ID:
            numbers = [row[0] for row in rows]
            return _values(connection, _select_tag, as_list(numbers), numbers, PARENT_RUN_TAG)
        case RunAttribute.CHILD_COUNT:
            id_, place = _PLACES[RunAttribute.RUN_ID], _PLACES[RunAttribute.EXPERIMENT_ID]
            listed = as_list(dict.fromkeys(row[id_][:INDEXED_CHARACTERS] for row in rows))
            # Of another experiment, who asks may read nothing.
            counts = {(parent, where): count for parent, where, count in _count_children.rows(connection, (listed,))}
            return [counts.get((row[id_], row[place]), 0) for row in rows]
        case RunAttribute.DATASETS:
            names: dict[int, list[str]] = defaultdict(list)
            for number, name in _select_datasets.rows(connection, (as_list(row[0] for row in rows),)):
                names[number].append(name)
            return [names.get(row[0], []) for row in rows]
        case RunAttribute.EXPERIMENT_ID:
            return [str(row[_PLACES[attribute]]) for row in rows]
        case _:
            return [row[_PLACES[attribute]] for row in rows]


def _values(
    connection: Connection, statement: Prepared, listed: str, numbers: Sequence[int], key: str
) -> list[Any | None]:
    found: Mapping[int, Any] = dict(statement.rows(connection, (listed, key)))
    return [found.get(number) for number in numbers]


def _metric(
    connection: Connection, statement: Prepared, listed: str, numbers: Sequence[int], key: str
) -> list[float | None]:
    # Of a metric that has been nothing but NaN there is no least and no greatest value.
    found = {number: value for number, value in statement.rows(connection, (listed, key)) if value is not None}
    values = dict(zip(found, from_keys(found.values()), strict=True))
    return [values.get(number) for number in numbers]


def _count(connection: Connection, workspace: str, query: RunSearch, found: int, *, has_more: bool) -> RunCount:
    """Return how many runs match; of very many, how many were found among the first that were looked at."""
    if not has_more:
        return RunCount(found, is_exact=True)
    search = read_run_search(connection, workspace, query)
    limit = COMPARED_RUNS if search.clauses else COUNTED_RUNS
    inside = is_one_of(runs.c.experiment, search.experiments), runs.c.lifecycle_stage.in_(search.stages)
    looked_at = select(runs.c.id).where(*inside).limit(limit + 1).subquery()
    candidates = connection.execute(select(func.count()).select_from(looked_at)).scalar_one()
    if not search.clauses:
        return RunCount(min(candidates, limit), is_exact=candidates <= limit)
    matching = search.paged.statement.with_only_columns(func.count(), maintain_column_froms=False)
    matching = matching.select_from(runs).where(runs.c.id.in_(select(looked_at.c.id)))
    matches = connection.execute(matching).scalar_one()
    return RunCount(max(matches, found + 1), is_exact=candidates <= limit)
