"""A page of the wide web, opened by somebody who runs a server, can neither read nor change anything there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.in_process import RawAnswer, ask, error_of, in_process_app
from tests.with_accounts import guarded_server
from trialog.web import Application
from trialog.wire.routes import Permission, aliases
from trialog.wire.routes.table import ROUTES

pytestmark = pytest.mark.anyio

PATHS = sorted({(route.method, path) for route in ROUTES for path in aliases(route)})
GUARDED = sorted(
    {
        (route.method, path)
        for route in ROUTES
        for path in aliases(route)
        if path not in {"/health", "/version"} and (path.startswith(("/api/", "/ajax-api/")) or route.method != "GET")
    }
)
LOCAL = ("Host", "127.0.0.1:5000")
EVIL = "https://evil.example"
JSON = ("Content-Type", "application/json")
NAMES = b'{"name": "made by a page", "tags": []}'


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    async with in_process_app(tmp_path_factory.mktemp("server")) as opened:
        yield opened


def assert_refused(answer: RawAnswer, part: str) -> None:
    status, code, message = error_of(answer)
    assert (status, code) == (403, "PERMISSION_DENIED")
    assert part in message
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_a_renamed_host_reaches_nothing(app: Application, method: str, path: str) -> None:
    answer = await ask(app, method, path, [("Host", "rebound.evil.example:5000"), JSON], b"{}")
    if path in {"/health", "/version"}:
        assert answer.status == 200
    else:
        assert_refused(answer, "Invalid Host header")


@pytest.mark.parametrize("path", ["/", "/nowhere", "/graphql", "/get-artifact", "/%61pi/2.0/mlflow/runs/create"])
async def test_a_renamed_host_is_not_even_told_what_there_is(app: Application, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS", "HEAD", "BREW"):
        answer = await ask(app, method, path, [("Host", "rebound.evil.example")])
        assert answer.status == 403


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_a_page_of_another_site_calls_nothing(app: Application, method: str, path: str) -> None:
    for headers in ([("Origin", EVIL)], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")]):
        assert_refused(await ask(app, method, path, [LOCAL, JSON, *headers], b"{}"), "Cross-origin request blocked")


async def test_a_page_of_another_site_changes_nothing(app: Application) -> None:
    create, search = "/api/2.0/mlflow/experiments/create", "/api/2.0/mlflow/experiments/get-by-name?experiment_name="
    simple = ("Content-Type", "text/plain")
    for headers in ([("Origin", EVIL), JSON], [("Origin", EVIL), simple], [("Sec-Fetch-Site", "cross-site"), JSON]):
        await ask(app, "POST", create, [LOCAL, *headers], NAMES)
    assert (await ask(app, "GET", f"{search}made%20by%20a%20page", [LOCAL])).status == 404


async def test_a_form_of_any_page_is_not_json(app: Application) -> None:
    # A form needs no leave of the server; old browsers send neither Origin nor Sec-Fetch-Site with it.
    form = ("Content-Type", "application/x-www-form-urlencoded")
    assert error_of(await ask(app, "POST", "/api/2.0/mlflow/experiments/create", [LOCAL, form], NAMES))[0] == 400


async def test_a_browser_gets_no_leave_for_a_page_of_another_site(app: Application) -> None:
    asked = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]
    answer = await ask(app, "OPTIONS", "/api/2.0/mlflow/runs/create", [LOCAL, ("Origin", EVIL), *asked])
    assert_refused(answer, "Cross-origin request blocked")


async def test_a_browser_gets_leave_for_a_page_of_this_machine(app: Application) -> None:
    origin = "http://localhost:8888"
    asked = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]
    answer = await ask(app, "OPTIONS", "/api/2.0/mlflow/runs/create", [LOCAL, ("Origin", origin), *asked])
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert "POST" in answer.headers["access-control-allow-methods"]
    answer = await ask(app, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", [LOCAL, ("Origin", origin)])
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)


async def test_clients_that_are_no_browsers_send_no_origin_and_get_in(app: Application) -> None:
    assert (await ask(app, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", [LOCAL])).status == 200


async def test_a_file_that_somebody_logged_runs_nothing_in_a_browser(app: Application) -> None:
    address = "/api/2.0/mlflow-artifacts/artifacts/page.html"
    await ask(app, "PUT", address, [LOCAL], b"<script>fetch('/api/2.0/mlflow/experiments/delete')</script>")
    answer = await ask(app, "GET", address, [LOCAL])
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


MODES: dict[str, dict[str, Any]] = {
    "artifacts alone": {"artifacts_only": True},
    "no artifacts": {"serve_artifacts": False},
    "under a prefix": {"static_prefix": "/prefix"},
    "open to others": {"host": "0.0.0.0", "allow_open": True},  # noqa: S104  nothing listens in this test
    "of a name": {"allowed_hosts": ("tracking.example.org", "*.example.net")},
    "for pages of another site": {"cors_allowed_origins": ("https://page.example.org",)},
    "with accounts": {"accounts": True},
}
HOSTS = ("rebound.evil.example", "tracking.example.org.evil.example", "localhost.evil.example", "")
ORIGINS = (EVIL, "null", "https://page.example.org.evil.example", "http://localhost.evil.example")


@asynccontextmanager
async def app_of(directory: Path, mode: str) -> AsyncIterator[Application]:
    if MODES[mode].get("accounts"):
        async with guarded_server(directory) as server:
            yield server.app
    else:
        async with in_process_app(directory, **MODES[mode]) as app:
            yield app


@pytest.mark.parametrize("mode", MODES)
async def test_no_mode_of_the_server_lets_a_page_in(tmp_path: Path, mode: str) -> None:
    prefix = str(MODES[mode].get("static_prefix", ""))
    async with app_of(tmp_path, mode) as app:
        for method, path in PATHS:
            if path in {"/health", "/version"}:
                continue
            for host in HOSTS:
                answer = await ask(app, method, prefix + path, [("Host", host), JSON], b"{}")
                assert_refused(answer, "Invalid Host header")
        for method, path in GUARDED:
            for origin in ORIGINS:
                answer = await ask(app, method, prefix + path, [LOCAL, JSON, ("Origin", origin)], b"{}")
                assert_refused(answer, "Cross-origin request blocked")


def test_only_what_says_nothing_private_is_open() -> None:
    assert {route.operation for route in ROUTES if route.permission is Permission.OPEN} == {
        "health",
        "version",
        "server_info",
    }
