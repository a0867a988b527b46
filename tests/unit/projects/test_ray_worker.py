import threading
from collections.abc import Callable
from typing import Any

import pytest

from trialog.projects.ray_worker import RayWorker


def taken(worker: RayWorker) -> list[Any]:
    reports: list[Any] = []
    has_ended = False
    while not has_ended:
        more, has_ended = worker.take(1.0)
        reports += more
    return reports


def test_reports_come_in_order_however_many_and_then_the_result() -> None:
    def count(report: Callable[[Any], None], stopping: Callable[[Callable[[], None]], None]) -> str:
        for number in range(500):
            report(number)
        return "done"

    worker = RayWorker(count)
    assert taken(worker) == list(range(500))
    assert worker.result() == "done"
    assert worker.stop(1.0)


def test_what_a_function_raises_is_raised() -> None:
    def fail(report: Callable[[Any], None], stopping: Callable[[Callable[[], None]], None]) -> None:
        report(1)
        raise ValueError("wrong")

    worker = RayWorker(fail)
    assert taken(worker) == [1]
    with pytest.raises(ValueError, match="wrong"):
        worker.result()


def test_a_function_is_stopped_before_and_after_it_says_how() -> None:
    first, second = threading.Event(), threading.Event()

    def wait(report: Callable[[Any], None], stopping: Callable[[Callable[[], None]], None]) -> str:
        stopping(first.set)
        report("ready")
        first.wait()
        stopping(second.set)
        second.wait()
        return "stopped"

    worker = RayWorker(wait)
    assert worker.take(60.0) == (["ready"], False)
    assert worker.take(0.01) == ([], False)
    assert worker.stop(60.0)
    assert taken(worker) == []
    assert worker.result() == "stopped"


def test_one_that_does_not_stop_is_told() -> None:
    let_go = threading.Event()

    def wait(report: Callable[[Any], None], stopping: Callable[[Callable[[], None]], None]) -> None:
        let_go.wait()

    worker = RayWorker(wait)
    assert not worker.stop(0.05)
    let_go.set()
    assert taken(worker) == []
