"""`trialog groups`."""

import click

from trialog.cli.account_session import AccountSession, changes_accounts
from trialog.wire.messages.accounts import GroupMessage, GroupResponse, GroupsResponse
from trialog.wire.messages.base import EmptyResponse


@click.group()
def groups() -> None:
    """Look at groups of users, make and remove them, and say who is in them."""


@groups.command("list")
@changes_accounts
def list_groups(session: AccountSession) -> None:
    """List groups by name with their members."""
    found = session.asked.call("list_groups", GroupsResponse).groups
    if session.output.as_json:
        session.done("", found)
        return
    session.output.table(
        ("Group", "Members"), [(group.name, ", ".join(group.members)) for group in found], nothing="no groups"
    )


@groups.command("show")
@click.argument("name")
@changes_accounts
def show_group(session: AccountSession, name: str) -> None:
    """Show who is in a group, and its roles."""
    found = session.asked.call("get_group", GroupResponse, name=name)
    if session.output.as_json:
        session.done("", found)
        return
    session.output.fields({"Group": found.name, "Members": ", ".join(found.members) or "none"})
    session.output.table(
        ("Number", "Workspace", "Role"),
        [(role.id, role.workspace, role.name) for role in found.roles],
        nothing="no roles",
    )


@groups.command("create")
@click.argument("name")
@changes_accounts
def create_group(session: AccountSession, name: str) -> None:
    """Make a group without members."""
    made = session.asked.call("create_group", GroupMessage, name=name)
    session.done(f"There is a group {made.name} now.", made)


@groups.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_accounts
def delete_group(session: AccountSession, name: str, yes: bool) -> None:
    """Remove a group; its members stay, without what it permitted them."""
    session.confirm(f"Remove the group {name}?", is_answered=yes)
    session.asked.call("delete_group", EmptyResponse, name=name)
    session.done(f"There is no group {name} any more.")


@groups.command("add")
@click.argument("name")
@click.argument("username")
@changes_accounts
def add_member(session: AccountSession, name: str, username: str) -> None:
    """Put a user into a group."""
    session.asked.call("add_group_member", EmptyResponse, name=name, username=username)
    session.done(f"{username} is in the group {name}.")


@groups.command("remove")
@click.argument("name")
@click.argument("username")
@changes_accounts
def remove_member(session: AccountSession, name: str, username: str) -> None:
    """Take a user out of a group."""
    session.asked.call("remove_group_member", EmptyResponse, name=name, username=username)
    session.done(f"{username} is not in the group {name} any more.")
