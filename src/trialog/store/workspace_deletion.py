"""What becomes of what is in a workspace that is deleted, in one transaction."""

from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, Text, cast, delete, func, insert, literal, null, select, update

from trialog.entities import DEFAULT_WORKSPACE, WILDCARD, Cause, Operation, ResourceType
from trialog.entities.bin import BinKind
from trialog.entities.clock import now_milliseconds
from trialog.errors import Conflict
from trialog.store.account_tables import group_roles, role_permissions, roles, user_permissions, user_roles
from trialog.store.accounts.part import note_change
from trialog.store.model_removal import remove_model
from trialog.store.registry_tables import (
    metric_meanings,
    model_versions,
    registered_model_names,
    registered_models,
    webhook_deliveries,
    webhook_events,
    webhooks,
)
from trialog.store.removal_tables import removals
from trialog.store.tables import experiments, runs
from trialog.store.webhook_room import forget_bodies
from trialog.store.webhooks import MAX_WEBHOOKS

# What has a workspace, and what to call it.
_CONTENT: Final[tuple[tuple[Table, str], ...]] = (
    (experiments, "experiments"),
    (registered_models, "registered models or prompts"),
    (webhooks, "webhooks"),
)
_NAMED: Final = ((experiments, "experiment"), (registered_models, "registered model"))
_SHOWN: Final = 10


def check_is_empty(connection: Connection, workspace: str) -> None:
    """Refuse to delete a workspace with anything in it, in the bin or not.

    Raises:
        Conflict: Something is.
    """
    counts = [(_count(connection, table, workspace), what) for table, what in _CONTENT]
    # Those about experiments that are being removed for good go with them.
    counts.append((len(_patterns(connection, workspace)), "statements about metrics"))
    there = [f"{count} {what}" for count, what in counts if count]
    if there:
        raise Conflict(
            "workspace.not_empty",
            f"Cannot delete workspace '{workspace}': it still contains {', '.join(there)}, what is in the bin among"
            " them. Remove them first, or delete it with mode=SET_DEFAULT, which moves all to the default workspace, or"
            " mode=CASCADE, which removes all for good.",
            workspace=workspace,
        )


def move_to_default(connection: Connection, workspace: str) -> None:
    """Move all that is in a workspace to the default one, and let those who own something own it there.

    Raises:
        Conflict: Something has a name that is taken there, there would be too many webhooks, or a version would come
            to files of a run that it was kept apart from.
    """
    _check_names(connection, workspace)
    _check_sources(connection, workspace)
    if sum(_count(connection, webhooks, name) for name in (workspace, DEFAULT_WORKSPACE)) > MAX_WEBHOOKS:
        raise Conflict(
            "workspace.too_many_webhooks",
            f"Cannot move what is in workspace '{workspace}': the default workspace would have more than"
            f" {MAX_WEBHOOKS} webhooks. Delete some first.",
            workspace=workspace,
            limit=MAX_WEBHOOKS,
        )
    living = select(registered_models.c.id).where(registered_models.c.workspace == workspace)
    names = registered_model_names
    connection.execute(
        update(names)
        .where(names.c.workspace == workspace, names.c.model.in_(living))
        .values(workspace=DEFAULT_WORKSPACE)
    )
    for table in (experiments, registered_models, webhooks, metric_meanings):
        connection.execute(update(table).where(table.c.workspace == workspace).values(workspace=DEFAULT_WORKSPACE))
    # What is said of all of a type was said of this workspace alone.
    connection.execute(
        update(user_permissions)
        .where(
            user_permissions.c.workspace == workspace,
            user_permissions.c.resource_id != WILDCARD,
            user_permissions.c.resource_type != ResourceType.WORKSPACE.value,
        )
        .values(workspace=DEFAULT_WORKSPACE)
    )


def remove_content(connection: Connection, workspace: str, actor: str) -> None:
    """Remove all that is in a workspace for good; rows and files that are many go later, as with every removal.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        workspace: Which.
        actor: Who does it.
    """
    # First of all: nobody is told of what goes.
    mine = select(webhooks.c.id).where(webhooks.c.workspace == workspace)
    for table in (webhook_deliveries, webhook_events):
        connection.execute(delete(table).where(table.c.webhook.in_(mine)))
    connection.execute(delete(webhooks).where(webhooks.c.workspace == workspace))
    forget_bodies(connection)
    cause = Cause(Operation.DELETE, actor)
    models = select(registered_models).where(registered_models.c.workspace == workspace)
    for model in connection.execute(models.order_by(registered_models.c.id)).all():
        remove_model(connection, model, cause)
    theirs = experiments.c.workspace == workspace
    begun = select(
        literal(BinKind.EXPERIMENT.value),
        experiments.c.id,
        cast(experiments.c.id, Text),
        cast(null(), Text),
        literal(now_milliseconds()),
        experiments.c.workspace,
    ).where(theirs)
    columns = ["kind", "number", "item_id", "artifact_uri", "begun_at", "workspace"]
    connection.execute(insert(removals).from_select(columns, begun))
    connection.execute(delete(experiments).where(theirs))


def forget_workspace(connection: Connection, workspace: str, retired: str) -> None:
    """Remove what is said of a workspace that goes, so that nothing of it falls to another of the same name.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        workspace: Which; there is nothing in it any more.
        retired: What its history goes by from now on, which is kept and seen by nobody who asks in a workspace.
    """
    forget_permissions(connection, workspace)
    connection.execute(delete(metric_meanings).where(metric_meanings.c.workspace == workspace))
    for table in (registered_model_names, removals):
        connection.execute(update(table).where(table.c.workspace == workspace).values(workspace=retired))


def forget_permissions(connection: Connection, workspace: str) -> None:
    """Remove the roles of a workspace and whatever else is permitted in it.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        workspace: Which.
    """
    its_roles = select(roles.c.id).where(roles.c.workspace == workspace)
    for table in (user_roles, group_roles, role_permissions):
        connection.execute(delete(table).where(table.c.role_id.in_(its_roles)))
    for table in (roles, user_permissions):
        connection.execute(delete(table).where(table.c.workspace == workspace))
    note_change(connection)


def _count(connection: Connection, table: Table, workspace: str) -> int:
    return connection.execute(
        select(func.count()).select_from(table).where(table.c.workspace == workspace)
    ).scalar_one()


def _check_names(connection: Connection, workspace: str) -> None:
    """Refuse to move what has a name that is taken in the default workspace."""
    taken: list[str] = []
    for table, what in _NAMED:
        there = select(table.c.name).where(table.c.workspace == DEFAULT_WORKSPACE)
        mine = select(table.c.name).where(table.c.workspace == workspace, table.c.name.in_(there))
        taken += [f"{what} {name!r}" for name in connection.execute(mine.order_by(table.c.name)).scalars()]
    both = _patterns(connection, workspace) & _patterns(connection, DEFAULT_WORKSPACE)
    taken += [f"statement about metrics {pattern!r}" for pattern in sorted(both)]
    if taken:
        raise Conflict(
            "workspace.names_taken",
            f"Cannot move what is in workspace '{workspace}' to '{DEFAULT_WORKSPACE}', where these names are taken:"
            f" {_listed(taken)}. Nothing was moved. Rename or remove one of each first.",
            workspace=workspace,
        )


def _check_sources(connection: Connection, workspace: str) -> None:
    """Refuse to bring together a version and a run that its source names in vain as long as they are kept apart.

    Clients may name whatever run they like as the source of a version, which opens nothing in another workspace. Beside
    that run, it would show the run's files to whoever may read the version.
    """
    both = (workspace, DEFAULT_WORKSPACE)
    statement = (
        select(registered_models.c.name, model_versions.c.version, model_versions.c.storage_location)
        .join(model_versions, model_versions.c.model == registered_models.c.id)
        .join(runs, runs.c.run_id == model_versions.c.run_id)
        .join(experiments, experiments.c.id == runs.c.experiment)
        .where(
            registered_models.c.workspace.in_(both),
            experiments.c.workspace.in_(both),
            registered_models.c.workspace != experiments.c.workspace,
        )
        .order_by(registered_models.c.name, model_versions.c.version)
    )
    found = [
        f"version {version} of {name!r}"
        for name, version, location in connection.execute(statement)
        if urlsplit(location).scheme == "runs"
    ]
    if found:
        raise Conflict(
            "workspace.foreign_runs",
            f"Cannot move what is in workspace '{workspace}' to '{DEFAULT_WORKSPACE}': sources of some versions name"
            f" runs of the other of the two, whose files they would show then: {_listed(found)}. Nothing was moved."
            " Delete these versions first.",
            workspace=workspace,
        )


def _listed(things: list[str]) -> str:
    more = len(things) - _SHOWN
    return f"{', '.join(things[:_SHOWN])}{f' and {more} more' if more > 0 else ''}"


def _patterns(connection: Connection, workspace: str) -> set[str]:
    """Return of which metrics something was said for a whole workspace."""
    said = metric_meanings.c
    statement = select(said.pattern).where(said.workspace == workspace, said.experiment_id == "")
    return set(connection.execute(statement).scalars())
