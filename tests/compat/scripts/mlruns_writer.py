"""Writes a folder `mlruns/` with whatever MLflow runs this: 2.22 or 3.17. Its tracking URI names the folder."""

import json
import math
import sys
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

NOON = 1_700_000_000_000


def write_runs(client: MlflowClient, experiment: str) -> str:
    """Log runs of all kinds, and return the id of the fullest."""
    run_id: str = client.create_run(
        experiment, start_time=NOON, run_name="первый: é", tags={"phase": "a/b"}
    ).info.run_id
    odd = [0.1, math.nan, math.inf, -math.inf, -0.0, 1e-300, 1e300, 0.1 + 0.2]
    metrics = [Metric("loss/train", value, NOON + step, step) for step, value in enumerate(odd)]
    metrics += [Metric("epoch loss", 1 / (step + 1), NOON + step, step) for step in range(300)]
    params = [Param("lr", "1e-3"), Param("opt/name", "adam"), Param("text", "a\nb\r\né "), Param("empty", "")]
    client.log_batch(run_id, metrics, params, [RunTag("mlflow.note.content", "# Заметка\n")])
    datasets = [
        Dataset("iris", "f00", "local", '{"uri": "x"}', '{"a": 1}', '{"rows": 2}'),
        Dataset("b", "1", "s", "{}"),
    ]
    inputs = [DatasetInput(one, [InputTag("mlflow.data.context", "training")]) for one in datasets]
    client.log_inputs(run_id, inputs)
    client.log_text(run_id, "привет", "notes/deep/text.txt")
    client.log_dict(run_id, {"a": [1, 2]}, "config.json")
    client.set_terminated(run_id, "FINISHED", NOON + 60_000)
    for number, status in enumerate(("FAILED", "KILLED", "RUNNING", "SCHEDULED")):
        tags = {"mlflow.parentRunId": run_id, "number": str(number)}
        child = client.create_run(experiment, start_time=NOON + number + 1, tags=tags).info.run_id
        client.log_metric(child, "score", number / 3, timestamp=NOON + number, step=number)
        client.log_param(child, "number", number)
        client.update_run(child, status)
    deleted = client.create_run(experiment, start_time=NOON + 10, run_name="deleted").info.run_id
    client.delete_run(deleted)
    return run_id


def write_registry(client: MlflowClient, run_id: str) -> None:
    """Register versions, and put them into stages."""
    source = f"{client.get_run(run_id).info.artifact_uri}/model"
    client.create_registered_model("credit scoring", tags={"team": "risk"}, description="Кредиты")
    client.create_registered_model("empty")
    for number in range(1, 5):
        client.create_model_version("credit scoring", source, run_id, tags={"n": str(number)}, description=f"v{number}")
    for version, stage in (("1", "Archived"), ("2", "Production"), ("3", "Staging")):
        client.transition_model_version_stage("credit scoring", version, stage)
    client.set_registered_model_alias("credit scoring", "champion", "2")
    client.set_registered_model_alias("credit scoring", "candidate", "3")
    client.delete_model_version("credit scoring", "4")


def write_logged_models(client: MlflowClient, experiment: str, run_id: str) -> None:
    """Log models as MLflow 3 does."""
    from mlflow.entities import LoggedModelInput, LoggedModelOutput  # MLflow 2 has none

    model = client.create_logged_model(
        experiment, "classifier", source_run_id=run_id, tags={"a": "b"}, params={"depth": "3"}, model_type="sklearn"
    )
    child = client.create_run(experiment, start_time=NOON + 20, run_name="evaluates").info.run_id
    client.log_inputs(child, models=[LoggedModelInput(model.model_id)])
    client.log_outputs(child, [LoggedModelOutput(model.model_id, 3)])
    client.log_batch(
        child,
        [
            Metric("accuracy", 0.75, NOON, 0, model_id=model.model_id, dataset_name="iris", dataset_digest="f00"),
            Metric("plain", 0.5, NOON, 4, model_id=model.model_id),
        ],
    )
    client.finalize_logged_model(model.model_id, "READY")
    gone = client.create_logged_model(experiment, "gone")
    client.delete_logged_model(gone.model_id)
    client.create_logged_model(experiment, "pending")


def main() -> None:
    client = MlflowClient()
    experiment = client.create_experiment("оценка é", tags={"team": "a"})
    run_id = write_runs(client, experiment)
    write_registry(client, run_id)
    if hasattr(client, "create_logged_model"):
        write_logged_models(client, experiment, run_id)
    deleted = client.create_experiment("deleted")
    client.create_run(deleted, start_time=NOON)
    client.delete_experiment(deleted)
    Path(sys.argv[1]).write_text(json.dumps({"experiment": experiment, "run": run_id}), encoding="utf-8")


main()
