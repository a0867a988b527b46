"""Conditions on text that mean the same on every database: patterns of LIKE, letters but for case, regular expressions.

PostgreSQL takes a backslash in a pattern of LIKE for an escape unless it is told that there is none. Regular
expressions are RE2's (`trialog.search.regular_expressions`), which PostgreSQL gets translated.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, TypeDecorator, func, literal
from sqlalchemy import Text as AnyText
from sqlalchemy.sql.functions import FunctionElement

from trialog.store.column_types import Text
from trialog.store.postgresql_patterns import to_postgresql
from trialog.store.spelling import spell

_POSTGRESQL = "postgresql"
_KEPT_PATTERNS = 32

_translated = lru_cache(maxsize=_KEPT_PATTERNS)(to_postgresql)


def is_like(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Return the condition that a text is like a pattern, where % stands for any characters and _ for one.

    Args:
        column: The text.
        pattern: The pattern; there is no escape in it.
    """
    return _Like(column, literal(pattern, Text))


def is_like_but_for_case(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Return the condition of `is_like`, for which letters that differ in case alone are the same, of any alphabet.

    Args:
        column: The text.
        pattern: The pattern.
    """
    # The same function folds both sides: databases know different versions of Unicode.
    return _Like(func.trialog_fold(column, type_=Text), func.trialog_fold(literal(pattern, Text), type_=Text))


def holds_but_for_case(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that a text holds another somewhere, whatever the case of letters, of any alphabet.

    Args:
        column: The text.
        text: The other, in which no character stands for anything but itself.
    """
    return _Holds(func.trialog_fold(column, type_=Text), func.trialog_fold(literal(text, Text), type_=Text))


def is_found(pattern: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a regular expression is found in a text.

    Args:
        pattern: The expression, which `check_pattern` let pass.
        column: The text.
    """
    return _Found(literal(pattern, _RegularExpression()), column)


class _RegularExpression(TypeDecorator[str]):
    """An expression of RE2, spelled as the database at hand has it."""

    impl = AnyText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Spell it."""
        return _translated(value) if value is not None and dialect.name == _POSTGRESQL else value


class _Like(FunctionElement[bool]):
    # Without a type, because SQLite would else be asked whether it is 1, which no index answers.
    inherit_cache = True
    name = "trialog_like"


class _Holds(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "trialog_holds"


class _Found(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "trialog_found"


spell(_Like, sqlite="(({0}) LIKE {1})", postgresql="(({0}) LIKE {1} ESCAPE '')")
spell(_Holds, sqlite="(instr({0}, {1}) > 0)", postgresql="(strpos({0}, {1}) > 0)")
spell(_Found, sqlite="trialog_matches({0}, {1})", postgresql="(({1}) ~ {0})")
