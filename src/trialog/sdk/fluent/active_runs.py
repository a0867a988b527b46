"""Which run is active: each thread, each task of asyncio and each process has its own."""

import atexit
from contextvars import ContextVar
from types import TracebackType
from typing import Final, NamedTuple, Self

from trialog.entities import RunStatus
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter
from trialog.sdk.entities.run import Run
from trialog.sdk.fluent.background import Background
from trialog.sdk.fluent.process import end_run_of, is_own_run
from trialog.sdk.fluent.recorder import Recorder


class ActiveRun(Run, frozen=True):
    """A run that is logged to; as a block of `with` it ends with the block.

    Args:
        info: What the run is.
        data: What it had when it was begun or taken up again.
        inputs: What it used then.
        outputs: What it had made then.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        end_whole(self.info.run_id, RunStatus.FINISHED if kind is None else RunStatus.FAILED)


class OpenedRun(NamedTuple):
    """A run that is active, and what goes with it.

    Args:
        run: The run, as the user has it.
        recorder: Logs to it.
        background: What is measured and noted beside it.
    """

    run: ActiveRun
    recorder: Recorder
    background: Background


_stack: Final[ContextVar[tuple[OpenedRun, ...]]] = ContextVar("trialog_active_runs", default=())
active_runs = _stack.get
"""Return the active run and those that it is nested in, the innermost last."""


# All that were not ended, by id, whichever thread or task they are active in.
_opened: Final[dict[str, OpenedRun]] = {}


class _Last:
    run: ActiveRun | None = None


def push(opened: OpenedRun) -> None:
    """Make a run the active one."""
    _stack.set((*_stack.get(), opened))
    _opened[opened.run.info.run_id] = opened
    _Last.run = opened.run


def end_opened(opened: OpenedRun, status: RunStatus) -> None:
    """End a run, and wait within the bound that is set until all that was logged has arrived.

    Args:
        opened: The run.
        status: Status that it ends with.
    """
    _stack.set(tuple(other for other in _stack.get() if other is not opened))
    _opened.pop(opened.run.info.run_id, None)
    # What is waited for now is no part of the run.
    ended = now_milliseconds()
    try:
        opened.background.stop()
    finally:
        # Also where Ctrl-C ends the waiting: a run that stays open in a notebook is never ended.
        end_run_of(opened.recorder, status, ended)


def end_whole(run_id: str, status: RunStatus) -> None:
    """End a run, and before it those that were begun inside it and not ended; nothing happens if it is not active.

    Args:
        run_id: The run, which may have been begun in another thread or task.
        status: Status that all of them end with.
    """
    # By id: a library may have ended it and taken it up again. And the block of an asynchronous generator may end in
    # another task than it began in.
    opened = active_runs()
    ids = [one.run.info.run_id for one in opened]
    ended = opened[ids.index(run_id) :] if run_id in ids else tuple(filter(None, [_opened.get(run_id)]))
    for one in reversed(ended):
        end_opened(one, status)


def last_run() -> ActiveRun | None:
    """Return the run that became active last in this process."""
    return _Last.run


def check_none_active() -> None:
    """Refuse to begin a run inside another one that nobody called nested.

    Raises:
        InvalidParameter: A run is active (`run.already_active`).
    """
    if opened := active_runs():
        run_id = opened[-1].run.info.run_id
        raise InvalidParameter(
            "run.already_active",
            f"The run {run_id} is active already. End it with end_run(), or begin the new one inside it with"
            " start_run(nested=True).",
            run_id=run_id,
        )


def _finish_backgrounds() -> None:
    """Let what is noted beside runs that nobody ended be logged before they end with the process."""
    for opened in list(_opened.values()):
        if is_own_run(opened.run.info.run_id):
            opened.background.stop()


# Later than `process.finish`, so that it is called before.
atexit.register(_finish_backgrounds)
