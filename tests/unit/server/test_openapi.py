"""The OpenAPI document says of every route what it is, once, and nothing that is not so."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
import pytest

from trialog.server.account_examples import ACCOUNT_EXAMPLES
from trialog.server.log_stream_examples import LOG_STREAM_EXAMPLES
from trialog.server.openapi import openapi_document
from trialog.server.openapi_examples import EXAMPLES
from trialog.server.overview_examples import OVERVIEW_EXAMPLES
from trialog.wire.reading import read_request
from trialog.wire.routes import Permission, Route
from trialog.wire.routes.table import (
    ACCOUNT_ROUTES,
    AUDIT_ROUTES,
    LOG_STREAM_ROUTES,
    OVERVIEW_ROUTES,
    PROMOTION_ROUTES,
    ROUTE_GROUPS,
    ROUTES,
)

DOCUMENT = openapi_document(ROUTE_GROUPS)
OPERATIONS = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]


def template_of(path: str) -> str:
    return path.replace(":path}", "}")


def operation_of(method: str, path: str) -> Any:
    return DOCUMENT["paths"][path][method]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (target for key, target in value.items() if key == "$ref")
        yield from chain.from_iterable(references(item) for item in value.values())
    elif isinstance(value, list):
        yield from chain.from_iterable(references(item) for item in value)


def resolved(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_every_route_stands_in_it_once_and_no_alias() -> None:
    said = Counter((method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item)

    assert said == Counter((route.method, template_of(route.path)) for route in ROUTES)


def test_operations_are_told_apart_by_their_ids() -> None:
    assert [name for name, count in Counter(one["operationId"] for one in OPERATIONS).items() if count > 1] == []
    assert operation_of("get", "/api/2.0/mlflow/experiments/search")["operationId"] == "search_experiments"
    assert operation_of("post", "/api/2.0/mlflow/experiments/search")["operationId"] == "search_experiments_post"


def test_every_group_is_a_tag_that_says_what_it_is() -> None:
    assert [tag["name"] for tag in DOCUMENT["tags"]] == list(ROUTE_GROUPS)
    assert [tag["name"] for tag in DOCUMENT["tags"] if not tag.get("description")] == []
    for tag, routes in ROUTE_GROUPS.items():
        for route in routes:
            assert operation_of(route.method.lower(), template_of(route.path))["tags"] == [tag]


def test_the_promotion_routes_are_where_the_guides_look_for_them() -> None:
    assert ROUTE_GROUPS["mlflow"] == PROMOTION_ROUTES
    assert operation_of("post", "/mlflow/models/promote")["tags"] == ["mlflow"]
    for method in ("get", "post"):
        operation = operation_of(method, "/mlflow/models/{name}/stage/{stage}")
        assert operation["tags"] == ["mlflow"]
        assert [(one["name"], one["in"], one["required"]) for one in operation["parameters"]] == [
            ("name", "path", True),
            ("stage", "path", True),
        ]
        assert "requestBody" not in operation


def test_what_is_referred_to_is_there_and_all_that_is_there_is_referred_to() -> None:
    spoken_of = set(references(DOCUMENT))
    for reference in spoken_of:
        assert resolved(reference)
    for kind in ("schemas", "responses"):
        assert {f"#/components/{kind}/{name}" for name in DOCUMENT["components"][kind]} <= spoken_of


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.operation}")
def test_a_request_stands_where_the_server_reads_it(route: Route) -> None:
    operation = operation_of(route.method.lower(), template_of(route.path))
    parameters = {(one["name"], one["in"]) for one in operation.get("parameters", ())}
    in_path = set(re.findall(r"\{(\w+)", route.path))
    fields = {field.encode_name for field in msgspec.structs.fields(route.request)} if route.request else set()

    assert {name for name, place in parameters if place == "path"} == in_path
    in_query = {name for name, place in parameters if place == "query"}
    if route.method == "GET" or route.bytes_flow or route.bodiless:
        assert in_query == fields - in_path
        assert ("requestBody" in operation) == (route.bytes_flow and route.method != "GET")
    else:
        assert in_query == set()
        assert ("requestBody" in operation) == bool(fields - in_path)
    assert operation["summary"]
    assert operation["x-trialog-permission"] == route.permission.name.lower()


def test_what_may_go_wrong_is_told_with_its_status() -> None:
    reading = operation_of("get", "/api/2.0/mlflow/runs/get")
    writing = operation_of("post", "/mlflow/models/promote")

    assert set(reading["responses"]) == {"200", "400", "401", "403", "404", "429", "500", "503"}
    assert set(writing["responses"]) - set(reading["responses"]) == {"409", "413"}
    conflict = resolved(writing["responses"]["409"]["$ref"])
    assert "RESOURCE_CONFLICT" in conflict["description"]
    envelope = resolved(conflict["content"]["application/json"]["schema"]["$ref"])
    assert envelope["required"] == ["error_code", "message", "code"]
    assert envelope["properties"]["message"]["description"].startswith("A sentence saying what was wrong")


def test_readers_learn_how_to_show_who_they_are() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {name: (one["type"], one["scheme"]) for name, one in schemes.items()} == {
        "basic": ("http", "basic"),
        "bearer": ("http", "bearer"),
    }
    # One or the other, or nothing where there are no accounts.
    assert DOCUMENT["security"] == [{"basic": []}, {"bearer": []}, {}]
    for route in ROUTES:
        operation = operation_of(route.method.lower(), template_of(route.path))
        is_open = route.permission is Permission.OPEN
        assert ("401" in operation["responses"]) is not is_open, route.operation
        assert operation.get("security") == ([] if is_open else None), route.operation


def test_fields_are_told_with_their_meaning_and_bounds() -> None:
    promote = resolved("#/components/schemas/PromoteModel")
    assert promote["description"] == "Move a version into a stage and say why."
    assert promote["required"] == ["model_name", "version", "stage"]
    assert promote["properties"]["reason"]["description"] == "Why, for the history."
    # Readers in JavaScript could not hold the bounds, and fields nobody knows are taken.
    step = resolved("#/components/schemas/LogMetric")["properties"]["step"]
    assert step == {"type": "integer", "format": "int64", "default": 0}
    assert "additionalProperties" not in promote
    size = operation_of("get", "/api/2.0/mlflow/experiments/search")["parameters"][0]
    assert (size["name"], size["schema"]) == ("max_results", {"type": "integer", "minimum": 1, "maximum": 50000})


ALL_EXAMPLES = {**EXAMPLES, **ACCOUNT_EXAMPLES, **OVERVIEW_EXAMPLES, **LOG_STREAM_EXAMPLES}


@pytest.mark.parametrize("operation", sorted(ALL_EXAMPLES))
def test_an_example_is_what_the_server_takes_and_gives(operation: str) -> None:
    with_examples = (*PROMOTION_ROUTES, *ACCOUNT_ROUTES, *AUDIT_ROUTES, *OVERVIEW_ROUTES, *LOG_STREAM_ROUTES)
    for route in (one for one in with_examples if one.operation == operation):
        assert route.request is not None
        assert route.response is not None
        request = ALL_EXAMPLES[operation].request
        if request is not None:
            # What the path says, the example of a body does not.
            in_path = dict.fromkeys(re.findall(r"\{(\w+)", route.path), "1")
            read_request({**in_path, **request}, route.request)
        answer = msgspec.convert(ALL_EXAMPLES[operation].response, route.response)
        assert msgspec.to_builtins(answer) == ALL_EXAMPLES[operation].response


def test_every_route_of_promotion_and_of_pages_has_an_example() -> None:
    assert set(EXAMPLES) == {route.operation for route in PROMOTION_ROUTES}
    assert set(OVERVIEW_EXAMPLES) == {route.operation for route in OVERVIEW_ROUTES}
    assert set(LOG_STREAM_EXAMPLES) == {route.operation for route in LOG_STREAM_ROUTES}


def test_a_prefix_is_told_to_those_who_try_the_api_out() -> None:
    assert openapi_document(ROUTE_GROUPS, "/tracking")["servers"] == [{"url": "/tracking"}]
    assert DOCUMENT["servers"] == [{"url": "/"}]


def test_open_routes_are_called_open() -> None:
    open_ones = {one["operationId"] for one in OPERATIONS if one["x-trialog-permission"] == "open"}
    assert open_ones == {route.operation for route in ROUTES if route.permission is Permission.OPEN}


def test_the_document_is_valid_by_openapis_own_schema() -> None:
    validator = pytest.importorskip("openapi_spec_validator")

    validator.validate(json.loads(json.dumps(DOCUMENT)))
