"""Attacks by another server, whose data is shown here with what its callers are known by."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.in_process import ADDRESS, HOST, ask, error_of
from trialog.config import Settings
from trialog.remote.server import RemoteServer
from trialog.remote.settings import connection_settings
from trialog.remote.store import RemoteStore
from trialog.server.another_server import AnotherServer, RemoteRoots
from trialog.server.app import create_app
from trialog.web import Application

pytestmark = pytest.mark.anyio

RUN: Final = "a" * 32
ARCHIVE: Final = f"/api/trialog/v1/runs/{RUN}/artifacts/archive"

Said = tuple[int, dict[str, str], bytes]
Answers = Callable[[str, dict[str, list[str]]], Said | None]


def said(content: object, status: int = 200) -> Said:
    return status, {"content-type": "application/json"}, json.dumps(content).encode()


@contextmanager
def hostile_server(answers: Answers, asked: list[str]) -> Iterator[str]:
    """Serve a run, and else whatever a test wants to be answered."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            asked.append(f"{self.command} {self.path}")
            address = urlsplit(self.path)
            status, headers, body = answers(address.path, parse_qs(address.query)) or usual(address.path)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815  the library calls them so

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def usual(path: str) -> Said:
    if path.endswith("/runs/get"):
        uri = f"mlflow-artifacts:/1/{RUN}/artifacts"
        info = {"run_id": RUN, "run_uuid": RUN, "experiment_id": "1", "status": "FINISHED", "artifact_uri": uri}
        return said({"run": {"info": {**info, "lifecycle_stage": "active", "start_time": 1}, "data": {}}})
    if path == "/get-artifact":
        return 200, {"content-type": "text/html", "set-cookie": "trialog_session=x"}, b"abc"
    return said({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}, 404)


@asynccontextmanager
async def shown(answers: Answers) -> AsyncIterator[tuple[Application, list[str]]]:
    """Show a hostile server's data."""
    asked: list[str] = []
    with hostile_server(answers, asked) as url:
        server = RemoteServer(connection_settings(url, {"MLFLOW_TRACKING_TOKEN": "secret"}))
        settings = Settings(backend_store_uri=url)
        try:
            yield create_app(RemoteStore(server), RemoteRoots(server), settings, another=AnotherServer(server)), asked
        finally:
            await server.close()


def listing(*files: dict[str, object]) -> Answers:
    return lambda path, _: said({"root_uri": "x", "files": files}) if path.endswith("/artifacts/list") else None


async def test_no_name_of_a_file_leads_out_of_an_archive() -> None:
    names = ["good.txt", "x/..", "..", ".", "", "..\\..\\evil.bat", "a\r\nb", "a\0b", "/etc/passwd"]
    files = [{"path": name, "is_dir": False, "file_size": -3} for name in names]
    async with shown(listing(*files)) as (app, _):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
            content = (await client.get(ARCHIVE)).content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.namelist() == [f"{RUN}/good.txt", f"{RUN}/passwd"]
        told = json.loads((await ask(app, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={RUN}")).body)["files"]
        assert [(file["path"], file["file_size"]) for file in told] == [("good.txt", 0), ("passwd", 0)]


async def test_folders_without_end_come_to_an_end() -> None:
    def deeper(path: str, query: dict[str, list[str]]) -> Said | None:
        if not path.endswith("/artifacts/list"):
            return None
        folder = query.get("path", [""])[0]
        return said({"root_uri": "x", "files": [{"path": f"{folder}/d".lstrip("/"), "is_dir": True}]})

    async with shown(deeper) as (app, asked):
        assert error_of(await ask(app, "GET", ARCHIVE))[0] == 404
        assert len(asked) < 100


@pytest.mark.parametrize("part", ["bytes 10-2/3", "bytes 0-5/3", "bytes 2-2/2", "bytes 0-0/*", "nonsense", ""])
async def test_a_part_that_makes_no_sense_is_none(part: str) -> None:
    answered = (206, {"content-type": "text/html", "content-range": part}, b"abc")
    async with shown(lambda path, _: answered if path == "/get-artifact" else None) as (app, _):
        answer = await ask(app, "GET", f"/get-artifact?run_id={RUN}&path=a", [HOST, ("range", "bytes=0-5")])
        assert error_of(answer)[:2] == (503, "TEMPORARILY_UNAVAILABLE")


async def test_a_file_of_another_server_does_not_act_in_the_name_of_this_one() -> None:
    async with shown(lambda *_: None) as (app, _):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
            answer = await client.get(f"/get-artifact?run_id={RUN}&path=page.html")
        assert answer.content == b"abc"
        assert answer.headers["content-security-policy"] == "sandbox"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_is_led_elsewhere_with_what_callers_are_known_by(status: int) -> None:
    elsewhere: list[str] = []
    with hostile_server(lambda *_: said({}), elsewhere) as other:
        moved = (status, {"location": f"{other}/x", "content-type": "application/json"}, b"{}")
        async with shown(lambda path, _: None if path.endswith("/status") else moved) as (app, _):
            for target in ("/api/trialog/v1/home", f"/get-artifact?run_id={RUN}&path=a"):
                answer = await ask(app, "GET", target)
                assert (answer.status, "location" in answer.headers) == (503, False)
    assert elsewhere == []


async def test_what_a_server_of_trialog_answers_is_json_or_nothing() -> None:
    def page(path: str, _: dict[str, list[str]]) -> Said:
        if path.endswith("/status"):
            return said({"version": "1", "mlflow_version": "3.1.0"})
        return 200, {"content-type": "text/html"}, b"<script>alert(1)</script>"

    async with shown(page) as (app, _):
        answer = await ask(app, "GET", "/api/trialog/v1/home")
        assert error_of(answer)[0] == 503
        assert b"script" not in answer.body


async def test_no_account_of_another_server_is_changed_by_who_reaches_this_one() -> None:
    def trialog(path: str, _: dict[str, list[str]]) -> Said:
        return said({"version": "1", "mlflow_version": "3.1.0"} if path.endswith("/status") else {"token": "lasting"})

    async with shown(trialog) as (app, asked):
        for method, target in (
            ("POST", "/api/trialog/v1/tokens"),
            ("POST", "/api/2.0/mlflow/users/create"),
            ("PATCH", "/ajax-api/2.0/mlflow/users/update-password"),
            ("PATCH", "/api/2.0/mlflow/users/update-admin"),
            ("DELETE", "/api/2.0/mlflow/users/delete"),
            ("POST", "/api/2.0/mlflow/experiments/permissions/create"),
        ):
            answer = await ask(app, method, target, [HOST, ("content-type", "application/json")], b"{}")
            assert (answer.status, json.loads(answer.body)["code"]) == (501, "remote.no_accounts"), target
        assert asked == ["GET /api/trialog/v1/status"]
        assert (await ask(app, "GET", "/api/trialog/v1/me")).status == 200
