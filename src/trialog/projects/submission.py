"""Begins a run of a project: fetches it, looks at all that is given, and hands its command to a backend."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trialog.errors import InvalidParameter, TrialogError
from trialog.projects.description import note_changes, project_tags
from trialog.projects.downloads import fetch_http
from trialog.projects.environment_plan import plan_environment
from trialog.projects.execution import Backend, Work
from trialog.projects.kept_output import KeptOutput
from trialog.projects.local_backend import LocalBackend
from trialog.projects.parameters import GivenParameters, complete, local_values
from trialog.projects.project_file import EntryPoint, read_project
from trialog.projects.request import BACKENDS, ProjectRequest
from trialog.projects.shell_words import CommandTemplate
from trialog.projects.source import FetchedProject, fetch_project
from trialog.projects.submitted_run import Show, SubmittedRun
from trialog.projects.tracked_run import OUTPUT_PATH, TrackedRun
from trialog.remote.settings import CREDENTIALS
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.experiments import Experiments
from trialog.sdk.transport import Transport

_EXPERIMENT_NAME: Final = "MLFLOW_EXPERIMENT_NAME"
_LONGEST_SHOWN: Final = 200

Say = Callable[[str], None]
"""Takes a sentence on what is being done."""


def submit(request: ProjectRequest, transport: Transport, say: Say, show: Show) -> SubmittedRun:
    """Begin a run of a project. What is wrong with the project or what is given is told before there is a run.

    Args:
        request: What is to be run.
        transport: Asks the server.
        say: Takes sentences on what is being done.
        show: Shows what the command writes.

    Raises:
        TrialogError: The project, a parameter or the environment is wrong, or the server refuses something.
    """
    with ExitStack() as held:
        source = held.enter_context(fetch_project(request.uri, request.version))
        if source.is_fetched:
            say(f"Fetched {source.name} at commit {source.commit} into {source.folder}")
        project = read_project(source.folder)
        entry_point = project.entry_point(request.entry_point)
        where = f"The entry point {entry_point.name[:_LONGEST_SHOWN]!r} of {source.name}"
        given = complete(entry_point.parameters, request.parameters, where)
        plan = plan_environment(
            source.folder, python_env=project.python_env, conda_env=project.conda_env, manager=request.env_manager
        )
        storage = _storage(request, entry_point, source, held)
        command = _command(entry_point, given, source, storage, transport)
        kept = KeptOutput(_secrets(request))

        def say_and_keep(sentence: str) -> None:
            kept.add(f"{sentence}\n".encode())
            say(sentence)

        backend = _backend(request, say_and_keep)
        run = held.enter_context(_tracked_run(request, transport, project_tags(request, source, plan)))
        run.log_parameters(given.all)
        note_changes(run, source)
        say(f"Run {run.run_id} of experiment {run.experiment_id} at {transport.url}")
        say(f"Command: {command}")
        variables = _variables(request, run, transport)
        work = Work(command=command, folder=source.folder, variables=variables, environment=plan)
        try:
            job = held.enter_context(backend).start(work)
        except TrialogError:
            run.keep(kept.content(), OUTPUT_PATH)
            raise
        return SubmittedRun(run, job, kept, show, held.pop_all())


def _backend(request: ProjectRequest, say: Say) -> Backend:
    if request.backend == "ray":
        # Ray comes with an extra.
        from trialog.projects.ray_backend import RayBackend

        return RayBackend.open(request.backend_config, say)
    if request.backend == "local":
        return LocalBackend(say)
    raise InvalidParameter(
        "project.unknown_backend",
        f"There is no backend {request.backend[:_LONGEST_SHOWN]!r}; there are {', '.join(BACKENDS)}.",
        backend=request.backend[:_LONGEST_SHOWN],
    )


def _storage(request: ProjectRequest, entry_point: EntryPoint, source: FetchedProject, held: ExitStack) -> Path:
    """Return a folder that takes what is fetched for parameters."""
    if not any(said.kind == "path" for said in entry_point.parameters.values()):
        return Path()
    # What runs elsewhere gets the files of the project, and no others.
    place = source.folder if request.backend != "local" else None
    if request.storage_dir is None or place is not None:
        made = tempfile.TemporaryDirectory(prefix=".trialog-storage-", dir=place, ignore_cleanup_errors=True)
        return Path(held.enter_context(made))
    folder = Path(request.storage_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="trialog-", dir=folder)).absolute()
    except OSError as error:
        raise InvalidParameter(
            "project.no_storage", f"Nothing can be stored in {str(folder)!r}: {error}.", path=str(folder)
        ) from error


def _command(
    entry_point: EntryPoint, given: GivenParameters, source: FetchedProject, storage: Path, transport: Transport
) -> str:
    template = CommandTemplate(
        entry_point.command, f"the entry point {entry_point.name[:_LONGEST_SHOWN]!r} of {source.name}"
    )
    # Before anything is fetched for it.
    template.fill(given.known, given.extra)

    def fetch(uri: str, folder: Path) -> Path:
        if uri.lower().startswith(("http:", "https:")):
            return fetch_http(uri, folder)
        return Artifacts(transport).download_uri(uri, folder)

    return template.fill(local_values(entry_point.parameters, given.known, source.folder, storage, fetch), given.extra)


def _tracked_run(request: ProjectRequest, transport: Transport, tags: Mapping[str, str]) -> TrackedRun:
    if request.run_id is not None:
        return TrackedRun.take_up(transport, request.run_id, request.run_name, tags)
    return TrackedRun.begin(transport, request.experiment_id, request.run_name, tags)


def _variables(request: ProjectRequest, run: TrackedRun, transport: Transport) -> dict[str, str]:
    own = {
        "MLFLOW_RUN_ID": run.run_id,
        "MLFLOW_EXPERIMENT_ID": run.experiment_id,
        "MLFLOW_TRACKING_URI": request.tracking_uri,
    }
    if _EXPERIMENT_NAME in os.environ:
        # It is asked before the id.
        own[_EXPERIMENT_NAME] = Experiments(transport).get(run.experiment_id).name
    return {**request.variables, **own}


def _secrets(request: ProjectRequest) -> list[str]:
    """Return what the command is given and may not tell everybody."""
    known = {**os.environ, **request.variables}
    password = urlsplit(request.tracking_uri).password
    named = [known.get(name) for name in CREDENTIALS if not name.endswith("USERNAME")]
    return [text for text in (*named, password, password and unquote(password)) if text]
