"""Trialog's own routes about what metrics mean, and the best run by a metric."""

from trialog.wire.messages import best_run, metric_meanings
from trialog.wire.routes.route import Permission, Route, find, read, write

_TRIALOG = "/api/trialog/v1"
_SERVER = f"{_TRIALOG}/metric-meanings"
_EXPERIMENT = f"{_TRIALOG}/experiments/{{experiment_id}}/metric-meanings/{{pattern:path}}"
_BEST_RUN = (
    "find_best_run",
    f"{_TRIALOG}/runs/best",
    best_run.FindBestRun,
    best_run.BestRunResponse,
)

METRIC_MEANING_ROUTES: tuple[Route, ...] = (
    read(
        "get_metric_meanings",
        _SERVER,
        metric_meanings.GetMetricMeanings,
        metric_meanings.MetricMeaningsResponse,
    ),
    read(
        "list_metric_meaning_overrides",
        f"{_SERVER}/overrides",
        metric_meanings.ListMetricMeaningOverrides,
        metric_meanings.MetricMeaningOverridesResponse,
    ),
    # Names of metrics may hold slashes.
    write(
        "set_metric_meaning",
        f"{_SERVER}/overrides/{{pattern:path}}",
        metric_meanings.SetMetricMeaning,
        metric_meanings.MetricMeaningOverrideResponse,
        method="PUT",
        permission=Permission.MANAGE,
    ),
    write(
        "delete_metric_meaning",
        f"{_SERVER}/overrides/{{pattern:path}}",
        metric_meanings.DeleteMetricMeaning,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    write(
        "set_experiment_metric_meaning",
        _EXPERIMENT,
        metric_meanings.SetExperimentMetricMeaning,
        metric_meanings.MetricMeaningOverrideResponse,
        method="PUT",
    ),
    write(
        "delete_experiment_metric_meaning",
        _EXPERIMENT,
        metric_meanings.DeleteExperimentMetricMeaning,
        method="DELETE",
    ),
    read(*_BEST_RUN),
    find(*_BEST_RUN),
)
