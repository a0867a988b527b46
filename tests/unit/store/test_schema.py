"""Which stores are opened, and which are left untouched."""

import asyncio
import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from trialog.entities import ExperimentSearch
from trialog.errors import ConfigurationError, StoreVersionError
from trialog.store import open_store, registry_tables, schema
from trialog.store.sqlite import create_sqlite_engine

pytestmark = pytest.mark.anyio  # marks the plain tests too, which it leaves as they are


async def make_store(file: Path) -> None:
    store = await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/")
    await store.close()


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def test_a_new_store_has_the_default_experiment(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/new.db", default_artifact_root="mlflow-artifacts:/")

    page = await store.experiments.search(ExperimentSearch(10))
    await store.close()

    assert [(found.experiment_id, found.name, found.artifact_location) for found in page.items] == [
        ("0", "Default", "mlflow-artifacts:/0")
    ]


# An index of an expression cannot be read back; that it is there, the plans of searches show.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
async def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    await make_store(tmp_path / "new.db")

    with create_sqlite_engine(tmp_path / "new.db").connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert compare_metadata(context, registry_tables.webhooks.metadata) == []
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_versions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))

    newest, *older = [script.revision for script in scripts.walk_revisions()]
    assert newest == schema.NEWEST_VERSION
    assert sorted(older) == sorted(schema.OLDER_VERSIONS)


async def test_a_store_can_be_looked_at_while_another_process_writes_to_it(tmp_path: Path) -> None:
    await make_store(tmp_path / "new.db")
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with create_sqlite_engine(tmp_path / "new.db").connect() as connection:
            assert schema.version_of(connection, "it") == schema.NEWEST_VERSION


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ("UPDATE trialog_version SET version_num = '9001'", "9001"),
        ("UPDATE trialog_version SET version_num = '0000'", "0000"),
        ("UPDATE trialog_version SET version_num = ''", "none"),
        ("DELETE FROM trialog_version", "none"),
        ("INSERT INTO trialog_version VALUES ('0001')", "0001, 0010"),
    ],
)
async def test_a_store_of_an_unknown_version_is_refused_and_left_as_it_was(
    tmp_path: Path, change: str, version: str
) -> None:
    file = tmp_path / "newer.db"
    await make_store(file)
    with sqlite3.connect(file) as connection:
        connection.execute(change)
    connection.close()
    before = digest_of(file)

    with pytest.raises(StoreVersionError, match=f"version {version}, written by a newer Trialog"):
        await make_store(file)

    assert digest_of(file) == before


async def test_a_database_of_mlflow_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    with sqlite3.connect(file) as connection:
        for table in ("experiments", "runs", "alembic_version"):
            connection.execute(f"CREATE TABLE {table} (id INTEGER)")
    connection.close()
    before = digest_of(file)

    with pytest.raises(StoreVersionError, match="is MLflow's own"):
        await make_store(file)

    assert digest_of(file) == before


async def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    connection.close()

    with pytest.raises(StoreVersionError, match="tables that are not Trialog's"):
        await make_store(file)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is a text, and long enough to be no empty database." * 100)

    with pytest.raises(ConfigurationError, match="cannot be opened"):
        await make_store(tmp_path / "text.db")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("postgresql://me:secret@127.0.0.1:1/trialog", "cannot be opened"),
        ("mysql://me:secret@db.example/trialog", "SQLite or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///a.db?mode=ro", "names no file"),
        ("mlruns", "There is no folder"),
        ("sqlite:////no/such/directory/a.db", "cannot be opened"),
    ],
)
async def test_an_address_that_names_no_store_is_refused_without_its_secrets(uri: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        await open_store(uri, default_artifact_root="mlflow-artifacts:/")

    assert "secret" not in str(caught.value)


def test_opening_a_store_again_does_not_need_alembic(tmp_path: Path) -> None:
    asyncio.run(make_store(tmp_path / "new.db"))
    program = (
        "import asyncio, sys\n"
        "from trialog.store import open_store\n"
        "store = asyncio.run(open_store(sys.argv[1], default_artifact_root='mlflow-artifacts:/'))\n"
        "assert 'alembic' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", program, f"sqlite:///{tmp_path}/new.db"], check=True)
