"""Stores in PostgreSQL that an older Trialog made, as servers that start and `trialog db` meet them."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from tests.postgresql import new_database
from tests.unit.cli.processes import run_to_end
from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.errors import StoreVersionError
from trialog.store import open_store, schema
from trialog.store.postgresql import commit, create_postgresql_engine, driver_of, execute
from trialog.store.schema import NEWEST_VERSION
from trialog.store.versions import stored_version

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no PostgreSQL for tests on Windows")

OLDER = "0004"


@pytest.fixture
def older() -> Iterator[str]:
    """Address of a store of an older version."""
    with new_database() as uri:
        with create_postgresql_engine(make_url(uri)).connect() as connection:
            execute(driver_of(connection), b"BEGIN")
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
            command.upgrade(config, OLDER)
            commit(driver_of(connection))
        yield uri


def test_it_is_upgraded_on_request_once_somebody_made_a_backup(older: str, tmp_path: Path) -> None:
    address = ("--backend-store-uri", older)
    assert run_to_end(tmp_path, "db", "version", *address).output == f"{OLDER}\n"
    refused = run_to_end(tmp_path, "db", "upgrade", *address)
    assert refused.code == 1
    assert "Make one with pg_dump, then run `trialog db upgrade --no-backup`" in refused.errors
    assert stored_version(older) == OLDER
    done = run_to_end(tmp_path, "db", "upgrade", "--no-backup", *address)
    assert done.code == 0, done.errors
    assert f"from version {OLDER} to {NEWEST_VERSION}" in done.output
    assert stored_version(older) == NEWEST_VERSION


@pytest.mark.anyio
async def test_of_servers_that_start_at_once_one_upgrades_it_and_all_open_it(older: str) -> None:
    with pytest.raises(StoreVersionError, match=r"It makes no backup; make one with pg_dump first\."):
        await open_store(older, default_artifact_root=PROXIED_ARTIFACT_ROOT, auto_upgrade=False)
    stores = await asyncio.gather(*(open_store(older, default_artifact_root=PROXIED_ARTIFACT_ROOT) for _ in range(3)))
    assert stored_version(older) == NEWEST_VERSION
    for store in stores:
        await store.close()


def test_an_empty_database_has_no_version_yet(tmp_path: Path) -> None:
    with new_database() as uri:
        told = run_to_end(tmp_path, "db", "version", "--backend-store-uri", uri)
        assert "is an empty database: the server makes its tables." in told.errors
        assert stored_version(uri) is None
