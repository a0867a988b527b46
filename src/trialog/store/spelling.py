"""Elements of SQL that SQLite and PostgreSQL spell differently."""

from collections.abc import Callable
from string import Formatter
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_Rendering = Callable[..., str]


def spell(element: type[FunctionElement[Any]], *, sqlite: str, postgresql: str) -> None:
    """Say how an element is written; SQLite's way is also that of messages and logs.

    Args:
        element: A class of elements.
        sqlite: The text, in which `{0}` stands for the first thing the element is made of, `{1}` for the second.
        postgresql: The same for PostgreSQL.
    """
    compiles(element)(_rendering(sqlite))
    compiles(element, "postgresql")(_rendering(postgresql))


def _rendering(template: str) -> _Rendering:
    pieces = [(text, None if place is None else int(place)) for text, place, _, _ in Formatter().parse(template)]

    def render(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        parts = list(element.clauses)
        # In the order in which they stand, because parameters are given by position.
        return "".join(
            text if place is None else text + compiler.process(parts[place], **options) for text, place in pieces
        )

    return render
