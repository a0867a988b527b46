"""Messages about the points of metrics."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from trialog.entities import Int64, Metric, RequiredText
from trialog.entities.limits import MAX_HISTORY_PAGE_ITEMS, MAX_POINTS_AT_ONCE, MAX_RUNS_AT_ONCE, MAX_SAMPLED_POINTS
from trialog.wire.messages.base import RequestMessage, ResponseMessage

RunIds = Annotated[list[RequiredText], Meta(min_length=1, max_length=MAX_RUNS_AT_ONCE)]


class GetMetricHistory(RequestMessage, frozen=True):
    """Read the points of one metric of a run; all of them when no page size is given."""

    run_id: RequiredText
    metric_key: RequiredText
    max_results: Annotated[int, Meta(ge=1, le=MAX_HISTORY_PAGE_ITEMS)] | UnsetType = UNSET
    page_token: str | None = None
    run_uuid: str | None = None


class GetMetricHistoryBulk(RequestMessage, frozen=True):
    """Read the points of one metric of many runs."""

    run_id: RunIds
    metric_key: RequiredText
    max_results: Annotated[int, Meta(ge=1)] = MAX_POINTS_AT_ONCE


class GetMetricHistoryBulkInterval(RequestMessage, frozen=True):
    """Read points of one metric of many runs at steps sampled evenly."""

    run_ids: RunIds
    metric_key: RequiredText
    start_step: Int64 | UnsetType = UNSET
    end_step: Int64 | UnsetType = UNSET
    max_results: Annotated[int, Meta(ge=1, le=MAX_SAMPLED_POINTS)] = MAX_SAMPLED_POINTS


class GetMetricHistoryResponse(ResponseMessage, frozen=True):
    """One page of points."""

    metrics: list[Metric] = field(default_factory=list)
    next_page_token: str | None = None


class GetMetricHistoryBulkResponse(ResponseMessage, frozen=True):
    """Points of many runs, each with its run's id; the list is there even if it is empty."""

    metrics: list[Metric]
