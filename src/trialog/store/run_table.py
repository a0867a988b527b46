"""The table of runs in columns: of what was logged, only what is looked at is read."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, select

from trialog.entities import RunSearch
from trialog.entities.limits import MAX_COLUMNS_AT_ONCE, MAX_TABLE_VALUES, check_at_once
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunColumns, RunCount
from trialog.errors import InvalidParameter
from trialog.store.double_keys import from_keys
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.run_plans import find_run_rows
from trialog.store.run_rows import RUN_COLUMNS
from trialog.store.run_search import read_run_search
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of
from trialog.store.tables import NO_MODEL, params, runs, series, tags

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


_select_metric = _select_noted(series, series.c.last_value)
_select_param = _select_noted(params, params.c.value)
_select_tag = _select_noted(tags, tags.c.value)


def check_columns(query: RunSearch, choice: RunColumnChoice) -> None:
    """Refuse to read too much at once.

    Raises:
        InvalidParameter: There are too many columns, or a page of them may have too many values.
    """
    names = (*choice.attributes, *choice.metrics, *choice.params, *choice.tags)
    check_at_once("columns", names, MAX_COLUMNS_AT_ONCE)
    if choice.count * query.max_results > MAX_TABLE_VALUES:
        raise InvalidParameter(
            "run.too_many_values",
            f"One page holds at most {MAX_TABLE_VALUES} values, not {query.max_results} of each of {choice.count}"
            " columns. Ask for a smaller page or for fewer columns.",
            limit=MAX_TABLE_VALUES,
            max_results=query.max_results,
            columns=choice.count,
        )


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
    numbers = [row[0] for row in rows]
    listed = as_list(numbers)
    return RunColumns(
        count=len(rows),
        attributes={attribute: _attribute(rows, attribute) for attribute in choice.attributes},
        metrics={key: _metric(connection, listed, numbers, key) for key in choice.metrics},
        params={key: _values(connection, _select_param, listed, numbers, key) for key in choice.params},
        tags={key: _values(connection, _select_tag, listed, numbers, key) for key in choice.tags},
        total=None if query.page_token else _count(connection, workspace, query, len(rows), has_more=token is not None),
        next_page_token=token,
    )


def _attribute(rows: Sequence[AnyRow], attribute: RunAttribute) -> list[str | int | None]:
    place = _PLACES[attribute]
    if attribute is RunAttribute.EXPERIMENT_ID:
        return [str(row[place]) for row in rows]
    return [row[place] for row in rows]


def _values(
    connection: Connection, statement: Prepared, listed: str, numbers: Sequence[int], key: str
) -> list[Any | None]:
    found: Mapping[int, Any] = dict(statement.rows(connection, (listed, key)))
    return [found.get(number) for number in numbers]


def _metric(connection: Connection, listed: str, numbers: Sequence[int], key: str) -> list[float | None]:
    found = dict(_select_metric.rows(connection, (listed, key)))
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
