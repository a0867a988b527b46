"""Workspaces: parts of a server that see nothing of each other."""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from trialog.entities.limits import check_artifact_location, check_length, invalid_value
from trialog.errors import ResourceNotFound

WORKSPACES_FOLDER: Final = "workspaces"
"""Under the server's artifact root, the folder with one folder for each workspace but the default one."""

MAX_WORKSPACES: Final = 1000
"""What every request names one of is kept in memory."""

MAX_DESCRIPTION_LENGTH: Final = 5000
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])", re.ASCII)
# These stand in addresses of the server.
_RESERVED: Final = frozenset({WORKSPACES_FOLDER, "api", "ajax-api", "static-files"})
_HAS_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
# Everything behind the slash lies under the server's own root.
_PROXIED: Final = re.compile(r"(mlflow-artifacts:(?://[^/]*)?)(/.*)?", re.IGNORECASE | re.DOTALL)
_IS_ABSOLUTE: Final = re.compile(r"/|[A-Za-z]:[/\\]")


class Workspace(Struct, frozen=True):
    """A workspace.

    Args:
        workspace_id: The store's number; it never comes back for another, as the name may.
        name: Unique on the server.
        description: What it is for.
        default_artifact_root: URI under which its experiments keep their artifacts; None for a folder of its own under
            the server's.
        folder: What that folder is called; empty for the default workspace, whose artifacts lie in the root itself.
    """

    workspace_id: int
    name: str
    description: str | None = None
    default_artifact_root: str | None = None
    folder: str = ""


class WorkspaceCatalog(Struct, frozen=True):
    """All workspaces at one moment.

    Args:
        workspaces: Those that there are, by name.
        left_to_default: Folders of deleted workspaces whose content moved to the default one.
    """

    workspaces: tuple[Workspace, ...]
    left_to_default: frozenset[str]


class WorkspaceDeletionMode(StrEnum):
    """What becomes of what is in a workspace that is deleted, in MLflow's words."""

    RESTRICT = "RESTRICT"
    """Nothing: a workspace with anything in it is not deleted."""
    SET_DEFAULT = "SET_DEFAULT"
    """It moves to the default workspace."""
    CASCADE = "CASCADE"
    """It is removed for good."""


def check_workspace_name(name: str) -> None:
    """Refuse a text that no workspace can be called.

    Raises:
        InvalidParameter: It is not 2 to 63 small letters, digits and inner hyphens, or is reserved.
    """
    if not _NAME.fullmatch(name):
        raise invalid_value(
            "workspace",
            name,
            "The name of a workspace has 2 to 63 small letters, digits and hyphens, and begins and ends with a letter"
            " or digit.",
        )
    if name in _RESERVED:
        raise invalid_value("workspace", name, "This name is reserved: choose another.")


def check_workspace_texts(description: str | None, default_artifact_root: str | None) -> None:
    """Refuse what a workspace cannot have.

    Args:
        description: What it is for.
        default_artifact_root: As in `Workspace`; empty for none.

    Raises:
        InvalidParameter: Something is too long, or the root is neither a URI nor an absolute path, or is the server's.
    """
    check_length("description", description or "", MAX_DESCRIPTION_LENGTH)
    if not default_artifact_root:
        return
    check_artifact_location(default_artifact_root)
    if not _HAS_SCHEME.match(default_artifact_root) and not _IS_ABSOLUTE.match(default_artifact_root):
        raise invalid_value(
            "default_artifact_root",
            default_artifact_root,
            "It must be a URI such as s3://bucket/folder, or an absolute path: each client would take another folder"
            " for a relative one.",
        )
    if _PROXIED.fullmatch(default_artifact_root):
        raise invalid_value(
            "default_artifact_root",
            default_artifact_root,
            "On the server a workspace has a folder of its own already: leave this out, or name a place that clients"
            " reach by themselves, such as s3://bucket/folder.",
        )


def workspace_artifact_root(server_root: str, folder: str) -> str:
    """Return the URI under which experiments of a workspace without a root of its own keep their artifacts.

    Args:
        server_root: The server's own root.
        folder: Folder of the workspace; empty for the default one.
    """
    if not folder:
        return server_root
    path, question_mark, query = server_root.partition("?")
    path = path.rstrip("/")
    # Of what it serves, the server tells workspaces apart by the first folder.
    proxied = _PROXIED.fullmatch(path)
    beginning, rest = (path, "") if proxied is None else (proxied[1], proxied[2] or "")
    return f"{beginning}/{WORKSPACES_FOLDER}/{folder}{rest}{question_mark}{query}"


def workspace_not_found(name: str) -> ResourceNotFound:
    """Return the error for a workspace that is not there, or that is nobody's business."""
    return ResourceNotFound("workspace.not_found", f"Workspace '{name[:200]}' not found", workspace=name[:200])
