"""Where artifacts are: of a run, of a logged model, of a version, or below the server's own root."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import BinaryIO, Final, Protocol

from trialog.errors import InvalidParameter, NotImplementedHere, ResourceNotFound
from trialog.remote.answers import Answer
from trialog.sdk.artifact_names import last_name
from trialog.sdk.paging import collect
from trialog.sdk.transport import Transport
from trialog.wire.messages.artifacts import FileInfo, ListArtifactsResponse, ListProxiedArtifactsResponse
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.logged_models import LoggedModelResponse
from trialog.wire.messages.promotion import VersionDetailsResponse

_PAGE: Final = 1000
_CONTENT_TYPE: Final = "application/octet-stream"


class Place(Protocol):
    """Files and folders that paths lead to."""

    def files(self, folder: str) -> list[FileInfo]:
        """Return what a folder holds, by name; paths begin at the place."""
        ...

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """Ask for a file.

        Args:
            path: The file.
            headers: Which part of it is wanted.
        """
        ...

    def put(self, path: str, content: bytes | BinaryIO) -> None:
        """Send a file once, in place of the one that was there."""
        ...


class ProxiedPlace:
    """Implements `Place` for a folder below the server's own root.

    Args:
        transport: Asks the server.
        root: The folder.
    """

    def __init__(self, transport: Transport, root: str) -> None:
        self._transport = transport
        self._root = root.strip("/")

    def files(self, folder: str) -> list[FileInfo]:
        """See `Place.files`."""
        path = joined(self._root, folder)
        answer = self._transport.call("list_proxied_artifacts", ListProxiedArtifactsResponse, path=path or None)
        return _below(folder, path, answer.files)

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Place.fetch`."""
        return self._transport.stream("download_artifact", headers, path=joined(self._root, path))

    def put(self, path: str, content: bytes | BinaryIO) -> None:
        """See `Place.put`."""
        place = joined(self._root, path)
        self._transport.send("upload_artifact", EmptyResponse, content, _CONTENT_TYPE, path=place)


class RunPlace:
    """Implements `Place` for the artifacts of a run.

    Args:
        transport: Asks the server.
        run_id: The run.
    """

    def __init__(self, transport: Transport, run_id: str) -> None:
        self._transport = transport
        self._run_id = run_id

    def files(self, folder: str) -> list[FileInfo]:
        """See `Place.files`."""

        def page(_: int, token: str | None) -> tuple[list[FileInfo], str | None]:
            answer = self._transport.call(
                "list_artifacts", ListArtifactsResponse, run_id=self._run_id, path=folder or None, page_token=token
            )
            return answer.files, answer.next_page_token

        return _below(folder, folder, collect(page, None, page_size=_PAGE))

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Place.fetch`."""
        return self._transport.stream("get_run_artifact", headers, run_id=self._run_id, path=path)

    def put(self, path: str, content: bytes | BinaryIO) -> None:
        """See `Place.put`.

        Raises:
            InvalidParameter: The server does not open the place where the run's files are
                (`artifact.not_served_here`).
        """
        self._transport.send(
            "write_run_artifact", EmptyResponse, content, _CONTENT_TYPE, run_id=self._run_id, path=path
        )


class LoggedModelPlace:
    """Implements `Place` for the artifacts of a logged model.

    Args:
        transport: Asks the server.
        model_id: The logged model.
    """

    def __init__(self, transport: Transport, model_id: str) -> None:
        self._transport = transport
        self._model_id = model_id

    def files(self, folder: str) -> list[FileInfo]:
        """See `Place.files`."""

        def page(_: int, token: str | None) -> tuple[list[FileInfo], str | None]:
            answer = self._transport.call(
                "list_logged_model_artifacts",
                ListArtifactsResponse,
                model_id=self._model_id,
                artifact_directory_path=folder or None,
                page_token=token,
            )
            return answer.files, answer.next_page_token

        return _below(folder, folder, collect(page, None, page_size=_PAGE))

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Place.fetch`."""
        return self._transport.stream(
            "get_logged_model_artifact_file", headers, model_id=self._model_id, artifact_file_path=path
        )

    def put(self, path: str, content: bytes | BinaryIO) -> None:
        """See `Place.put`.

        Raises:
            InvalidParameter: The server does not open the place where the model's files are
                (`artifact.not_served_here`).
        """
        self._transport.send(
            "write_logged_model_artifact", EmptyResponse, content, _CONTENT_TYPE, model_id=self._model_id, path=path
        )

    @property
    def tags(self) -> dict[str, str]:
        """Tags of the logged model."""
        found = self._transport.call("get_logged_model", LoggedModelResponse, model_id=self._model_id)
        return {tag.key: tag.value for tag in found.model.info.tags}

    def setting_of_tag(self, key: str, value: str) -> str:
        """Return the call of `trialog.Client` that sets a tag of the logged model.

        Args:
            key: The tag.
            value: Its value.
        """
        return f"set_logged_model_tags({self._model_id!r}, {{{key!r}: {value!r}}})"


class VersionPlace:
    """Implements `Place` for the files of a version of a registered model; they are read, and not written.

    Args:
        transport: Asks the server.
        name: The registered model.
        version: Its number or label, or a stage, `@alias` or `latest`.
    """

    def __init__(self, transport: Transport, name: str, version: str) -> None:
        self._transport = transport
        self._name = name
        self._version = version

    def files(self, folder: str) -> list[FileInfo]:
        """See `Place.files`."""

        def page(_: int, __: str | None) -> tuple[list[FileInfo], str | None]:
            answer = self._transport.call(
                "list_model_version_artifacts",
                ListArtifactsResponse,
                name=self._name,
                version=self._number,
                path=folder or None,
            )
            return answer.files, None

        return _below(folder, folder, collect(page, None, page_size=_PAGE))

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Place.fetch`."""
        return self._transport.stream(
            "get_model_version_artifact", headers, name=self._name, version=self._number, path=path
        )

    def put(self, path: str, content: bytes | BinaryIO) -> None:
        """Refuse to write.

        Raises:
            NotImplementedHere: Always (`artifact.version_is_final`).
        """
        del content
        raise NotImplementedHere(
            "artifact.version_is_final",
            f"What version {self._version} of {self._name!r} holds does not change: {path[:100]!r} was not sent. "
            "Register a new version.",
        )

    @property
    def tags(self) -> dict[str, str]:
        """Tags of the version, and of the logged model that it was registered from, if that is still there."""
        tags = {}
        if self._details.model_id:
            with suppress(ResourceNotFound):
                tags = LoggedModelPlace(self._transport, self._details.model_id).tags
        return {**tags, **self._details.tags}

    def setting_of_tag(self, key: str, value: str) -> str:
        """Return the call of `trialog.Client` that sets a tag of the version; see `LoggedModelPlace.setting_of_tag`."""
        return f"set_model_version_tag({self._name!r}, {self._number!r}, {key!r}, {value!r})"

    @property
    def _number(self) -> str:
        return str(self._details.version)

    @cached_property
    def _details(self) -> VersionDetailsResponse:
        # Asked once, so that all files are of one version, also if its alias moves on meanwhile.
        return self._transport.call("get_named_version", VersionDetailsResponse, name=self._name, version=self._version)


def joined(*paths: str) -> str:
    """Return paths behind one another, without slashes at the ends."""
    return "/".join(part for path in paths if (part := path.strip("/")))


def checked_file_path(path: str) -> str:
    """Return the path of a file without slashes at its ends.

    Raises:
        InvalidParameter: It names no file (`artifact.no_file_name`).
    """
    if not path.strip("/"):
        raise InvalidParameter("artifact.no_file_name", "Name a file among the artifacts, such as model/MLmodel.")
    return path.strip("/")


def _below(folder: str, asked: str, files: list[FileInfo]) -> list[FileInfo]:
    """Return files of a listing with their path from the place on, whatever the server wrote before the last name.

    Args:
        folder: The folder, from the place on.
        asked: The folder as the server was asked for it.
        files: What it answered.
    """
    found = {
        # Some servers list a file under its own name.
        name: FileInfo(joined(folder, name), is_dir=file.is_dir, file_size=file.file_size)
        for file in files
        if file.path.strip("/") != asked.strip("/") and (name := last_name(file.path))
    }
    return [found[name] for name in sorted(found)]
