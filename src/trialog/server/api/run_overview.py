"""Answers requests of pages about one run."""

import asyncio
from collections.abc import Mapping, Sequence

from trialog.entities import LOGGED_MODEL_HISTORY_TAG, ResourceType
from trialog.entities.metric_meaning import MetricMeaning
from trialog.entities.run_overview import MetricSummary, RunOverview
from trialog.registry.metric_meanings import assess
from trialog.registry.metric_values import metric_meanings_of
from trialog.registry.run_models import RunModel, model_paths, read_run_models
from trialog.server.call import Call
from trialog.wire.conversions import run_info_message
from trialog.wire.messages.metric_values import MetricSummaryMessage
from trialog.wire.messages.run_overviews import (
    GetRunModels,
    GetRunOverview,
    RunModelMessage,
    RunModelsResponse,
    RunOverviewResponse,
    RunVersionMessage,
)
from trialog.wire.model_overview_conversions import signature_message
from trialog.wire.overview_conversions import (
    metric_summary_message,
    note_of,
    related_run_message,
    run_dataset_message,
    run_logged_model_message,
)


async def get_run_overview(call: Call, request: GetRunOverview) -> RunOverviewResponse:
    """Read all that is to be seen of a run, but for curves and files."""
    found = await _overview(call, request.run_id)
    keys = [summary.key for summary in (*found.metrics, *found.system_metrics)]
    meanings = await metric_meanings_of(call.store, found.info.experiment_id, keys)
    # There may be thousands of metrics: others get their turn meanwhile.
    return await asyncio.to_thread(_response, call, found, meanings)


async def get_run_models(call: Call, request: GetRunModels) -> RunModelsResponse:
    """Read what the files of a run's models say."""
    found = await _overview(call, request.run_id)
    models, total = await read_run_models(call.roots, found)
    return RunModelsResponse([_model_message(model) for model in models], total)


async def _overview(call: Call, run_id: str) -> RunOverview:
    return await call.store.overviews.run(
        run_id,
        experiments=call.visible(ResourceType.EXPERIMENT),
        models=call.visible(ResourceType.REGISTERED_MODEL),
    )


def _response(call: Call, found: RunOverview, meanings: Mapping[str, MetricMeaning]) -> RunOverviewResponse:
    return RunOverviewResponse(
        info=run_info_message(found.info),
        experiment_name=found.experiment_name,
        permission=call.permission(ResourceType.EXPERIMENT, found.info.experiment_id),
        note=note_of(found.tags),
        metrics=_metrics(found.metrics, meanings),
        metric_count=found.metric_count,
        system_metrics=_metrics(found.system_metrics, meanings),
        system_metric_count=found.system_metric_count,
        params=found.params,
        param_count=found.param_count,
        tags=found.tags,
        tag_count=found.tag_count,
        datasets=[run_dataset_message(one) for one in found.datasets],
        logged_models=[run_logged_model_message(one) for one in found.logged_models],
        model_paths=model_paths(_history(found)),
        versions=[
            RunVersionMessage(one.name, one.version, one.current_stage, one.label, one.aliases)
            for one in found.versions
        ],
        parent=None if found.parent is None else related_run_message(found.parent),
        children=[related_run_message(one) for one in found.children],
        child_count=found.child_count,
    )


def _history(found: RunOverview) -> str | None:
    return next((tag.value for tag in found.tags if tag.key == LOGGED_MODEL_HISTORY_TAG), None)


def _metrics(summaries: Sequence[MetricSummary], meanings: Mapping[str, MetricMeaning]) -> list[MetricSummaryMessage]:
    return [metric_summary_message(one, meanings[one.key], assess(one.last, meanings[one.key])) for one in summaries]


def _model_message(model: RunModel) -> RunModelMessage:
    content = model.content
    return RunModelMessage(
        name=model.name,
        model_id=model.model_id,
        path=model.path,
        model_uri=model.model_uri,
        has_files=model.has_files,
        flavors=list(content.flavors),
        signature=signature_message(content.signature),
        input_example=model.input_example,
        size_bytes=content.size_bytes,
    )
