"""Statements of the hot path, rendered once and run by the driver itself.

SQLAlchemy takes some 15 microseconds a statement even from its cache, and a hundred to build one; SQLite takes two. A
request that logs one point runs four of them.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable
from sqlalchemy.sql import ClauseElement

_POSTGRESQL = "postgresql"
# Under this name the `info` of a connection has its cursor.
_CURSOR = "trialog.cursor"


class _Rendered(NamedTuple):
    text: str
    constants: tuple[Any, ...]
    positions: tuple[int, ...]
    is_in_order: bool

    def place(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return parameters in the order in which the text has them."""
        if self.is_in_order:
            return values
        known = (*values, *self.constants)
        return tuple([known[position] for position in self.positions])


class Prepared:
    """A statement with its parameters by position, rendered at first use for each dialect.

    Args:
        statement: What to run.
        order: Names of its `bindparam`s in the order in which values will be given.
    """

    def __init__(self, statement: Executable, order: Sequence[str]) -> None:
        if not isinstance(statement, ClauseElement):
            raise TypeError("only statements of SQLAlchemy Core can be prepared")
        self._statement = statement
        # To ask the cursor would have psycopg describe each column.
        self._returns_rows = bool(getattr(statement, "exported_columns", ()))
        self._order = list(order)
        self._rendered: dict[str, _Rendered] = {}

    def rows(self, connection: Connection, values: Sequence[Any]) -> Sequence[Any]:
        """Run the statement once and return its rows.

        Args:
            connection: Where to run it.
            values: Parameters in the order given at construction.
        """
        rendered = self._render(connection)
        cursor = _cursor(connection)
        try:
            cursor.execute(rendered.text, rendered.place(values))
            return cursor.fetchall() if self._returns_rows else ()
        finally:
            _give_back(connection, cursor)

    def many(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Run the statement for each row and return how many rows it changed.

        Args:
            connection: Where to run it.
            rows: At least one sequence of parameters in the order given at construction.
        """
        rendered = self._render(connection)
        if not rendered.is_in_order:
            rows = [rendered.place(row) for row in rows]
        cursor = _cursor(connection)
        try:
            if len(rows) == 1:
                # psycopg would open a pipeline for one statement.
                cursor.execute(rendered.text, rows[0])
            else:
                cursor.executemany(rendered.text, rows)
            return int(cursor.rowcount)
        finally:
            _give_back(connection, cursor)

    def _render(self, connection: Connection) -> _Rendered:
        dialect = connection.dialect
        if dialect.name not in self._rendered:
            compiled = self._statement.compile(dialect=dialect)
            placed = list(getattr(compiled, "positiontup", None) or ())
            # What stands in the statement as a value is a parameter too; it comes behind those that are given.
            constants = [name for name in dict.fromkeys(placed) if name not in self._order]
            known = [*self._order, *constants]
            text, positions = str(compiled), [known.index(name) for name in placed]
            if dialect.name != _POSTGRESQL:
                text, positions = _numbered(text, positions)
            self._rendered[dialect.name] = _Rendered(
                text,
                tuple(compiled.params[name] for name in constants),
                tuple(positions),
                positions == list(range(len(self._order))),
            )
        return self._rendered[dialect.name]


def _numbered(text: str, positions: list[int]) -> tuple[str, list[int]]:
    """Return a statement of SQLite that names each parameter by its place, so that it is given once.

    A statement that merges a summary has each of its twelve parameters three times: to put them in the order of the
    text would take as long as SQLite needs.
    """
    used = sorted(set(positions))
    # One that stands for no parameter is part of a text; one that is given and not used has no number.
    if text.count("?") != len(positions) or used != list(range(len(used))):
        return text, positions
    numbers = iter(positions)
    return re.sub(r"\?", lambda _: f"?{next(numbers) + 1}", text), used


def _cursor(connection: Connection) -> Any:
    if connection.dialect.name != _POSTGRESQL:
        return connection.connection.cursor()
    # psycopg takes long to make one, and each connection can do with one: its rows are fetched at once.
    info = connection.info
    if _CURSOR not in info:
        info[_CURSOR] = connection.connection.cursor()
    return info[_CURSOR]


def _give_back(connection: Connection, cursor: Any) -> None:
    if connection.dialect.name != _POSTGRESQL:
        cursor.close()
