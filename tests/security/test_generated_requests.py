"""Whatever is sent, no route answers with a fault of the server, and each refusal has MLflow's error shape."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlencode

import anyio
import msgspec
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.inspect import EnumType, FloatType, IntType, ListType, StrType, StructType, Type, UnionType, type_info

from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from trialog.web import Application
from trialog.wire.routes import ROUTES, Route, aliases

SOUND = {200, 204, 304, 206}
REFUSED = {400, 403, 404, 405, 408, 413, 416, 501}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW")
CONTENT_TYPES = ("application/json", "application/json; charset=utf-8", "text/plain", "", "application/x-protobuf")

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "nothing",
            "../x",
            "a\x00b",
            "%",
            "a" * 300,
            "NaN",
            "metrics.a > 1",
            "9" * 30,
            "é",
            "💥",
            "latest",
        ]
    ),
)
numbers = st.one_of(
    st.integers(),
    st.integers(-(2**64), 2**64),
    st.floats(),
    st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, 2**63, 10**400, 1e308]),
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


def values_of(expected: Type) -> st.SearchStrategy[Any]:
    """Values that a field should have, and others."""
    match expected:
        case StrType():
            fitting: st.SearchStrategy[Any] = texts
        case IntType() | FloatType():
            fitting = st.one_of(numbers, numbers.map(str))
        case EnumType():
            fitting = st.sampled_from([choice.value for choice in expected.cls])
        case ListType():
            fitting = st.lists(st.deferred(lambda: values_of(expected.item_type)), max_size=3)
        case StructType():
            fitting = bodies_of(expected)
        case UnionType():
            fitting = st.one_of([values_of(one) for one in expected.types])
        case _:
            fitting = anything
    return st.one_of(fitting, fitting, fitting, anything)


def bodies_of(shape: StructType) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with a message's fields, some of them missing, and perhaps others besides."""
    fields = {field.encode_name: values_of(field.type) for field in shape.fields}
    named = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(named, st.fixed_dictionaries(fields), st.builds(dict, named, st.dictionaries(texts, anything)))


def request_bodies(route: Route) -> st.SearchStrategy[Any]:
    """What might be sent to a route as JSON."""
    shape = type_info(route.request) if route.request is not None else None
    return bodies_of(shape) if isinstance(shape, StructType) else anything


def filled(path: str, part: st.DataObject) -> str:
    """The path of a route with something in the place of each parameter."""
    pieces = []
    for piece in path.split("/"):
        pieces.append(quote(part.draw(texts), safe="/%.") if piece.startswith("{") else piece)
    return "/".join(pieces)


def query_of(content: Any) -> str:
    """The fields of an object as a query."""
    if not isinstance(content, dict):
        return quote(str(content))
    pairs = [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in content.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    return urlencode(pairs, errors="surrogatepass")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server on an event loop of its own, and how to ask it; an experiment, a run and a model are there to be found."""
    with start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(in_process_app(tmp_path_factory.mktemp("server"))) as app:
            yield portal, app


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.operation}")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_request_makes_the_server_fail(
    server: tuple[BlockingPortal, Application], route: Route, data: st.DataObject
) -> None:
    portal, app = server
    content = data.draw(request_bodies(route))
    body = data.draw(st.one_of(st.just(json.dumps(content).encode("utf-8", "surrogatepass")), st.binary(max_size=50)))
    method = data.draw(st.one_of(st.just(route.method), st.just(route.method), st.sampled_from(METHODS)))
    path = filled(data.draw(st.sampled_from(aliases(route))), data)
    query = data.draw(st.one_of(st.just(query_of(content)), st.just(""), texts.map(quote)))
    headers = [HOST, ("content-length", str(len(body)))]
    if content_type := data.draw(st.one_of(st.just(CONTENT_TYPES[0]), st.sampled_from(CONTENT_TYPES))):
        headers.append(("content-type", content_type))

    answer: RawAnswer = portal.call(ask, app, method, f"{path}?{query}", headers, body)

    if answer.status in SOUND:
        return
    assert answer.status in REFUSED, answer
    if method != "HEAD":
        error_of(answer)
