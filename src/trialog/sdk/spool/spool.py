"""Everything that one process keeps until the server has it."""

import os
import threading
import time
import weakref
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from trialog.sdk.spool.artifact_queue import Room
from trialog.sdk.spool.destination import ASKED, TransportFactory
from trialog.sdk.spool.files import remove_folder
from trialog.sdk.spool.folder import ProcessFolder
from trialog.sdk.spool.open_streams import OpenStreams
from trialog.sdk.spool.run_log import Left, RunLog, Senders
from trialog.sdk.spool.spooled_run import SpooledRun, write_run
from trialog.sdk.spool.stream import MOST_BYTES
from trialog.wire.routes import find_route

MOST_ARTIFACT_BYTES: Final = 20 * 1024 * 1024 * 1024


class Spool:
    """The spool of this process. Any number of threads may use it.

    After a fork the other process begins anew with the same object: the `RunLog`s of before are closed there, and
    what is logged on is logged to new ones, with writers of their own.

    Args:
        root: Folder that the spools of all processes are in.
        sends: Whether what is kept is sent; if not, `trialog sync` does it.
        most_bytes: How much of each stream is kept at most that was not sent.
        most_artifact_bytes: How many bytes of files are kept at most that were not sent, of all runs. Files have a
            bound of their own, so that one checkpoint takes no room away from metrics, nor they from a model.
    """

    def __init__(
        self,
        root: Path,
        *,
        sends: bool = True,
        most_bytes: int = MOST_BYTES,
        most_artifact_bytes: int = MOST_ARTIFACT_BYTES,
    ) -> None:
        self.root = root
        self._sends = sends
        self._most_bytes = most_bytes
        self._most_artifact_bytes = most_artifact_bytes
        # A handler of a signal may log while the thread that it interrupted holds it.
        self._lock = threading.RLock()
        self._folder: ProcessFolder | None = None
        self._begin_anew()
        _spools.add(self)

    def _begin_anew(self) -> None:
        self._logs: list[RunLog] = []
        self._folder = None
        self._senders = Senders()
        self._room = Room(self._most_artifact_bytes)
        self._open_streams = OpenStreams()

    def open_run(self, run: SpooledRun, open_transport: TransportFactory) -> RunLog:
        """Begin to keep what is logged to a run.

        Args:
            run: The run.
            open_transport: Returns what asks its server; called in another thread, when something is to be sent. After
                a fork it must return a new one.

        Raises:
            OSError: The folder cannot be made.
        """
        if self._sends:
            _load_what_sends()
        with self._lock:
            if self._folder is None:
                self._folder = ProcessFolder.make(self.root)
            folder = self._folder.make_run(run)
            try:
                write_run(folder, run)
            except OSError:
                remove_folder(folder)
                raise
            log = RunLog(
                run,
                folder,
                open_transport,
                self._senders if self._sends else None,
                room=self._room,
                open_streams=self._open_streams,
                most_bytes=self._most_bytes,
                done=self._forget_run,
            )
            self._logs.append(log)
        return log

    def flush(self, seconds: float) -> dict[str, Left]:
        """Wait until everything has arrived, and return what has not, by the ids of the runs that have something left.

        Args:
            seconds: So long at most.
        """
        with self._lock:
            logs = list(self._logs)
        return _left_of(logs, seconds)

    def close(self, seconds: float) -> dict[str, Left]:
        """Close all runs, wait for them, and send no more: what is left stays in its files, for `trialog sync`.

        Args:
            seconds: How long to wait at most.

        Returns:
            As for `flush`.
        """
        with self._lock:
            logs, folder, senders = list(self._logs), self._folder, self._senders
        for log in logs:
            log.close()
        left = _left_of(logs, seconds)
        senders.stop()
        with self._lock:
            self._begin_anew()
        if folder is not None:
            folder.let_go()
        return left

    def _forget_run(self, log: RunLog) -> None:
        with self._lock:
            if log in self._logs:
                self._logs.remove(log)

    def leave_to_parent(self) -> None:
        """Begin anew in a process that came of a fork."""
        # Another thread of the other process may have held it, which is not here to let go.
        self._lock = threading.RLock()
        if self._folder is not None:
            self._folder.forget()
        for log in self._logs:
            log.abandon()
        self._begin_anew()


@cache
def _load_what_sends() -> None:
    """Load what the thread that sends would load, which who sends nothing needs none of.

    In a process that is forked while that thread loads a module, it would stay half loaded, and whoever asks for it
    there would wait for ever.
    """
    for module in ("trialog.remote.connections", "encodings.idna"):
        import_module(module)
    for operation in ASKED:
        find_route(operation)


def _left_of(logs: list[RunLog], seconds: float) -> dict[str, Left]:
    deadline = time.monotonic() + seconds
    lefts: dict[str, Left] = {}
    for log in logs:
        left = log.flush(max(0.0, deadline - time.monotonic()))
        if not left.is_nothing:
            lefts[log.run.run_id] = left
    return lefts


_spools: "weakref.WeakSet[Spool]" = weakref.WeakSet()


def _leave_to_parent() -> None:
    for spool in list(_spools):
        spool.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
