"""Entities as answers show them."""

from math import isfinite, isnan
from typing import cast

from msgspec import UNSET, Raw
from msgspec.structs import replace

from trialog.entities import EncodedRun, Experiment, LoggedModel, Metric, Param, Run, RunInfo, Tag
from trialog.wire.messages.experiments import ExperimentMessage
from trialog.wire.messages.logged_models import LoggedModelDataMessage, LoggedModelInfoMessage, LoggedModelMessage
from trialog.wire.messages.runs import (
    RunDataMessage,
    RunInfoMessage,
    RunInputsMessage,
    RunMessage,
    RunOutputsMessage,
)


def experiment_message(experiment: Experiment) -> ExperimentMessage:
    """Return an experiment as answers show it."""
    return ExperimentMessage(
        experiment_id=experiment.experiment_id,
        name=experiment.name,
        artifact_location=experiment.artifact_location,
        lifecycle_stage=experiment.lifecycle_stage,
        last_update_time=experiment.last_update_time,
        creation_time=experiment.creation_time,
        tags=experiment.tags,
    )


def experiment_messages(experiments: list[Experiment]) -> list[ExperimentMessage]:
    """Return experiments as answers show them."""
    return [experiment_message(experiment) for experiment in experiments]


def run_info_message(info: RunInfo) -> RunInfoMessage:
    """Return what a run is as answers show it, its id under the old name too."""
    return RunInfoMessage(
        run_id=info.run_id,
        run_uuid=info.run_id,
        experiment_id=info.experiment_id,
        run_name=info.run_name,
        user_id=info.user_id,
        status=info.status,
        artifact_uri=info.artifact_uri,
        lifecycle_stage=info.lifecycle_stage,
        start_time=info.start_time,
        end_time=info.end_time,
    )


def run_message(run: Run) -> RunMessage:
    """Return a run as answers show it."""
    return RunMessage(
        run_info_message(run.info),
        RunDataMessage(metric_messages(run.metrics), run.params, run.tags),
        RunInputsMessage(run.dataset_inputs, run.model_inputs),
        RunOutputsMessage(run.model_outputs),
    )


def encoded_run_messages(runs: list[EncodedRun]) -> list[RunMessage]:
    """Return runs as answers show them, when nobody but the encoder reads the messages."""
    return [
        RunMessage(
            run_info_message(run.info),
            # JSON stands for the lists that it holds: the encoder takes it as it is.
            RunDataMessage(
                metric_messages(run.metrics),
                cast(list[Param], Raw(run.params)) if run.params else [],
                cast(list[Tag], Raw(run.tags)) if run.tags else [],
            ),
            RunInputsMessage(run.dataset_inputs, run.model_inputs),
            RunOutputsMessage(run.model_outputs),
        )
        for run in runs
    ]


def new_run_message(run: Run) -> RunMessage:
    """Return a run as the answer to its creation shows it: there, MLflow names no outputs."""
    return replace(run_message(run), outputs=UNSET)


def logged_model_message(model: LoggedModel) -> LoggedModelMessage:
    """Return a logged model as answers show it."""
    return LoggedModelMessage(
        LoggedModelInfoMessage(
            model_id=model.model_id,
            experiment_id=model.experiment_id,
            name=model.name,
            creation_timestamp_ms=model.creation_timestamp,
            last_updated_timestamp_ms=model.last_updated_timestamp,
            artifact_uri=model.artifact_uri,
            status=model.status,
            model_type=model.model_type,
            source_run_id=model.source_run_id,
            tags=model.tags,
        ),
        LoggedModelDataMessage(model.params, metric_messages(model.metrics)),
    )


def logged_model_messages(models: list[LoggedModel]) -> list[LoggedModelMessage]:
    """Return logged models as answers show them."""
    return [logged_model_message(model) for model in models]


def metric_messages(metrics: list[Metric]) -> list[Metric]:
    """Return points whose NaN and infinities are the texts that JSON needs; without such, the list itself."""
    if all(map(isfinite, [metric.value for metric in metrics])):
        return metrics
    return [metric if isfinite(metric.value) else _with_text(metric) for metric in metrics]


def _with_text(metric: Metric) -> Metric:
    infinity = "Infinity" if metric.value > 0 else "-Infinity"
    text = "NaN" if isnan(metric.value) else infinity
    # JSON has no such numbers. A class of its own for these few would make decoders of answers choose between two.
    return replace(metric, value=cast(float, text))
