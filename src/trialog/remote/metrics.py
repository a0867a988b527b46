"""Points of metrics of another server."""

from collections.abc import Sequence
from math import isfinite
from typing import Final

from trialog.entities import Metric, Page, RunSearch
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.curve import Curves, CurveSearch
from trialog.entities.limits import MAX_EXPERIMENTS_AT_ONCE, MAX_METRICS_AT_ONCE, check_at_once
from trialog.entities.metric_meaning import MetricRange
from trialog.remote import messages
from trialog.remote.curves import CurveReader
from trialog.remote.reading import metric_of
from trialog.remote.run_columns import check_summary
from trialog.remote.run_finder import RunFinder
from trialog.remote.server import RemoteServer
from trialog.remote.texts import quoted_key

# By so many of the best it is told how many were compared.
_COMPARED: Final = 100


class RemoteMetrics:
    """Implements `MetricStore`.

    Args:
        server: The other server.
        finder: Finds runs of it.
    """

    def __init__(self, server: RemoteServer, finder: RunFinder) -> None:
        self._server = server
        self._finder = finder
        self._curves = CurveReader(server, finder)

    async def history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """See `MetricStore.history`."""
        answer = await self._server.ask(
            "get_metric_history",
            messages.PointsAnswer,
            run_id=run_id,
            metric_key=key,
            max_results=max_results,
            page_token=page_token,
        )
        return Page([metric_of(one) for one in answer.metrics], answer.next_page_token or None)

    async def history_of_runs(self, run_ids: Sequence[str], key: str, *, max_results: int) -> list[Metric]:
        """See `MetricStore.history_of_runs`."""
        answer = await self._server.ask(
            "get_metric_history_bulk",
            messages.PointsAnswer,
            run_id=list(run_ids),
            metric_key=key,
            max_results=max_results,
        )
        return [metric_of(one) for one in answer.metrics]

    async def sampled_history_of_runs(
        self,
        run_ids: Sequence[str],
        key: str,
        *,
        start_step: int | None = None,
        end_step: int | None = None,
        max_results: int,
    ) -> list[Metric]:
        """See `MetricStore.sampled_history_of_runs`."""
        answer = await self._server.ask(
            "get_metric_history_bulk_interval",
            messages.PointsAnswer,
            run_ids=list(run_ids),
            metric_key=key,
            start_step=start_step,
            end_step=end_step,
            max_results=max_results,
        )
        return [metric_of(one) for one in answer.metrics]

    async def curves(self, query: CurveSearch) -> Curves:
        """See `MetricStore.curves`; of very long ones, peaks may be left out."""
        return await self._curves.read(query)

    async def ranges(self, experiment_ids: Sequence[str], keys: Sequence[str] | None = None) -> list[MetricRange]:
        """See `MetricStore.ranges`; told by the last values of the newest runs."""
        check_at_once("experiments", experiment_ids, MAX_EXPERIMENTS_AT_ONCE)
        check_at_once("metrics", keys or (), MAX_METRICS_AT_ONCE)
        places = sorted(set(experiment_ids))
        samples = await self._server.each(lambda place: self._finder.sample([place]), places)
        found = []
        for place, sample in zip(places, samples, strict=True):
            values: dict[str, list[float]] = {}
            for run in sample.runs:
                for metric in run.metrics:
                    values.setdefault(metric.key, []).append(metric.value)
            for key in sorted(values if keys is None else values.keys() & set(keys)):
                finite = [value for value in values[key] if isfinite(value)]
                found.append(MetricRange(place, key, min(finite, default=None), max(finite, default=None)))
        return found

    async def rank(
        self,
        experiment_ids: Sequence[str],
        key: str,
        *,
        highest: bool,
        summary: MetricSummaryKind = MetricSummaryKind.LAST,
        filter_text: str | None = None,
        max_results: int = 100,
    ) -> RunRanking:
        """See `MetricStore.rank`; of many runs, as many are compared as are read."""
        check_summary(summary)
        query = RunSearch(
            experiment_ids=tuple(experiment_ids),
            filter=filter_text,
            order_by=(f"metrics.{quoted_key(key)} {'DESC' if highest else 'ASC'}",),
            max_results=_COMPARED,
        )
        page = await self._finder.search(query)
        last = [(metric.value, run.info) for run in page.items for metric in run.metrics if metric.key == key]
        finite = [(value, info) for value, info in last if isfinite(value)]
        best = (max if highest else min)((value for value, _ in finite), default=None)
        ties = sorted(
            (info for value, info in finite if value == best), key=lambda info: (info.start_time or 0, info.run_id)
        )
        return RunRanking(
            value=best,
            run_ids=tuple(info.run_id for info in ties[:max_results]),
            tie_count=len(ties),
            compared=len(finite),
            skipped=len(last) - len(finite),
        )
