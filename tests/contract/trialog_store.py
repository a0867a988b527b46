"""Opens Trialog's own stores for the contract suite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.contract.http_store import HttpStore
from tests.in_process import in_process_client
from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.contracts import Store
from trialog.store import open_store

# Content of a new store, once one was made: copying it is faster than making its tables again for each test.
_empty_stores: list[bytes] = []


async def _lay_empty_store(directory: Path) -> str:
    file = directory / "trialog.db"
    uri = f"sqlite:///{file.as_posix()}"
    if not _empty_stores:
        await (await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT)).close()
        _empty_stores.append(file.read_bytes())
    file.write_bytes(_empty_stores[0])
    return uri


@asynccontextmanager
async def open_sqlite_store(directory: Path) -> AsyncIterator[Store]:
    """Open a new SQLite store in an empty directory; nothing is in it but the default experiment."""
    uri = await _lay_empty_store(directory)
    store = await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_http_store(directory: Path) -> AsyncIterator[Store]:
    """Open the HTTP client of a real server on a new SQLite store in an empty directory."""
    await _lay_empty_store(directory)
    async with in_process_client(directory) as client:
        yield HttpStore(client)
