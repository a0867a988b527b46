"""Which artifact URIs this server opens: those under the roots that its operator configured, and no others."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from trialog.artifacts.local import LocalArtifactStore
from trialog.artifacts.paths import parse_artifact_path
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore
from trialog.errors import ConfigurationError, InvalidParameter

_PROXIED = re.compile(r"mlflow-artifacts:(?://[A-Za-z0-9._:\[\]-]*)?(?:/(?!/)(?P<path>.*))?", re.IGNORECASE | re.DOTALL)
_FILE = re.compile(r"file:(?://(?:localhost)?)?(?P<path>/(?!/).*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:/")


@dataclass(frozen=True, slots=True)
class ArtifactLocation:
    """A place in a store.

    Args:
        store: The store.
        prefix: The folder in it that a URI names.
    """

    store: ArtifactStore
    prefix: ArtifactPath

    def path(self, text: str) -> ArtifactPath:
        """Return the path in the store of what a client names below this place.

        Raises:
            InvalidParameter: The text leads elsewhere (`artifact.invalid_path`).
        """
        return (*self.prefix, *parse_artifact_path(text))


@dataclass(frozen=True, slots=True)
class LocalRoot:
    """A folder that the operator named, and the store that serves it.

    Args:
        folder: Absolute, as it was named: the beginning of the URIs that lie in it.
        store: The store of that folder.
    """

    folder: Path
    store: ArtifactStore


class ArtifactRoots:
    """From an artifact URI to a place in a store.

    Args:
        proxied: Where `mlflow-artifacts:` leads; None if this server does not serve them.
        local: Folders whose own paths are opened as well.
    """

    def __init__(self, proxied: ArtifactStore | None, local: Sequence[LocalRoot] = ()) -> None:
        self._proxied = proxied
        self._local = tuple(local)
        # Paths are compared with the folder as it was named and as it is found behind links on the way to it.
        self._beginnings = [
            (_names_of(folder), root.store) for root in local for folder in (root.folder, root.folder.resolve())
        ]

    @property
    def proxied(self) -> ArtifactStore | None:
        """The store behind `mlflow-artifacts:`, if this server serves one."""
        return self._proxied

    def proxied_path(self, text: str) -> ArtifactPath:
        """Return where in the proxied store the path leads that a client names in an address.

        Raises:
            InvalidParameter: It leads elsewhere (`artifact.invalid_path`).
        """
        return parse_artifact_path(text)

    def locate(self, artifact_uri: str) -> ArtifactLocation:
        """Return the place that a URI of a run, an experiment or a model names.

        Args:
            artifact_uri: The URI as it is stored; whoever wrote it is not trusted.

        Raises:
            InvalidParameter: It lies under none of the configured roots (`artifact.not_served_here`), or leads
                upwards (`artifact.invalid_path`).
        """
        if (match := _PROXIED.fullmatch(artifact_uri)) is not None:
            if self._proxied is None:
                raise _not_served(artifact_uri)
            # The client asks for the path in a URL, where it is decoded once.
            return ArtifactLocation(self._proxied, parse_artifact_path(_unescaped(match["path"] or "", artifact_uri)))
        names = _local_names(artifact_uri)
        for beginning, store in self._beginnings:
            if names is not None and _folded(names[: len(beginning)]) == _folded(beginning):
                return ArtifactLocation(store, parse_artifact_path("/".join(names[len(beginning) :])))
        raise _not_served(artifact_uri)

    async def close(self) -> None:
        """Close every store."""
        stores: list[ArtifactStore] = [root.store for root in self._local]
        if self._proxied is not None and self._proxied not in stores:
            stores.append(self._proxied)
        for store in stores:
            await store.close()


def open_artifact_roots(destination: str | None, default_artifact_root: str | None = None) -> ArtifactRoots:
    """Open the storage that the operator configured.

    Args:
        destination: `--artifacts-destination`, a folder or a `file:` URI; None if artifacts are not served.
        default_artifact_root: `--default-artifact-root`: opened too if it is a folder or a `file:` URI.

    Raises:
        ConfigurationError: The destination is of a kind this server cannot serve (`artifact.root_not_supported`) or
            unusable (`artifact.root_unusable`).
    """
    folder = None if destination is None else configured_folder(destination)
    if destination is not None and folder is None:
        raise ConfigurationError(
            "artifact.root_not_supported",
            f"Artifacts cannot be kept in {_redacted(destination)!r}: this server keeps them in a local folder. "
            "Give --artifacts-destination a path or a file: URI.",
        )
    proxied = None if folder is None else LocalArtifactStore(folder)
    local_folder = configured_folder(default_artifact_root) if default_artifact_root else None
    if local_folder is None:
        return ArtifactRoots(proxied)
    if proxied is not None and local_folder.resolve() == proxied.root:
        return ArtifactRoots(proxied, [LocalRoot(local_folder, proxied)])
    return ArtifactRoots(proxied, [LocalRoot(local_folder, LocalArtifactStore(local_folder))])


def configured_folder(location: str) -> Path | None:
    """Return the absolute folder that an operator's path or `file:` URI names; None for any other URI.

    Raises:
        ConfigurationError: It is the root of the file system (`artifact.root_unusable`).
    """
    if (match := _FILE.fullmatch(location)) is not None:
        text = unquote(match["path"])
        folder = Path(text[1:] if _DRIVE.match(text[1:]) and os.name == "nt" else text)
    elif _SCHEME.match(location):
        return None
    else:
        folder = Path(location).expanduser()
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow links, and URIs begin as was written
    if folder == folder.parent:
        raise ConfigurationError(
            "artifact.root_unusable", "The root of the file system cannot be the artifact root.", root=str(folder)
        )
    return folder


def _local_names(artifact_uri: str) -> tuple[str, ...] | None:
    """Return the names of the absolute local path that a URI names; None if it names none."""
    match = _FILE.fullmatch(artifact_uri)
    text = artifact_uri if match is None else _unescaped(match["path"], artifact_uri)
    if os.name == "nt":
        text = text.replace("\\", "/")
        text = text[1:] if _DRIVE.match(text[1:]) else text
        text = text if text.startswith("/") or not _DRIVE.match(text) else "/" + text
    if not text.startswith("/") or "?" in text or "#" in text:
        return None
    return tuple(text[1:].removesuffix("/").split("/"))


def _names_of(folder: Path) -> tuple[str, ...]:
    """Return a configured folder in the form of `_local_names`."""
    return tuple(folder.as_posix().removeprefix("/").split("/"))


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names as they are compared on this system."""
    return tuple(os.path.normcase(name) for name in names)


def _unescaped(text: str, artifact_uri: str) -> str:
    """Return the path of a URI, decoded once."""
    # Undecoded these begin a query or a fragment, which no artifact URI has.
    if "?" in text or "#" in text:
        raise _not_served(artifact_uri)
    return unquote(text)


def _redacted(location: str) -> str:
    """Return a URI without user and password."""
    return re.sub(r"//[^/@]*@", "//***@", location)


def _not_served(artifact_uri: str) -> InvalidParameter:
    shown = _redacted(artifact_uri[:200])
    return InvalidParameter(
        "artifact.not_served_here",
        f"The artifact location {shown!r} is not served here: this server opens only the artifact roots that its "
        "operator configured.",
        uri=shown,
    )
