"""System metrics: the client samples the machine in a thread of its own and logs what it saw."""

# Some of mlflow's own functions carry no types.
# mypy: disallow-untyped-calls=False

import threading
import time
from collections.abc import Iterator

import mlflow
import pytest
from mlflow import MlflowClient

KEYS = {
    "system/cpu_utilization_percentage",
    "system/system_memory_usage_megabytes",
    "system/disk_usage_percentage",
    "system/network_receive_megabytes",
}


@pytest.fixture
def _quick_samples() -> Iterator[None]:
    mlflow.set_system_metrics_sampling_interval(0.1)
    mlflow.set_system_metrics_samples_before_logging(1)
    yield
    mlflow.disable_system_metrics_logging()
    mlflow.set_system_metrics_sampling_interval(None)
    mlflow.set_system_metrics_samples_before_logging(None)


def _wait_for_points(client: MlflowClient, run_id: str, count: int) -> None:
    """Wait until the sampling thread has logged `count` points."""
    deadline = time.monotonic() + 60
    pause = threading.Event()
    while len(client.get_metric_history(run_id, "system/cpu_utilization_percentage")) < count:
        assert time.monotonic() < deadline, "no system metrics arrived within a minute"
        pause.wait(0.05)


@pytest.mark.usefixtures("_quick_samples")
def test_system_metrics_of_a_run_are_logged(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run(log_system_metrics=True) as run:
        _wait_for_points(client, run.info.run_id, 3)
    metrics = client.get_run(run.info.run_id).data.metrics
    assert metrics.keys() >= KEYS
    assert metrics["system/system_memory_usage_megabytes"] > 0
    points = client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")
    assert [point.step for point in points] == list(range(len(points)))


@pytest.mark.usefixtures("_quick_samples")
def test_system_metrics_are_turned_on_for_all_runs(client: MlflowClient, experiment: str) -> None:
    mlflow.enable_system_metrics_logging()
    with mlflow.start_run() as run:
        _wait_for_points(client, run.info.run_id, 1)
    assert client.get_run(run.info.run_id).data.metrics.keys() >= KEYS
