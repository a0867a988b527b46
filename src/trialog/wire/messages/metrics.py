"""Messages about the points of metrics."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from trialog.entities import Int64, Metric, RequiredText
from trialog.errors import InvalidParameter
from trialog.wire.messages.base import RequestMessage, ResponseMessage

MAX_RUNS = 100
MAX_BULK_POINTS = 25_000
MAX_SAMPLED_STEPS = 2500

RunIds = Annotated[list[RequiredText], Meta(min_length=1, max_length=MAX_RUNS)]


class GetMetricHistory(RequestMessage, frozen=True):
    """Read the points of one metric of a run; all of them when no page size is given."""

    run_id: RequiredText
    metric_key: RequiredText
    max_results: Annotated[int, Meta(ge=1, le=2**31 - 1)] | UnsetType = UNSET
    page_token: str | None = None
    run_uuid: str | None = None


class GetMetricHistoryBulk(RequestMessage, frozen=True):
    """Read the points of one metric of many runs."""

    run_id: RunIds
    metric_key: RequiredText
    max_results: Annotated[int, Meta(ge=1)] = MAX_BULK_POINTS


class GetMetricHistoryBulkInterval(RequestMessage, frozen=True):
    """Read points of one metric of many runs at steps sampled evenly."""

    run_ids: RunIds
    metric_key: RequiredText
    start_step: Int64 | UnsetType = UNSET
    end_step: Int64 | UnsetType = UNSET
    max_results: Annotated[int, Meta(ge=1, le=MAX_SAMPLED_STEPS)] = MAX_SAMPLED_STEPS

    def __post_init__(self) -> None:
        start, end = self.start_step, self.end_step
        if isinstance(start, UnsetType) != isinstance(end, UnsetType):
            raise InvalidParameter(
                "request.half_interval",
                "If either start step or end step are specified, both must be specified.",
            )
        if not isinstance(start, UnsetType) and not isinstance(end, UnsetType) and start > end:
            raise InvalidParameter(
                "request.empty_interval",
                f"end_step must be greater than start_step. Found start_step={start} and end_step={end}.",
                start_step=start,
                end_step=end,
            )


class GetMetricHistoryResponse(ResponseMessage, frozen=True):
    """One page of points."""

    metrics: list[Metric] = field(default_factory=list)
    next_page_token: str | None = None


class GetMetricHistoryBulkResponse(ResponseMessage, frozen=True):
    """Points of many runs, each with its run's id; the list is there even if it is empty."""

    metrics: list[Metric]
