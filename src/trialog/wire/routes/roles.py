"""MLflow's routes of roles."""

from trialog.wire.messages import roles
from trialog.wire.routes.route import Route, read, write
from trialog.wire.routes.target import MEMBER, OWN_ACCOUNT, ROLE, ROLE_PERMISSION, Permission, Target, TargetKind

_ROLES = "/api/3.0/mlflow/roles"
_PERMISSIONS = f"{_ROLES}/permissions"
_USERS = "/api/3.0/mlflow/users"
_MANAGE = Permission.MANAGE

ROLE_ROUTES: tuple[Route, ...] = (
    write(
        "create_role",
        f"{_ROLES}/create",
        roles.CreateRole,
        Target(TargetKind.WORKSPACE, "workspace"),
        response=roles.RoleResponse,
        permission=_MANAGE,
    ),
    read("get_role", f"{_ROLES}/get", roles.GetRole, roles.RoleResponse, ROLE),
    # Of all roles, those are found that who asks may see.
    read("list_roles", f"{_ROLES}/list", roles.ListRoles, roles.RolesResponse, OWN_ACCOUNT),
    write(
        "update_role",
        f"{_ROLES}/update",
        roles.UpdateRole,
        ROLE,
        response=roles.RoleResponse,
        method="PATCH",
        permission=_MANAGE,
    ),
    write("delete_role", f"{_ROLES}/delete", roles.DeleteRole, ROLE, method="DELETE", permission=_MANAGE),
    write(
        "add_role_permission",
        f"{_PERMISSIONS}/add",
        roles.AddRolePermission,
        ROLE,
        response=roles.RolePermissionResponse,
        permission=_MANAGE,
    ),
    write(
        "remove_role_permission",
        f"{_PERMISSIONS}/remove",
        roles.RemoveRolePermission,
        ROLE_PERMISSION,
        method="DELETE",
        permission=_MANAGE,
    ),
    read(
        "list_role_permissions",
        f"{_PERMISSIONS}/list",
        roles.ListRolePermissions,
        roles.RolePermissionsResponse,
        ROLE,
    ),
    write(
        "update_role_permission",
        f"{_PERMISSIONS}/update",
        roles.UpdateRolePermission,
        ROLE_PERMISSION,
        response=roles.RolePermissionResponse,
        method="PATCH",
        permission=_MANAGE,
    ),
    write(
        "assign_role",
        f"{_ROLES}/assign",
        roles.AssignRole,
        ROLE,
        response=roles.AssignmentResponse,
        permission=_MANAGE,
    ),
    write("unassign_role", f"{_ROLES}/unassign", roles.UnassignRole, ROLE, method="DELETE", permission=_MANAGE),
    read("list_user_roles", f"{_USERS}/roles/list", roles.ListUserRoles, roles.RolesResponse, MEMBER),
    Route(
        "list_role_users",
        "GET",
        f"{_ROLES}/users/list",
        roles.ListRoleUsers,
        roles.AssignmentsResponse,
        _MANAGE,
        (ROLE,),
    ),
)
