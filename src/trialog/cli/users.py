"""`trialog users`."""

import click

from trialog.cli.account_session import (
    LEVEL,
    AccountSession,
    ask_secret,
    changes_accounts,
    named_resource,
    resource_options,
)
from trialog.cli.output import table_time
from trialog.entities import PermissionLevel, ResourceType
from trialog.errors import ResourceAlreadyExists
from trialog.wire.messages.accounts import AccountMessage, AccountsResponse, WhoAmIResponse
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.permissions import UserPermissionsResponse

_COLUMNS = ("Workspace", "Type", "Resource", "Permission", "By role")


@click.group()
def users() -> None:
    """Look at who has an account, make and remove users, and say what they may do."""


@users.command("whoami")
@changes_accounts
def who_am_i(session: AccountSession) -> None:
    """Show as whom the server knows you, and what you may do."""
    if not session.is_server:
        raise click.UsageError("Who opens the store may do everything. Ask a server instead.")
    me = session.asked.call("who_am_i", WhoAmIResponse)
    if session.output.as_json:
        session.done("", me)
        return
    session.output.fields(
        {
            "User": me.username,
            "Administrator": "yes" if me.is_admin else "no",
            "Known by": me.via,
            "At most": me.scope.value,
            "Groups": ", ".join(me.groups) or None,
        }
    )
    _print_permissions(session, UserPermissionsResponse(me.is_admin, me.permissions))


@users.command("list")
@changes_accounts
def list_users(session: AccountSession) -> None:
    """List users by name."""
    found = session.asked.call("list_accounts", AccountsResponse)
    if session.output.as_json:
        session.done("", found.users)
        return
    session.output.table(
        ("User", "Administrator", "Password", "Made"),
        [
            (
                user.username,
                "yes" if user.is_admin else "",
                "" if user.has_password else "none",
                table_time(user.created_at),
            )
            for user in found.users
        ],
        nothing="no users",
    )


@users.command("show")
@click.argument("username")
@changes_accounts
def show_user(session: AccountSession, username: str) -> None:
    """Show what a user is permitted, by herself, by her roles and by those of her groups."""
    found = session.asked.call("list_user_permissions", UserPermissionsResponse, username=username)
    if session.output.as_json:
        session.done("", found)
        return
    if found.is_admin:
        session.output.note(f"{username} is an administrator, who may do everything.")
    _print_permissions(session, found)


@users.command("create")
@click.argument("username")
@click.option("--admin", is_flag=True, help="Make her an administrator, who may do everything.")
@click.option("--no-password", is_flag=True, help="Give her none: for programs that have a token.")
@click.option(
    "--from-provider", is_flag=True, help="Let who is called so at the identity provider become her, with no password."
)
@changes_accounts
def create_user(session: AccountSession, username: str, admin: bool, no_password: bool, from_provider: bool) -> None:
    """Make a user; her password is asked for, or read from a line of standard input."""
    has_none = no_password or from_provider
    password = None if has_none else ask_secret(f"Password of {username}", is_new=True)
    made = session.asked.call(
        "create_account",
        AccountMessage,
        username=username,
        password=password,
        is_admin=admin or None,
        from_provider=from_provider or None,
    )
    session.done(f"There is a user {made.username} now.", made)


@users.command("delete")
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_accounts
def delete_user(session: AccountSession, username: str, yes: bool) -> None:
    """Remove a user with her tokens, logins and permissions. What she made stays, and her name in histories."""
    session.confirm(f"Remove the user {username}, with her tokens, logins and permissions?", is_answered=yes)
    session.asked.call("delete_user", EmptyResponse, username=username)
    session.done(f"There is no user {username} any more.")


@users.command("password")
@click.argument("username", required=False)
@changes_accounts
def set_password(session: AccountSession, username: str | None) -> None:
    """Set a password, yours if nobody is named: asked for, or read from lines of standard input.

    Your own takes the one till now first. All logins of the user end.
    """
    current = None
    if session.is_server:
        me = session.asked.call("who_am_i", WhoAmIResponse).username
        username = username or me
        if username.casefold() == me.casefold():
            current = ask_secret("Current password")
    if username is None:
        raise click.UsageError("Name the user whose password is to be set.")
    password = ask_secret(f"New password of {username}", is_new=True)
    session.asked.call(
        "update_user_password", EmptyResponse, username=username, password=password, current_password=current
    )
    session.done(f"The password of {username} is set; all her logins ended.")


@users.command("admin")
@click.argument("username")
@click.argument("state", type=click.Choice(["on", "off"]))
@changes_accounts
def set_admin(session: AccountSession, username: str, state: str) -> None:
    """Make a user an administrator (on), or no longer one (off)."""
    session.asked.call("update_user_admin", EmptyResponse, username=username, is_admin=state == "on")
    session.done(f"{username} is {'an administrator now' if state == 'on' else 'no administrator any more'}.")


@users.command("from-provider")
@click.argument("username")
@changes_accounts
def await_provider(session: AccountSession, username: str) -> None:
    """Let who is called so at the identity provider become this user, at the next login there.

    As whom the provider knew the user till now counts no more, as after a move to another provider.
    """
    changed = session.asked.call("update_account", AccountMessage, username=username, from_provider=True)
    session.done(f"Who logs in as {changed.username} at the identity provider next becomes this user.", changed)


@users.command("grant")
@click.argument("username")
@click.argument("permission", type=LEVEL)
@resource_options
@changes_accounts
def grant(
    session: AccountSession, username: str, permission: str, experiment_id: str | None, model: str | None
) -> None:
    """Permit something to one user by herself: READ, USE, EDIT, MANAGE, or DENY to forbid all.

    What she was permitted there by herself till now gives way to it.
    """
    kind, name = named_resource(experiment_id, model)
    level = PermissionLevel(permission)
    try:
        session.asked.call(
            "grant_user_permission",
            EmptyResponse,
            username=username,
            resource_type=ResourceType(kind),
            resource_id=name,
            permission=level,
        )
    except ResourceAlreadyExists:
        # One request, so that there is no moment in which she has nothing, or is not denied it.
        field = "experiment_id" if experiment_id is not None else "name"
        session.asked.call(
            f"update_{kind}_permission", EmptyResponse, username=username, permission=level, **{field: name}
        )
    session.done(f"{username} has {permission} on {kind.replace('_', ' ')} {name}.")


@users.command("revoke")
@click.argument("username")
@resource_options
@changes_accounts
def revoke(session: AccountSession, username: str, experiment_id: str | None, model: str | None) -> None:
    """Take back what was permitted to one user by herself."""
    kind, name = named_resource(experiment_id, model)
    session.asked.call(
        "revoke_user_permission",
        EmptyResponse,
        username=username,
        resource_type=ResourceType(kind),
        resource_id=name,
    )
    session.done(f"{username} has nothing by herself on {kind.replace('_', ' ')} {name} any more.")


@users.command("logout")
@click.argument("username", required=False)
@changes_accounts
def end_sessions(session: AccountSession, username: str | None) -> None:
    """End all logins of browsers of a user, yours if nobody is named."""
    if username is None and not session.is_server:
        raise click.UsageError("Name the user whose logins are to end.")
    session.asked.call("end_sessions", EmptyResponse, username=username)
    session.done("All your logins ended." if username is None else f"All logins of {username} ended.")


def _print_permissions(session: AccountSession, found: UserPermissionsResponse) -> None:
    session.output.table(
        _COLUMNS,
        [
            (
                row.workspace,
                row.resource_type.value,
                row.resource_pattern,
                row.permission.value,
                row.role_name if row.role_id else "",
            )
            for row in found.permissions
        ],
        nothing="nothing is permitted by name",
    )
