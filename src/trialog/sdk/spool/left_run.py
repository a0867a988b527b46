"""What a dead process left of one run, and its way to where it belongs."""

import base64
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from zlib import crc32

import msgspec

from trialog.errors import ConnectionFailed, DamagedData, PermissionDenied, TrialogError, Unauthenticated
from trialog.sdk.spool.artifact_delivery import ArtifactDelivery
from trialog.sdk.spool.artifact_queue import ArtifactQueue
from trialog.sdk.spool.destination import RunDestination, TransportFactory
from trialog.sdk.spool.faults import is_of_other_server, is_refusal, pause_asked
from trialog.sdk.spool.files import read_count, remove_folder
from trialog.sdk.spool.left_stream import LeftStream
from trialog.sdk.spool.parts import Part
from trialog.sdk.spool.refused import WHOLE, Refused, RefusedLog, read_refused
from trialog.sdk.spool.spooled_run import SpooledRun, read_run
from trialog.sdk.spool.stream import DROPPED_FILE, remove_segments
from trialog.sdk.spool.stream_delivery import StreamDelivery
from trialog.wire.log_stream_format import CELL_BYTES

_ATTEMPTS: Final = 4
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 60.0
_LONGEST_WRITER: Final = 32


@dataclass(kw_only=True)
class LeftRun:
    """What a dead process left of one run.

    Attributes:
        folder: Where it is.
        run: The run; None if that cannot be read.
        stream_bytes: What is left of the stream, in bytes.
        artifacts: How many files are left.
        refused: What was refused, and is kept.
        dropped: How much there was no room for when it was logged.
        sent_bytes: What was sent of the stream.
        sent_artifacts: How many files were sent.
        fault: Why not all was sent, as a sentence.
        fault_code: Code of the same.
    """

    folder: Path
    run: SpooledRun | None = None
    stream_bytes: int = 0
    artifacts: int = 0
    refused: list[Refused] = field(default_factory=list)
    dropped: int = 0
    sent_bytes: int = 0
    sent_artifacts: int = 0
    fault: str | None = None
    fault_code: str | None = None

    @property
    def points(self) -> int:
        """How many points the bytes that are left are."""
        return -(-self.stream_bytes // CELL_BYTES)

    @property
    def sent_points(self) -> int:
        """How many points the bytes that were sent are."""
        return -(-self.sent_bytes // CELL_BYTES)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not (self.fault or self.stream_bytes or self.artifacts or self.refused)

    def tell(self, error: Exception) -> None:
        """Take note of why it cannot be sent."""
        self.fault = str(error)
        self.fault_code = error.code if isinstance(error, TrialogError) else "spool.unreadable"


class _Delivery(Protocol):
    @property
    def has_work(self) -> bool: ...

    def send(self) -> bool: ...


def look_at(folder: Path) -> LeftRun:
    """Return what is left in the folder of a run.

    Args:
        folder: The folder, of a dead process.
    """
    left = LeftRun(folder=folder)
    try:
        _check_owner(folder)
        left.run = read_run(folder)
        stream, queue = LeftStream(folder), ArtifactQueue(folder)
        left.stream_bytes = stream.written - stream.kept_from
        left.artifacts = len(queue)
        left.dropped = read_count(folder / DROPPED_FILE) + queue.dropped
        left.refused = _refused(folder)
    except (TrialogError, OSError) as error:
        left.tell(error)
    return left


class LeftDelivery:
    """The way of what was left of one run.

    Args:
        left: What is left; it says afterwards what was sent.
        open_transport: Returns what asks its server.
        progress: Is told after each piece.
        pause: Waits so many seconds.
    """

    def __init__(
        self,
        left: LeftRun,
        open_transport: TransportFactory,
        progress: Callable[[LeftRun], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        if left.run is None:
            raise DamagedData("spool.damaged_run", f"It is not known which run {left.folder} is of.")
        self._left = left
        self._progress = progress
        self._pause = pause
        self._run = left.run
        self._stream = LeftStream(left.folder)
        self._queue = ArtifactQueue(left.folder)
        self._log = RefusedLog(left.folder)
        self._destination = RunDestination(left.run, open_transport)
        self._first_bytes = left.stream_bytes
        self._first_artifacts = left.artifacts
        self._first_refused_artifacts = sum(one.what == "artifact" for one in left.refused)

    def send(self, *, again: bool) -> None:
        """Send what is left, and remove its folder if that was all.

        Args:
            again: Whether what was refused is sent once more.

        Raises:
            TrialogError: It cannot be sent now.
            OSError: It cannot be read.
        """
        # Whole streams that were refused are tried again anyway: that costs one request.
        self._log.replace([one for one in _refused(self._left.folder) if one.what not in WHOLE])
        stream = StreamDelivery(self._stream, self._destination, self._log, lambda: self._left.dropped)
        files = ArtifactDelivery(self._queue, self._destination, self._log)
        try:
            if again:
                self._send_refused()
            self._send_all(files, stream, files)
            self._send_all(stream, stream, files)
        finally:
            self._note(stream)
            self._left.refused = _refused(self._left.folder)
            refused = sum(one.what == "artifact" for one in self._left.refused) - self._first_refused_artifacts
            self._left.sent_artifacts = max(0, self._left.sent_artifacts - max(0, refused))
        if self._left.is_done:
            remove_folder(self._left.folder)
        elif not self._left.stream_bytes:
            # Only what was refused stays.
            remove_segments(self._left.folder)

    def _send_all(self, delivery: _Delivery, stream: StreamDelivery, files: ArtifactDelivery) -> None:
        while delivery.has_work:
            self._attempt(delivery.send)
            self._note(stream)
            self._progress(self._left)

    def _note(self, stream: StreamDelivery) -> None:
        left = self._left
        left.stream_bytes = max(0, self._stream.written - stream.arrived)
        left.sent_bytes = max(0, self._first_bytes - left.stream_bytes)
        left.artifacts = len(self._queue)
        left.sent_artifacts = max(0, self._first_artifacts - left.artifacts)

    def _attempt(self, send: Callable[[], object]) -> None:
        """Do something, again if that can help while somebody waits."""
        pause = _FIRST_PAUSE_SECONDS
        for attempts_left in range(_ATTEMPTS - 1, -1, -1):
            try:
                send()
            except TrialogError as error:
                asked = pause_asked(error)
                if not attempts_left or _is_for_people(error) or asked > _LONGEST_PAUSE_SECONDS:
                    raise
                self._pause(max(pause, asked))
                pause *= 2
            else:
                return

    def _send_refused(self) -> None:
        kept: list[Refused] = []
        try:
            for one in (waiting := _refused(self._left.folder)):
                if one.what == "artifact" and one.file is not None:
                    self._queue.take_back(one.file)
                elif one.content is None or not self._is_taken(one, one.content, kept):
                    kept.append(one)
        except TrialogError:
            kept += waiting[len(kept) :]
            raise
        finally:
            self._log.replace(kept)

    def _is_taken(self, one: Refused, content: str, kept: list[Refused]) -> bool:
        cells = base64.b64decode(content)
        # A stream of its own, and the same each time: what was taken once is not taken twice.
        writer = f"{self._run.writer[:_LONGEST_WRITER]}r{one.start}x{crc32(cells):x}"
        part = Part(0, len(cells), cells, model_ids=tuple(one.model_ids))
        try:
            self._attempt(lambda: self._destination.apply(part, writer=writer))
        except TrialogError as error:
            if not is_refusal(error):
                raise
            return False
        return True


def throw_away_refused(left: LeftRun) -> None:
    """Remove for good what was refused of a run.

    Args:
        left: The run; it says afterwards that nothing of that is left.

    Raises:
        OSError: It cannot be removed.
    """
    queue = ArtifactQueue(left.folder)
    is_given_up = False
    for one in left.refused:
        is_given_up = is_given_up or one.what in WHOLE
        if one.what == "artifact" and one.file is not None:
            queue.throw_away(one.file)
        elif one.file is not None:
            (left.folder / Path(one.file).name).unlink(missing_ok=True)
    if is_given_up or not (left.stream_bytes or left.artifacts):
        remove_folder(left.folder)
        left.stream_bytes = left.artifacts = 0
    else:
        RefusedLog(left.folder).replace([])
    left.refused = []


def _check_owner(folder: Path) -> None:
    """Refuse what another user put there: it could have files of this one sent, and where that one likes."""
    if hasattr(os, "geteuid") and folder.lstat().st_uid != os.geteuid():
        raise PermissionError("It belongs to another user, who has to send it. If it is yours, take it with chown.")


def _refused(folder: Path) -> list[Refused]:
    try:
        return read_refused(folder)
    except msgspec.DecodeError as error:
        path = RefusedLog.path_in(folder)
        raise DamagedData(
            "spool.damaged_refusals",
            f"{path} does not say what was refused: {error}. Mend or remove it.",
            path=str(path),
        ) from error


def _is_for_people(error: TrialogError) -> bool:
    """Tell whether somebody has to do something before another attempt can go better."""
    return (
        isinstance(error, Unauthenticated | PermissionDenied)
        or is_of_other_server(error)
        or (isinstance(error, ConnectionFailed) and error.code != "connection.lost" and "status" not in error.values)
    )
