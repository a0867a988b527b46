"""Whatever is sent, no route answers with a fault of the server, and each refusal has MLflow's error shape."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.inspect import EnumType, FloatType, IntType, ListType, StrType, StructType, Type, UnionType, type_info

from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from trialog.web import Application
from trialog.wire.routes import Route, aliases
from trialog.wire.routes.table import ROUTES

SOUND = {200, 204, 206, 304}
REFUSED = {400, 404, 405, 409, 413, 416, 501}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW")
JSON = "application/json"
CONTENT_TYPES = (JSON, JSON, "application/json; charset=utf-8", "text/plain", "", "application/x-protobuf")
# What surrounds the name of a field in the path of a route.
PARAMETER = re.compile(r"[{}]|:path")
# Stand for ids of what is really there; the address and the body get those in their place.
RUN, MODEL = "known-run", "known-model"

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "0", "1", "../x", "a\x00b", "%2e", "a" * 300, "NaN", "metrics.a > 1", "9" * 30, "💥", RUN, MODEL, "a DESC"]
    ),
)
NUMBERS = st.one_of(
    st.integers(-(2**65), 2**65),
    st.floats(),
    st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, -(2**63), 2**63, 10**400, 1e308]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
ANYTHING: st.SearchStrategy[Any] = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(TEXTS, SCALARS, max_size=3)
)
NAMED_VALUES = {
    "experiment_id": "0",
    "model_id": MODEL,
    "model_name": "known",
    "name": "known",
    "run_id": RUN,
    "run_uuid": RUN,
    "source": "models:/known/1",
    "source_run_id": RUN,
    "stage": "Production",
    "stages": ["Production"],
    "version": "1",
}


@dataclass(frozen=True)
class Server:
    """A server on an event loop of its own.

    Attributes:
        portal: Calls coroutines on that loop.
        app: The server.
        ids: What `RUN` and `MODEL` stand for.
    """

    portal: BlockingPortal
    app: Application
    ids: dict[str, str]

    def ask(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> RawAnswer:
        """Send a request."""
        for name, real in self.ids.items():
            target, body = target.replace(name, real), body.replace(name.encode(), real.encode())
        return self.portal.call(ask, self.app, method, target, headers, body)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has an experiment, a run, a logged model and a registered one."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(in_process_app(tmp_path_factory.mktemp("server"))) as app,
    ):
        empty = Server(portal, app, {})
        headers, body = [HOST, ("content-type", JSON)], b'{"experiment_id": "0", "name": "m"}'
        run = json.loads(empty.ask("POST", "/api/2.0/mlflow/runs/create", headers, body).body)
        model = json.loads(empty.ask("POST", "/api/2.0/mlflow/logged-models", headers, body).body)
        for path, fields in (
            ("registered-models/create", {"name": "known"}),
            ("model-versions/create", {"name": "known", "source": "s3://bucket/model"}),
            ("model-versions/create", {"name": "known", "source": "s3://bucket/model"}),
            ("model-versions/transition-stage", {"name": "known", "version": "1", "stage": "Production"}),
        ):
            content = json.dumps(fields).encode()
            assert empty.ask("POST", f"/api/2.0/mlflow/{path}", headers, content).status == 200
        yield Server(portal, app, {RUN: run["run"]["info"]["run_id"], MODEL: model["model"]["info"]["model_id"]})


def fitting(expected: Type) -> st.SearchStrategy[Any]:
    """Values that a field of a type may have."""
    match expected:
        case StrType():
            return TEXTS
        case IntType():
            return st.one_of(st.integers(0, 5), NUMBERS, NUMBERS.map(str))
        case FloatType():
            return st.one_of(st.floats(allow_nan=False, allow_infinity=False), NUMBERS, NUMBERS.map(str))
        case EnumType():
            return st.sampled_from([choice.value for choice in expected.cls])
        case ListType():
            return st.lists(fitting(expected.item_type), max_size=3)
        case StructType():
            return objects_of(expected.cls)
        case UnionType():
            return fitting(expected.types[0])
        case _:
            return ANYTHING


@cache
def objects_of(message: type[Struct]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the fields of a message: mostly with values that fit, mostly all of them."""
    shape = type_info(message)
    assert isinstance(shape, StructType)
    fields = {}
    for field in shape.fields:
        named = st.just(NAMED_VALUES.get(field.name, "a"))
        usual = st.one_of(named, named, fitting(field.type)) if field.name in NAMED_VALUES else fitting(field.type)
        fields[field.name] = st.one_of(usual, usual, usual, ANYTHING)
    return st.one_of(
        st.fixed_dictionaries({name: values for name, values in fields.items() if name != "run_uuid"}),
        st.fixed_dictionaries({}, optional=fields),
    )


def query_of(content: dict[str, Any]) -> str:
    """The fields of an object as a query."""
    pairs = [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in content.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    return urlencode(pairs, errors="surrogatepass")


def request_to(route: Route, data: st.DataObject) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Draw method, address, headers and body of a request to a route, or beside it."""
    content = data.draw(objects_of(route.request)) if route.request is not None else {}
    parts = [
        quote(data.draw(st.one_of(st.just(str(content.get(PARAMETER.sub("", part), "x"))), TEXTS)), safe="/%.")
        if part.startswith("{")
        else part
        for part in data.draw(st.sampled_from(aliases(route))).split("/")
    ]
    if data.draw(st.booleans()):
        # What stands in the path need not stand in the body, and must not contradict it.
        content = {name: value for name, value in content.items() if f"{{{name}" not in route.path}
    body = data.draw(st.one_of(st.just(json.dumps(content).encode()), st.binary(max_size=20)))
    query = data.draw(st.one_of(st.just(query_of(content)), st.just(""), TEXTS.map(quote)))
    method = data.draw(st.sampled_from((route.method,) * 8 + METHODS))
    headers = [HOST, ("content-length", str(len(body)))]
    if content_type := data.draw(st.sampled_from(CONTENT_TYPES)):
        headers.append(("content-type", content_type))
    return method, "/".join(parts) + "?" + query, headers, body


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.operation}")
@settings(
    max_examples=12,
    deadline=None,
    # The explanation of a failure takes minutes for messages of this size.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_no_request_makes_the_server_fail(server: Server, route: Route, data: st.DataObject) -> None:
    method, target, headers, body = request_to(route, data)
    answer = server.ask(method, target, headers, body)
    if answer.status not in SOUND:
        assert answer.status in REFUSED, (method, target, body, answer)
        assert method == "HEAD" or error_of(answer)
