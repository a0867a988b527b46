"""What is measured and noted beside a run: the machine, and the code that runs."""

from collections.abc import Callable

from trialog.errors import TrialogError
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.reports import report
from trialog.sdk.settings import client_settings


class Background:
    """What goes on beside a run, until it ends.

    Args:
        recorder: Logs to the run.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._endings: list[Callable[[], object]] = []

    def start(self, *, measures_system: bool, notes_source: bool, step: int = 0) -> None:
        """Begin.

        Args:
            measures_system: Whether to log what the machine does.
            notes_source: Whether to keep which code runs, and with which packages.
            step: Step of the first sample; a run that goes on has some already.
        """
        if notes_source:
            self._try(self._note_source)
        if measures_system:
            self._try(lambda: self._measure_system(step))

    def stop(self) -> None:
        """End, and wait for what is noted to be logged."""
        while self._endings:
            self._endings.pop()()

    def _note_source(self) -> None:
        # Loaded where it is used: most of what it needs nothing else does.
        from trialog.sdk.source.capture import SourceCapture

        capture = SourceCapture(self._recorder)
        capture.start()
        self._endings.append(lambda: capture.wait(client_settings().flush_seconds))

    def _measure_system(self, step: int) -> None:
        # As above.
        from trialog.sdk.system_metrics import system_metrics_settings
        from trialog.sdk.system_metrics.sampling import SystemMetrics

        def log(key: str, value: float, at_step: int, timestamp: int) -> None:
            self._recorder.log_metric(key, value, at_step, timestamp)

        metrics = SystemMetrics(log, system_metrics_settings(), first_step=step)
        metrics.start()
        self._endings.append(metrics.stop)

    def _try(self, begin: Callable[[], None]) -> None:
        try:
            begin()
        except TrialogError as error:
            report(error)
