"""Runs each test of the contract on every implementation of `Store`.

With `TRIALOG_CONTRACT_SERVER=http://host:port` in the environment it is that server instead; the promises that MLflow's
own server does not keep are then skipped.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.backends import Backend, backends_under_test
from trialog.contracts import Store


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(promise): skipped on a backend that lacks the promise")


@pytest.fixture(params=backends_under_test(), ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    chosen: Backend = request.param
    for mark in request.node.iter_markers("needs"):
        missing = chosen.lacks.intersection(mark.args)
        if missing:
            pytest.skip(f"{chosen.name} lacks: {', '.join(sorted(promise.value for promise in missing))}")
    return chosen


@pytest.fixture
async def store(backend: Backend, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store, or on a shared server one in which the test's own experiments are new."""
    async with backend.open(tmp_path) as opened:
        yield opened
