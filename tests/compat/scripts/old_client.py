"""Logs with whatever `mlflow` is installed, reads everything back and writes what it read as JSON.

Usage: python old_client.py RESULT EXPERIMENT, with MLFLOW_TRACKING_URI in the environment. Runs in the current
directory and leaves its files there. Written for MLflow 2.22, whose models live in runs.
"""

import json
import sys
from pathlib import Path
from typing import Any

import mlflow
import mlflow.sklearn
import numpy as np
from mlflow import MlflowClient
from mlflow.data.numpy_dataset import from_numpy
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


def log_everything(client: MlflowClient) -> dict[str, Any]:
    """Log one run with a bit of everything and read it back."""
    features, labels = load_iris(return_X_y=True)
    Path("folder").mkdir()
    Path("folder/données 1.bin").write_bytes(bytes(range(256)))
    with mlflow.start_run(run_name="старый клиент", description="a note") as run:
        mlflow.log_params({"C": 0.5, "текст": "значение"})
        for step in range(10):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metric("broken", float("nan"))
        mlflow.set_tag("phase", "test")
        mlflow.log_input(from_numpy(features, name="iris"), context="training")
        mlflow.log_artifacts("folder", "data")
        mlflow.log_text("привет", "notes/hello.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        mlflow.log_table({"question": ["q"], "score": [0.5]}, "table.json")
        estimator = LogisticRegression(C=0.5, max_iter=500).fit(features, labels)
        mlflow.sklearn.log_model(estimator, "model", input_example=features[:2], pip_requirements=["scikit-learn"])
    run_id = run.info.run_id
    stored = client.get_run(run_id)
    inputs = stored.inputs
    assert inputs is not None
    loaded = mlflow.sklearn.load_model(f"runs:/{run_id}/model")
    function = mlflow.pyfunc.load_model(f"runs:/{run_id}/model")
    return {
        "run_id": run_id,
        "status": stored.info.status,
        "name": stored.info.run_name,
        "params": stored.data.params,
        "tags": stored.data.tags,
        "metrics": {key: repr(value) for key, value in stored.data.metrics.items()},
        "history": [[point.step, point.value] for point in client.get_metric_history(run_id, "loss")],
        "datasets": [[entry.dataset.name, entry.tags[0].value] for entry in inputs.dataset_inputs],
        "artifacts": sorted(entry.path for entry in client.list_artifacts(run_id)),
        "folder": [[entry.path, entry.file_size] for entry in client.list_artifacts(run_id, "data")],
        "bytes": list(Path(client.download_artifacts(run_id, "data/données 1.bin")).read_bytes()),
        "text": mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt"),
        "config": mlflow.artifacts.load_dict(f"runs:/{run_id}/config.json"),
        "table": mlflow.load_table("table.json", run_ids=[run_id]).to_dict("list"),
        "models": [[entry["artifact_path"], entry["run_id"]] for entry in json.loads(_history(stored.data.tags))],
        "predicts_the_same": bool(np.array_equal(loaded.predict(features), estimator.predict(features))),
        "function_predicts_the_same": bool(np.array_equal(function.predict(features), estimator.predict(features))),
    }


def _history(tags: dict[str, str]) -> str:
    return tags["mlflow.log-model.history"]


def log_a_batch(client: MlflowClient, experiment_id: str) -> dict[str, Any]:
    """Log the largest batch there may be."""
    run_id = client.create_run(experiment_id).info.run_id
    client.log_batch(run_id, [Metric("wave", step / 7, 1000 + step, step) for step in range(1000)])
    client.log_batch(
        run_id,
        params=[Param(f"p{number}", str(number)) for number in range(100)],
        tags=[RunTag(f"t{number}", str(number)) for number in range(100)],
    )
    data = client.get_run(run_id).data
    wave = client.get_metric_history(run_id, "wave")
    return {
        "exact": [(point.step, point.value) for point in wave] == [(step, step / 7) for step in range(1000)],
        "params": len(data.params),
        "tags": len([key for key in data.tags if key.startswith("t")]),
    }


def search(client: MlflowClient, experiment_id: str) -> dict[str, Any]:
    """Nest runs and find them in every way."""
    with mlflow.start_run(run_name="parent") as parent:
        for number in range(5):
            with mlflow.start_run(run_name=f"child {number}", nested=True):
                mlflow.log_metric("score", number / 10)
                mlflow.log_param("kind", "even" if number % 2 == 0 else "odd")
    of_parent = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    best = client.search_runs([experiment_id], of_parent, order_by=["metrics.score DESC"], max_results=2)
    rest = client.search_runs(
        [experiment_id], of_parent, order_by=["metrics.score DESC"], max_results=5, page_token=best.token
    )
    frame = mlflow.search_runs([experiment_id], f"{of_parent} AND params.kind = 'even' AND metrics.score > 0.1")
    return {
        "best": [run.info.run_name for run in best],
        "rest": [run.info.run_name for run in rest],
        "frame": sorted(frame["tags.mlflow.runName"]),
    }


def live_and_die(client: MlflowClient, experiment_id: str) -> dict[str, Any]:
    """Delete, restore, rename, and be refused."""
    run_id = client.create_run(experiment_id).info.run_id
    client.update_run(run_id, name="renamed")
    client.delete_run(run_id)
    deleted = client.get_run(run_id).info.lifecycle_stage
    refusals: list[str] = []
    for wrong in (
        lambda: client.log_metric(run_id, "loss", 1.0),
        lambda: client.get_run("0" * 32),
        lambda: client.search_runs([experiment_id], "nonsense"),
    ):
        try:
            wrong()
        except MlflowException as error:
            refusals.append(error.error_code)
    client.restore_run(run_id)
    info = client.get_run(run_id).info
    return {"deleted": deleted, "restored": info.lifecycle_stage, "name": info.run_name, "refusals": refusals}


def log_by_itself(experiment_id: str) -> dict[str, Any]:
    """Let autologging log a fit."""
    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    with mlflow.start_run() as run:
        LogisticRegression(C=0.25, max_iter=500).fit(*load_iris(return_X_y=True))
    mlflow.sklearn.autolog(disable=True)
    data = mlflow.get_run(run.info.run_id).data
    return {"C": data.params["C"], "metrics": sorted(data.metrics)}


def register(client: MlflowClient, name: str) -> dict[str, Any]:
    """Register a model as it is logged, promote it and load it by every name."""
    features, labels = load_iris(return_X_y=True)
    estimator = LogisticRegression(max_iter=500).fit(features, labels)
    for _ in range(2):
        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(estimator, "model", registered_model_name=name, pip_requirements=["scikit-learn"])
    client.transition_model_version_stage(name, "1", "Production")
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_model_version_tag(name, "2", "k", "v")
    names = ("/1", "/2", "/latest", "/Production", "@champion")
    predicted = {each: mlflow.pyfunc.load_model(f"models:/{name}{each}").predict(features) for each in names}
    version = client.get_model_version(name, "2")
    return {
        "same": [each for each in names if np.array_equal(predicted[each], estimator.predict(features))],
        "version": [str(version.version), version.current_stage, version.run_id == run.info.run_id, version.tags],
        "stages": sorted(
            [str(each.version), each.current_stage] for each in client.search_model_versions(f"name='{name}'")
        ),
        "aliases": list(client.get_model_version(name, "1").aliases),
    }


def main(result: Path, experiment_name: str) -> None:
    """Do it all in the experiment `experiment_name` and write what was read back to `result`."""
    experiment_id = mlflow.set_experiment(experiment_name).experiment_id
    client = MlflowClient()
    read_back = {
        "version": mlflow.__version__,
        "everything": log_everything(client),
        "batch": log_a_batch(client, experiment_id),
        "search": search(client, experiment_id),
        "life": live_and_die(client, experiment_id),
        "autolog": log_by_itself(experiment_id),
        "registry": register(client, experiment_name),
    }
    result.write_text(json.dumps(read_back), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
