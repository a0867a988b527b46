"""Trialog's own routes of artifacts: as pages open them, and files of any size."""

from trialog.wire.messages import artifact_views
from trialog.wire.messages.artifacts import ListArtifactsResponse
from trialog.wire.routes.route import Route, flow, read
from trialog.wire.routes.target import LOGGED_MODEL, REGISTERED_MODEL, RUN, Permission

_TRIALOG = "/api/trialog/v1"
_RUN = f"{_TRIALOG}/runs/{{run_id}}"
_LOGGED_MODEL = f"{_TRIALOG}/logged-models/{{model_id}}"
_VERSION = f"{_TRIALOG}/models/{{name}}/versions/{{version}}"

ARTIFACT_VIEW_ROUTES: tuple[Route, ...] = (
    flow(
        "get_run_artifact_archive",
        "GET",
        f"{_RUN}/artifacts/archive",
        artifact_views.GetRunArtifactArchive,
        Permission.READ,
        RUN,
    ),
    flow(
        "get_logged_model_artifact_archive",
        "GET",
        f"{_LOGGED_MODEL}/artifacts/archive",
        artifact_views.GetLoggedModelArtifactArchive,
        Permission.READ,
        LOGGED_MODEL,
    ),
    flow(
        "get_model_version_artifact_archive",
        "GET",
        f"{_VERSION}/artifacts/archive",
        artifact_views.GetModelVersionArtifactArchive,
        Permission.READ,
        REGISTERED_MODEL,
    ),
    flow(
        "view_run_artifact",
        "GET",
        f"{_RUN}/artifacts/view",
        artifact_views.ViewRunArtifact,
        Permission.READ,
        RUN,
    ),
    flow(
        "view_logged_model_artifact",
        "GET",
        f"{_LOGGED_MODEL}/artifacts/view",
        artifact_views.ViewLoggedModelArtifact,
        Permission.READ,
        LOGGED_MODEL,
    ),
    flow(
        "view_model_version_artifact",
        "GET",
        f"{_VERSION}/artifacts/view",
        artifact_views.ViewModelVersionArtifact,
        Permission.READ,
        REGISTERED_MODEL,
    ),
    flow(
        "write_run_artifact",
        "PUT",
        f"{_RUN}/artifacts/file",
        artifact_views.WriteRunArtifact,
        Permission.EDIT,
        RUN,
    ),
    flow(
        "write_logged_model_artifact",
        "PUT",
        f"{_LOGGED_MODEL}/artifacts/file",
        artifact_views.WriteLoggedModelArtifact,
        Permission.EDIT,
        LOGGED_MODEL,
    ),
    read(
        "list_model_version_artifacts",
        f"{_VERSION}/artifacts",
        artifact_views.ListModelVersionArtifacts,
        ListArtifactsResponse,
        REGISTERED_MODEL,
    ),
)
