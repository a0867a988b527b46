"""Watching a training: the run that it is logged to, and that tracking never gets in its way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

from trialog.errors import InvalidParameter, TrialogError
from trialog.models.warned import unwarned
from trialog.sdk.autolog.options import Options
from trialog.sdk.fluent.active_runs import ActiveRun
from trialog.sdk.fluent.runs import active_run, start_run
from trialog.sdk.reports import quiet, report
from trialog.sdk.settings import Mode, client_settings

Result = TypeVar("Result")

AUTOLOGGING_TAG: Final = "mlflow.autologging"
"""Tag of runs that were begun by autologging: the library."""


class Training:
    """A training that goes on.

    Args:
        library: Whose it is.
    """

    def __init__(self, library: str) -> None:
        self.library = library
        self.is_logged = False


_training: Final[ContextVar[Training | None]] = ContextVar("trialog_autologged_training", default=None)
current_training = _training.get
"""Return the training that goes on in this thread or task; what is trained inside of it is a part of it."""


@contextmanager
def inside(training: Training | None) -> Iterator[None]:
    """Let all that is trained meanwhile be a part of a training.

    Args:
        training: The training; None if what is trained is a training of its own.
    """
    token = _training.set(training)
    try:
        yield
    finally:
        _training.reset(token)


def watch(
    library: str,
    options: Options,
    train: Callable[[], Result],
    *,
    before: Callable[[], object],
    after: Callable[[Result], object],
) -> Result:
    """Train, and log it: to the active run, or to one that is begun for it.

    Args:
        library: Whose training it is.
        options: What is logged.
        train: Trains; what it returns or raises is returned or raised.
        before: Logs what is known beforehand.
        after: Logs what came out.
    """
    training = Training(library)
    with inside(training), ExitStack() as ended:
        training.is_logged = bool(attempt(options, "A training is not logged", lambda: _begin(library, options, ended)))
        if training.is_logged:
            attempt(options, f"Not all of a training of {library} is logged", before)
        result = train()
        if training.is_logged:
            attempt(options, f"Not all of a training of {library} is logged", lambda: after(result))
        return result


def attempt(options: Options, said: str, action: Callable[[], Result]) -> Result | None:
    """Do something for the sake of tracking alone. What goes wrong is told, once a kind.

    Args:
        options: Whether it is told.
        said: What follows of it.
        action: What is done.

    Returns:
        What it returns; None if it went wrong.

    Raises:
        TrialogError: It went wrong, and the process is strict.
    """
    with ExitStack() as silence:
        if options.silent:
            silence.enter_context(quiet())
            silence.enter_context(unwarned())
        try:
            return action()
        except Exception as error:  # the training goes on, whatever is wrong with the data, a library or a server
            report(_explained(error, said))
            return None


def begin_run(library: str, options: Options) -> ActiveRun:
    """Begin a run for what is trained.

    Args:
        library: Whose training it is.
        options: Tags of the run.
    """
    return start_run(tags={AUTOLOGGING_TAG: library, **options.extra_tags})


def _begin(library: str, options: Options, ended: ExitStack) -> bool:
    """See to it that a run is active; tell whether it is to be logged to."""
    if client_settings().mode is Mode.DISABLED:
        return False
    run = active_run()
    if run is None:
        ended.enter_context(begin_run(library, options))
        return True
    return not options.exclusive or AUTOLOGGING_TAG in run.data.tags


def _explained(error: Exception, said: str) -> TrialogError:
    if isinstance(error, TrialogError):
        return type(error)(error.code, f"{said}. {error.message}", **error.values)
    return InvalidParameter("autolog.failed", f"{said}. {type(error).__name__}: {error}")
