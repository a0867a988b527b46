"""MLflow 2.22, in an environment of its own: scripts of before MLflow 3 log and read as they always did."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient

# The first use installs the old client, which takes a minute or more.
pytestmark = pytest.mark.timeout(1200)

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".cache" / "mlflow-2.22"
REQUIREMENTS = ("mlflow-skinny==2.22.5", "numpy<3", "pandas<3", "scikit-learn<2")
SCRIPT = Path(__file__).parent / "scripts" / "old_client.py"


@pytest.fixture(scope="session")
def old_python() -> Path:
    """An interpreter that has MLflow 2.22, installed once and kept in the checkout's cache."""
    python = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    installed = ENVIRONMENT / "installed.json"
    wanted = json.dumps([*REQUIREMENTS, sys.version])
    # Written last: an install that was interrupted, or was of something else, is done again.
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *REQUIREMENTS], check=True)
        installed.write_text(wanted, encoding="utf-8")
    return python


@pytest.fixture(scope="session")
def read_back(server: str, old_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the old client read back of what it had logged."""
    directory = tmp_path_factory.mktemp("old-client")
    result = directory / "result.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
    environment |= {"MLFLOW_TRACKING_URI": server, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "PYTHONUTF8": "1"}
    finished = subprocess.run(
        [str(old_python), str(SCRIPT), str(result), f"old-client-{uuid.uuid4().hex}"],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
    return json.loads(result.read_text(encoding="utf-8"))


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
