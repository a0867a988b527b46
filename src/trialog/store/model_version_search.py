"""Filters and orders of versions of registered models, compiled to SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from trialog.entities import ModelVersionSearch
from trialog.search import (
    MODEL_VERSIONS,
    Comparison,
    Entity,
    Field,
    Operator,
    OrderBy,
    parse_filter,
    parse_order_by,
)
from trialog.store.comparisons import compare, compare_if_there, compile_filter, count_comparisons
from trialog.store.page_tokens import now_of, query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.planning import is_likely
from trialog.store.prompts import PROMPT_FIELD, compare_prompt, version_is_prompt
from trialog.store.registry_tables import model_version_tags, model_versions, registered_models
from trialog.store.sorting import sort_terms
from trialog.store.visibility import visible_only

_COLUMNS = {
    "creation_timestamp": model_versions.c.creation_timestamp,
    "current_stage": model_versions.c.current_stage,
    "label": model_versions.c.label,
    "last_updated_timestamp": model_versions.c.last_updated_timestamp,
    "model_id": model_versions.c.model_id,
    "name": registered_models.c.name,
    "run_id": model_versions.c.run_id,
    "source_path": model_versions.c.source,
    "status": model_versions.c.status,
    "version_number": model_versions.c.version,
}
_NUMERIC = {"creation_timestamp", "last_updated_timestamp", "version_number"}
_NULLABLE = {"label", "model_id", "run_id"}
_DEFAULT_ORDER = ("last_updated_timestamp DESC", "name ASC", "version_number DESC")


def compile_model_version_search(query: ModelVersionSearch, workspace: str) -> PagedQuery:
    """Return what a search fetches.

    Args:
        query: What to look for.
        workspace: Where to look for it.

    Raises:
        InvalidParameter: Filter or order are wrong.
    """
    now = now_of(query.page_token)
    order = parse_order_by(query.order_by or _DEFAULT_ORDER, MODEL_VERSIONS)
    filter_ = parse_filter(query.filter, MODEL_VERSIONS, now=now)
    named: set[Field] = set()

    def condition(comparison: Comparison) -> ColumnElement[bool]:
        named.add(comparison.field)
        return _condition(comparison, workspace)

    statement = _in(workspace).where(
        compile_filter(filter_, condition), *visible_only(model_versions.c.model, query.visible)
    )
    if PROMPT_FIELD not in named:
        statement = statement.where(~version_is_prompt(model_versions.c.id, model_versions.c.model))
    fingerprint = query_fingerprint("model versions", order, filter_)
    return PagedQuery(statement, _order(order), fingerprint, count_comparisons(filter_) + len(order), now)


def _in(workspace: str) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads the numbers of all versions of a workspace."""
    tables = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model)
    # Most models are of the workspace that is asked for. Not told so, SQLite takes the index of workspace and name for
    # the best way to begin, whatever order is asked for, and a first page would cost a sort of all versions.
    is_here = is_likely(registered_models.c.workspace == workspace)
    # Numbers alone: what is sorted to find a page is as narrow as can be.
    return select(model_versions.c.id).select_from(tables).where(is_here)


def _condition(comparison: Comparison, workspace: str) -> ColumnElement[bool]:
    field = comparison.field
    if field == PROMPT_FIELD:
        return compare_prompt(version_is_prompt(model_versions.c.id, model_versions.c.model), comparison)
    if field.entity is Entity.TAG:
        tags = model_version_tags
        tagged = select(literal(1)).where(tags.c.model_version == model_versions.c.id, tags.c.key == field.key)
        return compare_if_there(tagged, tags.c.value, comparison)
    if field.key == "name" and comparison.operator in {Operator.EQUAL, Operator.IN}:
        # Few models: found by their names first, and then their versions by the models.
        bearer = registered_models.alias("bearer")
        mine = select(bearer.c.id).where(bearer.c.workspace == workspace, compare(bearer.c.name, comparison))
        if comparison.operator is Operator.IN:
            return model_versions.c.model.in_(mine)
        # Of one model, unlike of several, the indexes of its versions are in order.
        return model_versions.c.model == mine.scalar_subquery()
    if field.key == "run_id" and not _is_equality(comparison):
        # MLflow keeps '' for a version without a run.
        return compare(func.coalesce(model_versions.c.run_id, ""), comparison)
    return compare(_COLUMNS[field.key], comparison)


def _is_equality(comparison: Comparison) -> bool:
    """Tell whether a comparison asks for values that are there, which an index finds."""
    match comparison.operator:
        case Operator.EQUAL:
            return comparison.value != ""
        case Operator.IN:
            return isinstance(comparison.value, tuple) and "" not in comparison.value
        case _:
            return False


def _order(order: Sequence[OrderBy]) -> list[SortTerm]:
    terms: list[SortTerm] = []
    for item in order:
        key = item.field.key
        kind = int if key in _NUMERIC else str
        terms += sort_terms(_COLUMNS[key], kind, ascending=item.ascending, nullable=key in _NULLABLE)
    keys = {item.field.key for item in order}
    if "name" not in keys:
        terms.append(SortTerm(registered_models.c.name, str))
    if "version_number" not in keys:
        terms.append(SortTerm(model_versions.c.version, int, descending=True))
    return terms
