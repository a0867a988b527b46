"""Answers requests for the names of what runs logged, and for runs in groups."""

from trialog.entities import RunSearch
from trialog.entities.run_groups import RunGroupSearch
from trialog.entities.run_keys import RunKeySearch
from trialog.server.call import Call
from trialog.wire.messages.run_keys import (
    CommonValueMessage,
    FindRunGroups,
    FindRunKeys,
    RunGroupsResponse,
    RunKeysResponse,
)
from trialog.wire.overview_conversions import run_group_message


async def find_run_keys(call: Call, request: FindRunKeys) -> RunKeysResponse:
    """Say which metrics, params or tags runs have, or the commonest values of one param or tag."""
    found = await call.store.overviews.keys(
        RunKeySearch(
            experiment_ids=tuple(request.experiment_ids),
            kind=request.kind,
            search=request.search,
            key=request.key,
            max_results=request.max_results,
        )
    )
    values = [CommonValueMessage(one.value, one.runs) for one in found.values]
    return RunKeysResponse(found.keys, values, found.total, found.is_complete)


async def find_run_groups(call: Call, request: FindRunGroups) -> RunGroupsResponse:
    """Put the runs of a search into groups."""
    found = await call.store.overviews.groups(
        RunGroupSearch(
            runs=RunSearch(
                experiment_ids=tuple(request.experiment_ids),
                filter=request.filter,
                view_type=request.run_view_type,
            ),
            group_by=request.group_by,
            key=request.key,
            metrics=tuple(dict.fromkeys(request.metrics)),
            order_by=request.order_by,
            order_metric=request.order_metric,
            descending=request.descending,
            max_results=request.max_results,
            page_token=request.page_token or None,
        )
    )
    return RunGroupsResponse(
        groups=[run_group_message(group) for group in found.groups],
        total=found.total,
        runs=found.runs,
        is_complete=found.is_complete,
        next_page_token=found.next_page_token,
    )
