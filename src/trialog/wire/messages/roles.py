"""MLflow's messages about roles. Registered models stand in them by name, experiments by id."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import PermissionLevel, RequiredText, ResourceType
from trialog.wire.messages.base import RequestMessage, ResponseMessage

# The largest that readers in JavaScript hold.
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""The number of a role, or of one of its permissions."""


class CreateRole(RequestMessage, frozen=True):
    """Make a role that permits nothing yet.

    Args:
        workspace: Where it counts.
        name: Unique in its workspace.
        description: What it is for.
    """

    workspace: RequiredText
    name: RequiredText
    description: str | None = None


class GetRole(RequestMessage, frozen=True):
    """Read a role."""

    role_id: Number


class ListRoles(RequestMessage, frozen=True):
    """List roles: those that who asks has or may administer.

    Args:
        workspace: Of these workspaces alone.
    """

    workspace: list[str] = field(default_factory=list)


class UpdateRole(RequestMessage, frozen=True):
    """Rename or describe a role."""

    role_id: Number
    name: str | None = None
    description: str | None = None


class DeleteRole(RequestMessage, frozen=True):
    """Remove a role."""

    role_id: Number


class AddRolePermission(RequestMessage, frozen=True):
    """Add a permission to a role.

    Args:
        role_id: The role.
        resource_type: With what.
        resource_pattern: With which: the id of an experiment, the name of a registered model, or `*` for all.
        permission: How much: READ, USE, EDIT, MANAGE or DENY; on a workspace USE or MANAGE.
    """

    role_id: Number
    resource_type: ResourceType
    resource_pattern: RequiredText
    permission: PermissionLevel


class RemoveRolePermission(RequestMessage, frozen=True):
    """Take a permission out of its role."""

    role_permission_id: Number


class ListRolePermissions(RequestMessage, frozen=True):
    """List what a role permits."""

    role_id: Number


class UpdateRolePermission(RequestMessage, frozen=True):
    """Change how much a permission of a role permits."""

    role_permission_id: Number
    permission: PermissionLevel


class AssignRole(RequestMessage, frozen=True):
    """Give a role to a user."""

    username: RequiredText
    role_id: Number


class UnassignRole(RequestMessage, frozen=True):
    """Take a role from a user."""

    username: RequiredText
    role_id: Number


class ListUserRoles(RequestMessage, frozen=True):
    """List the roles of a user, those of her groups too."""

    username: RequiredText


class ListRoleUsers(RequestMessage, frozen=True):
    """List the users who have a role by themselves."""

    role_id: Number


class RolePermissionMessage(ResponseMessage, frozen=True):
    """What a role permits."""

    id: int
    role_id: int
    resource_type: ResourceType
    resource_pattern: str
    permission: PermissionLevel


class RoleMessage(ResponseMessage, frozen=True):
    """A role."""

    id: int
    name: str
    workspace: str
    description: str | None
    permissions: list[RolePermissionMessage]


class RoleResponse(ResponseMessage, frozen=True):
    """A role."""

    role: RoleMessage


class RolesResponse(ResponseMessage, frozen=True):
    """Roles by workspace and name."""

    roles: list[RoleMessage]


class RolePermissionResponse(ResponseMessage, frozen=True):
    """A permission of a role."""

    role_permission: RolePermissionMessage


class RolePermissionsResponse(ResponseMessage, frozen=True):
    """What a role permits."""

    role_permissions: list[RolePermissionMessage]


class AssignmentMessage(ResponseMessage, frozen=True):
    """That a user has a role."""

    id: int
    user_id: int
    role_id: int


class AssignmentResponse(ResponseMessage, frozen=True):
    """That a user has a role."""

    assignment: AssignmentMessage


class AssignmentsResponse(ResponseMessage, frozen=True):
    """Who has a role by herself."""

    assignments: list[AssignmentMessage]
