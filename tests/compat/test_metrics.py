"""Metrics: every point exact, in order, and the right one as the latest."""

import math
import struct
import sys

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from tests.compat.differences import Differences
from tests.compat.refusals import refused


def _bits(value: float) -> bytes:
    return struct.pack(">d", value)


def _points(client: MlflowClient, run_id: str, key: str) -> list[tuple[int, int, float]]:
    return [(point.step, point.timestamp, point.value) for point in client.get_metric_history(run_id, key)]


def test_metrics_have_steps_and_times(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5, step=1, timestamp=1000)
        mlflow.log_metric("loss", 0.25, step=2, timestamp=2000)
        mlflow.log_metrics({"loss": 0.125, "auc": 0.75}, step=3, timestamp=3000)
    run_id = run.info.run_id
    assert _points(client, run_id, "loss") == [(1, 1000, 0.5), (2, 2000, 0.25), (3, 3000, 0.125)]
    assert client.get_run(run_id).data.metrics == {"loss": 0.125, "auc": 0.75}


def test_a_metric_without_step_and_time_gets_step_0_and_now(client: MlflowClient, run: str) -> None:
    client.log_metric(run, "loss", 1)
    [(step, timestamp, value)] = _points(client, run, "loss")
    assert (step, value) == (0, 1.0)
    assert timestamp > 1_600_000_000_000


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        1 / 3,
        -2.5e-300,
        1.7976931348623157e308,
        5e-324,
        sys.float_info.min,
        float(2**53 + 1),
        123456789.123456789,
        -1,
        0,
    ],
)
def test_a_value_comes_back_bit_for_bit(client: MlflowClient, run: str, value: float) -> None:
    client.log_metric(run, "value", value)
    assert _bits(client.get_metric_history(run, "value")[0].value) == _bits(value)
    assert _bits(client.get_run(run).data.metrics["value"]) == _bits(value)


def test_nan_comes_back(client: MlflowClient, run: str) -> None:
    client.log_metric(run, "loss", math.nan, step=4)
    [(step, _, value)] = _points(client, run, "loss")
    assert step == 4
    assert math.isnan(value)
    assert math.isnan(client.get_run(run).data.metrics["loss"])


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_infinity_comes_back(client: MlflowClient, run: str, value: float, differences: Differences) -> None:
    client.log_batch(run, metrics=[Metric("loss", value, 1, 0)])
    expected = value if differences.keeps_infinity else math.copysign(sys.float_info.max, value)
    assert _points(client, run, "loss") == [(0, 1, expected)]
    assert client.get_run(run).data.metrics == {"loss": expected}


def test_negative_zero(client: MlflowClient, run: str, differences: Differences) -> None:
    client.log_metric(run, "loss", -0.0)
    sign = math.copysign(1.0, client.get_metric_history(run, "loss")[0].value)
    assert sign == (-1.0 if differences.keeps_negative_zero else 1.0)


def test_the_same_point_again_is_kept_once(client: MlflowClient, run: str) -> None:
    for _ in range(3):
        client.log_metric(run, "loss", 0.5, timestamp=1000, step=1)
    client.log_batch(run, metrics=[Metric("loss", 0.5, 1000, 1), Metric("loss", 0.5, 1000, 1)])
    assert _points(client, run, "loss") == [(1, 1000, 0.5)]


def test_points_that_differ_in_one_thing_are_all_kept(client: MlflowClient, run: str) -> None:
    points = [(1, 1000, 0.5), (1, 1000, 0.75), (2, 1000, 0.5), (1, 2000, 0.5)]
    client.log_batch(run, metrics=[Metric("loss", value, time, step) for step, time, value in points])
    assert sorted(_points(client, run, "loss")) == sorted(points)


def test_history_is_ordered_by_time_then_step(client: MlflowClient, run: str) -> None:
    logged = [(5, 3000, 0.1), (1, 1000, 0.2), (9, 2000, 0.3), (2, 2000, 0.4)]
    client.log_batch(run, metrics=[Metric("loss", value, time, step) for step, time, value in logged])
    assert _points(client, run, "loss") == [(1, 1000, 0.2), (2, 2000, 0.4), (9, 2000, 0.3), (5, 3000, 0.1)]


@pytest.mark.parametrize(
    ("points", "latest"),
    [
        ([(1, 1000, 0.5), (2, 500, 0.25)], 0.25),
        ([(2, 500, 0.25), (1, 1000, 0.5)], 0.25),
        ([(1, 1000, 0.5), (1, 2000, 0.25)], 0.25),
        ([(1, 2000, 0.25), (1, 1000, 0.5)], 0.25),
        ([(1, 1000, 0.5), (1, 1000, 0.75), (1, 1000, 0.25)], 0.75),
        ([(-3, 1000, 1.0), (-4, 9000, 2.0)], 1.0),
    ],
    ids=["step", "step written first", "time", "time written first", "value", "negative steps"],
)
def test_the_latest_metric_is_of_the_largest_step_then_time_then_value(
    client: MlflowClient, run: str, points: list[tuple[int, int, float]], latest: float
) -> None:
    for step, timestamp, value in points:
        client.log_metric(run, "loss", value, timestamp=timestamp, step=step)
    assert client.get_run(run).data.metrics == {"loss": latest}


def test_the_latest_metric_within_one_batch(client: MlflowClient, run: str) -> None:
    client.log_batch(run, metrics=[Metric("loss", 3.0, 1, 2), Metric("loss", 1.0, 9, 1), Metric("loss", 2.0, 5, 2)])
    assert client.get_run(run).data.metrics == {"loss": 2.0}


@pytest.mark.parametrize("step", [-(2**63), -1, 2**31, 2**53 + 1, 2**63 - 1])
def test_steps_are_64_bits_wide(client: MlflowClient, run: str, step: int) -> None:
    client.log_metric(run, "loss", 1.0, timestamp=5, step=step)
    assert _points(client, run, "loss") == [(step, 5, 1.0)]


def test_a_time_may_be_far_off(client: MlflowClient, run: str) -> None:
    client.log_metric(run, "loss", 1.0, timestamp=0, step=1)
    client.log_metric(run, "loss", 2.0, timestamp=2**53 + 1, step=2)
    assert _points(client, run, "loss") == [(1, 0, 1.0), (2, 2**53 + 1, 2.0)]


def test_a_batch_of_1000_metrics(client: MlflowClient, run: str) -> None:
    logged = [(step, 1000 + step, math.sin(step)) for step in range(1000)]
    client.log_batch(run, metrics=[Metric("wave", value, time, step) for step, time, value in logged])
    assert _points(client, run, "wave") == logged
    assert client.get_run(run).data.metrics == {"wave": math.sin(999)}


def test_a_batch_of_many_keys(client: MlflowClient, run: str) -> None:
    values = {f"layer/{number}.weight": number / 7 for number in range(1000)}
    client.log_batch(run, metrics=[Metric(key, value, 1, 0) for key, value in values.items()])
    assert client.get_run(run).data.metrics == values


def test_a_batch_of_all_three(client: MlflowClient, run: str) -> None:
    client.log_batch(
        run,
        metrics=[Metric("loss", 0.5, 1, 0)] * 800,
        params=[Param(f"p{number}", "1") for number in range(100)],
        tags=[RunTag(f"t{number}", "1") for number in range(100)],
    )
    data = client.get_run(run).data
    assert (len(data.params), data.metrics) == (100, {"loss": 0.5})


@pytest.mark.parametrize(("metrics", "params", "tags"), [(1001, 0, 0), (0, 101, 0), (0, 0, 101), (950, 50, 1)], ids=str)
def test_a_batch_over_the_limits_is_refused(
    client: MlflowClient, run: str, metrics: int, params: int, tags: int
) -> None:
    with refused("INVALID_PARAMETER_VALUE", r"\b1000?\b"):
        # The client would cut a batch to pieces that fit; its store sends it as it is.
        client._tracking_client.store.log_batch(
            run,
            [Metric("loss", float(number), 1, number) for number in range(metrics)],
            [Param(f"p{number}", "1") for number in range(params)],
            [RunTag(f"t{number}", "1") for number in range(tags)],
        )
    data = client.get_run(run).data
    assert (data.metrics, data.params) == ({}, {})


def test_a_history_longer_than_a_page(client: MlflowClient, run: str) -> None:
    """The client reads 25,000 points a request."""
    for start in range(0, 27_000, 1000):
        client.log_batch(
            run, metrics=[Metric("loss", step / 3, step // 2, step) for step in range(start, start + 1000)]
        )
    assert _points(client, run, "loss") == [(step, step // 2, step / 3) for step in range(27_000)]


def test_a_metric_nobody_logged_has_no_points(client: MlflowClient, run: str) -> None:
    assert client.get_metric_history(run, "nothing") == []


def test_metric_keys_come_back_exactly(client: MlflowClient, run: str) -> None:
    keys = ["val/loss", "val loss", "top-5.accuracy", "точность", "a:b", "k" * 250]
    for key in keys:
        client.log_metric(run, key, 1.0, timestamp=7)
    assert sorted(client.get_run(run).data.metrics) == sorted(keys)
    for key in keys:
        assert _points(client, run, key) == [(0, 7, 1.0)]


@pytest.mark.parametrize("key", ["", "a//b", "../up", "a;b", "k" * 251])
def test_a_wrong_metric_key_is_refused(client: MlflowClient, run: str, key: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "."):
        client._tracking_client.store.log_metric(run, Metric(key, 1.0, 1, 0))
    assert client.get_run(run).data.metrics == {}


def test_a_metric_belongs_to_its_data_set(client: MlflowClient, run: str) -> None:
    client.log_metric(run, "auc", 0.5, timestamp=1, step=2, dataset_name="train", dataset_digest="abc")
    [point] = client.get_metric_history(run, "auc")
    assert (point.key, point.value, point.step, point.timestamp) == ("auc", 0.5, 2, 1)


def test_metrics_of_another_run_are_not_mixed_in(client: MlflowClient, experiment: str) -> None:
    first, second = (client.create_run(experiment).info.run_id for _ in range(2))
    client.log_metric(first, "loss", 1.0, timestamp=1)
    client.log_metric(second, "loss", 2.0, timestamp=1)
    assert _points(client, first, "loss") == [(0, 1, 1.0)]
    assert _points(client, second, "loss") == [(0, 1, 2.0)]
