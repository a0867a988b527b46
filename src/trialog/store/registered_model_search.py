"""Filters and orders of registered models, compiled to SQL."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, select

from trialog.entities import RegisteredModelSearch
from trialog.search import REGISTERED_MODELS, Comparison, Entity, Field, OrderBy, parse_filter, parse_order_by
from trialog.store.comparisons import compare, compare_if_there, compile_filter, count_comparisons
from trialog.store.page_tokens import now_of, query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm
from trialog.store.prompts import PROMPT_FIELD, compare_prompt, model_is_prompt
from trialog.store.registry_tables import registered_model_tags, registered_models
from trialog.store.sorting import sort_terms
from trialog.store.visibility import visible_only

_COLUMNS = {
    "creation_timestamp": registered_models.c.creation_timestamp,
    "last_updated_timestamp": registered_models.c.last_updated_timestamp,
    "name": registered_models.c.name,
}


def compile_registered_model_search(query: RegisteredModelSearch, workspace: str) -> PagedQuery:
    """Return what a search fetches.

    Args:
        query: What to look for.
        workspace: Where to look for it.

    Raises:
        InvalidParameter: Filter or order are wrong.
    """
    now = now_of(query.page_token)
    order = parse_order_by(query.order_by, REGISTERED_MODELS)
    filter_ = parse_filter(query.filter, REGISTERED_MODELS, now=now)
    named: set[Field] = set()

    def condition(comparison: Comparison) -> ColumnElement[bool]:
        named.add(comparison.field)
        return _condition(comparison)

    conditions = [
        registered_models.c.workspace == workspace,
        compile_filter(filter_, condition),
        *visible_only(registered_models.c.id, query.visible),
    ]
    if PROMPT_FIELD not in named:
        conditions.append(~model_is_prompt(registered_models.c.id))
    fingerprint = query_fingerprint("registered models", order, filter_)
    size = count_comparisons(filter_) + len(order)
    return PagedQuery(select(registered_models).where(*conditions), _order(order), fingerprint, size, now)


def _condition(comparison: Comparison) -> ColumnElement[bool]:
    field = comparison.field
    if field == PROMPT_FIELD:
        return compare_prompt(model_is_prompt(registered_models.c.id), comparison)
    if field.entity is not Entity.TAG:
        return compare(_COLUMNS[field.key], comparison)
    tags = registered_model_tags
    tagged = select(literal(1)).where(tags.c.model == registered_models.c.id, tags.c.key == field.key)
    return compare_if_there(tagged, tags.c.value, comparison)


def _order(order: Sequence[OrderBy]) -> list[SortTerm]:
    terms: list[SortTerm] = []
    for item in order:
        kind = str if item.field.key == "name" else int
        terms += sort_terms(_COLUMNS[item.field.key], kind, ascending=item.ascending, nullable=False)
    if all(item.field.key != "name" for item in order):
        terms.append(SortTerm(registered_models.c.name, str))
    return terms
