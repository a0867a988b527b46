"""MLflow's routes of artifacts."""

from trialog.wire.messages import artifacts
from trialog.wire.routes.route import MLFLOW, Permission, Route, find, flow, read, write

_PROXY = "/api/2.0/mlflow-artifacts"
_LOGGED_MODEL = f"{MLFLOW}/logged-models/{{model_id}}"

ARTIFACT_ROUTES: tuple[Route, ...] = (
    read("list_artifacts", f"{MLFLOW}/artifacts/list", artifacts.ListArtifacts, artifacts.ListArtifactsResponse),
    read(
        "list_logged_model_artifacts",
        f"{_LOGGED_MODEL}/artifacts/directories",
        artifacts.ListLoggedModelArtifacts,
        artifacts.ListArtifactsResponse,
    ),
    read(
        "list_proxied_artifacts",
        f"{_PROXY}/artifacts",
        artifacts.ListProxiedArtifacts,
        artifacts.ListProxiedArtifactsResponse,
    ),
    flow("download_artifact", "GET", f"{_PROXY}/artifacts/{{path:path}}", artifacts.ArtifactPath, Permission.READ),
    flow("upload_artifact", "PUT", f"{_PROXY}/artifacts/{{path:path}}", artifacts.ArtifactPath, Permission.EDIT),
    write(
        "delete_artifact",
        f"{_PROXY}/artifacts/{{path:path}}",
        artifacts.ArtifactPath,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    write(
        "create_multipart_upload",
        f"{_PROXY}/mpu/create/{{artifact_path:path}}",
        artifacts.CreateMultipartUpload,
        artifacts.CreateMultipartUploadResponse,
    ),
    write(
        "complete_multipart_upload",
        f"{_PROXY}/mpu/complete/{{artifact_path:path}}",
        artifacts.CompleteMultipartUpload,
    ),
    write("abort_multipart_upload", f"{_PROXY}/mpu/abort/{{artifact_path:path}}", artifacts.AbortMultipartUpload),
    # MLflow's servers send clients elsewhere for the parts; this one takes them itself.
    flow(
        "upload_part", "PUT", f"{_PROXY}/mpu/part/{{upload_id}}/{{part_number}}", artifacts.UploadPart, Permission.EDIT
    ),
    read(
        "get_presigned_download",
        f"{_PROXY}/presigned/{{path:path}}",
        artifacts.ArtifactPath,
        artifacts.GetPresignedDownloadResponse,
    ),
    write(
        "create_presigned_upload_url",
        f"{MLFLOW}/artifacts/presigned-upload-url",
        artifacts.CreatePresignedUploadUrl,
        artifacts.CreatePresignedUploadUrlResponse,
    ),
    find(
        "create_presigned_download_url",
        f"{MLFLOW}/artifacts/presigned-download-url",
        artifacts.CreatePresignedDownloadUrl,
        artifacts.CreatePresignedDownloadUrlResponse,
    ),
    flow("get_run_artifact", "GET", "/get-artifact", artifacts.GetRunArtifact, Permission.READ),
    flow(
        "upload_run_artifact",
        "POST",
        "/ajax-api/2.0/mlflow/upload-artifact",
        artifacts.UploadRunArtifact,
        Permission.EDIT,
    ),
    flow(
        "get_logged_model_artifact_file",
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
        artifacts.GetLoggedModelArtifactFile,
        Permission.READ,
    ),
)
