"""MLflow's routes of workspaces; all but looking are the administrators'."""

from trialog.wire.messages import workspaces
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.routes.route import Route, read
from trialog.wire.routes.target import SERVER, Permission, Target, TargetKind

_WORKSPACES = "/api/3.0/mlflow/workspaces"
_WORKSPACE = f"{_WORKSPACES}/{{workspace_name}}"
_NAMED = Target(TargetKind.WORKSPACE, "workspace_name")
_ADMIN = Permission.ADMIN

WORKSPACE_ROUTES: tuple[Route, ...] = (
    # Of all workspaces, those are found that who asks may enter.
    read("list_workspaces", _WORKSPACES, workspaces.ListWorkspaces, workspaces.WorkspacesResponse, SERVER),
    Route(
        "create_workspace",
        "POST",
        _WORKSPACES,
        workspaces.CreateWorkspace,
        workspaces.WorkspaceResponse,
        _ADMIN,
        (Target(TargetKind.WORKSPACE, "name"),),
        status=201,
    ),
    read("get_workspace", _WORKSPACE, workspaces.GetWorkspace, workspaces.WorkspaceResponse, _NAMED),
    Route(
        "update_workspace",
        "PATCH",
        _WORKSPACE,
        workspaces.UpdateWorkspace,
        workspaces.WorkspaceResponse,
        _ADMIN,
        (_NAMED,),
    ),
    Route(
        "delete_workspace",
        "DELETE",
        _WORKSPACE,
        workspaces.DeleteWorkspace,
        EmptyResponse,
        _ADMIN,
        (_NAMED,),
        bodiless=True,
        status=204,
    ),
)
