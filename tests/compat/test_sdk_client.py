"""What Trialog's own client returns is what MLflow's returns, attribute by attribute, of the same things."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag
from mlflow.entities import ViewType as MlflowViewType

import trialog
from trialog.sdk.client import Client
from trialog.sdk.entities import LoggedModel, ViewType
from trialog.sdk.entities.base import Entity

pytestmark = pytest.mark.skipif("TRIALOG_COMPAT_SERVER" in os.environ, reason="the client speaks to Trialog's servers")

PARAMS = 150
POINTS = 1300
MLMODEL = "flavors:\n  python_function:\n    loader_module: m\n"


@pytest.fixture
def own(server: str) -> Client:
    return Client(server)


@pytest.fixture
def tracked(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Trialog's functions track where MLflow's do."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    trialog.set_tracking_uri(server)
    yield server
    trialog.set_tracking_uri(None)


@pytest.fixture
def runs(client: MlflowClient, experiment: str) -> list[str]:
    """Runs of many kinds: rich, with NaN, with nothing at all, nested, in the bin."""
    rich = client.create_run(experiment, start_time=1_700_000_000_001, tags={"mlflow.user": "ann"}, run_name="rich")
    client.log_batch(
        rich.info.run_id,
        [Metric(f"m{index % 7}", index / 3, 1_700_000_000_000 + index, index) for index in range(POINTS)],
        [Param(f"p{index}", f"значение {index}") for index in range(PARAMS)],
        [RunTag(f"t{index}", "x" * index) for index in range(120)],
    )
    dataset = Dataset("iris", "abc", "local", '{"uri": "a"}', "[]", None)
    client.log_inputs(rich.info.run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
    odd = client.create_run(experiment, start_time=1_700_000_000_002, run_name="odd")
    for key, value in {"nan": math.nan, "inf": math.inf, "minus": -math.inf, "zero": -0.0, "whole": 3}.items():
        client.log_metric(odd.info.run_id, key, value, step=-5)
    client.log_param(odd.info.run_id, "p0", "")
    model = client.create_logged_model(experiment, "m", odd.info.run_id)
    client.log_outputs(odd.info.run_id, [LoggedModelOutput(model.model_id, 4)])
    client.log_inputs(odd.info.run_id, models=[LoggedModelInput(model.model_id)])
    client.set_terminated(odd.info.run_id, "FAILED", 1_700_000_000_999)
    empty = client.create_run(experiment, start_time=1_700_000_000_003)
    child = client.create_run(experiment, 1_700_000_000_004, {"mlflow.parentRunId": rich.info.run_id})
    gone = client.create_run(experiment, start_time=1_700_000_000_005, run_name="gone")
    client.delete_run(gone.info.run_id)
    return [run.info.run_id for run in (rich, odd, empty, child, gone)]


def same(ours: Any, theirs: Any, where: str = "") -> None:
    """Whether all attributes of ours are those of theirs; NaN is like NaN."""
    if isinstance(ours, Entity):
        for name in (*ours.__struct_fields__, *_properties(ours)):
            # MLflow has dropped the old name of the id.
            if name != "run_uuid":
                same(getattr(ours, name), getattr(theirs, name), f"{where}.{name}")
    elif isinstance(ours, dict):
        assert list(ours) == list(theirs), where
        for key, value in ours.items():
            same(value, theirs[key], f"{where}[{key!r}]")
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), where
        # Tokens hold the time at which they were made; on the last page that of MLflow may be an empty text.
        assert bool(getattr(ours, "token", None)) is bool(getattr(theirs, "token", None)), where
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            same(one, other, f"{where}[{index}]")
    elif isinstance(ours, float) and math.isnan(ours):
        assert math.isnan(theirs), where
    else:
        assert ours == theirs, where
        assert isinstance(theirs, type(ours)) or str(theirs) == str(ours), where
        assert not isinstance(ours, float) or math.copysign(1, ours) == math.copysign(1, theirs), where


def _properties(entity: Entity) -> list[str]:
    return [name for name, value in vars(type(entity)).items() if isinstance(value, property)]


def test_runs(own: Client, client: MlflowClient, runs: list[str]) -> None:
    for run_id in runs:
        same(own.get_run(run_id), client.get_run(run_id))
        same(own.get_parent_run(run_id), client.get_parent_run(run_id))
    assert own.get_run(runs[1]).data.metrics["inf"] == math.inf


def test_searches_of_runs(own: Client, client: MlflowClient, experiment: str, runs: list[str]) -> None:
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        same(own.search_runs([experiment], run_view_type=view), client.search_runs([experiment], "", int(view)))
    same(
        own.search_runs([experiment], run_view_type=MlflowViewType.ALL),
        client.search_runs([experiment], run_view_type=MlflowViewType.ALL),
    )
    found = own.search_runs([experiment], "params.p0 LIKE '%'", order_by=["metrics.m0 DESC"], max_results=1)
    same(found, client.search_runs([experiment], "params.p0 LIKE '%'", 1, 1, ["metrics.m0 DESC"]))
    assert found.token
    same(
        own.search_runs(experiment, "params.p0 LIKE '%'", 1, 1, ["metrics.m0 DESC"], found.token),
        client.search_runs(experiment, "params.p0 LIKE '%'", 1, 1, ["metrics.m0 DESC"], found.token),  # type: ignore[arg-type]  # one id is taken for a list of it
    )
    assert len(runs) == 5


def test_histories_of_metrics(own: Client, client: MlflowClient, runs: list[str]) -> None:
    for run_id, key in ((runs[0], "m0"), (runs[1], "nan"), (runs[2], "none")):
        same(own.get_metric_history(run_id, key), client.get_metric_history(run_id, key))


@pytest.mark.usefixtures("tracked", "runs")
def test_tables_of_runs(experiment: str, unique: str) -> None:
    for view in (1, 2, 3):
        ours = trialog.search_runs([experiment], run_view_type=view)
        theirs = mlflow.search_runs([experiment], run_view_type=view)
        assert list(ours.columns[:6]) == list(theirs.columns[:6])
        # A column in which no run has ended has no zone with MLflow.
        theirs["end_time"] = pd.to_datetime(theirs["end_time"], utc=True).astype(ours["end_time"].dtype)
        pd.testing.assert_frame_equal(ours, theirs, check_like=True)
    table = trialog.search_runs(experiment_names=[f"compat-{unique}"], order_by=["start_time ASC"])
    assert table.loc[table["metrics.m1"].idxmax()].run_id == table.run_id[0]
    assert list(trialog.search_runs([experiment], "params.p0 = 'nowhere'").columns) == list(table.columns[:6])
    same(
        trialog.search_runs([experiment], output_format="list"), mlflow.search_runs([experiment], output_format="list")
    )


@pytest.mark.usefixtures("tracked")
def test_experiments(own: Client, client: MlflowClient, unique: str) -> None:
    ids = [own.create_experiment(f"{unique}-{index}", tags={"team": "risk", "n": index}) for index in range(3)]
    own.set_experiment_tag(ids[0], "more", "да")
    own.delete_experiment_tag(ids[0], "team")
    own.rename_experiment(ids[1], f"{unique}-renamed")
    own.delete_experiment(ids[2])
    for experiment_id in ids:
        same(own.get_experiment(experiment_id), client.get_experiment(experiment_id))
    same(own.get_experiment_by_name(f"{unique}-renamed"), client.get_experiment_by_name(f"{unique}-renamed"))
    assert own.get_experiment_by_name(f"{unique}-none") is None
    wanted = f"name LIKE '{unique}-%'"
    for view in (1, 2, 3):
        same(
            own.search_experiments(view, filter_string=wanted, order_by=["name ASC"]),
            client.search_experiments(view, filter_string=wanted, order_by=["name ASC"]),
        )
        same(
            trialog.search_experiments(view, filter_string=wanted),
            mlflow.search_experiments(view, filter_string=wanted),
        )
    page = own.search_experiments(max_results=1, filter_string=wanted)
    same(page, client.search_experiments(max_results=1, filter_string=wanted))
    own.restore_experiment(ids[2])
    assert own.get_experiment(ids[2]).lifecycle_stage == "active"


@pytest.mark.filterwarnings("ignore:.*stage:FutureWarning")
def test_registered_models(own: Client, client: MlflowClient, unique: str, run: str) -> None:
    name, other = f"{unique} model", f"{unique} other"
    same(own.create_registered_model(name, {"a": 1}, "для оттока"), client.get_registered_model(name))
    source = f"{client.get_run(run).info.artifact_uri}/model"
    made = own.create_model_version(name, source, run, {"k": "v", "n": 2}, "http://r", "first")
    same(made, client.get_model_version(name, "1"))
    client.create_model_version(name, source, run)
    own.set_registered_model_alias(name, "champion", 1)
    own.set_registered_model_tag(name, "b", 2)
    own.delete_registered_model_tag(name, "a")
    same(own.get_registered_model(name), client.get_registered_model(name))
    same(own.get_model_version_by_alias(name, "champion"), client.get_model_version_by_alias(name, "champion"))
    same(own.update_model_version(name, 2, ""), client.get_model_version(name, "2"))
    moved = own.transition_model_version_stage(name, 1, "Production")
    same(moved, client.get_model_version(name, "1"))
    same(own.get_latest_versions(name), client.get_latest_versions(name))
    same(own.get_latest_versions(name, ["Production"]), client.get_latest_versions(name, ["Production"]))
    own.set_model_version_tag(name, key="checked", value=True, stage="Production")
    own.delete_model_version_tag(name, 1, "k")
    assert own.get_model_version(name, 1).tags == {"n": "2", "checked": "True"}
    copied = own.copy_model_version(f"models:/{name}@champion", other)
    same(copied, client.get_model_version(other, "1"))
    same(client_copy := own.get_model_version(other, 1), client.get_model_version(other, "1"))
    assert (client_copy.source, client_copy.run_id) == (f"models:/{name}/1", run)
    wanted = f"name LIKE '{unique}%'"
    same(own.search_registered_models(wanted), client.search_registered_models(wanted))
    same(own.search_registered_models(wanted, 1), client.search_registered_models(wanted, 1))
    same(own.search_model_versions(wanted), client.search_model_versions(wanted))
    same(
        own.search_model_versions(wanted, 1, ["version_number ASC"]),
        client.search_model_versions(wanted, 1, ["version_number ASC"]),
    )
    assert own.get_model_version_download_uri(name, 1) == client.get_model_version_download_uri(name, "1")
    assert own.get_model_version_stages(name, 1) == client.get_model_version_stages(name, "1")
    same(own.rename_registered_model(other, f"{other} 2"), client.get_registered_model(f"{other} 2"))
    same(own.update_registered_model(name, "new"), client.get_registered_model(name))
    own.delete_registered_model_alias(name, "champion")
    own.delete_model_version(name, 2)
    own.delete_registered_model(f"{other} 2")
    same(own.search_registered_models(wanted), client.search_registered_models(wanted))


@pytest.mark.usefixtures("tracked")
def test_logged_models(own: Client, client: MlflowClient, experiment: str, run: str) -> None:
    made = own.create_logged_model(experiment, "net", run, {"t": 1}, {"p": 0.1}, "cnn")
    same(made, client.get_logged_model(made.model_id))
    bare = own.create_logged_model(experiment)
    own.log_metric(run, "f1", 0.5, step=3, model_id=made.model_id, dataset_name="d", dataset_digest="1")
    own.log_model_params(made.model_id, {"q": None})
    own.set_logged_model_tags(made.model_id, {"u": 2, "gone": 3})
    own.delete_logged_model_tag(made.model_id, "gone")
    same(own.finalize_logged_model(made.model_id, "READY"), client.get_logged_model(made.model_id))
    same(own.finalize_logged_model(bare.model_id, "FAILED"), client.get_logged_model(bare.model_id))
    order: list[dict[str, Any]] = [{"field_name": "creation_timestamp", "ascending": True}]
    found = own.search_logged_models([experiment], order_by=order)
    same(found, client.search_logged_models([experiment], order_by=order))
    assert [model.model_id for model in found] == [made.model_id, bare.model_id]
    same(
        own.search_logged_models([experiment], max_results=1), client.search_logged_models([experiment], max_results=1)
    )
    data: list[dict[str, str]] = [{"dataset_name": "d"}]
    same(
        own.search_logged_models([experiment], "metrics.f1 > 0.1", data),
        client.search_logged_models([experiment], "metrics.f1 > 0.1", data),
    )
    same(own.get_run(run), client.get_run(run))
    ours, theirs = (each.search_logged_models([experiment]) for each in (trialog, mlflow))
    pd.testing.assert_frame_equal(ours.drop(columns="metrics"), theirs.drop(columns="metrics"), check_like=True)
    assert "url" not in dict(found[0])
    assert isinstance(found[0], LoggedModel)
    own.delete_logged_model(bare.model_id)
    assert len(own.search_logged_models([experiment])) == 1


def test_artifacts(own: Client, client: MlflowClient, run: str, tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a", encoding="utf-8")
    (folder / "deep" / "b.bin").write_bytes(bytes(70_000))
    own.log_artifact(run, folder, "taken")
    own.log_artifacts(run, folder)
    own.log_artifact(run, folder / "a.txt", "one")
    client.log_artifacts(run, str(folder), "theirs")
    own.log_dict(run, {"x": [1, None, tmp_path]}, "d/ours.json")
    client.log_dict(run, {"x": [1, None, tmp_path]}, "d/theirs.json")
    own.log_dict(run, {"x": [1, None, "й"]}, "d/ours.yml")
    client.log_dict(run, {"x": [1, None, "й"]}, "d/theirs.yml")
    for path in (None, "taken", "taken/sent", "deep", "one", "theirs", "none", "a.txt", "d"):
        same(own.list_artifacts(run, path), client.list_artifacts(run, path))
    for kind in ("json", "yml"):
        ours, theirs = (own.download_artifacts(run, f"d/{who}.{kind}", tmp_path) for who in ("ours", "theirs"))
        assert Path(ours).read_bytes() == Path(theirs).read_bytes()
    here = Path(own.download_artifacts(run, "taken/sent/deep/b.bin", str(tmp_path / "got")))
    assert here == Path(client.download_artifacts(run, "taken/sent/deep/b.bin", str(tmp_path / "got")))
    assert here.stat().st_size == 70_000
    assert Path(own.download_artifacts(run, "theirs/deep")).name == "deep"


@pytest.mark.usefixtures("tracked")
def test_what_one_client_logs_as_table_the_other_reads(
    own: Client, client: MlflowClient, run: str, experiment: str
) -> None:
    own.log_table(run, {"q": ["a", "б"], "score": [0.5, 1.25]}, "t/answers.json")
    client.log_table(run, {"q": ["c"], "score": [2.5]}, "t/answers.json")
    own.log_table(run, pd.DataFrame({"q": ["d"], "more": [1]}), "t/answers.json")
    trialog.set_experiment(experiment_id=experiment)
    for table in (
        mlflow.load_table("t/answers.json", [run], ["run_id"]),
        trialog.load_table("t/answers.json", [run], ["run_id"]),
    ):
        assert list(table["q"]) == ["a", "б", "c", "d"]
        assert list(table["score"][:3]) == [0.5, 1.25, 2.5]
        assert set(table["run_id"]) == {run}
    tags = client.get_run(run).data.tags
    assert tags["mlflow.loggedArtifacts"] == '[{"path": "t/answers.json", "type": "table"}]'


@pytest.mark.usefixtures("tracked")
def test_models_are_registered_from_the_same_place(
    client: MlflowClient, run: str, experiment: str, unique: str
) -> None:
    client.log_text(run, MLMODEL, "model/MLmodel")
    older, newer = (client.create_logged_model(experiment, "net", run) for _ in range(2))
    client.log_outputs(run, [LoggedModelOutput(newer.model_id, 2), LoggedModelOutput(older.model_id, 1)])
    for uri in (f"runs:/{run}/model", f"runs:/{run}/net", f"models:/{older.model_id}"):
        ours = trialog.register_model(uri, f"{unique} ours", tags={"a": 1})
        theirs = mlflow.register_model(uri, f"{unique} theirs", tags={"a": 1})
        assert (ours.version, ours.source, ours.run_id, ours.tags) == (
            theirs.version, theirs.source, theirs.run_id, theirs.tags
        )  # fmt: skip
    ours = trialog.register_model(f"models:/{unique} ours/1", f"{unique} copy")
    assert ours.source == f"models:/{unique} ours/1"
