"""The search language: text to tokens to a tree, errors with a position.

`parse_filter`, `parse_order_by` and `parse_order_field` read MLflow's filters and orderings of the records that a
`Grammar` describes, and return a tree of `And`, `Comparison` and `OrderBy`. What the tree means in SQL is the store's
affair.
"""

from trialog.search.grammar import EXPERIMENTS, LOGGED_MODELS, RUNS, EntityRule, Grammar, KeyRule, ValueKind
from trialog.search.parser import parse_filter, parse_order_by, parse_order_field
from trialog.search.tree import And, Comparison, Entity, Field, Filter, Operator, OrderBy, Value

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "RUNS",
    "And",
    "Comparison",
    "Entity",
    "EntityRule",
    "Field",
    "Filter",
    "Grammar",
    "KeyRule",
    "Operator",
    "OrderBy",
    "Value",
    "ValueKind",
    "parse_filter",
    "parse_order_by",
    "parse_order_field",
]
