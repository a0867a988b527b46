"""How much room the files of what is in the bin take."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.artifacts import ArtifactRoots, open_artifact_roots
from trialog.entities import NewLoggedModel, NewRun
from trialog.entities.bin import BinSelection
from trialog.retention import weigh_artifacts
from trialog.store import SqlStore

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[tuple[SqlStore, ArtifactRoots]]:
    store = await open_new_store(directory / "trialog.db")
    roots = open_artifact_roots(str(directory / "artifacts"))
    try:
        yield store, roots
    finally:
        await store.close()
        await roots.close()


def put(directory: Path, path: str, size: int) -> None:
    file = directory / "artifacts" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))


async def new_run(store: SqlStore, experiment_id: str = "0") -> str:
    return (await store.runs.create(NewRun(experiment_id, "ada"))).info.run_id


async def test_files_of_what_would_go_are_counted_and_no_others(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, roots):
        binned, active = await new_run(store), await new_run(store)
        put(tmp_path, f"0/{binned}/artifacts/a", 5)
        put(tmp_path, f"0/{binned}/artifacts/deep/er/b", 7)
        put(tmp_path, f"0/{active}/artifacts/a", 1000)
        await store.runs.delete(binned)
        experiment = (await store.experiments.create("other")).experiment_id
        inside = await new_run(store, experiment)
        model = await store.logged_models.create(NewLoggedModel(experiment, "net"))
        put(tmp_path, f"{experiment}/{inside}/artifacts/a", 20)
        put(tmp_path, f"{experiment}/models/{model.model_id}/artifacts/MLmodel", 300)
        await store.experiments.delete(experiment)

        assert await weigh_artifacts(store.bin, roots, BinSelection()) == (332, True)
        assert await weigh_artifacts(store.bin, roots, BinSelection(run_ids=(binned,))) == (12, True)
        assert await weigh_artifacts(store.bin, roots, BinSelection(experiment_ids=(experiment,))) == (320, True)
        assert await weigh_artifacts(store.bin, roots, BinSelection(), seconds=-1) == (0, False)


async def test_files_elsewhere_and_behind_links_are_not_counted(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, roots):
        elsewhere = (await store.experiments.create("s3", artifact_location="s3://bucket/x")).experiment_id
        for experiment_id in ("0", elsewhere):
            await store.runs.delete(await new_run(store, experiment_id))
        linked = await new_run(store)
        put(tmp_path, f"0/{linked}/artifacts/a", 3)
        (tmp_path / "outside").write_bytes(bytes(50))
        (tmp_path / "artifacts" / "0" / linked / "artifacts" / "link").symlink_to(tmp_path / "outside")
        await store.runs.delete(linked)
        assert await weigh_artifacts(store.bin, roots, BinSelection()) == (3, True)
