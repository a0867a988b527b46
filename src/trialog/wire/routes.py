"""The routes of MLflow's API as data.

Servers dispatch by it, clients build addresses from it, documentation is made of it.
"""

from enum import IntEnum

from msgspec import Struct

from trialog.wire.messages import artifacts, datasets, experiments, logged_models, metrics, runs, server
from trialog.wire.messages.base import EmptyRequest, EmptyResponse

_MLFLOW = "/api/2.0/mlflow"
_PROXY = "/api/2.0/mlflow-artifacts"


class Permission(IntEnum):
    """What a caller needs; whoever has more has less too."""

    OPEN = 0
    READ = 1
    EDIT = 2
    MANAGE = 3
    ADMIN = 4


class Route(Struct, frozen=True):
    """One thing that can be asked of the server.

    Args:
        operation: Its name; several routes of one operation differ in method.
        method: HTTP method.
        path: Its address, with `{name}` for one part of it and `{name:path}` for any number of parts.
        request: What is asked. Its fields come from path and query for GET and for routes with `bytes_flow`, else
            from path and JSON body. None if there are none to read.
        response: What is answered as JSON; None for bytes or plain text.
        permission: What the caller needs.
        bytes_flow: Whether body or answer are bytes that flow past rather than JSON.
    """

    operation: str
    method: str
    path: str
    request: type[Struct] | None
    response: type[Struct] | None
    permission: Permission
    bytes_flow: bool = False


def aliases(route: Route) -> tuple[str, ...]:
    """Return every address of a route, its own first.

    MLflow's web page asks under `/ajax-api` for what clients ask for under `/api`. Here each has the other too.
    """
    paths = [route.path]
    if route.operation == "search_datasets":
        # A slip in MLflow's route table made this one known without the slash.
        paths.append("/api/2.0mlflow/experiments/search-datasets")
    if route.path.startswith("/api/"):
        paths += [f"/ajax-api/{path.removeprefix('/api/')}" for path in paths]
    elif route.path.startswith("/ajax-api/"):
        paths += [f"/api/{path.removeprefix('/ajax-api/')}" for path in paths]
    return tuple(paths)


def _read(operation: str, path: str, request: type[Struct], response: type[Struct]) -> Route:
    return Route(operation, "GET", path, request, response, Permission.READ)


def _find(operation: str, path: str, request: type[Struct], response: type[Struct]) -> Route:
    return Route(operation, "POST", path, request, response, Permission.READ)


def _write(
    operation: str,
    path: str,
    request: type[Struct],
    response: type[Struct] = EmptyResponse,
    *,
    method: str = "POST",
    permission: Permission = Permission.EDIT,
) -> Route:
    return Route(operation, method, path, request, response, permission)


def _bytes(operation: str, method: str, path: str, request: type[Struct], permission: Permission) -> Route:
    response = None if method == "GET" else EmptyResponse
    return Route(operation, method, path, request, response, permission, bytes_flow=True)


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

_EXPERIMENTS = f"{_MLFLOW}/experiments"
_SEARCH_EXPERIMENTS = (
    "search_experiments",
    f"{_EXPERIMENTS}/search",
    experiments.SearchExperiments,
    experiments.SearchExperimentsResponse,
)

EXPERIMENT_ROUTES: tuple[Route, ...] = (
    _write(
        "create_experiment",
        f"{_EXPERIMENTS}/create",
        experiments.CreateExperiment,
        experiments.CreateExperimentResponse,
    ),
    _read("get_experiment", f"{_EXPERIMENTS}/get", experiments.GetExperiment, experiments.ExperimentResponse),
    _read(
        "get_experiment_by_name",
        f"{_EXPERIMENTS}/get-by-name",
        experiments.GetExperimentByName,
        experiments.ExperimentResponse,
    ),
    _read(*_SEARCH_EXPERIMENTS),
    _find(*_SEARCH_EXPERIMENTS),
    _write(
        "delete_experiment",
        f"{_EXPERIMENTS}/delete",
        experiments.DeleteExperiment,
        permission=Permission.MANAGE,
    ),
    _write(
        "restore_experiment",
        f"{_EXPERIMENTS}/restore",
        experiments.RestoreExperiment,
        permission=Permission.MANAGE,
    ),
    _write("update_experiment", f"{_EXPERIMENTS}/update", experiments.UpdateExperiment),
    _write("set_experiment_tag", f"{_EXPERIMENTS}/set-experiment-tag", experiments.SetExperimentTag),
    _write("delete_experiment_tag", f"{_EXPERIMENTS}/delete-experiment-tag", experiments.DeleteExperimentTag),
    _find(
        "search_datasets",
        f"{_EXPERIMENTS}/search-datasets",
        datasets.SearchDatasets,
        datasets.SearchDatasetsResponse,
    ),
)

_RUNS = f"{_MLFLOW}/runs"

RUN_ROUTES: tuple[Route, ...] = (
    _write("create_run", f"{_RUNS}/create", runs.CreateRun, runs.RunResponse),
    _read("get_run", f"{_RUNS}/get", runs.GetRun, runs.RunResponse),
    _write("update_run", f"{_RUNS}/update", runs.UpdateRun, runs.UpdateRunResponse),
    _find("search_runs", f"{_RUNS}/search", runs.SearchRuns, runs.SearchRunsResponse),
    _write("delete_run", f"{_RUNS}/delete", runs.DeleteRun, permission=Permission.MANAGE),
    _write("restore_run", f"{_RUNS}/restore", runs.RestoreRun, permission=Permission.MANAGE),
    _write("log_metric", f"{_RUNS}/log-metric", runs.LogMetric),
    _write("log_param", f"{_RUNS}/log-parameter", runs.LogParam),
    _write("log_batch", f"{_RUNS}/log-batch", runs.LogBatch),
    _write("set_tag", f"{_RUNS}/set-tag", runs.SetTag),
    _write("delete_tag", f"{_RUNS}/delete-tag", runs.DeleteTag),
    _write("log_inputs", f"{_RUNS}/log-inputs", runs.LogInputs),
    _write("log_outputs", f"{_RUNS}/outputs", runs.LogOutputs),
    _write("log_model", f"{_RUNS}/log-model", runs.LogModel),
    _read(
        "get_metric_history",
        f"{_MLFLOW}/metrics/get-history",
        metrics.GetMetricHistory,
        metrics.GetMetricHistoryResponse,
    ),
    _read(
        "get_metric_history_bulk",
        "/ajax-api/2.0/mlflow/metrics/get-history-bulk",
        metrics.GetMetricHistoryBulk,
        metrics.GetMetricHistoryBulkResponse,
    ),
    _read(
        "get_metric_history_bulk_interval",
        f"{_MLFLOW}/metrics/get-history-bulk-interval",
        metrics.GetMetricHistoryBulkInterval,
        metrics.GetMetricHistoryResponse,
    ),
)

_LOGGED_MODELS = f"{_MLFLOW}/logged-models"
_LOGGED_MODEL = f"{_LOGGED_MODELS}/{{model_id}}"

LOGGED_MODEL_ROUTES: tuple[Route, ...] = (
    _write(
        "create_logged_model",
        _LOGGED_MODELS,
        logged_models.CreateLoggedModel,
        logged_models.LoggedModelResponse,
    ),
    _find(
        "search_logged_models",
        f"{_LOGGED_MODELS}/search",
        logged_models.SearchLoggedModels,
        logged_models.SearchLoggedModelsResponse,
    ),
    _read("get_logged_model", _LOGGED_MODEL, logged_models.GetLoggedModel, logged_models.LoggedModelResponse),
    _write(
        "finalize_logged_model",
        _LOGGED_MODEL,
        logged_models.FinalizeLoggedModel,
        logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    _write(
        "delete_logged_model",
        _LOGGED_MODEL,
        logged_models.DeleteLoggedModel,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    _write(
        "set_logged_model_tags",
        f"{_LOGGED_MODEL}/tags",
        logged_models.SetLoggedModelTags,
        logged_models.LoggedModelResponse,
        method="PATCH",
    ),
    # Keys may hold slashes, which MLflow's client writes into the address as they are.
    _write(
        "delete_logged_model_tag",
        f"{_LOGGED_MODEL}/tags/{{tag_key:path}}",
        logged_models.DeleteLoggedModelTag,
        method="DELETE",
    ),
    _write("log_logged_model_params", f"{_LOGGED_MODEL}/params", logged_models.LogLoggedModelParams),
)

ARTIFACT_ROUTES: tuple[Route, ...] = (
    _read("list_artifacts", f"{_MLFLOW}/artifacts/list", artifacts.ListArtifacts, artifacts.ListArtifactsResponse),
    _read(
        "list_logged_model_artifacts",
        f"{_LOGGED_MODEL}/artifacts/directories",
        artifacts.ListLoggedModelArtifacts,
        artifacts.ListArtifactsResponse,
    ),
    _read(
        "list_proxied_artifacts",
        f"{_PROXY}/artifacts",
        artifacts.ListProxiedArtifacts,
        artifacts.ListProxiedArtifactsResponse,
    ),
    _bytes("download_artifact", "GET", f"{_PROXY}/artifacts/{{path:path}}", artifacts.ArtifactPath, Permission.READ),
    _bytes("upload_artifact", "PUT", f"{_PROXY}/artifacts/{{path:path}}", artifacts.ArtifactPath, Permission.EDIT),
    _write(
        "delete_artifact",
        f"{_PROXY}/artifacts/{{path:path}}",
        artifacts.ArtifactPath,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    _write(
        "create_multipart_upload",
        f"{_PROXY}/mpu/create/{{artifact_path:path}}",
        artifacts.CreateMultipartUpload,
        artifacts.CreateMultipartUploadResponse,
    ),
    _write(
        "complete_multipart_upload",
        f"{_PROXY}/mpu/complete/{{artifact_path:path}}",
        artifacts.CompleteMultipartUpload,
    ),
    _write("abort_multipart_upload", f"{_PROXY}/mpu/abort/{{artifact_path:path}}", artifacts.AbortMultipartUpload),
    # MLflow's servers send clients elsewhere for the parts; this one takes them itself.
    _bytes(
        "upload_part", "PUT", f"{_PROXY}/mpu/part/{{upload_id}}/{{part_number}}", artifacts.UploadPart, Permission.EDIT
    ),
    _read(
        "get_presigned_download",
        f"{_PROXY}/presigned/{{path:path}}",
        artifacts.ArtifactPath,
        artifacts.GetPresignedDownloadResponse,
    ),
    _write(
        "create_presigned_upload_url",
        f"{_MLFLOW}/artifacts/presigned-upload-url",
        artifacts.CreatePresignedUploadUrl,
        artifacts.CreatePresignedUploadUrlResponse,
    ),
    _find(
        "create_presigned_download_url",
        f"{_MLFLOW}/artifacts/presigned-download-url",
        artifacts.CreatePresignedDownloadUrl,
        artifacts.CreatePresignedDownloadUrlResponse,
    ),
    _bytes("get_run_artifact", "GET", "/get-artifact", artifacts.GetRunArtifact, Permission.READ),
    _bytes(
        "upload_run_artifact",
        "POST",
        "/ajax-api/2.0/mlflow/upload-artifact",
        artifacts.UploadRunArtifact,
        Permission.EDIT,
    ),
    _bytes(
        "get_logged_model_artifact_file",
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
        artifacts.GetLoggedModelArtifactFile,
        Permission.READ,
    ),
)

ROUTES: tuple[Route, ...] = (
    *SERVER_ROUTES,
    *EXPERIMENT_ROUTES,
    *RUN_ROUTES,
    *LOGGED_MODEL_ROUTES,
    *ARTIFACT_ROUTES,
)
