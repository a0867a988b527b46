"""What changes in a folder while it is served is seen."""

import asyncio
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.mlruns_folder import (
    EXPERIMENT,
    MODEL,
    RUN,
    Opening,
    append_points,
    make_experiment,
    make_model,
    make_run,
    make_version,
    write_meta,
    write_text,
)
from trialog.entities import ModelStage, RunSearch, RunStatus, Tag, ViewType
from trialog.errors import ResourceNotFound
from trialog.store.mlruns import MlrunsStore, open_mlruns
from trialog.store.mlruns.follower import Pace
from trialog.store.mlruns.left_out import Reason

pytestmark = pytest.mark.anyio

OTHER = "c" * 32


def move(source: Path, target: Path) -> None:
    """Give a folder another name."""
    source.rename(target)


def make_old(folder: Path) -> None:
    """Have everything in a folder have been changed long ago: what changed just now is looked at again."""
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, ns=(10**18, 10**18))


async def values(store: MlrunsStore, key: str = "m", run_id: str = RUN) -> list[float]:
    return [point.value for point in (await store.metrics.history(run_id, key)).items]


async def test_a_training_that_goes_on(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root), status=1, end_time=None)
    async with opened() as store:
        assert (await store.runs.get(RUN)).info.status is RunStatus.RUNNING
        for step in range(3):
            append_points(run, "m", f"{step} {step}.5 {step}")
            assert await values(store) == [number + 0.5 for number in range(step + 1)]
        write_text(run / "params", "late", "1")
        write_text(run / "tags", "t", "a")
        assert (await store.runs.get(RUN)).tags == [Tag("t", "a")]
        write_text(run / "tags", "t", "b")
        found = await store.runs.get(RUN)
        assert (found.tags, [param.key for param in found.params]) == ([Tag("t", "b")], ["late"])
        (run / "tags" / "t").unlink()
        assert (await store.runs.get(RUN)).tags == []


async def test_a_run_that_ends_and_goes(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    run = make_run(experiment, status=1)
    append_points(run, "m", "1 0.5 0")
    async with opened() as store:
        assert (await store.runs.get(RUN)).info.status is RunStatus.RUNNING
        shutil.rmtree(run)
        with pytest.raises(ResourceNotFound, match="not found"):
            await store.runs.get(RUN)
        again = make_run(experiment)
        append_points(again, "m", "1 0.75 0")
        assert await values(store) == [0.75]


async def test_a_file_that_is_written_anew(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 0.5 0", "2 0.6 1")
    append_points(run, "n", "1 0.5 0")
    file = run / "metrics" / "m"
    async with opened() as store:
        assert await values(store) == [0.5, 0.6]
        # As long as before, then shorter, then longer with another beginning, then gone.
        for text in ("1 0.7 0\n2 0.8 1\n", "1 0.9 0\n", "1 0.1 0\n2 0.2 1\n3 0.3 2\n"):
            file.write_text(text)
            assert await values(store) == [float(line.split()[1]) for line in text.splitlines()]
        file.unlink()
        assert await values(store) == []
        assert [metric.key for metric in (await store.runs.get(RUN)).metrics] == ["n"]


async def test_a_line_that_is_being_written(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root), status=1)
    file = run / "metrics" / "m"
    file.write_bytes(b"1 0.5 0\n2 0.1")
    async with opened() as store:
        assert await values(store) == [0.5]
        with file.open("ab") as opened_file:
            opened_file.write(b"25 1\n")
        assert await values(store) == [0.5, 0.125]
        assert store.left_out == []


async def test_a_file_longer_than_is_read_at_once(root: Path, opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialog.store.mlruns.run_changes._PIECE_BYTES", 1000)
    monkeypatch.setattr("trialog.store.mlruns.follower._BYTES_AT_ONCE", 2500)
    experiment = make_experiment(root)
    run, model = make_run(experiment), make_model(experiment)
    for key in ("a", "b", "c"):
        append_points(run, key, *(f"{step} {step} {step}" for step in range(1000)))
        append_points(model, key, *(f"{step} {step} {step} {RUN}" for step in range(100)))
    (run / "metrics" / "d").write_bytes(b"1 " + b"9" * 5000)
    async with opened() as store:
        for key in ("a", "b", "c"):
            assert await values(store, key) == [float(step) for step in range(1000)]
        assert len((await store.logged_models.get(MODEL)).metrics) == 300
        assert [(one.reason, one.path.rpartition("/")[2]) for one in store.left_out] == [(Reason.TOO_LARGE, "d")]


async def test_an_experiment_that_is_deleted_and_restored(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root, "7")
    append_points(make_run(experiment), "m", "1 0.5 0")
    async with opened() as store:
        (root / ".trash").mkdir()
        experiment.rename(root / ".trash" / "7")
        assert (await store.experiments.get("7")).lifecycle_stage == "deleted"
        assert await values(store) == [0.5]
        (root / ".trash" / "7").rename(experiment)
        assert (await store.experiments.get("7")).lifecycle_stage == "active"
        shutil.rmtree(experiment)
        with pytest.raises(ResourceNotFound, match="No Experiment"):
            await store.experiments.get("7")


async def test_an_experiment_made_anew_has_the_name_and_runs_of_the_one_that_is_gone(
    root: Path, opened: Opening
) -> None:
    make_run(make_experiment(root, "7", name="iris"))
    make_old(root)
    async with opened() as store:
        assert (await store.experiments.get("7")).name == "iris"
        shutil.rmtree(root / "7")
        append_points(make_run(make_experiment(root, "8", name="iris")), "m", "1 0.5 0")
        make_old(root)
        assert (await store.experiments.get("8")).name == "iris"
        assert (await store.runs.get(RUN)).info.experiment_id == "8"
        assert store.left_out == []


async def test_a_name_and_an_id_that_become_free_are_given(root: Path, opened: Opening) -> None:
    first = make_experiment(root, "7", name="iris")
    make_run(first)
    make_old(root)
    async with opened() as store:
        assert (await store.experiments.get("7")).name == "iris"
        make_run(make_experiment(root, "8", name="iris"))
        make_old(root)
        assert (await store.experiments.get("8")).name == "iris (8)"
        assert {one.reason for one in store.left_out} == {Reason.NAME_TAKEN, Reason.ID_TAKEN}
        write_meta(first, {"experiment_id": "7", "name": "roses", "artifact_location": ""})
        shutil.rmtree(first / RUN)
        # What becomes free in one look is given in the next.
        await store.experiments.get("8")
        assert (await store.experiments.get("8")).name == "iris"
        assert (await store.runs.get(RUN)).info.experiment_id == "8"
        assert store.left_out == []


async def test_a_stage_an_alias_and_a_model_that_change(root: Path, opened: Opening) -> None:
    make_run(make_experiment(root))
    version = make_version(root, "credit", 1)
    async with opened() as store:
        assert (await store.model_versions.get("credit", 1)).current_stage is ModelStage.NONE
        meta = (version / "meta.yaml").read_text()
        (version / "meta.yaml").write_text(meta.replace("current_stage: None", "current_stage: Staging"))
        write_text(root / "models" / "credit" / "aliases", "best", "1")
        found = await store.model_versions.get("credit", 1)
        assert (found.current_stage, found.aliases) == (ModelStage.STAGING, ["best"])
        make_version(root, "credit", 2)
        assert [one.version for one in (await store.registered_models.get("credit")).latest_versions] == [2, 1]
        shutil.rmtree(root / "models" / "credit")
        with pytest.raises(ResourceNotFound, match="not found"):
            await store.registered_models.get("credit")


async def test_points_of_a_model_wait_for_their_run(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    model = make_model(experiment)
    append_points(model, "acc", f"1 0.5 0 {OTHER}")
    async with opened() as store:
        assert (await store.logged_models.get(MODEL)).metrics == []
        assert [one.reason for one in store.left_out] == [Reason.NO_RUN]
        make_run(experiment, OTHER)
        assert [one.run_id for one in (await store.logged_models.get(MODEL)).metrics] == [OTHER]
        assert store.left_out == []
        shutil.rmtree(model)
        with pytest.raises(ResourceNotFound, match="not found"):
            await store.logged_models.get(MODEL)


async def test_a_meta_file_that_is_half_written_leaves_the_run_as_it_was(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    whole = (run / "meta.yaml").read_text()
    async with opened() as store:
        before = await store.runs.get(RUN)
        (run / "meta.yaml").write_text("")
        assert await store.runs.get(RUN) == before
        assert [one.reason for one in store.left_out] == [Reason.BAD_META]
        (run / "meta.yaml").write_text(whole.replace("able-newt-1", "renamed"))
        assert (await store.runs.get(RUN)).info.run_name == "renamed"
        assert store.left_out == []


async def test_a_folder_that_cannot_be_reached_is_shown_as_it_was(
    root: Path, opened: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    append_points(make_run(make_experiment(root)), "m", "1 0.5 0")
    async with opened() as store:
        move(root, root.with_name("elsewhere"))
        assert await values(store) == [0.5]
        assert "cannot be looked at" in caplog.text
        move(root.with_name("elsewhere"), root)
        append_points(root / EXPERIMENT / RUN, "m", "2 0.75 1")
        assert await values(store) == [0.5, 0.75]


async def test_nothing_is_lost_while_a_writer_writes(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root), status=1)
    count = 3000

    def write() -> None:
        for step in range(count):
            append_points(run, "m", f"{step} {step} {step}")

    writer = threading.Thread(target=write)
    async with opened() as store:
        writer.start()
        try:
            seen: list[int] = []
            while writer.is_alive():
                now = await values(store)
                assert now == [float(step) for step in range(len(now))]
                seen.append(len(now))
                await asyncio.sleep(0)
        finally:
            writer.join()
        assert await values(store) == [float(step) for step in range(count)]
        assert seen == sorted(seen)


async def test_two_processes_may_follow_one_folder(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root), status=1)
    async with opened() as first, opened() as second:
        for step in range(5):
            append_points(run, "m", f"{step} {step} {step}")
            both = await asyncio.gather(values(first), values(second))
            # Who finds that the other wrote sees it at its next look.
            assert await values(first) == await values(second) == [float(number) for number in range(step + 1)]
            assert all(len(one) in (step, step + 1) for one in both)


async def test_an_index_that_is_there_is_not_made_anew(root: Path, opened: Opening, tmp_path: Path) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 0.5 0")
    make_old(root)
    async with opened() as store:
        assert await values(store) == [0.5]
    [index] = (tmp_path / "cache").rglob("index-*.db")
    with closing(sqlite3.connect(index)) as connection:
        before = connection.execute("SELECT key, revision FROM mlruns_units ORDER BY key").fetchall()
    async with opened() as store:
        assert await values(store) == [0.5]
    with closing(sqlite3.connect(index)) as connection:
        assert connection.execute("SELECT key, revision FROM mlruns_units ORDER BY key").fetchall() == before


@pytest.mark.parametrize("content", [b"", b"no database at all, but longer than the header of one" * 10])
async def test_an_index_that_cannot_be_used_is_made_anew(
    root: Path, opened: Opening, tmp_path: Path, content: bytes
) -> None:
    append_points(make_run(make_experiment(root)), "m", "1 0.5 0")
    async with opened() as store:
        assert await values(store) == [0.5]
    [index] = (tmp_path / "cache").rglob("index-*.db")
    for file in index.parent.glob("index-*"):
        file.unlink()
    index.write_bytes(content)
    async with opened() as store:
        assert await values(store) == [0.5]


@pytest.mark.skipif(os.name == "nt", reason="a file that is open cannot be deleted there")
async def test_an_index_that_is_deleted_while_it_is_used_is_made_anew(
    root: Path, opened: Opening, tmp_path: Path
) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 0.5 0")
    async with opened() as store:
        assert await values(store) == [0.5]
        shutil.rmtree(tmp_path / "cache")
        append_points(run, "m", "2 0.75 1")
        for _ in range(100):
            if await values(store) == [0.5, 0.75]:
                break
        assert await values(store) == [0.5, 0.75]
        assert list((tmp_path / "cache").rglob("index-*.db"))


async def test_only_the_owner_may_look_into_the_index(root: Path, opened: Opening, tmp_path: Path) -> None:
    make_experiment(root)
    async with opened():
        places = list((tmp_path / "cache").rglob("index-*"))
        assert places
        if os.name != "nt":
            assert {path.stat().st_mode & 0o077 for path in (*places, places[0].parent)} == {0}


async def test_without_a_cache_the_index_is_for_the_process_alone(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_points(make_run(make_experiment(root)), "m", "1 0.5 0")
    (tmp_path / "file").write_text("no folder")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    store = await open_mlruns(root)
    try:
        assert await values(store) == [0.5]
        assert list((tmp_path / "temporary").rglob("index-*.db"))
    finally:
        await store.close()
    assert list((tmp_path / "temporary").iterdir()) == []


async def test_who_reads_does_not_wait_long_for_a_look(root: Path) -> None:
    append_points(make_run(make_experiment(root)), "m", "1 0.5 0")
    store = await open_mlruns(root, pace=Pace(0.0, 0.0, 0.0, patience_seconds=0.0))
    try:
        make_run(root / EXPERIMENT, OTHER)
        for _ in range(2000):
            found = await store.runs.search(RunSearch((EXPERIMENT,), f"attributes.run_id = '{OTHER}'"))
            if found.items:
                break
            await asyncio.sleep(0.01)
        assert [run.info.run_id for run in found.items] == [OTHER]
    finally:
        await store.close()


async def test_runs_of_every_view_after_a_change_of_the_bin(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    async with opened() as store:
        make = {"run_id": RUN, "experiment_id": EXPERIMENT, "status": 3, "start_time": 1, "artifact_uri": ""}
        write_meta(run, make | {"lifecycle_stage": "deleted", "deleted_time": 5})
        search = RunSearch((EXPERIMENT,), view_type=ViewType.DELETED_ONLY)
        assert [one.info.run_id for one in (await store.runs.search(search)).items] == [RUN]
