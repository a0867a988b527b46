"""Makes registered models and their versions of what a folder holds."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from trialog.entities import ModelContent, ModelStage, ModelVersion, ModelVersionStatus, Tag
from trialog.store.mlruns.files import FoundFile, below, read_texts, read_whole
from trialog.store.mlruns.left_out import Notes, Reason, Unreadable
from trialog.store.mlruns.meta_yaml import META_FILE, read_meta
from trialog.store.mlruns.units import Snapshot, Unit
from trialog.wire.mlmodel import MAXIMUM_BYTES, parse_mlmodel
from trialog.wire.mlruns_layout import places_of_artifacts

_VERSION_FOLDER: Final = re.compile(r"version-([1-9][0-9]{0,17})/(.*)")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_REMOVED: Final = "Deleted_Internal"
_MLMODEL: Final = "MLmodel"
_STAGES: Final = {stage.value: stage for stage in ModelStage}
_STATUSES: Final = {status.value: status for status in ModelVersionStatus}


class VersionInFolder(NamedTuple):
    """A version of a registered model as its folder has it.

    Args:
        version: What it is.
        content: What its files say of it, if they are in the folder.
    """

    version: ModelVersion
    content: ModelContent


class RegisteredModelInFolder(NamedTuple):
    """A registered model as its folder has it.

    Args:
        name: Its name.
        description: What is to be said of it.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        last_version: The highest number of any version, deleted ones too.
        tags: By name.
        aliases: Numbers of versions by alias.
        versions: Those that are not deleted.
    """

    name: str
    description: str | None
    creation_timestamp: int
    last_updated_timestamp: int
    last_version: int
    tags: list[Tag]
    aliases: dict[str, int]
    versions: list[VersionInFolder]


def read_registered_model(root: str, unit: Unit, snapshot: Snapshot) -> RegisteredModelInFolder:
    """Return a registered model with its versions.

    Args:
        root: The folder `mlruns/`, in which files of versions may be.
        unit: Where it is.
        snapshot: Its files; its notes take what cannot be served.

    Raises:
        Unreadable: It cannot be served.
    """
    meta = read_meta(below(unit.folder, META_FILE))
    name = meta.required("name")
    if name != unit.name:
        raise Unreadable(Reason.WRONG_PLACE, f"to a model {name[:100]}")
    own: dict[str, list[FoundFile]] = {"tags": [], "aliases": []}
    of_versions: dict[int, dict[str, FoundFile]] = {}
    for file in snapshot.files[""]:
        beginning, _, rest = file.name.partition("/")
        if match := _VERSION_FOLDER.fullmatch(file.name):
            of_versions.setdefault(int(match[1]), {})[match[2]] = file._replace(name=match[2])
        elif rest and beginning in own:
            own[beginning].append(file._replace(name=rest))
    versions = [_read_version(root, unit, number, files, snapshot.notes) for number, files in of_versions.items()]
    served = sorted((one for one in versions if one is not None), key=lambda one: one.version.version)
    created = meta.integer("creation_timestamp") or 0
    tags = read_texts(own["tags"], f"{unit.shown}/tags", snapshot.notes)
    return RegisteredModelInFolder(
        name=name,
        description=meta.text("description"),
        creation_timestamp=created,
        last_updated_timestamp=meta.integer("last_updated_timestamp") or created,
        last_version=max(of_versions, default=0),
        tags=[Tag(key, value) for key, value in sorted(tags.items())],
        aliases=_read_aliases(unit, own["aliases"], {one.version.version for one in served}, snapshot.notes),
        versions=served,
    )


def _read_version(
    root: str, unit: Unit, number: int, files: dict[str, FoundFile], notes: Notes
) -> VersionInFolder | None:
    shown = f"{unit.shown}/version-{number}"
    try:
        meta = read_meta(below(unit.folder, f"version-{number}{os.sep}{META_FILE}"))
        if meta.integer("version") != number:
            raise Unreadable(Reason.WRONG_PLACE)  # noqa: TRY301  what is noted here is all that ends the reading
        stage = meta.text("current_stage") or ModelStage.NONE.value
        if stage == _REMOVED:
            return None
        status = meta.text("status") or ModelVersionStatus.READY.value
        if stage not in _STAGES or status not in _STATUSES:
            raise Unreadable(Reason.BAD_META, "its stage or status is unknown")  # noqa: TRY301  as above: it ends the reading
        created = meta.integer("creation_timestamp") or 0
        updated = meta.integer("last_updated_timestamp") or created
    except Unreadable as error:
        notes.add(error.reason, shown, error.detail)
        return None
    source = meta.text("source") or ""
    location = meta.text("storage_location") or source
    tags = read_texts(
        [file._replace(name=name[5:]) for name, file in files.items() if name.startswith("tags/")],
        f"{shown}/tags",
        notes,
    )
    version = ModelVersion(
        name=unit.name,
        version=number,
        creation_timestamp=created,
        last_updated_timestamp=updated,
        description=meta.text("description"),
        user_id=meta.text("user_id"),
        current_stage=_STAGES[stage],
        source=source,
        storage_location=location,
        run_id=meta.text("run_id"),
        run_link=meta.text("run_link"),
        model_id=meta.text("model_id"),
        status=_STATUSES[status],
        status_message=meta.text("status_message"),
        label=None,
        tags=[Tag(key, value) for key, value in sorted(tags.items())],
        aliases=[],
    )
    return VersionInFolder(version, _read_content(root, location))


def _read_aliases(unit: Unit, files: list[FoundFile], served: set[int], notes: Notes) -> dict[str, int]:
    aliases: dict[str, int] = {}
    for alias, text in read_texts(files, f"{unit.shown}/aliases", notes).items():
        number = text.strip()
        if _NUMBER.fullmatch(number) and int(number) in served:
            aliases[alias] = int(number)
        else:
            notes.add(Reason.BAD_META, f"{unit.shown}/aliases/{alias}", "it names no version that is served")
    return aliases


def _read_content(root: str, location: str) -> ModelContent:
    """Return what the files of a version say; nothing where they are elsewhere or cannot be read."""
    for place in places_of_artifacts(location):
        folders = [Path(root, *place[: end + 1]) for end in range(len(place))]
        if not folders[-1].is_dir():
            continue
        if any(folder.is_symlink() for folder in folders):
            break
        try:
            return parse_mlmodel(read_whole(str(folders[-1] / _MLMODEL), MAXIMUM_BYTES)) or ModelContent()
        except (Unreadable, FileNotFoundError):
            break
    return ModelContent()
