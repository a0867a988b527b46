"""What a client can log to runs, and read of it again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import trialog.entities as entities
from trialog.entities import ModelInput, ModelOutput, Tag
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import MAX_ENTRIES_PER_BATCH, MAX_PARAMS_PER_BATCH, MAX_TAGS_PER_BATCH
from trialog.remote.numbers import number_for_wire
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.client_parts.operations import RunOperations
from trialog.sdk.entities import (
    DatasetInput,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    PagedList,
    Param,
    RunTag,
)
from trialog.sdk.entities.conversions import metric_of
from trialog.sdk.paging import collect
from trialog.sdk.values import number_of, step_of, text_of
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.metrics import GetMetricHistoryResponse

Item = TypeVar("Item")

_HISTORY_PAGE = 50_000


class LoggingClient(Connected):
    """What is logged to runs.

    Each call is done when it returns; `synchronous=False` is taken for the sake of code that was written for MLflow.
    """

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: object,
        timestamp: int | None = None,
        step: int | None = None,
        synchronous: bool | None = None,
        dataset_name: str | None = None,
        dataset_digest: str | None = None,
        model_id: str | None = None,
    ) -> RunOperations | None:
        """Log one point of a metric.

        Args:
            run_id: The run.
            key: Name of the metric.
            value: A number, or an array or tensor that holds a single one; NaN and infinities too.
            timestamp: Milliseconds since 1970 UTC; now if None.
            step: A whole number; 0 if None.
            synchronous: Nothing hangs on it.
            dataset_name: Name of the dataset it was measured on.
            dataset_digest: Digest of that dataset.
            model_id: Logged model it was measured of.
        """
        self._transport.call(
            "log_metric",
            EmptyResponse,
            run_id=run_id,
            key=key,
            value=number_for_wire(number_of(key, value)),
            timestamp=now_milliseconds() if timestamp is None else step_of(key, timestamp),
            step=0 if step is None else step_of(key, step),
            model_id=model_id,
            dataset_name=dataset_name,
            dataset_digest=dataset_digest,
        )
        return _done(synchronous)

    def log_param(self, run_id: str, key: str, value: object, synchronous: bool | None = None) -> object:
        """Log a param, whose text never changes, and return its value.

        Args:
            run_id: The run.
            key: Name of the param.
            value: Anything; its text is kept.
            synchronous: Nothing hangs on it.

        Raises:
            InvalidParameter: It was logged before with another text.
        """
        self._transport.call("log_param", EmptyResponse, run_id=run_id, key=key, value=text_of("param", key, value))
        return value if synchronous is not False else RunOperations()

    def set_tag(self, run_id: str, key: str, value: object, synchronous: bool | None = None) -> RunOperations | None:
        """Set or overwrite a tag of a run.

        Args:
            run_id: The run.
            key: Name of the tag.
            value: Anything; its text is kept.
            synchronous: Nothing hangs on it.
        """
        self._transport.call("set_tag", EmptyResponse, run_id=run_id, key=key, value=text_of("tag", key, value))
        return _done(synchronous)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run.

        Args:
            run_id: The run.
            key: Name of the tag.

        Raises:
            ResourceNotFound: The run has no such tag.
        """
        self._transport.call("delete_tag", EmptyResponse, run_id=run_id, key=key)

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[RunTag] = (),
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Log many points, params and tags; more than one request takes are sent in several.

        Args:
            run_id: The run.
            metrics: The points.
            params: The params.
            tags: The tags.
            synchronous: Nothing hangs on it.
        """
        self._log_batch(run_id, metrics, params, tags)
        return _done(synchronous)

    def log_inputs(
        self,
        run_id: str,
        datasets: Sequence[DatasetInput] | None = None,
        models: Sequence[LoggedModelInput] | None = None,
    ) -> None:
        """Say which datasets and logged models a run uses.

        Args:
            run_id: The run.
            datasets: The datasets, each with how it is used.
            models: The logged models.
        """
        self._transport.call(
            "log_inputs",
            EmptyResponse,
            run_id=run_id,
            datasets=[_dataset_message(one) for one in datasets or ()],
            models=[ModelInput(one.model_id) for one in models or ()],
        )

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Say which logged models a run made.

        Args:
            run_id: The run.
            models: The logged models, each with the step at which it was made.
        """
        made = [ModelOutput(one.model_id, one.step) for one in models]
        self._transport.call("log_outputs", EmptyResponse, run_id=run_id, models=made)

    def get_metric_history(self, run_id: str, key: str) -> PagedList[Metric]:
        """Return every point of a metric of a run.

        Args:
            run_id: The run.
            key: Name of the metric.
        """

        def page(size: int, token: str | None) -> tuple[list[entities.Metric], str | None]:
            answer = self._transport.call(
                "get_metric_history",
                GetMetricHistoryResponse,
                run_id=run_id,
                metric_key=key,
                max_results=size,
                page_token=token,
            )
            return answer.metrics, answer.next_page_token

        return PagedList(map(metric_of, collect(page, None, page_size=_HISTORY_PAGE)), None)

    def _log_batch(
        self,
        run_id: str,
        metrics: Iterable[Metric] = (),
        params: Iterable[Param] = (),
        tags: Iterable[RunTag] = (),
    ) -> None:
        points = iter(metric_messages([_metric_message(metric) for metric in metrics]))
        texts = (entities.Param(one.key, text_of("param", one.key, one.value)) for one in params)
        notes = (Tag(one.key, text_of("tag", one.key, one.value)) for one in tags)
        while True:
            some_texts = _some(texts, MAX_PARAMS_PER_BATCH)
            some_notes = _some(notes, MAX_TAGS_PER_BATCH)
            some_points = _some(points, MAX_ENTRIES_PER_BATCH - len(some_texts) - len(some_notes))
            if not (some_texts or some_notes or some_points):
                return
            self._transport.call(
                "log_batch", EmptyResponse, run_id=run_id, metrics=some_points, params=some_texts, tags=some_notes
            )


def _some(items: Iterator[Item], count: int) -> list[Item]:
    return list(islice(items, count))


def _metric_message(metric: Metric) -> entities.Metric:
    return entities.Metric(
        metric.key,
        number_of(metric.key, metric.value),
        step_of(metric.key, metric.timestamp),
        step_of(metric.key, metric.step),
        metric.model_id,
        metric.dataset_name,
        metric.dataset_digest,
    )


def _dataset_message(used: DatasetInput) -> entities.DatasetInput:
    data = used.dataset
    return entities.DatasetInput(
        entities.Dataset(data.name, data.digest, data.source_type, data.source, data.schema, data.profile),
        [Tag(tag.key, tag.value) for tag in used.tags],
    )


def _done(synchronous: bool | None) -> RunOperations | None:
    return RunOperations() if synchronous is False else None
