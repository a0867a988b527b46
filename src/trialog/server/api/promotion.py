"""Answers requests about stages: promotion, the way back, and what was where."""

import re
from typing import Final

from msgspec import UNSET

from trialog.contracts import Store
from trialog.entities import HistorySearch, ModelStage, ModelVersion, Operation, StageChange
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.moments import parse_moment
from trialog.registry.naming import named_version, newest_in_stage
from trialog.registry.promotion import (
    arrival,
    check_expected,
    check_files,
    check_reason,
    gate_text,
    rollback_target,
)
from trialog.registry.stages import ACTIVE_STAGES, parse_stage
from trialog.server.call import Call
from trialog.wire.messages.promotion import (
    GetModelHistory,
    GetNamedVersion,
    GetStageAt,
    GetStageVersion,
    ModelHistoryResponse,
    PromoteModel,
    RollBackStage,
    StageAtResponse,
    VersionDetailsResponse,
)
from trialog.wire.registry_conversions import past_occupant_message, registry_move_messages, version_details

_NUMBER: Final = re.compile(r"[0-9]{1,18}")


async def promote_model(call: Call, request: PromoteModel) -> VersionDetailsResponse:
    """Move a version into a stage and say why."""
    stage = parse_stage(request.stage)
    check_reason(request.reason)
    cause = call.cause(Operation.PROMOTE, request.reason, gate_text(request.gate))
    # What is in the stage now is what the caller may want to replace: of two at the same moment one is refused.
    occupancy = await call.store.model_versions.occupancy(request.model_name, stage)
    version = await named_version(call.store, request.model_name, request.version)
    if [present.version for present in occupancy.versions] != [version.version]:
        # Otherwise the same request came through before.
        check_expected(occupancy, request.expected_version, version.name, stage)
    if not request.force:
        await check_files(call.store, call.roots, version)
    archives = stage in ACTIVE_STAGES if request.archive_existing is UNSET else bool(request.archive_existing)
    change = StageChange(
        version.name,
        version.version,
        stage,
        cause,
        archive_existing=archives,
        seen=occupancy.seen if archives or request.expected_version is not None else None,
    )
    return await _details(call.store, await call.store.model_versions.change_stage(change))


async def roll_back_stage(call: Call, request: RollBackStage) -> VersionDetailsResponse:
    """Put back into a stage what was there before, and archive what is there now."""
    stage = parse_stage(request.stage)
    check_reason(request.reason)
    occupancy = await call.store.model_versions.occupancy(request.model_name, stage)
    check_expected(occupancy, request.expected_version, request.model_name, stage)
    former = await rollback_target(call.store, request.model_name, stage, occupancy)
    cause = call.cause(Operation.ROLLBACK, request.reason)
    change = StageChange(request.model_name, former, stage, cause, archive_existing=True, seen=occupancy.seen)
    return await _details(call.store, await call.store.model_versions.change_stage(change))


async def get_stage_version(call: Call, request: GetStageVersion) -> VersionDetailsResponse:
    """Read the newest version in a stage."""
    return await _details(call.store, await newest_in_stage(call.store, request.name, parse_stage(request.stage)))


async def get_named_version(call: Call, request: GetNamedVersion) -> VersionDetailsResponse:
    """Read a version by any of its names."""
    return await _details(call.store, await named_version(call.store, request.name, request.version))


async def get_stage_at(call: Call, request: GetStageAt) -> StageAtResponse:
    """Read what was in a stage at a moment."""
    stage = parse_stage(request.stage)
    if stage is ModelStage.NONE:
        raise InvalidParameter(
            "registry.no_history_of_stage",
            "What was in stage 'None' is not kept: every version begins there. Ask for another stage.",
            stage=stage,
        )
    time = parse_moment(request.time)
    occupants = await call.store.model_versions.occupants_at(request.name, stage, time)
    return StageAtResponse(request.name, stage, time, [past_occupant_message(occupant) for occupant in occupants])


async def get_model_history(call: Call, request: GetModelHistory) -> ModelHistoryResponse:
    """Read the moves of stages and aliases, the last one first."""
    page = await call.store.model_versions.history(
        HistorySearch(
            name=request.name,
            stage=parse_stage(request.stage) if request.stage else None,
            alias=request.alias or None,
            version=await _number(call.store, request.name, request.version) if request.version else None,
            max_results=request.max_results,
            page_token=request.page_token or None,
        )
    )
    return ModelHistoryResponse(registry_move_messages(page.items), page.next_page_token)


async def _number(store: Store, name: str, text: str) -> int:
    if _NUMBER.fullmatch(text):
        # History knows numbers of versions that are gone.
        return int(text)
    return (await named_version(store, name, text)).version


async def _details(store: Store, version: ModelVersion) -> VersionDetailsResponse:
    run = None
    if version.run_id:
        try:
            run = await store.runs.get(version.run_id)
        except ResourceNotFound:
            # The run may be of another server, or gone for good; the version is there all the same.
            run = None
    return version_details(version, run, await arrival(store, version))
