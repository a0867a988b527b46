"""A page of the store's file that is not what was written: it is said, and what lies elsewhere is served."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from trialog.entities import Metric, NewRun, Tag
from trialog.errors import DamagedData
from trialog.store import open_store

pytestmark = pytest.mark.anyio


def damage_root_page(file: Path, table: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)


async def test_a_damaged_page_is_called_damaged_and_the_rest_is_served_and_written(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    uri, root = f"sqlite:///{file.as_posix()}", "mlflow-artifacts:/"
    points = [Metric("m", step / 4, step, step) for step in range(10)]
    store = await open_store(uri, default_artifact_root=root)
    run_id = (await store.runs.create(NewRun("0"))).info.run_id
    await store.runs.log_batch(run_id, metrics=points, tags=[Tag("t", "x")])
    await store.close()
    damage_root_page(file, "trialog_tags")

    store = await open_store(uri, default_artifact_root=root)
    with pytest.raises(DamagedData, match="file of the store is damaged: nothing was read") as caught:
        await store.runs.get(run_id)
    assert caught.value.code == "store.damaged"
    with pytest.raises(DamagedData, match="file of the store is damaged: nothing was written"):
        await store.runs.set_tag(run_id, Tag("t", "y"))
    await store.runs.log_batch(run_id, metrics=[Metric("m", 7.0, 11, 11)])
    assert (await store.metrics.history(run_id, "m")).items == [*points, Metric("m", 7.0, 11, 11)]
    await store.close()
