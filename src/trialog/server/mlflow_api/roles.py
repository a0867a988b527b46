"""Answers requests about roles."""

from collections.abc import Sequence

from msgspec.structs import replace

from trialog.access import may_administer, may_manage_workspace, with_name
from trialog.entities import DEFAULT_WORKSPACE, Role
from trialog.entities.account_limits import folded_name
from trialog.entities.workspace import workspace_not_found
from trialog.errors import InvalidParameter
from trialog.server.call import Call
from trialog.server.shown_names import shown_names
from trialog.wire.account_conversions import assignment_message, role_message, role_permission_message
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.roles import (
    AddRolePermission,
    AssignmentResponse,
    AssignmentsResponse,
    AssignRole,
    CreateRole,
    DeleteRole,
    GetRole,
    ListRolePermissions,
    ListRoles,
    ListRoleUsers,
    ListUserRoles,
    RemoveRolePermission,
    RolePermissionResponse,
    RolePermissionsResponse,
    RoleResponse,
    RolesResponse,
    UnassignRole,
    UpdateRole,
    UpdateRolePermission,
)


async def create_role(call: Call, request: CreateRole) -> RoleResponse:
    """Make a role."""
    known, name = call.known_workspaces, request.workspace
    if name != DEFAULT_WORKSPACE and (known is None or await known.find(name) is None):
        # A workspace of this name that is made later begins with nobody in it.
        raise workspace_not_found(name)
    role = await call.administration.accounts.roles.create(request.workspace, request.name, request.description)
    return RoleResponse(role_message(role))


async def get_role(call: Call, request: GetRole) -> RoleResponse:
    """Read a role."""
    role = await call.administration.accounts.roles.get(request.role_id)
    return RoleResponse(role_message((await named_roles(call, [role]))[0]))


async def list_roles(call: Call, request: ListRoles) -> RolesResponse:
    """List the roles that who asks has or may administer."""
    accounts = call.administration.accounts
    if any(not name.strip() for name in request.workspace):
        raise InvalidParameter(
            "role.blank_workspace", "Parameter 'workspace' must be a non-empty string when provided."
        )
    found = await accounts.roles.all(request.workspace or None)
    if not may_administer(call.identity):
        own = {role.role_id for role in await accounts.roles.of_user(call.actor)}
        found = [role for role in found if role.role_id in own or may_manage_workspace(call.identity, role.workspace)]
    return RolesResponse([role_message(role) for role in await named_roles(call, found)])


async def update_role(call: Call, request: UpdateRole) -> RoleResponse:
    """Rename or describe a role."""
    if request.name is None and request.description is None:
        raise InvalidParameter(
            "role.nothing_to_update", "At least one of 'name' or 'description' must be provided to update a role."
        )
    role = await call.administration.accounts.roles.update(
        request.role_id, name=request.name, description=request.description
    )
    return RoleResponse(role_message((await named_roles(call, [role]))[0]))


async def delete_role(call: Call, request: DeleteRole) -> EmptyResponse:
    """Remove a role."""
    await call.administration.accounts.roles.delete(request.role_id)
    return EmptyResponse()


async def add_role_permission(call: Call, request: AddRolePermission) -> RolePermissionResponse:
    """Add a permission to a role."""
    role = await call.administration.accounts.roles.get(request.role_id)
    added = await call.administration_in(role.workspace).add_role_permission(
        request.role_id, request.resource_type, request.resource_pattern, request.permission
    )
    return RolePermissionResponse(role_permission_message(request.role_id, added))


async def remove_role_permission(call: Call, request: RemoveRolePermission) -> EmptyResponse:
    """Take a permission out of its role."""
    await call.administration.accounts.roles.remove_permission(request.role_permission_id)
    return EmptyResponse()


async def list_role_permissions(call: Call, request: ListRolePermissions) -> RolePermissionsResponse:
    """List what a role permits."""
    role = await call.administration.accounts.roles.get(request.role_id)
    [named] = await named_roles(call, [role])
    return RolePermissionsResponse([role_permission_message(role.role_id, one) for one in named.permissions])


async def update_role_permission(call: Call, request: UpdateRolePermission) -> RolePermissionResponse:
    """Change how much a permission of a role permits."""
    administration = call.administration
    changed = await administration.update_role_permission(request.role_permission_id, request.permission)
    role = await administration.accounts.roles.of_permission(request.role_permission_id)
    return RolePermissionResponse(role_permission_message(role.role_id, changed))


async def assign_role(call: Call, request: AssignRole) -> AssignmentResponse:
    """Give a role to a user."""
    administration = call.administration
    await administration.accounts.roles.assign(request.role_id, username=request.username)
    user = await administration.accounts.users.get(request.username)
    return AssignmentResponse(assignment_message(user, request.role_id))


async def unassign_role(call: Call, request: UnassignRole) -> EmptyResponse:
    """Take a role from a user."""
    await call.administration.accounts.roles.unassign(request.role_id, username=request.username)
    return EmptyResponse()


async def list_user_roles(call: Call, request: ListUserRoles) -> RolesResponse:
    """List the roles of a user, as far as who asks may see them."""
    found = await call.administration.accounts.roles.of_user(request.username)
    if not may_administer(call.identity) and folded_name(request.username) != folded_name(call.actor):
        found = [role for role in found if may_manage_workspace(call.identity, role.workspace)]
    return RolesResponse([role_message(role) for role in await named_roles(call, found)])


async def list_role_users(call: Call, request: ListRoleUsers) -> AssignmentsResponse:
    """List who has a role by herself."""
    found = await call.administration.accounts.roles.users_of(request.role_id)
    return AssignmentsResponse([assignment_message(user, request.role_id) for user in found])


async def named_roles(call: Call, roles: Sequence[Role]) -> list[Role]:
    """Return roles whose permissions have names of registered models, as far as who asks may know them.

    Args:
        call: Knows where the names are.
        roles: As they are kept.
    """
    names = await shown_names(call, [(role.workspace, one) for role in roles for one in role.permissions])
    return [replace(role, permissions=[with_name(one, names) for one in role.permissions]) for role in roles]
