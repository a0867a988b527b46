"""MLflow's routes of experiments, runs, metrics and logged models, and those of the server itself."""

from trialog.wire.messages import datasets, experiments, logged_models, metrics, runs, server
from trialog.wire.messages.base import EmptyRequest, EmptyResponse
from trialog.wire.routes.route import MLFLOW, Permission, Route, find, read, write

SERVER_ROUTES: tuple[Route, ...] = (
    Route("health", "GET", "/health", None, None, Permission.OPEN),
    Route("version", "GET", "/version", None, None, Permission.OPEN),
    Route(
        "server_info",
        "GET",
        "/api/3.0/mlflow/server-info",
        EmptyRequest,
        server.ServerInfoResponse,
        Permission.OPEN,
    ),
    Route("traces_intake", "POST", "/v1/traces", None, EmptyResponse, Permission.EDIT),
)

_EXPERIMENTS = f"{MLFLOW}/experiments"
_SEARCH_EXPERIMENTS = (
    "search_experiments",
    f"{_EXPERIMENTS}/search",
    experiments.SearchExperiments,
    experiments.SearchExperimentsResponse,
)

EXPERIMENT_ROUTES: tuple[Route, ...] = (
    write(
        "create_experiment",
        f"{_EXPERIMENTS}/create",
        experiments.CreateExperiment,
        experiments.CreateExperimentResponse,
    ),
    read("get_experiment", f"{_EXPERIMENTS}/get", experiments.GetExperiment, experiments.ExperimentResponse),
    read(
        "get_experiment_by_name",
        f"{_EXPERIMENTS}/get-by-name",
        experiments.GetExperimentByName,
        experiments.ExperimentResponse,
    ),
    read(*_SEARCH_EXPERIMENTS),
    find(*_SEARCH_EXPERIMENTS),
    write(
        "delete_experiment",
        f"{_EXPERIMENTS}/delete",
        experiments.DeleteExperiment,
        permission=Permission.MANAGE,
    ),
    write(
        "restore_experiment",
        f"{_EXPERIMENTS}/restore",
        experiments.RestoreExperiment,
        permission=Permission.MANAGE,
    ),
    write("update_experiment", f"{_EXPERIMENTS}/update", experiments.UpdateExperiment),
    write("set_experiment_tag", f"{_EXPERIMENTS}/set-experiment-tag", experiments.SetExperimentTag),
    write("delete_experiment_tag", f"{_EXPERIMENTS}/delete-experiment-tag", experiments.DeleteExperimentTag),
    find(
        "search_datasets",
        f"{_EXPERIMENTS}/search-datasets",
        datasets.SearchDatasets,
        datasets.SearchDatasetsResponse,
    ),
)

_RUNS = f"{MLFLOW}/runs"

RUN_ROUTES: tuple[Route, ...] = (
    write("create_run", f"{_RUNS}/create", runs.CreateRun, runs.RunResponse),
    read("get_run", f"{_RUNS}/get", runs.GetRun, runs.RunResponse),
    write("update_run", f"{_RUNS}/update", runs.UpdateRun, runs.UpdateRunResponse),
    find("search_runs", f"{_RUNS}/search", runs.SearchRuns, runs.SearchRunsResponse),
    write("delete_run", f"{_RUNS}/delete", runs.DeleteRun, permission=Permission.MANAGE),
    write("restore_run", f"{_RUNS}/restore", runs.RestoreRun, permission=Permission.MANAGE),
    write("log_metric", f"{_RUNS}/log-metric", runs.LogMetric),
    write("log_param", f"{_RUNS}/log-parameter", runs.LogParam),
    write("log_batch", f"{_RUNS}/log-batch", runs.LogBatch),
    write("set_tag", f"{_RUNS}/set-tag", runs.SetTag),
    write("delete_tag", f"{_RUNS}/delete-tag", runs.DeleteTag),
    write("log_inputs", f"{_RUNS}/log-inputs", runs.LogInputs),
    write("log_outputs", f"{_RUNS}/outputs", runs.LogOutputs),
    write("log_model", f"{_RUNS}/log-model", runs.LogModel),
    read(
        "get_metric_history",
        f"{MLFLOW}/metrics/get-history",
        metrics.GetMetricHistory,
        metrics.GetMetricHistoryResponse,
    ),
    read(
        "get_metric_history_bulk",
        "/ajax-api/2.0/mlflow/metrics/get-history-bulk",
        metrics.GetMetricHistoryBulk,
        metrics.GetMetricHistoryBulkResponse,
    ),
    read(
        "get_metric_history_bulk_interval",
        f"{MLFLOW}/metrics/get-history-bulk-interval",
        metrics.GetMetricHistoryBulkInterval,
        metrics.GetMetricHistoryResponse,
    ),
)

_LOGGED_MODELS = f"{MLFLOW}/logged-models"
_LOGGED_MODEL = f"{_LOGGED_MODELS}/{{model_id}}"

LOGGED_MODEL_ROUTES: tuple[Route, ...] = (
    write(
        "create_logged_model",
        _LOGGED_MODELS,
        logged_models.CreateLoggedModel,
        logged_models.LoggedModelResponse,
    ),
    find(
        "search_logged_models",
        f"{_LOGGED_MODELS}/search",
        logged_models.SearchLoggedModels,
        logged_models.SearchLoggedModelsResponse,
    ),
    read("get_logged_model", _LOGGED_MODEL, logged_models.GetLoggedModel, logged_models.LoggedModelResponse),
    write(
        "finalize_logged_model",
        _LOGGED_MODEL,
        logged_models.FinalizeLoggedModel,
        logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    write(
        "delete_logged_model",
        _LOGGED_MODEL,
        logged_models.DeleteLoggedModel,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    write(
        "set_logged_model_tags",
        f"{_LOGGED_MODEL}/tags",
        logged_models.SetLoggedModelTags,
        logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    # Keys may hold slashes, which MLflow's client writes into the address as they are.
    write(
        "delete_logged_model_tag",
        f"{_LOGGED_MODEL}/tags/{{tag_key:path}}",
        logged_models.DeleteLoggedModelTag,
        method="DELETE",
    ),
    write("log_logged_model_params", f"{_LOGGED_MODEL}/params", logged_models.LogLoggedModelParams),
)
