"""What holds for every route: headers, methods, aliases, and one shape of errors."""

import re

import httpx
import pytest

from tests.in_process import error_of
from trialog.web.messages import is_asked_in_query
from trialog.wire.routes import Route, aliases
from trialog.wire.routes.table import ROUTES

pytestmark = pytest.mark.anyio

ADDRESSES = [(route, path) for route in ROUTES for path in aliases(route)]
QUIET = {"health", "version", "server_info"}
WITHOUT_QUESTION = {
    "delete_artifact",
    "find_changes",
    "get_home",
    "get_status",
    "list_metric_meaning_overrides",
    "list_proxied_artifacts",
    "list_webhooks",
    "look_into_bin",
    "search_model_versions",
    "search_registered_models",
    "upload_artifact",
    "who_am_i",
}


def example_of(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "nothing", path)


@pytest.mark.parametrize(("route", "path"), ADDRESSES, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_question_without_content_is_refused_in_mlflows_shape(
    client: httpx.AsyncClient, route: Route, path: str
) -> None:
    answer = await client.request(route.method, example_of(path))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["server"] == "trialog"
    if answer.status_code != 200:
        status, code, _ = error_of(answer)
        assert status in {400, 404, 501}
        assert code in {"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "NOT_IMPLEMENTED", "ENDPOINT_NOT_FOUND"}
    else:
        assert route.operation in QUIET | WITHOUT_QUESTION


@pytest.mark.parametrize(("route", "path"), ADDRESSES, ids=lambda value: value if isinstance(value, str) else "")
async def test_other_methods_are_refused_in_mlflows_shape(client: httpx.AsyncClient, route: Route, path: str) -> None:
    for method in ("TRACE", "PROPFIND"):
        answer = await client.request(method, example_of(path))
        assert error_of(answer)[:2] == (405, "BAD_REQUEST")
        assert route.method in answer.headers["allow"].split(", ")
    assert route.method in (await client.options(example_of(path))).headers["allow"].split(", ")


@pytest.mark.parametrize(
    ("route", "path"),
    [(route, path) for route, path in ADDRESSES if "/mlflow/models/" in path or "api/trialog/v1/" in path],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_its_own_api_takes_no_field_that_it_does_not_know(
    client: httpx.AsyncClient, route: Route, path: str
) -> None:
    query = await client.request(route.method, example_of(path), params={"resaon": "typo"}, json={"resaon": "typo"})
    assert query.status_code == 400
    if is_asked_in_query(route):
        answer = query
    else:
        assert query.json()["code"] == "request.query_not_read"
        answer = await client.request(route.method, example_of(path), json={"resaon": "typo"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request.unknown_field")
    assert "'resaon'" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/health", "/version", "/"])
async def test_head_has_the_headers_of_get_and_no_body(client: httpx.AsyncClient, path: str) -> None:
    get, head = await client.get(path), await client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))


async def test_the_server_says_that_it_is_there(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).text == "OK"
    assert (await client.get("/version")).text == "3.17.2"
    assert (await client.get("/api/3.0/mlflow/server-info")).json()["store_type"] == "SqlStore"


async def test_the_start_page_names_the_address_it_was_opened_at(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"Host": "localhost:5077"})
    assert 'mlflow.set_tracking_uri("http://localhost:5077")' in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
