"""Sort terms of the search language: missing values last in both directions, NaN just before them."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_

from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, to_key
from trialog.store.paging import SortTerm


def sort_terms(
    column: ColumnElement[Any], kind: type[int] | type[str], *, ascending: bool, nullable: bool
) -> list[SortTerm]:
    """Return the terms that sort by a column of text or whole numbers.

    Args:
        column: What to sort by.
        kind: Its type.
        ascending: Smallest first.
        nullable: Whether it may be missing.
    """
    if not nullable:
        return [SortTerm(column, kind, not ascending)]
    return [
        SortTerm(case((column.is_(None), 1), else_=0), int),
        SortTerm(func.coalesce(column, literal(kind())), kind, not ascending),
    ]


def metric_sort_terms(column: ColumnElement[Any], *, ascending: bool) -> list[SortTerm]:
    """Return the terms that sort by a metric.

    Args:
        column: Values as `double_keys` keeps them; NULL where missing.
        ascending: Smallest first.
    """
    is_nan = or_(column < LEAST_NUMBER, column > GREATEST_NUMBER)
    rank = case((column.is_(None), 2), (is_nan, 1), else_=0)
    zero = to_key(0.0)  # the two zeros are equal: they tie
    number = case((column == to_key(-0.0), zero), (column.between(LEAST_NUMBER, GREATEST_NUMBER), column), else_=zero)
    return [SortTerm(rank, int), SortTerm(number, int, not ascending)]
