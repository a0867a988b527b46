"""Writes what is logged to one run, and sees to it that it is sent."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from time import monotonic, time_ns
from typing import Final

import msgspec

from trialog.entities import DatasetInput, Metric, Param, RunStatus, Tag
from trialog.entities.limits import check_dataset_inputs, check_metric, check_param, check_run_tag
from trialog.errors import InvalidParameter, TrialogError
from trialog.sdk.fluent.no_log import Log
from trialog.sdk.reports import report
from trialog.sdk.spool.run_log import Left
from trialog.sdk.spool.stream import Series
from trialog.sdk.values import number_of, step_of, text_of
from trialog.wire.log_stream_format import EntryKind

_MILLISECOND: Final = 1_000_000
# So long a folder that cannot be written is not asked again: a training would wait for the disk at each point.
_FAULT_SECONDS: Final = 3.0


class Recorder:
    """Logs to one run. Any number of threads may use it, and each process that was forked gets a log of its own.

    Args:
        run_id: The run.
        open_log: Opens a log of this process to the run.
    """

    def __init__(self, run_id: str, open_log: Callable[[], Log]) -> None:
        self.run_id = run_id
        self._open_log = open_log
        self._log: Log | None = None
        self._fault: OSError | None = None
        self._fault_until = 0.0
        self._params: dict[str, str] = {}
        # What was checked once needs no further check.
        self._checked: set[str | Series] = set()
        self._log_point: Callable[[str | Series, float, int, int], None] = self._log_first_point

    @property
    def log(self) -> Log:
        """What this process logs to the run."""
        if self._log is None:
            self._log = self._opened()
            self._log_point = self._log.stream.log_point
        return self._log

    def forget_log(self) -> None:
        """Open a log anew when somebody logs next, for the one that is open is of the process that this was forked of.

        Who was logging in another thread while the process was forked holds locks that nobody gives back.
        """
        self._log = None
        self._log_point = self._log_first_point

    def log_metric(
        self,
        key: str,
        value: object,
        step: object = 0,
        timestamp: int | None = None,
        model_id: str | None = None,
        dataset: tuple[str, str] | None = None,
    ) -> None:
        """Log one point of a metric.

        Args:
            key: Name of the metric.
            value: A number.
            step: A whole number.
            timestamp: When it was measured, in milliseconds since 1970 UTC; now if None.
            model_id: Logged model that it measures, if any.
            dataset: Name and digest of the dataset that it was measured on, if any.

        Raises:
            InvalidParameter: It cannot be logged, and the process is strict.
        """
        series = key if model_id is None and dataset is None else Series(key, model_id, *(dataset or ()))
        if timestamp is None:
            timestamp = time_ns() // _MILLISECOND
        try:
            if series not in self._checked:
                self._check_series(series, value, timestamp)
            self._log_point(series, value if type(value) is float else number_of(key, value), timestamp, step)  # type: ignore[arg-type]  # numbers of other libraries pack as they are
        except struct.error:
            self._log_odd_point(series, value, timestamp, step)
        except Exception as error:  # whatever the user's own numbers and names raise
            self.tell(error)

    def log_param(self, key: str, value: object) -> None:
        """Log a param.

        Args:
            key: Its name.
            value: Anything; its text is kept.

        Raises:
            InvalidParameter: It cannot be logged, and the process is strict.
        """
        with self.telling():
            text = text_of("param", key, value)
            check_param(Param(key, text))
            if self._is_new_param(key, text):
                self.log.stream.log_text(EntryKind.PARAM, {"key": key, "value": text})
                self._params[key] = text

    def set_tag(self, key: str, value: object) -> None:
        """Set a tag.

        Args:
            key: Its name.
            value: Anything; its text is kept.

        Raises:
            InvalidParameter: It cannot be set, and the process is strict.
        """
        with self.telling():
            text = text_of("tag", key, value)
            check_run_tag(Tag(key, text))
            self.log.stream.log_text(EntryKind.TAG, {"key": key, "value": text})

    def delete_tag(self, key: str) -> None:
        """Take a tag away, if it is there.

        Args:
            key: Its name.

        Raises:
            InvalidParameter: There can be no such tag, and the process is strict.
        """
        with self.telling():
            check_run_tag(Tag(key, ""))
            self.log.stream.log_text(EntryKind.TAG, {"key": key})

    def log_dataset(self, used: DatasetInput) -> None:
        """Say that the run uses a dataset.

        Args:
            used: The dataset, and how it is used.

        Raises:
            InvalidParameter: It cannot be said, and the process is strict.
        """
        with self.telling():
            check_dataset_inputs([used])
            self.log.stream.log_text(EntryKind.DATASET, msgspec.to_builtins(used))

    def resume(self) -> None:
        """Say that the run goes on."""
        with self.telling():
            self.log.stream.log_text(EntryKind.STATUS, {"status": RunStatus.RUNNING.value})

    def add_artifact(self, local_path: str | PathLike[str], artifact_path: str | None = None) -> None:
        """Keep a file or a folder as it is now, and send it.

        Args:
            local_path: The file or folder.
            artifact_path: Folder among the run's artifacts to put it in; their root if None.

        Raises:
            TrialogError: There is none, or it cannot be read, and the process is strict.
        """
        with self.telling():
            self.log.add_artifact(Path(fspath(local_path)), artifact_path)

    def add_content(self, content: bytes, artifact_path: str) -> None:
        """Send a file that is not on the disk.

        Args:
            content: What is in it.
            artifact_path: Its path among the run's artifacts.

        Raises:
            TrialogError: It cannot be kept, and the process is strict.
        """
        with self.telling():
            self.log.add_content(content, artifact_path)

    def flush(self, seconds: float) -> Left | None:
        """Wait until all that was logged was sent, and return what is left; None if nothing was ever logged here.

        Args:
            seconds: So long at most.
        """
        return None if self._log is None else self._log.flush(seconds)

    def close(self, status: str | None, end_time: int) -> None:
        """Log no more; what was not sent goes on to be sent while the process lives.

        Args:
            status: Status that the run ends with; None if it goes on elsewhere.
            end_time: When it ended, in milliseconds since 1970 UTC.
        """
        with self.telling():
            if self._log is not None or status is not None:
                self.log.close(status, None if status is None else end_time)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell of whatever goes wrong in a block, and go on behind it.

        Raises:
            TrialogError: Something went wrong, and the process is strict.
        """
        try:
            yield
        except Exception as error:  # whatever the user's own values, names, files and libraries raise
            self.tell(error)

    def tell(self, error: Exception) -> None:
        """Tell of what cannot be logged.

        Args:
            error: Why.

        Raises:
            TrialogError: The process is strict.
        """
        if not isinstance(error, TrialogError):
            said = str(error) if isinstance(error, OSError) else repr(error)
            error = InvalidParameter("tracking.not_logged", f"Something could not be logged to the run: {said}.")
        report(error)

    def _opened(self) -> Log:
        if self._fault is not None and monotonic() < self._fault_until:
            # It would collect a line for each time that it is raised.
            raise self._fault.with_traceback(None)
        try:
            return self._open_log()
        except OSError as error:
            self._fault, self._fault_until = error, monotonic() + _FAULT_SECONDS
            raise

    def _is_new_param(self, key: str, text: str) -> bool:
        known = self._params.get(key)
        if known is not None and known != text:
            raise InvalidParameter(
                "param.changed",
                f"The param {key!r} is {known[:100]!r} already and cannot become {text[:100]!r}: a param is of the"
                " whole run. Log what changes as a metric or a tag.",
                key=key,
            )
        return known is None

    def _log_first_point(self, series: str | Series, value: float, timestamp: int, step: int) -> None:
        self.log.stream.log_point(series, value, timestamp, step)

    def _check_series(self, series: str | Series, value: object, timestamp: int) -> None:
        names = series if isinstance(series, Series) else Series(series)
        if not isinstance(names.key, str):
            raise InvalidParameter("metric.wrong_name", f"The name of a metric must be text, not {names.key!r}.")
        check_metric(Metric(names.key, number_of(names.key, value), timestamp, 0, *names[1:]))
        self._checked.add(series)

    def _log_odd_point(self, series: str | Series, value: object, timestamp: object, step: object) -> None:
        """Log a point whose step or timestamp is a number of another type than usual."""
        key = series if isinstance(series, str) else series.key
        try:
            self._log_point(series, number_of(key, value), step_of(key, timestamp), step_of(key, step))
        except struct.error:
            self.tell(
                InvalidParameter(
                    "metric.wrong_step", f"The step of the metric {key!r} is no 64-bit integer: {step!r:.100}.", key=key
                )
            )
        except Exception as error:  # whatever the user's own numbers raise
            self.tell(error)
