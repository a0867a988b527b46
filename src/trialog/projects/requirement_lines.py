"""What a list of requirements comes to: the files that it names are read, and what it names of the project is found."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.errors import InvalidParameter

_OPTION: Final = re.compile(r"(?P<name>-r|--requirement|-c|--constraint|-e|--editable)(?:\s*=\s*|\s*)(?P<value>\S.*)")
_COMMENT: Final = re.compile(r"(^|\s+)#.*$")
_LOCAL: Final = re.compile(r"(?P<path>[^\[;]+?)\s*(?P<rest>\[.*|;.*)?")
_MAXIMUM_BYTES: Final = 1024 * 1024
_MAXIMUM_DEPTH: Final = 10
# Of a package in the project, larger files count by their size and time.
_MOST_BYTES_READ: Final = 1024 * 1024
_NO_SOURCE: Final = frozenset({"__pycache__", "build", "dist", "mlartifacts", "mlruns", "node_modules"})


@dataclass(frozen=True)
class Requirements:
    """What is to be installed.

    Attributes:
        lines: Lines of a requirements file that name no other file.
        constraints: Lines of a constraints file.
        local: Packages that lie beside, as a path, from the folder of the project if they lie in it.
    """

    lines: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    local: tuple[str, ...] = ()

    def digest(self, folder: Path) -> str:
        """Return what tells these requirements, and the content of the packages that lie beside, from all others.

        Args:
            folder: Folder of the project.
        """
        digest = hashlib.sha256(repr((self.lines, self.constraints, self.local)).encode())
        for argument in self.local:
            digest.update(_tree_digest(folder / _local_path(argument)))
        return digest.hexdigest()


NO_REQUIREMENTS: Final = Requirements()


def resolve_requirements(lines: Sequence[str], folder: Path) -> Requirements:
    """Return what a list of requirements comes to.

    Packages of the project that it wants editable are installed as they are now: an environment is kept for all runs
    that want the same, so that it must not follow one folder.

    Args:
        lines: Lines of a requirements file.
        folder: Folder of the project, which paths start from.

    Raises:
        InvalidParameter: A file that they name cannot be read (`project.environment_invalid`).
    """
    wanted: list[str] = []
    constraints: list[str] = []
    local: list[str] = []
    for line, is_constraint in _expanded(lines, folder, folder, is_constraint=False, depth=0):
        option = _OPTION.fullmatch(line)
        if is_constraint:
            constraints.append(line)
        elif option is not None and option["name"] in {"-e", "--editable"} and _is_local(option["value"]):
            local.append(_found(option["value"], folder))
        elif _is_local(line):
            local.append(_found(line, folder))
        else:
            wanted.append(line)
    return Requirements(tuple(wanted), tuple(constraints), tuple(local))


def _expanded(
    lines: Sequence[str], near: Path, folder: Path, *, is_constraint: bool, depth: int
) -> Iterator[tuple[str, bool]]:
    """Hand out lines and those of the files that they name, each with whether it is only a constraint."""
    if depth > _MAXIMUM_DEPTH:
        raise _invalid("", "the files of requirements name each other in a circle")
    for raw in lines:
        line = _COMMENT.sub("", raw).strip()
        option = _OPTION.fullmatch(line)
        if not line:
            continue
        if option is None or option["name"] in {"-e", "--editable"} or "://" in option["value"]:
            yield line, is_constraint
            continue
        path = near / option["value"].strip("'\"")
        bounds_only = is_constraint or option["name"] in {"-c", "--constraint"}
        yield from _expanded(_read_lines(path), path.parent, folder, is_constraint=bounds_only, depth=depth + 1)


def _read_lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAXIMUM_BYTES + 1)
        if len(content) > _MAXIMUM_BYTES:
            raise _invalid(str(path), f"it is larger than {_MAXIMUM_BYTES} bytes")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _invalid(str(path), str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise _invalid(str(path), "it is no text in UTF-8") from error
    return re.sub(r"\\\r?\n", " ", text).splitlines()


def _is_local(line: str) -> bool:
    """Tell whether a requirement is a path, as pip does: it begins with a dot, or has a slash and no address."""
    path = _local_path(line)
    return not line.startswith("-") and "://" not in line and "@" not in path and (path[:1] == "." or "/" in path)


def _local_path(line: str) -> str:
    match = _LOCAL.fullmatch(line.strip("'\""))
    return line if match is None else match["path"]


def _found(line: str, folder: Path) -> str:
    path = _local_path(line)
    if not (folder / path).exists():
        raise _invalid(str(folder / path), "the requirements name it, and it is not there")
    return line.strip("'\"")


def _tree_digest(place: Path) -> bytes:
    """Return what tells a file, or the files of a folder, from others; what is made of them does not count."""
    digest = hashlib.sha256()
    if place.is_file():
        _add_file(digest, place)
        return digest.digest()
    for root, folders, files in os.walk(place):
        folders[:] = sorted(
            name for name in folders if name not in _NO_SOURCE and name[:1] != "." and not name.endswith(".egg-info")
        )
        for name in sorted(files):
            path = Path(root, name)
            digest.update(path.relative_to(place).as_posix().encode("utf-8", "surrogateescape") + b"\0")
            if path.is_file():
                _add_file(digest, path)
    return digest.digest()


def _add_file(digest: "hashlib._Hash", path: Path) -> None:
    found = path.stat()
    if found.st_size > _MOST_BYTES_READ:
        digest.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    else:
        digest.update(hashlib.sha256(path.read_bytes()).digest())


def _invalid(path: str, fault: str) -> InvalidParameter:
    where = f"{path} cannot be used: " if path else ""
    return InvalidParameter(
        "project.environment_invalid",
        f"The requirements of the project cannot be read: {where}{fault}.",
        path=path,
        fault=fault,
    )
