"""MLflow 2.22, in an environment of its own: scripts of before MLflow 3 log and read as they always did."""

import uuid
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient

from tests.compat.old_environment import run_old_client

# The first use installs the old client, which takes a minute or more.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="session")
def read_back(server: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the old client read back of what it had logged."""
    directory = tmp_path_factory.mktemp("old-client")
    return run_old_client("old_client.py", directory, server, f"old-client-{uuid.uuid4().hex}")


def test_it_is_the_old_client(read_back: Any) -> None:
    assert read_back["version"].startswith("2.22.")


def test_a_run_with_everything_comes_back(read_back: Any) -> None:
    run = read_back["everything"]
    assert (run["status"], run["name"]) == ("FINISHED", "старый клиент")
    assert run["params"] == {"C": "0.5", "текст": "значение"}
    assert run["metrics"] == {"loss": "0.1", "broken": "nan"}
    assert run["history"] == [[step, 1 / (step + 1)] for step in range(10)]
    assert run["tags"]["phase"] == "test"
    assert run["tags"]["mlflow.note.content"] == "a note"
    assert run["datasets"] == [["iris", "training"]]


def test_artifacts_come_back(read_back: Any) -> None:
    run = read_back["everything"]
    assert run["artifacts"] == ["config.json", "data", "model", "notes", "table.json"]
    assert run["folder"] == [["data/données 1.bin", 256]]
    assert run["bytes"] == list(range(256))
    assert (run["text"], run["config"]) == ("привет", {"a": [1, 2]})
    assert run["table"] == {"question": ["q"], "score": [0.5]}


def test_a_model_in_a_run_comes_back(read_back: Any) -> None:
    run = read_back["everything"]
    assert run["models"] == [["model", run["run_id"]]]
    assert run["predicts_the_same"]
    assert run["function_predicts_the_same"]


def test_a_model_of_the_old_client_is_loaded_by_the_new_one(client: MlflowClient, read_back: Any) -> None:
    run_id = read_back["everything"]["run_id"]
    local = Path(client.download_artifacts(run_id, "model"))
    assert {"MLmodel", "model.pkl", "conda.yaml"} <= {path.name for path in local.iterdir()}
    assert mlflow.models.Model.load(f"runs:/{run_id}/model").run_id == run_id


def test_full_batches_come_back(read_back: Any) -> None:
    assert read_back["batch"] == {"exact": True, "params": 100, "tags": 100}


def test_runs_are_found(read_back: Any) -> None:
    found = read_back["search"]
    assert found["best"] == ["child 4", "child 3"]
    assert found["rest"] == ["child 2", "child 1", "child 0"]
    assert found["frame"] == ["child 2", "child 4"]


def test_runs_live_and_die(read_back: Any) -> None:
    life = read_back["life"]
    assert (life["deleted"], life["restored"], life["name"]) == ("deleted", "active", "renamed")
    assert life["refusals"] == ["INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"]


def test_autologging_works(read_back: Any) -> None:
    assert read_back["autolog"]["C"] == "0.25"
    assert {"training_accuracy_score", "training_f1_score"} <= set(read_back["autolog"]["metrics"])


def test_models_are_registered_promoted_and_loaded(read_back: Any) -> None:
    registry = read_back["registry"]
    assert registry["same"] == ["/1", "/2", "/latest", "/Production", "@champion"]
    assert registry["version"] == ["2", "Production", True, {"k": "v"}]
    assert registry["stages"] == [["1", "Archived"], ["2", "Production"]]
    assert registry["aliases"] == ["champion"]
