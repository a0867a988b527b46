"""The whole server without a socket: the real application on a real store and real files, asked through ASGI."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from tests.new_store import open_new_store
from trialog.artifacts import open_artifact_roots
from trialog.config import Settings
from trialog.server.app import create_app
from trialog.store import open_store
from trialog.web import Application

JSON = {"Content-Type": "application/json"}
ADDRESS = "http://localhost:5000"
HOST = ("host", "localhost:5000")


@asynccontextmanager
async def in_process_app(directory: Path, store_uri: str | None = None, **choices: Any) -> AsyncIterator[Application]:
    """Open a server whose store and artifacts lie in `directory`.

    Args:
        directory: Is there already.
        store_uri: Where the store is instead.
        choices: Settings that differ from the usual ones.
    """
    settings = Settings(**choices)
    roots = open_artifact_roots(
        str(directory / "artifacts") if settings.serve_artifacts else None, settings.default_artifact_root
    )
    root = settings.default_artifact_root
    if store_uri is None:
        store = await open_new_store(directory / "trialog.db", default_artifact_root=root)
    else:
        store = await open_store(store_uri, default_artifact_root=root)
    try:
        yield create_app(None if settings.artifacts_only else store, roots, settings)
    finally:
        await store.close()
        await roots.close()


@asynccontextmanager
async def in_process_client(directory: Path, **choices: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Open a server as `in_process_app` does, and a client of it."""
    async with (
        in_process_app(directory, **choices) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client,
    ):
        yield client


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it left the application."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    app: Application, method: str, target: str, headers: Iterable[tuple[str, str]] = (HOST,), body: bytes = b""
) -> RawAnswer:
    """Send one request whose address is not tidied up on the way, as clients like httpx do.

    Args:
        app: The server.
        method: HTTP method.
        target: Path and query as on the wire, in ASCII.
        headers: Every header there is.
        body: The body.
    """
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "scheme": "http",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
    coming = iter([{"type": "http.request", "body": body, "more_body": False}])
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answered = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return RawAnswer(sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]))


def error_of(response: httpx.Response | RawAnswer) -> tuple[int, str, str]:
    """Return status, error code and message of an answer in MLflow's error shape; fail if it has another."""
    status, body = (
        (response.status, response.body)
        if isinstance(response, RawAnswer)
        else (response.status_code, response.content)
    )
    assert response.headers["content-type"] == "application/json", body
    content = json.loads(body)
    assert {"error_code", "message", "code"} <= content.keys(), content
    assert content["error_code"], content
    assert content["message"], content
    return status, content["error_code"], content["message"]
