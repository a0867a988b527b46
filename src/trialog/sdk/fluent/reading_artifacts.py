"""Reading artifacts of where this process tracks. All raise what is wrong."""

import json
import tempfile
from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from trialog.errors import InvalidParameter, require
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.entities import FileInfo
from trialog.sdk.entities.conversions import file_info_of
from trialog.sdk.fluent.experiments import active_experiment_id
from trialog.sdk.fluent.settled import settle, settled_client
from trialog.sdk.tracking_uri import open_transport


def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | PathLike[str] | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> str:
    """Fetch a file or folder and return where it is.

    Args:
        artifact_uri: What to fetch: `runs:/ID/path`, `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/m-ID`,
            `mlflow-artifacts:/path`, or a path of this machine.
        run_id: The run that it is of, in place of a URI.
        artifact_path: Path among that run's artifacts; all of them if None.
        dst_path: Folder to put it in, which is made if it is not there; a new one that stays if None.
        tracking_uri: Where to ask; where this process tracks if None.
        registry_uri: Where to ask for registered models, if they are elsewhere.

    Raises:
        InvalidParameter: Neither a URI nor a run is named, or both are (`artifact.uri_or_run`).
        ResourceNotFound: There is nothing.
    """
    _check_one(artifact_uri, run_id, artifact_path)
    settle()
    folder = Path(tempfile.mkdtemp() if dst_path is None else fspath(dst_path)).absolute()
    is_of_registry = artifact_uri is not None and artifact_uri.startswith("models:")
    artifacts = Artifacts(open_transport(registry_uri if is_of_registry and registry_uri else tracking_uri))
    if artifact_uri is not None:
        return str(artifacts.download_uri(artifact_uri, folder))
    return str(artifacts.download(run_id, artifact_path, folder))


def list_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
) -> list[FileInfo]:
    """Return what a folder of artifacts holds.

    Args:
        artifact_uri: The folder, as for `download_artifacts`, but none of this machine.
        run_id: The run that it is of, in place of a URI.
        artifact_path: Path among that run's artifacts; the topmost folder if None.
        tracking_uri: Where to ask; where this process tracks if None.

    Raises:
        InvalidParameter: Neither a URI nor a run is named, or both are (`artifact.uri_or_run`).
    """
    _check_one(artifact_uri, run_id, artifact_path)
    settle()
    artifacts = Artifacts(open_transport(tracking_uri))
    files = artifacts.list(run_id, artifact_path) if artifact_uri is None else artifacts.list_uri(artifact_uri)
    return [file_info_of(file) for file in files]


def load_text(artifact_uri: str) -> str:
    """Return the text that a file among artifacts holds.

    Args:
        artifact_uri: The file, as for `download_artifacts`.

    Raises:
        InvalidParameter: It is no text in UTF-8 (`artifact.other_content`).
    """
    try:
        return _content(artifact_uri).decode()
    except UnicodeDecodeError as error:
        raise _other_content(artifact_uri, "no text in UTF-8") from error


def load_dict(artifact_uri: str) -> Any:
    """Return what a JSON file among artifacts holds.

    Args:
        artifact_uri: The file, as for `download_artifacts`.

    Raises:
        InvalidParameter: It is no JSON (`artifact.other_content`).
    """
    try:
        return json.loads(_content(artifact_uri))
    except ValueError as error:
        raise _other_content(artifact_uri, f"no JSON: {error}") from error


def load_image(artifact_uri: str) -> Any:
    """Return the image that a file among artifacts holds, as Pillow has it.

    Args:
        artifact_uri: The file, as for `download_artifacts`.

    Raises:
        InvalidParameter: It is no image (`artifact.other_content`).
        MissingDependency: Pillow is not installed.
    """
    pillow = require("PIL.Image", extra="models")
    with tempfile.TemporaryDirectory() as folder:
        path = download_artifacts(artifact_uri, dst_path=folder)
        try:
            with pillow.open(path) as image:
                image.load()
                return image.copy()
        except (OSError, SyntaxError, ValueError) as error:
            raise _other_content(artifact_uri, "no image") from error


def load_table(
    artifact_file: str, run_ids: Sequence[str] | None = None, extra_columns: Sequence[str] | None = None
) -> Any:
    """Return the tables of one name of the active experiment's runs as one `pandas.DataFrame`.

    Args:
        artifact_file: Path among the artifacts of each run.
        run_ids: Only of these runs.
        extra_columns: What is added of each run, such as `run_id` or `metrics.f1`.

    Raises:
        ResourceNotFound: No run has such a table.
        MissingDependency: pandas is not installed.
    """
    return settled_client().load_table(active_experiment_id(), artifact_file, run_ids, extra_columns)


def _check_one(artifact_uri: str | None, run_id: str | None, artifact_path: str | None) -> None:
    if (artifact_uri is None) == (run_id is None) or (artifact_uri is not None and artifact_path is not None):
        raise InvalidParameter(
            "artifact.uri_or_run", "Name what you mean either by artifact_uri alone, or by run_id with artifact_path."
        )


def _content(artifact_uri: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(download_artifacts(artifact_uri, dst_path=folder))
        if path.is_dir():
            raise _other_content(artifact_uri, "a folder")
        return path.read_bytes()


def _other_content(artifact_uri: str, what: str) -> InvalidParameter:
    return InvalidParameter("artifact.other_content", f"{artifact_uri[:200]!r} is {what}.", uri=artifact_uri[:200])
