"""What a filter or an ordering means, as data.

The nodes are values: they can be compared, hashed and kept. Nothing in them depends on what is stored or on the time at
which they are read: names are resolved and `now()` is a number once the parser is done.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Entity(StrEnum):
    """The part of a record that a field names."""

    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    DATASET = "dataset"


class Summary(StrEnum):
    """What stands for a metric's whole series of values in place of its latest one."""

    FIRST = "first"
    LAST = "last"
    MAX = "max"
    MIN = "min"


class Operator(StrEnum):
    """How a field is compared with a value, spelled as in a filter."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    NOT_LIKE = "NOT LIKE"
    NOT_ILIKE = "NOT ILIKE"
    RLIKE = "RLIKE"
    NOT_RLIKE = "NOT RLIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    BETWEEN = "BETWEEN"
    NOT_BETWEEN = "NOT BETWEEN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"


Value: TypeAlias = int | float | str | tuple[str, ...] | tuple[int | float, ...] | None
"""What a field is compared with: a tuple for a list or the two ends of BETWEEN, None for IS NULL and IS NOT NULL."""


class Field(msgspec.Struct, frozen=True):
    """One thing that can be compared or ordered by.

    Args:
        entity: The part of the record.
        key: The metric, param or tag's own name; of an attribute or a data set, the canonical name.
        summary: What of a metric's series is meant; None for the latest value, as MLflow has it.
    """

    entity: Entity
    key: str
    summary: Summary | None = None


class Comparison(msgspec.Struct, frozen=True):
    """One clause: a field, an operator, a value.

    Args:
        field: The left side.
        operator: How the two sides are compared.
        value: The right side. For a metric floats, which may be infinite but never NaN; for a numeric attribute ints
            that fit 64 bits or finite floats; a pattern for LIKE and ILIKE, a valid regular expression for RLIKE.
        position: Index of the clause's first character in the filter, for errors found later.
    """

    field: Field
    operator: Operator
    value: Value
    position: int


class And(msgspec.Struct, frozen=True):
    """Clauses that must all hold.

    Args:
        clauses: Two or more clauses, in the order in which they were written.
    """

    clauses: tuple["Filter", ...]


class Or(msgspec.Struct, frozen=True):
    """Clauses of which at least one must hold.

    Args:
        clauses: Two or more clauses, in the order in which they were written.
    """

    clauses: tuple["Filter", ...]


class Not(msgspec.Struct, frozen=True):
    """A clause that must not hold: where it is unknown for want of a value, it does not hold.

    Args:
        clause: What must not hold.
    """

    clause: "Filter"


Filter: TypeAlias = And | Or | Not | Comparison
"""A whole filter, or any part of one that can stand alone."""


class OrderBy(msgspec.Struct, frozen=True):
    """One field to order by.

    Args:
        field: What is ordered by.
        ascending: Whether small values come first.
    """

    field: Field
    ascending: bool = True
