"""Comparisons of the search language on columns: text, whole numbers, and metrics kept as integers."""

import operator
from collections.abc import Callable
from math import ceil, floor
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, true

from trialog.entities import INT64_MAX
from trialog.errors import InvalidParameter
from trialog.search import And, Comparison, Filter, Not, Operator, Or
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, to_key
from trialog.store.text_conditions import is_found, is_like, is_like_but_for_case

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
        case Or(clauses):
            return or_(*(compile_filter(clause, compile_comparison) for clause in clauses))
        case Not(clause):
            # Unlike NOT, it holds where the clause is unknown because a value is missing.
            return compile_filter(clause, compile_comparison).self_group().is_not(true())
        case Comparison():
            return compile_comparison(filter_)


def count_comparisons(filter_: Filter | None) -> int:
    """Return how many clauses a filter has."""
    match filter_:
        case None:
            return 0
        case And(clauses) | Or(clauses):
            return sum(count_comparisons(clause) for clause in clauses)
        case Not(clause):
            return count_comparisons(clause)
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
        if isinstance(right, float):
            right = _as_whole(comparison.operator, right)
        condition: ColumnElement[bool] = _SCALAR[comparison.operator](column, right)
        return condition
    match comparison.operator:
        case Operator.LIKE:
            return is_like(column, _pattern(comparison))
        case Operator.NOT_LIKE:
            return not_(is_like(column, _pattern(comparison)))
        case Operator.ILIKE:
            return is_like_but_for_case(column, _pattern(comparison))
        case Operator.NOT_ILIKE:
            return not_(is_like_but_for_case(column, _pattern(comparison)))
        case Operator.RLIKE:
            return is_found(right, column)
        case Operator.NOT_RLIKE:
            return not_(is_found(right, column))
        case Operator.IN:
            return column.in_(right)
        case Operator.NOT_IN:
            return column.not_in(right)
        case Operator.BETWEEN:
            return column.between(*right)
        case Operator.NOT_BETWEEN:
            return not_(column.between(*right))
        case _:
            raise TypeError(f"a column is not compared with {comparison.operator}")


def _as_whole(operator_: Operator, number: float) -> float:
    """Return what whole numbers compare with as they do with a number.

    A database may turn a whole number into a double to compare it, and large ones are not doubles.
    """
    if not abs(number) <= INT64_MAX:
        return number
    match operator_:
        case Operator.GREATER | Operator.LESS_OR_EQUAL:
            return _if_it_fits(floor(number), number)
        case Operator.LESS | Operator.GREATER_OR_EQUAL:
            return _if_it_fits(ceil(number), number)
        case _:
            return _if_it_fits(int(number), number) if number.is_integer() else number


def _if_it_fits(whole: int, number: float) -> float:
    return whole if abs(whole) <= INT64_MAX else number


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
    """Return the condition that a metric compares as asked.

    NaN equals nothing and has no place in an order, as IEEE 754 has it: it satisfies `!=`, `NOT IN` and `NOT BETWEEN`,
    and nothing else.

    Args:
        column: Values as `double_keys` keeps them.
        comparison: Operator and numbers.
    """
    numbers = _numbers(comparison)
    match comparison.operator:
        case Operator.IN | Operator.NOT_IN:
            keys = sorted({key for number in numbers for key in _keys(number)})
            return column.in_(keys) if comparison.operator is Operator.IN else column.not_in(keys)
        case Operator.BETWEEN | Operator.NOT_BETWEEN:
            inside = column.between(_keys(numbers[0])[0], _keys(numbers[1])[1])
            return inside if comparison.operator is Operator.BETWEEN else not_(inside)
    least, greatest = _keys(numbers[0])
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


def metric_interval(comparison: Comparison) -> tuple[int, int] | None:
    """Return the least and the greatest key that a metric may have; None if it may be NaN.

    Args:
        comparison: Operator and numbers.
    """
    keys = [key for number in _numbers(comparison) for key in _keys(number)]
    match comparison.operator:
        case Operator.EQUAL | Operator.IN:
            return min(keys), max(keys)
        case Operator.BETWEEN:
            return keys[0], keys[-1]
        case Operator.LESS | Operator.LESS_OR_EQUAL:
            return LEAST_NUMBER, max(keys)
        case Operator.GREATER | Operator.GREATER_OR_EQUAL:
            return min(keys), GREATEST_NUMBER
        case _:
            return None


def _numbers(comparison: Comparison) -> list[float]:
    values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if len(numbers) != len(values):
        raise TypeError(f"a metric is compared with numbers, not {comparison.value!r}")
    return numbers


def _keys(number: float) -> tuple[int, int]:
    """Return the least and the greatest key of a number: the two zeros are equal."""
    key = to_key(number)
    return _ZEROS if number == 0 else (key, key)


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
