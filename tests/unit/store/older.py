"""A store as an older Trialog left it: made by its migrations, with data in it that the store's own code wrote."""

import asyncio
import math
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from trialog.entities import (
    Dataset,
    DatasetInput,
    ExperimentSearch,
    LoggedModelSearch,
    Metric,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Param,
    RunSearch,
    Tag,
)
from trialog.store import SqlStore, open_store, schema
from trialog.store.sqlite import create_sqlite_engine, driver_of

OLDER = "0001"


def make_older_store(file: Path, *, extra_bytes: int = 0) -> str:
    """Make a store of version 0001 with something of everything in it.

    Args:
        file: Where; nothing may be there.
        extra_bytes: How much to make it larger, with a parameter of a run.

    Returns:
        What `content_of` is to find in it ever after.
    """
    newer = file.with_name("newer.db")
    content = asyncio.run(_filled(newer, extra_bytes))
    migrate_to(file, OLDER)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS newer", (str(newer),))
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
            if name.startswith("trialog_") and name != schema.VERSION_TABLE
        ]
        for table in tables:
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            statement = f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"  # noqa: S608  the schema's own
            connection.execute(statement)
    newer.unlink()
    assert version_in(file) == OLDER
    return content


def migrate_to(file: Path, version: str) -> None:
    """Run the migrations up or down to a version, in one transaction, as the store does."""
    with create_sqlite_engine(file).connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        driver_of(connection).execute("BEGIN IMMEDIATE")
        if schema.version_of(connection, "it") == schema.NEWEST_VERSION:
            command.downgrade(config, version)
        else:
            command.upgrade(config, version)
        driver_of(connection).execute("COMMIT")


def content_of(file: Path) -> str:
    """Open a store and return all that a user reads in it, as a text that shows every NaN."""

    async def read() -> str:
        store = await open_store(address_of(file), default_artifact_root="mlflow-artifacts:/")
        try:
            return await _content(store)
        finally:
            await store.close()

    return asyncio.run(read())


def address_of(file: Path) -> str:
    """Return the URI of a store."""
    return f"sqlite:///{file.as_posix()}"


def version_in(file: Path) -> str:
    """Return the version that stands in a file."""
    with closing(sqlite3.connect(file)) as connection:
        (version,) = connection.execute("SELECT version_num FROM trialog_version").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return str(version)


def tables_in(file: Path) -> set[str]:
    """Return the names of the tables, indexes and triggers in a file."""
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


async def _filled(file: Path, extra_bytes: int) -> str:
    store = await open_store(address_of(file), default_artifact_root="mlflow-artifacts:/")
    experiment = await store.experiments.create("прогноз", tags=[Tag("owner", "ada")])
    run = await store.runs.create(NewRun(experiment.experiment_id, "ada", "first", 1_700_000_000_000))
    model = await store.logged_models.create(
        NewLoggedModel(experiment.experiment_id, "net", source_run_id=run.info.run_id, tags=(Tag("k", "v"),))
    )
    values = (0.5, math.nan, -0.0, math.inf, 5e-324)
    await store.runs.log_batch(
        run.info.run_id,
        metrics=[Metric("loss", value, 10 + step, step) for step, value in enumerate(values)],
        params=[Param("lr", "0.1")],
        tags=[Tag("note", "a\nb 漢")],
    )
    dataset = Dataset("prices", "d1", "local", "file.csv")
    await store.runs.log_inputs(
        run.info.run_id, datasets=[DatasetInput(dataset, [Tag("mlflow.data.context", "train")])]
    )
    await store.runs.log_outputs(run.info.run_id, [ModelOutput(model.model_id, 3)])
    for number in range(0, extra_bytes, 6000):
        await store.runs.log_param(run.info.run_id, Param(f"p{number}", "x" * 6000))
    content = await _content(store)
    await store.close()
    return content


async def _content(store: SqlStore) -> str:
    experiments = (await store.experiments.search(ExperimentSearch(100))).items
    ids = tuple(experiment.experiment_id for experiment in experiments)
    runs = (await store.runs.search(RunSearch(ids))).items
    histories = [(await store.metrics.history(run.info.run_id, "loss")).items for run in runs]
    models = (await store.logged_models.search(LoggedModelSearch(ids))).items
    return repr((experiments, runs, histories, models))
