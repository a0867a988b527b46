"""Registered models of another server."""

from collections.abc import Sequence

from trialog.entities import (
    Cause,
    ModelStage,
    ModelVersion,
    NewRegisteredModel,
    Page,
    RegisteredModel,
    RegisteredModelSearch,
    Tag,
)
from trialog.remote import messages
from trialog.remote.reading import model_version_of, registered_model_of
from trialog.remote.server import RemoteServer


class RemoteRegisteredModels:
    """Implements `RegisteredModelStore`; who does something, the other server knows by itself.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server

    async def create(self, new_model: NewRegisteredModel, *, owner: int | None = None) -> RegisteredModel:
        """See `RegisteredModelStore.create`."""
        del owner
        return await self._one(
            "create_registered_model",
            name=new_model.name,
            description=new_model.description,
            tags=list(new_model.tags),
        )

    async def get(self, name: str) -> RegisteredModel:
        """See `RegisteredModelStore.get`."""
        return await self._one("get_registered_model", name=name)

    async def rename(self, name: str, new_name: str) -> RegisteredModel:
        """See `RegisteredModelStore.rename`."""
        return await self._one("rename_registered_model", name=name, new_name=new_name)

    async def update(self, name: str, description: str | None) -> RegisteredModel:
        """See `RegisteredModelStore.update`."""
        return await self._one("update_registered_model", name=name, description=description or "")

    async def delete(self, name: str, cause: Cause, *, force: bool = False) -> None:
        """See `RegisteredModelStore.delete`; whether a version in Production stands against it, the server says."""
        del cause
        await self._server.ask("delete_registered_model", messages.NoAnswer, name=name, force=force or None)

    async def search(self, query: RegisteredModelSearch) -> Page[RegisteredModel]:
        """See `RegisteredModelStore.search`."""
        answer = await self._server.ask(
            "search_registered_models",
            messages.RegisteredModelsAnswer,
            filter=query.filter,
            order_by=list(query.order_by),
            max_results=query.max_results,
            page_token=query.page_token,
        )
        return Page([registered_model_of(one) for one in answer.registered_models], answer.next_page_token or None)

    async def latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        """See `RegisteredModelStore.latest_versions`."""
        answer = await self._server.ask(
            "get_latest_versions", messages.ModelVersionsAnswer, name=name, stages=[stage.value for stage in stages]
        )
        return [model_version_of(one) for one in answer.model_versions]

    async def set_tag(self, name: str, tag: Tag) -> None:
        """See `RegisteredModelStore.set_tag`."""
        await self._server.ask("set_registered_model_tag", messages.NoAnswer, name=name, key=tag.key, value=tag.value)

    async def delete_tag(self, name: str, key: str) -> None:
        """See `RegisteredModelStore.delete_tag`."""
        await self._server.ask("delete_registered_model_tag", messages.NoAnswer, name=name, key=key)

    async def set_alias(self, name: str, alias: str, version: int, cause: Cause) -> None:
        """See `RegisteredModelStore.set_alias`."""
        del cause
        await self._server.ask(
            "set_registered_model_alias", messages.NoAnswer, name=name, alias=alias, version=str(version)
        )

    async def delete_alias(self, name: str, alias: str, cause: Cause) -> None:
        """See `RegisteredModelStore.delete_alias`."""
        del cause
        await self._server.ask("delete_registered_model_alias", messages.NoAnswer, name=name, alias=alias)

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        """See `RegisteredModelStore.get_by_alias`."""
        answer = await self._server.ask(
            "get_model_version_by_alias", messages.ModelVersionAnswer, name=name, alias=alias
        )
        return model_version_of(answer.model_version)

    async def _one(self, operation: str, **fields: object) -> RegisteredModel:
        answer = await self._server.ask(operation, messages.RegisteredModelAnswer, **fields)
        return registered_model_of(answer.registered_model)
