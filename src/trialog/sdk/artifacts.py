"""A client for artifacts: files and folders of runs, of logged models, and of versions of registered models."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from trialog.errors import InvalidParameter
from trialog.sdk.artifact_download import download_to, read_pieces, walk
from trialog.sdk.artifact_places import LoggedModelPlace, Place, RunPlace, VersionPlace
from trialog.sdk.artifact_progress import OnProgress
from trialog.sdk.artifact_uploads import send_content, send_path
from trialog.sdk.artifact_uris import copy_local, local_source, named_place
from trialog.sdk.transport import Transport
from trialog.wire.messages.artifacts import FileInfo

# Within the class `list` is its method.
Files = list[FileInfo]
Paths = list[str]


class Artifacts:
    """Artifacts on one server. Any number of threads may use it.

    Each call names a run by its id, or a logged model by `model_id`.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, run_id: str | None = None, path: str | None = None, *, model_id: str | None = None) -> Files:
        """Return what a folder holds, by name; of a file or of a folder that is not there, nothing.

        Args:
            run_id: The run.
            path: The folder; the whole of it if None.
            model_id: The logged model, in place of a run.
        """
        return self._place(run_id, model_id).files(path or "")

    def list_version(self, name: str, version: str, path: str | None = None) -> Files:
        """Return what a folder of a version of a registered model holds, by name.

        Args:
            name: The registered model.
            version: Its number or label, or a stage, `@alias` or `latest`.
            path: The folder; the whole of it if None.
        """
        return VersionPlace(self._transport, name, version).files(path or "")

    def list_uri(self, uri: str) -> Files:
        """Return what the folder holds that a URI names, by name.

        Args:
            uri: As for `download_uri`, but for those of this machine.
        """
        place, path = named_place(self._transport, uri)
        return place.files(path)

    def walk_uri(self, uri: str) -> Files:
        """Return all folders and files below the folder that a URI names, by path.

        Args:
            uri: As for `list_uri`.
        """
        place, path = named_place(self._transport, uri)
        return walk(place, path.strip("/"))

    def upload(
        self,
        run_id: str | None,
        local_path: Path,
        artifact_path: str | None = None,
        *,
        model_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Paths:
        """Send a file, or all that a folder holds.

        A file keeps its name; of a folder all that is in it is sent, and not its own name. Links to folders are not
        followed. Nothing larger than a piece of a file is held in memory.

        Args:
            run_id: The run.
            local_path: The file or folder.
            artifact_path: Folder among the artifacts that takes it; the topmost if None.
            model_id: The logged model, in place of a run.
            on_progress: Is told how far it is.

        Returns:
            Paths of the files that are there now.

        Raises:
            InvalidParameter: It is neither file nor folder (`artifact.no_local_file`), or changed its length on the
                way (`artifact.file_changed`).
        """
        return send_path(self._place(run_id, model_id), Path(local_path), artifact_path or "", on_progress)

    def upload_content(
        self, run_id: str | None, content: bytes | BinaryIO, path: str, *, model_id: str | None = None
    ) -> None:
        """Send one file from memory, or from an open file.

        Args:
            run_id: The run.
            content: The file; of an open one, what is left to read.
            path: Path among the artifacts.
            model_id: The logged model, in place of a run.
        """
        send_content(self._place(run_id, model_id), content, path)

    def download(
        self,
        run_id: str | None,
        path: str | None,
        destination: Path,
        *,
        model_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Fetch a file or a folder.

        A file is written under another name until it is whole, so that nobody takes a part for it; what breaks off is
        gone on with. Doing it again does no harm.

        Args:
            run_id: The run.
            path: The file or folder; all artifacts if None or empty.
            destination: Folder that takes it under its own last name, or, if it is all, that takes what it holds; it
                is made if it is not there.
            model_id: The logged model, in place of a run.
            on_progress: Is told how far it is.

        Returns:
            Where it is.

        Raises:
            ResourceNotFound: There is no such file or folder.
            ConnectionFailed: The server names a file that would lie elsewhere (`artifact.unsafe_name`).
        """
        return download_to(self._place(run_id, model_id), path or "", Path(destination), on_progress)

    def download_uri(self, uri: str, destination: Path, *, on_progress: OnProgress | None = None) -> Path:
        """Fetch what a URI names.

        Args:
            uri: `runs:/ID/path`, `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`, or
                `models:/NAME@ALIAS`, each with a path behind it or without, `models:/m-ID/path`,
                `mlflow-artifacts:/path`, or a path or `file:` URI of this machine.
            destination: As for `download`. What `models:` names below a version or model keeps its whole path.
            on_progress: Is told how far it is.

        Raises:
            InvalidParameter: It is no such URI (`artifact.unknown_uri`).
            ResourceNotFound: There is nothing.
        """
        source = local_source(uri)
        if source is not None:
            return copy_local(source, Path(destination))
        place, path = named_place(self._transport, uri)
        folder = Path(destination)
        return download_to(place, path, folder, on_progress, keeps_path=uri.lower().startswith("models:"))

    def open(self, run_id: str | None, path: str, *, model_id: str | None = None) -> Iterator[bytes]:
        """Hand out a file piece by piece; what breaks off is gone on with.

        Args:
            run_id: The run.
            path: The file.
            model_id: The logged model, in place of a run.
        """
        return read_pieces(self._place(run_id, model_id), path)

    def open_uri(self, uri: str) -> Iterator[bytes]:
        """Hand out the file that a URI names piece by piece.

        Args:
            uri: As for `list_uri`.
        """
        place, path = named_place(self._transport, uri)
        return read_pieces(place, path)

    def _place(self, run_id: str | None, model_id: str | None) -> Place:
        if run_id is not None and model_id is None:
            return RunPlace(self._transport, run_id)
        if model_id is not None and run_id is None:
            return LoggedModelPlace(self._transport, model_id)
        raise InvalidParameter("artifact.no_owner", "Name either a run or a logged model that the artifacts are of.")
