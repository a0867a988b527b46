"""Which registered models are prompts: MLflow keeps both in one registry and tells them apart by a tag."""

from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select

from trialog.entities import PROMPT_TAG
from trialog.search import Comparison, Entity, Field, Operator
from trialog.store.comparisons import compare
from trialog.store.registry_tables import model_version_tags, registered_model_tags

PROMPT_FIELD = Field(Entity.TAG, PROMPT_TAG)
"""The tag as a filter names it; a search whose filter does not name it finds no prompts."""

_YES = "true"
_NO = "false"


def value_says_prompt(value: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a value of the tag says that its bearer is a prompt: `entities.says_prompt` in SQL."""
    return func.lower(value) == _YES


def model_is_prompt(model: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a model is a prompt."""
    tags = registered_model_tags
    return exists(
        select(literal(1)).where(tags.c.model == model, tags.c.key == PROMPT_TAG, value_says_prompt(tags.c.value))
    )


def version_is_prompt(version: ColumnElement[int], model: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a version is one of a prompt: it or its model says so."""
    tags = model_version_tags
    mine = (tags.c.model_version == version, tags.c.key == PROMPT_TAG, value_says_prompt(tags.c.value))
    return or_(exists(select(literal(1)).where(*mine)), model_is_prompt(model))


def compare_prompt(is_prompt: ColumnElement[bool], comparison: Comparison) -> ColumnElement[bool]:
    """Return the condition that the tag compares as asked, where what has no such tag is as good as tagged `false`.

    Args:
        is_prompt: The condition that what is searched is a prompt.
        comparison: Operator and value.
    """
    match comparison.operator:
        case Operator.IS_NULL:
            return ~is_prompt
        case Operator.IS_NOT_NULL:
            return is_prompt
        case _:
            said: ColumnElement[Any] = case((is_prompt, literal(_YES)), else_=literal(_NO))
            return compare(said, comparison)
