"""Answers requests about registered models and their aliases."""

from trialog.contracts import Store
from trialog.entities import ModelVersion, NewRegisteredModel, Operation, RegisteredModelSearch, ResourceType, Tag
from trialog.entities.limits import check_count
from trialog.entities.registry_limits import MAX_LABELS_AT_ONCE
from trialog.errors import ResourceNotFound
from trialog.registry.naming import numbered_or_labelled_version
from trialog.registry.stages import find_stage, parse_stage
from trialog.server.call import Call
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import ModelVersionResponse
from trialog.wire.messages.registered_models import (
    CreateRegisteredModel,
    DeleteRegisteredModel,
    DeleteRegisteredModelAlias,
    DeleteRegisteredModelTag,
    GetLatestVersions,
    GetLatestVersionsResponse,
    GetModelVersionByAlias,
    GetRegisteredModel,
    RegisteredModelResponse,
    RenameRegisteredModel,
    SearchRegisteredModels,
    SearchRegisteredModelsResponse,
    SetRegisteredModelAlias,
    SetRegisteredModelTag,
    UpdateRegisteredModel,
)
from trialog.wire.registry_conversions import (
    model_version_message,
    model_version_messages,
    registered_model_message,
    registered_model_messages,
)


async def create_registered_model(call: Call, request: CreateRegisteredModel) -> RegisteredModelResponse:
    """Register a name."""
    model = await call.store.registered_models.create(
        NewRegisteredModel(request.name, request.description or None, tuple(request.tags)), owner=call.identity.user_id
    )
    return RegisteredModelResponse(registered_model_message(model))


async def get_registered_model(store: Store, request: GetRegisteredModel) -> RegisteredModelResponse:
    """Read a registered model."""
    return RegisteredModelResponse(registered_model_message(await store.registered_models.get(request.name)))


async def rename_registered_model(store: Store, request: RenameRegisteredModel) -> RegisteredModelResponse:
    """Give a registered model another name."""
    model = await store.registered_models.rename(request.name, request.new_name)
    return RegisteredModelResponse(registered_model_message(model))


async def update_registered_model(store: Store, request: UpdateRegisteredModel) -> RegisteredModelResponse:
    """Describe a registered model."""
    model = await store.registered_models.update(request.name, request.description or None)
    return RegisteredModelResponse(registered_model_message(model))


async def delete_registered_model(call: Call, request: DeleteRegisteredModel) -> EmptyResponse:
    """Remove a registered model with all its versions."""
    cause = call.cause(Operation.DELETE)
    await call.store.registered_models.delete(request.name, cause, force=request.force)
    return EmptyResponse()


async def search_registered_models(call: Call, request: SearchRegisteredModels) -> SearchRegisteredModelsResponse:
    """Find registered models."""
    page = await call.store.registered_models.search(
        RegisteredModelSearch(
            filter=request.filter,
            order_by=tuple(request.order_by),
            max_results=request.max_results,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.REGISTERED_MODEL),
        )
    )
    return SearchRegisteredModelsResponse(await shape_page(page.items, registered_model_messages), page.next_page_token)


async def get_latest_versions(store: Store, request: GetLatestVersions) -> GetLatestVersionsResponse:
    """Read the newest version of each stage.

    MLflow's client asks so for `models:/name/<text>`, whatever the text: of a label it gets the version that bears it.
    """
    texts = list(dict.fromkeys(request.stages))
    check_count("stages", texts, MAX_LABELS_AT_ONCE)
    stages = [stage for text in texts if (stage := find_stage(text)) is not None]
    labels = [text for text in texts if find_stage(text) is None]
    versions: list[ModelVersion] = []
    if stages or not labels:
        versions += await store.registered_models.latest_versions(request.name, stages)
    for label in labels:
        versions.append(await _labelled(store, request.name, label))
    return GetLatestVersionsResponse(model_version_messages(versions))


async def set_registered_model_tag(store: Store, request: SetRegisteredModelTag) -> EmptyResponse:
    """Set or overwrite a tag of a registered model."""
    await store.registered_models.set_tag(request.name, Tag(request.key, request.value))
    return EmptyResponse()


async def delete_registered_model_tag(store: Store, request: DeleteRegisteredModelTag) -> EmptyResponse:
    """Remove a tag of a registered model."""
    await store.registered_models.delete_tag(request.name, request.key)
    return EmptyResponse()


async def set_registered_model_alias(call: Call, request: SetRegisteredModelAlias) -> EmptyResponse:
    """Give an alias to a version."""
    version = await numbered_or_labelled_version(call.store, request.name, request.version)
    cause = call.cause(Operation.SET_ALIAS)
    await call.store.registered_models.set_alias(request.name, request.alias, version.version, cause)
    return EmptyResponse()


async def delete_registered_model_alias(call: Call, request: DeleteRegisteredModelAlias) -> EmptyResponse:
    """Take an alias away."""
    await call.store.registered_models.delete_alias(request.name, request.alias, call.cause(Operation.DELETE_ALIAS))
    return EmptyResponse()


async def get_model_version_by_alias(store: Store, request: GetModelVersionByAlias) -> ModelVersionResponse:
    """Read the version that bears an alias."""
    version = await store.registered_models.get_by_alias(request.name, request.alias)
    return ModelVersionResponse(model_version_message(version))


async def _labelled(store: Store, name: str, label: str) -> ModelVersion:
    try:
        return await store.model_versions.get_by_label(name, label)
    except ResourceNotFound:
        await store.registered_models.get(name)
        parse_stage(label)
        raise
