"""Parameters of a project: what the user gives, what the file says of them, and what the command gets."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.sdk.artifact_uris import local_source

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:.")
_LONGEST_SHOWN: Final = 200
_NUMBERS: Final = {"float": float, "double": float, "number": float, "int": int, "integer": int}

Fetch = Callable[[str, Path], Path]
"""Fetches what a URI names into a folder, and returns where it is."""


@dataclass(frozen=True)
class Parameter:
    """What a project says of one parameter.

    Attributes:
        name: Its name.
        kind: `string`, `float`, `path` or `uri`, and what others write there: `int` is looked at too, the rest is text.
        default: Its value where none is given; None if one must be given.
    """

    name: str
    kind: str = "string"
    default: str | None = None


@dataclass(frozen=True)
class GivenParameters:
    """The parameters of one run.

    Attributes:
        known: Values of those that the project knows, by name.
        extra: Values of all others, by name.
    """

    known: Mapping[str, str]
    extra: Mapping[str, str]

    @property
    def all(self) -> dict[str, str]:
        """All values by name, as they were given."""
        return {**self.known, **self.extra}


def complete(parameters: Mapping[str, Parameter], given: Mapping[str, Any], where: str) -> GivenParameters:
    """Return the values of all parameters.

    Args:
        parameters: What the project says of them.
        given: What the user gives.
        where: The entry point that they are of, for sentences.

    Raises:
        InvalidParameter: One is missing (`project.parameter_missing`), or is of another type
            (`project.parameter_invalid`).
    """
    texts = {name: str(value) for name, value in given.items()}
    missing = [name for name, said in parameters.items() if said.default is None and name not in texts]
    if missing:
        names = ", ".join(repr(name[:_LONGEST_SHOWN]) for name in missing)
        raise InvalidParameter(
            "project.parameter_missing",
            f"{where} has no value for {names}. Give one with -P {missing[0][:_LONGEST_SHOWN]}=VALUE.",
            parameters=names,
        )
    known: dict[str, str] = {}
    for name, said in parameters.items():
        value = texts.get(name, said.default)
        assert value is not None  # noqa: S101  for the type: those that are missing were told above
        # What the project says itself is right: some write `None` there.
        if value != said.default:
            _check_type(said, value, where)
        known[name] = value
    return GivenParameters(known, {name: value for name, value in texts.items() if name not in parameters})


def local_values(
    parameters: Mapping[str, Parameter], values: Mapping[str, str], project: Path, storage: Path, fetch: Fetch
) -> dict[str, str]:
    """Return the values as the command gets them: files that a path names lie on this machine.

    Args:
        parameters: What the project says of them.
        values: Their values.
        project: Folder of the project: paths are looked for in the working directory, and else there.
        storage: Folder that takes what is fetched.
        fetch: Fetches it.

    Raises:
        InvalidParameter: A path or URI names nothing (`project.parameter_invalid`).
    """
    found = dict(values)
    for index, (name, said) in enumerate(parameters.items()):
        if said.kind not in {"path", "uri"}:
            continue
        value = values[name]
        is_uri = _SCHEME.match(value) is not None
        source = local_source(value) if said.kind == "path" or not is_uri else None
        if source is not None:
            found[name] = str(_local(said, value, source, project))
        elif said.kind == "path":
            folder = storage / f"param_{index}"
            folder.mkdir(parents=True, exist_ok=True)
            found[name] = str(fetch(value, folder).absolute())
    return found


def _local(said: Parameter, value: str, source: Path, project: Path) -> Path:
    for place in (source, project / source):
        if os.path.exists(place):  # noqa: PTH110  false for what can be no name
            return place.absolute()
    raise InvalidParameter(
        "project.parameter_invalid",
        f"The parameter {said.name[:_LONGEST_SHOWN]!r} is of type {said.kind}, and {value[:_LONGEST_SHOWN]!r} is "
        "neither a URI nor a file or folder, be it in the working directory or in the project.",
        parameter=said.name[:_LONGEST_SHOWN],
    )


def _check_type(said: Parameter, value: str, where: str) -> None:
    number = _NUMBERS.get(said.kind)
    if number is None:
        return
    try:
        number(value)
    except ValueError as error:
        raise InvalidParameter(
            "project.parameter_invalid",
            f"{where} takes a number ({said.kind}) as {said.name[:_LONGEST_SHOWN]!r}, and "
            f"{value[:_LONGEST_SHOWN]!r} is none.",
            parameter=said.name[:_LONGEST_SHOWN],
        ) from error
