"""What cannot be served is named, and the rest is served."""

import os
import sys
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
from trialog.entities import ExperimentSearch, RunSearch, ViewType
from trialog.store.mlruns import MlrunsStore, readers, reading
from trialog.store.mlruns.left_out import MOST_NAMED, Notes, Reason

pytestmark = pytest.mark.anyio

OTHER = "b" * 32
NO_LINKS = sys.platform == "win32"


def left_out(store: MlrunsStore) -> set[tuple[Reason, str]]:
    return {(one.reason, one.path) for one in store.left_out}


async def runs_of(store: MlrunsStore) -> set[str]:
    found = await store.runs.search(RunSearch((EXPERIMENT,), view_type=ViewType.ALL))
    return {run.info.run_id for run in found.items}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, Reason.NO_META),
        (b"", Reason.BAD_META),
        (b"run_id: [", Reason.BAD_META),
        (b"- a\n- b\n", Reason.BAD_META),
        (b"just text", Reason.BAD_META),
        (b"run_id: \xff\xfe", Reason.NOT_TEXT),
        (b"a: &a [x]\nb: [*a, *a, *a]\n", Reason.BAD_META),
        (b"a: !!python/object/apply:os.system ['true']\n", Reason.BAD_META),
        (b"a: " + b"[" * 5000, Reason.TOO_MANY),
        (b"".join(b"k%d: 1\n" % number for number in range(20_000)), Reason.TOO_MANY),
        (f"run_id: {OTHER}\nexperiment_id: '7'\n".encode(), Reason.WRONG_PLACE),
        (f"run_id: {RUN}\nexperiment_id: '{EXPERIMENT}'\n".encode(), Reason.WRONG_PLACE),
        (f"run_id: {OTHER}\nexperiment_id: '{EXPERIMENT}'\nstatus: 99\n".encode(), Reason.BAD_META),
        (f"run_id: {OTHER}\nexperiment_id: '{EXPERIMENT}'\nstart_time: soon\n".encode(), Reason.BAD_META),
        (f"run_id: {OTHER}\nexperiment_id: '{EXPERIMENT}'\nend_time: 99999999999999999999\n".encode(), Reason.BAD_META),
    ],
)
async def test_a_run_that_cannot_be_understood(
    root: Path, opened: Opening, content: bytes | None, reason: Reason
) -> None:
    experiment = make_experiment(root)
    make_run(experiment)
    damaged = make_run(experiment, OTHER) / "meta.yaml"
    damaged.unlink()
    if content is not None:
        damaged.write_bytes(content)
    async with opened() as store:
        assert await runs_of(store) == {RUN}
        assert left_out(store) == {(reason, f"{EXPERIMENT}/{OTHER}")}


async def test_an_experiment_without_meta_takes_its_runs_along(root: Path, opened: Opening) -> None:
    make_run(make_experiment(root))
    damaged = make_experiment(root, "7")
    make_run(damaged, OTHER)
    (damaged / "meta.yaml").unlink()
    async with opened() as store:
        assert await runs_of(store) == {RUN}
        assert left_out(store) == {(Reason.NO_META, "7"), (Reason.NO_EXPERIMENT, "7/*")}
        write_meta(damaged, {"experiment_id": "7", "name": "mended", "artifact_location": ""})
        assert (await store.runs.get(OTHER)).info.experiment_id == "7"
        assert left_out(store) == set()


async def test_lines_that_are_no_points(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 0.5 0", "nonsense", "2 0.6", "x 1 2", "1 2 3 4", f"{2**63} 1 0", "3 0.7 2", "")
    (run / "metrics" / "half").write_bytes(b"1 0.5 0\n2 0.6")
    (run / "metrics" / "bytes").write_bytes(b"\xff\xfe\x00\n\x80 1 2\n4 0.5 1\n")
    async with opened() as store:
        points = (await store.metrics.history(RUN, "m")).items
        half = (await store.metrics.history(RUN, "half")).items
        odd = (await store.metrics.history(RUN, "bytes")).items
        assert left_out(store) == {
            (Reason.BAD_LINE, f"{EXPERIMENT}/{RUN}/metrics/m"),
            (Reason.BAD_LINE, f"{EXPERIMENT}/{RUN}/metrics/bytes"),
            (Reason.HALF_LINE, f"{EXPERIMENT}/{RUN}/metrics/half"),
        }
        assert sorted(one.count for one in store.left_out) == [1, 2, 4]
    assert [point.timestamp for point in points] == [1, 2, 3]
    assert [(point.timestamp, point.value) for point in half] == [(1, 0.5)]
    assert [point.timestamp for point in odd] == [4]


async def test_params_and_tags_that_are_no_text(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    (run / "params" / "bytes").write_bytes(b"\xff\xfe")
    (run / "params" / "nul").write_bytes(b"a\0b")
    (run / "tags" / "huge").write_bytes(b"x" * (1024 * 1024 + 1))
    write_text(run / "params", "good", "1")
    async with opened() as store:
        found = await store.runs.get(RUN)
        assert left_out(store) == {
            (Reason.NOT_TEXT, f"{EXPERIMENT}/{RUN}/params/bytes"),
            (Reason.NOT_TEXT, f"{EXPERIMENT}/{RUN}/params/nul"),
            (Reason.TOO_LARGE, f"{EXPERIMENT}/{RUN}/tags/huge"),
        }
    assert [param.key for param in found.params] == ["good"]
    assert found.tags == []


@pytest.mark.skipif(NO_LINKS, reason="making links and pipes needs rights there, or is not possible")
async def test_links_and_pipes_are_not_followed(root: Path, opened: Opening, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make_run(make_experiment(outside, "9"), OTHER)
    (outside / "secret").write_text("secret")
    experiment = make_experiment(root)
    run = make_run(experiment)
    (run / "params" / "link").symlink_to(outside / "secret")
    (run / "metrics" / "folder").symlink_to(outside)
    (root / "9").symlink_to(outside / "9")
    (experiment / OTHER).symlink_to(outside / "9" / OTHER)
    os.mkfifo(run / "tags" / "pipe")
    async with opened() as store:
        found = await store.runs.get(RUN)
        assert (found.params, found.metrics, found.tags) == ([], [], [])
        assert await runs_of(store) == {RUN}
        assert left_out(store) == {
            (Reason.SYMBOLIC_LINK, f"{EXPERIMENT}/{RUN}/params/link"),
            (Reason.SYMBOLIC_LINK, f"{EXPERIMENT}/{RUN}/metrics/folder"),
            (Reason.SYMBOLIC_LINK, "9"),
            (Reason.SYMBOLIC_LINK, f"{EXPERIMENT}/{OTHER}"),
            (Reason.NOT_A_FILE, f"{EXPERIMENT}/{RUN}/tags/pipe"),
        }


@pytest.mark.skipif(NO_LINKS, reason="making links needs rights there")
@pytest.mark.parametrize("part", ["params", "tags", "metrics", "inputs", "outputs"])
async def test_a_part_of_a_run_that_is_a_link_is_not_looked_into(
    root: Path, opened: Opening, tmp_path: Path, part: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "password").write_text("1 2 3\n")
    run = make_run(make_experiment(root))
    if (run / part).exists():
        (run / part).rmdir()
    (run / part).symlink_to(outside)
    async with opened() as store:
        found = await store.runs.get(RUN)
        assert (found.params, found.tags, found.metrics) == ([], [], [])
        assert left_out(store) == {(Reason.SYMBOLIC_LINK, f"{EXPERIMENT}/{RUN}/{part}")}


@pytest.mark.skipif(NO_LINKS, reason="making links needs rights there")
async def test_a_bin_and_models_that_are_links_are_not_looked_into(root: Path, opened: Opening, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make_run(make_experiment(outside, "9", in_bin=True), OTHER)
    make_version(outside, "credit", 1)
    make_run(make_experiment(root))
    (root / ".trash").symlink_to(outside / ".trash")
    (root / "models").symlink_to(outside / "models")
    async with opened() as store:
        assert await runs_of(store) == {RUN}
        found = await store.experiments.search(ExperimentSearch(10, view_type=ViewType.ALL))
        assert [one.experiment_id for one in found.items] == [EXPERIMENT]
        assert left_out(store) == {(Reason.SYMBOLIC_LINK, ".trash"), (Reason.SYMBOLIC_LINK, "models")}


async def test_one_large_file_under_many_names_is_not_held_as_often(
    root: Path, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MOST_BYTES", 10_000)
    experiment = make_experiment(root)
    make_run(experiment)
    run = make_run(experiment, OTHER)
    for number in range(11):
        write_text(run / "params", f"p{number}", "x" * 1000)
    async with opened() as store:
        assert await runs_of(store) == {RUN}
        assert left_out(store) == {(Reason.TOO_LARGE, f"{EXPERIMENT}/{OTHER}")}


async def test_a_data_set_that_is_named_often_is_read_once(
    root: Path, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_LONGEST_DATASETS", 1500)
    experiment = make_experiment(root)
    run = make_run(experiment)
    for name in ("a", "b", "c"):
        (experiment / "datasets" / name).mkdir(parents=True)
        write_meta(experiment / "datasets" / name, {"name": name, "digest": "1", "profile": "x" * 1000})
        for place in ("1", "2"):
            link = run / "inputs" / f"{name}{place}"
            link.mkdir(parents=True)
            write_meta(link, {"source_type": "DATASET", "source_id": name, "tags": {}})
    async with opened() as store:
        found = await store.runs.get(RUN)
        assert {one.dataset.name for one in found.dataset_inputs} == {"a", "b"}
        assert left_out(store) == {
            (Reason.TOO_LARGE, f"{EXPERIMENT}/{RUN}/inputs/c{place}/meta.yaml") for place in ("1", "2")
        }


def test_names_with_line_ends_and_commands_to_terminals_are_shown_in_one_line() -> None:
    notes = Notes()
    notes.add(Reason.WRONG_PLACE, "0/a\nNot served\x1b[2J", "to a run b\r\nc")
    [one] = notes.all()
    assert str(one) == "0/a\\nNot served\\x1b[2J says that it belongs elsewhere (to a run b\\r\\nc)"


@pytest.mark.skipif(NO_LINKS, reason="making links needs rights there")
async def test_a_meta_file_that_is_a_link_is_not_read(root: Path, opened: Opening, tmp_path: Path) -> None:
    outside = tmp_path / "meta.yaml"
    run = make_run(make_experiment(root)) / "meta.yaml"
    run.rename(outside)
    run.symlink_to(outside)
    async with opened() as store:
        assert await runs_of(store) == set()
        assert left_out(store) == {(Reason.UNREADABLE, f"{EXPERIMENT}/{RUN}")}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
async def test_names_that_are_no_text(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    (run / "params" / os.fsdecode(b"\xff\xfe")).touch()
    async with opened() as store:
        assert (await store.runs.get(RUN)).params == []
        assert left_out(store) == {(Reason.NOT_TEXT, f"{EXPERIMENT}/{RUN}/params/\\udcff\\udcfe")}


async def test_names_and_ids_that_are_taken(root: Path, opened: Opening) -> None:
    make_run(make_experiment(root, "1", name="same"))
    twin = make_experiment(root, "2", name="same")
    make_run(twin, RUN)
    make_experiment(root, "1", in_bin=True)
    async with opened() as store:
        found = await store.experiments.search(ExperimentSearch(10, order_by=("name",)))
        assert len(found.items) == 2
        assert {one.name for one in found.items} in ({"same", "same (1)"}, {"same", "same (2)"})
        reasons = sorted(one.reason.name for one in store.left_out)
        assert reasons == ["ID_TAKEN", "ID_TAKEN", "NAME_TAKEN"]


async def test_what_is_not_served_at_all(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    run = make_run(experiment)
    (experiment / "traces" / "tr-1").mkdir(parents=True)
    (root / "notes").mkdir()
    (root / "notes" / "x.txt").write_text("x")
    make_experiment(root, "99999999999999999999")
    model = make_model(experiment)
    append_points(model, "acc", f"1 0.5 0 {OTHER}")
    (run / "inputs" / "i").mkdir(parents=True)
    write_meta(run / "inputs" / "i", {"source_type": "DATASET", "source_id": "../../secret", "tags": {}})
    make_version(root, "credit", 1, current_stage="Elsewhere")
    write_text(root / "models" / "credit" / "aliases", "champion", "1")
    async with opened() as store:
        assert (await store.logged_models.get(MODEL)).metrics == []
        assert (await store.registered_models.get("credit")).latest_versions == []
        assert left_out(store) == {
            (Reason.TRACES, f"{EXPERIMENT}/traces"),
            (Reason.UNKNOWN_FOLDER, "notes"),
            (Reason.UNKNOWN_FOLDER, "99999999999999999999"),
            (Reason.NO_RUN, f"{EXPERIMENT}/models/{MODEL}/metrics"),
            (Reason.BAD_META, f"{EXPERIMENT}/{RUN}/inputs/i/meta.yaml"),
            (Reason.BAD_META, "models/credit/version-1"),
            (Reason.BAD_META, "models/credit/aliases/champion"),
        }


async def test_what_is_left_out_is_written_down(
    root: Path, opened: Opening, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run(make_experiment(root))
    (run / "metrics" / "half").write_bytes(b"1 0.5 0\n2 0.6")
    async with opened() as store:
        assert len(store.left_out) == 1
    assert f"1 things in {root} are not served: 1 × ends with half a line" in caplog.text
    [written] = (tmp_path / "cache").rglob("left-out.txt")
    assert f"{EXPERIMENT}/{RUN}/metrics/half ends with half a line" in written.read_text(encoding="utf-8")


def test_what_is_too_much_to_name_is_counted() -> None:
    notes = Notes()
    for number in range(MOST_NAMED + 5):
        notes.add(Reason.NOT_TEXT, str(number))
    assert len(notes.all()) == MOST_NAMED + 1
    assert sum(one.count for one in notes.all()) == MOST_NAMED + 5
