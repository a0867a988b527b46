"""The model registry of a `Store` over HTTP: MLflow's routes, and the promotion API for what MLflow does not tell."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from tests.contract.http_connection import HttpConnection, Json
from tests.contract.http_entities import (
    model_version_of,
    pairs_to_wire,
    past_occupant_of,
    registered_model_of,
    registry_move_of,
)
from trialog.entities import (
    Cause,
    HistorySearch,
    ModelContent,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    NewRegisteredModel,
    Operation,
    Page,
    PastOccupant,
    RegisteredModel,
    RegisteredModelSearch,
    RegistryMove,
    StageChange,
    StageHistory,
    StageMove,
    StageOccupancy,
    Tag,
    Visibility,
)

MODELS = "/api/2.0/mlflow/registered-models"
VERSIONS = "/api/2.0/mlflow/model-versions"
PROMOTION = "/mlflow/models"


class HttpRegisteredModels:
    """`RegisteredModelStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(
        self,
        new_model: NewRegisteredModel,
        *,
        owner: int | None = None,
    ) -> RegisteredModel:
        body = {
            "name": new_model.name,
            "description": new_model.description,
            "tags": pairs_to_wire(new_model.tags),
        }
        answer = await self._connection.post(f"{MODELS}/create", body)
        return registered_model_of(answer["registered_model"])

    async def get(self, name: str) -> RegisteredModel:
        answer = await self._connection.get(f"{MODELS}/get", {"name": name})
        return registered_model_of(answer["registered_model"])

    async def rename(self, name: str, new_name: str) -> RegisteredModel:
        answer = await self._connection.post(f"{MODELS}/rename", {"name": name, "new_name": new_name})
        return registered_model_of(answer["registered_model"])

    async def update(self, name: str, description: str | None) -> RegisteredModel:
        body = {"name": name, "description": description}
        answer = await self._connection.send("PATCH", f"{MODELS}/update", body)
        return registered_model_of(answer["registered_model"])

    async def delete(self, name: str, cause: Cause, *, force: bool = False) -> None:
        del cause  # the server knows who asks, and for what
        await self._connection.send("DELETE", f"{MODELS}/delete", {"name": name, "force": force or None})

    async def search(self, query: RegisteredModelSearch) -> Page[RegisteredModel]:
        fields = {
            "filter": query.filter,
            "order_by": query.order_by,
            "max_results": query.max_results,
            "page_token": query.page_token,
        }
        answer = await self._connection.get(f"{MODELS}/search", fields)
        found = [registered_model_of(item) for item in answer.get("registered_models", [])]
        return Page(found, answer.get("next_page_token"))

    async def latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        fields = {"name": name, "stages": [stage.value for stage in stages]}
        # Both methods are served.
        as_get = self._connection.write_as_text()
        call = self._connection.get if as_get else self._connection.post
        answer = await call(f"{MODELS}/get-latest-versions", fields)
        return [model_version_of(item) for item in answer.get("model_versions", [])]

    async def set_tag(self, name: str, tag: Tag) -> None:
        await self._connection.post(f"{MODELS}/set-tag", {"name": name, "key": tag.key, "value": tag.value})

    async def delete_tag(self, name: str, key: str) -> None:
        await self._connection.send("DELETE", f"{MODELS}/delete-tag", {"name": name, "key": key})

    async def set_alias(self, name: str, alias: str, version: int, cause: Cause) -> None:
        del cause  # the server knows who asks, and for what
        await self._connection.post(f"{MODELS}/alias", {"name": name, "alias": alias, "version": str(version)})

    async def delete_alias(self, name: str, alias: str, cause: Cause) -> None:
        del cause  # the server knows who asks, and for what
        await self._connection.send("DELETE", f"{MODELS}/alias", {"name": name, "alias": alias})

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        answer = await self._connection.get(f"{MODELS}/alias", {"name": name, "alias": alias})
        return model_version_of(answer["model_version"])


class HttpModelVersions:
    """`ModelVersionStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(self, new_version: NewModelVersion) -> ModelVersion:
        body = {
            "name": new_version.name,
            "source": new_version.source,
            "run_id": new_version.run_id,
            "run_link": new_version.run_link,
            "model_id": new_version.model_id,
            "description": new_version.description,
            "tags": pairs_to_wire(new_version.tags),
        }
        answer = await self._connection.post(f"{VERSIONS}/create", body)
        return model_version_of(answer["model_version"])

    async def get(self, name: str, version: int) -> ModelVersion:
        return await self._get(name, str(version))

    async def content(self, name: str, version: int) -> ModelContent:
        answer = await self._connection.get(f"{PROMOTION}/{quote(name, safe='')}/versions/{version}", {})
        signature = answer["signature"]
        text = None if signature is None else msgspec.json.encode(signature).decode()
        return ModelContent(text, tuple(answer["flavors"]), answer["size_bytes"])

    async def get_by_label(self, name: str, label: str) -> ModelVersion:
        # MLflow's wire says that what is no number is a wrong request; here it is a thing that is not there.
        answer = await self._connection.get(f"{PROMOTION}/{quote(name, safe='')}/versions/{quote(label, safe='')}", {})
        return await self.get(name, answer["version"])

    async def update(self, name: str, version: int, description: str | None) -> ModelVersion:
        body = {"name": name, "version": str(version), "description": description}
        answer = await self._connection.send("PATCH", f"{VERSIONS}/update", body)
        return model_version_of(answer["model_version"])

    async def delete(self, name: str, version: int, cause: Cause, *, force: bool = False) -> None:
        del cause  # the server knows who asks, and for what
        body = {"name": name, "version": str(version), "force": force or None}
        await self._connection.send("DELETE", f"{VERSIONS}/delete", body)

    async def search(self, query: ModelVersionSearch) -> Page[ModelVersion]:
        fields = {
            "filter": query.filter,
            "order_by": query.order_by,
            "max_results": query.max_results,
            "page_token": query.page_token,
        }
        answer = await self._connection.get(f"{VERSIONS}/search", fields)
        found = [model_version_of(item) for item in answer.get("model_versions", [])]
        return Page(found, answer.get("next_page_token"))

    async def set_tag(self, name: str, version: int, tag: Tag) -> None:
        body = {"name": name, "version": str(version), "key": tag.key, "value": tag.value}
        await self._connection.post(f"{VERSIONS}/set-tag", body)

    async def delete_tag(self, name: str, version: int, key: str) -> None:
        body = {"name": name, "version": str(version), "key": key}
        await self._connection.send("DELETE", f"{VERSIONS}/delete-tag", body)

    async def change_stage(self, change: StageChange) -> ModelVersion:
        if change.cause.operation is Operation.PROMOTE:
            await self._promote(change)
        else:
            body = {
                "name": change.name,
                "version": str(change.version),
                "stage": change.stage.value,
                "archive_existing_versions": change.archive_existing,
            }
            await self._connection.post(f"{VERSIONS}/transition-stage", body)
        return await self.get(change.name, change.version)

    async def occupancy(self, name: str, stage: ModelStage) -> StageOccupancy:
        every: list[ModelVersion] = []
        token: str | None = None
        await self._connection.get(f"{MODELS}/get", {"name": name})
        while token is not None or not every:
            quoted = name.replace("'", "''")
            page = await self.search(ModelVersionSearch(f"name = '{quoted}'", page_token=token))
            every += page.items
            token = page.next_page_token
            if token is None:
                break
        last = await self.history(HistorySearch(name, stage=stage, max_results=1))
        found = sorted((each for each in every if each.current_stage is stage), key=lambda each: -each.version)
        label = found[0].label if found else None
        return StageOccupancy([each.version for each in found], label, last.items[0].move_id if last.items else 0)

    async def last_stage_move(self, name: str, stage: ModelStage) -> int:
        return (await self.occupancy(name, stage)).seen

    async def stage_history(self, name: str, stage: ModelStage) -> StageHistory:
        occupancy = await self.occupancy(name, stage)
        page = await self.history(HistorySearch(name, stage=stage, max_results=1000))
        # Others may have had the name; the last move of all is of the model that has it now.
        own = [each for each in page.items if each.registered_model_id == page.items[0].registered_model_id]
        moves = [StageMove(each.version, each.to_stage, each.operation) for each in own if each.version is not None]
        versions = (await self.search(ModelVersionSearch(f"name = '{name}'"))).items
        kept = {each.version for each in moves if each.to_stage is stage} & {each.version for each in versions}
        return StageHistory(occupancy, moves[::-1], frozenset(kept))

    async def arrival(self, name: str, version: int, stage: ModelStage) -> RegistryMove | None:
        path = f"{PROMOTION}/{quote(name, safe='')}/versions/{version}"
        answer = await self._connection.get(path, {})
        if answer["since"] is None or answer["stage"] != stage.value:
            return None
        page = await self.history(HistorySearch(name, stage=stage, version=version, max_results=1000))
        move = next(each for each in page.items if each.to_stage is stage and each.timestamp == answer["since"])
        assert (answer["by"], answer["reason"], answer["operation"]) == (move.actor, move.reason, move.operation.value)
        return move

    async def history(self, query: HistorySearch) -> Page[RegistryMove]:
        fields = {
            "stage": query.stage and query.stage.value,
            "alias": query.alias,
            "version": query.version,
            "max_results": query.max_results,
            "page_token": query.page_token,
        }
        answer = await self._connection.get(f"{PROMOTION}/{quote(query.name, safe='')}/history", fields)
        return Page([registry_move_of(item) for item in answer["moves"]], answer.get("next_page_token"))

    async def occupants_at(
        self, name: str, stage: ModelStage, timestamp: int, visible: Visibility | None = None
    ) -> list[PastOccupant]:
        assert visible is None, "what somebody may read, the server knows"
        path = f"{PROMOTION}/{quote(name, safe='')}/stage/{stage.value}/at"
        answer = await self._connection.get(path, {"time": str(timestamp)})
        assert (answer["name"], answer["stage"], answer["time"]) == (name, stage.value, timestamp)
        return [await self._past_occupant(name, stage, item) for item in answer["versions"]]

    async def _past_occupant(self, name: str, stage: ModelStage, item: Json) -> PastOccupant:
        moves = await self.history(HistorySearch(name, stage=stage, version=item["version"]))
        move = next(each for each in moves.items if each.to_stage is stage and each.timestamp == item["since"])
        return past_occupant_of(item, move)

    async def _get(self, name: str, version: str) -> ModelVersion:
        answer = await self._connection.get(f"{VERSIONS}/get", {"name": name, "version": version})
        return model_version_of(answer["model_version"])

    async def _promote(self, change: StageChange) -> None:
        body = {
            "model_name": change.name,
            "version": change.version if self._connection.write_as_text() else str(change.version),
            "stage": change.stage.value,
            "archive_existing": change.archive_existing,
            "reason": change.cause.reason,
            "gate": None if change.cause.gate is None else msgspec.json.decode(change.cause.gate),
        }
        await self._connection.post(f"{PROMOTION}/promote", body)
