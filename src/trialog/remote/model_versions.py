"""Versions of registered models of another server. Of moves between stages it keeps no history."""

import re
import time
from collections import OrderedDict
from typing import Final
from urllib.parse import urlencode

from trialog.entities import (
    Cause,
    HistorySearch,
    ModelContent,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    Page,
    PastOccupant,
    RegistryMove,
    StageChange,
    StageHistory,
    StageOccupancy,
    Tag,
    Visibility,
)
from trialog.errors import NotImplementedHere, ResourceNotFound, TrialogError
from trialog.remote import messages
from trialog.remote.reading import model_version_of
from trialog.remote.server import RemoteServer
from trialog.remote.texts import quoted_text
from trialog.wire.mlmodel import MAXIMUM_BYTES, parse_mlmodel

_MODEL_FILE: Final = "MLmodel"
_RUNS_URI: Final = re.compile(r"runs:/(?P<id>[A-Za-z0-9][\w-]{7,255})/(?P<path>.+)", re.DOTALL)
_MOST_VERSIONS: Final = 1_000
_MOST_KEPT: Final = 500
_KEPT_SECONDS: Final = 60.0


class RemoteModelVersions:
    """Implements `ModelVersionStore`.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server
        self._contents: OrderedDict[tuple[str, int], tuple[float, ModelContent]] = OrderedDict()

    async def create(self, new_version: NewModelVersion) -> ModelVersion:
        """See `ModelVersionStore.create`."""
        return await self._one(
            "create_model_version",
            name=new_version.name,
            source=new_version.source,
            run_id=new_version.run_id,
            run_link=new_version.run_link,
            model_id=new_version.model_id,
            description=new_version.description,
            tags=list(new_version.tags),
        )

    async def get(self, name: str, version: int) -> ModelVersion:
        """See `ModelVersionStore.get`."""
        return await self._one("get_model_version", name=name, version=str(version))

    async def content(self, name: str, version: int) -> ModelContent:
        """See `ModelVersionStore.content`; nothing where its files cannot be read."""
        kept = self._contents.get((name, version))
        if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        content = await self._read_content(name, version)
        self._contents[name, version] = (time.monotonic(), content)
        self._contents.move_to_end((name, version))
        while len(self._contents) > _MOST_KEPT:
            self._contents.popitem(last=False)
        return content

    async def get_by_label(self, name: str, label: str) -> ModelVersion:
        """See `ModelVersionStore.get_by_label`; looked for among the newest thousand."""
        versions = await self.newest(name)
        for version in versions:
            if version.label == label:
                return version
        raise ResourceNotFound(
            "model_version.label_not_found",
            f"Model Version (name={name}, label={label[:255]}) not found",
            name=name,
            label=label[:255],
        )

    async def newest(self, name: str) -> list[ModelVersion]:
        """Return the newest versions of a model, a thousand of them at most.

        Args:
            name: Name of the model.
        """
        page = await self.search(ModelVersionSearch(f"name = {quoted_text(name)}", max_results=_MOST_VERSIONS))
        return sorted(page.items, key=lambda version: -version.version)

    async def update(self, name: str, version: int, description: str | None) -> ModelVersion:
        """See `ModelVersionStore.update`."""
        return await self._one("update_model_version", name=name, version=str(version), description=description or "")

    async def delete(self, name: str, version: int, cause: Cause, *, force: bool = False) -> None:
        """See `ModelVersionStore.delete`; whether Production stands against it, the server says."""
        del cause
        await self._server.ask(
            "delete_model_version", messages.NoAnswer, name=name, version=str(version), force=force or None
        )

    async def search(self, query: ModelVersionSearch) -> Page[ModelVersion]:
        """See `ModelVersionStore.search`."""
        answer = await self._server.ask(
            "search_model_versions",
            messages.ModelVersionsAnswer,
            filter=query.filter,
            order_by=list(query.order_by),
            max_results=query.max_results,
            page_token=query.page_token,
        )
        return Page([model_version_of(one) for one in answer.model_versions], answer.next_page_token or None)

    async def set_tag(self, name: str, version: int, tag: Tag) -> None:
        """See `ModelVersionStore.set_tag`."""
        await self._server.ask(
            "set_model_version_tag",
            messages.NoAnswer,
            name=name,
            version=str(version),
            key=tag.key,
            value=tag.value,
        )

    async def delete_tag(self, name: str, version: int, key: str) -> None:
        """See `ModelVersionStore.delete_tag`."""
        await self._server.ask("delete_model_version_tag", messages.NoAnswer, name=name, version=str(version), key=key)

    async def change_stage(self, change: StageChange) -> ModelVersion:
        """See `ModelVersionStore.change_stage`; whether something moved meanwhile, nobody can tell.

        Raises:
            NotImplementedHere: A reason or what a gate measured is to be kept (`remote.no_move_history`).
        """
        if change.cause.reason is not None or change.cause.gate is not None:
            raise _no_history("A reason would be lost: leave it out.")
        return await self._one(
            "transition_model_version_stage",
            name=change.name,
            version=str(change.version),
            stage=change.stage.value,
            archive_existing_versions=change.archive_existing,
        )

    async def occupancy(self, name: str, stage: ModelStage) -> StageOccupancy:
        """See `ModelVersionStore.occupancy`."""
        await self._server.ask("get_registered_model", messages.RegisteredModelAnswer, name=name)
        there = [version for version in await self.newest(name) if version.current_stage is stage]
        return StageOccupancy([version.version for version in there], there[0].label if there else None, seen=0)

    async def last_stage_move(self, name: str, stage: ModelStage) -> int:
        """See `ModelVersionStore.last_stage_move`: none is known."""
        del name, stage
        return 0

    async def stage_history(self, name: str, stage: ModelStage) -> StageHistory:
        """Refuse to tell how a stage came to hold what is in it.

        Raises:
            NotImplementedHere: Always (`remote.no_move_history`).
        """
        raise _no_history(f"What was in stage '{stage}' of '{name}' before is not known: promote a version by hand.")

    async def arrival(self, name: str, version: int, stage: ModelStage) -> RegistryMove | None:
        """See `ModelVersionStore.arrival`: none is known."""
        del name, version, stage
        return None

    async def history(self, query: HistorySearch) -> Page[RegistryMove]:
        """See `ModelVersionStore.history`: none is known."""
        del query
        return Page([])

    async def occupants_at(
        self, name: str, stage: ModelStage, timestamp: int, visible: Visibility | None = None
    ) -> list[PastOccupant]:
        """Refuse to tell what was in a stage.

        Raises:
            NotImplementedHere: Always (`remote.no_move_history`).
        """
        raise _no_history(f"What was in stage '{stage}' of '{name}' at {timestamp} is not known.")

    async def _one(self, operation: str, **fields: object) -> ModelVersion:
        answer = await self._server.ask(operation, messages.ModelVersionAnswer, **fields)
        return model_version_of(answer.model_version)

    async def _read_content(self, name: str, version: int) -> ModelContent:
        query = urlencode({"name": name, "version": str(version), "path": _MODEL_FILE})
        addresses = [f"/model-versions/get-artifact?{query}"]
        in_run = _RUNS_URI.fullmatch((await self.get(name, version)).source)
        if in_run is not None:
            # A version that was registered by its run, MLflow's server does not open by itself.
            below = urlencode({"run_id": in_run["id"], "path": f"{in_run['path'].strip('/')}/{_MODEL_FILE}"})
            addresses.insert(0, f"/get-artifact?{below}")
        for address in addresses:
            try:
                content = await self._read_file(address)
            except TrialogError:
                # There is none, or it is where that server does not reach: the version is shown all the same.
                continue
            return parse_mlmodel(content) or ModelContent()
        return ModelContent()

    async def _read_file(self, address: str) -> bytes:
        file = await self._server.open(address, {})
        content = b""
        try:
            async for piece in file.chunks():
                content += piece
                if len(content) > MAXIMUM_BYTES:
                    # Too long to be one, and taken for none.
                    return b""
        finally:
            await file.close()
        return content


def _no_history(what: str) -> NotImplementedHere:
    return NotImplementedHere(
        "remote.no_move_history", f"The other server keeps no history of moves between stages. {what}"
    )
