"""What is logged of a machine, and what happens where it cannot be measured."""

import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping

import pytest

from trialog.errors import ConnectionFailed
from trialog.sdk.reports import TrackingWarning, forget_reports
from trialog.sdk.system_metrics import SystemMetricsSettings
from trialog.sdk.system_metrics.sampling import SystemMetrics, next_step
from trialog.sdk.system_metrics.sensor import NotMeasured, Sensor

SECONDS = 30.0
Point = tuple[str, float, int, int]


class Points:
    """Takes points, and waits for so many."""

    def __init__(self) -> None:
        self.taken: list[Point] = []
        self._changed = threading.Condition()

    def log(self, key: str, value: float, step: int, timestamp: int) -> None:
        with self._changed:
            self.taken.append((key, value, step, timestamp))
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.taken) >= count, timeout=SECONDS)

    def values(self) -> list[tuple[str, float, int]]:
        return [(key, value, step) for key, value, step, _ in self.taken]


@pytest.fixture
def points() -> Points:
    return Points()


@pytest.fixture
def told() -> Iterator[Callable[[], list[str]]]:
    """Returns what was warned of, by threads too."""
    forget_reports()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield lambda: [str(warning.message) for warning in caught if warning.category is TrackingWarning]
    forget_reports()


def of(*reads: Callable[[], Mapping[str, float]], is_count: bool = False) -> Callable[[], list[Sensor]]:
    return lambda: [Sensor(f"sensor {number}", read, is_count) for number, read in enumerate(reads)]


def often(samples: int = 1, node_id: str | None = None) -> SystemMetricsSettings:
    return SystemMetricsSettings(interval_seconds=0.01, samples_before_logging=samples, node_id=node_id)


def test_this_machine_is_measured_under_mlflow_s_names(points: Points) -> None:
    metrics = SystemMetrics(points.log, often())
    metrics.start()
    points.wait_for(30)
    metrics.stop()
    last = {key: value for key, value, _ in points.values()}
    assert 0 < last["system/system_memory_usage_percentage"] <= 100
    assert 0 < last["system/process_memory_usage_megabytes"] < last["system/system_memory_usage_megabytes"]
    assert 0 < last["system/disk_usage_percentage"] <= 100
    assert last["system/disk_available_megabytes"] > 0
    assert last["system/disk_usage_megabytes"] > 0
    assert 0 <= last["system/cpu_utilization_percentage"] <= 100
    assert last["system/process_cpu_utilization_percentage"] >= 0
    assert last["system/network_receive_megabytes"] >= 0
    assert last["system/network_transmit_megabytes"] >= 0
    assert not [key for key in last if "gpu" in key or not key.startswith("system/")]


def test_a_run_that_ends_at_once_has_values_all_the_same(points: Points) -> None:
    metrics = SystemMetrics(points.log)
    metrics.start()
    metrics.stop(SECONDS)
    assert ("system/system_memory_usage_percentage", 0) in [(key, step) for key, _, step in points.values()]
    assert len({timestamp for *_, timestamp in points.taken}) == 1


def test_means_of_samples_are_logged_and_the_last_one_of_counts(points: Points) -> None:
    numbers, counts = (iter(range(1, 1_000_000)) for _ in range(2))
    mean = of(lambda: {"mean": float(next(numbers))})
    count = of(lambda: {"count": float(next(counts))}, is_count=True)
    settings = often(samples=3, node_id="node-1")
    metrics = SystemMetrics(points.log, settings, find=lambda: [*mean(), *count()])
    metrics.start()
    points.wait_for(4)
    metrics.stop(SECONDS)
    assert points.values()[:4] == [
        ("system/node-1/mean", 2.0, 0),
        ("system/node-1/count", 3.0, 0),
        ("system/node-1/mean", 5.0, 1),
        ("system/node-1/count", 6.0, 1),
    ]


def test_a_sensor_that_fails_leaves_the_others_and_warns_once(points: Points, told: Callable[[], list[str]]) -> None:
    def broken() -> Mapping[str, float]:
        raise OSError("the driver is gone")

    metrics = SystemMetrics(points.log, often(), find=of(broken, lambda: {"alive": 1.0}, broken))
    metrics.start()
    points.wait_for(3)
    metrics.stop(SECONDS)
    assert {key for key, _, _ in points.values()} == {"system/alive"}
    assert len(told()) == 1
    assert "cannot be measured (OSError('the driver is gone'))" in told()[0]


def test_what_is_not_measured_here_is_not_asked_again_and_not_warned_of(points: Points) -> None:
    asked = []

    def absent() -> Mapping[str, float]:
        asked.append(1)
        raise NotMeasured

    metrics = SystemMetrics(points.log, often(), find=of(absent, lambda: {"alive": 1.0}))
    metrics.start()
    points.wait_for(3)
    metrics.stop(SECONDS)
    assert len(asked) == 1


def test_values_that_are_no_numbers_are_not_logged(points: Points) -> None:
    metrics = SystemMetrics(points.log, often(), find=of(lambda: {"bad": float("nan"), "good": 1.23456}))
    metrics.start()
    points.wait_for(2)
    metrics.stop(SECONDS)
    assert {(key, value) for key, value, _ in points.values()} == {("system/good", 1.235)}


def test_steps_of_a_resumed_run_go_on(points: Points) -> None:
    last = [("loss", 900), ("system/cpu_utilization_percentage", 41), ("system/gpu_0_utilization_percentage", 40)]
    metrics = SystemMetrics(points.log, often(), find=of(lambda: {"a": 1.0}), first_step=lambda: next_step(last))
    metrics.start()
    points.wait_for(2)
    metrics.stop(SECONDS)
    assert [step for _, _, step in points.values()][:2] == [42, 43]
    assert next_step([("loss", 5)]) == 0


def test_where_the_last_step_cannot_be_had_steps_begin_at_0(points: Points, told: Callable[[], list[str]]) -> None:
    def unknown() -> int:
        raise ConnectionFailed("connection.refused", "Nobody answers.")

    metrics = SystemMetrics(points.log, often(), find=of(lambda: {"a": 1.0}), first_step=unknown)
    metrics.start()
    points.wait_for(1)
    metrics.stop(SECONDS)
    assert points.values()[0][2] == 0
    assert told()
    assert "Nobody answers." in told()[0]


def test_a_log_that_fails_ends_it_with_one_warning(told: Callable[[], list[str]]) -> None:
    def log(key: str, value: float, step: int, timestamp: int) -> None:
        raise RuntimeError("the run has ended")

    metrics = SystemMetrics(log, often(), find=of(lambda: {"a": 1.0}))
    metrics.start()
    join_all("trialog-system-metrics")
    metrics.stop()
    assert len(told()) == 1
    assert "the run has ended" in told()[0]


def test_nothing_is_logged_after_the_end_though_a_driver_hangs(points: Points) -> None:
    entered, answered = threading.Event(), threading.Event()

    def hanging() -> Mapping[str, float]:
        entered.set()
        answered.wait(SECONDS)
        return {"late": 1.0}

    metrics = SystemMetrics(points.log, often(), find=of(hanging))
    metrics.start()
    assert entered.wait(SECONDS)
    metrics.stop(0.01)
    answered.set()
    join_all("trialog-system-metrics")
    assert points.taken == []


def test_it_is_started_and_stopped_once(points: Points) -> None:
    metrics = SystemMetrics(points.log, often(), find=of(lambda: {"a": 1.0}))
    metrics.stop()
    metrics.start()
    metrics.start()
    assert len([thread for thread in threading.enumerate() if thread.name == "trialog-system-metrics"]) == 1
    points.wait_for(1)
    metrics.stop(SECONDS)
    count = len(points.taken)
    metrics.stop(SECONDS)
    assert len(points.taken) == count


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_forked_child_neither_samples_nor_ends_the_run_of_its_parent(points: Points) -> None:
    metrics = SystemMetrics(points.log, often(), find=of(lambda: {"a": 1.0}))
    metrics.start()
    points.wait_for(1)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads, which is what users do here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        metrics.start()
        before = len(points.taken)
        metrics.stop()
        is_alone = [thread.name for thread in threading.enumerate()] == [threading.current_thread().name]
        sender.send((is_alone, len(points.taken) == before))
        os._exit(0)
    assert receiver.poll(SECONDS)
    assert receiver.recv() == (True, True)
    os.waitpid(child, 0)
    count = len(points.taken)
    points.wait_for(count + 2)
    metrics.stop(SECONDS)


def join_all(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(SECONDS)
            assert not thread.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere psutil measures")
def test_no_package_is_needed_on_linux() -> None:
    code = (
        "import sys; sys.modules['psutil'] = None; sys.modules['pynvml'] = None\n"
        "from trialog.sdk.system_metrics.finding import find_sensors\n"
        "print(sorted(name for sensor in find_sensors() for name in sensor.read()))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert "system_memory_usage_megabytes" in done.stdout
    assert "process_memory_usage_megabytes" in done.stdout
