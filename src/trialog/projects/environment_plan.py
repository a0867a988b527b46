"""What a project wants to run in, and by what it is made."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.errors import InvalidParameter
from trialog.projects.environment_files import (
    PythonEnvironment,
    read_conda_environment,
    read_python_environment,
)
from trialog.projects.requirement_lines import NO_REQUIREMENTS, Requirements, resolve_requirements

MANAGERS: Final = ("local", "uv", "virtualenv", "conda")
PYTHON_FILE: Final = "python_env.yaml"
CONDA_FILE: Final = "conda.yaml"
_CONDA_PROGRAMS: Final = ("conda", "mamba", "micromamba")
_MOST_NAMED: Final = 10


@dataclass(frozen=True, kw_only=True)
class EnvironmentPlan:
    """An environment that is to be there when a command runs.

    Attributes:
        manager: What makes it: `local` is the one that Trialog itself runs in, where the command runs.
        folder: Folder of the project.
        python: Version of Python, or a range of versions; None for the present one.
        build: What is installed first.
        requirements: What is installed then.
        conda_file: File that conda makes it from.
        digest: What tells it from all others; empty for the local one.
        notes: Sentences that the user is to read.
    """

    manager: str
    folder: Path
    python: str | None = None
    build: Requirements = NO_REQUIREMENTS
    requirements: Requirements = NO_REQUIREMENTS
    conda_file: Path | None = None
    digest: str = ""
    notes: tuple[str, ...] = ()


def plan_environment(
    folder: Path, *, python_env: str | None = None, conda_env: str | None = None, manager: str | None = None
) -> EnvironmentPlan:
    """Return which environment a project wants.

    Args:
        folder: Folder of the project.
        python_env: File that `MLproject` names as python_env, as a path from the folder.
        conda_env: File that it names as conda_env. If it names neither, `python_env.yaml` and `conda.yaml` are looked
            for; a project without any runs in the local environment.
        manager: What is to make it, one of `MANAGERS`; None for what the project says: uv for a `python_env.yaml`,
            conda for a `conda.yaml`, or uv where there is no conda and Python and pip are all that it wants.

    Raises:
        InvalidParameter: The manager is unknown or cannot make it (`project.environment_manager`), or a file is
            unreadable (`project.file_unreadable`, `project.environment_invalid`).
    """
    if manager is not None and manager not in MANAGERS:
        raise _refused(f"There is no environment manager {manager!r}; there are {', '.join(MANAGERS)}.")
    if manager == "local":
        return EnvironmentPlan(manager="local", folder=folder)
    if python_env is None and conda_env is None:
        python_env = PYTHON_FILE if (folder / PYTHON_FILE).is_file() else None
        conda_env = CONDA_FILE if python_env is None and (folder / CONDA_FILE).is_file() else None
    if conda_env is not None:
        return _of_conda_file(folder, folder / conda_env, manager)
    if manager == "conda":
        raise _refused(
            f"The project {folder} has no conda.yaml, so that conda cannot make its environment. "
            "Use --env-manager uv, virtualenv or local."
        )
    if python_env is not None:
        return _of_python(folder, read_python_environment(folder / python_env), manager or "uv")
    if manager is None:
        return EnvironmentPlan(manager="local", folder=folder)
    return _of_python(folder, PythonEnvironment(), manager)


def find_conda() -> str | None:
    """Return the program that makes environments of conda; MLflow's variables name one that is not on the path."""
    home = os.environ.get("MLFLOW_CONDA_HOME")
    given = str(Path(home) / "bin" / "conda") if home else os.environ.get("CONDA_EXE")
    candidates = (os.environ.get("MLFLOW_CONDA_CREATE_ENV_CMD"), given, *_CONDA_PROGRAMS)
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def _of_conda_file(folder: Path, path: Path, manager: str | None) -> EnvironmentPlan:
    wanted = read_conda_environment(path)
    if manager == "conda" or (manager is None and (wanted.only_conda or find_conda() is not None)):
        requirements = resolve_requirements(wanted.python.dependencies, folder)
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest = _digest("conda", content, requirements.digest(folder))
        return EnvironmentPlan(
            manager="conda", folder=folder, requirements=requirements, conda_file=path, digest=digest
        )
    if wanted.only_conda:
        raise _refused(
            f"{path} wants what conda alone installs: {_some(wanted.only_conda)}. Use --env-manager conda, or local "
            "with everything installed, or write a python_env.yaml that names them as packages of pip."
        )
    note = f"There is no conda here; {path.name} wants nothing but Python and packages of pip, so that uv makes it."
    return _of_python(folder, wanted.python, manager or "uv", (note,) if manager is None else ())


def _of_python(folder: Path, wanted: PythonEnvironment, manager: str, notes: tuple[str, ...] = ()) -> EnvironmentPlan:
    build = resolve_requirements(wanted.build_dependencies, folder)
    requirements = resolve_requirements(wanted.dependencies, folder)
    return EnvironmentPlan(
        manager=manager,
        folder=folder,
        python=wanted.python,
        build=build,
        requirements=requirements,
        digest=_digest(manager, wanted.python or "", build.digest(folder), requirements.digest(folder)),
        notes=notes,
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _refused(sentence: str) -> InvalidParameter:
    return InvalidParameter("project.environment_manager", sentence)
