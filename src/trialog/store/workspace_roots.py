"""Where things of a workspace keep their artifacts, and that the workspace is there."""

from sqlalchemy import Connection, bindparam, insert, select

from trialog.entities import DEFAULT_WORKSPACE
from trialog.entities.workspace import workspace_artifact_root, workspace_not_found
from trialog.store.prepared import Prepared
from trialog.store.workspace_tables import workspaces

_select = Prepared(
    select(workspaces.c.default_artifact_root, workspaces.c.folder).where(workspaces.c.name == bindparam("workspace")),
    ["workspace"],
)


def artifact_root_of(connection: Connection, workspace: str, server_root: str) -> str:
    """Return the URI under which experiments of a workspace keep artifacts.

    Args:
        connection: Inside the writing transaction that makes one.
        workspace: Which workspace.
        server_root: URI for workspaces without one of their own.

    Raises:
        ResourceNotFound: The workspace was deleted.
    """
    found = _select.rows(connection, (workspace,))
    if not found and workspace != DEFAULT_WORKSPACE:
        raise workspace_not_found(workspace)
    own_root, folder = found[0] if found else (None, "")
    return own_root or workspace_artifact_root(server_root, folder)


def check_is_there(connection: Connection, workspace: str) -> None:
    """Refuse to make something in a workspace that was deleted, in the transaction that makes it.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        workspace: Which workspace.

    Raises:
        ResourceNotFound: It was.
    """
    if workspace != DEFAULT_WORKSPACE and not _select.rows(connection, (workspace,)):
        raise workspace_not_found(workspace)


def make_default_workspace(connection: Connection) -> None:
    """Make the workspace that there always is, if the store has none.

    Args:
        connection: Inside a writing transaction.
    """
    if not _select.rows(connection, (DEFAULT_WORKSPACE,)):
        connection.execute(insert(workspaces).values(name=DEFAULT_WORKSPACE, folder="", is_left_to_default=False))
