"""Removing for good from a real store with real files: what goes, what stays, and what an interruption leaves."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from trialog.artifacts import ArtifactRoots, open_artifact_roots
from trialog.entities import (
    Dataset,
    DatasetInput,
    Metric,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Param,
    RunSearch,
    Tag,
    ViewType,
)
from trialog.entities.bin import BinSelection
from trialog.errors import ResourceNotFound
from trialog.retention import RemovalReport, continue_removal, remove_for_good
from trialog.store import SqlStore, open_store
from trialog.store.sealing import SealingRule

pytestmark = pytest.mark.anyio

EVERYTHING = BinSelection()
ROWS_ONLY = SealingRule(hot=10**15, idle=10**15, straight=10**15)
POINTS = 3000
# Ends without a word in the middle of a removal, behind so many steps.
STOP = """
import asyncio, os, sys
from trialog.artifacts import open_artifact_roots
from trialog.entities.bin import BinSelection
from trialog.retention import remove_for_good
from trialog.store import open_store
left = int(sys.argv[3])
def step(_report):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
async def main():
    store = await open_store(sys.argv[1], default_artifact_root="mlflow-artifacts:/")
    await remove_for_good(store.bin, open_artifact_roots(sys.argv[2]), BinSelection(), on_progress=step)
    await store.close()
asyncio.run(main())
"""


def address_of(directory: Path) -> str:
    return f"sqlite:///{(directory / 'trialog.db').as_posix()}"


@asynccontextmanager
async def opened(directory: Path, rule: SealingRule | None = None) -> AsyncIterator[tuple[SqlStore, ArtifactRoots]]:
    store = await open_store(
        address_of(directory), default_artifact_root="mlflow-artifacts:/", sealing=rule or SealingRule()
    )
    roots = open_artifact_roots(str(directory / "artifacts"))
    try:
        yield store, roots
    finally:
        await store.close()
        await roots.close()


async def full_run(store: SqlStore, directory: Path, experiment_id: str = "0", *, points: int = POINTS) -> str:
    """Id of a run with something of everything, and a file."""
    run = (await store.runs.create(NewRun(experiment_id, "ada"))).info
    model = await store.logged_models.create(NewLoggedModel(experiment_id, "net", source_run_id=run.run_id))
    for start in range(0, points, 1000):
        metrics = [Metric("loss", step / 3, 1000 + step, step) for step in range(start, min(start + 1000, points))]
        await store.runs.log_batch(run.run_id, metrics=metrics)
    await store.runs.log_batch(
        run.run_id,
        metrics=[Metric("auc", 0.5, 1, 1, model_id=model.model_id)],
        params=[Param(f"p{number}", "x") for number in range(50)],
        tags=[Tag("note", "a")],
    )
    dataset = Dataset(f"prices-{run.run_id}", "d1", "local", "file.csv")
    await store.runs.log_inputs(run.run_id, datasets=[DatasetInput(dataset, [Tag("context", "train")])])
    await store.runs.log_outputs(run.run_id, [ModelOutput(model.model_id, 3)])
    file = folder_of(directory, experiment_id, run.run_id) / "model" / "weights.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    return run.run_id


def folder_of(directory: Path, experiment_id: str, run_id: str) -> Path:
    return directory / "artifacts" / experiment_id / run_id / "artifacts"


def rows_left(directory: Path) -> dict[str, int]:
    """Return how many rows each table has that belong to runs; tables without are left out."""
    tables = (
        *("runs", "series", "points", "chunks", "params", "tags", "dataset_inputs", "dataset_input_tags", "datasets"),
        *("model_outputs", "removals"),
    )
    with closing(sqlite3.connect(directory / "trialog.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = {
            table: connection.execute(f"SELECT count(*) FROM trialog_{table}").fetchone()[0]  # noqa: S608  names above
            for table in tables
        }
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("rule", [SealingRule(), ROWS_ONLY], ids=["sealed", "rows"])
async def test_nothing_of_a_run_is_left_in_the_file_or_on_the_disk(tmp_path: Path, rule: SealingRule) -> None:
    async with opened(tmp_path, rule) as (store, roots):
        run_id = await full_run(store, tmp_path)
        await store.runs.delete(run_id)
        report = await remove_for_good(store.bin, roots, EVERYTHING)

    assert (report.runs, report.points, report.is_done, report.failed) == (1, POINTS + 1, True, [])
    assert rows_left(tmp_path) == {}
    assert not folder_of(tmp_path, "0", run_id).parent.exists()


async def test_the_file_of_the_database_shrinks(tmp_path: Path) -> None:
    async with opened(tmp_path, ROWS_ONLY) as (store, _):
        empty = await full_run(store, tmp_path, points=500)
    before = (tmp_path / "trialog.db").stat().st_size
    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        await store.runs.delete(await full_run(store, tmp_path, points=15_000))
        large = (await store.bin.look(EVERYTHING)).estimated_bytes
        report = await remove_for_good(store.bin, roots, EVERYTHING)
        assert report.returned_bytes > large / 2
        assert (await store.bin.look(EVERYTHING)).free_bytes == 0
        assert len((await store.runs.get(empty)).metrics) == 2
    assert (tmp_path / "trialog.db").stat().st_size < before + large / 4


async def test_a_file_that_cannot_shrink_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, ROWS_ONLY):
        pass
    with closing(sqlite3.connect(tmp_path / "trialog.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA auto_vacuum=NONE")
        connection.execute("VACUUM")
    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        await store.runs.delete(await full_run(store, tmp_path))
        report = await remove_for_good(store.bin, roots, EVERYTHING)
        assert (report.is_done, report.can_return_space, report.returned_bytes) == (True, False, 0)
        assert (await store.bin.look(EVERYTHING)).free_bytes > 0


async def test_only_the_folder_of_the_run_itself_is_deleted(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, roots):
        kept, removed = [await full_run(store, tmp_path, points=500) for _ in range(2)]
        await store.runs.delete(removed)
        await remove_for_good(store.bin, roots, EVERYTHING)
    assert (folder_of(tmp_path, "0", kept) / "model" / "weights.bin").read_bytes() == b"weights"
    assert not folder_of(tmp_path, "0", removed).exists()


@pytest.mark.parametrize("location", ["s3://bucket/e", "file:///elsewhere/e", "mlflow-artifacts:/../e"])
async def test_files_elsewhere_are_left_and_reported(tmp_path: Path, location: str) -> None:
    async with opened(tmp_path) as (store, roots):
        try:
            experiment = await store.experiments.create("elsewhere", artifact_location=location)
        except Exception:  # what no store takes cannot be removed either
            return
        run = (await store.runs.create(NewRun(experiment.experiment_id, "ada"))).info
        await store.experiments.delete(experiment.experiment_id)
        report = await remove_for_good(store.bin, roots, EVERYTHING)
    assert [(left.item.item_id, left.uri) for left in report.artifacts_left] == [(run.run_id, run.artifact_uri)]
    assert (report.experiments, report.runs, report.artifacts_left_count) == (1, 1, 1)
    assert rows_left(tmp_path) == {}


async def test_a_file_in_place_of_a_folder_and_a_link_on_the_way_keep_the_run_pending(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "precious").write_text("mine")
    async with opened(tmp_path) as (store, roots):
        run_id = await full_run(store, tmp_path, points=500)
        fine = await full_run(store, tmp_path, "0", points=500)
        folder = tmp_path / "artifacts" / "0"
        folder.rename(tmp_path / "moved")
        try:
            folder.symlink_to(other, target_is_directory=True)
        except OSError:
            pytest.skip("links cannot be made here")
        await store.runs.delete(run_id)
        await store.runs.delete(fine)
        report = await remove_for_good(store.bin, roots, EVERYTHING)
        assert {failed.item.item_id for failed in report.failed} == {run_id, fine}
        assert "symbolic link" in report.failed[0].message
        assert (other / "precious").read_text() == "mine"
        with pytest.raises(ResourceNotFound, match="not found"):
            await store.runs.get(run_id)
        folder.unlink()
        (tmp_path / "moved").rename(folder)
        again = await continue_removal(store.bin, roots)
        assert (again.runs, again.failed, again.is_done) == (2, [], True)
    assert list((tmp_path / "artifacts" / "0").iterdir()) == []
    assert rows_left(tmp_path) == {}


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_a_process_that_ends_in_between_leaves_what_the_next_one_finishes(tmp_path: Path, steps: int) -> None:
    async with opened(tmp_path, ROWS_ONLY) as (store, _):
        kept = await full_run(store, tmp_path, points=1000)
        experiment_id = (await store.experiments.create("large")).experiment_id
        run_ids = [await full_run(store, tmp_path, experiment_id, points=4000) for _ in range(2)]
        await store.experiments.delete(experiment_id)
        before = await store.runs.get(kept), (await store.metrics.history(kept, "loss")).items
    command = [sys.executable, "-c", STOP, address_of(tmp_path), str(tmp_path / "artifacts"), str(steps)]
    process = await asyncio.to_thread(subprocess.run, command, check=False, env=dict(os.environ))
    assert process.returncode == 9
    with closing(sqlite3.connect(tmp_path / "trialog.db")) as connection, connection:
        # As if the time of its lease were over.
        connection.execute("UPDATE trialog_leases SET expires_at = 0")

    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        with pytest.raises(ResourceNotFound, match="No Experiment"):
            await store.experiments.get(experiment_id)
        found = (await store.runs.search(RunSearch((experiment_id,), view_type=ViewType.ALL))).items
        for run in found:
            # What is still there is there as a whole, and cannot be restored.
            assert len((await store.metrics.history(run.info.run_id, "loss")).items) == 4000
            assert (len(run.params), len(run.dataset_inputs)) == (50, 1)
        for run_id in run_ids:
            with pytest.raises(ResourceNotFound, match="not found"):
                await store.runs.restore(run_id)
        assert (await continue_removal(store.bin, roots)).is_done
        assert (await store.runs.get(kept), (await store.metrics.history(kept, "loss")).items) == before
        await store.runs.delete(kept)
        await remove_for_good(store.bin, roots, EVERYTHING)
    assert rows_left(tmp_path) == {}
    assert list((tmp_path / "artifacts").glob("*/*/artifacts")) == []


async def test_others_read_and_write_while_a_large_run_is_removed(tmp_path: Path) -> None:
    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        large = await full_run(store, tmp_path, points=25_000)
        beside = (await store.runs.create(NewRun("0", "ada"))).info.run_id
        await store.runs.delete(large)
        steps: list[int] = []
        removing = asyncio.create_task(
            remove_for_good(store.bin, roots, EVERYTHING, on_progress=lambda report: steps.append(report.points))
        )
        logged = 0
        while not removing.done() or not logged:
            await store.runs.log_metric(beside, Metric("loss", float(logged), logged, logged))
            logged += 1
            assert len((await store.metrics.history(beside, "loss")).items) == logged
            assert {run.info.run_id for run in (await store.runs.search(RunSearch(("0",)))).items} == {beside}
        assert (await removing).points == 25_001
        assert len(steps) > 1


async def test_one_removes_at_a_time(tmp_path: Path) -> None:
    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        await store.runs.delete(await full_run(store, tmp_path, points=20_000))

        def step(_report: RemovalReport) -> None:
            if not others:
                others.append(asyncio.create_task(remove_for_good(store.bin, roots, EVERYTHING)))

        others: list[asyncio.Task[RemovalReport]] = []
        report = await remove_for_good(store.bin, roots, EVERYTHING, on_progress=step, pause_seconds=0.001)
        found = [await other for other in others]
    assert (report.runs, report.is_done) == (1, True)
    assert [other.runs for other in found] == [0]


async def test_a_moment_of_work_leaves_the_rest_for_the_next_call(tmp_path: Path) -> None:
    async with opened(tmp_path, ROWS_ONLY) as (store, roots):
        await store.runs.delete(await full_run(store, tmp_path, points=20_000))
        first = await remove_for_good(store.bin, roots, EVERYTHING, seconds=0.0)
        assert (first.begun, first.is_done) == (1, False)
        assert (await store.bin.look(EVERYTHING)).being_removed == 1
        calls = 0
        report = first
        while not report.is_done:
            report = await continue_removal(store.bin, roots, seconds=0.0)
            calls += 1
        assert calls > 0
    assert rows_left(tmp_path) == {}
