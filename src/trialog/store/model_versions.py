"""Versions of registered models in SQL."""

import json

from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import (
    LABEL_TAG,
    MODEL_VERSIONS_TAG,
    Cause,
    HistorySearch,
    ModelContent,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    ModelVersionStatus,
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
from trialog.entities.registry_limits import (
    MAX_VERSIONS_IN_ANSWER,
    MAX_VERSIONS_PER_PAGE,
    check_cause,
    check_description,
    check_new_version,
    check_version_tag,
)
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.store import webhook_outbox
from trialog.store.database import Database
from trialog.store.model_stages import (
    check_archiving,
    move_to_stage,
    read_last_stage_move,
    read_occupancy,
    read_stage_history,
    record_departure,
    refuse_to_delete_production,
)
from trialog.store.model_version_search import compile_model_version_search
from trialog.store.paging import check_max_results, fetch_page
from trialog.store.points import model_not_found as logged_model_not_found
from trialog.store.registry_history import (
    compile_history_search,
    find_arrival,
    find_past_occupants,
    moment_of,
    read_move,
)
from trialog.store.registry_rows import (
    find_model,
    load_version,
    load_versions,
    load_versions_in_order,
    model_row,
    select_versions,
    touch,
    version_row,
)
from trialog.store.registry_tables import model_version_tags, model_versions, registered_models
from trialog.store.tables import DEFAULT_WORKSPACE, logged_model_tags, logged_models
from trialog.store.upserts import upsert
from trialog.store.version_content import delete_versions, load_content, store_content
from trialog.store.workspace_scope import lies_in


class SqlModelVersions:
    """Versions of registered models of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def create(self, new_version: NewModelVersion) -> ModelVersion:
        """See `ModelVersionStore.create`."""
        check_new_version(new_version)

        def job(connection: Connection) -> ModelVersion:
            made = load_version(connection, _insert(connection, self._workspace, new_version))
            if new_version.model_id:
                _note_on_logged_model(connection, self._workspace, new_version.model_id, made)
            webhook_outbox.model_version_created(connection, self._workspace, version=made)
            return made

        return await self._database.write(job)

    async def get(self, name: str, version: int) -> ModelVersion:
        """See `ModelVersionStore.get`."""
        return await self._database.read(
            lambda connection: load_versions(connection, [version_row(connection, self._workspace, name, version)])[0]
        )

    async def content(self, name: str, version: int) -> ModelContent:
        """See `ModelVersionStore.content`."""
        return await self._database.read(
            lambda connection: load_content(connection, version_row(connection, self._workspace, name, version).id)
        )

    async def get_by_label(self, name: str, label: str) -> ModelVersion:
        """See `ModelVersionStore.get_by_label`."""

        def job(connection: Connection) -> ModelVersion:
            labelled = (
                model_versions.c.model == model_row(connection, self._workspace, name).id,
                model_versions.c.label == label,
            )
            row = connection.execute(select_versions().where(*labelled)).one_or_none()
            if row is None:
                raise ResourceNotFound(
                    "model_version.label_not_found",
                    f"Model Version (name={name}, label={label[:255]}) not found",
                    name=name,
                    label=label[:255],
                )
            return load_versions(connection, [row])[0]

        return await self._database.read(job)

    async def update(self, name: str, version: int, description: str | None) -> ModelVersion:
        """See `ModelVersionStore.update`."""
        check_description(description)

        def job(connection: Connection) -> ModelVersion:
            row = version_row(connection, self._workspace, name, version)
            mine = model_versions.c.id == row.id
            connection.execute(update(model_versions).where(mine).values(description=description))
            touch(connection, moment_of(connection, row.model), row.model, [version])
            return load_version(connection, row.id)

        return await self._database.write(job)

    async def delete(self, name: str, version: int, cause: Cause, *, force: bool = False) -> None:
        """See `ModelVersionStore.delete`."""
        check_cause(cause)

        def job(connection: Connection) -> None:
            row = version_row(connection, self._workspace, name, version)
            stage = ModelStage(row.current_stage)
            if stage is ModelStage.PRODUCTION and not force:
                what = f"Version {version} of model '{name}'"
                refuse_to_delete_production([version], "model_version.in_production", what)
            now = moment_of(connection, row.model)
            record_departure(connection, model_row(connection, self._workspace, name), [(version, stage)], cause, now)
            delete_versions(connection, model_versions.c.id == row.id)
            touch(connection, now, row.model)

        await self._database.write(job)

    async def search(self, query: ModelVersionSearch) -> Page[ModelVersion]:
        """See `ModelVersionStore.search`."""
        check_max_results(query.max_results, MAX_VERSIONS_PER_PAGE)
        paged = compile_model_version_search(query, self._workspace)

        def job(connection: Connection) -> Page[ModelVersion]:
            size = min(query.max_results, MAX_VERSIONS_IN_ANSWER)
            rows, token = fetch_page(connection, paged, size, query.page_token)
            return Page(load_versions_in_order(connection, [row.id for row in rows]), token)

        return await self._database.read(job)

    async def set_tag(self, name: str, version: int, tag: Tag) -> None:
        """See `ModelVersionStore.set_tag`."""
        check_version_tag(tag)

        def job(connection: Connection) -> None:
            row = version_row(connection, self._workspace, name, version)
            if tag.key == LABEL_TAG:
                _check_label_is_free(connection, row.model, name, tag.value, but=version)
                _set_label(connection, row.id, tag.value)
            upsert(connection, model_version_tags, [(row.id, tag.key, tag.value)])
            touch(connection, moment_of(connection, row.model), row.model, [version])
            webhook_outbox.model_version_tag_set(
                connection, self._workspace, name=name, version=version, key=tag.key, value=tag.value
            )

        await self._database.write(job)

    async def delete_tag(self, name: str, version: int, key: str) -> None:
        """See `ModelVersionStore.delete_tag`."""

        def job(connection: Connection) -> None:
            row = version_row(connection, self._workspace, name, version)
            mine = (model_version_tags.c.model_version == row.id) & (model_version_tags.c.key == key)
            if connection.execute(delete(model_version_tags).where(mine)).rowcount == 0:
                return
            if key == LABEL_TAG:
                _set_label(connection, row.id, None)
            touch(connection, moment_of(connection, row.model), row.model, [version])
            webhook_outbox.model_version_tag_deleted(connection, self._workspace, name=name, version=version, key=key)

        await self._database.write(job)

    async def change_stage(self, change: StageChange) -> ModelVersion:
        """See `ModelVersionStore.change_stage`."""
        check_archiving(change)
        check_cause(change.cause)

        def job(connection: Connection) -> ModelVersion:
            return move_to_stage(connection, self._workspace, change)

        return await self._database.write(job)

    async def occupancy(self, name: str, stage: ModelStage) -> StageOccupancy:
        """See `ModelVersionStore.occupancy`."""
        return await self._database.read(lambda connection: read_occupancy(connection, self._workspace, name, stage))

    async def last_stage_move(self, name: str, stage: ModelStage) -> int:
        """See `ModelVersionStore.last_stage_move`."""
        return await self._database.read(
            lambda connection: read_last_stage_move(connection, self._workspace, name, stage)
        )

    async def stage_history(self, name: str, stage: ModelStage) -> StageHistory:
        """See `ModelVersionStore.stage_history`."""
        return await self._database.read(
            lambda connection: read_stage_history(connection, self._workspace, name, stage)
        )

    async def arrival(self, name: str, version: int, stage: ModelStage) -> RegistryMove | None:
        """See `ModelVersionStore.arrival`."""

        def job(connection: Connection) -> RegistryMove | None:
            model = find_model(connection, self._workspace, name)
            return None if model is None else find_arrival(connection, model.id, version, stage)

        return await self._database.read(job)

    async def history(self, query: HistorySearch) -> Page[RegistryMove]:
        """See `ModelVersionStore.history`."""
        check_max_results(query.max_results)

        def job(connection: Connection) -> Page[RegistryMove]:
            paged = compile_history_search(connection, self._workspace, query)
            rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
            return Page([read_move(row) for row in rows], token)

        return await self._database.read(job)

    async def occupants_at(
        self, name: str, stage: ModelStage, timestamp: int, visible: Visibility | None = None
    ) -> list[PastOccupant]:
        """See `ModelVersionStore.occupants_at`."""
        return await self._database.read(
            lambda connection: find_past_occupants(connection, self._workspace, name, stage, timestamp, visible)
        )


def _insert(connection: Connection, workspace: str, new_version: NewModelVersion) -> int:
    model = model_row(connection, workspace, new_version.name)
    tags = {tag.key: tag.value for tag in new_version.tags}
    label = tags.get(LABEL_TAG)
    if label is not None:
        _check_label_is_free(connection, model.id, model.name, label)
    now = moment_of(connection, model.id)
    number = model.last_version + 1
    values = {
        "model": model.id,
        "version": number,
        "creation_timestamp": now,
        "last_updated_timestamp": now,
        "description": new_version.description,
        "user_id": new_version.user_id,
        "current_stage": ModelStage.NONE,
        "source": new_version.source,
        "storage_location": new_version.storage_location,
        "run_id": new_version.run_id,
        "run_link": new_version.run_link,
        "model_id": new_version.model_id,
        "status": ModelVersionStatus.READY,
        "label": label,
        **store_content(connection, new_version.content),
    }
    made: int = connection.execute(insert(model_versions).values(values).returning(model_versions.c.id)).scalar_one()
    upsert(connection, model_version_tags, [(made, key, value) for key, value in tags.items()])
    counted = update(registered_models).where(registered_models.c.id == model.id)
    connection.execute(counted.values(last_version=number, last_updated_timestamp=now))
    return made


def _note_on_logged_model(connection: Connection, workspace: str, model_id: str, version: ModelVersion) -> None:
    """Add a version to the list that the logged model it was registered from has as a tag."""
    mine = (logged_models.c.model_id == model_id) & lies_in(workspace, logged_models.c.experiment)
    model = connection.execute(select(logged_models.c.id).where(mine)).scalar()
    if model is None:
        raise logged_model_not_found(model_id)
    mine = (logged_model_tags.c.model == model) & (logged_model_tags.c.key == MODEL_VERSIONS_TAG)
    text = connection.execute(select(logged_model_tags.c.value).where(mine)).scalar()
    try:
        noted = json.loads(text) if text else []
    except ValueError:
        noted = None
    if not isinstance(noted, list):
        raise InvalidParameter(
            "logged_model.bad_versions_tag",
            f"The tag {MODEL_VERSIONS_TAG} of logged model {model_id} is no JSON list, so that the new version cannot"
            " be added to it. Nothing was registered. Delete the tag and try again.",
            model_id=model_id,
        )
    entry = {"name": version.name, "version": version.version}
    if entry not in noted:
        upsert(connection, logged_model_tags, [(model, MODEL_VERSIONS_TAG, json.dumps([*noted, entry]))])


def _check_label_is_free(connection: Connection, model: int, name: str, label: str, but: int | None = None) -> None:
    """Refuse a label that another version of the model has."""
    labelled = (model_versions.c.model == model) & (model_versions.c.label == label)
    bearer = connection.execute(select(model_versions.c.version).where(labelled)).scalar()
    if bearer is not None and bearer != but:
        raise ResourceAlreadyExists(
            "model_version.label_taken",
            f"The label '{label}' already exists: version {bearer} of model '{name}' has it. Choose another, or take it"
            f" from that version first by deleting its tag {LABEL_TAG}.",
            label=label,
            version=str(bearer),
        )


def _set_label(connection: Connection, number: int, label: str | None) -> None:
    connection.execute(update(model_versions).where(model_versions.c.id == number).values(label=label))
