"""Answers requests about stages: promotion, the way back, and what was where."""

from trialog.entities import HistorySearch, ModelStage, ModelVersion, Operation, ResourceType, Run
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.moments import parse_moment
from trialog.registry.naming import named_version, newest_in_stage, version_number
from trialog.registry.promotion import Promotion, gate_text, promote, roll_back
from trialog.registry.stages import parse_stage
from trialog.server.call import Call
from trialog.wire.messages.base import none_if_unset
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


async def promote_model(call: Call, request: PromoteModel) -> VersionDetailsResponse:
    """Move a version into a stage and say why."""
    promotion = Promotion(
        name=request.model_name,
        version=request.version,
        stage=parse_stage(request.stage),
        cause=call.cause(Operation.PROMOTE, request.reason, gate_text(request.gate)),
        archive_existing=none_if_unset(request.archive_existing),
        expected=request.expected_version,
        force=request.force,
    )
    return await _details(call, await promote(call.store, call.roots, promotion))


async def roll_back_stage(call: Call, request: RollBackStage) -> VersionDetailsResponse:
    """Put back into a stage what was there before, and archive what is there now."""
    stage, cause = parse_stage(request.stage), call.cause(Operation.ROLLBACK, request.reason)
    back = await roll_back(
        call.store,
        call.roots,
        request.model_name,
        stage,
        cause,
        expected=request.expected_version,
        force=request.force,
    )
    return await _details(call, back)


async def get_stage_version(call: Call, request: GetStageVersion) -> VersionDetailsResponse:
    """Read the newest version in a stage."""
    return await _details(call, await newest_in_stage(call.store, request.name, parse_stage(request.stage)))


async def get_named_version(call: Call, request: GetNamedVersion) -> VersionDetailsResponse:
    """Read a version by any of its names."""
    return await _details(call, await named_version(call.store, request.name, request.version))


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
    occupants = await call.store.model_versions.occupants_at(
        request.name, stage, time, call.visible(ResourceType.REGISTERED_MODEL)
    )
    return StageAtResponse(request.name, stage, time, [past_occupant_message(occupant) for occupant in occupants])


async def get_model_history(call: Call, request: GetModelHistory) -> ModelHistoryResponse:
    """Read the moves of stages and aliases, the last one first."""
    page = await call.store.model_versions.history(
        HistorySearch(
            name=request.name,
            stage=parse_stage(request.stage) if request.stage else None,
            alias=request.alias or None,
            version=await version_number(call.store, request.name, request.version) if request.version else None,
            max_results=request.max_results,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.REGISTERED_MODEL),
        )
    )
    return ModelHistoryResponse(registry_move_messages(page.items), page.next_page_token)


async def _details(call: Call, version: ModelVersion) -> VersionDetailsResponse:
    run = await _readable_run(call, version.run_id) if version.run_id else None
    arrival = await call.store.model_versions.arrival(version.name, version.version, version.current_stage)
    content = await call.store.model_versions.content(version.name, version.version)
    return version_details(version, content, run, arrival)


async def _readable_run(call: Call, run_id: str) -> Run | None:
    """Return the run of a version, if who asks may read it: reading a model does not show what its runs logged."""
    try:
        run = await call.store.runs.get(run_id)
    except ResourceNotFound:
        # The run may be of another server, or gone for good; the version is there all the same.
        return None
    return run if call.may_read(ResourceType.EXPERIMENT, run.info.experiment_id) else None
