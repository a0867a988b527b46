"""Trialog's own routes about what metrics mean, and the best run by a metric."""

from trialog.wire.messages import best_run, metric_meanings
from trialog.wire.routes.route import Route, find, read, write
from trialog.wire.routes.target import EXPERIMENT, SERVER, Permission, Target, TargetKind, mentioned

_TRIALOG = "/api/trialog/v1"
_SERVER = f"{_TRIALOG}/metric-meanings"
_EXPERIMENT = f"{_TRIALOG}/experiments/{{experiment_id}}/metric-meanings/{{pattern:path}}"
_BEST_RUN = (
    "find_best_run",
    f"{_TRIALOG}/runs/best",
    best_run.FindBestRun,
    best_run.BestRunResponse,
    Target(TargetKind.EXPERIMENT, "experiment_ids", is_optional=True),
    Target(TargetKind.EXPERIMENT_NAME, "experiment_names", is_optional=True),
)
_OF_EXPERIMENT = mentioned(TargetKind.EXPERIMENT, "experiment_id")

METRIC_MEANING_ROUTES: tuple[Route, ...] = (
    read(
        "get_metric_meanings",
        _SERVER,
        metric_meanings.GetMetricMeanings,
        metric_meanings.MetricMeaningsResponse,
        SERVER,
        _OF_EXPERIMENT,
    ),
    read(
        "list_metric_meaning_overrides",
        f"{_SERVER}/overrides",
        metric_meanings.ListMetricMeaningOverrides,
        metric_meanings.MetricMeaningOverridesResponse,
        SERVER,
        _OF_EXPERIMENT,
    ),
    # Names of metrics may hold slashes.
    write(
        "set_metric_meaning",
        f"{_SERVER}/overrides/{{pattern:path}}",
        metric_meanings.SetMetricMeaning,
        SERVER,
        response=metric_meanings.MetricMeaningOverrideResponse,
        method="PUT",
        permission=Permission.MANAGE,
    ),
    write(
        "delete_metric_meaning",
        f"{_SERVER}/overrides/{{pattern:path}}",
        metric_meanings.DeleteMetricMeaning,
        SERVER,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    write(
        "set_experiment_metric_meaning",
        _EXPERIMENT,
        metric_meanings.SetExperimentMetricMeaning,
        EXPERIMENT,
        response=metric_meanings.MetricMeaningOverrideResponse,
        method="PUT",
    ),
    write(
        "delete_experiment_metric_meaning",
        _EXPERIMENT,
        metric_meanings.DeleteExperimentMetricMeaning,
        EXPERIMENT,
        method="DELETE",
    ),
    read(*_BEST_RUN),
    find(*_BEST_RUN),
)
