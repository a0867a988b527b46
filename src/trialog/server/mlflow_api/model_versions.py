"""Answers requests about versions of registered models."""

from trialog.contracts import Store
from trialog.entities import ModelVersion, ModelVersionSearch, NewModelVersion, Operation, ResourceType, Tag, is_prompt
from trialog.registry.content import read_content
from trialog.registry.naming import numbered_or_labelled_version
from trialog.registry.promotion import transition
from trialog.registry.sources import prompt_source, resolve_source
from trialog.registry.stages import parse_stage
from trialog.server.call import Call
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import (
    CreateModelVersion,
    DeleteModelVersion,
    DeleteModelVersionTag,
    GetModelVersion,
    GetModelVersionDownloadUri,
    GetModelVersionDownloadUriResponse,
    ModelVersionResponse,
    SearchModelVersions,
    SearchModelVersionsResponse,
    SetModelVersionTag,
    TransitionModelVersionStage,
    UpdateModelVersion,
)
from trialog.wire.registry_conversions import model_version_message, model_version_messages


async def create_model_version(call: Call, request: CreateModelVersion) -> ModelVersionResponse:
    """Register a version."""
    # Before anything is read of its files, so that nobody waits for what is refused.
    await call.store.registered_models.get(request.name)
    if is_prompt(request.tags):
        origin = prompt_source(request.source)
    else:
        origin = await resolve_source(call.store, request.source, request.run_id, request.model_id)
    if origin.copied_from is not None:
        content = await call.store.model_versions.content(origin.copied_from.name, origin.copied_from.version)
    else:
        content = await read_content(call.store, call.roots, origin.storage_location)
    version = await call.store.model_versions.create(
        NewModelVersion(
            name=request.name,
            source=origin.source,
            storage_location=origin.storage_location,
            run_id=origin.run_id,
            run_link=request.run_link or None,
            model_id=origin.model_id,
            # MLflow shows a description that was never given as an empty one, until it is taken away.
            description=request.description or "",
            tags=tuple(request.tags),
            content=content,
            user_id=call.author,
        )
    )
    return _response(version)


async def get_model_version(store: Store, request: GetModelVersion) -> ModelVersionResponse:
    """Read a version."""
    return _response(await numbered_or_labelled_version(store, request.name, request.version))


async def update_model_version(store: Store, request: UpdateModelVersion) -> ModelVersionResponse:
    """Describe a version."""
    version = await numbered_or_labelled_version(store, request.name, request.version)
    return _response(await store.model_versions.update(version.name, version.version, request.description))


async def delete_model_version(call: Call, request: DeleteModelVersion) -> EmptyResponse:
    """Remove a version for good."""
    version = await numbered_or_labelled_version(call.store, request.name, request.version)
    cause = call.cause(Operation.DELETE)
    await call.store.model_versions.delete(version.name, version.version, cause, force=request.force)
    return EmptyResponse()


async def search_model_versions(call: Call, request: SearchModelVersions) -> SearchModelVersionsResponse:
    """Find versions."""
    page = await call.store.model_versions.search(
        ModelVersionSearch(
            filter=request.filter,
            order_by=tuple(request.order_by),
            max_results=request.max_results,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.REGISTERED_MODEL),
        )
    )
    return SearchModelVersionsResponse(await shape_page(page.items, model_version_messages), page.next_page_token)


async def get_model_version_download_uri(
    store: Store, request: GetModelVersionDownloadUri
) -> GetModelVersionDownloadUriResponse:
    """Say where the files of a version are."""
    version = await numbered_or_labelled_version(store, request.name, request.version)
    return GetModelVersionDownloadUriResponse(version.storage_location)


async def transition_model_version_stage(call: Call, request: TransitionModelVersionStage) -> ModelVersionResponse:
    """Move a version into a stage."""
    version = await transition(
        call.store,
        request.name,
        request.version,
        parse_stage(request.stage),
        call.cause(Operation.TRANSITION),
        archive_existing=request.archive_existing_versions,
    )
    return _response(version)


async def set_model_version_tag(store: Store, request: SetModelVersionTag) -> EmptyResponse:
    """Set or overwrite a tag of a version."""
    version = await numbered_or_labelled_version(store, request.name, request.version)
    await store.model_versions.set_tag(version.name, version.version, Tag(request.key, request.value))
    return EmptyResponse()


async def delete_model_version_tag(store: Store, request: DeleteModelVersionTag) -> EmptyResponse:
    """Remove a tag of a version."""
    version = await numbered_or_labelled_version(store, request.name, request.version)
    await store.model_versions.delete_tag(version.name, version.version, request.key)
    return EmptyResponse()


def _response(version: ModelVersion) -> ModelVersionResponse:
    return ModelVersionResponse(model_version_message(version))
