"""Reads back what the training scripts logged and compares it, value by value and byte by byte."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import mlflow.artifacts
import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Run

from trialog.demo.records import LoggedModel, Point, RunRecord, sha256


@dataclass
class Comparison:
    """What was compared and where it differed.

    Attributes:
        counts: How many things of each kind were compared.
        differences: A sentence for each thing that did not come back as it was logged.
    """

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def expect(self, kind: str, what: str, logged: object, read: object, *, count: int = 1) -> None:
        """Compare one thing, or `count` things at once.

        Args:
            kind: Plural word for the kind of thing.
            what: Which one, for the sentence if it differs.
            logged: As the script logged it.
            read: As it was read back.
            count: How many things these are.
        """
        self.counts[kind] += count
        if logged != read:
            self.differences.append(f"{what}: {_shortened(logged)} was logged, {_shortened(read)} came back")


def compare(client: MlflowClient, records: list[tuple[Path, RunRecord]]) -> Comparison:
    """Compare every recorded run with what the server has.

    Args:
        client: Client of the server.
        records: What was logged, each with the folder in which its script ran.

    Returns:
        The comparison.
    """
    comparison = Comparison()
    for folder, record in records:
        _compare_run(client, folder, record, comparison)
    return comparison


def _compare_run(client: MlflowClient, folder: Path, record: RunRecord, comparison: Comparison) -> None:
    run = client.get_run(record.run_id)
    name = f"run {run.info.run_name}"
    comparison.expect("runs", f"{name}, status", "FINISHED", run.info.status)
    comparison.expect("params", f"{name}, params", record.params, run.data.params, count=len(record.params))
    for key, value in record.tags.items():
        comparison.expect("tags", f"{name}, tag {key!r}", value, run.data.tags.get(key))
    _compare_metrics(client, run, record, comparison)
    datasets = [
        (entry.dataset.name, entry.dataset.digest, entry.tags[0].value if entry.tags else "")
        for entry in (run.inputs.dataset_inputs if run.inputs else [])
    ]
    comparison.expect("data sets", f"{name}, data sets", record.datasets, datasets, count=len(record.datasets))
    _compare_artifacts(record, name, comparison)
    outputs = [f"models:/{entry.model_id}" for entry in (run.outputs.model_outputs if run.outputs else [])]
    comparison.expect("models", f"{name}, models", [model.uri for model in record.models], outputs, count=0)
    for model in record.models:
        comparison.expect("models", f"{name}, predictions of {model.uri}", True, _predicts_the_same(folder, model))


def _compare_metrics(client: MlflowClient, run: Run, record: RunRecord, comparison: Comparison) -> None:
    name = f"run {run.info.run_name}"
    keys = {point.key for point in record.points}
    comparison.expect("points", f"{name}, metrics", sorted(keys), sorted(run.data.metrics), count=0)
    for key in sorted(keys):
        logged = [point for point in record.points if point.key == key]
        # Where the client chose the time, only the rest can be compared.
        has_times = all(point.timestamp is not None for point in logged)
        read = [_point(metric, has_time=has_times) for metric in client.get_metric_history(run.info.run_id, key)]
        comparison.expect(
            "points", f"{name}, points of {key!r}", sorted(logged, key=repr), sorted(read, key=repr), count=len(logged)
        )
        latest = max(logged, key=lambda point: (point.step, point.timestamp or 0))
        read_latest = float(run.data.metrics.get(key, float("nan"))).hex()
        comparison.expect("latest values", f"{name}, latest value of {key!r}", latest.value, read_latest)


def _compare_artifacts(record: RunRecord, name: str, comparison: Comparison) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        found: dict[str, str] = {}
        if record.artifacts:
            root = Path(mlflow.artifacts.download_artifacts(run_id=record.run_id, artifact_path="", dst_path=temporary))
            found = {path.relative_to(root).as_posix(): sha256(path) for path in root.rglob("*") if path.is_file()}
    comparison.expect("artifacts", f"{name}, artifacts", record.artifacts, found, count=len(record.artifacts))


def _point(metric: Metric, *, has_time: bool) -> Point:
    return Point(metric.key, float(metric.value).hex(), metric.step, metric.timestamp if has_time else None)


def _predicts_the_same(folder: Path, model: LoggedModel) -> bool:
    path = folder / model.features
    features = pd.read_csv(path, float_precision="round_trip") if path.suffix == ".csv" else np.load(path)
    loaded = mlflow.sklearn.load_model(model.uri)
    return bool(np.array_equal(loaded.predict_proba(features), np.load(folder / model.predictions)))


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
