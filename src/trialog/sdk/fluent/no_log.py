"""Where what is logged goes while tracking is switched off: nowhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from trialog.sdk.spool.run_log import Left
from trialog.sdk.spool.stream import Series
from trialog.wire.log_stream_format import EntryKind


class PointTaker(Protocol):
    """What takes points and texts: a stream."""

    def log_point(self, series: str | Series, value: float, timestamp: int, step: int) -> None:
        """See `LogStream.log_point`."""
        ...

    def log_text(self, kind: EntryKind, said: Mapping[str, object]) -> None:
        """See `LogStream.log_text`."""
        ...


class Log(Protocol):
    """What a process logs to one run: a `RunLog`, or nothing."""

    @property
    def stream(self) -> PointTaker:
        """What takes points and texts."""
        ...

    def add_artifact(self, path: Path, artifact_path: str | None = None) -> object:
        """See `RunLog.add_artifact`."""
        ...

    def add_content(self, content: bytes, artifact_path: str) -> object:
        """See `RunLog.add_content`."""
        ...

    def flush(self, seconds: float) -> Left:
        """See `RunLog.flush`."""
        ...

    def close(self, status: str | None = None, end_time: int | None = None) -> None:
        """See `RunLog.close`."""
        ...


class NoLog:
    """Takes everything, and keeps nothing."""

    @property
    def stream(self) -> PointTaker:
        """Takes points and texts."""
        return self

    def log_point(self, series: str | Series, value: float, timestamp: int, step: int) -> None:
        """See `LogStream.log_point`."""

    def log_text(self, kind: EntryKind, said: Mapping[str, object]) -> None:
        """See `LogStream.log_text`."""

    def add_artifact(self, path: Path, artifact_path: str | None = None) -> None:
        """See `RunLog.add_artifact`."""

    def add_content(self, content: bytes, artifact_path: str) -> None:
        """See `RunLog.add_content`."""

    def flush(self, seconds: float) -> Left:
        """See `RunLog.flush`."""
        return Left()

    def close(self, status: str | None = None, end_time: int | None = None) -> None:
        """See `RunLog.close`."""
