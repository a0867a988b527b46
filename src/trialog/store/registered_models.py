"""Registered models in SQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import (
    LATEST_ALIAS,
    PROMPT_TAG,
    Cause,
    ModelStage,
    ModelVersion,
    NewRegisteredModel,
    Page,
    RegisteredModel,
    RegisteredModelSearch,
    ResourceType,
    Tag,
    is_prompt,
    says_prompt,
)
from trialog.entities.clock import now_milliseconds
from trialog.entities.registry_limits import (
    MAX_MODELS_PER_PAGE,
    check_alias,
    check_cause,
    check_description,
    check_model_name,
    check_new_alias,
    check_registry_tag,
    check_registry_tags,
)
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.store import webhook_outbox
from trialog.store.accounts.ownership import own
from trialog.store.database import Database
from trialog.store.model_removal import remove_model
from trialog.store.model_stages import numbers_in_production, refuse_to_delete_production
from trialog.store.paging import check_max_results, fetch_page
from trialog.store.registered_model_search import compile_registered_model_search
from trialog.store.registry_history import Move, begin_name, free_since, moment_of, record_moves
from trialog.store.registry_rows import (
    AnyModelRow,
    find_model,
    load_models,
    load_versions,
    model_row,
    newest_versions,
    select_versions,
    touch,
    version_row,
)
from trialog.store.registry_tables import (
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from trialog.store.rows import AnyRow
from trialog.store.tables import DEFAULT_WORKSPACE
from trialog.store.upserts import upsert
from trialog.store.workspace_roots import check_is_there


class SqlRegisteredModels:
    """Registered models of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def create(self, new_model: NewRegisteredModel, *, owner: int | None = None) -> RegisteredModel:
        """See `RegisteredModelStore.create`."""
        check_model_name(new_model.name)
        check_description(new_model.description)
        check_registry_tags(new_model.tags)
        tags = {tag.key: tag.value for tag in new_model.tags}

        def job(connection: Connection) -> RegisteredModel:
            check_is_there(connection, self._workspace)
            _check_name_is_free(connection, self._workspace, new_model.name, as_prompt=is_prompt(new_model.tags))
            now = max(now_milliseconds(), free_since(connection, self._workspace, new_model.name))
            values = {
                "workspace": self._workspace,
                "name": new_model.name,
                "description": new_model.description,
                "creation_timestamp": now,
                "last_updated_timestamp": now,
                "last_version": 0,
            }
            row = connection.execute(insert(registered_models).values(values).returning(*registered_models.c)).one()
            upsert(connection, registered_model_tags, [(row.id, key, value) for key, value in tags.items()])
            begin_name(connection, self._workspace, row.id, row.name, now)
            own(connection, owner, self._workspace, ResourceType.REGISTERED_MODEL, row.id)
            webhook_outbox.registered_model_created(
                connection, self._workspace, name=row.name, description=row.description, tags=new_model.tags
            )
            return load_models(connection, [row])[0]

        return await self._database.write(job)

    async def get(self, name: str) -> RegisteredModel:
        """See `RegisteredModelStore.get`."""
        return await self._database.read(
            lambda connection: load_models(connection, [model_row(connection, self._workspace, name)])[0],
        )

    async def rename(self, name: str, new_name: str) -> RegisteredModel:
        """See `RegisteredModelStore.rename`."""
        check_model_name(new_name)

        def job(connection: Connection) -> RegisteredModel:
            row = model_row(connection, self._workspace, name)
            if new_name != name:
                _check_name_is_free(connection, self._workspace, new_name, as_prompt=_is_prompt(connection, row.id))
                now = max(moment_of(connection, row.id), free_since(connection, self._workspace, new_name))
                begin_name(connection, self._workspace, row.id, new_name, now)
                mine = registered_models.c.id == row.id
                connection.execute(
                    update(registered_models).where(mine).values(name=new_name, last_updated_timestamp=now)
                )
                theirs = model_versions.c.model == row.id
                connection.execute(update(model_versions).where(theirs).values(last_updated_timestamp=now))
            return load_models(connection, [model_row(connection, self._workspace, new_name)])[0]

        return await self._database.write(job)

    async def update(self, name: str, description: str | None) -> RegisteredModel:
        """See `RegisteredModelStore.update`."""
        check_description(description)

        def job(connection: Connection) -> RegisteredModel:
            model = model_row(connection, self._workspace, name).id
            changed = {"description": description, "last_updated_timestamp": moment_of(connection, model)}
            mine = registered_models.c.id == model
            connection.execute(update(registered_models).where(mine).values(changed))
            return load_models(connection, [model_row(connection, self._workspace, name)])[0]

        return await self._database.write(job)

    async def delete(self, name: str, cause: Cause, *, force: bool = False) -> None:
        """See `RegisteredModelStore.delete`."""
        check_cause(cause)

        def job(connection: Connection) -> None:
            model = model_row(connection, self._workspace, name)
            if not force:
                used = numbers_in_production(connection, model.id)
                refuse_to_delete_production(used, "registered_model.in_production", f"Model '{name}'")
            remove_model(connection, model, cause)

        await self._database.write(job)

    async def search(self, query: RegisteredModelSearch) -> Page[RegisteredModel]:
        """See `RegisteredModelStore.search`."""
        check_max_results(query.max_results, MAX_MODELS_PER_PAGE)
        paged = compile_registered_model_search(query, self._workspace)

        def job(connection: Connection) -> Page[RegisteredModel]:
            rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
            return Page(load_models(connection, rows), token)

        return await self._database.read(job)

    async def latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        """See `RegisteredModelStore.latest_versions`."""
        return await self._database.read(
            lambda connection: newest_versions(connection, [model_row(connection, self._workspace, name).id], stages)
        )

    async def set_tag(self, name: str, tag: Tag) -> None:
        """See `RegisteredModelStore.set_tag`."""
        check_registry_tag(tag)

        def job(connection: Connection) -> None:
            model = model_row(connection, self._workspace, name).id
            upsert(connection, registered_model_tags, [(model, tag.key, tag.value)])
            touch(connection, moment_of(connection, model), model)
            webhook_outbox.registered_model_tag_set(
                connection, self._workspace, name=name, key=tag.key, value=tag.value
            )

        await self._database.write(job)

    async def delete_tag(self, name: str, key: str) -> None:
        """See `RegisteredModelStore.delete_tag`."""

        def job(connection: Connection) -> None:
            model = model_row(connection, self._workspace, name).id
            mine = (registered_model_tags.c.model == model) & (registered_model_tags.c.key == key)
            if connection.execute(select(registered_model_tags.c.key).where(mine)).scalar() is None:
                return
            # Told first: whether the model is a prompt, a tag of its own says.
            webhook_outbox.registered_model_tag_deleted(connection, self._workspace, name=name, key=key)
            connection.execute(delete(registered_model_tags).where(mine))
            touch(connection, moment_of(connection, model), model)

        await self._database.write(job)

    async def set_alias(self, name: str, alias: str, version: int, cause: Cause) -> None:
        """See `RegisteredModelStore.set_alias`."""
        check_new_alias(alias)
        check_cause(cause)

        def job(connection: Connection) -> None:
            bearer = version_row(connection, self._workspace, name, version)
            model = model_row(connection, self._workspace, name)
            before = _alias_row(connection, model.id, alias)
            if before is not None and before.version == version:
                return
            upsert(connection, registered_model_aliases, [(model.id, alias, bearer.version)])
            from_version = None if before is None else before.version
            now = moment_of(connection, model.id)
            touch(connection, now, model.id, [number for number in (version, from_version) if number is not None])
            record_moves(connection, model, [Move(version, alias=alias, from_version=from_version)], cause, now)
            webhook_outbox.model_version_alias_created(
                connection, self._workspace, name=name, alias=alias, version=version
            )

        await self._database.write(job)

    async def delete_alias(self, name: str, alias: str, cause: Cause) -> None:
        """See `RegisteredModelStore.delete_alias`."""
        check_alias(alias)
        check_cause(cause)

        def job(connection: Connection) -> None:
            model = model_row(connection, self._workspace, name)
            before = _alias_row(connection, model.id, alias)
            if before is None:
                return
            mine = (registered_model_aliases.c.model == model.id) & (registered_model_aliases.c.alias == alias)
            connection.execute(delete(registered_model_aliases).where(mine))
            now = moment_of(connection, model.id)
            touch(connection, now, model.id, [before.version])
            record_moves(connection, model, [Move(None, alias=alias, from_version=before.version)], cause, now)
            webhook_outbox.model_version_alias_deleted(connection, self._workspace, name=name, alias=alias)

        await self._database.write(job)

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        """See `RegisteredModelStore.get_by_alias`."""
        check_alias(alias)

        def job(connection: Connection) -> ModelVersion:
            model = model_row(connection, self._workspace, name)
            if alias.lower() == LATEST_ALIAS:
                return _newest_version(connection, model)
            found = _alias_row(connection, model.id, alias)
            if found is None:
                raise InvalidParameter(
                    "alias.not_found", f"Registered model alias {alias} not found.", name=name, alias=alias
                )
            return load_versions(connection, [version_row(connection, self._workspace, name, found.version)])[0]

        return await self._database.read(job)


def _newest_version(connection: Connection, model: AnyModelRow) -> ModelVersion:
    theirs = model_versions.c.model == model.id
    newest = select_versions().where(theirs).order_by(model_versions.c.version.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        raise ResourceNotFound(
            "registered_model.no_versions",
            f"Latest version not found for model {model.name}: it has no versions.",
            name=model.name,
        )
    return load_versions(connection, [row])[0]


def _alias_row(connection: Connection, model: int, alias: str) -> AnyRow | None:
    mine = (registered_model_aliases.c.model == model) & (registered_model_aliases.c.alias == alias)
    return connection.execute(select(registered_model_aliases).where(mine)).one_or_none()


def _is_prompt(connection: Connection, model: int) -> bool:
    mine = (registered_model_tags.c.model == model) & (registered_model_tags.c.key == PROMPT_TAG)
    return says_prompt(connection.execute(select(registered_model_tags.c.value).where(mine)).scalar())


def _check_name_is_free(connection: Connection, workspace: str, name: str, *, as_prompt: bool) -> None:
    bearer = find_model(connection, workspace, name)
    if bearer is None:
        return
    kinds = {True: "Prompt", False: "Registered Model"}
    wanted, there = kinds[as_prompt], kinds[_is_prompt(connection, bearer.id)]
    what = "Models and prompts share their names." if wanted != there else "Choose another name."
    raise ResourceAlreadyExists(
        "registered_model.name_taken", f"{there} (name={name}) already exists. {what}", name=name
    )
