"""The file `MLproject`: what a project is called, what it needs, and what can be run of it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, NotImplementedHere, ResourceNotFound
from trialog.projects.parameters import Parameter
from trialog.projects.shell_words import quoted
from trialog.projects.yaml_file import read_yaml

_NAME: Final = "mlproject"
_ENVIRONMENTS: Final = ("python_env", "conda_env", "docker_env")
_PROGRAMS: Final = {".py": "python", ".sh": "bash"}
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True)
class EntryPoint:
    """One thing that can be run of a project.

    Attributes:
        name: Its name.
        command: The command, with `{name}` where a parameter stands.
        parameters: Parameters by name, in the order of the file.
    """

    name: str
    command: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A project.

    Attributes:
        folder: Where it lies.
        name: What it is called; None if it does not say.
        entry_points: What can be run, by name.
        python_env: File of the Python environment that it names, as a path from its folder.
        conda_env: File of the conda environment that it names.
    """

    folder: Path
    name: str | None = None
    entry_points: Mapping[str, EntryPoint] = field(default_factory=dict)
    python_env: str | None = None
    conda_env: str | None = None

    def entry_point(self, name: str) -> EntryPoint:
        """Return what is to be run.

        Args:
            name: Name of an entry point, or path of a file `.py` or `.sh` in the folder.

        Raises:
            ResourceNotFound: There is none (`project.no_entry_point`).
        """
        if name in self.entry_points:
            return self.entry_points[name]
        program = _PROGRAMS.get(Path(name).suffix) if name.isprintable() else None
        if program is not None and self._holds(name):
            return EntryPoint(name, f"{program} {quoted(name, 'entry point').replace('{', '{{').replace('}', '}}')}")
        known = ", ".join(self.entry_points) or "none"
        raise ResourceNotFound(
            "project.no_entry_point",
            f"The project {self.folder} has no entry point {name[:_LONGEST_SHOWN]!r}, and no file .py or .sh of that "
            f"name. Its entry points are: {known}. Name one of them, or a file, with -e.",
            entry_point=name[:_LONGEST_SHOWN],
            known=known,
        )

    def _holds(self, name: str) -> bool:
        path = self.folder / name
        is_file = os.path.isfile(path)  # noqa: PTH113  false for what can be no name
        return is_file and path.resolve().is_relative_to(self.folder.resolve())


def read_project(folder: Path) -> Project:
    """Read the project of a folder; one without a file `MLproject` has files alone that can be run.

    Args:
        folder: The folder.

    Raises:
        InvalidParameter: The file cannot be read (`project.file_unreadable`) or says nothing sensible
            (`project.file_invalid`).
        NotImplementedHere: It wants an environment that cannot be made here (`project.docker`).
    """
    path = next((found for found in sorted(folder.iterdir()) if found.name.lower() == _NAME), None)
    if path is None:
        return Project(folder)
    fields = read_yaml(path, is_typed=True)
    named = [key for key in _ENVIRONMENTS if fields.get(key) is not None]
    if len(named) > 1:
        raise _invalid(path, f"it names {' and '.join(named)}, and a project has one environment")
    if "docker_env" in named:
        raise NotImplementedHere(
            "project.docker",
            f"{path} wants a container (docker_env), which Trialog does not run. Use a python_env or conda_env in its "
            "place, or run `trialog run` with --env-manager local inside the container and leave docker_env out.",
            path=str(path),
        )
    entry_points = fields.get("entry_points")
    if entry_points is not None and not isinstance(entry_points, dict):
        raise _invalid(path, "its entry_points are no mapping of names to commands")
    return Project(
        folder,
        _text(path, fields, "name"),
        {str(name): _entry_point(path, str(name), said) for name, said in (entry_points or {}).items()},
        _environment_file(path, fields, "python_env"),
        _environment_file(path, fields, "conda_env"),
    )


def _entry_point(path: Path, name: str, said: Any) -> EntryPoint:
    where = f"its entry point {name[:_LONGEST_SHOWN]!r}"
    if not isinstance(said, dict):
        raise _invalid(path, f"{where} is no mapping with a command")
    command = said.get("command")
    if not isinstance(command, str) or not command.strip():
        raise _invalid(path, f"{where} has no command")
    parameters = said.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise _invalid(path, f"the parameters of {where} are no mapping of names to types")
    known = {str(key): _parameter(path, where, str(key), value) for key, value in (parameters or {}).items()}
    # A backslash at the end would join what is added to the command with it.
    return EntryPoint(name, re.sub(r"(?:\\\s*\n\s*)+\Z", "", command).strip(), known)


def _parameter(path: Path, where: str, name: str, said: Any) -> Parameter:
    what = f"the parameter {name[:_LONGEST_SHOWN]!r} of {where}"
    if isinstance(said, str):
        return Parameter(name, said)
    if not isinstance(said, dict):
        raise _invalid(path, f"{what} is neither a type nor a mapping with a type and a default")
    kind = said.get("type", "string")
    if not isinstance(kind, str):
        raise _invalid(path, f"the type of {what} is no text")
    default = said.get("default")
    if isinstance(default, dict | list):
        raise _invalid(path, f"the default of {what} is no single value")
    return Parameter(name, kind, None if default is None else str(default))


def _environment_file(path: Path, fields: Mapping[str, Any], key: str) -> str | None:
    text = _text(path, fields, key)
    if text is None:
        return None
    place = path.parent / text
    if not place.resolve().is_relative_to(path.parent.resolve()):
        raise _invalid(path, f"its {key} {text[:_LONGEST_SHOWN]!r} lies outside of the project")
    if not place.is_file():
        raise _invalid(path, f"its {key} names the file {text[:_LONGEST_SHOWN]!r}, which is not there")
    return text


def _text(path: Path, fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if isinstance(value, dict | list):
        raise _invalid(path, f"its {key} is no text")
    return None if value is None else str(value)


def _invalid(path: Path, fault: str) -> InvalidParameter:
    return InvalidParameter("project.file_invalid", f"{path} cannot be used: {fault}.", path=str(path))
