"""`trialog.projects.run`, as MLflow has it."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from types import FrameType
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.projects.request import ProjectRequest
from trialog.projects.submission import submit
from trialog.projects.submitted_run import ProjectFailed, SubmittedRun
from trialog.sdk.experiments import Experiments
from trialog.sdk.fluent.experiments import active_experiment_id
from trialog.sdk.fluent.runs import active_run
from trialog.sdk.tracking_uri import absolute_uri, current_uri, get_tracking_uri, open_transport
from trialog.sdk.transport import Transport

CODE_OF_SIGNALS: Final = 128
"""What a shell adds to the number of the signal that ended a command."""


def run(
    uri: str | PathLike[str],
    entry_point: str = "main",
    version: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    experiment_name: str | None = None,
    experiment_id: str | None = None,
    backend: str = "local",
    backend_config: str | PathLike[str] | Mapping[str, Any] | None = None,
    storage_dir: str | PathLike[str] | None = None,
    synchronous: bool = True,
    run_id: str | None = None,
    run_name: str | None = None,
    env_manager: str | None = None,
) -> SubmittedRun:
    """Run a project, tracked as a run; as a part of the active run, if there is one.

    Args:
        uri: The project: a folder, or a git repository, `https://`, `ssh://` or `user@host:path`, each with
            `#subfolder` behind it or without.
        entry_point: What is run of it: an entry point of its file `MLproject`, or a file `.py` or `.sh`.
        version: Commit, branch or tag of a git repository.
        parameters: Parameters by name; those that the entry point does not know are added as `--name value`.
        experiment_name: Experiment of the run, which is made if it is not there; the active one if None.
        experiment_id: The same by its id.
        backend: Where it runs: `local` or `ray`.
        backend_config: What the backend is told: a mapping, or the path of a JSON file.
        storage_dir: Folder that keeps what is fetched for parameters of type `path`.
        synchronous: Whether to wait until it has ended.
        run_id: A run to go on with, in place of a new one.
        run_name: Name of the run; one is made up if None.
        env_manager: `local`, `uv`, `virtualenv` or `conda`; as the project says if None.

    Returns:
        The run.

    Raises:
        ProjectFailed: The command ended with another exit code than 0 (`project.failed`).
        TrialogError: The project, a parameter or the environment is wrong, or the server refuses something.
    """
    transport = open_transport()
    is_told = isinstance(backend_config, Mapping)
    request = ProjectRequest(
        uri=fspath(uri),
        experiment_id=find_experiment(transport, experiment_name, experiment_id) or active_experiment_id(),
        tracking_uri=absolute_uri(current_uri() or get_tracking_uri()),
        entry_point=entry_point,
        version=version,
        parameters=parameters or {},
        backend=backend,
        backend_config=json.dumps(backend_config) if is_told else _path(backend_config),
        storage_dir=_path(storage_dir),
        run_id=run_id,
        run_name=run_name,
        parent_run_id=None if (parent := active_run()) is None else parent.info.run_id,
        env_manager=env_manager,
    )
    if not synchronous:
        return submit(request, transport, _say, _show)
    submitted = submit_and_wait(request, transport, _say, _show)
    check_success(submitted)
    return submitted


def submit_and_wait(
    request: ProjectRequest, transport: Transport, say: Callable[[str], None], show: Callable[[bytes], None]
) -> SubmittedRun:
    """Begin a run of a project and wait until it has ended; Ctrl-C and SIGTERM stop it.

    Args:
        request: What is to be run.
        transport: Asks the server.
        say: Takes sentences on what is being done.
        show: Shows what the command writes.
    """
    with _stopped_by_signal():
        submitted = submit(request, transport, say, show)
        try:
            submitted.wait()
        except (KeyboardInterrupt, SystemExit):
            say(f"Stopping the run {submitted.run_id}")
            submitted.cancel()
            say(f"The run {submitted.run_id} was stopped.")
            raise
    return submitted


def check_success(submitted: SubmittedRun) -> None:
    """Raise what went wrong with a run that has ended.

    Args:
        submitted: The run.

    Raises:
        ProjectFailed: Its command ended with another exit code than 0 (`project.failed`).
    """
    if not submitted.wait():
        raise ProjectFailed(
            "project.failed",
            f"The run {submitted.run_id} {_ending(submitted)}. What its command wrote is among its artifacts.",
            run_id=submitted.run_id,
            exit_code=submitted.exit_code,
        )


def shell_code(submitted: SubmittedRun) -> int:
    """Return the exit code that a shell would tell of a run that has ended."""
    code = submitted.exit_code
    if code is None:
        return 1
    return code if code >= 0 else CODE_OF_SIGNALS - code


def find_experiment(transport: Transport, name: str | None, experiment_id: str | None) -> str | None:
    """Return the id of the experiment that the user names, which is made if it is not there; None if she names none.

    Args:
        transport: Asks the server.
        name: Its name.
        experiment_id: Its id.

    Raises:
        InvalidParameter: Both are given (`experiment.name_or_id`).
    """
    if name and experiment_id:
        raise InvalidParameter(
            "experiment.name_or_id", "Name the experiment by its name or by its id, and not by both."
        )
    if name:
        return Experiments(transport).get_or_create(name)
    return None if experiment_id is None else str(experiment_id)


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """Have SIGTERM raise `SystemExit` meanwhile, where nobody else handles it."""

    def stop(number: int, _: FrameType | None) -> None:
        raise SystemExit(CODE_OF_SIGNALS + number)

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _ending(submitted: SubmittedRun) -> str:
    if submitted.get_status() == "KILLED":
        return "was stopped"
    code = submitted.exit_code
    if code is not None and code < 0:
        return f"failed: its command was ended by signal {-code}"
    return f"failed: its command ended with exit code {code}"


def _path(given: "str | PathLike[str] | Mapping[str, Any] | None") -> str | None:
    return None if given is None or isinstance(given, Mapping) else fspath(given)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _show(piece: bytes) -> None:
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    else:
        # A notebook takes text alone.
        sys.stdout.write(piece.decode(errors="replace"))
