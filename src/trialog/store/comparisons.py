"""Comparisons of the search language on columns: text, whole numbers, and metrics kept as integers."""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, true

from trialog.errors import InvalidParameter
from trialog.search import And, Comparison, Filter, Operator
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, to_key

# A pattern costs its length times that of each text it is held against.
MAX_PATTERN_LENGTH = 1000

_SCALAR: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}

_ZEROS = (to_key(-0.0), to_key(0.0))


def compile_filter(
    filter_: Filter | None, compile_comparison: Callable[[Comparison], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that a filter is.

    Args:
        filter_: The tree; None holds for everything.
        compile_comparison: Gives the condition of one clause.
    """
    match filter_:
        case None:
            return true()
        case And(clauses):
            return and_(*(compile_filter(clause, compile_comparison) for clause in clauses))
        case Comparison():
            return compile_comparison(filter_)


def count_comparisons(filter_: Filter | None) -> int:
    """Return how many clauses a filter has."""
    match filter_:
        case None:
            return 0
        case And(clauses):
            return sum(count_comparisons(clause) for clause in clauses)
        case Comparison():
            return 1


def compare(column: ColumnElement[Any], comparison: Comparison, value: Any = None) -> ColumnElement[bool]:
    """Return the condition that a column of text or whole numbers compares as asked.

    Args:
        column: The left side.
        comparison: Operator and value.
        value: The right side in the column's own type, where that differs from the comparison's.

    Raises:
        InvalidParameter: A pattern is too long.
    """
    right: Any = comparison.value if value is None else value
    if comparison.operator in _SCALAR:
        condition: ColumnElement[bool] = _SCALAR[comparison.operator](column, right)
        return condition
    match comparison.operator:
        case Operator.LIKE:
            return column.like(_pattern(comparison))
        case Operator.ILIKE:
            return func.trialog_fold(column).like(_pattern(comparison).casefold())
        case Operator.IN:
            return column.in_(right)
        case Operator.NOT_IN:
            return column.not_in(right)
        case _:
            raise TypeError(f"a column is not compared with {comparison.operator}")


def compare_if_there(found: Select[int], column: ColumnElement[str], comparison: Comparison) -> ColumnElement[bool]:
    """Return the condition that a param or tag compares as asked; a missing one satisfies IS NULL and nothing else.

    Args:
        found: Selects the row of the param or tag.
        column: Its value.
        comparison: Operator and value.
    """
    match comparison.operator:
        case Operator.IS_NULL:
            return ~exists(found)
        case Operator.IS_NOT_NULL:
            return exists(found)
        case _:
            return exists(found.where(compare(column, comparison)))


def compare_metric(column: ColumnElement[int], comparison: Comparison) -> ColumnElement[bool]:
    """Return the condition that a metric compares as asked; NaN satisfies `!=` and nothing else, as IEEE 754 has it.

    Args:
        column: Values as `double_keys` keeps them.
        comparison: Operator and number.
    """
    if not isinstance(comparison.value, int | float):
        raise TypeError(f"a metric is compared with a number, not {comparison.value!r}")
    number = float(comparison.value)
    key = to_key(number)
    least, greatest = _ZEROS if number == 0 else (key, key)
    match comparison.operator:
        case Operator.EQUAL:
            return column.between(least, greatest)
        case Operator.NOT_EQUAL:
            return not_(column.between(least, greatest))
        case Operator.LESS:
            return and_(column >= LEAST_NUMBER, column < least)
        case Operator.LESS_OR_EQUAL:
            return and_(column >= LEAST_NUMBER, column <= greatest)
        case Operator.GREATER:
            return and_(column > greatest, column <= GREATEST_NUMBER)
        case Operator.GREATER_OR_EQUAL:
            return and_(column >= least, column <= GREATEST_NUMBER)
        case _:
            raise TypeError(f"a metric is not compared with {comparison.operator}")


def _pattern(comparison: Comparison) -> str:
    pattern = str(comparison.value)
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise InvalidParameter(
            "search.pattern_too_long",
            f"The pattern at character {comparison.position} has {len(pattern)} characters;"
            f" at most {MAX_PATTERN_LENGTH} are taken.",
            position=comparison.position,
            limit=MAX_PATTERN_LENGTH,
        )
    return pattern
