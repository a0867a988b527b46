"""Rows of registered models and their versions: finding them, reading them whole, marking them as changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Select, bindparam, select, true, update

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
from trialog.store.json_values import as_table, table_given
from trialog.store.prepared import Prepared
from trialog.store.registry_tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from trialog.store.rows import AnyRow
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of

SHOWN_NAME_LENGTH = 500


class ModelRow(NamedTuple):
    """A row of the table of registered models."""

    id: int
    workspace: str
    name: str
    description: str | None
    creation_timestamp: int
    last_updated_timestamp: int
    last_version: int


class VersionRow(NamedTuple):
    """A row of the table of versions with the name of its model; what the files of a version say is read by itself."""

    id: int
    model: int
    version: int
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None
    user_id: str | None
    current_stage: str
    source: str
    storage_location: str
    run_id: str | None
    run_link: str | None
    model_id: str | None
    status: str
    status_message: str | None
    label: str | None
    name: str


AnyModelRow: TypeAlias = ModelRow | AnyRow
"""A row with what `ModelRow` has."""

AnyVersionRow: TypeAlias = VersionRow | AnyRow
"""A row with what `VersionRow` has."""


def select_versions() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads versions with the names of their models."""
    tables = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model)
    columns = [model_versions.c[field] for field in VersionRow._fields if field != "name"]
    return select(*columns, registered_models.c.name).select_from(tables)


def _newest_versions() -> Select[*tuple[Any, ...]]:
    # One look into the index for each model and stage, however many versions there are.
    model, stage = table_given("models", value=int), table_given("stages", value=str)
    newest = (
        select(model_versions.c.id)
        .where(model_versions.c.model == model.c.value, model_versions.c.current_stage == stage.c.value)
        .order_by(model_versions.c.version.desc())
        .limit(1)
        .correlate(model, stage)
        .scalar_subquery()
    )
    found = select(newest).select_from(model.join(stage, true()))
    return select_versions().where(model_versions.c.id.in_(found))


def _aliases_of_versions() -> Select[*tuple[Any, ...]]:
    aliases = registered_model_aliases
    named = table_given("named", model=int, version=int)
    borne = (aliases.c.model == named.c.model) & (aliases.c.version == named.c.version)
    # Each version is looked up by itself, however many aliases its model has.
    return select(aliases.c.model, aliases.c.alias, aliases.c.version).select_from(named.join(aliases, borne))


_is_named = (registered_models.c.workspace == bindparam("workspace")) & (registered_models.c.name == bindparam("name"))
_select_model = Prepared(
    select(*[registered_models.c[field] for field in ModelRow._fields]).where(_is_named), ["workspace", "name"]
)
_select_version = Prepared(
    select_versions().where(_is_named, model_versions.c.version == bindparam("version")),
    ["workspace", "name", "version"],
)
_select_by_number = Prepared(select_versions().where(is_listed(model_versions.c.id)), [LISTED])
_select_newest = Prepared(_newest_versions(), ["models", "stages"])
_select_model_aliases = Prepared(
    select(registered_model_aliases.c.model, registered_model_aliases.c.alias, registered_model_aliases.c.version)
    .where(is_listed(registered_model_aliases.c.model))
    .order_by(registered_model_aliases.c.model, registered_model_aliases.c.alias),
    [LISTED],
)
_select_model_tags = Prepared(
    select(registered_model_tags)
    .where(is_listed(registered_model_tags.c.model))
    .order_by(registered_model_tags.c.model, registered_model_tags.c.key),
    [LISTED],
)
_select_version_aliases = Prepared(_aliases_of_versions(), ["named"])
_select_version_tags = Prepared(
    select(model_version_tags)
    .where(is_listed(model_version_tags.c.model_version))
    .order_by(model_version_tags.c.model_version, model_version_tags.c.key),
    [LISTED],
)
_STAGES = list(ModelStage)


def find_model(connection: Connection, workspace: str, name: str) -> ModelRow | None:
    """Return the row of the registered model that has a name in a workspace, if one has."""
    rows = _select_model.rows(connection, (workspace, name))
    return ModelRow._make(rows[0]) if rows else None


def model_row(connection: Connection, workspace: str, name: str) -> ModelRow:
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


def version_row(connection: Connection, workspace: str, name: str, version: int) -> VersionRow:
    """Return the row of a version, with its model's name.

    Args:
        connection: Where to read.
        workspace: Of which workspace its model is.
        name: Name of the model.
        version: Its number, as users count them.

    Raises:
        ResourceNotFound: There is no such version.
    """
    rows: Sequence[Any] = ()
    if 0 < version <= INT64_MAX:  # no other number fits into a column, nor is one ever given
        rows = _select_version.rows(connection, (workspace, name, version))
    if not rows:
        shown = name[:SHOWN_NAME_LENGTH]
        raise ResourceNotFound(
            "model_version.not_found",
            f"Model Version (name={shown}, version={version}) not found",
            name=shown,
            version=str(version),
        )
    return VersionRow._make(rows[0])


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
    return load_versions_in_order(connection, [number])[0]


def load_versions(connection: Connection, rows: Sequence[AnyVersionRow]) -> list[ModelVersion]:
    """Return the versions of rows, with tags and aliases by key and name."""
    if not rows:
        return []
    aliases: dict[tuple[int, int], list[str]] = defaultdict(list)
    named = as_table([(row.model, row.version) for row in rows])
    for model, alias, version in _select_version_aliases.rows(connection, (named,)):
        aliases[model, version].append(alias)
    tags: dict[int, list[Tag]] = defaultdict(list)
    for version, key, value in _select_version_tags.rows(connection, (as_list([row.id for row in rows]),)):
        tags[version].append(Tag(key, value))
    return [_version(row, tags[row.id], sorted(aliases[row.model, row.version])) for row in rows]


def load_versions_in_order(connection: Connection, numbers: Sequence[int]) -> list[ModelVersion]:
    """Return the versions that numbers of the store's own stand for, in the order of these."""
    rows = map(VersionRow._make, _select_by_number.rows(connection, (as_list(numbers),)))
    by_number = {row.id: row for row in rows}
    return load_versions(connection, [by_number[number] for number in numbers])


def load_models(connection: Connection, rows: Sequence[AnyModelRow]) -> list[RegisteredModel]:
    """Return the registered models of rows, with their newest versions, tags and aliases."""
    models = [row.id for row in rows]
    listed = as_list(models)
    newest: dict[str, list[ModelVersion]] = defaultdict(list)
    for version in newest_versions(connection, models):
        newest[version.name].append(version)
    aliases: dict[int, list[RegisteredModelAlias]] = defaultdict(list)
    for model, alias, number in _select_model_aliases.rows(connection, (listed,)):
        aliases[model].append(RegisteredModelAlias(alias, number))
    tags: dict[int, list[Tag]] = defaultdict(list)
    for model, key, value in _select_model_tags.rows(connection, (listed,)):
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
    wanted = [stage.value for stage in _STAGES if not stages or stage in stages]
    values = (as_table([(number,) for number in models]), as_table([(stage,) for stage in wanted]))
    rows = map(VersionRow._make, _select_newest.rows(connection, values))
    in_order = sorted(rows, key=lambda row: _STAGES.index(ModelStage(row.current_stage)))
    return load_versions(connection, in_order)


def _version(row: AnyVersionRow, tags: list[Tag], aliases: list[str]) -> ModelVersion:
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
