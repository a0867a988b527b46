"""What a folder holds is served as it stands there."""

import math
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
    state_of,
    write_meta,
    write_text,
)
from trialog.entities import (
    Dataset,
    DatasetInput,
    ExperimentSearch,
    LifecycleStage,
    LoggedModelSearch,
    LoggedModelStatus,
    ModelInput,
    ModelOutput,
    ModelStage,
    Param,
    RegisteredModelSearch,
    RunSearch,
    RunStatus,
    Tag,
    ViewType,
)

pytestmark = pytest.mark.anyio


async def test_a_run_has_what_its_files_say(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root, name="scoring"), run_name="first: é")
    write_text(run / "params", "optimizer/name", "adam")
    write_text(run / "params", "text", "a\nb\r\n\u2028é")
    write_text(run / "tags", "mlflow.note.content", "# Note\n")
    append_points(run, "loss/train", "1700000000000 0.5 0", "1700000000001 1e-3 1")
    async with opened() as store:
        found = await store.runs.get(RUN)
        experiment = await store.experiments.get(EXPERIMENT)
    assert (experiment.name, experiment.experiment_id) == ("scoring", EXPERIMENT)
    assert (found.info.run_name, found.info.status, found.info.user_id) == ("first: é", RunStatus.FINISHED, "anna")
    assert (found.info.start_time, found.info.end_time) == (1_700_000_001_000, 1_700_000_002_000)
    assert found.info.artifact_uri == (run / "artifacts").as_uri()
    assert found.params == [Param("optimizer/name", "adam"), Param("text", "a\nb\r\n\u2028é")]
    assert found.tags == [Tag("mlflow.note.content", "# Note\n")]
    assert [(metric.key, metric.value, metric.step) for metric in found.metrics] == [("loss/train", 0.001, 1)]


async def test_every_number_is_exact(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 nan 0", "2 inf 1", "3 -inf 2", "4 -0.0 3", "5 1e-3 4", "6 5e-324 -9223372036854775808")
    async with opened() as store:
        points = (await store.metrics.history(RUN, "m")).items
    assert math.isnan(points[0].value)
    assert [point.value for point in points[1:]] == [math.inf, -math.inf, 0.0, 0.001, 5e-324]
    assert math.copysign(1, points[3].value) == -1
    assert points[5].step == -(2**63)


async def test_lines_of_other_versions_are_points_too(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    append_points(run, "m", "1 0.25", "2 0.5 7 my data digest", "3 0.75 8\r")
    async with opened() as store:
        points = (await store.metrics.history(RUN, "m")).items
        assert store.left_out == []
    assert [(point.timestamp, point.value, point.step) for point in points] == [(1, 0.25, 0), (2, 0.5, 7), (3, 0.75, 8)]


async def test_what_is_deleted_is_in_the_bin(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    make_run(experiment, lifecycle_stage="deleted", deleted_time=1_700_000_009_000)
    gone = make_experiment(root, "7", in_bin=True)
    make_run(gone, "a" * 32, lifecycle_stage="deleted")
    both = (EXPERIMENT, "7")
    async with opened() as store:
        deleted = await store.experiments.search(ExperimentSearch(10, view_type=ViewType.DELETED_ONLY))
        active = await store.runs.search(RunSearch(both))
        runs = await store.runs.search(RunSearch(both, view_type=ViewType.DELETED_ONLY))
    assert [(one.experiment_id, one.lifecycle_stage) for one in deleted.items] == [("7", LifecycleStage.DELETED)]
    assert active.items == []
    assert {run.info.run_id for run in runs.items} == {RUN, "a" * 32}


async def test_inputs_and_outputs(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    run = make_run(experiment)
    make_model(experiment)
    dataset = {"name": "d", "digest": "f00", "source_type": "local", "source": "{}", "schema": None, "profile": "{}"}
    for folder, meta in (
        (experiment / "datasets" / "d1", dataset),
        (run / "inputs" / "i1", {"source_type": "DATASET", "source_id": "d1", "tags": {"mlflow.data.context": "eval"}}),
        (run / "inputs" / "i2", {"source_type": "MODEL", "source_id": MODEL, "tags": {}}),
        (run / "outputs" / MODEL, {"destination_type": "MODEL_OUTPUT", "destination_id": MODEL, "step": 3}),
    ):
        folder.mkdir(parents=True)
        write_meta(folder, meta)
    async with opened() as store:
        found = await store.runs.get(RUN)
    tags = [Tag("mlflow.data.context", "eval")]
    assert found.dataset_inputs == [DatasetInput(Dataset("d", "f00", "local", "{}", None, "{}"), tags)]
    assert found.model_inputs == [ModelInput(MODEL)]
    assert found.model_outputs == [ModelOutput(MODEL, 3)]


async def test_a_logged_model_has_what_its_files_say(root: Path, opened: Opening) -> None:
    experiment = make_experiment(root)
    make_run(experiment)
    model = make_model(experiment)
    write_text(model / "params", "p", "q")
    write_text(model / "tags", "t", "u")
    append_points(model, "acc", f"5 0.5 2 {RUN} my data f00", f"6 0.75 3 {RUN}")
    async with opened() as store:
        found = await store.logged_models.get(MODEL)
        best = await store.logged_models.search(LoggedModelSearch((EXPERIMENT,), filter="metrics.acc > 0.6"))
    assert (found.name, found.status, found.source_run_id) == ("model", LoggedModelStatus.READY, RUN)
    assert (found.params, found.tags) == ([Param("p", "q")], [Tag("t", "u")])
    assert [(one.value, one.step, one.dataset_name, one.dataset_digest, one.run_id) for one in found.metrics] == [
        (0.5, 2, "my data", "f00", RUN),
        (0.75, 3, None, None, RUN),
    ]
    assert [one.model_id for one in best.items] == [MODEL]


async def test_the_registry(root: Path, opened: Opening) -> None:
    make_run(make_experiment(root))
    first = make_version(root, "credit", 1, current_stage="Production", description="of March")
    make_version(root, "credit", 2)
    make_version(root, "credit", 3, current_stage="Deleted_Internal")
    write_text(first / "tags", "owner", "anna")
    write_text(root / "models" / "credit" / "tags", "team", "risk")
    write_text(root / "models" / "credit" / "aliases", "champion", "2")
    async with opened() as store:
        model = await store.registered_models.get("credit")
        version = await store.model_versions.get("credit", 1)
        champion = await store.registered_models.get_by_alias("credit", "champion")
        every = await store.registered_models.search(RegisteredModelSearch(max_results=10))
        assert store.left_out == []
    assert (version.current_stage, version.description) == (ModelStage.PRODUCTION, "of March")
    assert (version.tags, version.run_id) == ([Tag("owner", "anna")], RUN)
    assert (champion.version, champion.aliases) == (2, ["champion"])
    assert model.tags == [Tag("team", "risk")]
    assert [one.version for one in model.latest_versions] == [2, 1]
    assert [one.name for one in every.items] == ["credit"]


async def test_a_version_tells_what_its_files_say_wherever_the_folder_was(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    elsewhere = f"file:///home/other/mlruns/{EXPERIMENT}/{RUN}/artifacts/model"
    make_version(root, "credit", 1, storage_location=elsewhere)
    write_text(run / "artifacts" / "model", "MLmodel", "flavors:\n  sklearn: {}\nmodel_size_bytes: 12\n")
    async with opened() as store:
        content = await store.model_versions.content("credit", 1)
        version = await store.model_versions.get("credit", 1)
    assert (content.flavors, content.size_bytes) == (("sklearn",), 12)
    assert version.storage_location == elsewhere


async def test_old_folders_lack_some_fields(root: Path, opened: Opening) -> None:
    experiment = root / "0"
    experiment.mkdir()
    write_meta(experiment, {"artifact_location": "./mlruns/0", "experiment_id": 0, "name": "Default"})
    run = make_run(experiment, end_time=None, status=None, lifecycle_stage=None, run_name=None, experiment_id=0)
    write_text(run / "tags", "mlflow.runName", "from its tag")
    async with opened() as store:
        found = await store.runs.get(RUN)
        made = await store.experiments.get("0")
        assert store.left_out == []
    assert (found.info.status, found.info.lifecycle_stage) == (RunStatus.RUNNING, LifecycleStage.ACTIVE)
    assert (found.info.run_name, found.info.end_time) == ("from its tag", None)
    assert made.creation_time > 0


async def test_nothing_in_the_folder_is_touched(root: Path, opened: Opening) -> None:
    run = make_run(make_experiment(root))
    write_text(run / "params", "p", "1")
    append_points(run, "m", *(f"{step} 0.5 {step}" for step in range(2000)))
    make_version(root, "credit", 1)
    before = state_of(root)
    for _ in range(2):
        async with opened() as store:
            await store.runs.search(RunSearch((EXPERIMENT,), filter="metrics.m > 0"))
            await store.metrics.history(RUN, "m")
    assert state_of(root) == before


async def test_an_empty_folder_is_an_empty_store(opened: Opening) -> None:
    async with opened() as store:
        assert (await store.experiments.search(ExperimentSearch(10, view_type=ViewType.ALL))).items == []
