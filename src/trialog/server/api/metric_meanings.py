"""Answers requests about what metrics mean."""

from trialog.entities.metric_meaning import MeaningStatement
from trialog.registry.metric_meanings import MetricMeanings
from trialog.server.call import Call
from trialog.wire.messages.base import EmptyResponse, none_if_unset
from trialog.wire.messages.metric_meanings import (
    DeleteExperimentMetricMeaning,
    DeleteMetricMeaning,
    GetMetricMeanings,
    ListMetricMeaningOverrides,
    MetricMeaningOverrideResponse,
    MetricMeaningOverridesResponse,
    MetricMeaningsResponse,
    SetExperimentMetricMeaning,
    SetMetricMeaning,
)
from trialog.wire.metric_conversions import metric_meaning_messages, metric_meaning_override_message


async def get_metric_meanings(call: Call, request: GetMetricMeanings) -> MetricMeaningsResponse:
    """Say what metrics mean: those named, or all of an experiment."""
    meanings = await MetricMeanings(call.store).of(request.metric, request.experiment_id or None)
    return MetricMeaningsResponse(metric_meaning_messages(meanings))


async def list_metric_meaning_overrides(
    call: Call, request: ListMetricMeaningOverrides
) -> MetricMeaningOverridesResponse:
    """List what was said about metrics."""
    overrides = await MetricMeanings(call.store).overrides(request.experiment_id or None)
    return MetricMeaningOverridesResponse([metric_meaning_override_message(one) for one in overrides])


async def set_metric_meaning(call: Call, request: SetMetricMeaning) -> MetricMeaningOverrideResponse:
    """Say what metrics of a name or pattern mean on this server."""
    said = await MetricMeanings(call.store).say(request.pattern, _statement(request), actor=call.actor)
    return MetricMeaningOverrideResponse(metric_meaning_override_message(said))


async def set_experiment_metric_meaning(
    call: Call, request: SetExperimentMetricMeaning
) -> MetricMeaningOverrideResponse:
    """Say what metrics of a name or pattern mean in one experiment."""
    said = await MetricMeanings(call.store).say(
        request.pattern, _statement(request), experiment_id=request.experiment_id, actor=call.actor
    )
    return MetricMeaningOverrideResponse(metric_meaning_override_message(said))


async def delete_metric_meaning(call: Call, request: DeleteMetricMeaning) -> EmptyResponse:
    """Take back what was said about metrics of a name or pattern on this server."""
    await MetricMeanings(call.store).forget(request.pattern)
    return EmptyResponse()


async def delete_experiment_metric_meaning(call: Call, request: DeleteExperimentMetricMeaning) -> EmptyResponse:
    """Take back what was said about metrics of a name or pattern in one experiment."""
    await MetricMeanings(call.store).forget(request.pattern, experiment_id=request.experiment_id)
    return EmptyResponse()


def _statement(request: SetMetricMeaning) -> MeaningStatement:
    return MeaningStatement(
        direction=none_if_unset(request.direction),
        unit=request.unit,
        scale=none_if_unset(request.scale),
        thresholds=None if request.thresholds is None else tuple(request.thresholds),
        target=none_if_unset(request.target),
        without=tuple(dict.fromkeys(request.without)),
    )
