"""MLflow's messages about what users are permitted: those of 3.x for every resource, those of 2.x for each type."""

from trialog.entities import PermissionLevel, RequiredText, ResourceType
from trialog.wire.messages.base import RequestMessage, ResponseMessage
from trialog.wire.messages.users import ExperimentPermissionMessage, RegisteredModelPermissionMessage


class ListCurrentUserPermissions(RequestMessage, frozen=True):
    """List what who asks is permitted."""


class ListUserPermissions(RequestMessage, frozen=True):
    """List what a user is permitted, by herself, by her roles and by those of her groups."""

    username: RequiredText


class GrantUserPermission(RequestMessage, frozen=True):
    """Permit something to one user by herself.

    Args:
        username: Who.
        resource_type: With what: `experiment` or `registered_model`.
        resource_id: With which: the id of an experiment, the name of a registered model, or `*` for all.
        permission: How much: READ, USE, EDIT, MANAGE or DENY.
    """

    username: RequiredText
    resource_type: ResourceType
    resource_id: RequiredText
    permission: PermissionLevel


class RevokeUserPermission(RequestMessage, frozen=True):
    """Take back what was permitted to one user by herself."""

    username: RequiredText
    resource_type: ResourceType
    resource_id: RequiredText


class GetUserPermission(RequestMessage, frozen=True):
    """Read what a user may do with something in the end."""

    username: RequiredText
    resource_type: ResourceType
    resource_id: RequiredText


class UserPermissionRow(ResponseMessage, frozen=True):
    """One thing that a user is permitted.

    Args:
        role_id: The role that permits it; 0 if she is permitted it by herself.
        role_name: Its name; `__user_<id>__` if she is permitted it by herself.
        workspace: Where.
        resource_type: With what.
        resource_pattern: With which.
        permission: How much.
    """

    role_id: int
    role_name: str
    workspace: str
    resource_type: ResourceType
    resource_pattern: str
    permission: PermissionLevel


class UserPermissionsResponse(ResponseMessage, frozen=True):
    """What a user is permitted; an administrator may do everything besides."""

    is_admin: bool
    permissions: list[UserPermissionRow]


class UserPermissionResponse(ResponseMessage, frozen=True):
    """What a user may do with something in the end.

    Args:
        allowed: Whether it is USE or more.
        permission: How much.
    """

    allowed: bool
    permission: PermissionLevel


class CreateExperimentPermission(RequestMessage, frozen=True):
    """Permit something on an experiment to one user by herself."""

    experiment_id: RequiredText
    username: RequiredText
    permission: PermissionLevel


class GetExperimentPermission(RequestMessage, frozen=True):
    """Read what one user is permitted by herself on an experiment."""

    experiment_id: RequiredText
    username: RequiredText


class UpdateExperimentPermission(RequestMessage, frozen=True):
    """Change what one user is permitted by herself on an experiment."""

    experiment_id: RequiredText
    username: RequiredText
    permission: PermissionLevel


class DeleteExperimentPermission(RequestMessage, frozen=True):
    """Take back what one user was permitted by herself on an experiment."""

    experiment_id: RequiredText
    username: RequiredText


class ExperimentPermissionResponse(ResponseMessage, frozen=True):
    """What one user is permitted by herself on an experiment."""

    experiment_permission: ExperimentPermissionMessage


class CreateRegisteredModelPermission(RequestMessage, frozen=True):
    """Permit something on a registered model to one user by herself."""

    name: RequiredText
    username: RequiredText
    permission: PermissionLevel


class GetRegisteredModelPermission(RequestMessage, frozen=True):
    """Read what one user is permitted by herself on a registered model."""

    name: RequiredText
    username: RequiredText


class UpdateRegisteredModelPermission(RequestMessage, frozen=True):
    """Change what one user is permitted by herself on a registered model."""

    name: RequiredText
    username: RequiredText
    permission: PermissionLevel


class DeleteRegisteredModelPermission(RequestMessage, frozen=True):
    """Take back what one user was permitted by herself on a registered model."""

    name: RequiredText
    username: RequiredText


class RegisteredModelPermissionResponse(ResponseMessage, frozen=True):
    """What one user is permitted by herself on a registered model."""

    registered_model_permission: RegisteredModelPermissionMessage
