"""Writes what the web page knows of the API: `python -m scripts.ui_schema`.

`ui/src/api/schema.ts` has a type for each message, the pair of messages of each operation, and the routes as data. A
test compares it with what is committed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    DictType,
    EnumType,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from trialog.web.messages import is_asked_in_query
from trialog.wire.errors import ErrorMessage
from trialog.wire.routes import Route
from trialog.wire.routes.table import ROUTES

FILE: Final = Path(__file__).parents[1] / "ui" / "src" / "api" / "schema.ts"
_HEAD: Final = "// Made of the route table by `python -m scripts.ui_schema`; edit that.\n"
_IDENTIFIER: Final = re.compile(r"[A-Za-z_]\w*")


def main() -> None:
    """Write the file."""
    FILE.write_text(schema(), encoding="utf-8", newline="\n")


def schema() -> str:
    """Return the file's content."""
    asked = _chosen_routes(route for route in ROUTES if _is_json(route))
    linked = _chosen_routes(route for route in ROUTES if route.bytes_flow and route.method == "GET")
    structs = _Structs([*asked, *linked])
    blocks = [
        _HEAD,
        *structs.declarations(),
        _operations("Operations", "What each operation asks and answers.", asked),
        "/** Name of an operation. */\nexport type Operation = keyof Operations;\n",
        _route_table(asked),
        _operations("Files", "What addresses of bytes are made of.", linked),
        _file_table(linked),
    ]
    return "\n".join(blocks)


def _is_json(route: Route) -> bool:
    return not route.bytes_flow and route.request is not None and route.response is not None


def _chosen_routes(routes: Iterable[Route]) -> list[Route]:
    """Return one route of each operation, by name: of a GET and a POST the latter, for questions may be long."""
    chosen: dict[str, Route] = {}
    for route in routes:
        known = chosen.get(route.operation)
        if known is None or (known.method == "GET" and route.method == "POST"):
            chosen[route.operation] = route
    return [chosen[name] for name in sorted(chosen)]


class _Structs:
    """The messages of some routes and all that they are made of.

    Args:
        routes: The routes.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        self._by_name: dict[str, StructType] = {}
        self._asked: set[str] = set()
        for route in routes:
            if route.request is not None:
                self._take(_struct_type(route.request), is_asked=True)
        for route in routes:
            if route.response is not None:
                self._take(_struct_type(route.response), is_asked=False)
        self._take(_struct_type(ErrorMessage), is_asked=False)

    def declarations(self) -> Iterator[str]:
        """Yield the declaration of each, by name."""
        for name in sorted(self._by_name):
            yield self._declaration(name, self._by_name[name])

    def _take(self, shape: StructType, *, is_asked: bool) -> None:
        name = shape.cls.__name__
        known = self._by_name.setdefault(name, shape)
        if known.cls is not shape.cls:
            raise ValueError(f"{shape.cls.__module__} and {known.cls.__module__} both have a {name}: rename one")
        is_new = name not in self._asked if is_asked else known is shape
        if is_asked:
            self._asked.add(name)
        if is_new:
            for field in shape.fields:
                for inner in _structs_in(field.type):
                    if inner.cls.__name__ not in (self._asked if is_asked else self._by_name):
                        self._take(inner, is_asked=is_asked)

    def _declaration(self, name: str, shape: StructType) -> str:
        summary = (shape.cls.__doc__ or "").strip().partition("\n")[0]
        comment = f"/** {summary} */\n" if summary else ""
        if not shape.fields:
            return f"{comment}export type {name} = Readonly<Record<string, never>>;\n"
        lines = [self._member(name, shape, field) for field in shape.fields]
        return f"{comment}export interface {name} {{\n" + "".join(lines) + "}\n"

    def _member(self, name: str, shape: StructType, field: Field) -> str:
        # An answer has all of its fields unless its type leaves out what is as usual.
        may_lack = name in self._asked or bool(shape.cls.__struct_config__.omit_defaults)
        mark = "?" if not field.required and may_lack else ""
        key = field.encode_name if _IDENTIFIER.fullmatch(field.encode_name) else json.dumps(field.encode_name)
        return f"  readonly {key}{mark}: {_written(field.type)};\n"


def _struct_type(kind: type[Struct]) -> StructType:
    shape = type_info(kind)
    if not isinstance(shape, StructType):
        raise TypeError(f"{kind.__name__} is no struct")
    return shape


def _structs_in(kind: Type) -> Iterator[StructType]:
    match kind:
        case StructType():
            yield kind
        case ListType(item_type=item):
            yield from _structs_in(item)
        case DictType(value_type=value):
            yield from _structs_in(value)
        case UnionType(types=kinds):
            for each in kinds:
                yield from _structs_in(each)
        case _:
            return


def _written(kind: Type) -> str:
    """Return a type in the words of TypeScript."""
    match kind:
        case BoolType():
            return "boolean"
        case IntType() | FloatType():
            return "number"
        case StrType():
            return "string"
        case NoneType():
            return "null"
        case EnumType(cls=choices):
            return " | ".join(json.dumps(choice.value) for choice in choices)
        case LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case StructType(cls=struct):
            return struct.__name__
        case ListType(item_type=item):
            return f"readonly {_in_brackets(_written(item))}[]"
        case DictType(value_type=value):
            return f"Readonly<Record<string, {_written(value)}>>"
        case UnionType(types=kinds):
            return " | ".join(dict.fromkeys(_written(each) for each in kinds))
        case _:
            # A field that takes any JSON value.
            return "unknown"


def _in_brackets(written: str) -> str:
    return f"({written})" if " " in written and not written.startswith("Readonly<") else written


def _operations(name: str, summary: str, routes: Sequence[Route]) -> str:
    lines = []
    for route in routes:
        request = "EmptyRequest" if route.request is None else route.request.__name__
        answer = "" if route.response is None else f"; readonly response: {route.response.__name__}"
        lines.append(f"  readonly {route.operation}: {{ readonly request: {request}{answer} }};\n")
    return f"/** {summary} */\nexport interface {name} {{\n" + "".join(lines) + "}\n"


def _route_table(routes: Sequence[Route]) -> str:
    lines = [
        f"  {route.operation}: [{json.dumps(route.method)}, {json.dumps(route.path)}, "
        f"{json.dumps('query' if is_asked_in_query(route) else 'body')}],\n"
        for route in routes
    ]
    return (
        "/** Method and path of each operation, and where its request goes beside the path. */\n"
        'export const routes: Readonly<Record<Operation, readonly [string, string, "query" | "body"]>> = {\n'
        + "".join(lines)
        + "};\n"
    )


def _file_table(routes: Sequence[Route]) -> str:
    lines = [f"  {route.operation}: {json.dumps(route.path)},\n" for route in routes]
    return (
        "/** Paths under which bytes are fetched. */\n"
        "export const filePaths: Readonly<Record<keyof Files, string>> = {\n" + "".join(lines) + "};\n"
    )


if __name__ == "__main__":
    main()
