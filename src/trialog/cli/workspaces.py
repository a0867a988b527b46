"""`trialog workspaces`."""

import click

from trialog.cli.account_session import AccountSession, changes_accounts
from trialog.entities.workspace import WorkspaceDeletionMode
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.workspaces import WorkspaceMessage, WorkspaceResponse, WorkspacesResponse

_MODES = {
    "refuse": WorkspaceDeletionMode.RESTRICT,
    "move": WorkspaceDeletionMode.SET_DEFAULT,
    "remove": WorkspaceDeletionMode.CASCADE,
}
_WARNINGS = {
    "refuse": "",
    "move": " All that is in it moves to the default workspace.",
    "remove": " All that is in it is removed for good.",
}


@click.group()
def workspaces() -> None:
    """Look at workspaces, make, change and delete them.

    What is in one workspace is not seen in another. Commands work in the one that MLFLOW_WORKSPACE names.
    """


@workspaces.command("list")
@changes_accounts
def list_workspaces(session: AccountSession) -> None:
    """List the workspaces that you may enter."""
    found = session.asked.call("list_workspaces", WorkspacesResponse).workspaces
    if session.output.as_json:
        session.done("", found)
        return
    session.output.table(
        ("Workspace", "Description", "Artifacts"),
        [(one.name, one.description, one.default_artifact_root) for one in found],
        nothing="no workspaces",
    )


@workspaces.command("show")
@click.argument("name")
@changes_accounts
def show_workspace(session: AccountSession, name: str) -> None:
    """Show a workspace."""
    _show(session, session.asked.call("get_workspace", WorkspaceResponse, workspace_name=name).workspace)


@workspaces.command("create")
@click.argument("name")
@click.option("--description", metavar="TEXT", help="What it is for.")
@click.option(
    "--default-artifact-root",
    metavar="URI",
    help="Where its experiments keep artifacts, if clients reach that by themselves; [default: a folder of its own].",
)
@changes_accounts
def create_workspace(
    session: AccountSession, name: str, description: str | None, default_artifact_root: str | None
) -> None:
    """Make a workspace with nothing in it."""
    made = session.asked.call(
        "create_workspace",
        WorkspaceResponse,
        name=name,
        description=description,
        default_artifact_root=default_artifact_root,
    ).workspace
    session.done(f"There is a workspace {made.name} now. Clients work in it with MLFLOW_WORKSPACE={made.name}.", made)


@workspaces.command("update")
@click.argument("name")
@click.option("--description", metavar="TEXT", help="What it is for; empty for nothing.")
@click.option(
    "--default-artifact-root", metavar="URI", help="As for `create`, for new experiments; empty for the usual one."
)
@changes_accounts
def update_workspace(
    session: AccountSession, name: str, description: str | None, default_artifact_root: str | None
) -> None:
    """Change what is given of a workspace."""
    changed = session.asked.call(
        "update_workspace",
        WorkspaceResponse,
        workspace_name=name,
        description=description,
        default_artifact_root=default_artifact_root,
    ).workspace
    session.done(f"The workspace {changed.name} is changed.", changed)


@workspaces.command("delete")
@click.argument("name")
@click.option(
    "--content",
    type=click.Choice(list(_MODES)),
    default="refuse",
    show_default=True,
    help="If anything is in it, in the bin or not: refuse, move it to the default workspace, or remove it for good.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_accounts
def delete_workspace(session: AccountSession, name: str, content: str, yes: bool) -> None:
    """Delete a workspace with its roles and what was permitted in it."""
    session.confirm(f"Delete the workspace {name}?{_WARNINGS[content]}", is_answered=yes)
    session.asked.call("delete_workspace", EmptyResponse, workspace_name=name, mode=_MODES[content])
    session.done(f"There is no workspace {name} any more.")


def _show(session: AccountSession, workspace: WorkspaceMessage) -> None:
    if session.output.as_json:
        session.done("", workspace)
        return
    session.output.fields(
        {
            "Workspace": workspace.name,
            "Description": workspace.description,
            "Artifacts": workspace.default_artifact_root,
        }
    )
