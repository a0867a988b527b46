"""A server that everybody may use says so wherever somebody looks."""

from pathlib import Path

import pytest

from tests.in_process import in_process_client

pytestmark = pytest.mark.anyio
BANNER = "This server is open: everybody who can reach it can read and change everything"
INFO = "/api/3.0/mlflow/server-info"


async def test_every_page_of_an_open_server_says_that_it_is(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, allow_open=True) as client:
        for page in ("/", "/docs"):
            assert BANNER in (await client.get(page)).text
        assert (await client.get(INFO)).json()["is_open_to_everybody"] is True


async def test_a_server_for_this_machine_alone_says_nothing(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        for page in ("/", "/docs"):
            text = (await client.get(page)).text
            assert BANNER not in text
            assert "@BANNER@" not in text
        assert "is_open_to_everybody" not in (await client.get(INFO)).json()
