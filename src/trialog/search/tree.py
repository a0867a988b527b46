"""What a filter or an ordering means, as data.

The nodes are values: they can be compared, hashed and kept. A new kind of clause is a new node beside `Comparison`, so
that whoever reads the tree today need not change when the language grows.
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
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"


Value: TypeAlias = int | float | str | tuple[str, ...] | None
"""What a field is compared with: a tuple for IN and NOT IN, None for IS NULL and IS NOT NULL."""


class Field(msgspec.Struct, frozen=True):
    """One thing that can be compared or ordered by.

    Args:
        entity: The part of the record.
        key: The metric, param or tag's own name; of an attribute or a data set, the canonical name.
    """

    entity: Entity
    key: str


class Comparison(msgspec.Struct, frozen=True):
    """One clause: a field, an operator, a value.

    Args:
        field: The left side.
        operator: How the two sides are compared.
        value: The right side. For a metric always a float, which may be infinite but never NaN; for a numeric
            attribute an int that fits 64 bits or a finite float; a pattern for LIKE and ILIKE.
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


Filter: TypeAlias = And | Comparison
"""A whole filter, or any part of one that can stand alone."""


class OrderBy(msgspec.Struct, frozen=True):
    """One field to order by.

    Args:
        field: What is ordered by.
        ascending: Whether small values come first.
    """

    field: Field
    ascending: bool = True
