"""Statements of the hot path, rendered once and run by the driver itself.

SQLAlchemy takes some 15 microseconds a statement even from its cache, SQLite two; a request that logs one point runs
four of them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.sql import ClauseElement


class Prepared:
    """A statement with its parameters by position, rendered at first use for each dialect.

    Args:
        statement: What to run; each of its parameters is a `bindparam`.
        order: Names of the parameters in the order in which values will be given.
    """

    def __init__(self, statement: Executable, order: Sequence[str]) -> None:
        if not isinstance(statement, ClauseElement):
            raise TypeError("only statements of SQLAlchemy Core can be prepared")
        self._statement = statement
        self._order = tuple(order)
        self._rendered: dict[str, tuple[str, tuple[int, ...]]] = {}

    def rows(self, connection: Connection, values: tuple[Any, ...]) -> Sequence[Any]:
        """Run the statement once and return its rows.

        Args:
            connection: Where to run it.
            values: Parameters in the order given at construction.
        """
        text, positions = self._render(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, tuple([values[position] for position in positions]))
            return cursor.fetchall()
        finally:
            cursor.close()

    def many(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run the statement for each row and return how many rows it changed.

        Args:
            connection: Where to run it.
            rows: At least one tuple of parameters in the order given at construction.
        """
        text, positions = self._render(connection)
        if positions != tuple(range(len(self._order))):
            rows = [tuple([row[position] for position in positions]) for row in rows]
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(text, rows)
            return cursor.rowcount
        finally:
            cursor.close()

    def _render(self, connection: Connection) -> tuple[str, tuple[int, ...]]:
        name = connection.dialect.name
        if name not in self._rendered:
            compiled = self._statement.compile(dialect=connection.dialect)
            placed = getattr(compiled, "positiontup", None) or ()
            self._rendered[name] = (str(compiled), tuple(self._order.index(parameter) for parameter in placed))
        return self._rendered[name]
