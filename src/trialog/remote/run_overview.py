"""All that is to be seen of a run of another server."""

import asyncio
from collections.abc import Sequence
from math import isnan
from typing import Final

from trialog.entities import (
    SYSTEM_METRIC_PREFIX,
    LoggedModel,
    Metric,
    ModelVersion,
    ModelVersionSearch,
    Run,
    RunInfo,
    Tag,
)
from trialog.entities.run_overview import MetricSummary, ModelRole, RunDataset, RunLoggedModel, RunOverview
from trialog.errors import ConnectionFailed, TrialogError
from trialog.remote import messages
from trialog.remote.experiments import RemoteExperiments
from trialog.remote.logged_models import RemoteLoggedModels
from trialog.remote.model_versions import RemoteModelVersions
from trialog.remote.reading import metric_of
from trialog.remote.run_columns import parent_of
from trialog.remote.run_finder import RunFinder
from trialog.remote.server import RemoteServer
from trialog.remote.texts import quoted_text

_CONTEXT_TAG: Final = "mlflow.data.context"
# Of so many metrics all points are read, and of none of them more than so many at once.
_SUMMARISED: Final = 40
_SUMMARISED_POINTS: Final = 2_500
# Of so many that have more, all points are read if they are not more than that.
_LONG: Final = 4
_LONG_POINTS: Final = 25_000
_SHOWN_METRICS: Final = 10_000
_SHOWN_MODELS: Final = 50
_SHOWN_VERSIONS: Final = 100
_SHOWN_CHILDREN: Final = 100
_LONGEST_SCHEMA: Final = 65_536


class RunOverviewReader:
    """Reads what the page of a run shows.

    Args:
        server: The other server.
        finder: Finds runs of it.
        experiments: Experiments of it.
        logged_models: Logged models of it.
        versions: Versions of registered models of it.
    """

    def __init__(
        self,
        server: RemoteServer,
        finder: RunFinder,
        experiments: RemoteExperiments,
        logged_models: RemoteLoggedModels,
        versions: RemoteModelVersions,
    ) -> None:
        self._server = server
        self._finder = finder
        self._experiments = experiments
        self._logged_models = logged_models
        self._versions = versions

    async def read(self, run_id: str) -> RunOverview:
        """See `OverviewStore.run`; of some metrics more is told than the last value (see `MetricSummary.count`).

        Raises:
            ResourceNotFound: No run has this id.
        """
        run = await self._finder.get(run_id)
        own = [metric for metric in run.metrics if not metric.key.startswith(SYSTEM_METRIC_PREFIX)]
        system = [metric for metric in run.metrics if metric.key.startswith(SYSTEM_METRIC_PREFIX)]
        experiment, summaries, logged_models, versions, parent, children = await asyncio.gather(
            self._experiments.get(run.info.experiment_id),
            self._summaries(run, own, system),
            self._models_of(run),
            self._versions_of(run),
            self._parent_of(run),
            self._children_of(run),
        )
        return RunOverview(
            info=run.info,
            experiment_name=experiment.name,
            metrics=summaries[: len(own)][:_SHOWN_METRICS],
            metric_count=len(own),
            system_metrics=summaries[len(own) :][:_SHOWN_METRICS],
            system_metric_count=len(system),
            params=run.params,
            param_count=len(run.params),
            tags=run.tags,
            tag_count=len(run.tags),
            datasets=_datasets_of(run),
            logged_models=logged_models,
            versions=versions,
            parent=parent,
            children=children[:_SHOWN_CHILDREN],
            child_count=len(children),
        )

    async def _summaries(self, run: Run, own: Sequence[Metric], system: Sequence[Metric]) -> list[MetricSummary]:
        looked_at = [metric.key for metric in (*own, *system)[:_SUMMARISED]]
        found = await self._server.each(lambda key: self._points(run.info.run_id, key), looked_at)
        points = dict(zip(looked_at, found, strict=True))
        long = [key for key, some in points.items() if some is None][:_LONG]
        read = await self._server.each(lambda key: self._points(run.info.run_id, key, _LONG_POINTS), long)
        points |= dict(zip(long, read, strict=True))
        return [_summary(metric, points.get(metric.key) or []) for metric in (*own, *system)]

    async def _points(self, run_id: str, key: str, most: int = _SUMMARISED_POINTS) -> list[Metric] | None:
        """Return all points of a metric; None if there are too many."""
        answer = await self._server.ask(
            "get_metric_history",
            messages.PointsAnswer,
            run_id=run_id,
            metric_key=key,
            max_results=most,
        )
        return None if answer.next_page_token else [metric_of(one) for one in answer.metrics]

    async def _models_of(self, run: Run) -> list[RunLoggedModel]:
        places: list[tuple[str, ModelRole, int | None]] = []
        places += [(one.model_id, ModelRole.OUTPUT, one.step) for one in run.model_outputs]
        places += [(one.model_id, ModelRole.INPUT, None) for one in run.model_inputs]
        shown = places[:_SHOWN_MODELS]
        models = await self._server.each(self._model, [model_id for model_id, _, _ in shown])
        return [
            RunLoggedModel(model_id, role, step)
            if model is None
            else RunLoggedModel(
                model_id,
                role,
                step,
                model.name,
                model.status,
                model.model_type,
                model.artifact_uri,
                model.creation_timestamp,
            )
            for (model_id, role, step), model in zip(shown, models, strict=True)
        ]

    async def _model(self, model_id: str) -> LoggedModel | None:
        try:
            return await self._logged_models.get(model_id)
        except ConnectionFailed:
            raise
        except TrialogError:
            # It is gone, or may not be read: the run is shown all the same.
            return None

    async def _versions_of(self, run: Run) -> list[ModelVersion]:
        query = ModelVersionSearch(f"run_id = {quoted_text(run.info.run_id)}", max_results=_SHOWN_VERSIONS)
        page = await self._versions.search(query)
        return sorted(page.items, key=lambda version: (-version.creation_timestamp, version.name, -version.version))

    async def _parent_of(self, run: Run) -> RunInfo | None:
        parent = parent_of(run)
        if parent is None:
            return None
        found = await self._finder.named([parent])
        return found[parent].info if parent in found else None

    async def _children_of(self, run: Run) -> list[RunInfo]:
        sample = await self._finder.find_newest(
            [run.info.experiment_id],
            filter_text=f"tags.`mlflow.parentRunId` = {quoted_text(run.info.run_id)}",
            max_results=_SHOWN_CHILDREN + 1,
        )
        return [child.info for child in sample.runs]


def _summary(metric: Metric, points: Sequence[Metric]) -> MetricSummary:
    first = points[0] if points else metric
    numbers = [point for point in points or [metric] if not isnan(point.value)]
    least = min(numbers, key=lambda point: point.value, default=None)
    greatest = max(numbers, key=lambda point: point.value, default=None)
    return MetricSummary(
        key=metric.key,
        count=len(points),
        last=metric.value,
        last_step=metric.step,
        last_timestamp=metric.timestamp,
        first=first.value,
        first_step=first.step,
        first_timestamp=first.timestamp,
        least=None if least is None else least.value,
        least_step=None if least is None else least.step,
        greatest=None if greatest is None else greatest.value,
        greatest_step=None if greatest is None else greatest.step,
    )


def _datasets_of(run: Run) -> list[RunDataset]:
    return [
        RunDataset(
            name=one.dataset.name,
            digest=one.dataset.digest,
            source_type=one.dataset.source_type,
            source=one.dataset.source,
            schema=_if_short(one.dataset.schema),
            context=_context(one.tags),
        )
        for one in run.dataset_inputs
    ]


def _if_short(schema: str | None) -> str | None:
    return schema if schema is not None and len(schema) <= _LONGEST_SCHEMA else None


def _context(tags: Sequence[Tag]) -> str | None:
    return next((tag.value for tag in tags if tag.key == _CONTEXT_TAG), None)
