"""Opens Trialog's own stores for the contract suite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import uvicorn

from tests.contract.http_store import HttpStore
from tests.in_process import in_process_app, in_process_client
from tests.new_store import open_new_store
from tests.postgresql import EmptiedStores
from trialog.contracts import Store
from trialog.remote.server import RemoteServer
from trialog.remote.settings import connection_settings
from trialog.remote.store import RemoteStore
from trialog.store.sealing import DEFAULT_RULE, SealingRule
from trialog.web import Application

EAGER = SealingRule(size=4, hot=8, late=2, idle=2, idle_seconds=0.01, straight=4)
"""Points are sealed so early that hardly a test is without chunks."""

_postgresql_stores = EmptiedStores(DEFAULT_RULE)
_sealing_postgresql_stores = EmptiedStores(EAGER)


@asynccontextmanager
async def open_sqlite_store(directory: Path, sealing: SealingRule = DEFAULT_RULE) -> AsyncIterator[Store]:
    """Open a new SQLite store in an empty directory; nothing is in it but the default experiment."""
    store = await open_new_store(directory / "trialog.db", sealing=sealing)
    try:
        yield store
    finally:
        await store.close()


def open_sealing_store(directory: Path) -> AbstractAsyncContextManager[Store]:
    """Open a new SQLite store that seals a few points as others seal thousands."""
    return open_sqlite_store(directory, EAGER)


def open_postgresql_store(_directory: Path) -> AbstractAsyncContextManager[Store]:
    """Open an empty store in PostgreSQL."""
    return _postgresql_stores.one()


def open_sealing_postgresql_store(_directory: Path) -> AbstractAsyncContextManager[Store]:
    """Open an empty store in PostgreSQL that seals a few points as others seal thousands."""
    return _sealing_postgresql_stores.one()


async def close_postgresql_stores() -> None:
    """Let go of the stores in PostgreSQL, which stay open from test to test."""
    await _postgresql_stores.close()
    await _sealing_postgresql_stores.close()


@asynccontextmanager
async def open_http_store(directory: Path) -> AsyncIterator[Store]:
    """Open the HTTP client of a real server on a new SQLite store in an empty directory."""
    async with in_process_client(directory) as client:
        yield HttpStore(client)


@asynccontextmanager
async def open_remote_store(directory: Path) -> AsyncIterator[Store]:
    """Open what shows another server's data, of a real server on a new SQLite store in an empty directory."""
    async with in_process_app(directory) as app, _listening(app) as url:
        store = RemoteStore(RemoteServer(connection_settings(url, {})))
        try:
            yield store
        finally:
            await store.close()


@asynccontextmanager
async def _listening(app: Application) -> AsyncIterator[str]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    # Signals are for who runs the tests.
    serving = asyncio.ensure_future(server._serve())
    while not server.started:
        await asyncio.sleep(0.005)
        if serving.done():
            serving.result()
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
