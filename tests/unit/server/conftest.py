"""One server for the tests of a module."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.in_process import ADDRESS, in_process_app
from trialog.web import Application


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    """A server with an empty store."""
    async with in_process_app(tmp_path_factory.mktemp("server"), max_json_bytes=20 * 2**20) as opened:
        yield opened


@pytest.fixture(scope="module")
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the server."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as opened:
        yield opened
