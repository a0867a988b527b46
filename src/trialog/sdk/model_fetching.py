"""Fetches model folders from the server, and sees that they are what was saved."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from os import PathLike, fspath
from pathlib import Path

from trialog.errors import ResourceNotFound
from trialog.models.checksums import check_sum, load_checked
from trialog.models.code_paths import withdraw_code
from trialog.models.folder import MLMODEL, ModelMetadata
from trialog.models.requirements import warn_of_mismatches
from trialog.sdk.artifact_download import download_to
from trialog.sdk.artifact_places import LoggedModelPlace, VersionPlace
from trialog.sdk.artifact_uris import local_source, named_place
from trialog.sdk.client import Client
from trialog.sdk.fluent.settled import settle
from trialog.sdk.model_sources import MODEL_SHA256, source_of
from trialog.sdk.tracking_uri import open_transport


@contextmanager
def opened(
    model_uri: str | PathLike[str], dst_path: str | PathLike[str] | None = None, *, suppress_warnings: bool = False
) -> Iterator[tuple[Path, ModelMetadata]]:
    """Fetch a model folder and see that it is what was saved; it is there while the block lasts.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; `mlflow-artifacts:/path`; or a path or `file:` URI of
            this machine, which is used as it is.
        dst_path: Folder to fetch it into, where it stays; a temporary one if None. What breaks off leaves nothing.
        suppress_warnings: Whether to say nothing of packages that are here in other versions.

    Yields:
        The folder, and what its file `MLmodel` says.

    Raises:
        ResourceNotFound: There is no such model.
        InvalidParameter: It is no such URI (`artifact.unknown_uri`), or describes no model (`model.mlmodel_unreadable`,
            `model.mlmodel_invalid`).
        DamagedData: A file of it differs, is missing, or was added (`model.file_changed`).
    """
    with fetched(model_uri, dst_path) as folder:
        metadata = load_checked(folder)
        if not suppress_warnings:
            warn_of_mismatches(folder, metadata.python_version)
        yield folder, metadata


@contextmanager
def fetched(
    model_uri: str | PathLike[str], dst_path: str | PathLike[str] | None = None, *, takes_files: bool = False
) -> Iterator[Path]:
    """Fetch a model folder; it is there while the block lasts. See `opened`, which looks at its files as well.

    Args:
        model_uri: See `opened`.
        dst_path: See `opened`.
        takes_files: Whether files of a run will do that are no model.

    Raises:
        DamagedData: Its file `MLmodel` is not the one that was logged or registered (`model.file_changed`).
    """
    uri = fspath(model_uri)
    source = local_source(uri)
    if source is not None:
        yield source
    elif dst_path is None:
        with tempfile.TemporaryDirectory(prefix="trialog-model-") as temporary:
            try:
                yield _fetch(uri, Path(temporary), takes_files)
            finally:
                withdraw_code(Path(temporary))
    else:
        destination = Path(dst_path)
        destination.mkdir(parents=True, exist_ok=True)
        # On the same disk, so that its files only have to be renamed.
        with tempfile.TemporaryDirectory(prefix=".trialog-", dir=destination) as temporary:
            part = _fetch(uri, Path(temporary), takes_files)
            folder = destination / part.relative_to(temporary)
            _move(part, folder)
        yield folder


def _fetch(uri: str, folder: Path, takes_files: bool) -> Path:
    # What was logged a moment ago may still be on its way.
    settle()
    if uri.lower().startswith("runs:"):
        # The models of a run lie beside it, and are still named by it.
        uri = _named_by_run(uri, takes_files)
    place, path = named_place(open_transport(), uri)
    found = download_to(place, path, folder, keeps_path=uri.lower().startswith("models:"))
    if isinstance(place, VersionPlace | LoggedModelPlace) and not path.strip("/"):
        expected = place.tags.get(MODEL_SHA256)
        if expected is not None:
            check_sum(found, MLMODEL, expected, how=partial(_how_to_accept, place))
    return found


def _named_by_run(uri: str, takes_files: bool) -> str:
    try:
        source = source_of(Client(), uri)
    except ResourceNotFound as error:
        if takes_files and error.code == "model_version.no_model_files":
            return uri
        raise
    return uri if source.model_id is None else source.uri


def _how_to_accept(place: VersionPlace | LoggedModelPlace, found: str) -> str:
    """Return what whoever changed the file `MLmodel` on the server does, so that the model loads again."""
    return (
        f"Log the model again. If the change is yours, such as by set_signature of mlflow, accept it with "
        f"trialog.Client().{place.setting_of_tag(MODEL_SHA256, found)}."
    )


def _move(part: Path, folder: Path) -> None:
    """Put fetched files in their place: over those of the same names."""
    for file in [one for one in part.rglob("*") if one.is_file()]:
        target = folder / file.relative_to(part)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
