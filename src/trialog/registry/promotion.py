"""Moving versions from stage to stage: promotion, the way back, and MLflow's own transition.

What is in a stage when a request arrives is what its caller may want to replace. So it is read first, and if anything
moves before the write, the write is refused: of two at the same moment one wins.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.entities import ACTIVE_STAGES, Cause, ModelStage, ModelVersion, StageChange, StageOccupancy
from trialog.entities.registry_limits import check_cause
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound
from trialog.registry.content import has_files, locate_files
from trialog.registry.naming import named_version, numbered_or_labelled_version
from trialog.registry.rollback import former_occupants

MAXIMUM_GATE_DEPTH: Final = 32
_SHOWN_VERSIONS: Final = 10


class Promotion(Struct, frozen=True):
    """A version to be moved into a stage, and why.

    Args:
        name: Name of the registered model.
        version: Any name of the version.
        stage: Where it goes.
        cause: Who does it, and why.
        archive_existing: Whether all others leave that stage for Archived; None for where one takes the place of
            another.
        expected: Number or label of the version that the caller believes to be in the stage; 0 for none, None does not
            ask.
        force: Whether to go on although the files of the version are gone.
    """

    name: str
    version: int | str
    stage: ModelStage
    cause: Cause
    archive_existing: bool | None = None
    expected: int | str | None = None
    force: bool = False


async def promote(store: Store, roots: ArtifactRoots, promotion: Promotion) -> ModelVersion:
    """Move a version into a stage. Doing it again is no error and no second move.

    Args:
        store: Where versions are.
        roots: The artifacts that this server keeps.
        promotion: What goes where, and why.

    Raises:
        InvalidParameter: The cause is longer than history keeps, or others are to be archived from where they gather.
        ResourceNotFound: There is no such version.
        Conflict: Something else is in the stage than was expected, it changed meanwhile, or the files are gone.
    """
    name, stage = promotion.name, promotion.stage
    check_cause(promotion.cause)
    archives = stage in ACTIVE_STAGES if promotion.archive_existing is None else promotion.archive_existing
    occupancy = None
    if archives or promotion.expected is not None:
        occupancy = await store.model_versions.occupancy(name, stage)
    version = await named_version(store, name, promotion.version)
    if occupancy is not None and occupancy.versions != [version.version]:
        # Otherwise the same request came through before.
        _check_expected(occupancy, promotion.expected, name, stage)
    if not promotion.force:
        await _check_files(store, roots, version)
    seen = None if occupancy is None else occupancy.seen
    change = StageChange(name, version.version, stage, promotion.cause, archive_existing=archives, seen=seen)
    return await store.model_versions.change_stage(change)


async def roll_back(
    store: Store,
    roots: ArtifactRoots,
    name: str,
    stage: ModelStage,
    cause: Cause,
    *,
    expected: int | str | None = None,
    force: bool = False,
) -> ModelVersion:
    """Put back into a stage what was there before, and archive what is there now.

    Args:
        store: Where versions are.
        roots: The artifacts that this server keeps.
        name: Name of the registered model.
        stage: The stage.
        cause: Who does it, and why.
        expected: Number or label of the version that the caller believes to be in the stage; 0 for none, None does not
            ask.
        force: Whether to go on although the files of the version are gone.

    Raises:
        InvalidParameter: The cause is longer than history keeps, or no version takes the place of another in the stage.
        ResourceNotFound: There is no such model.
        Conflict: There is nothing to return to, its files are gone, something else is in the stage than was expected,
            or it changed meanwhile.
    """
    check_cause(cause)
    if stage not in ACTIVE_STAGES:
        raise InvalidParameter(
            "registry.no_rollback_of_stage",
            f"Stage '{stage}' cannot be rolled back: only in {' and '.join(sorted(ACTIVE_STAGES))} does one version "
            "take the place of another.",
            stage=stage,
        )
    history = await store.model_versions.stage_history(name, stage)
    _check_expected(history.occupancy, expected, name, stage)
    former = former_occupants(history.moves, stage, set(history.occupancy.versions))
    target = next((version for version in former if version in history.kept), None)
    if target is None:
        raise Conflict(
            "registry.nothing_to_roll_back_to",
            f"There is nothing to roll back to: no other version of registered model '{name}' that was in stage "
            f"'{stage}' before is still there. Nothing was changed.",
            name=name,
            stage=stage,
        )
    if not force:
        await _check_files(store, roots, await store.model_versions.get(name, target))
    change = StageChange(name, target, stage, cause, archive_existing=True, seen=history.occupancy.seen)
    return await store.model_versions.change_stage(change)


async def transition(
    store: Store, name: str, version: str, stage: ModelStage, cause: Cause, *, archive_existing: bool
) -> ModelVersion:
    """Move a version into a stage as MLflow does it: without looking at its files.

    Args:
        store: Where versions are.
        name: Name of the registered model.
        version: Number or label of the version.
        stage: Where it goes.
        cause: Who does it.
        archive_existing: Whether all others leave that stage for Archived.

    Raises:
        InvalidParameter: The version is no number or label, or others are to be archived from where they gather.
        ResourceNotFound: There is no such version.
        Conflict: Others are to be archived, and the stage changed meanwhile.
    """
    seen = await store.model_versions.last_stage_move(name, stage) if archive_existing else None
    found = await numbered_or_labelled_version(store, name, version)
    change = StageChange(name, found.version, stage, cause, archive_existing=archive_existing, seen=seen)
    return await store.model_versions.change_stage(change)


def gate_text(gate: dict[str, object] | None) -> str | None:
    """Return what a gate measured as history keeps it: JSON.

    Raises:
        InvalidParameter: It is nested deeper than every program reads that is told of a promotion.
    """
    if gate is None:
        return None
    level: list[object] = [gate]
    for _ in range(MAXIMUM_GATE_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise InvalidParameter(
            "registry.gate_too_deep",
            f"'gate' is nested deeper than {MAXIMUM_GATE_DEPTH} levels. Keep the summary here, and log the rest as an"
            " artifact.",
            limit=MAXIMUM_GATE_DEPTH,
        )
    return msgspec.json.encode(gate).decode()


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_expected(occupancy: StageOccupancy, expected: int | str | None, name: str, stage: ModelStage) -> None:
    """Refuse a change whose caller believes that something else is in the stage."""
    newest = occupancy.versions[0] if occupancy.versions else 0
    if expected is None or str(expected) == str(newest) or (newest and str(expected) == occupancy.label):
        return
    found = f"version {newest}" if newest else "no version"
    raise Conflict(
        "registry.unexpected_version",
        f"Stage '{stage}' of registered model '{name}' holds {found}, not '{str(expected)[:100]}' as expected. Nothing "
        "was changed: look at what is there now, then decide again.",
        name=name,
        stage=stage,
        occupants=", ".join(map(str, occupancy.versions[:_SHOWN_VERSIONS])),
        expected=str(expected)[:100],
    )


async def _check_files(store: Store, roots: ArtifactRoots, version: ModelVersion) -> None:
    """Refuse a version whose files this server keeps itself and has no more.

    Raises:
        Conflict: They are gone.
    """
    try:
        location = await locate_files(store, roots, version.storage_location)
        gone = location is not None and not await has_files(location)
    except ResourceNotFound:
        gone = True
    if gone:
        raise Conflict(
            "registry.files_missing",
            f"Version {version.version} of registered model '{version.name}' has no files: nothing is at "
            f"'{version.storage_location[:300]}'. Nothing was changed. Upload them again, or say 'force' to have it "
            "there all the same.",
            name=version.name,
            version=version.version,
        )
