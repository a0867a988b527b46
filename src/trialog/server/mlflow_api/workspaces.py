"""Answers requests about workspaces."""

from trialog.artifacts import ArtifactRoots
from trialog.entities import WILDCARD, PermissionLevel, ResourceType
from trialog.entities.workspace import Workspace, check_workspace_name, workspace_not_found
from trialog.errors import InvalidParameter
from trialog.server.call import Call
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.workspaces import (
    CreateWorkspace,
    DeleteWorkspace,
    GetWorkspace,
    ListWorkspaces,
    TraceArchivalConfig,
    UpdateWorkspace,
    WorkspaceMessage,
    WorkspaceResponse,
    WorkspacesResponse,
)

# What a new workspace begins with, where there are accounts: roles that an administrator hands out.
_FIRST_ROLES = (
    ("admin", PermissionLevel.MANAGE, "Manages everything in the workspace, its roles, and who has them."),
    ("user", PermissionLevel.USE, "Is a member of the workspace, who may make things in it."),
)


async def list_workspaces(call: Call, _request: ListWorkspaces) -> WorkspacesResponse:
    """List the workspaces that who asks may enter."""
    workspaces = call.workspaces
    found = workspaces.enterable(call.identity, (await workspaces.store.catalog()).workspaces)
    return WorkspacesResponse([_message(one) for one in found])


async def create_workspace(call: Call, request: CreateWorkspace) -> WorkspaceResponse:
    """Make a workspace."""
    workspaces = call.workspaces
    _check(call.roots, request.default_artifact_root, request.trace_archival_config)
    made = await workspaces.store.create(
        request.name,
        description=request.description,
        default_artifact_root=_stripped(request.default_artifact_root),
    )
    workspaces.forget()
    if call.guarded is not None:
        await _make_first_roles(call, made.name)
    return WorkspaceResponse(_message(made))


async def get_workspace(call: Call, request: GetWorkspace) -> WorkspaceResponse:
    """Read a workspace."""
    found = await call.workspaces.store.get(request.workspace_name)
    if not call.workspaces.enterable(call.identity, [found]):
        raise workspace_not_found(request.workspace_name)
    return WorkspaceResponse(_message(found))


async def update_workspace(call: Call, request: UpdateWorkspace) -> WorkspaceResponse:
    """Change what is given of a workspace."""
    workspaces = call.workspaces
    check_workspace_name(request.workspace_name)
    _check(call.roots, request.default_artifact_root, request.trace_archival_config)
    if request.description is None and request.default_artifact_root is None and not request.trace_archival_config:
        raise InvalidParameter("workspace.nothing_to_update", "Workspace update must have at least one key.")
    changed = await workspaces.store.update(
        request.workspace_name,
        description=request.description,
        default_artifact_root=_stripped(request.default_artifact_root),
    )
    workspaces.forget()
    return WorkspaceResponse(_message(changed))


async def delete_workspace(call: Call, request: DeleteWorkspace) -> EmptyResponse:
    """Delete a workspace."""
    workspaces = call.workspaces
    await workspaces.store.delete(request.workspace_name, request.mode, actor=call.actor)
    workspaces.forget()
    return EmptyResponse()


async def _make_first_roles(call: Call, workspace: str) -> None:
    accounts = call.administration.accounts
    for name, level, description in _FIRST_ROLES:
        role = await accounts.roles.create(workspace, name, description)
        await accounts.roles.add_permission(role.role_id, ResourceType.WORKSPACE, WILDCARD, level)


def _check(roots: ArtifactRoots, root: str | None, archival: TraceArchivalConfig | None) -> None:
    if archival is not None and (archival.location or archival.retention):
        raise InvalidParameter(
            "workspace.no_traces",
            "This release keeps no traces, so there are none to archive: leave trace_archival_config empty.",
        )
    if root is None or not root.strip():
        return
    try:
        roots.locate(root.strip())
    except InvalidParameter as error:
        if error.code == "artifact.not_served_here":
            # Clients reach it by themselves.
            return
        raise
    raise InvalidParameter(
        "workspace.root_on_server",
        "On this server a workspace has a folder of its own already, which no other one reaches: leave"
        " default_artifact_root out, or name a place that clients reach by themselves, such as s3://bucket/folder.",
    )


def _stripped(root: str | None) -> str | None:
    return None if root is None else root.strip()


def _message(workspace: Workspace) -> WorkspaceMessage:
    return WorkspaceMessage(workspace.name, workspace.description, workspace.default_artifact_root)
