"""Answers requests about the bin.

Removing takes long where there is much: each request works for a moment and says whether anything is left, and its
client asks again. So no request is held for minutes, and whoever loses patience loses nothing.
"""

import logging
from typing import Final

from trialog import retention
from trialog.access import may_administer
from trialog.entities import ResourceType
from trialog.entities.bin import BinSelection
from trialog.errors import Conflict, InvalidParameter
from trialog.server.call import Call
from trialog.wire.messages import bin as messages
from trialog.wire.messages.base import none_if_unset

SECONDS: Final = 2.0
"""How long one request works before it answers."""

_logger = logging.getLogger("trialog.server")


async def look_into_bin(call: Call, request: messages.LookIntoBin) -> messages.BinContentResponse:
    """Say what is in the bin."""
    selection = _selection(request)
    content = await call.store.bin.look(selection)
    weight = await retention.weigh_artifacts(call.store.bin, call.roots, selection) if request.count_artifacts else None
    return messages.BinContentResponse(
        experiments=content.experiments,
        runs=content.runs,
        logged_models=content.logged_models,
        points=content.points,
        estimated_bytes=content.estimated_bytes,
        oldest=content.oldest,
        held=[messages.HeldItemMessage(one.kind, one.item_id, one.name, str(one.version)) for one in content.held],
        held_count=content.held_count,
        being_removed=content.being_removed,
        free_bytes=content.free_bytes,
        artifact_bytes=None if weight is None else weight.bytes,
        all_artifacts_counted=weight is not None and weight.is_complete,
    )


async def remove_for_good(call: Call, request: messages.RemoveForGood) -> messages.RemovalResponse:
    """Remove from the bin for good, for a moment."""
    selection = _selection(request)
    if selection.is_named == request.everything:
        raise InvalidParameter(
            "bin.nothing_named",
            "Name what is to be removed for good with run_ids, experiment_ids or logged_model_ids, or say 'everything' "
            "for all that is in the bin; not both.",
        )
    try:
        report = await retention.remove_for_good(
            call.store.bin,
            call.roots,
            selection,
            seconds=SECONDS,
            # Whoever may remove something of her own learns nothing of what others remove.
            is_alone=not may_administer(call.identity),
        )
    except Conflict as error:
        raise await _as_told_to(call, error) from None
    return _response(call, report)


async def continue_removal(call: Call, _request: messages.ContinueRemoval) -> messages.RemovalResponse:
    """Go on with what was begun to be removed, for a moment."""
    return _response(call, await retention.continue_removal(call.store.bin, call.roots, seconds=SECONDS))


async def _as_told_to(call: Call, error: Conflict) -> Conflict:
    """Return a refusal without the name of a registered model that who asks may not read."""
    name = error.values.get("name")
    visible = call.visible(ResourceType.REGISTERED_MODEL)
    if error.code != "bin.held" or visible is None or not isinstance(name, str):
        return error
    number = (await call.access.resources.registered_models([name])).get(name)
    if number is not None and visible.shows(number):
        return error
    kind, item_id = error.values["kind"], error.values["id"]
    return Conflict(
        "bin.held",
        f"A version of a registered model comes from the {str(kind).replace('_', ' ')} {item_id}, which is not removed"
        " for good as long as the version is there. Ask an administrator which one it is.",
        kind=kind,
        id=item_id,
    )


def _selection(request: messages.SelectInBin) -> BinSelection:
    return BinSelection(
        run_ids=tuple(request.run_ids),
        experiment_ids=tuple(request.experiment_ids),
        logged_model_ids=tuple(request.logged_model_ids),
        deleted_before=retention.deleted_before(none_if_unset(request.older_than_seconds)),
    )


def _response(call: Call, report: retention.RemovalReport) -> messages.RemovalResponse:
    if report.begun:
        _logger.info("removing for good actor=%s things=%d", call.actor, report.begun)
    return messages.RemovalResponse(
        begun=report.begun,
        experiments=report.experiments,
        runs=report.runs,
        logged_models=report.logged_models,
        points=report.points,
        returned_bytes=report.returned_bytes,
        artifacts_left=[
            messages.ArtifactsLeftMessage(one.item.kind, one.item.item_id, one.uri) for one in report.artifacts_left
        ],
        artifacts_left_count=report.artifacts_left_count,
        failed=[messages.FailedRemovalMessage(one.item.kind, one.item.item_id, one.message) for one in report.failed],
        failed_count=report.failed_count,
        is_begun=report.is_begun,
        is_done=report.is_done,
        is_elsewhere=report.is_elsewhere,
        can_return_space=report.can_return_space,
    )
