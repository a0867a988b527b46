"""Routes of the model registry: MLflow's, and the promotion API."""

from trialog.wire.messages import model_versions, promotion, registered_models
from trialog.wire.routes.route import MLFLOW, Route, find, flow, read, write
from trialog.wire.routes.target import (
    FOUND_REGISTERED_MODELS,
    NEW_REGISTERED_MODEL,
    REGISTERED_MODEL,
    Permission,
    Target,
    TargetKind,
    mentioned,
)

_MODELS = f"{MLFLOW}/registered-models"
_VERSIONS = f"{MLFLOW}/model-versions"
_LATEST_VERSIONS = (
    "get_latest_versions",
    f"{_MODELS}/get-latest-versions",
    registered_models.GetLatestVersions,
    registered_models.GetLatestVersionsResponse,
    REGISTERED_MODEL,
)

REGISTERED_MODEL_ROUTES: tuple[Route, ...] = (
    write(
        "create_registered_model",
        f"{_MODELS}/create",
        registered_models.CreateRegisteredModel,
        NEW_REGISTERED_MODEL,
        response=registered_models.RegisteredModelResponse,
    ),
    read(
        "get_registered_model",
        f"{_MODELS}/get",
        registered_models.GetRegisteredModel,
        registered_models.RegisteredModelResponse,
        REGISTERED_MODEL,
    ),
    write(
        "rename_registered_model",
        f"{_MODELS}/rename",
        registered_models.RenameRegisteredModel,
        REGISTERED_MODEL,
        response=registered_models.RegisteredModelResponse,
    ),
    write(
        "update_registered_model",
        f"{_MODELS}/update",
        registered_models.UpdateRegisteredModel,
        REGISTERED_MODEL,
        response=registered_models.RegisteredModelResponse,
        method="PATCH",
    ),
    write(
        "delete_registered_model",
        f"{_MODELS}/delete",
        registered_models.DeleteRegisteredModel,
        REGISTERED_MODEL,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    read(
        "search_registered_models",
        f"{_MODELS}/search",
        registered_models.SearchRegisteredModels,
        registered_models.SearchRegisteredModelsResponse,
        FOUND_REGISTERED_MODELS,
    ),
    find(*_LATEST_VERSIONS),
    read(*_LATEST_VERSIONS),
    write(
        "set_registered_model_tag",
        f"{_MODELS}/set-tag",
        registered_models.SetRegisteredModelTag,
        REGISTERED_MODEL,
    ),
    write(
        "delete_registered_model_tag",
        f"{_MODELS}/delete-tag",
        registered_models.DeleteRegisteredModelTag,
        REGISTERED_MODEL,
        method="DELETE",
    ),
    write(
        "set_registered_model_alias",
        f"{_MODELS}/alias",
        registered_models.SetRegisteredModelAlias,
        REGISTERED_MODEL,
    ),
    write(
        "delete_registered_model_alias",
        f"{_MODELS}/alias",
        registered_models.DeleteRegisteredModelAlias,
        REGISTERED_MODEL,
        method="DELETE",
    ),
    read(
        "get_model_version_by_alias",
        f"{_MODELS}/alias",
        registered_models.GetModelVersionByAlias,
        model_versions.ModelVersionResponse,
        REGISTERED_MODEL,
    ),
)

MODEL_VERSION_ROUTES: tuple[Route, ...] = (
    write(
        "create_model_version",
        f"{_VERSIONS}/create",
        model_versions.CreateModelVersion,
        REGISTERED_MODEL,
        Target(TargetKind.SOURCE, "source", Permission.READ),
        mentioned(TargetKind.RUN, "run_id"),
        mentioned(TargetKind.LOGGED_MODEL, "model_id"),
        response=model_versions.ModelVersionResponse,
    ),
    read(
        "get_model_version",
        f"{_VERSIONS}/get",
        model_versions.GetModelVersion,
        model_versions.ModelVersionResponse,
        REGISTERED_MODEL,
    ),
    write(
        "update_model_version",
        f"{_VERSIONS}/update",
        model_versions.UpdateModelVersion,
        REGISTERED_MODEL,
        response=model_versions.ModelVersionResponse,
        method="PATCH",
    ),
    write(
        "delete_model_version",
        f"{_VERSIONS}/delete",
        model_versions.DeleteModelVersion,
        REGISTERED_MODEL,
        method="DELETE",
        permission=Permission.MANAGE,
    ),
    read(
        "search_model_versions",
        f"{_VERSIONS}/search",
        model_versions.SearchModelVersions,
        model_versions.SearchModelVersionsResponse,
        FOUND_REGISTERED_MODELS,
    ),
    read(
        "get_model_version_download_uri",
        f"{_VERSIONS}/get-download-uri",
        model_versions.GetModelVersionDownloadUri,
        model_versions.GetModelVersionDownloadUriResponse,
        REGISTERED_MODEL,
    ),
    write(
        "transition_model_version_stage",
        f"{_VERSIONS}/transition-stage",
        model_versions.TransitionModelVersionStage,
        REGISTERED_MODEL,
        response=model_versions.ModelVersionResponse,
    ),
    write("set_model_version_tag", f"{_VERSIONS}/set-tag", model_versions.SetModelVersionTag, REGISTERED_MODEL),
    write(
        "delete_model_version_tag",
        f"{_VERSIONS}/delete-tag",
        model_versions.DeleteModelVersionTag,
        REGISTERED_MODEL,
        method="DELETE",
    ),
    flow(
        "get_model_version_artifact",
        "GET",
        "/model-versions/get-artifact",
        model_versions.GetModelVersionArtifact,
        Permission.READ,
        REGISTERED_MODEL,
    ),
)

_PROMOTION = "/mlflow/models"
_MODEL = f"{_PROMOTION}/{{name}}"
_STAGE_VERSION = (promotion.GetStageVersion, promotion.VersionDetailsResponse, Permission.READ, (REGISTERED_MODEL,))
_MODEL_NAME = Target(TargetKind.REGISTERED_MODEL, "model_name")

PROMOTION_ROUTES: tuple[Route, ...] = (
    write(
        "promote_model",
        f"{_PROMOTION}/promote",
        promotion.PromoteModel,
        _MODEL_NAME,
        response=promotion.VersionDetailsResponse,
    ),
    write(
        "roll_back_stage",
        f"{_PROMOTION}/rollback",
        promotion.RollBackStage,
        _MODEL_NAME,
        response=promotion.VersionDetailsResponse,
    ),
    Route("get_stage_version", "GET", f"{_MODEL}/stage/{{stage}}", *_STAGE_VERSION),
    Route("get_stage_version", "POST", f"{_MODEL}/stage/{{stage}}", *_STAGE_VERSION, bodiless=True),
    read(
        "get_stage_at",
        f"{_MODEL}/stage/{{stage}}/at",
        promotion.GetStageAt,
        promotion.StageAtResponse,
        REGISTERED_MODEL,
    ),
    read(
        "get_model_history",
        f"{_MODEL}/history",
        promotion.GetModelHistory,
        promotion.ModelHistoryResponse,
        REGISTERED_MODEL,
    ),
    read(
        "get_named_version",
        f"{_MODEL}/versions/{{version}}",
        promotion.GetNamedVersion,
        promotion.VersionDetailsResponse,
        REGISTERED_MODEL,
    ),
)
