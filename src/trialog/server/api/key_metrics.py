"""Versions of registered models in short, each with the metric that tells best how good it is."""

from collections.abc import Sequence

from trialog.contracts import Store
from trialog.entities.model_overview import KEY_METRIC_TAG, ModelOverview, VersionOverview
from trialog.registry.metric_values import AssessedMetric, MeasuredRun, choose_key_metrics
from trialog.wire.messages.metric_values import MetricValueMessage
from trialog.wire.messages.model_overviews import VersionSummaryMessage
from trialog.wire.model_overview_conversions import version_summary_message
from trialog.wire.overview_conversions import metric_reading_message, number_message


def preferred_metric(model: ModelOverview) -> str | None:
    """Return the metric that was said to tell best how good a model's versions are; None if nobody said."""
    return next((tag.value for tag in model.model.tags if tag.key == KEY_METRIC_TAG), None)


async def summaries_of_models(store: Store, models: Sequence[ModelOverview]) -> list[dict[int, VersionSummaryMessage]]:
    """Return the versions of models in short, by number.

    Args:
        store: Where meanings of metrics are kept.
        models: The models.
    """
    versions = [(one, preferred_metric(model)) for model in models for one in model.versions.values()]
    found = iter(await summaries_of_versions(store, versions))
    return [{number: next(found) for number in model.versions} for model in models]


async def summaries_of_versions(
    store: Store, versions: Sequence[tuple[VersionOverview, str | None]]
) -> list[VersionSummaryMessage]:
    """Return versions in short, each with what tells best how good it is.

    Args:
        store: Where meanings of metrics are kept.
        versions: The versions, each with the metric that was said to tell best.
    """
    places = [place for place, (one, _) in enumerate(versions) if one.run is not None]
    measured = [
        MeasuredRun(one.run.experiment_id, one.metrics, preferred) for one, preferred in versions if one.run is not None
    ]
    chosen = dict(zip(places, await choose_key_metrics(store, measured), strict=True))
    return [version_summary_message(one, _message(chosen.get(place))) for place, (one, _) in enumerate(versions)]


def _message(assessed: AssessedMetric | None) -> MetricValueMessage | None:
    if assessed is None:
        return None
    return MetricValueMessage(
        key=assessed.metric.key,
        value=number_message(assessed.metric.value),
        step=assessed.metric.step,
        timestamp=assessed.metric.timestamp,
        band=assessed.assessment.band,
        meets_target=assessed.assessment.meets_target,
        reading=metric_reading_message(assessed.meaning),
    )
