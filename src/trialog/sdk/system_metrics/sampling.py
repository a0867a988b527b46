"""Samples what the machine does, in a thread of its own, while a run goes on."""

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from trialog.entities.clock import now_milliseconds
from trialog.errors import TrialogError
from trialog.sdk.background import report_aside
from trialog.sdk.system_metrics.finding import find_sensors, load_packages, sensor_failed
from trialog.sdk.system_metrics.sensor import NotMeasured, Sensor
from trialog.sdk.system_metrics.settings import PREFIX, SystemMetricsSettings

_STOP_SECONDS: Final = 2.0
# What machines say of themselves is good for no more digits.
_DIGITS: Final = 3

Log = Callable[[str, float, int, int], None]


class SystemMetrics:
    """Logs what the machine of a run does, from `start` to `stop`.

    Each sample takes a fraction of a millisecond. The end of the run takes a last one, so that short runs have one too.
    In a process that was forked meanwhile nothing is sampled: the run belongs to the process that began it.

    Args:
        log: Takes a name, a value, a step and a time in milliseconds since 1970 UTC; is called in another thread.
        settings: How to sample; the usual if None.
        first_step: Step of the first values, or what finds it out, which is called in that thread.
        find: Finds out what can be measured, in that thread as well.
    """

    def __init__(
        self,
        log: Log,
        settings: SystemMetricsSettings | None = None,
        *,
        first_step: int | Callable[[], int] = 0,
        find: Callable[[], Sequence[Sensor]] = find_sensors,
    ) -> None:
        self._log = log
        self._settings = settings or SystemMetricsSettings()
        self._first_step = first_step
        self._find = find
        self._thread: threading.Thread | None = None
        self._process_id = 0
        self._is_stopping = threading.Event()
        self._is_given_up = False

    def start(self) -> None:
        """Begin to sample. Nothing is raised; what cannot be done is warned of."""
        if self._thread is not None:
            return
        load_packages()
        self._process_id = os.getpid()
        self._thread = threading.Thread(target=self._run, name="trialog-system-metrics", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            # The system has no room for another thread.
            self._process_id = 0
            report_aside(_failed(error))

    def stop(self, seconds: float = _STOP_SECONDS) -> None:
        """Log the last values, and sample no more. Nothing is logged after it returned.

        Args:
            seconds: How long to wait at most, as for a driver that does not answer.
        """
        thread = self._thread
        # A lock of another process' thread may never be given back here.
        if thread is None or self._process_id != os.getpid():
            return
        self._is_stopping.set()
        if thread is not threading.current_thread():
            thread.join(seconds)
        self._is_given_up = True

    def _run(self) -> None:
        try:
            self._sample()
        except (TrialogError, OSError, ValueError, RuntimeError) as error:
            # The run has ended meanwhile, for example.
            report_aside(_failed(error))

    def _sample(self) -> None:
        sensors = list(self._find())
        step = self._step()
        values = _Values()
        interval = self._settings.interval_seconds
        due = time.monotonic()
        samples = 0
        is_last = False
        while not is_last:
            # A machine that slept, or was too busy, has nothing to catch up with.
            due = max(due + interval, time.monotonic())
            is_last = self._is_stopping.wait(due - time.monotonic())
            sensors = [sensor for sensor in sensors if values.add(sensor)]
            samples += 1
            if is_last or samples == self._settings.samples_before_logging:
                self._log_all(values, step)
                values, samples, step = _Values(), 0, step + 1

    def _step(self) -> int:
        if isinstance(self._first_step, int):
            return self._first_step
        try:
            return self._first_step()
        except TrialogError as error:
            report_aside(
                TrialogError(
                    "system_metrics.step_unknown",
                    f"Where the system metrics of the resumed run ended cannot be told: {error.message} Their steps "
                    "begin at 0 again; their times tell them apart.",
                )
            )
            return 0

    def _log_all(self, values: "_Values", step: int) -> None:
        timestamp = now_milliseconds()
        for name, value in values.means():
            if self._is_given_up:
                return
            self._log(self._settings.prefix + name, value, step, timestamp)


def next_step(points: Iterable[tuple[str, int]]) -> int:
    """Return at which step system metrics of a run that is resumed go on.

    Args:
        points: Name and step of the last value of each of its metrics.
    """
    return max((step for name, step in points if name.startswith(PREFIX)), default=-1) + 1


class _Values:
    """Samples that are not logged yet."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, sensor: Sensor) -> bool:
        """Take a sample, and tell whether there can be further ones."""
        try:
            found = sensor.read()
        except NotMeasured:
            return False
        except Exception as error:  # whatever a driver or a file of the system brings, the others go on
            report_aside(sensor_failed(sensor.name, error))
            return True
        for name, value in found.items():
            total, count = (0.0, 0) if sensor.is_count else self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value, count + 1)
        return True

    def means(self) -> Iterable[tuple[str, float]]:
        """Return what is logged of them."""
        for name, (total, count) in self._sums.items():
            mean = total / count
            if math.isfinite(mean):
                yield name, round(mean, _DIGITS)


def _failed(error: Exception) -> TrialogError:
    return TrialogError(
        "system_metrics.failed", f"No further system metrics of the run are logged: {error!r}. The training goes on."
    )
