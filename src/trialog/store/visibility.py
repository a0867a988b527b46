"""Conditions that leave of a search what somebody may read."""

import re
from typing import Any

from sqlalchemy import ColumnElement, false

from trialog.entities import INT64_MAX, Visibility
from trialog.store.sets import is_one_of

_NUMBER = re.compile(r"[0-9]{1,19}")


def visible_only(column: ColumnElement[Any], visible: Visibility | None) -> list[ColumnElement[bool]]:
    """Return the conditions that a thing may be read; none if all may.

    Args:
        column: The thing's number.
        visible: Who may read what; None for everything.
    """
    if visible is None:
        return []
    # Anything may have been permitted on; what is no number is no thing.
    named = [int(text) for text in visible.exceptions if _NUMBER.fullmatch(text) and int(text) <= INT64_MAX]
    if visible.is_default_visible:
        return [~is_one_of(column, sorted(named))] if named else []
    return [is_one_of(column, sorted(named))] if named else [false()]
