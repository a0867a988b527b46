"""The route table holds together."""

import re
from collections import Counter
from itertools import chain

import pytest

from trialog.wire.messages.base import RequestMessage, StrictRequestMessage
from trialog.wire.reading import request_shape
from trialog.wire.routes import Permission, Route, aliases
from trialog.wire.routes.table import ARTIFACT_ROUTES, ROUTES

PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


def route_name(route: Route) -> str:
    """Name a test case."""
    return f"{route.method} {route.operation}"


def only(operation: str) -> Route:
    """Return the one route of an operation."""
    (route,) = (one for one in ROUTES if one.operation == operation)
    return route


def test_no_address_is_given_twice() -> None:
    addresses = Counter((route.method, path) for route in ROUTES for path in aliases(route))

    assert [address for address, count in addresses.items() if count > 1] == []


@pytest.mark.parametrize("route", ROUTES, ids=route_name)
def test_what_stands_in_a_path_is_a_field_of_the_request(route: Route) -> None:
    fields = {field.name for field in request_shape(route.request).fields} if route.request else set()

    assert set(PARAMETER.findall(route.path)) <= fields


@pytest.mark.parametrize("route", [route for route in ROUTES if route.request], ids=route_name)
def test_requests_are_messages(route: Route) -> None:
    assert route.request is not None
    assert issubclass(route.request, RequestMessage)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.request], ids=route_name)
def test_requests_of_its_own_api_alone_know_all_their_fields(route: Route) -> None:
    is_own = route.path.startswith(("/mlflow/models/", "/api/trialog/v1/"))

    assert route.request is not None
    assert issubclass(route.request, StrictRequestMessage) is is_own


def test_routes_of_one_operation_agree_in_all_but_the_method() -> None:
    for route in ROUTES:
        for other in ROUTES:
            if route.operation == other.operation:
                assert (route.path, route.request, route.permission) == (other.path, other.request, other.permission)


@pytest.mark.parametrize(
    ("operation", "addresses"),
    [
        ("create_run", {"/api/2.0/mlflow/runs/create", "/ajax-api/2.0/mlflow/runs/create"}),
        ("server_info", {"/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"}),
        (
            "get_metric_history_bulk",
            {"/ajax-api/2.0/mlflow/metrics/get-history-bulk", "/api/2.0/mlflow/metrics/get-history-bulk"},
        ),
        (
            "search_datasets",
            {
                "/api/2.0/mlflow/experiments/search-datasets",
                "/ajax-api/2.0/mlflow/experiments/search-datasets",
                "/api/2.0mlflow/experiments/search-datasets",
                "/ajax-api/2.0mlflow/experiments/search-datasets",
            },
        ),
        ("health", {"/health"}),
        ("traces_intake", {"/v1/traces"}),
    ],
)
def test_addresses_have_their_aliases(operation: str, addresses: set[str]) -> None:
    assert set(aliases(only(operation))) == addresses


def test_its_own_address_comes_first() -> None:
    assert [aliases(route)[0] for route in ROUTES] == [route.path for route in ROUTES]


def test_experiments_are_searched_by_get_and_post() -> None:
    assert {route.method for route in ROUTES if route.operation == "search_experiments"} == {"GET", "POST"}


def test_only_what_says_nothing_of_anyones_data_is_open() -> None:
    assert {route.operation for route in ROUTES if route.permission is Permission.OPEN} == {
        "health",
        "version",
        "server_info",
    }


def test_bytes_flow_only_among_artifacts_and_out_of_the_record() -> None:
    assert {route.operation for route in ROUTES if route.bytes_flow} == {
        "download_artifact",
        "upload_artifact",
        "upload_part",
        "get_run_artifact",
        "upload_run_artifact",
        "get_logged_model_artifact_file",
        "get_model_version_artifact",
        "get_run_artifact_archive",
        "get_logged_model_artifact_archive",
        "get_model_version_artifact_archive",
        "view_run_artifact",
        "view_logged_model_artifact",
        "view_model_version_artifact",
        "write_run_artifact",
        "write_logged_model_artifact",
        "export_audit_records",
        "apply_log",
    }
    assert set(chain.from_iterable(aliases(route) for route in ARTIFACT_ROUTES)) >= {
        "/api/2.0/mlflow-artifacts/artifacts",
        "/api/2.0/mlflow-artifacts/artifacts/{path:path}",
        "/api/2.0/mlflow-artifacts/mpu/part/{upload_id}/{part_number}",
    }
