"""A client for runs."""

from collections.abc import Mapping, Sequence
from itertools import islice

from trialog.entities import Metric, Param, RunStatus, Tag, ViewType
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.limits import MAX_METRICS_PER_BATCH, MAX_PARAMS_PER_BATCH
from trialog.entities.metric_meaning import Direction
from trialog.sdk.paging import collect
from trialog.sdk.transport import Transport
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.best_run import BestRunResponse
from trialog.wire.messages.runs import RunMessage, RunResponse, SearchRunsResponse, UpdateRunResponse

_PAGE = 1000


class Runs:
    """Runs of one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def search(
        self,
        experiment_ids: Sequence[str],
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        *,
        view_type: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int | None = None,
    ) -> list[RunMessage]:
        """Find runs; all pages of them unless told how many.

        Args:
            experiment_ids: Experiments to look in.
            filter: Text of the filter language.
            view_type: Which lifecycle stages to look at.
            order_by: `entity.key [ASC|DESC]` items; the last started first if empty.
            max_results: How many are wanted.
        """

        def page(size: int, token: str | None) -> tuple[list[RunMessage], str | None]:
            answer = self._transport.call(
                "search_runs",
                SearchRunsResponse,
                experiment_ids=list(experiment_ids),
                filter=filter,
                run_view_type=view_type,
                order_by=list(order_by),
                max_results=size,
                page_token=token,
            )
            return answer.runs, answer.next_page_token

        return collect(page, max_results, page_size=_PAGE)

    def get(self, run_id: str) -> RunMessage:
        """Return a run, also from the bin."""
        return self._transport.call("get_run", RunResponse, run_id=run_id).run

    def best(
        self,
        metric: str,
        *,
        experiment_ids: Sequence[str] = (),
        experiment_names: Sequence[str] = (),
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        direction: str | None = None,
        summary: str | None = None,
    ) -> BestRunResponse:
        """Return the best active run of some experiments by a metric.

        Args:
            metric: Name of the metric.
            experiment_ids: Experiments to look in, by id.
            experiment_names: Experiments to look in, by name.
            filter: Only runs that match this text of the filter language.
            direction: Whether higher or lower values are better; what the metric means decides if None.
            summary: Which of a run's values counts; the last if None.

        Raises:
            InvalidParameter: The server knows no way to tell which value is best, or something else is wrong.
            ResourceNotFound: No run has such a value.
        """
        return self._transport.call(
            "find_best_run",
            BestRunResponse,
            metric=metric,
            experiment_ids=list(experiment_ids),
            experiment_names=list(experiment_names),
            filter=filter,
            direction=Direction(direction) if direction is not None else None,
            summary=MetricSummaryKind(summary) if summary is not None else None,
        )

    def create(self, experiment_id: str, *, run_name: str, start_time: int, tags: Mapping[str, str]) -> RunMessage:
        """Begin a run."""
        return self._transport.call(
            "create_run",
            RunResponse,
            experiment_id=experiment_id,
            run_name=run_name,
            start_time=start_time,
            tags=[Tag(key, value) for key, value in tags.items()],
        ).run

    def log(self, run_id: str, *, timestamp: int, metrics: Mapping[str, float], params: Mapping[str, object]) -> None:
        """Log metrics and params, in as many requests as their number needs.

        Args:
            run_id: The run.
            timestamp: When the metrics were measured, in milliseconds since 1970 UTC.
            metrics: Values by name, all at step 0.
            params: Values by name; each is kept as text.
        """
        points = iter(metric_messages([Metric(key, float(value), timestamp) for key, value in metrics.items()]))
        texts = iter([Param(key, str(value)) for key, value in params.items()])
        while True:
            some_points = list(islice(points, MAX_METRICS_PER_BATCH - MAX_PARAMS_PER_BATCH))
            some_texts = list(islice(texts, MAX_PARAMS_PER_BATCH))
            if not some_points and not some_texts:
                return
            self._transport.call("log_batch", EmptyResponse, run_id=run_id, metrics=some_points, params=some_texts)

    def finish(self, run_id: str, *, end_time: int) -> None:
        """Mark a run as finished."""
        self._transport.call(
            "update_run", UpdateRunResponse, run_id=run_id, status=RunStatus.FINISHED, end_time=end_time
        )

    def rename(self, run_id: str, new_name: str) -> None:
        """Give a run another name."""
        self._transport.call("update_run", UpdateRunResponse, run_id=run_id, run_name=new_name)

    def set_tag(self, run_id: str, key: str, value: str) -> None:
        """Set or overwrite a tag."""
        self._transport.call("set_tag", EmptyResponse, run_id=run_id, key=key, value=value)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag."""
        self._transport.call("delete_tag", EmptyResponse, run_id=run_id, key=key)

    def delete(self, run_id: str) -> None:
        """Put a run into the bin."""
        self._transport.call("delete_run", EmptyResponse, run_id=run_id)

    def restore(self, run_id: str) -> None:
        """Take a run out of the bin."""
        self._transport.call("restore_run", EmptyResponse, run_id=run_id)
