"""A server with accounts from its first start: one secret, the first administrator, and MLflow's own client."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from tests.login_server import hidden_fields, log_in
from tests.servers import RunningServer, start_trialog
from trialog.access import new_token
from trialog.entities import ApiToken, PermissionLevel
from trialog.store import open_store
from trialog.store.sql_store import SqlStore

Result = TypeVar("Result")
PASSWORD = "a password of her own"
SECRET = re.compile(r"open (?P<url>\S+/login/first)\n.*\n +(?P<secret>[\w-]{32})\n")
LOGGING = """
import sys
import mlflow

mlflow.set_experiment("accounts")
with mlflow.start_run() as run:
    mlflow.log_param("depth", 3)
    mlflow.log_metric("accuracy", 0.9)
    mlflow.log_text("by " + sys.argv[1], "who.txt")
client = mlflow.MlflowClient()
assert client.get_run(run.info.run_id).data.metrics == {"accuracy": 0.9}
print(mlflow.artifacts.load_text(run.info.artifact_uri + "/who.txt"))
"""
SECONDS = 120


def as_other_process(directory: Path, work: Callable[[SqlStore], Awaitable[Result]]) -> Result:
    """Do something with the store beside the server that has it open."""

    async def do() -> Result:
        uri = f"sqlite:///{(directory / 'trialog.db').as_posix()}"
        store = await open_store(uri, default_artifact_root="mlflow-artifacts:/")
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(do())


def browser(server: RunningServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, headers={"accept": "text/html"}, trust_env=False, timeout=30)


def log_with_mlflow(
    server: RunningServer, directory: Path, name: str, **shown: str
) -> subprocess.CompletedProcess[str]:
    """Log a run with MLflow's client in a process of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "TRIALOG_"))}
    return subprocess.run(
        [sys.executable, "-c", LOGGING, name],
        cwd=directory,
        env={
            **kept,
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            **shown,
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


async def make_first_administrator(server: RunningServer, secret: str) -> None:
    async with browser(server) as page:
        fields = hidden_fields(await page.get("/login/first"))
        form = {**fields, "secret": secret, "username": "ada", "password": PASSWORD}
        assert (await page.post("/login/first", data=form)).status_code == 303
        assert (await page.get("/login/session")).json()["username"] == "ada"


def secret_in(server: RunningServer) -> str:
    deadline = time.monotonic() + SECONDS
    while (found := SECRET.search(server.log)) is None:
        assert time.monotonic() < deadline, server.log
        assert server.process.poll() is None, server.log
    assert found["url"] == f"{server.url}/login/first"
    return found["secret"]


async def token_of(store: SqlStore, username: str) -> str:
    made = new_token()
    token = ApiToken(made.token_id, username, "ci", PermissionLevel.MANAGE, time.time_ns() // 1_000_000)
    await store.accounts.tokens.create(token, made.secret_hash)
    return made.text


def test_the_real_client_logs_in_from_the_first_start_on(tmp_path: Path) -> None:
    home = tmp_path / "server"
    with start_trialog(home, "--app-name", "basic-auth") as server:
        assert (
            httpx.get(f"{server.url}/api/2.0/mlflow/experiments/get?experiment_id=0", trust_env=False).status_code
            == 401
        )
        secret = secret_in(server)
        asyncio.run(make_first_administrator(server, secret))
        by_password = log_with_mlflow(
            server, tmp_path, "password", MLFLOW_TRACKING_USERNAME="ada", MLFLOW_TRACKING_PASSWORD=PASSWORD
        )
        assert by_password.returncode == 0, by_password.stderr
        assert "by password" in by_password.stdout
        refused = log_with_mlflow(
            server, tmp_path, "nobody", MLFLOW_TRACKING_USERNAME="ada", MLFLOW_TRACKING_PASSWORD="not her password"
        )
        assert refused.returncode != 0
        assert "not logged in" in refused.stderr
        token = as_other_process(home, lambda store: token_of(store, "ada"))
        by_token = log_with_mlflow(server, tmp_path, "token", MLFLOW_TRACKING_TOKEN=token)
        assert by_token.returncode == 0, by_token.stderr
        assert "by token" in by_token.stdout
    log = server.log
    assert log.count(secret) == 1
    for hidden in (PASSWORD, "not her password", token):
        assert hidden not in log
    # A store with accounts asks for a login whatever is said at the start, and no longer shows a secret.
    with start_trialog(home) as server:
        assert (
            httpx.get(f"{server.url}/api/2.0/mlflow/experiments/get?experiment_id=0", trust_env=False).status_code
            == 401
        )
        assert len(SECRET.findall(server.log)) == 1
    with pytest.raises(RuntimeError, match="There are accounts, and --allow-open"), start_trialog(home, "--allow-open"):
        pytest.fail("it serves")


async def status_of_session(page: httpx.AsyncClient) -> int:
    return (await page.get("/login/session")).status_code


def test_who_is_deleted_by_another_process_is_out(tmp_path: Path) -> None:
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": "root", "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD}
    with start_trialog(tmp_path, "--accounts", environment=environment) as server:

        async def find_out() -> None:
            store = await open_store(
                f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}", default_artifact_root="mlflow-artifacts:/"
            )
            try:
                async with browser(server) as page:
                    assert (await log_in(page, "root", PASSWORD)).status_code == 303
                    await store.accounts.users.create("another", None, is_admin=True)
                    token = await token_of(store, "root")
                    shown = {"authorization": f"Bearer {token}"}
                    path = "/api/2.0/mlflow/experiments/get?experiment_id=0"
                    assert (await page.get(path, headers=shown)).status_code == 200
                    await store.accounts.users.delete("root")
                    deadline = time.monotonic() + SECONDS
                    while (
                        await status_of_session(page) == 200 or (await page.get(path, headers=shown)).status_code == 200
                    ):
                        assert time.monotonic() < deadline
            finally:
                await store.close()

        asyncio.run(find_out())
    assert PASSWORD not in server.log
