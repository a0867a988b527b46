"""Logged models and datasets of another server."""

from collections.abc import Sequence

import msgspec

from trialog.entities import (
    DatasetSummary,
    LoggedModel,
    LoggedModelSearch,
    LoggedModelStatus,
    NewLoggedModel,
    Page,
    Param,
    Tag,
)
from trialog.errors import ResourceNotFound
from trialog.remote import messages
from trialog.remote.reading import logged_model_of
from trialog.remote.server import RemoteServer


class RemoteLoggedModels:
    """Implements `LoggedModelStore`.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server

    async def create(self, new_model: NewLoggedModel) -> LoggedModel:
        """See `LoggedModelStore.create`."""
        return await self._one(
            "create_logged_model",
            "",
            experiment_id=new_model.experiment_id,
            name=new_model.name,
            model_type=new_model.model_type,
            source_run_id=new_model.source_run_id,
            params=list(new_model.params),
            tags=list(new_model.tags),
        )

    async def get(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        """See `LoggedModelStore.get`."""
        return await self._one("get_logged_model", model_id, model_id=model_id, allow_deleted=allow_deleted or None)

    async def finalize(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """See `LoggedModelStore.finalize`."""
        return await self._one("finalize_logged_model", model_id, model_id=model_id, status=status)

    async def delete(self, model_id: str) -> None:
        """See `LoggedModelStore.delete`."""
        await self._server.ask("delete_logged_model", messages.NoAnswer, model_id=model_id)

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """See `LoggedModelStore.set_tags`."""
        return await self._one("set_logged_model_tags", model_id, model_id=model_id, tags=list(tags))

    async def delete_tag(self, model_id: str, key: str) -> None:
        """See `LoggedModelStore.delete_tag`."""
        await self._server.ask("delete_logged_model_tag", messages.NoAnswer, model_id=model_id, tag_key=key)

    async def log_params(self, model_id: str, params: Sequence[Param]) -> None:
        """See `LoggedModelStore.log_params`."""
        await self._server.ask("log_logged_model_params", messages.NoAnswer, model_id=model_id, params=list(params))

    async def search(self, query: LoggedModelSearch) -> Page[LoggedModel]:
        """See `LoggedModelStore.search`."""
        answer = await self._server.ask(
            "search_logged_models",
            messages.LoggedModelsAnswer,
            experiment_ids=list(query.experiment_ids),
            filter=query.filter,
            datasets=[_said(one) for one in query.datasets],
            order_by=[_said(one) for one in query.order_by],
            max_results=query.max_results,
            page_token=query.page_token,
        )
        return Page([logged_model_of(one) for one in answer.models], answer.next_page_token or None)

    async def _one(self, operation: str, model_id: str, /, **fields: object) -> LoggedModel:
        answer = await self._server.ask(operation, messages.LoggedModelAnswer, **fields)
        if answer.model is None:
            # MLflow documents a model in this answer and sends none.
            answer = await self._server.ask("get_logged_model", messages.LoggedModelAnswer, model_id=model_id)
        if answer.model is None:
            raise ResourceNotFound(
                "logged_model.not_found", f"Logged model with ID '{model_id}' not found.", model_id=model_id
            )
        return logged_model_of(answer.model)


class RemoteDatasets:
    """Implements `DatasetStore`.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server

    async def search(self, experiment_ids: Sequence[str]) -> list[DatasetSummary]:
        """See `DatasetStore.search`."""
        answer = await self._server.ask("search_datasets", messages.DatasetsAnswer, experiment_ids=list(experiment_ids))
        return [
            DatasetSummary(one.experiment_id, one.name, one.digest, one.context or None)
            for one in answer.dataset_summaries
        ]


def _said(one: msgspec.Struct) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(one).items() if value is not None}
