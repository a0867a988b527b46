"""MLflow's messages about workspaces."""

from msgspec import Struct, field

from trialog.entities import RequiredText
from trialog.entities.workspace import WorkspaceDeletionMode
from trialog.wire.messages.base import RequestMessage, ResponseMessage


class TraceArchivalConfig(Struct, frozen=True):
    """Where old traces of a workspace would go; there are none in this release, so both fields stay empty.

    Args:
        location: Where to.
        retention: After how long.
    """

    location: str | None = None
    retention: str | None = None


class ListWorkspaces(RequestMessage, frozen=True):
    """List the workspaces that who asks may enter."""


class CreateWorkspace(RequestMessage, frozen=True):
    """Make a workspace with nothing in it.

    Args:
        name: 2 to 63 small letters, digits and inner hyphens.
        description: What it is for.
        default_artifact_root: URI under which its experiments keep their artifacts, which clients reach by themselves;
            a folder of its own on this server if it is left out.
        trace_archival_config: Must be empty.
    """

    name: RequiredText
    description: str | None = None
    default_artifact_root: str | None = None
    trace_archival_config: TraceArchivalConfig | None = None


class GetWorkspace(RequestMessage, frozen=True):
    """Read a workspace."""

    workspace_name: RequiredText


class UpdateWorkspace(RequestMessage, frozen=True):
    """Change what is given of a workspace.

    Args:
        workspace_name: Which.
        description: What it is for; empty for nothing.
        default_artifact_root: As for a new one, for experiments that are made from now on; empty for the usual one.
        trace_archival_config: Must be empty.
    """

    workspace_name: RequiredText
    description: str | None = None
    default_artifact_root: str | None = None
    trace_archival_config: TraceArchivalConfig | None = None


class DeleteWorkspace(RequestMessage, frozen=True):
    """Delete a workspace.

    Args:
        workspace_name: Which.
        mode: What becomes of what is in it: RESTRICT refuses if anything is, SET_DEFAULT moves it to the default
            workspace, CASCADE removes it for good.
    """

    workspace_name: RequiredText
    mode: WorkspaceDeletionMode = WorkspaceDeletionMode.RESTRICT


class WorkspaceMessage(ResponseMessage, frozen=True):
    """A workspace.

    Args:
        name: Unique on the server.
        description: What it is for.
        default_artifact_root: URI under which its experiments keep their artifacts, if it is not the usual one.
    """

    name: str
    description: str | None = None
    default_artifact_root: str | None = None


class WorkspaceResponse(ResponseMessage, frozen=True):
    """A workspace."""

    workspace: WorkspaceMessage


class WorkspacesResponse(ResponseMessage, frozen=True):
    """Workspaces by name."""

    workspaces: list[WorkspaceMessage] = field(default_factory=list)
