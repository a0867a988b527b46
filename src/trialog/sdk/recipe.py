"""What a run was made of, as its server says it. Nothing of it is believed that was not looked at."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.runs import Runs
from trialog.sdk.source import contexts
from trialog.sdk.source.artifact_names import CHANGES, FOLDER, REQUIREMENTS
from trialog.sdk.source.changes import holds_changes, read_left_out
from trialog.sdk.source.git_files import is_commit
from trialog.wire.messages.runs import RunMessage

PARENT: Final = "mlflow.parentRunId"
_MOST_BYTES: Final = 16 * 1024 * 1024
_VERSION: Final = r"[A-Za-z0-9][A-Za-z0-9.!+_-]*"
_NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_PLAIN: Final = re.compile(rf"(?P<name>{_NAME})==(?P<version>{_VERSION})")
# Installers put variables of the environment in place of `${NAME}`, which may be secrets, and a backslash at the end
# takes the next line along.
_DIRECT: Final = re.compile(rf"{_NAME} @ (?:https|git\+https|git\+ssh)://[A-Za-z0-9][^\s\x00-\x1f\x7f$\\]*")
_EDITABLE: Final = re.compile(r"-e (?P<path>\.(?:/[^/\s\x00-\x1f\x7f]+)*)")
# A host that begins with a dash would be an option of ssh; `::` names a program that git starts.
_HOST: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9\[][A-Za-z0-9.:\]-]*")
_OF_SSH: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]+:(?![-:])[^\s\x00-\x1f\x7f]+")
_SAFE_SCHEMES: Final = frozenset({"https", "ssh"})
_PYTHON_NAME: Final = re.compile(r"(?!-)[\w. -]+\.py", re.ASCII)
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True)
class Address:
    """Where a repository can be had.

    Attributes:
        text: As git takes it.
        is_local: Whether it is a folder of this machine.
    """

    text: str
    is_local: bool


@dataclass(frozen=True)
class Requirements:
    """Packages that a run had.

    Attributes:
        versions: Versions by name.
        direct: Those that came from an address of their own, each as pip takes it.
        editable: Folders of the repository that are packages, with `/` between the names.
        unknown: Lines that say something else; nothing is done with them.
    """

    versions: Mapping[str, str]
    direct: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """What a run was made of.

    Attributes:
        run_id: The run.
        run_name: Its name.
        experiment_id: Its experiment.
        commit: Hash of the commit; None where no repository was there.
        address: Where the repository can be had, if that was recorded.
        changes: What the commit does not hold, as `git apply` takes it; None if nothing was recorded.
        left_out: Files that were changed and not recorded, as far as is known.
        script: Name and content of the script, where no repository held it.
        requirements: Packages; None if they were not recorded.
        command: The command; empty if it was not recorded.
        folder: Where it was given, from the root of the repository on.
        python: Version of Python, if it was recorded.
        platform: System and kind of processors, if they were recorded.
        is_notebook: Whether it was a notebook.
        is_dirty: Whether there were changes that no commit holds; None if that was not recorded.
    """

    run_id: str
    run_name: str
    experiment_id: str
    commit: str | None
    address: Address | None
    changes: bytes | None
    left_out: tuple[str, ...]
    script: tuple[str, bytes] | None
    requirements: Requirements | None
    command: tuple[str, ...]
    folder: PurePosixPath
    python: str | None
    platform: str | None
    is_notebook: bool
    is_dirty: bool | None


def read_recipe(runs: Runs, artifacts: Artifacts, run_id: str) -> Recipe:
    """Return what a run was made of.

    Args:
        runs: Runs of the server.
        artifacts: Artifacts of the server.
        run_id: The run.

    Raises:
        ResourceNotFound: There is no such run.
        InvalidParameter: The server says something that cannot be used, or that would do harm.
    """
    run = runs.get(run_id)
    tags = {tag.key: tag.value for tag in run.data.tags}
    commit = _commit(tags)
    script_name = tags.get(contexts.SCRIPT) if commit is None else None
    if script_name is not None and not _PYTHON_NAME.fullmatch(script_name):
        raise _unusable("script", script_name)
    files = _Files(artifacts, run)
    changes = files.read(CHANGES) if commit is not None else None
    script = files.read(f"{FOLDER}/{script_name}") if script_name is not None else None
    if commit is None and script is None:
        raise InvalidParameter(
            "reproduce.nothing_recorded",
            f"The run {run_id} has neither a commit nor a script that it could be done again with. Runs that are begun "
            "by `import trialog` record both, unless TRIALOG_SOURCE forbids it.",
            run_id=run_id,
        )
    text = tags.get(contexts.ADDRESS)
    requirements = files.read(REQUIREMENTS)
    dirty = tags.get(contexts.DIRTY)
    return Recipe(
        run_id=run_id,
        run_name=run.info.run_name,
        experiment_id=run.info.experiment_id,
        commit=commit,
        address=checked_address(text) if text and commit is not None else None,
        changes=changes if changes is not None and holds_changes(changes) else None,
        left_out=tuple(read_left_out(changes or b"")),
        script=(script_name, script) if script_name is not None and script is not None else None,
        requirements=read_requirements(requirements) if requirements is not None else None,
        command=_command(tags),
        folder=_folder(tags),
        python=tags.get(contexts.PYTHON),
        platform=tags.get(contexts.PLATFORM),
        is_notebook=tags.get(contexts.TYPE) == "NOTEBOOK",
        is_dirty=None if dirty is None else dirty == "true",
    )


def checked_address(text: str) -> Address:
    """Return where a repository can be had.

    Args:
        text: What a server says.

    Raises:
        InvalidParameter: It is neither an address for HTTPS or SSH nor a folder (`reproduce.unsafe_address`).
    """
    scheme, has_scheme, rest = text.partition("://")
    is_printable = text.isprintable() and " " not in text
    if has_scheme and is_printable:
        authority, _, path = rest.partition("/")
        if scheme in _SAFE_SCHEMES and _HOST.fullmatch(authority) and not path.startswith("-"):
            return Address(text, is_local=False)
        if scheme == "file" and not authority and path and not path.startswith(("/", "\\")):
            return Address(text, is_local=True)
    elif not has_scheme and text.isprintable():
        if "::" not in text and _OF_SSH.fullmatch(text) and not re.match(r"[A-Za-z]:[/\\]", text):
            return Address(text, is_local=False)
        # Two slashes name a machine on Windows, which would be told who asks.
        if re.match(r"(?:/|[A-Za-z]:[/\\])(?![/\\])", text):
            return Address(text, is_local=True)
    raise InvalidParameter(
        "reproduce.unsafe_address",
        f"The run names {text[:_LONGEST_SHOWN]!r} as its repository, from which nothing is fetched: only https:// and "
        "SSH are. Clone it yourself if you trust it, and name the clone with --repository.",
    )


def read_requirements(content: bytes) -> Requirements:
    """Return what a list of packages says; lines of which it is not known what they do are told apart.

    Args:
        content: The list, as pip takes it.
    """
    versions: dict[str, str] = {}
    direct: list[str] = []
    editable: list[str] = []
    unknown: list[str] = []
    for raw in content.decode(errors="replace").splitlines():
        line = raw.strip()
        if plain := _PLAIN.fullmatch(line):
            versions[plain["name"]] = plain["version"]
        elif _DIRECT.fullmatch(line) and _has_host(line.partition(" @ ")[2]):
            direct.append(line)
        elif (folder := _EDITABLE.fullmatch(line)) and ".." not in folder["path"].split("/"):
            editable.append(folder["path"])
        elif line and not line.startswith("# Packages of"):
            unknown.append(line.removeprefix("# ")[:_LONGEST_SHOWN])
    return Requirements(versions, tuple(direct), tuple(editable), tuple(unknown))


def _has_host(url: str) -> bool:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return host is not None and not host.startswith("-")


class _Files:
    """What was recorded of a run as files; of a run within another one, what was recorded of that."""

    def __init__(self, artifacts: Artifacts, run: RunMessage) -> None:
        self._artifacts = artifacts
        parents = [tag.value for tag in run.data.tags if tag.key == PARENT]
        self._run_ids = [run.info.run_id, *parents[:1]]

    def read(self, path: str) -> bytes | None:
        for run_id in self._run_ids:
            try:
                content = bytearray()
                for piece in self._artifacts.open(run_id, path):
                    content += piece
                    if len(content) > _MOST_BYTES:
                        raise InvalidParameter(
                            "reproduce.too_large",
                            f"The artifact {path} of the run {run_id} is larger than anything that is recorded there.",
                            path=path,
                        )
            except ResourceNotFound:
                continue
            else:
                return bytes(content)
        return None


def _commit(tags: Mapping[str, str]) -> str | None:
    text = tags.get(contexts.COMMIT)
    if text is not None and not is_commit(text):
        raise _unusable("commit", text)
    return text


def _command(tags: Mapping[str, str]) -> tuple[str, ...]:
    text = tags.get(contexts.COMMAND, "")
    try:
        arguments = tuple(shlex.split(text))
    except ValueError as error:
        raise _unusable("command", text) from error
    if arguments and (
        arguments[0].startswith("-") or not arguments[0].isprintable() or re.search(r"[/\\]", arguments[0])
    ):
        raise _unusable("command", text)
    return arguments


def _folder(tags: Mapping[str, str]) -> PurePosixPath:
    text = tags.get(contexts.FOLDER) or "."
    folder = PurePosixPath(text)
    if folder.is_absolute() or ".." in folder.parts or "\\" in text or ":" in text or not text.isprintable():
        raise _unusable("folder", text)
    return folder


def _unusable(what: str, text: str) -> InvalidParameter:
    return InvalidParameter(
        "reproduce.unusable",
        f"The run says as its {what} {text[:_LONGEST_SHOWN]!r}, which is none. Nothing was done.",
        what=what,
    )
