"""`trialog roles`."""

import click

from trialog.cli.account_session import LEVEL, AccountSession, changes_accounts, named_resource, resource_options
from trialog.entities import DEFAULT_WORKSPACE, WILDCARD, PermissionLevel, ResourceType
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.roles import (
    AssignmentResponse,
    RoleMessage,
    RolePermissionResponse,
    RoleResponse,
    RolesResponse,
)

_ROLE_HELP = "[NAME|NUMBER]"


@click.group()
def roles() -> None:
    """Look at roles, make and remove them, say what they permit and who has them.

    A role goes by its name or, if it is of another workspace than the default one, by its number.
    """


@roles.command("list")
@click.option("--workspace", metavar="NAME", multiple=True, help="Of this workspace alone; can be repeated.")
@changes_accounts
def list_roles(session: AccountSession, workspace: tuple[str, ...]) -> None:
    """List roles by workspace and name."""
    found = session.asked.call("list_roles", RolesResponse, workspace=list(workspace)).roles
    if session.output.as_json:
        session.done("", found)
        return
    session.output.table(
        ("Number", "Workspace", "Name", "Permissions", "Description"),
        [(role.id, role.workspace, role.name, len(role.permissions), role.description) for role in found],
        nothing="no roles",
    )


@roles.command("show")
@click.argument("role", metavar=_ROLE_HELP)
@changes_accounts
def show_role(session: AccountSession, role: str) -> None:
    """Show what a role permits."""
    found = _find(session, role)
    if session.output.as_json:
        session.done("", found)
        return
    session.output.fields(
        {
            "Number": found.id,
            "Workspace": found.workspace,
            "Name": found.name,
            "Description": found.description or None,
        }
    )
    session.output.table(
        ("Number", "Type", "Resource", "Permission"),
        [(one.id, one.resource_type.value, one.resource_pattern, one.permission.value) for one in found.permissions],
        nothing="it permits nothing yet",
    )


@roles.command("create")
@click.argument("name")
@click.option("--workspace", metavar="NAME", default=DEFAULT_WORKSPACE, help="Where it counts; [default: default].")
@click.option("--description", metavar="TEXT", help="What it is for.")
@changes_accounts
def create_role(session: AccountSession, name: str, workspace: str, description: str | None) -> None:
    """Make a role that permits nothing yet."""
    made = session.asked.call("create_role", RoleResponse, workspace=workspace, name=name, description=description).role
    session.done(f"There is a role {made.name} now, number {made.id}.", made)


@roles.command("delete")
@click.argument("role", metavar=_ROLE_HELP)
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_accounts
def delete_role(session: AccountSession, role: str, yes: bool) -> None:
    """Remove a role; who has it no longer has what it permits."""
    found = _find(session, role)
    session.confirm(f"Remove the role {found.name}?", is_answered=yes)
    session.asked.call("delete_role", EmptyResponse, role_id=found.id)
    session.done(f"There is no role {found.name} any more.")


@roles.command("permit")
@click.argument("role", metavar=_ROLE_HELP)
@click.argument("permission", type=LEVEL)
@resource_options
@click.option("--in-workspace", is_flag=True, help="On the workspace: USE makes members, MANAGE administers it.")
@changes_accounts
def permit(
    session: AccountSession,
    role: str,
    permission: str,
    experiment_id: str | None,
    model: str | None,
    in_workspace: bool,
) -> None:
    """Let a role permit something: READ, USE, EDIT, MANAGE, or DENY to forbid all.

    What it said of the same thing till now gives way to it.
    """
    if in_workspace and (experiment_id is not None or model is not None):
        raise click.UsageError("Give --in-workspace alone.")
    kind, name = (ResourceType.WORKSPACE.value, WILDCARD) if in_workspace else named_resource(experiment_id, model)
    found, level = _find(session, role), PermissionLevel(permission)
    try:
        added = session.asked.call(
            "add_role_permission",
            RolePermissionResponse,
            role_id=found.id,
            resource_type=ResourceType(kind),
            resource_pattern=name,
            permission=level,
        ).role_permission
    except ResourceAlreadyExists:
        said = [one for one in found.permissions if (one.resource_type.value, one.resource_pattern) == (kind, name)]
        if not said:
            raise
        added = session.asked.call(
            "update_role_permission", RolePermissionResponse, role_permission_id=said[0].id, permission=level
        ).role_permission
    session.done(f"The role {role} permits {permission} on {kind.replace('_', ' ')} {name}.", added)


@roles.command("withdraw")
@click.argument("permission_number", type=click.IntRange(min=1))
@changes_accounts
def withdraw(session: AccountSession, permission_number: int) -> None:
    """Take a permission out of its role, by its number, which `show` prints."""
    session.asked.call("remove_role_permission", EmptyResponse, role_permission_id=permission_number)
    session.done(f"The permission {permission_number} is taken out of its role.")


@roles.command("assign")
@click.argument("role", metavar=_ROLE_HELP)
@click.option("--user", "username", metavar="NAME", help="To this user.")
@click.option("--group", metavar="NAME", help="To this group.")
@changes_accounts
def assign(session: AccountSession, role: str, username: str | None, group: str | None) -> None:
    """Give a role to a user or a group."""
    _check_assignee(username, group)
    found = _find(session, role)
    if username is not None:
        session.asked.call("assign_role", AssignmentResponse, role_id=found.id, username=username)
    else:
        session.asked.call("assign_role_to_group", EmptyResponse, role_id=found.id, name=group)
    session.done(f"{username or group} has the role {found.name}.")


@roles.command("unassign")
@click.argument("role", metavar=_ROLE_HELP)
@click.option("--user", "username", metavar="NAME", help="From this user.")
@click.option("--group", metavar="NAME", help="From this group.")
@changes_accounts
def unassign(session: AccountSession, role: str, username: str | None, group: str | None) -> None:
    """Take a role from a user or a group."""
    _check_assignee(username, group)
    found = _find(session, role)
    if username is not None:
        session.asked.call("unassign_role", EmptyResponse, role_id=found.id, username=username)
    else:
        session.asked.call("unassign_role_from_group", EmptyResponse, role_id=found.id, name=group)
    session.done(f"{username or group} has the role {found.name} no more.")


def _check_assignee(username: str | None, group: str | None) -> None:
    if (username is None) == (group is None):
        raise click.UsageError("Name either a user with --user or a group with --group.")


def _find(session: AccountSession, name_or_number: str) -> RoleMessage:
    of_default = session.asked.call("list_roles", RolesResponse, workspace=[DEFAULT_WORKSPACE]).roles
    for role in of_default:
        if role.name == name_or_number:
            return role
    if name_or_number.isascii() and name_or_number.isdigit() and len(name_or_number) < 16 and int(name_or_number):
        return session.asked.call("get_role", RoleResponse, role_id=int(name_or_number)).role
    raise ResourceNotFound(
        "role.name_not_found",
        f"There is no role {name_or_number!r} in the workspace '{DEFAULT_WORKSPACE}'. `trialog roles list` shows those"
        " of others with their numbers.",
    )
