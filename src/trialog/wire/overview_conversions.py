"""What pages show as answers show it."""

from math import isfinite, isnan

from trialog.entities import NOTE_TAG, Experiment, PermissionLevel, RunInfo, Tag
from trialog.entities.experiment_overview import ExperimentOverview, RecentRun
from trialog.entities.metric_meaning import Assessment, MetricMeaning
from trialog.entities.run_groups import RunGroup
from trialog.entities.run_overview import MetricSummary, RunDataset, RunLoggedModel
from trialog.wire.messages.experiment_overviews import ExperimentOverviewMessage
from trialog.wire.messages.home import RecentRunMessage
from trialog.wire.messages.metric_values import MetricReadingMessage, MetricSummaryMessage
from trialog.wire.messages.run_keys import GroupMetricMessage, RunGroupMessage
from trialog.wire.messages.run_overviews import RelatedRunMessage, RunDatasetMessage, RunLoggedModelMessage


def number_message(value: float) -> float | str:
    """Return a number as JSON can hold it: NaN and infinities as text."""
    if isfinite(value):
        return value
    if isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def optional_number_message(value: float | None) -> float | str | None:
    """Return a number as `number_message` does, None if there is none."""
    return None if value is None else number_message(value)


def metric_reading_message(meaning: MetricMeaning) -> MetricReadingMessage:
    """Return what a metric means, as far as a value needs it."""
    return MetricReadingMessage(meaning.direction, meaning.unit, meaning.scale, meaning.ambiguous)


def metric_summary_message(
    summary: MetricSummary, meaning: MetricMeaning, assessment: Assessment
) -> MetricSummaryMessage:
    """Return all values of a metric in short.

    Args:
        summary: The values.
        meaning: What the metric means.
        assessment: How good the latest value is.
    """
    return MetricSummaryMessage(
        key=summary.key,
        count=summary.count,
        last=number_message(summary.last),
        last_step=summary.last_step,
        last_timestamp=summary.last_timestamp,
        first=number_message(summary.first),
        first_step=summary.first_step,
        first_timestamp=summary.first_timestamp,
        min=optional_number_message(summary.least),
        min_step=summary.least_step,
        max=optional_number_message(summary.greatest),
        max_step=summary.greatest_step,
        band=assessment.band,
        meets_target=assessment.meets_target,
        reading=metric_reading_message(meaning),
    )


def tags_message(tags: list[Tag]) -> dict[str, str]:
    """Return tags by name, in order."""
    return {tag.key: tag.value for tag in sorted(tags, key=lambda tag: tag.key)}


def note_of(tags: list[Tag]) -> str | None:
    """Return what is said of a thing in its tags; None if nothing is."""
    return next((tag.value for tag in tags if tag.key == NOTE_TAG), None) or None


def experiment_overview_message(overview: ExperimentOverview, permission: PermissionLevel) -> ExperimentOverviewMessage:
    """Return an experiment with what is in it.

    Args:
        overview: The experiment.
        permission: What who asks may do with it.
    """
    experiment: Experiment = overview.experiment
    return ExperimentOverviewMessage(
        experiment_id=experiment.experiment_id,
        name=experiment.name,
        lifecycle_stage=experiment.lifecycle_stage,
        creation_time=experiment.creation_time,
        last_update_time=experiment.last_update_time,
        artifact_location=experiment.artifact_location,
        note=note_of(experiment.tags),
        tags=tags_message(experiment.tags),
        run_count=sum(overview.runs_by_status.values()),
        runs_by_status=overview.runs_by_status,
        deleted_run_count=overview.deleted_runs,
        counts_are_exact=overview.counts_are_exact,
        last_run_time=overview.last_run_time,
        permission=permission,
    )


def recent_run_message(run: RecentRun) -> RecentRunMessage:
    """Return a run in a list of those that began last."""
    info = run.info
    return RecentRunMessage(
        run_id=info.run_id,
        run_name=info.run_name,
        experiment_id=info.experiment_id,
        experiment_name=run.experiment_name,
        user_id=info.user_id,
        status=info.status,
        # Only runs that say when they began are in such a list.
        start_time=info.start_time or 0,
        end_time=info.end_time,
    )


def related_run_message(info: RunInfo) -> RelatedRunMessage:
    """Return the parent or a child of a run."""
    return RelatedRunMessage(
        info.run_id, info.run_name, info.experiment_id, info.status, info.start_time, info.end_time
    )


def run_dataset_message(dataset: RunDataset) -> RunDatasetMessage:
    """Return a dataset as a run used it."""
    return RunDatasetMessage(
        dataset.name, dataset.digest, dataset.source_type, dataset.source, dataset.schema, dataset.context
    )


def run_logged_model_message(model: RunLoggedModel) -> RunLoggedModelMessage:
    """Return a logged model that a run made or used."""
    return RunLoggedModelMessage(
        model_id=model.model_id,
        role=model.role,
        step=model.step,
        name=model.name,
        status=model.status,
        model_type=model.model_type,
        artifact_uri=model.artifact_uri,
        creation_timestamp=model.creation_timestamp,
    )


def run_group_message(group: RunGroup) -> RunGroupMessage:
    """Return runs that have one value."""
    metrics = {
        key: GroupMetricMessage(one.count, one.least, _if_finite(one.mean), one.greatest)
        for key, one in group.metrics.items()
    }
    return RunGroupMessage(group.value, group.count, metrics)


def _if_finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
