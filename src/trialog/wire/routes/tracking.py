"""MLflow's routes of experiments, runs, metrics and logged models, and those of the server itself."""

from trialog.wire.messages import datasets, experiments, logged_models, metrics, runs, server
from trialog.wire.messages.base import EmptyRequest, EmptyResponse
from trialog.wire.routes.route import MLFLOW, Route, find, log, read, write
from trialog.wire.routes.target import (
    AMONG_EXPERIMENTS,
    AMONG_RUNS,
    EXPERIMENT,
    FOUND_EXPERIMENTS,
    LOGGED_MODEL,
    NEW_EXPERIMENT,
    RUN,
    SERVER,
    Permission,
    Target,
    TargetKind,
    mentioned,
)

SERVER_ROUTES: tuple[Route, ...] = (
    Route("health", "GET", "/health", None, None, Permission.OPEN, ()),
    Route("version", "GET", "/version", None, None, Permission.OPEN, ()),
    Route(
        "server_info",
        "GET",
        "/api/3.0/mlflow/server-info",
        EmptyRequest,
        server.ServerInfoResponse,
        Permission.OPEN,
        (),
    ),
    Route("traces_intake", "POST", "/v1/traces", None, EmptyResponse, Permission.EDIT, (SERVER,), is_logging=True),
)

_EXPERIMENTS = f"{MLFLOW}/experiments"
_SEARCH_EXPERIMENTS = (
    "search_experiments",
    f"{_EXPERIMENTS}/search",
    experiments.SearchExperiments,
    experiments.SearchExperimentsResponse,
    FOUND_EXPERIMENTS,
)

EXPERIMENT_ROUTES: tuple[Route, ...] = (
    write(
        "create_experiment",
        f"{_EXPERIMENTS}/create",
        experiments.CreateExperiment,
        NEW_EXPERIMENT,
        mentioned(TargetKind.ARTIFACT_LOCATION, "artifact_location", Permission.EDIT),
        response=experiments.CreateExperimentResponse,
    ),
    read(
        "get_experiment", f"{_EXPERIMENTS}/get", experiments.GetExperiment, experiments.ExperimentResponse, EXPERIMENT
    ),
    read(
        "get_experiment_by_name",
        f"{_EXPERIMENTS}/get-by-name",
        experiments.GetExperimentByName,
        experiments.ExperimentResponse,
        Target(TargetKind.EXPERIMENT_NAME, "experiment_name"),
    ),
    read(*_SEARCH_EXPERIMENTS),
    find(*_SEARCH_EXPERIMENTS),
    write(
        "delete_experiment",
        f"{_EXPERIMENTS}/delete",
        experiments.DeleteExperiment,
        EXPERIMENT,
        permission=Permission.MANAGE,
    ),
    write(
        "restore_experiment",
        f"{_EXPERIMENTS}/restore",
        experiments.RestoreExperiment,
        EXPERIMENT,
        permission=Permission.MANAGE,
    ),
    write("update_experiment", f"{_EXPERIMENTS}/update", experiments.UpdateExperiment, EXPERIMENT),
    write("set_experiment_tag", f"{_EXPERIMENTS}/set-experiment-tag", experiments.SetExperimentTag, EXPERIMENT),
    write(
        "delete_experiment_tag", f"{_EXPERIMENTS}/delete-experiment-tag", experiments.DeleteExperimentTag, EXPERIMENT
    ),
    find(
        "search_datasets",
        f"{_EXPERIMENTS}/search-datasets",
        datasets.SearchDatasets,
        datasets.SearchDatasetsResponse,
        AMONG_EXPERIMENTS,
    ),
)

_RUNS = f"{MLFLOW}/runs"
# What is measured of a logged model is shown with it.
_MEASURED_MODEL = mentioned(TargetKind.LOGGED_MODEL, "model_id", Permission.EDIT)

RUN_ROUTES: tuple[Route, ...] = (
    log("create_run", f"{_RUNS}/create", runs.CreateRun, EXPERIMENT, response=runs.RunResponse),
    read("get_run", f"{_RUNS}/get", runs.GetRun, runs.RunResponse, RUN),
    log("update_run", f"{_RUNS}/update", runs.UpdateRun, RUN, response=runs.UpdateRunResponse),
    find("search_runs", f"{_RUNS}/search", runs.SearchRuns, runs.SearchRunsResponse, AMONG_EXPERIMENTS),
    write("delete_run", f"{_RUNS}/delete", runs.DeleteRun, RUN, permission=Permission.MANAGE),
    write("restore_run", f"{_RUNS}/restore", runs.RestoreRun, RUN, permission=Permission.MANAGE),
    log("log_metric", f"{_RUNS}/log-metric", runs.LogMetric, RUN, _MEASURED_MODEL),
    log("log_param", f"{_RUNS}/log-parameter", runs.LogParam, RUN),
    log(
        "log_batch",
        f"{_RUNS}/log-batch",
        runs.LogBatch,
        RUN,
        mentioned(TargetKind.LOGGED_MODEL, "metrics.model_id", Permission.EDIT),
    ),
    log("set_tag", f"{_RUNS}/set-tag", runs.SetTag, RUN),
    log("delete_tag", f"{_RUNS}/delete-tag", runs.DeleteTag, RUN),
    log(
        "log_inputs",
        f"{_RUNS}/log-inputs",
        runs.LogInputs,
        RUN,
        mentioned(TargetKind.LOGGED_MODEL, "models.model_id"),
    ),
    log(
        "log_outputs",
        f"{_RUNS}/outputs",
        runs.LogOutputs,
        RUN,
        mentioned(TargetKind.LOGGED_MODEL, "models.model_id"),
    ),
    log("log_model", f"{_RUNS}/log-model", runs.LogModel, RUN),
    read(
        "get_metric_history",
        f"{MLFLOW}/metrics/get-history",
        metrics.GetMetricHistory,
        metrics.GetMetricHistoryResponse,
        RUN,
    ),
    read(
        "get_metric_history_bulk",
        "/ajax-api/2.0/mlflow/metrics/get-history-bulk",
        metrics.GetMetricHistoryBulk,
        metrics.GetMetricHistoryBulkResponse,
        Target(TargetKind.RUN, "run_id", leaves_out=True),
    ),
    read(
        "get_metric_history_bulk_interval",
        f"{MLFLOW}/metrics/get-history-bulk-interval",
        metrics.GetMetricHistoryBulkInterval,
        metrics.GetMetricHistoryResponse,
        AMONG_RUNS,
    ),
)

_LOGGED_MODELS = f"{MLFLOW}/logged-models"
_LOGGED_MODEL = f"{_LOGGED_MODELS}/{{model_id}}"

LOGGED_MODEL_ROUTES: tuple[Route, ...] = (
    write(
        "create_logged_model",
        _LOGGED_MODELS,
        logged_models.CreateLoggedModel,
        EXPERIMENT,
        mentioned(TargetKind.RUN, "source_run_id"),
        response=logged_models.LoggedModelResponse,
    ),
    find(
        "search_logged_models",
        f"{_LOGGED_MODELS}/search",
        logged_models.SearchLoggedModels,
        logged_models.SearchLoggedModelsResponse,
        AMONG_EXPERIMENTS,
    ),
    read(
        "get_logged_model",
        _LOGGED_MODEL,
        logged_models.GetLoggedModel,
        logged_models.LoggedModelResponse,
        LOGGED_MODEL,
    ),
    write(
        "finalize_logged_model",
        _LOGGED_MODEL,
        logged_models.FinalizeLoggedModel,
        LOGGED_MODEL,
        response=logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    write(
        "delete_logged_model",
        _LOGGED_MODEL,
        logged_models.DeleteLoggedModel,
        LOGGED_MODEL,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    log(
        "set_logged_model_tags",
        f"{_LOGGED_MODEL}/tags",
        logged_models.SetLoggedModelTags,
        LOGGED_MODEL,
        response=logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    # Keys may hold slashes, which MLflow's client writes into the address as they are.
    log(
        "delete_logged_model_tag",
        f"{_LOGGED_MODEL}/tags/{{tag_key:path}}",
        logged_models.DeleteLoggedModelTag,
        LOGGED_MODEL,
        method="DELETE",
    ),
    log("log_logged_model_params", f"{_LOGGED_MODEL}/params", logged_models.LogLoggedModelParams, LOGGED_MODEL),
)
