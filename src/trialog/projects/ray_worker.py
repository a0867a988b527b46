"""What runs on a node of Ray. It is sent there as it is, so that the node needs no Trialog."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Final, Protocol

# So much waits at most for whoever takes it; then the function waits.
_MOST_REPORTS: Final = 64
_MOST_AT_ONCE: Final = 16


class Assignment(Protocol):
    """A function that runs on a node."""

    def __call__(self, report: Callable[[Any], None], stopping: Callable[[Callable[[], None]], None]) -> Any:
        """Run.

        Args:
            report: Takes anything that whoever waits is to hear of meanwhile; it is sent pickled.
            stopping: Takes what stops the function early, which another thread may call.

        Returns:
            The result, which is sent pickled.
        """


class RayWorker:
    """Runs one function, and hands out what it reports.

    Args:
        assignment: The function.
    """

    def __init__(self, assignment: Assignment) -> None:
        # Nothing at all stands for the end.
        self._reports: queue.Queue[tuple[Any] | None] = queue.Queue(_MOST_REPORTS)
        self._lock = threading.Lock()
        self._is_stopped = False
        self._stops: list[Callable[[], None]] = []
        pool = ThreadPoolExecutor(1)
        self._future: Future[Any] = pool.submit(self._run, assignment)
        pool.shutdown(wait=False)

    def take(self, seconds: float) -> tuple[list[Any], bool]:
        """Return what was reported since, waiting for it for a while, and whether the function has ended.

        Args:
            seconds: How long to wait.
        """
        reports: list[Any] = []
        try:
            report = self._reports.get(timeout=seconds)
            while report is not None and len(reports) < _MOST_AT_ONCE:
                reports.append(report[0])
                report = self._reports.get_nowait()
        except queue.Empty:
            return reports, False
        if report is not None:
            reports.append(report[0])
        return reports, report is None

    def result(self) -> Any:
        """Return what the function returned, or raise what it raised."""
        return self._future.result()

    def stop(self, seconds: float) -> bool:
        """Stop the function, and tell whether it has ended within a while.

        Args:
            seconds: How long to wait.
        """
        with self._lock:
            self._is_stopped = True
            stops, self._stops = self._stops, []
        for stop in stops:
            stop()
        return not wait([self._future], seconds).not_done

    def _run(self, assignment: Assignment) -> Any:
        try:
            return assignment(lambda item: self._reports.put((item,)), self._stopping)
        finally:
            self._reports.put(None)

    def _stopping(self, stop: Callable[[], None]) -> None:
        with self._lock:
            if not self._is_stopped:
                self._stops.append(stop)
                return
        stop()
