"""Reading what was logged through `trialog` itself."""

import json
import warnings
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import trialog
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.sdk.entities import LoggedModelOutput, ViewType
from trialog.sdk.fluent.process import finish
from trialog.sdk.settings import forget_settings
from trialog.sdk.spool.sync import sync
from trialog.sdk.tracking_uri import open_transport

MLMODEL = "flavors:\n  python_function:\n    loader_module: m\nsignature:\n  inputs: '[]'\n"

pytestmark = pytest.mark.usefixtures("tracked")


@pytest.fixture
def experiment(request: pytest.FixtureRequest, tracked: str) -> str:
    assert tracked
    return trialog.set_experiment(request.node.name).experiment_id


def test_what_an_active_run_has_logged_is_read_at_once(experiment: str) -> None:
    with trialog.start_run(run_name="first") as run:
        trialog.log_metric("business_score", 0.5, step=7)
        trialog.log_param("model", "lstm")
        assert trialog.get_run(run.info.run_id).data.metrics == {"business_score": 0.5}
        table = trialog.search_runs(filter_string="metrics.business_score > 0")
        assert table["params.model"].tolist() == ["lstm"]
        with trialog.start_run(nested=True) as child:
            trialog.log_metric("business_score", 0.75)
            parent = trialog.get_parent_run(child.info.run_id)
        assert parent is not None
        assert parent.info.run_id == run.info.run_id
    assert trialog.get_parent_run(run.info.run_id) is None
    runs = trialog.search_runs([experiment])
    assert runs.loc[runs["metrics.business_score"].idxmax()]["run_id"] == child.info.run_id
    assert set(runs["status"]) == {"FINISHED"}


def test_runs_are_searched_where_it_is_said(experiment: str) -> None:
    other = trialog.create_experiment("elsewhere", tags={"n": 1})
    run_ids = []
    for experiment_id in (experiment, other):
        with trialog.start_run(experiment_id=experiment_id) as run:
            run_ids.append(run.info.run_id)
    assert trialog.search_runs()["run_id"].tolist() == run_ids[:1]
    assert trialog.search_runs([other])["run_id"].tolist() == run_ids[1:]
    assert trialog.search_runs(experiment_names=["elsewhere", "nowhere"])["run_id"].tolist() == run_ids[1:]
    assert set(run_ids) <= set(trialog.search_runs(search_all_experiments=True)["run_id"])
    assert len(trialog.search_runs(experiment_names=["nowhere"])) == 0
    [found] = trialog.search_runs([experiment, other], max_results=1, output_format="list")
    assert found.info.run_id == run_ids[1]
    trialog.delete_run(run_ids[0])
    assert trialog.search_runs(run_view_type=ViewType.DELETED_ONLY)["run_id"].tolist() == run_ids[:1]
    with pytest.raises(InvalidParameter, match="not both"):
        trialog.search_runs(["0"], experiment_names=["Default"])
    with pytest.raises(InvalidParameter, match="'csv'"):
        trialog.search_runs(output_format="csv")  # type: ignore[call-overload,arg-type,unused-ignore]  # the mistake


def test_pages_are_put_together(experiment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = trialog.Client()
    made = [client.create_run(experiment, start_time=number).info.run_id for number in range(7)]
    monkeypatch.setattr("trialog.sdk.search._PAGE", 3)
    assert trialog.search_runs([experiment])["run_id"].tolist() == made[::-1]
    assert trialog.search_runs([experiment], max_results=5)["run_id"].tolist() == made[:1:-1]


def test_experiments(experiment: str) -> None:
    trialog.set_experiment_tags({"team": "risk", "n": 2})
    trialog.set_experiment_tag("gone", True)
    trialog.delete_experiment_tag("gone")
    assert trialog.get_experiment(experiment).tags == {"team": "risk", "n": "2"}
    made = trialog.create_experiment("made")
    assert trialog.get_experiment_by_name("made") == trialog.get_experiment(made)
    with pytest.raises(ResourceAlreadyExists, match="made"):
        trialog.create_experiment("made")
    trialog.delete_experiment(made)
    names = [one.name for one in trialog.search_experiments(ViewType.DELETED_ONLY, filter_string="name = 'made'")]
    assert names == ["made"]
    assert len(trialog.search_experiments(max_results=1)) == 1


def test_artifacts_are_read_as_they_were_logged(experiment: str, tmp_path: Path) -> None:
    with trialog.start_run() as run:
        run_id = run.info.run_id
        trialog.log_text("текст", "a/t.txt")
        trialog.log_dict({"k": [1]}, "a/d.json")
        trialog.log_image(Image.new("L", (3, 2), 9), "i.png")
        uri = f"runs:/{run_id}/a/t.txt"
        assert trialog.load_text(uri) == "текст"
        assert trialog.load_dict(f"runs:/{run_id}/a/d.json") == {"k": [1]}
        assert trialog.load_image(f"runs:/{run_id}/i.png").getpixel((2, 1)) == 9
        assert trialog.get_artifact_uri("a/t.txt").endswith(f"{experiment}/{run_id}/artifacts/a/t.txt")
    assert [file.path for file in trialog.list_artifacts(run_id=run_id)] == ["a", "i.png"]
    assert [file.path for file in trialog.list_artifacts(f"runs:/{run_id}/a")] == ["a/d.json", "a/t.txt"]
    here = trialog.download_artifacts(run_id=run_id, artifact_path="a", dst_path=tmp_path / "new")
    assert json.loads((Path(here) / "d.json").read_bytes()) == {"k": [1]}
    assert Path(trialog.download_artifacts(uri)).read_text(encoding="utf-8") == "текст"
    for ask, sentence in (
        (lambda: trialog.load_dict(uri), "is no JSON"),
        (lambda: trialog.load_text(f"runs:/{run_id}/i.png"), "is no text in UTF-8"),
        (lambda: trialog.load_image(uri), "is no image"),
        (lambda: trialog.load_text(f"runs:/{run_id}/a"), "is a folder"),
        (lambda: trialog.download_artifacts(), "either by artifact_uri alone"),
        (lambda: trialog.download_artifacts(uri, artifact_path="a"), "either by artifact_uri alone"),
        (lambda: trialog.list_artifacts(uri, run_id), "either by artifact_uri alone"),
    ):
        with pytest.raises(InvalidParameter, match=sentence):
            ask()


def test_models_are_registered_with_their_tags_and_their_signature() -> None:
    with trialog.start_run() as run:
        trialog.log_text(MLMODEL, "model/MLmodel")
        first = trialog.register_model(f"runs:/{run.info.run_id}/model", "turnover", tags={"checked": True})
    assert (first.version, first.tags, first.run_id) == ("1", {"checked": "True"}, run.info.run_id)
    second = trialog.register_model("models:/turnover/1", "turnover")
    assert second.source == "models:/turnover/1"
    trialog.set_model_version_tag("turnover", 2, "k", 5)
    newest_first = trialog.search_model_versions(filter_string="name = 'turnover'", order_by=["version_number DESC"])
    assert [one.version for one in newest_first] == ["2", "1"]
    assert trialog.search_model_versions(filter_string="name = 'turnover' AND tags.k = '5'")[0].version == "2"
    assert [one.name for one in trialog.search_registered_models(filter_string="name = 'turnover'")] == ["turnover"]
    for path in ("nothing", "it's"):
        with pytest.raises(ResourceNotFound, match="has no model"):
            trialog.register_model(f"runs:/{run.info.run_id}/{path}", "never")
    assert trialog.search_registered_models(filter_string="name = 'never'") == []


def test_the_last_of_several_logged_models_is_registered(experiment: str) -> None:
    client = trialog.Client()
    run_id = client.create_run(experiment).info.run_id
    last, first = (client.create_logged_model(experiment, "net", run_id).model_id for _ in range(2))
    client.create_logged_model(experiment, "net")
    client.log_outputs(run_id, [LoggedModelOutput(last, 9), LoggedModelOutput(first, 1)])
    assert trialog.register_model(f"runs:/{run_id}/net", "last").source == f"models:/{last}"
    table = trialog.search_logged_models(max_results=2)
    assert isinstance(table, pd.DataFrame)
    assert len(table) == 2
    models = trialog.search_logged_models(filter_string=f"source_run_id = '{run_id}'", output_format="list")
    assert {model.model_id for model in models} == {first, last}
    assert trialog.get_logged_model(last).name == "net"


def test_tables_grow_row_by_row() -> None:
    with trialog.start_run() as run:
        run_id = run.info.run_id
        trialog.log_table({"q": ["a"], "n": [1]}, "t.json")
        trialog.log_table({"q": ["b"]}, "t.json")
        trialog.log_table({"x": [0]}, "u.json")
    trialog.Client().log_table(run_id, {"q": ["c"], "n": [3]}, "t.json")
    with trialog.start_run(run_id=run_id):
        trialog.log_table({"q": ["d"]}, "v.json")
    table = trialog.load_table("t.json", [run_id], ["run_id"])
    assert table["q"].tolist() == ["a", "b", "c"]
    assert table["n"].isna().tolist() == [False, True, False]
    noted = json.loads(trialog.get_run(run_id).data.tags["mlflow.loggedArtifacts"])
    assert [one["path"] for one in noted] == ["t.json", "u.json", "v.json"]


def test_what_is_no_table_is_a_warning() -> None:
    with trialog.start_run() as run, pytest.warns(trialog.TrackingWarning, match=r"\.json or \.parquet"):
        trialog.log_table({"q": ["a"]}, "t.csv")
    assert trialog.list_artifacts(run_id=run.info.run_id) == []


def test_rows_for_a_table_that_cannot_be_read_take_the_place_of_none(
    tracked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = trialog.Client(tracked)
    run_id = client.create_run("0").info.run_id
    client.log_table(run_id, {"q": ["a"]}, "t.json")
    monkeypatch.setenv("TRIALOG_MODE", "offline")
    forget_settings()
    with trialog.start_run(run_id=run_id):
        with pytest.warns(trialog.TrackingWarning, match="beside it") as told:
            trialog.log_table({"q": ["b"]}, "t.json")
        trialog.log_table({"q": ["c"]}, "t.json")
    finish()
    monkeypatch.setenv("TRIALOG_MODE", "online")
    forget_settings()
    [left] = sync(tmp_path / "spool", lambda _: open_transport(tracked))
    assert left.is_done
    [other] = [file.path for file in client.list_artifacts(run_id) if file.path.startswith("t-")]
    assert f"{other!r}" in str(told[0].message)
    assert client.load_table("0", "t.json", [run_id])["q"].tolist() == ["a"]
    assert json.loads(trialog.load_text(f"runs:/{run_id}/{other}"))["data"] == [["b"], ["c"]]


def test_a_table_of_a_run_that_is_begun_offline_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALOG_MODE", "offline")
    forget_settings()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with trialog.start_run():
            trialog.log_table({"q": ["a"]}, "t.json")
            trialog.log_table({"q": ["b"]}, "t.json")
