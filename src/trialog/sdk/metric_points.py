"""A client for the points of metrics: all of them page by page, or as many as a chart has room for."""

from collections.abc import Iterator
from typing import Final

from trialog.entities import Metric
from trialog.entities.limits import MIN_CURVE_POINTS
from trialog.errors import DamagedData, ResourceNotFound
from trialog.sdk.transport import Transport
from trialog.wire.messages.metrics import GetMetricHistoryResponse
from trialog.wire.messages.reading import CurveMessage, CurvesResponse

_PAGE: Final = 25_000


class MetricPoints:
    """Points of metrics on one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def pages(self, run_id: str, key: str) -> Iterator[list[Metric]]:
        """Yield all points of a metric of a run, some at a time.

        Args:
            run_id: The run.
            key: Name of the metric.
        """
        token: str | None = None
        while True:
            answer = self._transport.call(
                "get_metric_history",
                GetMetricHistoryResponse,
                run_id=run_id,
                metric_key=key,
                max_results=_PAGE,
                page_token=token,
            )
            yield answer.metrics
            if not answer.next_page_token or answer.next_page_token == token:
                return
            token = answer.next_page_token

    def curve(self, run_id: str, key: str, most_points: int) -> CurveMessage:
        """Return points of a metric of a run, by step: all, or those that show how it went.

        Args:
            run_id: The run.
            key: Name of the metric.
            most_points: How many there is room for.

        Raises:
            ResourceNotFound: There is no such run (`run.not_found`).
            DamagedData: Points of it are not what was written (`metric.damaged`).
        """
        answer = self._transport.call(
            "get_curves",
            CurvesResponse,
            run_ids=[run_id],
            keys=[key],
            max_points=max(most_points, MIN_CURVE_POINTS),
        )
        if answer.unknown_run_ids:
            raise ResourceNotFound("run.not_found", f"There is no run {run_id[:100]!r}.", run_id=run_id[:100])
        if answer.damaged_curves:
            raise DamagedData("metric.damaged", answer.damaged_curves[0].message, key=key)
        return answer.curves[0]
