"""What this process logs to one run: its stream, its files, and what became of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trialog.sdk.spool.artifact_delivery import ArtifactDelivery
from trialog.sdk.spool.artifact_queue import ArtifactQueue, Room
from trialog.sdk.spool.destination import RunDestination, TransportFactory
from trialog.sdk.spool.files import remove_folder
from trialog.sdk.spool.open_streams import OpenStreams
from trialog.sdk.spool.refused import RefusedLog
from trialog.sdk.spool.sender import Sender
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spool.stream import LogStream, closed, remove_segments
from trialog.sdk.spool.stream_delivery import StreamDelivery
from trialog.wire.log_stream_format import CELL_BYTES, EntryKind


@dataclass(frozen=True, kw_only=True)
class Left:
    """What has not arrived of a run.

    Attributes:
        stream_bytes: Of the stream, in bytes.
        artifacts: Files.
        refused: Entries and files that the server refused; they are kept, and named in `refused.jsonl` of the run's
            folder.
        dropped: Entries and files that there was no room for.
        fault: Why nothing can be sent at the moment, or was refused or dropped, as a sentence; None if all went well.
    """

    stream_bytes: int = 0
    artifacts: int = 0
    refused: int = 0
    dropped: int = 0
    fault: str | None = None

    @property
    def points(self) -> int:
        """How many points the bytes of the stream are."""
        return -(-self.stream_bytes // CELL_BYTES)

    @property
    def is_nothing(self) -> bool:
        """Whether all has arrived, and nothing was refused or dropped."""
        return not (self.stream_bytes or self.artifacts or self.refused or self.dropped)


class Senders:
    """The threads of a process that send: one for streams, one for files, which may take long."""

    def __init__(self) -> None:
        self.streams = Sender("trialog-sender")
        self.artifacts = Sender("trialog-artifact-sender")

    def stop(self) -> None:
        """Send no more."""
        self.streams.stop()
        self.artifacts.stop()


class RunLog:
    """What this process logs to one run; made by `Spool.open_run`.

    Args:
        run: The run.
        folder: A folder of its own, with `run.json`.
        open_transport: Returns what asks its server.
        senders: What sends; None if nothing is sent by this process.
        room: The room for files.
        open_streams: The streams of the process whose files are open.
        most_bytes: How much of the stream is kept at most that was not sent.
        done: Called when all has arrived that can, and the folder is gone unless something was refused.

    Attributes:
        run: The run.
        folder: Where all is kept until it has arrived.
        stream: Takes points, params, tags and the rest.
    """

    def __init__(
        self,
        run: SpooledRun,
        folder: Path,
        open_transport: TransportFactory,
        senders: Senders | None,
        *,
        room: Room,
        open_streams: OpenStreams,
        most_bytes: int,
        done: Callable[["RunLog"], None],
    ) -> None:
        self.run = run
        self.folder = folder
        self.stream = LogStream(folder, most_bytes=most_bytes, open_streams=open_streams)
        # Has its room on the disk before that is full.
        self.stream.note_dropped()
        self._artifacts = ArtifactQueue(folder, room)
        self._refused = RefusedLog(folder)
        destination = RunDestination(run, open_transport)
        self._stream_delivery = StreamDelivery(
            self.stream, destination, self._refused, lambda: self.dropped, self._end_of_run
        )
        self._artifact_delivery = ArtifactDelivery(self._artifacts, destination, self._refused)
        self._senders = senders
        self._done = done
        self._lock = threading.RLock()
        self._is_closed = self._is_settled = False
        self._status_place = 0
        self._stream_lane = _StreamLane(self)
        self._artifact_lane = _ArtifactLane(self)
        self._sends_artifacts = False
        if senders is not None:
            senders.streams.add(self._stream_lane)

    @property
    def dropped(self) -> int:
        """How many entries and files there was no room for."""
        return self.stream.dropped + self._artifacts.dropped

    def add_artifact(self, path: Path, artifact_path: str | None = None) -> bool:
        """Keep a copy of a file, or of all files of a folder, as they are now, to be sent.

        Args:
            path: The file or folder. A file keeps its name; what is in a folder comes into `artifact_path`.
            artifact_path: Folder of the run's artifacts that it comes into; None for the topmost one.

        Returns:
            Whether there was room for all of it; what there was none for is dropped, and counted.

        Raises:
            OSError: It cannot be read.
            Conflict: The run is closed (`run.log_closed`).
        """
        self._check_open()
        is_kept = self._artifacts.add_path(Path(path), artifact_path)
        self._send_artifacts()
        return is_kept

    def add_content(self, content: bytes, artifact_path: str) -> bool:
        """Keep a content to be sent as a file.

        Args:
            content: All of it.
            artifact_path: The file's path in the run's artifacts.

        Returns:
            As for `add_artifact`.

        Raises:
            Conflict: The run is closed (`run.log_closed`).
        """
        self._check_open()
        is_kept = self._artifacts.add_content(content, artifact_path)
        self._send_artifacts()
        return is_kept

    def flush(self, seconds: float) -> Left:
        """Wait until what was logged has arrived, and return what has not; in a process that sends nothing, at once.

        Args:
            seconds: So long at most.
        """
        if self._senders is not None:
            end = self.stream.written

            def is_done() -> bool:
                is_sent = self._stream_delivery.is_given_up or self._stream_delivery.arrived >= end
                # The end of a run is also that its folder is gone.
                is_done_with = self._is_settled or not (self._is_closed or self._stream_delivery.has_work)
                return not self._artifact_delivery.left and is_sent and is_done_with

            with self._senders.artifacts.hurried(), self._senders.streams.hurried():
                self._senders.streams.wait_until(is_done, seconds)
        return self.left()

    def left(self) -> Left:
        """Return what has not arrived."""
        return Left(
            stream_bytes=self._stream_delivery.left,
            artifacts=self._artifact_delivery.left,
            refused=self._refused.count,
            dropped=self.dropped,
            fault=self._fault(),
        )

    def close(self, status: str | None = None, end_time: int | None = None) -> None:
        """Log no more: the rest is sent, and the folder removed behind it. Waits for nothing.

        Args:
            status: Status that the run ends with, if it ends. It is sent behind everything else, the files too, unless
                these cannot be sent.
            end_time: When it ended, in milliseconds since 1970 UTC.
        """
        with self._lock:
            if self._is_closed:
                return
            self._status_place = self.stream.written
            self._is_closed = True
        if status is not None:
            said = {"status": status} | ({} if end_time is None else {"end_time": end_time})
            self.stream.log_text(EntryKind.STATUS, said)
        self.stream.close()
        self.stream.note_dropped()
        self.settle()

    def settle(self) -> None:
        """Let the folder go if all has arrived that can."""
        senders = self._senders
        with self._lock:
            if senders is None or self._is_settled or not self._is_closed:
                return
            if not self._stream_delivery.is_done or self._artifact_delivery.has_work:
                return
            if not self._refused.count:
                remove_folder(self.folder)
            elif not self._stream_delivery.is_given_up:
                remove_segments(self.folder)
            self._is_settled = True
        senders.streams.remove(self._stream_lane)
        senders.artifacts.remove(self._artifact_lane)
        self._done(self)

    def abandon(self) -> None:
        """Leave it to the process that this one was forked from."""
        self.stream.abandon()
        self._lock = threading.RLock()
        self._senders, self._is_closed = None, True

    def _end_of_run(self) -> int | None:
        """Return where the stream says that the run has ended, which waits for the files unless they cannot be sent."""
        files = self._artifact_delivery
        return self._status_place if self._is_closed and files.has_work and not files.is_failing else None

    def _check_open(self) -> None:
        if self._is_closed:
            raise closed()

    def _send_artifacts(self) -> None:
        senders = self._senders
        if senders is None:
            return
        with self._lock:
            is_first, self._sends_artifacts = not self._sends_artifacts, True
        if is_first:
            senders.artifacts.add(self._artifact_lane)
        else:
            senders.artifacts.hurry()

    def _fault(self) -> str | None:
        """Return the sentence that says most of why something has not arrived."""
        faults: list[BaseException | None] = []
        if self._senders is not None:
            faults = [
                self._senders.streams.fault_of(self._stream_lane),
                self._senders.artifacts.fault_of(self._artifact_lane),
            ]
        faults += [self.stream.fault, self._artifacts.fault]
        said = next((str(fault) for fault in faults if fault is not None), None)
        return said or self._refused.reason


class _StreamLane:
    """The stream of a run, as a sender sends it."""

    def __init__(self, log: RunLog) -> None:
        self._log = log
        self._delivery = log._stream_delivery

    @property
    def has_work(self) -> bool:
        """See `Delivery.has_work`."""
        return self._delivery.has_work

    def send(self) -> bool:
        """See `Delivery.send`."""
        return self._delivery.send()

    def watch(self, wake: Callable[[], None]) -> bool:
        """See `Delivery.watch`."""
        delivery = self._delivery
        return delivery.is_given_up or (delivery.is_done and self._log.stream.watch(delivery.arrived, wake))

    def sent(self) -> None:
        """See `Delivery.sent`."""
        self._log.settle()


class _ArtifactLane:
    """The files of a run, as a sender sends them."""

    def __init__(self, log: RunLog) -> None:
        self._log = log
        self._delivery = log._artifact_delivery

    @property
    def has_work(self) -> bool:
        """See `Delivery.has_work`."""
        return self._delivery.has_work

    def send(self) -> bool:
        """See `Delivery.send`."""
        return self._delivery.send()

    def watch(self, wake: Callable[[], None]) -> bool:
        """See `Delivery.watch`; who adds a file wakes by himself."""
        return not self._delivery.has_work

    def sent(self) -> None:
        """See `Delivery.sent`."""
        self._log.settle()
        senders = self._log._senders
        if senders is not None:
            # The stream may have waited for it, and so may who flushes.
            senders.streams.hurry()
