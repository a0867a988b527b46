"""What a run says of the project that it was made of, so that it can be done again."""

import os
import shlex
from typing import Final

from trialog.entities import PARENT_RUN_TAG
from trialog.projects.environment_plan import EnvironmentPlan
from trialog.projects.request import ProjectRequest
from trialog.projects.source import FetchedProject
from trialog.projects.tracked_run import TrackedRun
from trialog.sdk.source import contexts, source_tags
from trialog.sdk.source.artifact_names import CHANGES
from trialog.sdk.source.findings import changes_of
from trialog.sdk.source.git_files import find_repository
from trialog.sdk.source.mode import VARIABLE, SourceMode, source_mode
from trialog.sdk.source.secrets import masked_command

_ENTRY_POINT: Final = "mlflow.project.entryPoint"
_BACKEND: Final = "mlflow.project.backend"
_ENVIRONMENT: Final = "mlflow.project.env"


def project_tags(request: ProjectRequest, source: FetchedProject, plan: EnvironmentPlan) -> dict[str, str]:
    """Return the first tags of a run; those that are empty are not meant.

    Args:
        request: What is run.
        source: Where it lies.
        plan: What it runs in.
    """
    # Who begins it is known as for any run; what it is made of is the project.
    own = source_tags({**os.environ, VARIABLE: "off"})
    return own | {
        contexts.NAME: source.name,
        contexts.TYPE: "PROJECT",
        contexts.COMMIT: source.commit or "",
        contexts.BRANCH: source.branch or "",
        contexts.ADDRESS: source.repository or "",
        contexts.COMMAND: _command(request) if source.commit is not None else "",
        contexts.FOLDER: source.inner if source.commit is not None else "",
        _ENTRY_POINT: request.entry_point,
        _BACKEND: request.backend,
        _ENVIRONMENT: plan.manager,
        PARENT_RUN_TAG: request.parent_run_id or "",
    }


def note_changes(run: TrackedRun, source: FetchedProject) -> None:
    """Keep with a run what is changed in its project and no commit holds.

    Args:
        run: The run.
        source: Where the project lies; what was fetched for the run is not changed.
    """
    repository = None if source.is_fetched else find_repository(source.folder)
    if repository is None or source_mode() is not SourceMode.FULL:
        return
    is_dirty, content = changes_of(repository)
    if is_dirty is not None:
        run.note({contexts.DIRTY: "true" if is_dirty else "false"})
    run.keep(content, CHANGES)


def _command(request: ProjectRequest) -> str:
    """Return the command that runs the same in a copy of the project."""
    options: list[str] = []
    if request.entry_point != "main":
        options += ["-e", request.entry_point]
    if request.backend != "local":
        options += ["-b", request.backend]
    if request.env_manager is not None:
        options += ["--env-manager", request.env_manager]
    # One secret is told by the name before it.
    parameters = [masked_command([f"--{name}={value}"])[0][2:] for name, value in request.parameters.items()]
    return shlex.join(["trialog", "run", ".", *options, *(text for pair in parameters for text in ("-P", pair))])
