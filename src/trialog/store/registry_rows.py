"""Rows of registered models and their versions: finding them, reading them whole, marking them as changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select, true, update

from trialog.entities import (
    INT64_MAX,
    ModelStage,
    ModelVersion,
    ModelVersionStatus,
    RegisteredModel,
    RegisteredModelAlias,
    Tag,
)
from trialog.errors import ResourceNotFound
from trialog.store.json_values import table_of
from trialog.store.registry_tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of

SHOWN_NAME_LENGTH = 500

# What the files of a version say is read by itself.
_VERSION_COLUMNS = [column for column in model_versions.c if column.name not in {"signature", "flavors", "size_bytes"}]


def select_versions() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads versions with the names of their models."""
    tables = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model)
    return select(*_VERSION_COLUMNS, registered_models.c.name).select_from(tables)


def find_model(connection: Connection, workspace: str, name: str) -> AnyRow | None:
    """Return the row of the registered model that has a name in a workspace, if one has."""
    named = (registered_models.c.workspace == workspace) & (registered_models.c.name == name)
    return connection.execute(select(registered_models).where(named)).one_or_none()


def model_row(connection: Connection, workspace: str, name: str) -> AnyRow:
    """Return the row of a registered model.

    Args:
        connection: Where to read.
        workspace: Of which workspace it is.
        name: Its name.

    Raises:
        ResourceNotFound: No model has this name.
    """
    row = find_model(connection, workspace, name)
    if row is None:
        raise model_not_found(name)
    return row


def model_not_found(name: str) -> ResourceNotFound:
    """Build the error for a name that no registered model has."""
    shown = name[:SHOWN_NAME_LENGTH]
    return ResourceNotFound("registered_model.not_found", f"Registered Model with name={shown} not found", name=shown)


def version_row(connection: Connection, workspace: str, name: str, version: int) -> AnyRow:
    """Return the row of a version, with its model's name.

    Args:
        connection: Where to read.
        workspace: Of which workspace its model is.
        name: Name of the model.
        version: Its number, as users count them.

    Raises:
        ResourceNotFound: There is no such version.
    """
    row = None
    if 0 < version <= INT64_MAX:  # no other number fits into a column, nor is one ever given
        mine = (
            registered_models.c.workspace == workspace,
            registered_models.c.name == name,
            model_versions.c.version == version,
        )
        row = connection.execute(select_versions().where(*mine)).one_or_none()
    if row is None:
        shown = name[:SHOWN_NAME_LENGTH]
        raise ResourceNotFound(
            "model_version.not_found",
            f"Model Version (name={shown}, version={version}) not found",
            name=shown,
            version=str(version),
        )
    return row


def touch(connection: Connection, now: int, model: int, versions: Iterable[int] = ()) -> None:
    """Mark a model, and some of its versions, as changed.

    Args:
        connection: Inside a writing transaction.
        now: When.
        model: The model's own number.
        versions: Numbers of versions, as users count them.
    """
    connection.execute(
        update(registered_models).where(registered_models.c.id == model).values(last_updated_timestamp=now)
    )
    numbers = list(versions)
    if numbers:
        theirs = (model_versions.c.model == model) & is_one_of(model_versions.c.version, numbers)
        connection.execute(update(model_versions).where(theirs).values(last_updated_timestamp=now))


def load_version(connection: Connection, number: int) -> ModelVersion:
    """Return the version that a number of the store's own stands for."""
    row = connection.execute(select_versions().where(model_versions.c.id == number)).one()
    return load_versions(connection, [row])[0]


def load_versions(connection: Connection, rows: Sequence[AnyRow]) -> list[ModelVersion]:
    """Return the versions of rows that `select_versions` reads, with tags and aliases by key and name."""
    aliases: dict[tuple[int, int], list[str]] = defaultdict(list)
    for model, alias, version in connection.execute(_aliases_of_versions(rows)):
        aliases[model, version].append(alias)
    tags: dict[int, list[Tag]] = defaultdict(list)
    theirs = is_one_of(model_version_tags.c.model_version, [row.id for row in rows])
    by_key = (model_version_tags.c.model_version, model_version_tags.c.key)
    for version, key, value in connection.execute(select(model_version_tags).where(theirs).order_by(*by_key)):
        tags[version].append(Tag(key, value))
    return [_version(row, tags[row.id], sorted(aliases[row.model, row.version])) for row in rows]


def load_versions_in_order(connection: Connection, numbers: Sequence[int]) -> list[ModelVersion]:
    """Return the versions that numbers of the store's own stand for, in the order of these."""
    rows = connection.execute(select_versions().where(is_one_of(model_versions.c.id, numbers)))
    by_number = {row.id: row for row in rows}
    return load_versions(connection, [by_number[number] for number in numbers])


def load_models(connection: Connection, rows: Sequence[AnyRow]) -> list[RegisteredModel]:
    """Return the registered models of rows, with their newest versions, tags and aliases."""
    models = [row.id for row in rows]
    newest: dict[str, list[ModelVersion]] = defaultdict(list)
    for version in newest_versions(connection, models):
        newest[version.name].append(version)
    aliases: dict[int, list[RegisteredModelAlias]] = defaultdict(list)
    for model, alias, number in connection.execute(_aliases_of(models)):
        aliases[model].append(RegisteredModelAlias(alias, number))
    tags: dict[int, list[Tag]] = defaultdict(list)
    theirs = is_one_of(registered_model_tags.c.model, models)
    by_key = (registered_model_tags.c.model, registered_model_tags.c.key)
    for model, key, value in connection.execute(select(registered_model_tags).where(theirs).order_by(*by_key)):
        tags[model].append(Tag(key, value))
    return [
        RegisteredModel(
            name=row.name,
            creation_timestamp=row.creation_timestamp,
            last_updated_timestamp=row.last_updated_timestamp,
            description=row.description,
            latest_versions=newest[row.name],
            tags=tags[row.id],
            aliases=aliases[row.id],
        )
        for row in rows
    ]


def newest_versions(
    connection: Connection, models: Sequence[int], stages: Sequence[ModelStage] = ()
) -> list[ModelVersion]:
    """Return the newest version of each stage that has one, stage by stage in MLflow's order.

    Args:
        connection: Where to read.
        models: The models' own numbers.
        stages: Which stages; all if empty.
    """
    every = list(ModelStage)
    wanted = [stage for stage in every if not stages or stage in stages]
    # One look into the index for each model and stage, however many versions there are.
    model = table_of("model", [(number,) for number in models], value=int)
    stage = table_of("stage", [(stage.value,) for stage in wanted], value=str)
    newest = (
        select(model_versions.c.id)
        .where(model_versions.c.model == model.c.value, model_versions.c.current_stage == stage.c.value)
        .order_by(model_versions.c.version.desc())
        .limit(1)
        .correlate(model, stage)
        .scalar_subquery()
    )
    found = select(newest).select_from(model.join(stage, true()))
    rows = connection.execute(select_versions().where(model_versions.c.id.in_(found))).all()
    in_order = sorted(rows, key=lambda row: every.index(ModelStage(row.current_stage)))
    return load_versions(connection, in_order)


def _aliases_of(models: Iterable[int]) -> Select[*tuple[Any, ...]]:
    aliases = registered_model_aliases
    return (
        select(aliases.c.model, aliases.c.alias, aliases.c.version)
        .where(is_one_of(aliases.c.model, models))
        .order_by(aliases.c.model, aliases.c.alias)
    )


def _aliases_of_versions(rows: Iterable[AnyRow]) -> Select[*tuple[Any, ...]]:
    aliases = registered_model_aliases
    named = table_of("named", [(row.model, row.version) for row in rows], model=int, version=int)
    borne = (aliases.c.model == named.c.model) & (aliases.c.version == named.c.version)
    # Each version is looked up by itself, however many aliases its model has.
    return select(aliases.c.model, aliases.c.alias, aliases.c.version).select_from(named.join(aliases, borne))


def _version(row: AnyRow, tags: list[Tag], aliases: list[str]) -> ModelVersion:
    return ModelVersion(
        name=row.name,
        version=row.version,
        creation_timestamp=row.creation_timestamp,
        last_updated_timestamp=row.last_updated_timestamp,
        description=row.description,
        user_id=row.user_id,
        current_stage=ModelStage(row.current_stage),
        source=row.source,
        storage_location=row.storage_location,
        run_id=row.run_id,
        run_link=row.run_link,
        model_id=row.model_id,
        status=ModelVersionStatus(row.status),
        status_message=row.status_message,
        label=row.label,
        tags=tags,
        aliases=aliases,
    )
