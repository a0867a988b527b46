"""Every place of every request where a client writes a text, read off the route table, so that new ones are in it."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from msgspec import NODEFAULT
from msgspec.inspect import (
    BoolType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from trialog.web.messages import is_asked_in_query
from trialog.wire.routes import Route, aliases

Step = str | int
Place = tuple[Step, ...]

JSON: Final = ("content-type", "application/json")
# Stand for what is really there.
KNOWN: Final[dict[str, Any]] = {
    "alias": "champion",
    "artifact_path": "model",
    "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    "experiment_id": "0",
    "experiment_ids": ["0"],
    "experiment_name": "Default",
    "key": "key",
    "metric": "loss",
    "metric_key": "loss",
    "model_id": "@MODEL@",
    "model_name": "known",
    "name": "known",
    "num_parts": 2,
    "part_number": 1,
    "path": "file.bin",
    "pattern": "loss*",
    "run_id": "@RUN@",
    "run_ids": ["@RUN@"],
    "run_uuid": "@RUN@",
    "source": "models:/known/1",
    "stage": "Production",
    "url": "https://93.184.216.34/hook",
    "version": "1",
}
_TEMPLATE: Final = re.compile(r"\{(\w+)(:path)?\}")


@dataclass(frozen=True)
class Sent:
    """A request as it goes out.

    Attributes:
        method: HTTP method.
        target: Path and query.
        headers: Headers beside Host.
        body: The body.
    """

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


def _unwrapped(expected: Type) -> Type:
    return expected.types[0] if isinstance(expected, UnionType) else expected


def _sample(expected: Type, name: str) -> Any:
    if name in KNOWN:
        return deepcopy(KNOWN[name])
    match _unwrapped(expected):
        case IntType() | FloatType():
            return 1
        case BoolType():
            return True
        case EnumType(cls=choices):
            return next(iter(choices)).value
        case ListType(item_type=item):
            return [_sample(item, "")]
        case StructType() as shape:
            return {field.name: _sample(field.type, field.name) for field in shape.fields if field.required}
        case _:
            return "a"


def _places(expected: Type) -> Iterator[Place]:
    match _unwrapped(expected):
        case StrType():
            yield ()
        case ListType(item_type=item):
            yield from ((0, *place) for place in _places(item))
        case StructType() as shape:
            for field in shape.fields:
                yield from ((field.name, *place) for place in _places(field.type))
        case _:
            return


def text_places(route: Route) -> list[Place]:
    """Return where texts stand in a route's request: names of fields and positions in lists, from outside inwards."""
    return [] if route.request is None else list(_places(type_info(route.request)))


def request_with(route: Route, place: Place, text: str, *, alias: int = 0) -> Sent:
    """Return a request to a route that is as it should be but for a text at one place.

    Args:
        route: The route.
        place: Where the text goes; as `text_places` gives it.
        text: The text.
        alias: Which of the route's addresses to take.
    """
    assert route.request is not None
    shape = type_info(route.request)
    assert isinstance(shape, StructType)
    types = {field.name: field.type for field in shape.fields}
    content = {field.name: _sample(field.type, field.name) for field in shape.fields if field.default is NODEFAULT}
    for name in ("experiment_id", "run_id"):
        if name in types and "run_uuid" not in content:
            content.setdefault(name, KNOWN[name])
    content = {name: value for name, value in content.items() if name != "run_uuid" or "run_id" not in content}
    if place[0] == "run_uuid":
        content.pop("run_id", None)
    content[str(place[0])] = _with_text(content.get(str(place[0])), types[str(place[0])], place[1:], text)
    addresses = aliases(route)
    return _sent(route, addresses[alias % len(addresses)], content)


def whole_request(route: Route, values: Mapping[str, Any]) -> Sent:
    """Return a request to a route that is as it should be.

    Args:
        route: The route.
        values: What to put into its fields; all of those that it has, and the required ones beside them.
    """
    shape = None if route.request is None else type_info(route.request)
    fields = shape.fields if isinstance(shape, StructType) else ()
    content = {
        field.name: values[field.name] if field.name in values else _sample(field.type, field.name)
        for field in fields
        if field.name in values or field.required
    }
    return _sent(route, route.path, content)


def _with_text(value: Any, expected: Type, place: Place, text: str) -> Any:
    if not place:
        return text
    kind = _unwrapped(expected)
    if isinstance(kind, ListType):
        return [_with_text(None, kind.item_type, place[1:], text)]
    assert isinstance(kind, StructType)
    made = value if isinstance(value, dict) else _sample(expected, "")
    types = {field.name: field.type for field in kind.fields}
    return {**made, str(place[0]): _with_text(None, types[str(place[0])], place[1:], text)}


def _sent(route: Route, template: str, content: dict[str, Any]) -> Sent:
    in_path = {match[1] for match in _TEMPLATE.finditer(template)}

    def fill(match: re.Match[str]) -> str:
        # Slashes stay in what takes any number of parts, as clients write them.
        return quote(str(content[match[1]]), safe="/" if match[2] else "", errors="surrogatepass")

    path = _TEMPLATE.sub(fill, template)
    rest = {name: value for name, value in content.items() if name not in in_path}
    if not is_asked_in_query(route):
        # Lone surrogates stay escapes in JSON.
        return Sent(route.method, path, [JSON], json.dumps(rest).encode())
    pairs = [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in rest.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    query = urlencode(pairs, errors="surrogatepass")
    body = b"content" if route.bytes_flow and route.method in {"PUT", "POST"} else b""
    headers = [("content-length", str(len(body)))] if body else []
    if route.body_type is not None:
        headers.append(("content-type", route.body_type))
    return Sent(route.method, f"{path}?{query}" if query else path, headers, body)
