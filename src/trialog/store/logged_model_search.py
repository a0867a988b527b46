"""Filters and orders of logged models, compiled to SQL.

A comparison on a metric holds if any measured value satisfies it; an order by a metric takes the latest one. Both look
at measurements on the named datasets only, where datasets are named.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, literal, null, or_, select

from trialog.entities import DatasetFilter, LifecycleStage, LoggedModelOrder, LoggedModelSearch
from trialog.entities.limits import MAX_DATASETS_PER_SEARCH, MAX_ORDER_FIELDS, check_count, parse_experiment_id
from trialog.errors import InvalidParameter
from trialog.search import (
    LOGGED_MODELS,
    And,
    Comparison,
    Entity,
    Field,
    Filter,
    Not,
    Or,
    parse_filter,
    parse_order_field,
)
from trialog.store.comparisons import compare, compare_if_there, compare_metric, compile_filter, count_comparisons
from trialog.store.json_values import table_of
from trialog.store.page_tokens import now_of, query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.sets import is_one_of
from trialog.store.sorting import metric_sort_terms, sort_terms
from trialog.store.tables import (
    is_of_model,
    logged_model_params,
    logged_model_tags,
    logged_models,
    points,
    runs,
    series,
)
from trialog.store.workspace_scope import lies_in

_STATUS_PREFIX = "LOGGED_MODEL_"

_ATTRIBUTES: dict[str, ColumnElement[str] | ColumnElement[int]] = {
    "artifact_location": logged_models.c.artifact_uri,
    "creation_timestamp": logged_models.c.creation_timestamp,
    "experiment_id": cast(logged_models.c.experiment, Text),
    "last_updated_timestamp": logged_models.c.last_updated_timestamp,
    "lifecycle_stage": logged_models.c.lifecycle_stage,
    "model_id": logged_models.c.model_id,
    "model_type": logged_models.c.model_type,
    "name": logged_models.c.name,
    "source_run_id": logged_models.c.source_run_id,
    "status": func.replace(logged_models.c.status, _STATUS_PREFIX, ""),
    "status_message": cast(null(), Text),
}
_NUMERIC = {"creation_timestamp", "last_updated_timestamp"}
_TEXT_TABLES = {Entity.PARAM: logged_model_params, Entity.TAG: logged_model_tags}


def compile_logged_model_search(query: LoggedModelSearch, workspace: str) -> PagedQuery:
    """Return what a search fetches.

    Args:
        query: What to look for.
        workspace: Where to look for it.

    Raises:
        InvalidParameter: Filter, order, a dataset or an experiment's id are wrong.
    """
    if any(not dataset.dataset_name for dataset in query.datasets):
        raise InvalidParameter(
            "search.dataset_without_name", "`dataset_name` in the `datasets` clause must be specified."
        )
    check_count("datasets", query.datasets, MAX_DATASETS_PER_SEARCH)
    check_count("order_by items", query.order_by, MAX_ORDER_FIELDS)
    now = now_of(query.page_token)
    filter_ = parse_filter(query.filter, LOGGED_MODELS, now=now)
    experiments = [parse_experiment_id(experiment_id) for experiment_id in query.experiment_ids]
    statement = select(logged_models).where(
        is_one_of(logged_models.c.experiment, experiments),
        lies_in(workspace, logged_models.c.experiment),
        logged_models.c.lifecycle_stage == LifecycleStage.ACTIVE,
        compile_filter(filter_, lambda comparison: _condition(comparison, query.datasets)),
    )
    if query.datasets and not _compares_metric(filter_):
        statement = statement.where(exists(_measured(query.datasets)))
    terms, fields = _order(query.order_by)
    if Field(Entity.ATTRIBUTE, "creation_timestamp") not in fields:
        terms.append(SortTerm(logged_models.c.creation_timestamp, int, descending=True))
    if Field(Entity.ATTRIBUTE, "model_id") not in fields:
        terms.append(SortTerm(logged_models.c.model_id, str))
    fingerprint = query_fingerprint("logged models", query.experiment_ids, query.filter, query.datasets, query.order_by)
    return PagedQuery(statement, terms, fingerprint, count_comparisons(filter_) + len(query.order_by), now)


def _order(order_by: Sequence[LoggedModelOrder]) -> tuple[list[SortTerm], set[Field]]:
    terms: list[SortTerm] = []
    fields: set[Field] = set()
    for item in order_by:
        field = parse_order_field(item.field_name, LOGGED_MODELS)
        fields.add(field)
        if field.entity is Entity.METRIC:
            terms += metric_sort_terms(_latest(field.key, item), ascending=item.ascending)
        else:
            kind = int if field.key in _NUMERIC else str
            terms += sort_terms(_ATTRIBUTES[field.key], kind, ascending=item.ascending, nullable=True)
    return terms, fields


def _latest(key: str, item: LoggedModelOrder) -> ColumnElement[int]:
    """Return the latest value of a metric of a model, by time, step and then id of the run that measured it."""
    measured = (
        select(points.c.value)
        .select_from(series)
        .join(points, points.c.series == series.c.id)
        .join(runs, runs.c.id == series.c.run)
        .where(series.c.model == logged_models.c.id, is_of_model, series.c.key == key)
        .order_by(points.c.timestamp.desc(), points.c.step.desc(), runs.c.run_id, points.c.value.desc())
        .limit(1)
    )
    if item.dataset_name:
        measured = measured.where(series.c.dataset_name == item.dataset_name)
    if item.dataset_digest:
        measured = measured.where(series.c.dataset_digest == item.dataset_digest)
    return measured.correlate(logged_models).scalar_subquery()


def _measured(datasets: Sequence[DatasetFilter]) -> Select[int]:
    """Return the statement that finds a model's series measured on one of some datasets, or any if none are named."""
    found = select(literal(1)).select_from(series).where(series.c.model == logged_models.c.id, is_of_model)
    if not datasets:
        return found
    # One parameter, however many datasets: each clause of a filter repeats the condition.
    wanted = [(dataset.dataset_name, dataset.dataset_digest) for dataset in datasets]
    named = table_of("named", wanted, name=str, digest=str)
    fitting = select(literal(1)).where(
        named.c.name == series.c.dataset_name,
        or_(named.c.digest.is_(None), named.c.digest == series.c.dataset_digest),
    )
    return found.where(exists(fitting))


def _condition(comparison: Comparison, datasets: Sequence[DatasetFilter]) -> ColumnElement[bool]:
    field = comparison.field
    match field.entity:
        case Entity.METRIC:
            value = select(literal(1)).where(points.c.series == series.c.id)
            found = exists(value.where(compare_metric(points.c.value, comparison)).correlate(series))
            return exists(_measured(datasets).where(series.c.key == field.key, found))
        case Entity.PARAM | Entity.TAG:
            table = _TEXT_TABLES[field.entity]
            noted = select(literal(1)).where(table.c.model == logged_models.c.id, table.c.key == field.key)
            return compare_if_there(noted, table.c.value, comparison)
        case _:
            return compare(_ATTRIBUTES[field.key], comparison, _attribute_value(comparison))


def _attribute_value(comparison: Comparison) -> object:
    """Return what an attribute is compared with; a status may be spelled with its prefix or without."""
    if comparison.field.key != "status":
        return comparison.value
    if isinstance(comparison.value, tuple):
        return tuple(str(item).removeprefix(_STATUS_PREFIX) for item in comparison.value)
    return str(comparison.value).removeprefix(_STATUS_PREFIX)


def _compares_metric(filter_: Filter | None) -> bool:
    match filter_:
        case And(clauses) | Or(clauses):
            return any(_compares_metric(clause) for clause in clauses)
        case Not(clause):
            return _compares_metric(clause)
        case Comparison(field):
            return field.entity is Entity.METRIC
        case _:
            return False
