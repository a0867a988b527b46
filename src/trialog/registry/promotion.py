"""What must hold before a version is moved into a stage."""

from typing import Final

import msgspec

from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.entities import HistorySearch, ModelStage, ModelVersion, RegistryMove, StageOccupancy
from trialog.entities.limits import check_length
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound
from trialog.registry.content import has_files, locate_files
from trialog.registry.rollback import former_occupants
from trialog.registry.stages import ACTIVE_STAGES

MAXIMUM_GATE_BYTES: Final = 16 * 1024
MAXIMUM_REASON_LENGTH: Final = 4000
_PAGE: Final = 1000


def check_reason(reason: str | None) -> None:
    """Refuse a reason that is too long for the history.

    Raises:
        InvalidParameter: It is.
    """
    check_length("reason", reason or "", MAXIMUM_REASON_LENGTH)


def gate_text(gate: dict[str, object] | None) -> str | None:
    """Return what a gate measured as the history keeps it: JSON.

    Raises:
        InvalidParameter: It is larger than the history keeps.
    """
    if gate is None:
        return None
    text = msgspec.json.encode(gate)
    if len(text) > MAXIMUM_GATE_BYTES:
        raise InvalidParameter(
            "registry.gate_too_large",
            f"'gate' is larger than {MAXIMUM_GATE_BYTES} bytes of JSON: it has {len(text)}. Keep the summary here, and "
            "log the rest as an artifact.",
            limit=MAXIMUM_GATE_BYTES,
            size=len(text),
        )
    return text.decode()


def check_expected(occupancy: StageOccupancy, expected: int | str | None, name: str, stage: ModelStage) -> None:
    """Refuse a change whose caller believes that something else is in the stage.

    Args:
        occupancy: What is in the stage.
        expected: Number or label of the version that the caller believes to be there; 0 for none, None does not ask.
        name: Name of the registered model.
        stage: The stage.

    Raises:
        Conflict: It is another.
    """
    if expected is None:
        return
    newest = occupancy.versions[0] if occupancy.versions else None
    if newest is None and str(expected) == "0":
        return
    if newest is not None and (str(expected) == str(newest.version) or expected == newest.label):
        return
    found = "no version" if newest is None else f"version {newest.version}"
    raise Conflict(
        "registry.stage_moved",
        f"Stage '{stage}' of registered model '{name}' holds {found}, not '{str(expected)[:100]}' as expected. Nothing "
        "was changed: look at what is there now, then decide again.",
        name=name,
        stage=stage,
    )


async def check_files(store: Store, roots: ArtifactRoots, version: ModelVersion) -> None:
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
            f"Version {version.version} of registered model '{version.name}' has no files any more: nothing is at "
            f"'{version.storage_location[:300]}'. Nothing was changed. Upload them again, or promote it all the same "
            "with 'force'.",
            name=version.name,
            version=version.version,
        )


async def rollback_target(store: Store, name: str, stage: ModelStage, occupancy: StageOccupancy) -> int:
    """Return the version that was in a stage before.

    Raises:
        InvalidParameter: It is a stage in which no version takes the place of another.
        Conflict: There is none to return to.
    """
    if stage not in ACTIVE_STAGES:
        raise InvalidParameter(
            "registry.no_rollback_of_stage",
            f"Stage '{stage}' cannot be rolled back: only in {' and '.join(sorted(ACTIVE_STAGES))} does one version "
            "take the place of another.",
            stage=stage,
        )
    moves = await stage_moves(store, name, stage)
    for version in former_occupants(moves, stage, {present.version for present in occupancy.versions}):
        try:
            return (await store.model_versions.get(name, version)).version
        except ResourceNotFound:
            # It was deleted when it was in the stage no more.
            continue
    raise Conflict(
        "registry.nothing_to_roll_back_to",
        f"There is nothing to roll back to: no other version of registered model '{name}' that was in stage '{stage}' "
        "before is still there. Nothing was changed.",
        name=name,
        stage=stage,
    )


async def stage_moves(store: Store, name: str, stage: ModelStage) -> list[RegistryMove]:
    """Return the moves into and out of a stage of the model that has a name now, the first one first."""
    model = await store.registered_models.get(name)
    moves: list[RegistryMove] = []
    query = HistorySearch(name, stage=stage, max_results=_PAGE)
    while True:
        page = await store.model_versions.history(query)
        # Models that bore the name before, and are gone, are other models.
        own = [move for move in page.items if move.timestamp >= model.creation_timestamp]
        moves += own
        if page.next_page_token is None or len(own) < len(page.items):
            return moves[::-1]
        query = HistorySearch(name, stage=stage, max_results=_PAGE, page_token=page.next_page_token)


async def arrival(store: Store, version: ModelVersion) -> RegistryMove | None:
    """Return the move that brought a version into its stage; None if it never moved."""
    query = HistorySearch(version.name, stage=version.current_stage, version=version.version, max_results=2)
    page = await store.model_versions.history(query)
    return next(
        (
            move
            for move in page.items
            if move.to_stage is version.current_stage and move.timestamp >= version.creation_timestamp
        ),
        None,
    )
