"""Runs each test of the contract on every implementation of `Store`.

With `TRIALOG_CONTRACT_SERVER=http://host:port` in the environment it is that server instead; the promises that MLflow's
own server does not keep are then skipped.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contract.account_stores import ACCOUNT_STORES, OpenAccounts
from tests.contract.backends import Backend, backends_under_test
from tests.contract.trialog_store import close_postgresql_stores
from trialog.contracts import AccountStore, Store


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(promise): skipped on a backend that lacks the promise")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that say nothing of the backend they would run on."""
    left_out = [item for item in items if not _is_concerned(item)]
    items[:] = [item for item in items if _is_concerned(item)]
    config.hook.pytest_deselected(items=left_out)


def _is_concerned(item: pytest.Item) -> bool:
    parameters = getattr(item, "callspec", None)
    backend = parameters.params.get("backend") if parameters is not None else None
    return not isinstance(backend, Backend) or not backend.only or item.path.stem in backend.only


@pytest.fixture(params=list(ACCOUNT_STORES.values()), ids=list(ACCOUNT_STORES))
async def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AccountStore]:
    """Accounts with an administrator and a user."""
    open_accounts: OpenAccounts = request.param
    async with open_accounts(tmp_path) as opened:
        await opened.users.create("root", "h0", is_admin=True)
        await opened.users.create("Ada", "h1")
        yield opened


@pytest.fixture(params=backends_under_test(), ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    chosen: Backend = request.param
    for mark in request.node.iter_markers("needs"):
        missing = chosen.lacks.intersection(mark.args)
        if missing:
            pytest.skip(f"{chosen.name} lacks: {', '.join(sorted(promise.value for promise in missing))}")
    return chosen


@pytest.fixture(scope="session", autouse=True)
def stores_that_stay_open() -> Iterator[None]:
    yield
    asyncio.run(close_postgresql_stores())


@pytest.fixture
async def store(backend: Backend, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store, or on a shared server one in which the test's own experiments are new."""
    async with backend.open(tmp_path) as opened:
        yield opened
