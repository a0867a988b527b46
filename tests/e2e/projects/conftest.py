"""One server for the tests of projects."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import start_trialog
from trialog.remote.settings import connection_settings
from trialog.sdk.experiments import Experiments
from trialog.sdk.transport import Transport


@pytest.fixture(scope="package")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def transport(url: str) -> Iterator[Transport]:
    with closing(Transport(connection_settings(url, {}))) as opened:
        yield opened


@pytest.fixture
def experiment(transport: Transport, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return Experiments(transport).create(f"{request.node.name}-{tmp_path.name}")
