"""Tags that say what a run is begun from: each context that this process is in says what it knows."""

import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from trialog.sdk.source.command import invocation, main_file
from trialog.sdk.source.git_files import Repository, find_repository, read_address, read_head
from trialog.sdk.source.mode import SourceMode, source_mode

NAME: Final = "mlflow.source.name"
TYPE: Final = "mlflow.source.type"
USER: Final = "mlflow.user"
COMMIT: Final = "mlflow.source.git.commit"
BRANCH: Final = "mlflow.source.git.branch"
ADDRESS: Final = "mlflow.source.git.repoURL"
DIRTY: Final = "trialog.source.git.dirty"
COMMAND: Final = "trialog.source.command"
FOLDER: Final = "trialog.source.folder"
PYTHON: Final = "trialog.source.python"
PLATFORM: Final = "trialog.source.platform"
SCRIPT: Final = "trialog.source.script"
REPRODUCES: Final = "trialog.reproduces"

_LONGEST_VALUE: Final = 8000
# Variables that only what gives out work sets.
_JOBS: Final = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "CI", "KUBERNETES_SERVICE_HOST", "AWS_BATCH_JOB_ID")

Tags = dict[str, str]


def source_tags(environment: Mapping[str, str] | None = None) -> Tags:
    """Return the tags of a run that is begun now: quick, for the beginning of the run waits for it.

    Args:
        environment: Variables by name; those of this process if None.
    """
    variables = os.environ if environment is None else environment
    mode = source_mode(variables)
    contexts: tuple[Callable[[Mapping[str, str]], Tags], ...] = (_user,)
    if mode is not SourceMode.OFF:
        contexts = (_user, _process, _git, _notebook)
    tags: Tags = {}
    # The environment has the last word: a service that gives out work says there what it gave.
    for context in (*contexts, _environment):
        try:
            tags.update(context(variables))
        except (OSError, ValueError, LookupError, AttributeError, TypeError):
            # What a context cannot tell, such as where the working directory is gone, is no reason to begin no run.
            continue
    return {key: value[:_LONGEST_VALUE] for key, value in tags.items() if value}


def is_notebook() -> bool:
    """Tell whether this process runs a notebook: of Jupyter, VS Code, Colab or Kaggle."""
    shell = _shell()
    return shell is not None and type(shell).__name__ in {"ZMQInteractiveShell", "Shell"}


def source_repository() -> Repository | None:
    """Return the repository of the program that this process runs; that of the working directory if it runs none."""
    script = main_file()
    if script is None or is_notebook():
        return find_repository(Path.cwd())
    folder = script.absolute().parent
    # An installed program, such as pytest, works on what lies where it was called.
    return find_repository(Path.cwd() if _is_installed(folder) else folder)


def _is_installed(folder: Path) -> bool:
    """Tell whether programs of a folder came with Python or with a package."""
    prefix = Path(sys.prefix)
    if folder in {prefix / "bin", prefix / "Scripts"} or folder.is_relative_to(Path(os.__file__).parent):
        return True
    return not {"site-packages", "dist-packages"}.isdisjoint(folder.parts)


def _user(variables: Mapping[str, str]) -> Tags:
    name = variables.get("MLFLOW_TRACKING_USERNAME", "")
    if not name:
        try:
            name = getpass.getuser()
        except (ImportError, KeyError, OSError):
            # A container may run under a number that has no name.
            name = "unknown"
    return {USER: name}


def _process(variables: Mapping[str, str]) -> Tags:
    script = main_file()
    version = sys.version_info
    return {
        NAME: str(script) if script is not None else "<console>",
        TYPE: "JOB" if any(variables.get(name) for name in _JOBS) else "LOCAL",
        PYTHON: f"{version.major}.{version.minor}.{version.micro}",
    }


def _git(_: Mapping[str, str]) -> Tags:
    repository = source_repository()
    tags: Tags = {}
    if not is_notebook():
        begun = invocation(repository.root if repository is not None else None)
        if begun is not None and begun.text is not None:
            tags |= {COMMAND: begun.text, FOLDER: begun.folder}
    if repository is not None:
        head = read_head(repository)
        if head.commit is not None:
            tags |= {COMMIT: head.commit, BRANCH: head.branch or "", ADDRESS: read_address(repository) or ""}
    return tags


def _notebook(variables: Mapping[str, str]) -> Tags:
    if not is_notebook():
        return {}
    names: Mapping[str, Any] = getattr(_shell(), "user_ns", {})
    candidates = (
        names.get("__vsc_ipynb_file__"),
        variables.get("__vsc_ipynb_file__"),
        variables.get("IPYNB_FILE"),
        # Servers of Jupyter say it to their kernels.
        variables.get("JPY_SESSION_NAME"),
    )
    name = next((str(found) for found in candidates if found), "")
    return {TYPE: "NOTEBOOK", NAME: Path(name).name or "<notebook>"}


def _environment(variables: Mapping[str, str]) -> Tags:
    said = json.loads(variables.get("MLFLOW_RUN_CONTEXT") or "{}")
    return {str(key): str(value) for key, value in said.items()}


def _shell() -> Any:
    # Not imported: where it is not loaded, nobody runs a notebook.
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None
