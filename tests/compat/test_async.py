"""Asynchronous logging: the client's own threads send, nothing is lost."""

# Some of mlflow's own functions carry no types.
# mypy: disallow-untyped-calls=False

import time
from concurrent.futures import ThreadPoolExecutor

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.utils.async_logging.run_operations import RunOperations


def _wait(operation: object) -> None:
    assert isinstance(operation, RunOperations)
    operation.wait()


def test_metrics_sent_later_all_arrive(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        for step in range(300):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, timestamp=1000 + step, synchronous=False)
    mlflow.flush_async_logging()
    points = client.get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in points] == [(step, 1 / (step + 1)) for step in range(300)]


def test_params_and_tags_sent_later_all_arrive(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_params({f"p{number}": number for number in range(50)}, synchronous=False)
        mlflow.log_param("single", 1, synchronous=False)
        mlflow.set_tags({"a": "1", "b": "2"}, synchronous=False)
        mlflow.set_tag("c", "3", synchronous=False)
    mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    assert data.params == {f"p{number}": str(number) for number in range(50)} | {"single": "1"}
    assert (data.tags["a"], data.tags["b"], data.tags["c"]) == ("1", "2", "3")


def test_a_batch_sent_later_is_there_after_waiting(client: MlflowClient, run: str) -> None:
    operation = client.log_batch(
        run,
        [Metric("loss", step / 2, 1, step) for step in range(1000)],
        [Param("p", "1")],
        [RunTag("t", "1")],
        synchronous=False,
    )
    _wait(operation)
    data = client.get_run(run).data
    assert (data.metrics, data.params, data.tags["t"]) == ({"loss": 499.5}, {"p": "1"}, "1")
    assert len(client.get_metric_history(run, "loss")) == 1000


def test_a_refusal_is_raised_when_waited_for(client: MlflowClient, run: str) -> None:
    client.log_param(run, "depth", 3)
    operation = client.log_batch(run, params=[Param("depth", "4")], synchronous=False)
    with pytest.raises(Exception, match="depth"):
        _wait(operation)
    assert client.get_run(run).data.params == {"depth": "3"}


def test_logging_is_made_asynchronous_for_all(client: MlflowClient, experiment: str) -> None:
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run() as run:
            for step in range(50):
                mlflow.log_metric("loss", step, step=step)
        mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 50


def test_images_are_sent_later(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_image(np.zeros((4, 4), dtype=np.uint8), key="later", step=1, synchronous=False)
    mlflow.flush_async_logging()
    mlflow.flush_artifact_async_logging()
    # The client's own queue may still hold the second file when it says that it is empty.
    deadline = time.monotonic() + 30
    while len(client.list_artifacts(run.info.run_id, "images")) < 2:
        assert time.monotonic() < deadline, "the image and its thumbnail did not both arrive"
    assert len(client.list_artifacts(run.info.run_id, "images")) == 2


def test_threads_log_to_one_run_at_once(client: MlflowClient, run: str) -> None:
    def log(worker: int) -> None:
        for step in range(25):
            client.log_metric(run, f"worker {worker}", step / 4, timestamp=step, step=step)
            client.set_tag(run, "last", str(worker))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(log, range(4)))
    data = client.get_run(run).data
    assert data.metrics == {f"worker {worker}": 6.0 for worker in range(4)}
    for worker in range(4):
        points = client.get_metric_history(run, f"worker {worker}")
        assert [(point.step, point.value) for point in points] == [(step, step / 4) for step in range(25)]
