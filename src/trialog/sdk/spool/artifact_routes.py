"""The ways of a file to where the files of a run are kept."""

import os
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.sdk.transport import Transport
from trialog.wire.messages.base import EmptyResponse

_FILE_TYPE: Final = "application/octet-stream"
# What servers take by the run's id.
_MOST_BY_RUN_BYTES: Final = 10 * 1024 * 1024
# A drive of Windows looks like a scheme of one letter.
_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def send_file(transport: Transport, run_id: str, artifact_uri: str, path: Path, artifact_path: str) -> None:
    """Send a file by the way that fits where the run's files are kept.

    Files that the server keeps for its clients go through it, of any size. Where the server keeps them in a folder that
    it does not name as its own to clients, those up to 10 MiB go to it by the run's id, and larger ones are written
    there if the server is on this machine.

    Args:
        transport: Asks the server.
        run_id: The run.
        artifact_uri: Where its files are kept.
        path: The file.
        artifact_path: Its path in the run's artifacts.

    Raises:
        TrialogError: It is refused, or nobody answers.
        OSError: It cannot be read, or written where it belongs.
    """
    names = _checked(artifact_path)
    place = urlsplit(artifact_uri) if _SCHEME.match(artifact_uri) else None
    if place is not None and place.scheme == "mlflow-artifacts":
        folder = unquote(place.path).strip("/")
        with path.open("rb") as file:
            transport.send(
                "upload_artifact", EmptyResponse, file, _FILE_TYPE, path="/".join([folder, *names] if folder else names)
            )
        return
    folder_here = _local_folder(artifact_uri)
    if folder_here is None:
        raise InvalidParameter(
            "artifact.no_way_there",
            f"The files of the run are kept at {artifact_uri[:300]!r}, where this client cannot write. Have the server"
            " keep them (--serve-artifacts), or send them with a client that can.",
            artifact_uri=artifact_uri[:300],
        )
    size = path.stat().st_size
    if 0 < size <= _MOST_BY_RUN_BYTES:
        with path.open("rb") as file:
            transport.send(
                "upload_run_artifact", EmptyResponse, file, _FILE_TYPE, run_uuid=run_id, path="/".join(names)
            )
        return
    if not _is_local(transport.url):
        raise RequestTooLarge(
            "artifact.too_large_for_server",
            f"The server takes no file of {size} bytes for this run: it keeps the run's files in a folder of its own"
            " machine, and takes up to 10 MiB there. Have it keep files for its clients (--serve-artifacts).",
            size=size,
        )
    _write_here(path, folder_here.joinpath(*names))


def _checked(artifact_path: str) -> tuple[str, ...]:
    path = PurePosixPath(artifact_path.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise InvalidParameter(
            "artifact.invalid_path",
            f"Invalid path {artifact_path[:300]!r} of an artifact: it must lie below the run's own folder.",
            path=artifact_path[:300],
        )
    return path.parts


def _local_folder(artifact_uri: str) -> Path | None:
    if not _SCHEME.match(artifact_uri):
        return Path(artifact_uri)
    place = urlsplit(artifact_uri)
    if place.scheme != "file" or place.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(place.path))


def _is_local(url: str) -> bool:
    place = urlsplit(url)
    return place.scheme not in ("http", "https") or place.hostname in _LOCAL_HOSTS


def _write_here(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        shutil.copyfile(path, temporary)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
