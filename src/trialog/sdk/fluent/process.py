"""What this process has open: its spool, and what logs to each run."""

import atexit
import os
import sys
import threading
from typing import Final
from uuid import uuid4

import msgspec

from trialog.entities import RunStatus
from trialog.entities.clock import now_milliseconds
from trialog.errors import ConnectionFailed, TrialogError
from trialog.sdk.fluent.no_log import Log, NoLog
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.reports import report
from trialog.sdk.settings import Mode, client_settings
from trialog.sdk.spool.run_log import Left
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.tracking_uri import open_transport


class _Process:
    """What is of this whole process."""

    def __init__(self) -> None:
        # A handler of a signal may log while the thread that it interrupted holds it.
        self.lock = threading.RLock()
        self.spool: Spool | None = None
        self.recorders: dict[str, Recorder] = {}
        # Runs that end with this process, because it began them or took them up again.
        self.own: set[str] = set()
        self.begun: dict[str, SpooledRun] = {}


_process: Final = _Process()


def recorder_of(run: SpooledRun, uri: str) -> Recorder:
    """Return what logs to a run in this process; it is opened if it is not.

    Args:
        run: The run; the name of the writer in it counts for nothing.
        uri: Where it is, with what it takes to be let in.
    """

    def open_log() -> Log:
        if client_settings().mode is Mode.DISABLED:
            return NoLog()
        # Whoever was forked begins the run as well, where that is to be done: who comes first does it.
        return _spool().open_run(msgspec.structs.replace(run, writer=uuid4().hex), lambda: open_transport(uri))

    with _process.lock:
        recorder = _process.recorders.get(run.run_id)
        if recorder is None:
            recorder = _process.recorders[run.run_id] = Recorder(run.run_id, open_log)
    return recorder


def known_recorder(run_id: str) -> Recorder | None:
    """Return what logs to a run, if this process logs to it."""
    return _process.recorders.get(run_id)


def own_run(run_id: str) -> None:
    """Say that a run ends with this process, if it does not end before."""
    _process.own.add(run_id)


def is_own_run(run_id: str) -> bool:
    """Tell whether a run ends with this process."""
    return run_id in _process.own


def note_begun(run: SpooledRun) -> None:
    """Say that a run was begun by this process, so that nobody else has logged to it before."""
    _process.begun[run.run_id] = run if run.begins else SpooledRun(run_id=run.run_id, writer="", tracking_uri="")


def run_to_log_to(run_id: str) -> SpooledRun:
    """Return a run that somebody names: as it is to be begun, where this process could not tell its server yet.

    What is logged to it after its end may arrive before what was logged until then.

    Args:
        run_id: The run.
    """
    return _process.begun.get(run_id) or SpooledRun(run_id=run_id, writer="", tracking_uri="")


def was_begun_here(run_id: str) -> bool:
    """Tell whether a run was begun by this process, or by the one that it was forked from."""
    return run_id in _process.begun


def end_run_of(recorder: Recorder, status: RunStatus, end_time: int) -> None:
    """Log no more to a run, and wait within the bound that is set until all has arrived.

    Args:
        recorder: What logs to it.
        status: Status that the run ends with; it is left alone if the run is of another process.
        end_time: When it ended, in milliseconds since 1970 UTC.
    """
    is_own = recorder.run_id in _process.own
    _process.own.discard(recorder.run_id)
    with _process.lock:
        _process.recorders.pop(recorder.run_id, None)
    recorder.close(status.value if is_own else None, end_time)
    if client_settings().mode is Mode.ONLINE:
        _tell_of_left(recorder.run_id, recorder.flush(client_settings().flush_seconds))


def flush(seconds: float | None = None) -> dict[str, Left]:
    """Wait until everything that this process logged has arrived, and return what has not.

    Args:
        seconds: So long at most; as TRIALOG_FLUSH_SECONDS says if None.

    Returns:
        What is left, by run; nothing if all has arrived.
    """
    if _process.spool is None:
        return {}
    return _process.spool.flush(client_settings().flush_seconds if seconds is None else seconds)


def finish() -> None:
    """End the runs that end with this process, and wait within the bound until all has arrived."""
    status, ended = _status_at_exit(), now_milliseconds()
    with _process.lock:
        recorders = list(_process.recorders.values())
        _process.recorders.clear()
        spool, _process.spool = _process.spool, None
    for recorder in recorders:
        recorder.close(status.value if recorder.run_id in _process.own else None, ended)
    _process.own.clear()
    if spool is None:
        return
    settings = client_settings()
    for run_id, left in spool.close(settings.flush_seconds).items():
        if settings.mode is Mode.ONLINE:
            try:
                _tell_of_left(run_id, left)
            except TrialogError as error:
                # Nobody is left to catch it.
                sys.stderr.write(f"{error.message}\n")


def _spool() -> Spool:
    with _process.lock:
        if _process.spool is None:
            settings = client_settings()
            _process.spool = Spool(
                settings.spool_folder, sends=settings.mode is Mode.ONLINE, most_bytes=settings.spool_bytes
            )
            _finish_with_worker()
        return _process.spool


def _finish_with_worker() -> None:
    """Finish also in a process of `multiprocessing` that was forked, which ends without what `atexit` was told."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.Finalize(None, finish, exitpriority=10)


def _status_at_exit() -> RunStatus:
    """Return the status of runs that nobody ended."""
    # The interpreter keeps here what ended it; a notebook or prompt keeps the last fault, which ended nothing.
    fault = None if hasattr(sys, "ps1") or "ipykernel" in sys.modules else getattr(sys, "last_type", None)
    if fault is None:
        return RunStatus.FINISHED
    return RunStatus.KILLED if issubclass(fault, KeyboardInterrupt) else RunStatus.FAILED


def _tell_of_left(run_id: str, left: Left | None) -> None:
    """Tell what of a run has not arrived, and what becomes of it.

    Raises:
        ConnectionFailed: The process is strict.
    """
    if left is None or left.is_nothing:
        return
    counted = (
        (left.points, "records that were not sent yet"),
        (left.artifacts, "files that were not sent yet"),
        (left.refused, "records or files that the server refused"),
        (left.dropped, "records or files that there was no room for"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counted if count)
    reason = f" {left.fault}" if left.fault else ""
    kept = f" It is kept in {client_settings().spool_folder}; `trialog sync` sends it."
    report(
        ConnectionFailed(
            "tracking.left",
            f"Not all of the run {run_id} has arrived: {said}.{reason}{kept if left.points or left.artifacts else ''}",
            run_id=run_id,
        )
    )


def _after_fork() -> None:
    # Whoever held the lock is not in this process.
    _process.lock = threading.RLock()
    _process.own = set()
    # Whoever begins one in this process sees to it that the process ends with it.
    _process.spool = None
    for recorder in _process.recorders.values():
        recorder.forget_log()


atexit.register(finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
