"""Filters and orders of runs, compiled to SQL."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, exists, select

from trialog.entities import LifecycleStage, RunSearch
from trialog.entities.limits import parse_experiment_id
from trialog.search import (
    RUNS,
    And,
    Comparison,
    Entity,
    Filter,
    KeyLookup,
    OrderBy,
    Summary,
    parse_filter,
    parse_order_by,
)
from trialog.store.comparisons import compare, compare_if_there, compare_metric, compile_filter, count_comparisons
from trialog.store.lifecycle import stages_of
from trialog.store.page_tokens import now_of, query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.run_rows import RUN_COLUMNS
from trialog.store.sets import is_one_of
from trialog.store.sorting import metric_sort_terms, sort_terms
from trialog.store.tables import NO_MODEL, dataset_input_tags, dataset_inputs, datasets, params, runs, series, tags
from trialog.store.workspace_scope import experiments_inside

DATASET_CONTEXT_TAG = "mlflow.data.context"

ATTRIBUTES = {
    "artifact_uri": runs.c.artifact_uri,
    "end_time": runs.c.end_time,
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "start_time": runs.c.start_time,
    "status": runs.c.status,
    "user_id": runs.c.user_id,
}
NULLABLE = {"end_time", "start_time"}
TEXT_TABLES = {Entity.PARAM: params, Entity.TAG: tags}
_OF_RUN = series.c.model == NO_MODEL
_SUMMARIES = {
    None: "last_value",
    Summary.FIRST: "first_value",
    Summary.LAST: "last_value",
    Summary.MAX: "max_value",
    Summary.MIN: "min_value",
}


class ReadSearch(NamedTuple):
    """A search as it was read.

    Args:
        paged: What it fetches, from everything at once.
        tables: What that reads from.
        experiments: Numbers of the experiments to look in.
        stages: Lifecycle stages to look at.
        order: What was asked to order by.
        indexed: Where values stand that an index has, for each item of the order: a metric's latest, a param's or a
            tag's; None for others.
        clauses: What must all hold.
    """

    paged: PagedQuery
    tables: FromClause
    experiments: Sequence[int]
    stages: Sequence[LifecycleStage]
    order: Sequence[OrderBy]
    indexed: Sequence[ColumnElement[Any] | None]
    clauses: Sequence[Filter]

    def everywhere(self) -> Select[*tuple[Any, ...]]:
        """Return the statement of all experiments and lifecycle stages."""
        statement = self.paged.statement.select_from(self.tables)
        return statement.where(is_one_of(runs.c.experiment, self.experiments), runs.c.lifecycle_stage.in_(self.stages))


def compile_run_search(connection: Connection, workspace: str, query: RunSearch) -> PagedQuery:
    """Return what a search fetches.

    Args:
        connection: Where to look up what a name means that could mean several things.
        workspace: Where to look; experiments of others are none.
        query: What to look for.

    Raises:
        InvalidParameter: Filter, order or an experiment's id are wrong.
    """
    search = read_run_search(connection, workspace, query)
    return search.paged._replace(statement=search.everywhere())


def read_run_search(connection: Connection, workspace: str, query: RunSearch) -> ReadSearch:
    """Return a search whose statement is without tables and of all experiments and lifecycle stages yet.

    Args:
        connection: As for `compile_run_search`.
        workspace: Likewise.
        query: What to look for.

    Raises:
        InvalidParameter: Filter, order or an experiment's id are wrong.
    """
    named = {parse_experiment_id(experiment_id) for experiment_id in query.experiment_ids}
    experiments = experiments_inside(connection, workspace, named)
    has_key = _key_lookup(connection, experiments)
    now = now_of(query.page_token)
    order = parse_order_by(query.order_by, RUNS, has_key=has_key)
    filter_ = parse_filter(query.filter, RUNS, now=now, has_key=has_key)
    tables: FromClause = runs
    terms: list[SortTerm] = []
    indexed = []
    for item in order:
        tables, more, value = _order_item(tables, item)
        terms += more
        indexed.append(value)
    if all(item.field.entity is not Entity.ATTRIBUTE or item.field.key != "start_time" for item in order):
        terms += sort_terms(runs.c.start_time, int, ascending=False, nullable=True)
    terms.append(SortTerm(runs.c.run_id, str))
    fingerprint = query_fingerprint("runs", order, filter_, query.view_type)
    statement = select(*RUN_COLUMNS).where(compile_filter(filter_, run_condition))
    paged = PagedQuery(statement, terms, fingerprint, count_comparisons(filter_) + len(order), now)
    return ReadSearch(paged, tables, experiments, stages_of(query.view_type), order, indexed, _clauses(filter_))


def _clauses(filter_: Filter | None) -> Sequence[Filter]:
    match filter_:
        case None:
            return ()
        case And(clauses):
            return tuple(clause for each in clauses for clause in _clauses(each))
        case _:
            return (filter_,)


def _key_lookup(connection: Connection, experiments: Sequence[int]) -> KeyLookup:
    """Return what tells whether a run of some experiments has a metric, param or tag of a name."""

    @cache
    def has_key(entity: Entity, key: str) -> bool:
        if entity is Entity.METRIC:
            found = select(1).where(is_one_of(series.c.experiment, experiments), series.c.key == key, _OF_RUN)
        else:
            table = TEXT_TABLES[entity]
            found = select(1).where(is_one_of(runs.c.experiment, experiments), table.c.run == runs.c.id)
            found = found.where(table.c.key == key)
        return connection.execute(found.limit(1)).first() is not None

    return has_key


def _order_item(tables: FromClause, item: OrderBy) -> tuple[FromClause, Sequence[SortTerm], ColumnElement[Any] | None]:
    key = item.field.key
    match item.field.entity:
        case Entity.METRIC:
            measured = series.alias()
            mine = (measured.c.run == runs.c.id) & (measured.c.key == key) & (measured.c.model == NO_MODEL)
            value = measured.c[_SUMMARIES[item.field.summary]]
            terms = metric_sort_terms(value, ascending=item.ascending)
            return tables.outerjoin(measured, mine), terms, value if value.name == "last_value" else None
        case Entity.PARAM | Entity.TAG:
            noted = TEXT_TABLES[item.field.entity].alias()
            mine = (noted.c.run == runs.c.id) & (noted.c.key == key)
            terms = sort_terms(noted.c.value, str, ascending=item.ascending, nullable=True)
            return tables.outerjoin(noted, mine), terms, noted.c.value
        case _:
            kind = int if key in NULLABLE else str
            terms = sort_terms(ATTRIBUTES[key], kind, ascending=item.ascending, nullable=key in NULLABLE)
            return tables, terms, None


def run_condition(comparison: Comparison) -> ColumnElement[bool]:
    """Return the condition that a run satisfies a clause.

    Args:
        comparison: The clause.

    Raises:
        InvalidParameter: A pattern is too long.
    """
    key = comparison.field.key
    match comparison.field.entity:
        case Entity.METRIC:
            measured = select(1).where(series.c.run == runs.c.id, series.c.key == key, _OF_RUN)
            value = series.c[_SUMMARIES[comparison.field.summary]]
            return exists(measured.where(compare_metric(value, comparison)))
        case Entity.PARAM | Entity.TAG:
            table = TEXT_TABLES[comparison.field.entity]
            noted = select(1).where(table.c.run == runs.c.id, table.c.key == key)
            return compare_if_there(noted, table.c.value, comparison)
        case Entity.DATASET:
            return _dataset_condition(comparison)
        case Entity.ATTRIBUTE:
            return compare(ATTRIBUTES[key], comparison)


def _dataset_condition(comparison: Comparison) -> ColumnElement[bool]:
    used = select(1).where(dataset_inputs.c.run == runs.c.id)
    if comparison.field.key == "context":
        said = (dataset_input_tags.c.input == dataset_inputs.c.id) & (dataset_input_tags.c.key == DATASET_CONTEXT_TAG)
        return exists(used.where(said, compare(dataset_input_tags.c.value, comparison)))
    column = datasets.c.name if comparison.field.key == "name" else datasets.c.digest
    return exists(used.where(datasets.c.id == dataset_inputs.c.dataset, compare(column, comparison)))
