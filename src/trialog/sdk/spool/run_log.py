"""What this process logs to one run: its stream, its files, and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spool.stream import LogStream
from trialog.sdk.transport import Transport

TransportFactory = Callable[[], Transport]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What has not arrived of a run.

    Attributes:
        stream_bytes: Of the stream.
        artifacts: Files.
        refused: Entries and files that the server refused; they are kept in `refused.jsonl` of the run's folder.
        dropped: Entries and files that there was no room for.
        fault: Why nothing is sent at the moment, as a sentence; None while all goes well.
    """

    stream_bytes: int = 0
    artifacts: int = 0
    refused: int = 0
    dropped: int = 0
    fault: str | None = None

    @property
    def points(self) -> int:
        """How many points the stream's bytes are, at most."""
        return -(-self.stream_bytes // 32)

    @property
    def is_nothing(self) -> bool:
        """Whether all has arrived, and nothing was refused or dropped."""
        return not (self.stream_bytes or self.artifacts or self.refused or self.dropped)


class RunLog:
    """What this process logs to one run; made by `Spool.open_run`.

    Attributes:
        run: The run.
        folder: Where all is kept until it has arrived.
        stream: Takes points, params, tags and the rest.
    """

    run: SpooledRun
    folder: Path
    stream: LogStream

    def add_artifact(self, path: Path, artifact_path: str | None = None) -> None:
        """Keep a copy of a file, or of all files of a folder, as they are now, to be sent.

        Args:
            path: The file or folder. A file keeps its name; a folder's content comes into `artifact_path`.
            artifact_path: Folder of the run's artifacts that it comes into; None for the topmost one.

        Raises:
            OSError: It cannot be read.
        """

    def add_content(self, content: bytes, artifact_path: str) -> None:
        """Keep a content to be sent as a file.

        Args:
            content: All of it.
            artifact_path: The file's path in the run's artifacts.
        """

    def flush(self, seconds: float) -> Left:
        """Wait until what was logged has arrived, and return what has not.

        Args:
            seconds: So long at most.
        """
        return Left()

    def left(self) -> Left:
        """Return what has not arrived."""
        return Left()

    def close(self, status: str | None = None, end_time: int | None = None) -> None:
        """Log no more: the rest is sent, and the folder removed behind it. Waits for nothing.

        Args:
            status: Status that the run ends with, if it ends: it arrives behind everything, the files too.
            end_time: When it ended, in milliseconds since 1970 UTC.
        """
