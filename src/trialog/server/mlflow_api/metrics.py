"""Answers requests about the points of metrics."""

from trialog.contracts import Store
from trialog.entities.limits import MAX_POINTS_AT_ONCE
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.base import none_if_unset
from trialog.wire.messages.metrics import (
    GetMetricHistory,
    GetMetricHistoryBulk,
    GetMetricHistoryBulkInterval,
    GetMetricHistoryBulkResponse,
    GetMetricHistoryResponse,
)


async def get_metric_history(store: Store, request: GetMetricHistory) -> GetMetricHistoryResponse:
    """Read the points of one metric of a run."""
    page = await store.metrics.history(
        request.run_id,
        request.metric_key,
        max_results=none_if_unset(request.max_results),
        page_token=request.page_token or None,
    )
    return GetMetricHistoryResponse(await shape_page(page.items, metric_messages), page.next_page_token)


async def get_metric_history_bulk(store: Store, request: GetMetricHistoryBulk) -> GetMetricHistoryBulkResponse:
    """Read the points of one metric of many runs; a larger page than there can be is no error, as in MLflow."""
    points = await store.metrics.history_of_runs(
        request.run_id, request.metric_key, max_results=min(request.max_results, MAX_POINTS_AT_ONCE)
    )
    return GetMetricHistoryBulkResponse(await shape_page(points, metric_messages))


async def get_metric_history_bulk_interval(
    store: Store, request: GetMetricHistoryBulkInterval
) -> GetMetricHistoryResponse:
    """Read points of one metric of many runs at steps sampled evenly."""
    points = await store.metrics.sampled_history_of_runs(
        request.run_ids,
        request.metric_key,
        start_step=none_if_unset(request.start_step),
        end_step=none_if_unset(request.end_step),
        max_results=request.max_results,
    )
    return GetMetricHistoryResponse(await shape_page(points, metric_messages))
