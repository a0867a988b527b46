"""What metrics mean, and the best run by one, as answers show them."""

from trialog.entities import Run
from trialog.entities.best_run import BestRun
from trialog.entities.metric_meaning import MetricMeaning, MetricMeaningOverride
from trialog.wire.conversions import metric_messages, run_message
from trialog.wire.messages.best_run import BestRunResponse
from trialog.wire.messages.metric_meanings import LoggedRange, MetricMeaningMessage, MetricMeaningOverrideMessage


def metric_meaning_message(meaning: MetricMeaning) -> MetricMeaningMessage:
    """Return what a metric means as answers show it."""
    return MetricMeaningMessage(
        metric=meaning.metric,
        direction=meaning.direction,
        unit=meaning.unit,
        scale=meaning.scale,
        thresholds=_listed(meaning.thresholds),
        target=meaning.target,
        ambiguous=meaning.ambiguous,
        choices=list(meaning.choices),
        offered_thresholds=_listed(meaning.offered_thresholds),
        notes=list(meaning.notes),
        sources=meaning.sources,
        logged=None if meaning.logged is None else LoggedRange(meaning.logged.least, meaning.logged.greatest),
    )


def metric_meaning_messages(meanings: list[MetricMeaning]) -> list[MetricMeaningMessage]:
    """Return what metrics mean as answers show it."""
    return [metric_meaning_message(meaning) for meaning in meanings]


def metric_meaning_override_message(override: MetricMeaningOverride) -> MetricMeaningOverrideMessage:
    """Return what was said about metrics as answers show it."""
    said = override.statement
    return MetricMeaningOverrideMessage(
        pattern=override.pattern,
        last_updated_timestamp=override.last_updated_timestamp,
        actor=override.actor,
        experiment_id=override.experiment_id,
        direction=said.direction,
        unit=said.unit,
        scale=said.scale,
        thresholds=_listed(said.thresholds),
        target=said.target,
        without=list(said.without),
    )


def best_run_response(best: BestRun) -> BestRunResponse:
    """Return the best run as answers show it."""
    return BestRunResponse(
        run=run_message(best.run),
        metric=best.search.metric,
        summary=best.search.summary,
        value=best.value,
        direction=best.direction,
        direction_source=best.direction_source,
        band=best.assessment.band,
        meets_target=best.assessment.meets_target,
        meaning=metric_meaning_message(best.meaning),
        ties=list(best.ties),
        tie_count=best.tie_count,
        compared=best.compared,
        skipped=best.skipped,
        flat=flat_run(best.run),
    )


def flat_run(run: Run) -> dict[str, str | int | float | None]:
    """Return a run under the keys of a row of MLflow's table of runs, such as `metrics.loss` and `params.ticker`.

    Times are milliseconds since 1970 UTC; NaN and infinities are the texts that JSON needs.

    Args:
        run: The run.
    """
    info = run.info
    return {
        "run_id": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "status": info.status.value,
        "artifact_uri": info.artifact_uri,
        "start_time": info.start_time,
        "end_time": info.end_time,
        **{f"metrics.{metric.key}": metric.value for metric in metric_messages(run.metrics)},
        **{f"params.{param.key}": param.value for param in run.params},
        **{f"tags.{tag.key}": tag.value for tag in run.tags},
    }


def _listed(numbers: tuple[float, ...] | None) -> list[float] | None:
    return None if numbers is None else list(numbers)
