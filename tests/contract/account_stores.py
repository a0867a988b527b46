"""Opens what keeps accounts, for the tests of that contract."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests.contract.trialog_store import open_postgresql_store, open_sqlite_store
from tests.in_memory_accounts import InMemoryAccounts
from trialog.contracts import AccountStore, Store
from trialog.entities.clock import now_milliseconds
from trialog.store import SqlStore

OpenAccounts = Callable[[Path], AbstractAsyncContextManager[AccountStore]]


def sql(store: Store) -> SqlStore:
    """Return a store as what it is."""
    assert isinstance(store, SqlStore)
    return store


@asynccontextmanager
async def open_in_memory(_directory: Path) -> AsyncIterator[AccountStore]:
    """Open the accounts of tests that are about something else."""
    yield InMemoryAccounts(now_milliseconds)


@asynccontextmanager
async def open_sqlite(directory: Path) -> AsyncIterator[AccountStore]:
    """Open the accounts of a new SQLite store."""
    async with open_sqlite_store(directory) as store:
        yield sql(store).accounts


@asynccontextmanager
async def open_postgresql(directory: Path) -> AsyncIterator[AccountStore]:
    """Open the accounts of an empty store in PostgreSQL."""
    async with open_postgresql_store(directory) as store:
        yield sql(store).accounts


ACCOUNT_STORES: dict[str, OpenAccounts] = {
    "memory": open_in_memory,
    "sqlite": open_sqlite,
    "postgresql": open_postgresql,
}
