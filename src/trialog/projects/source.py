"""Where a project comes from: a folder of this machine, or a git repository that is fetched."""

import os
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.projects.git_fetching import GitAddress, fetch_repository, local_address, remote_address
from trialog.sdk.artifact_uris import local_source
from trialog.sdk.source.git_files import find_repository, read_address, read_head
from trialog.sdk.source.secrets import without_credentials

_LONGEST_SHOWN: Final = 200
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass
class FetchedProject:
    """A project on this machine. As a block of `with`, what was fetched is removed at its end.

    Attributes:
        folder: Where it lies.
        name: What it is called in the tag `mlflow.source.name`: an address, or a folder.
        is_fetched: Whether it was fetched for this.
        commit: Hash of its commit, if it lies in a repository.
        branch: Name of the branch that is checked out, if one is.
        repository: Address of the repository, if it has one.
        inner: Where in its repository it lies, with `/` between the names.
        scratch: Removes what was fetched.
    """

    folder: Path
    name: str
    is_fetched: bool = False
    commit: str | None = None
    branch: str | None = None
    repository: str | None = None
    inner: str = "."
    scratch: ExitStack = field(default_factory=ExitStack, repr=False)

    def close(self) -> None:
        """Remove what was fetched."""
        self.scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def fetch_project(uri: str, version: str | None = None) -> FetchedProject:
    """Return the project that a URI names; one in a git repository elsewhere is fetched.

    Args:
        uri: A folder, `file:///folder`, `https://host/path`, `ssh://host/path` or `user@host:path`, each with
            `#subfolder` behind it or without.
        version: Commit, branch or tag of a git repository; also of a folder that is one, which itself stays as it is.

    Raises:
        ResourceNotFound: There is no such folder (`project.not_found`).
        InvalidParameter: The URI is none (`project.unsafe_address`), the subfolder leads out of the repository
            (`project.unsafe_subfolder`), or git fails.
    """
    text = uri.strip("'\"")
    address, subfolder = _split(text)
    place = _local_folder(address)
    if place is None:
        return _fetched(remote_address(address), version, subfolder, text)
    is_bare = (place / "HEAD").is_file() and (place / "objects").is_dir() and not (place / ".git").exists()
    if version is None and not is_bare:
        folder = _inside(place, subfolder, text)
        return _described(FetchedProject(folder, str(folder)))
    root = place
    if not is_bare:
        repository = find_repository(place)
        if repository is None:
            raise InvalidParameter(
                "project.no_repository",
                f"A version is named, and the folder {str(place)!r} is in no git repository. Leave --version out.",
                path=str(place),
            )
        root = repository.root
        subfolder = "/".join([*place.resolve().relative_to(root.resolve()).parts, *filter(None, [subfolder])])
    return _fetched(local_address(root), version, subfolder, text)


def _split(text: str) -> tuple[str, str]:
    if not text.lower().startswith("file:") and os.path.isdir(text):  # noqa: PTH112  false for what can be no name
        # A folder may be called so.
        return text, ""
    address, _, subfolder = text.partition("#")
    return address, subfolder


def _local_folder(text: str) -> Path | None:
    """Return the folder that a text names; None if it is no path of this machine.

    Raises:
        ResourceNotFound: It is one, and there is no such folder.
    """
    place = local_source(text)
    if place is not None and os.path.isdir(place):  # noqa: PTH112  false for what can be no name
        return place.absolute()
    if place is None or (_URI.match(text) is None and "@" in text):
        return None
    raise ResourceNotFound(
        "project.not_found",
        f"There is no folder {text[:_LONGEST_SHOWN]!r}. A project is a folder, or a git repository: https://, ssh:// "
        "or user@host:path.",
        path=text[:_LONGEST_SHOWN],
    )


def _fetched(address: GitAddress, version: str | None, subfolder: str, uri: str) -> FetchedProject:
    _check_subfolder(subfolder, uri)
    with ExitStack() as scratch:
        # On Windows, git marks its files as such that cannot be removed at once.
        made = tempfile.TemporaryDirectory(prefix="trialog-project-", ignore_cleanup_errors=True)
        root = Path(scratch.enter_context(made)) / "project"
        fetch_repository(address, version, root)
        behind = f"#{subfolder}" if subfolder else ""
        found = FetchedProject(_inside(root, subfolder, uri), f"{address.shown}{behind}", is_fetched=True)
        _described(found, address)
        found.scratch = scratch.pop_all()
    return found


def _described(found: FetchedProject, address: GitAddress | None = None) -> FetchedProject:
    repository = find_repository(found.folder)
    if repository is not None:
        head = read_head(repository)
        found.commit, found.branch = head.commit, head.branch
        if address is None or address.protocols == ("file",):
            # Of a clone on this machine, where that one came from says more.
            found.repository = read_address(repository)
        else:
            found.repository = address.shown
        found.inner = found.folder.resolve().relative_to(repository.root.resolve()).as_posix()
        if found.repository is not None and not found.is_fetched:
            found.name = found.repository if found.inner == "." else f"{found.repository}#{found.inner}"
    return found


def _inside(root: Path, subfolder: str, uri: str) -> Path:
    _check_subfolder(subfolder, uri)
    folder = root.joinpath(*subfolder.split("/")) if subfolder else root
    if not os.path.isdir(folder):  # noqa: PTH112  false for what can be no name
        raise ResourceNotFound(
            "project.not_found",
            f"{without_credentials(uri)[:_LONGEST_SHOWN]!r} has no folder {subfolder[:_LONGEST_SHOWN]!r}.",
            path=subfolder[:_LONGEST_SHOWN],
        )
    # A link in a repository may lead elsewhere.
    if not folder.resolve().is_relative_to(root.resolve()):
        raise _unsafe_subfolder(subfolder, uri)
    return folder


def _check_subfolder(subfolder: str, uri: str) -> None:
    parts = subfolder.split("/") if subfolder else []
    if any(part in {"", ".", "..", ".git"} or re.search(r"[\\:\x00-\x1f]", part) for part in parts):
        raise _unsafe_subfolder(subfolder, uri)


def _unsafe_subfolder(subfolder: str, uri: str) -> InvalidParameter:
    return InvalidParameter(
        "project.unsafe_subfolder",
        f"{subfolder[:_LONGEST_SHOWN]!r}, which stands behind # in {without_credentials(uri)[:_LONGEST_SHOWN]!r}, is "
        "no folder of the project: it is a path with / between its names, which leads nowhere else.",
        path=subfolder[:_LONGEST_SHOWN],
    )
