"""The search language: text to tokens to a tree, errors with a position.

`parse_filter`, `parse_order_by` and `parse_order_field` read MLflow's filters and orderings of the records that a
`Grammar` describes, and more than MLflow's: brackets, times, regular expressions. They return a tree of `And`, `Or`,
`Not`, `Comparison` and `OrderBy`. What the tree means in SQL is the store's affair.
"""

from trialog.search.grammar import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    EntityRule,
    Grammar,
    KeyRule,
    ValueKind,
)
from trialog.search.parser import parse_filter, parse_order_by, parse_order_field
from trialog.search.reader import KeyLookup
from trialog.search.tree import And, Comparison, Entity, Field, Filter, Not, Operator, Or, OrderBy, Summary, Value

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "MODEL_VERSIONS",
    "REGISTERED_MODELS",
    "RUNS",
    "And",
    "Comparison",
    "Entity",
    "EntityRule",
    "Field",
    "Filter",
    "Grammar",
    "KeyLookup",
    "KeyRule",
    "Not",
    "Operator",
    "Or",
    "OrderBy",
    "Summary",
    "Value",
    "ValueKind",
    "parse_filter",
    "parse_order_by",
    "parse_order_field",
]
