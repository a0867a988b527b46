"""Files that say which environment a project wants: `python_env.yaml` and `conda.yaml`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.projects.yaml_file import read_yaml

# `3.11`, `3.11.7`, `>=3.10,<3.13`; nothing that a program could take for an option of its own or for a path.
_PYTHON: Final = re.compile(r"[<>=!~]{0,2} ?\d[\w.*]*( ?, ?[<>=!~]{1,2} ?\d[\w.*]*)*")
_CONDA_PACKAGE: Final = re.compile(r"(?:[\w.-]+::)?(?P<name>[\w.-]+)\s*(?P<rest>.*)", re.DOTALL)
_CONDA_VERSION: Final = re.compile(r"={0,2}\s*(\d[\w.]*?)(?:\.\*)?(?:=[\w.*]+)?")
# What an environment of Python has anyway, or can install from where all its packages come from.
_OF_PYTHON: Final = frozenset({"pip", "setuptools", "wheel"})
_KEYS: Final = ("python", "build_dependencies", "dependencies")


@dataclass(frozen=True)
class PythonEnvironment:
    """An environment of Python.

    Attributes:
        python: Version of Python, or a range of versions; None for the present one.
        build_dependencies: Lines of a requirements file that are installed first.
        dependencies: Lines of a requirements file.
    """

    python: str | None = None
    build_dependencies: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class CondaEnvironment:
    """An environment of conda.

    Attributes:
        python: The same of Python and pip alone.
        only_conda: What conda alone installs, so that `python` lacks it.
    """

    python: PythonEnvironment
    only_conda: tuple[str, ...] = ()


def read_python_environment(path: Path) -> PythonEnvironment:
    """Read a file `python_env.yaml`.

    Args:
        path: The file.

    Raises:
        InvalidParameter: It cannot be read (`project.file_unreadable`), or says nothing sensible
            (`project.environment_invalid`).
    """
    fields = read_yaml(path)
    unknown = sorted(set(fields) - set(_KEYS))
    if unknown:
        raise _invalid(path, f"it has the field {unknown[0]!r}; its fields are {', '.join(_KEYS)}")
    python = fields.get("python") or None
    if isinstance(python, list | dict):
        raise _invalid(path, "its python is no version")
    return PythonEnvironment(
        None if python is None else _python(path, str(python)),
        _lines(path, fields, "build_dependencies"),
        _lines(path, fields, "dependencies"),
    )


def read_conda_environment(path: Path) -> CondaEnvironment:
    """Read a file `conda.yaml`.

    Args:
        path: The file.

    Raises:
        InvalidParameter: It cannot be read (`project.file_unreadable`), or says nothing sensible
            (`project.environment_invalid`).
    """
    parts = read_yaml(path).get("dependencies") or []
    if not isinstance(parts, list):
        raise _invalid(path, "its dependencies are no list")
    python: str | None = None
    build: list[str] = []
    pip: list[str] = []
    only_conda: list[str] = []
    for part in parts:
        if isinstance(part, dict) and set(part) == {"pip"}:
            pip += _lines(path, part, "pip")
            continue
        match = _CONDA_PACKAGE.fullmatch(part.strip()) if isinstance(part, str) else None
        if match is None:
            raise _invalid(path, f"its dependencies hold {part!r}, which is neither a package nor a list for pip")
        name, rest = match["name"].lower(), match["rest"].strip()
        if name == "python":
            python = _python(path, _plain_version(rest) or rest) if rest else None
        elif name in _OF_PYTHON:
            version = _plain_version(rest)
            build.append(f"{name}=={version}" if version else name + rest)
        else:
            only_conda.append(part.strip())
    return CondaEnvironment(PythonEnvironment(python, tuple(build), tuple(pip)), tuple(only_conda))


def _plain_version(rest: str) -> str | None:
    """Return the version of `=3.11`, `==3.11`, ` 3.11` or `=3.11=h1_0`; None for a range, or if there is none."""
    match = _CONDA_VERSION.fullmatch(rest)
    return None if match is None else match[1]


def _python(path: Path, text: str) -> str:
    if _PYTHON.fullmatch(text.strip()) is None:
        raise _invalid(path, f"its python {text[:50]!r} is no version such as 3.11 and no range such as >=3.10,<3.13")
    return text.strip()


def _lines(path: Path, fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given: Sequence[Any] = fields.get(name) or []
    if not isinstance(given, list) or not all(isinstance(line, str) and "\n" not in line.strip() for line in given):
        raise _invalid(path, f"its {name} are no list of requirements")
    return tuple(line.strip() for line in given if line.strip())


def _invalid(path: Path, fault: str) -> InvalidParameter:
    return InvalidParameter(
        "project.environment_invalid", f"{path} names no environment: {fault}.", path=str(path), fault=fault
    )
