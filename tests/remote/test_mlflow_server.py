"""MLflow's own server in Trialog's pages: what these ask is answered of it, within bounds and with the same headers."""

import math
import struct
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import msgspec
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from tests.remote.mlflow_server import start_mlflow
from tests.servers import start_trialog
from trialog.wire.log_stream_format import LOG_STREAM_TYPE

# The first use installs MLflow's server, which takes a minute or more.
pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.compat,
    # Of stages, its own client warns.
    pytest.mark.filterwarnings("ignore:.*transition_model_version_stage:FutureWarning"),
]

OWN = "/api/trialog/v1"
MLMODEL = """flavors:
  python_function:
    loader_module: x
  sklearn:
    code: null
model_size_bytes: 12
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300


@dataclass(frozen=True)
class Shown:
    """A server of MLflow and Trialog in front of it.

    Attributes:
        mlflow: The client of the former.
        web: A client of the latter.
        url: Address of the former.
        experiment: An experiment with `runs` in it.
        runs: Its runs, the newest first.
    """

    mlflow: MlflowClient
    web: httpx.Client
    url: str
    experiment: str
    runs: list[str]

    def get(self, path: str, **query: object) -> Any:
        answer = self.web.get(path, params={name: str(value) for name, value in query.items()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        answer = self.web.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        with (
            start_mlflow(tmp_path_factory.mktemp("mlflow")) as url,
            start_trialog(tmp_path_factory.mktemp("trialog"), "--backend-store-uri", url) as trialog,
            httpx.Client(base_url=trialog.url, timeout=60, trust_env=False) as web,
        ):
            client = MlflowClient(url)
            experiment, runs = _log(client, tmp_path_factory)
            yield Shown(client, web, url, experiment, runs)


def _log(client: MlflowClient, folders: pytest.TempPathFactory) -> tuple[str, list[str]]:
    experiment: str = client.create_experiment("Опыты/первый")
    runs: list[str] = []
    for number in range(12):
        run = client.create_run(experiment, start_time=1_700_000_000_000 + number * 1000, run_name=f"run {number}")
        points = [Metric("loss", 1.0 / (step + 1), 1_700_000_000_000 + step, step) for step in range(5)]
        points += [Metric("accuracy", number / 100, 1_700_000_000_000, 0)]
        params = [Param("lr", str(number / 10)), Param("optimizer", "adam" if number % 2 else "sgd")]
        client.log_batch(run.info.run_id, metrics=points, params=params, tags=[RunTag("team", "a")])
        if number:
            status = "FAILED" if number == 1 else "FINISHED"
            client.set_terminated(run.info.run_id, status, end_time=1_700_000_060_000)
        runs.insert(0, run.info.run_id)
    client.set_tag(runs[0], "mlflow.parentRunId", runs[1])
    client.set_tag(runs[1], "mlflow.note.content", "A **note**")
    long = [Metric("long", math.sin(step / 50), 1_700_000_000_000 + step, step) for step in range(6000)]
    for start in range(0, len(long), 1000):
        client.log_batch(runs[1], metrics=long[start : start + 1000])
    folder = folders.mktemp("files")
    (folder / "MLmodel").write_text(MLMODEL, encoding="utf-8")
    (folder / "plot.png").write_bytes(PNG)
    (folder / "страница.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    client.log_artifact(runs[1], str(folder / "plot.png"), "plots")
    client.log_artifact(runs[1], str(folder / "страница.html"))
    client.log_artifact(runs[1], str(folder / "MLmodel"), "model")
    client.create_registered_model("iris")
    for _ in range(2):
        client.create_model_version("iris", f"runs:/{runs[1]}/model", runs[1])
    client.transition_model_version_stage("iris", "1", "Production")
    client.set_registered_model_alias("iris", "champion", "2")
    return experiment, runs


def test_pages_are_told_whose_data_it_is_and_what_is_missing(shown: Shown) -> None:
    told = shown.get("/api/3.0/mlflow/server-info")["another_server"]
    assert (told["url"], told["kind"], told["version"]) == (shown.url, "mlflow", "3.17.2")
    assert set(told["lacks"]) == {
        "metric_meanings",
        "metric_summaries",
        "move_history",
        "removal",
        "store_state",
    }


def test_home_shows_what_runs_what_failed_and_what_is_in_production(shown: Shown) -> None:
    home = shown.get(f"{OWN}/home")
    assert [run["run_name"] for run in home["running"]] == ["run 0"]
    assert [run["run_name"] for run in home["failed"]] == ["run 1"]
    assert home["running"][0]["experiment_name"] == "Опыты/первый"
    assert [(one["name"], one["version"]["version"]) for one in home["in_production"]] == [("iris", 1)]
    assert home["counts"] == {
        "experiments": 2,
        "runs": 12,
        "running": 1,
        "registered_models": 1,
        "are_exact": True,
    }


def test_experiments_are_listed_by_activity_and_found_by_name(shown: Shown) -> None:
    every = shown.post(f"{OWN}/experiments/overview", {})
    assert [one["name"] for one in every["experiments"]] == ["Опыты/первый", "Default"]
    first = every["experiments"][0]
    assert (first["run_count"], first["counts_are_exact"]) == (12, True)
    assert first["runs_by_status"] == {"RUNNING": 1, "FAILED": 1, "FINISHED": 10}
    assert first["last_run_time"] == 1_700_000_011_000
    found = shown.post(f"{OWN}/experiments/overview", {"search": "ПЕРВ"})
    assert [one["experiment_id"] for one in found["experiments"]] == [shown.experiment]


def test_the_table_of_runs_is_filtered_ordered_and_read_by_columns(shown: Shown) -> None:
    asked = {
        "experiment_ids": [shown.experiment],
        "filter": "params.optimizer = 'adam' AND metrics.accuracy > 0.02",
        "order_by": ["metrics.accuracy ASC"],
        "attributes": ["run_name", "status", "duration", "parent_run_id", "child_count"],
        "metrics": ["accuracy"],
        "params": ["lr"],
        "tags": ["team"],
        "star": "accuracy",
    }
    table = shown.post(f"{OWN}/runs/columns", asked)
    assert table["attributes"]["run_name"] == [f"run {number}" for number in (3, 5, 7, 9, 11)]
    assert table["metrics"]["accuracy"] == [0.03, 0.05, 0.07, 0.09, 0.11]
    assert table["params"]["lr"] == ["0.3", "0.5", "0.7", "0.9", "1.1"]
    assert set(table["tags"]["team"]) == {"a"}
    assert table["attributes"]["parent_run_id"] == [None] * 4 + [shown.runs[1]]
    assert (table["total"], table["total_is_exact"]) == (5, True)
    assert table["star"]["run_ids"] == [shown.runs[0]]


def test_named_runs_come_in_the_order_asked_for(shown: Shown) -> None:
    unknown = "f" * 32
    asked = {"run_ids": [shown.runs[3], unknown, shown.runs[1]], "attributes": ["run_name", "child_count"]}
    table = shown.post(f"{OWN}/runs/columns", asked)
    assert table["attributes"]["run_name"] == ["run 8", "run 10"]
    assert table["attributes"]["child_count"] == [0, 1]
    assert table["unknown_run_ids"] == [unknown]


def test_pages_of_runs_meet_each_once(shown: Shown) -> None:
    names: list[str] = []
    asked: dict[str, object] = {
        "experiment_ids": [shown.experiment],
        "attributes": ["run_name"],
        "max_results": 5,
        "order_by": ["attributes.start_time DESC"],
    }
    while True:
        table = shown.post(f"{OWN}/runs/columns", asked)
        names += table["attributes"]["run_name"]
        if "next_page_token" not in table:
            break
        asked["page_token"] = table["next_page_token"]
    assert names == [f"run {number}" for number in range(11, -1, -1)]


def test_a_mistake_in_a_filter_is_said_as_that_server_says_it(shown: Shown) -> None:
    answer = shown.web.post(
        f"{OWN}/runs/columns", json={"experiment_ids": [shown.experiment], "filter": "metrics.loss <"}
    )
    assert answer.status_code == 400
    assert "metrics.loss" in answer.json()["message"]


def test_names_and_values_complete_a_filter(shown: Shown) -> None:
    keys = shown.post(f"{OWN}/runs/keys", {"experiment_ids": [shown.experiment], "kind": "metric"})
    assert keys["keys"] == ["accuracy", "long", "loss"]
    values = shown.post(f"{OWN}/runs/keys", {"experiment_ids": [shown.experiment], "kind": "param", "key": "optimizer"})
    assert {one["value"]: one["runs"] for one in values["values"]} == {"adam": 6, "sgd": 6}


def test_runs_are_grouped(shown: Shown) -> None:
    asked = {
        "experiment_ids": [shown.experiment],
        "group_by": "param",
        "key": "optimizer",
        "metrics": ["accuracy"],
        "order_by": "metric_max",
        "order_metric": "accuracy",
    }
    groups = shown.post(f"{OWN}/runs/groups", asked)
    assert [(one["value"], one["count"]) for one in groups["groups"]] == [("adam", 6), ("sgd", 6)]
    assert groups["groups"][0]["metrics"]["accuracy"]["max"] == 0.11


def test_a_run_is_shown_with_all_that_belongs_to_it(shown: Shown) -> None:
    run = shown.get(f"{OWN}/runs/{shown.runs[1]}")
    assert (run["info"]["run_name"], run["experiment_name"], run["note"]) == ("run 10", "Опыты/первый", "A **note**")
    by_key = {one["key"]: one for one in run["metrics"]}
    assert (by_key["loss"]["count"], by_key["loss"]["min"], by_key["loss"]["max"]) == (5, 0.2, 1.0)
    assert by_key["long"]["count"] == 6000
    assert [child["run_id"] for child in run["children"]] == [shown.runs[0]]
    assert sorted(one["version"] for one in run["versions"]) == [1, 2]
    child = shown.get(f"{OWN}/runs/{shown.runs[0]}")
    assert child["parent"]["run_id"] == shown.runs[1]


def test_a_run_that_is_not_there_is_said_with_our_code(shown: Shown) -> None:
    answer = shown.web.get(f"{OWN}/runs/{'e' * 32}")
    assert (answer.status_code, answer.json()["code"]) == (404, "run.not_found")


def test_curves_keep_their_peaks(shown: Shown) -> None:
    asked = {"run_ids": [shown.runs[1]], "keys": ["long", "loss"], "max_points": 100}
    curves = shown.web.post(f"{OWN}/metrics/curves", json=asked, headers={"accept": "application/json"}).json()
    long, loss = curves["curves"]
    assert (long["total"], long["is_thinned"]) == (6000, True)
    assert len(long["values"]) <= 100
    exact = [math.sin(step / 50) for step in range(6000)]
    assert (min(long["values"]), max(long["values"])) == (min(exact), max(exact))
    assert loss["steps"] == [0, 1, 2, 3, 4]
    part = shown.web.post(
        f"{OWN}/metrics/curves", json={**asked, "start": 10, "end": 20}, headers={"accept": "application/json"}
    ).json()
    assert part["curves"][0]["steps"] == list(range(10, 21))


def test_curves_come_in_bytes_too(shown: Shown) -> None:
    answer = shown.web.post(f"{OWN}/metrics/curves", json={"run_ids": [shown.runs[1]], "keys": ["loss"]})
    magic, length = struct.unpack_from("<8sQ", answer.content)
    assert magic == b"TRIALOG1"
    assert msgspec.json.decode(answer.content[16 : 16 + length])["points"] == 5


def test_what_changes_is_noticed(shown: Shown) -> None:
    run_id = shown.mlflow.create_run(shown.experiment, start_time=1_600_000_000_000).info.run_id
    try:
        asked = {"experiment_ids": [shown.experiment], "run_ids": [shown.runs[2], run_id]}
        token = shown.post(f"{OWN}/changes", asked)["token"]
        again = shown.post(f"{OWN}/changes", {**asked, "since": token})
        assert (again["has_changed"], again["changed_run_ids"]) == (False, [])
        shown.mlflow.log_metric(run_id, "loss", 0.5)
        new = shown.mlflow.create_run(shown.experiment).info.run_id
        changed = shown.post(f"{OWN}/changes", {**asked, "since": token})
        assert (changed["changed_run_ids"], changed["new_runs"]) == ([run_id], 1)
        shown.mlflow.delete_run(new)
    finally:
        shown.mlflow.delete_run(run_id)


def test_artifacts_are_listed_and_opened_safely(shown: Shown) -> None:
    run_id = shown.runs[1]
    listed = shown.get("/api/2.0/mlflow/artifacts/list", run_id=run_id)
    assert [one["path"] for one in listed["files"]] == ["model", "plots", "страница.html"]
    image = shown.web.get(f"{OWN}/runs/{run_id}/artifacts/view", params={"path": "plots/plot.png"})
    assert image.content == PNG
    page = shown.web.get(f"{OWN}/runs/{run_id}/artifacts/view", params={"path": "страница.html"})
    assert page.headers["content-security-policy"].startswith("sandbox;")
    assert page.headers["x-content-type-options"] == "nosniff"
    download = shown.web.get("/get-artifact", params={"run_id": run_id, "path": "страница.html"})
    assert download.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=8-15", slice(8, 16)), ("bytes=-4", slice(-4, None)), ("bytes=70000-", slice(70000, None))],
)
def test_a_part_of_a_file_is_sent(shown: Shown, asked: str, part: slice) -> None:
    address = f"{OWN}/runs/{shown.runs[1]}/artifacts/view"
    answer = shown.web.get(address, params={"path": "plots/plot.png"}, headers={"range": asked})
    assert answer.status_code == 206
    assert answer.content == PNG[part]


def test_files_that_are_not_there_are_said_so(shown: Shown) -> None:
    address = f"{OWN}/runs/{shown.runs[1]}/artifacts/view"
    answer = shown.web.get(address, params={"path": "nothing.txt"})
    assert (answer.status_code, answer.json()["code"]) == (404, "artifact.not_found")
    beyond = shown.web.get(address, params={"path": "plots/plot.png"}, headers={"range": "bytes=900000-"})
    assert beyond.status_code == 416


def test_a_folder_comes_as_an_archive(shown: Shown) -> None:
    answer = shown.web.get(f"{OWN}/runs/{shown.runs[1]}/artifacts/archive")
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert {name.partition("/")[2] for name in archive.namelist()} == {
            "model/MLmodel",
            "plots/plot.png",
            "страница.html",
        }


def test_models_are_shown_with_their_versions(shown: Shown) -> None:
    listed = shown.post(f"{OWN}/models/overview", {"search": "IRI"})
    assert [(one["name"], one["version_count"]) for one in listed["models"]] == [("iris", 2)]
    model = shown.get(f"{OWN}/models/iris")
    assert [row["summary"]["version"] for row in model["versions"]] == [2, 1]
    assert [row["summary"]["stage"] for row in model["versions"]] == ["None", "Production"]
    assert model["versions"][0]["summary"]["run_name"] == "run 10"
    assert model["model"]["aliases"] == [{"alias": "champion", "version": 2}]
    [signature] = model["signatures"].values()
    assert signature["inputs"][0]["name"] == "x"
    named = shown.get("/mlflow/models/iris/versions/@champion")
    assert (named["version"], named["flavors"]) == (2, ["python_function", "sklearn"])
    files = shown.get(f"{OWN}/models/iris/versions/1/artifacts")
    assert [one["path"] for one in files["files"]] == ["MLmodel"]


def test_a_version_moves_without_a_reason_alone(shown: Shown) -> None:
    move = {"model_name": "iris", "version": 2, "stage": "Staging"}
    refused = shown.web.post("/mlflow/models/promote", json={**move, "reason": "better"})
    assert (refused.status_code, refused.json()["code"]) == (501, "remote.no_move_history")
    assert shown.mlflow.get_model_version("iris", "2").current_stage == "None"
    shown.post("/mlflow/models/promote", move)
    assert shown.mlflow.get_model_version("iris", "2").current_stage == "Staging"
    shown.post("/mlflow/models/promote", {**move, "stage": "None"})
    back = shown.web.post("/mlflow/models/rollback", json={"model_name": "iris", "stage": "Production"})
    assert (back.status_code, back.json()["code"]) == (501, "remote.no_move_history")


def test_writes_go_through(shown: Shown) -> None:
    run_id = shown.runs[4]
    word = uuid.uuid4().hex
    shown.post("/api/2.0/mlflow/runs/set-tag", {"run_id": run_id, "key": "word", "value": word})
    assert shown.mlflow.get_run(run_id).data.tags["word"] == word
    shown.post("/api/2.0/mlflow/runs/delete", {"run_id": run_id})
    assert shown.mlflow.get_run(run_id).info.lifecycle_stage == "deleted"
    deleted = shown.post(
        f"{OWN}/runs/columns",
        {"experiment_ids": [shown.experiment], "run_view_type": "DELETED_ONLY", "attributes": ["run_id"]},
    )
    assert run_id in deleted["attributes"]["run_id"]
    shown.post("/api/2.0/mlflow/runs/restore", {"run_id": run_id})
    assert shown.mlflow.get_run(run_id).info.lifecycle_stage == "active"


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", f"{OWN}/bin", None, "remote.no_removal"),
        ("POST", f"{OWN}/bin/remove", {"everything": True}, "remote.no_removal"),
        ("PUT", f"{OWN}/metric-meanings/overrides/loss", {"direction": "lower"}, "remote.no_metric_meanings"),
        ("POST", f"{OWN}/runs/columns", {"run_ids": ["0" * 32], "metric_summary": "min"}, "remote.no_metric_summaries"),
        ("GET", "/api/2.0/mlflow/webhooks", None, "remote.no_webhooks"),
        ("PUT", "/api/2.0/mlflow-artifacts/artifacts/1/x.txt", None, "remote.no_uploads"),
        ("PUT", f"{OWN}/runs/{'0' * 32}", {"experiment_id": "0"}, "remote.no_run_ids"),
    ],
)
def test_what_that_server_cannot_do_is_refused_with_a_reason(
    shown: Shown, method: str, path: str, body: object, code: str
) -> None:
    answer = shown.web.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (501, code)


def test_no_stream_is_sent_to_a_server_that_does_not_count_what_it_applied(shown: Shown) -> None:
    answer = shown.web.post(
        f"{OWN}/runs/{shown.runs[1]}/log",
        params={"writer": "w", "start": 0, "end": 0},
        content=b"",
        headers={"content-type": LOG_STREAM_TYPE},
    )
    assert (answer.status_code, answer.json()["code"]) == (501, "remote.no_log_streams")


def test_the_client_reads_through_the_pages_too(shown: Shown) -> None:
    client = MlflowClient(str(shown.web.base_url).rstrip("/"))
    assert client.get_run(shown.runs[1]).data.metrics["loss"] == 0.2
    assert len(client.get_metric_history(shown.runs[1], "long")) == 6000
    assert {one.path for one in client.list_artifacts(shown.runs[1])} == {"model", "plots", "страница.html"}
