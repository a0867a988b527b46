"""Answers requests about logged models."""

from trialog.contracts import Store
from trialog.entities import LoggedModelSearch, NewLoggedModel
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.conversions import logged_model_message, logged_model_messages
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.logged_models import (
    DEFAULT_PAGE_SIZE,
    CreateLoggedModel,
    DeleteLoggedModel,
    DeleteLoggedModelTag,
    FinalizeLoggedModel,
    GetLoggedModel,
    LoggedModelResponse,
    LogLoggedModelParams,
    SearchLoggedModels,
    SearchLoggedModelsResponse,
    SetLoggedModelTags,
)


async def create_logged_model(store: Store, request: CreateLoggedModel) -> LoggedModelResponse:
    """Begin a logged model."""
    model = await store.logged_models.create(
        NewLoggedModel(
            experiment_id=request.experiment_id,
            name=request.name or None,
            model_type=request.model_type,
            source_run_id=request.source_run_id,
            params=tuple(request.params),
            tags=tuple(request.tags),
        )
    )
    return LoggedModelResponse(logged_model_message(model))


async def get_logged_model(store: Store, request: GetLoggedModel) -> LoggedModelResponse:
    """Read a logged model."""
    model = await store.logged_models.get(request.model_id, allow_deleted=request.allow_deleted)
    return LoggedModelResponse(logged_model_message(model))


async def finalize_logged_model(store: Store, request: FinalizeLoggedModel) -> LoggedModelResponse:
    """Say whether a logged model's files are all there."""
    model = await store.logged_models.finalize(request.model_id, request.status)
    return LoggedModelResponse(logged_model_message(model))


async def delete_logged_model(store: Store, request: DeleteLoggedModel) -> EmptyResponse:
    """Put a logged model into the bin."""
    await store.logged_models.delete(request.model_id)
    return EmptyResponse()


async def set_logged_model_tags(store: Store, request: SetLoggedModelTags) -> LoggedModelResponse:
    """Set or overwrite tags of a logged model."""
    model = await store.logged_models.set_tags(request.model_id, request.tags)
    return LoggedModelResponse(logged_model_message(model))


async def delete_logged_model_tag(store: Store, request: DeleteLoggedModelTag) -> EmptyResponse:
    """Remove a tag of a logged model."""
    await store.logged_models.delete_tag(request.model_id, request.tag_key)
    return EmptyResponse()


async def log_logged_model_params(store: Store, request: LogLoggedModelParams) -> EmptyResponse:
    """Add params to a logged model."""
    await store.logged_models.log_params(request.model_id, request.params)
    return EmptyResponse()


async def search_logged_models(store: Store, request: SearchLoggedModels) -> SearchLoggedModelsResponse:
    """Find logged models."""
    page = await store.logged_models.search(
        LoggedModelSearch(
            experiment_ids=tuple(request.experiment_ids),
            filter=request.filter,
            datasets=tuple(request.datasets),
            order_by=tuple(request.order_by),
            max_results=request.max_results or DEFAULT_PAGE_SIZE,
            page_token=request.page_token or None,
        )
    )
    return SearchLoggedModelsResponse(await shape_page(page.items, logged_model_messages), page.next_page_token)
