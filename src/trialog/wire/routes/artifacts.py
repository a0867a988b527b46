"""MLflow's routes of artifacts."""

from trialog.wire.messages import artifacts
from trialog.wire.routes.route import MLFLOW, Route, find, flow, log, read, write
from trialog.wire.routes.target import LOGGED_MODEL, RUN, Permission, Target, TargetKind, mentioned

_PROXY = "/api/2.0/mlflow-artifacts"
_LOGGED_MODEL = f"{MLFLOW}/logged-models/{{model_id}}"
_PATH = Target(TargetKind.ARTIFACT_PATH, "path")
# The file's last name alone is taken from the body, so that it lies in this folder.
_FOLDER = Target(TargetKind.ARTIFACT_PATH, "artifact_path")

ARTIFACT_ROUTES: tuple[Route, ...] = (
    read("list_artifacts", f"{MLFLOW}/artifacts/list", artifacts.ListArtifacts, artifacts.ListArtifactsResponse, RUN),
    read(
        "list_logged_model_artifacts",
        f"{_LOGGED_MODEL}/artifacts/directories",
        artifacts.ListLoggedModelArtifacts,
        artifacts.ListArtifactsResponse,
        LOGGED_MODEL,
    ),
    read(
        "list_proxied_artifacts",
        f"{_PROXY}/artifacts",
        artifacts.ListProxiedArtifacts,
        artifacts.ListProxiedArtifactsResponse,
        Target(TargetKind.ARTIFACT_PATH, "path", is_optional=True),
    ),
    flow(
        "download_artifact",
        "GET",
        f"{_PROXY}/artifacts/{{path:path}}",
        artifacts.ArtifactPath,
        Permission.READ,
        _PATH,
    ),
    flow(
        "upload_artifact",
        "PUT",
        f"{_PROXY}/artifacts/{{path:path}}",
        artifacts.ArtifactPath,
        Permission.EDIT,
        _PATH,
    ),
    write(
        "delete_artifact",
        f"{_PROXY}/artifacts/{{path:path}}",
        artifacts.ArtifactPath,
        _PATH,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    log(
        "create_multipart_upload",
        f"{_PROXY}/mpu/create/{{artifact_path:path}}",
        artifacts.CreateMultipartUpload,
        _FOLDER,
        response=artifacts.CreateMultipartUploadResponse,
    ),
    log(
        "complete_multipart_upload",
        f"{_PROXY}/mpu/complete/{{artifact_path:path}}",
        artifacts.CompleteMultipartUpload,
        _FOLDER,
    ),
    log(
        "abort_multipart_upload",
        f"{_PROXY}/mpu/abort/{{artifact_path:path}}",
        artifacts.AbortMultipartUpload,
        _FOLDER,
    ),
    # MLflow's servers send clients elsewhere for the parts; this one takes them itself.
    flow(
        "upload_part",
        "PUT",
        f"{_PROXY}/mpu/part/{{upload_id}}/{{part_number}}",
        artifacts.UploadPart,
        Permission.EDIT,
        Target(TargetKind.UPLOAD, "upload_id"),
    ),
    read(
        "get_presigned_download",
        f"{_PROXY}/presigned/{{path:path}}",
        artifacts.ArtifactPath,
        artifacts.GetPresignedDownloadResponse,
        _PATH,
    ),
    log(
        "create_presigned_upload_url",
        f"{MLFLOW}/artifacts/presigned-upload-url",
        artifacts.CreatePresignedUploadUrl,
        mentioned(TargetKind.RUN, "run_id", Permission.EDIT),
        mentioned(TargetKind.LOGGED_MODEL, "model_id", Permission.EDIT),
        response=artifacts.CreatePresignedUploadUrlResponse,
    ),
    find(
        "create_presigned_download_url",
        f"{MLFLOW}/artifacts/presigned-download-url",
        artifacts.CreatePresignedDownloadUrl,
        artifacts.CreatePresignedDownloadUrlResponse,
        RUN,
    ),
    flow("get_run_artifact", "GET", "/get-artifact", artifacts.GetRunArtifact, Permission.READ, RUN),
    flow(
        "upload_run_artifact",
        "POST",
        "/ajax-api/2.0/mlflow/upload-artifact",
        artifacts.UploadRunArtifact,
        Permission.EDIT,
        Target(TargetKind.RUN, "run_uuid"),
    ),
    flow(
        "get_logged_model_artifact_file",
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
        artifacts.GetLoggedModelArtifactFile,
        Permission.READ,
        LOGGED_MODEL,
    ),
)
