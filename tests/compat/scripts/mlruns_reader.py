"""Reads with whatever MLflow runs this all that its tracking URI leads to, a folder or a server, and writes it down."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

SEARCHES: tuple[tuple[str, list[str]], ...] = (
    ("", []),
    ("metrics.score > 0.3", ["metrics.score DESC"]),
    ("params.number = '2'", []),
    ("tags.`mlflow.parentRunId` != ''", ["attributes.start_time ASC"]),
    ("attributes.status = 'FINISHED'", []),
    ("attributes.run_name LIKE 'пер%'", []),
)


def plain(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What a thing has, with nothing for what is empty: files have null where the wire has nothing."""
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(thing, name)
        values[name] = None if value in (None, "") else value if isinstance(value, int | dict) else str(value)
    return values


def experiment_of(experiment: Any) -> Any:
    names = (
        "experiment_id",
        "name",
        "artifact_location",
        "lifecycle_stage",
        "creation_time",
        "last_update_time",
        "tags",
    )
    return plain(experiment, names)


def run_of(run: Any) -> Any:
    info = ("run_id", "run_name", "experiment_id", "user_id", "status", "start_time", "end_time", "lifecycle_stage")
    said = plain(run.info, (*info, "artifact_uri"))
    said["params"], said["tags"] = run.data.params, run.data.tags
    said["metrics"] = {key: repr(value) for key, value in run.data.metrics.items()}
    said["datasets"] = sorted(
        [
            *plain(one.dataset, ("name", "digest", "source_type", "source", "schema", "profile")).values(),
            *((tag.key, tag.value) for tag in one.tags),
        ]
        for one in run.inputs.dataset_inputs
    )
    said["model_inputs"] = sorted(one.model_id for one in getattr(run.inputs, "model_inputs", None) or [])
    outputs = getattr(run, "outputs", None)
    said["model_outputs"] = sorted((one.model_id, one.step) for one in (outputs.model_outputs if outputs else []))
    return said


def history_of(client: MlflowClient, run: Any) -> Any:
    return {
        key: [(repr(one.value), one.timestamp, one.step) for one in client.get_metric_history(run.info.run_id, key)]
        for key in run.data.metrics
    }


def artifacts_of(client: MlflowClient, run_id: str, path: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in client.list_artifacts(run_id, path):
        if file.is_dir:
            found |= artifacts_of(client, run_id, file.path)
        else:
            content = Path(client.download_artifacts(run_id, file.path)).read_bytes()
            found[file.path] = (file.file_size, content.hex())
    return found


def version_of(version: Any) -> Any:
    names = (
        "name",
        "version",
        "creation_timestamp",
        "last_updated_timestamp",
        "description",
        "current_stage",
        "source",
    )
    said = plain(version, (*names, "run_id", "run_link", "status", "tags", "user_id"))
    return {**said, "version": int(version.version), "aliases": sorted(version.aliases)}


def model_of(client: MlflowClient, model: Any) -> Any:
    said = plain(model, ("name", "creation_timestamp", "last_updated_timestamp", "description", "tags"))
    said["aliases"] = {alias: int(version) for alias, version in model.aliases.items()}
    latest = client.get_latest_versions(model.name)
    said["latest"] = sorted((int(one.version), one.current_stage) for one in latest)
    said["by_alias"] = {
        alias: version_of(client.get_model_version_by_alias(model.name, alias)) for alias in model.aliases
    }
    said["uris"] = {one.version: client.get_model_version_download_uri(model.name, str(one.version)) for one in latest}
    return said


def logged_model_of(model: Any) -> Any:
    names = ("model_id", "experiment_id", "name", "artifact_location", "creation_timestamp", "last_updated_timestamp")
    said = plain(model, (*names, "status", "model_type", "source_run_id", "params", "tags"))
    said["metrics"] = sorted(
        (
            one.key,
            repr(one.value),
            one.timestamp,
            one.step,
            one.dataset_name or "",
            one.dataset_digest or "",
            one.run_id,
        )
        for one in model.metrics or []
    )
    return said


def logged_models_of(client: MlflowClient, experiments: list[str]) -> Any:
    if not hasattr(client, "search_logged_models"):
        return []
    found = [
        client.search_logged_models(experiments),
        client.search_logged_models(experiments, filter_string="params.depth = '3'"),
        client.search_logged_models(experiments, filter_string="metrics.accuracy > 0.5"),
    ]
    return [sorted((logged_model_of(client.get_logged_model(one.model_id)) for one in some), key=str) for some in found]


def main() -> None:
    client = MlflowClient()
    experiments = client.search_experiments(ViewType.ALL)
    ids = [one.experiment_id for one in experiments]
    runs = client.search_runs(ids, run_view_type=ViewType.ALL)
    models = client.search_registered_models()
    said = {
        "version": mlflow.__version__,
        "experiments": [experiment_of(client.get_experiment(one)) for one in ids],
        "by_name": [experiment_of(client.get_experiment_by_name(one.name)) for one in experiments],
        "runs": [run_of(client.get_run(run.info.run_id)) for run in runs],
        "found": [run_of(run) for run in runs],
        "searches": [
            [run.info.run_id for run in client.search_runs(ids, text, order_by=order)] for text, order in SEARCHES
        ],
        "histories": [history_of(client, run) for run in runs],
        "artifacts": [artifacts_of(client, run.info.run_id) for run in runs],
        "models": [model_of(client, model) for model in models],
        "versions": [version_of(one) for one in client.search_model_versions()],
        "versions_of_run": [version_of(one) for one in client.search_model_versions(f"run_id = '{os.environ['RUN']}'")],
        "logged_models": logged_models_of(client, ids),
    }
    Path(sys.argv[1]).write_text(json.dumps(said), encoding="utf-8")


main()
