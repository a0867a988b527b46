"""A run of a project that was begun."""

import atexit
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from trialog.entities import RunStatus
from trialog.errors import ConnectionFailed, TemporarilyUnavailable, TrialogError
from trialog.projects.execution import Job
from trialog.projects.kept_output import KeptOutput
from trialog.projects.tracked_run import EXIT_CODE_TAG, OUTPUT_PATH, TrackedRun

_MOMENT_SECONDS: Final = 0.5
# A server that is started anew just then must not lose a night's training.
_PATIENCE_SECONDS: Final = 60.0

Show = Callable[[bytes], None]
"""Shows what a command writes."""


class ProjectFailed(TrialogError):
    """The command of a project ended with another exit code than 0, or was stopped."""


class SubmittedRun:
    """A run of a project that was begun. This process ends when it has ended, and not before.

    Args:
        run: The run on the server.
        job: The command.
        kept: Takes what it writes.
        show: Shows what it writes.
        held: What is let go of when it has ended, the run on the server among it.
    """

    def __init__(self, run: TrackedRun, job: Job, kept: KeptOutput, show: Show, held: ExitStack) -> None:
        self._run = run
        self._job = job
        self._kept = kept
        self._show: Show | None = show
        self._held = held
        self._is_cancelled = False
        self._error: Exception | None = None
        self.exit_code: int | None = None
        # Not the end of the thread: Python up to 3.12 takes it for ended when Ctrl-C breaks off waiting for it.
        self._has_ended = threading.Event()
        threading.Thread(target=self._follow, name="trialog-project-run").start()
        # Where Ctrl-C has an interpreter end that waits for the thread.
        atexit.register(self.cancel)

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self._run.run_id

    def wait(self) -> bool:
        """Wait until the run has ended, and tell whether it succeeded.

        Raises:
            TrialogError: What became of it could not be told to the server.
        """
        self._wait_until_ended()
        if self._error is not None:
            raise self._error
        return self.exit_code == 0 and not self._is_cancelled

    def get_status(self) -> str:
        """Return how the run is: `RUNNING`, `FINISHED`, `FAILED` or `KILLED`."""
        if not self._has_ended.is_set():
            return RunStatus.RUNNING.value
        return self._ended_as().value

    def cancel(self) -> None:
        """Stop the run, and wait until it has ended: what does not end by itself is ended after a while."""
        if not self._has_ended.is_set():
            self._is_cancelled = self.exit_code is None
            # Ctrl-C while this waits must not leave it half done.
            threading.Thread(target=self._job.cancel, name="trialog-project-stop", daemon=True).start()
            self._wait_until_ended()

    def _wait_until_ended(self) -> None:
        # Without a bound, Windows would not let Ctrl-C through.
        while not self._has_ended.wait(_MOMENT_SECONDS):
            continue

    def _ended_as(self) -> RunStatus:
        if self._is_cancelled:
            return RunStatus.KILLED
        return RunStatus.FINISHED if self.exit_code == 0 else RunStatus.FAILED

    def _follow(self) -> None:
        try:
            with self._held:
                for piece in self._job.output():
                    self._kept.add(piece)
                    self._shown(piece)
                self.exit_code = self._job.wait()
                _told(self._tell)
        except (TrialogError, OSError) as error:
            self._error = error
        finally:
            self._has_ended.set()
            atexit.unregister(self.cancel)

    def _tell(self) -> None:
        """Tell the server how the run ended; doing it again does no harm."""
        self._run.note({**self._job.tags, EXIT_CODE_TAG: str(self.exit_code)})
        self._run.keep(self._kept.content(), OUTPUT_PATH)
        self._run.end(self._ended_as())

    def _shown(self, piece: bytes) -> None:
        if self._show is not None:
            try:
                self._show(piece)
            except (OSError, ValueError):
                # Nobody looks any more; the run goes on all the same.
                self._show = None


def _told(tell: Callable[[], None]) -> None:
    """Tell a server something that may not be there for a while."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return tell()
        except (ConnectionFailed, TemporarilyUnavailable):
            if time.monotonic() > until:
                raise
        time.sleep(_MOMENT_SECONDS)
