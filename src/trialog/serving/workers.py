"""Several processes that predict: they share the socket, and one that dies is started again.

The process that the operator starts does nothing but this: it loads no model and has no threads, so that forking it is
safe however often it happens.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, Final, NoReturn

from trialog.errors import ConfigurationError

_QUICK_DEATH_SECONDS: Final = 5.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
_MOST_DOUBLINGS: Final = 8
# Beyond what a worker itself gives requests under way.
_FURTHER_SECONDS: Final = 5
_READY: Final = b"r"

# There are no worker processes on Windows, which lacks some of these.
_HANDLED: Final = frozenset(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGALRM") if hasattr(signal, name))

_logger = logging.getLogger("trialog.serving")

Serve = Callable[[int, int, Callable[[], Any] | None], None]


def check_workers(count: int) -> None:
    """Refuse several workers where they cannot share a socket.

    Args:
        count: How many are wanted.

    Raises:
        ConfigurationError: They cannot (`serving.one_worker`).
    """
    if count > 1 and not hasattr(os, "fork"):
        raise ConfigurationError(
            "serving.one_worker",
            f"--workers is {count}, but on this system one process serves a model. Leave --workers out, or start"
            " several servers on ports of their own behind a proxy.",
            workers=count,
        )


class Workers:
    """Starts worker processes, starts those again that die, and stops them.

    Args:
        count: How many there are.
        serve: What a worker does, in a process of its own: it is given its number, a file descriptor that becomes
            readable when it is to stop because this process is gone, and what to call when it answers, if somebody
            waits for that.
        stop_seconds: How long a worker may take to stop.
    """

    def __init__(self, count: int, serve: Serve, stop_seconds: float) -> None:
        self._count = count
        self._serve = serve
        self._stop_seconds = int(stop_seconds) + _FURTHER_SECONDS
        self._workers: dict[int, int] = {}
        self._started_at = [0.0] * count
        self._quick_deaths = [0] * count
        self._is_stopping = False
        # Its other end is in the hands of this process alone: when it is gone, all workers can read the end of it.
        self._lifeline, self._held_end = os.pipe()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT.

        The others begin when the first one answers: what is wrong with the model is said once.

        Returns:
            Exit code: 0, or that of the first worker if it could not begin.
        """
        handlers = {signal.SIGTERM: self._stop, signal.SIGINT: self._stop, signal.SIGALRM: self._kill}
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if not self._start_first():
            return self._exit_code_of_first()
        for worker in range(1, self._count):
            self._start(worker)
        while self._workers:
            pid, status = os.wait()
            worker = self._workers.pop(pid)
            if not self._is_stopping:
                self._replace(worker, pid, status)
        signal.alarm(0)
        return 0

    def _start_first(self) -> bool:
        """Start the first worker and tell whether it came to answer."""
        readable, writable = os.pipe()
        self._start(0, writable, readable)
        os.close(writable)
        try:
            return os.read(readable, len(_READY)) == _READY
        finally:
            os.close(readable)

    def _exit_code_of_first(self) -> int:
        _, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        return 0 if self._is_stopping else abs(code) or 1

    def _start(self, worker: int, ready: int | None = None, readable: int | None = None) -> None:
        if self._is_stopping:
            return
        self._started_at[worker] = time.monotonic()
        # What is buffered would be written by both.
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal in between would miss the new process, or be taken by it for this one.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        try:
            pid = os.fork()
            if pid == 0:
                self._become(worker, ready, readable)
            self._workers[pid] = worker
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)

    def _become(self, worker: int, ready: int | None, readable: int | None) -> NoReturn:
        """Do in the new process what a worker does."""
        code = 1
        try:
            os.close(self._held_end)
            if readable is not None:
                os.close(readable)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            # Ctrl-C reaches every process of the terminal; who stops workers is the process above them.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)

            self._serve(worker, self._lifeline, None if ready is None else partial(os.write, ready, _READY))
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        finally:
            # Nothing of the process above may go on running in this one, whatever was raised.
            raised = sys.exc_info()[1]
            if raised is not None:
                _logger.error("worker %d failed", worker, exc_info=raised)
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _replace(self, worker: int, pid: int, status: int) -> None:
        """Start a worker again that died; one that dies at once again and again, after longer and longer pauses."""
        lived = time.monotonic() - self._started_at[worker]
        self._quick_deaths[worker] = self._quick_deaths[worker] + 1 if lived < _QUICK_DEATH_SECONDS else 0
        deaths = self._quick_deaths[worker]
        pause = 0.0 if deaths == 0 else min(0.5 * 2.0 ** min(deaths - 1, _MOST_DOUBLINGS), _LONGEST_PAUSE_SECONDS)
        code = os.waitstatus_to_exitcode(status)
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        _logger.error("worker %d (process %d) ended %s; it is started again in %.1f s", worker, pid, how, pause)
        until = time.monotonic() + pause
        while not self._is_stopping and time.monotonic() < until:
            select.select([], [], [], 0.05)
        self._start(worker)

    def _stop(self, _signal_number: int, _frame: FrameType | None) -> None:
        if self._is_stopping:
            self._kill(_signal_number, _frame)
            return
        self._is_stopping = True
        signal.alarm(self._stop_seconds)
        for pid in tuple(self._workers):
            _signal(pid, signal.SIGTERM)

    def _kill(self, _signal_number: int, _frame: FrameType | None) -> None:
        for pid in tuple(self._workers):
            _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
