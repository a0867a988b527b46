"""From accounts to the messages that tell of them."""

from collections.abc import Iterable

from trialog.entities import (
    WILDCARD,
    ApiToken,
    AuditRecord,
    Group,
    PermissionLevel,
    ResourcePermission,
    ResourceType,
    Role,
    User,
)
from trialog.wire.messages.accounts import AccountMessage, GroupMessage, TokenMessage
from trialog.wire.messages.audit import AuditRecordMessage
from trialog.wire.messages.permissions import UserPermissionRow
from trialog.wire.messages.roles import AssignmentMessage, RoleMessage, RolePermissionMessage
from trialog.wire.messages.users import (
    ExperimentPermissionMessage,
    RegisteredModelPermissionMessage,
    UserMessage,
)

# An assignment has no number of its own; roles and users together make one, as long as there are fewer of them.
_MOST_USERS = 2**32


def user_message(user: User, permissions: Iterable[ResourcePermission]) -> UserMessage:
    """Return a user as clients of every release of MLflow read her.

    Args:
        user: The user.
        permissions: What she is permitted by herself, with the names of registered models.
    """
    said = [one for one in permissions if one.resource_pattern != WILDCARD]
    return UserMessage(
        user.user_id,
        user.username,
        user.is_admin,
        [
            experiment_permission_message(one.resource_pattern, user, one.permission)
            for one in said
            if one.resource_type is ResourceType.EXPERIMENT
        ],
        [
            registered_model_permission_message(one.resource_pattern, user, one.permission)
            for one in said
            if one.resource_type is ResourceType.REGISTERED_MODEL
        ],
    )


def experiment_permission_message(
    experiment_id: str, user: User, permission: PermissionLevel
) -> ExperimentPermissionMessage:
    """Return what a user is permitted on an experiment, as MLflow 2.x says it."""
    return ExperimentPermissionMessage(experiment_id, user.user_id, _in_words_of_2x(permission))


def registered_model_permission_message(
    name: str, user: User, permission: PermissionLevel
) -> RegisteredModelPermissionMessage:
    """Return what a user is permitted on a registered model, as MLflow 2.x says it."""
    return RegisteredModelPermissionMessage(name, user.user_id, _in_words_of_2x(permission))


def from_words_of_2x(permission: PermissionLevel) -> PermissionLevel:
    """Return the level that a level of MLflow 2.x is: there NO_PERMISSIONS takes everything away."""
    return PermissionLevel.DENY if permission is PermissionLevel.NO_PERMISSIONS else permission


def _in_words_of_2x(permission: PermissionLevel) -> PermissionLevel:
    return PermissionLevel.NO_PERMISSIONS if permission is PermissionLevel.DENY else permission


def role_message(role: Role) -> RoleMessage:
    """Return a role whose permissions have the names of registered models."""
    permissions = [role_permission_message(role.role_id, one) for one in role.permissions]
    return RoleMessage(role.role_id, role.name, role.workspace, role.description, permissions)


def role_permission_message(role_id: int, permission: ResourcePermission) -> RolePermissionMessage:
    """Return a permission of a role, which has the name of its registered model."""
    return RolePermissionMessage(
        permission.permission_id, role_id, permission.resource_type, permission.resource_pattern, permission.permission
    )


def assignment_message(user: User, role_id: int) -> AssignmentMessage:
    """Return that a user has a role."""
    return AssignmentMessage(role_id * _MOST_USERS + user.user_id, user.user_id, role_id)


def user_permission_row(
    user_id: int, workspace: str, permission: ResourcePermission, role: Role | None
) -> UserPermissionRow:
    """Return something that a user is permitted.

    Args:
        user_id: The user's number.
        workspace: Where.
        permission: What, with the name of its registered model.
        role: The role that permits it; None if she is permitted it by herself.
    """
    return UserPermissionRow(
        role_id=0 if role is None else role.role_id,
        # What MLflow calls the role that holds what one user is permitted by herself.
        role_name=f"__user_{user_id}__" if role is None else role.name,
        workspace=workspace,
        resource_type=permission.resource_type,
        resource_pattern=permission.resource_pattern,
        permission=permission.permission,
    )


def account_message(user: User) -> AccountMessage:
    """Return a user as Trialog's own API shows her."""
    return AccountMessage(
        user.user_id, user.username, user.is_admin, user.has_password, user.awaits_provider, user.created_at
    )


def token_message(token: ApiToken) -> TokenMessage:
    """Return a token."""
    return TokenMessage(
        token.token_id,
        token.username,
        token.name,
        token.scope,
        token.created_at,
        token.expires_at,
        token.last_used_at,
    )


def group_message(group: Group) -> GroupMessage:
    """Return a group with its members."""
    return GroupMessage(group.name, group.members)


def audit_record_message(record: AuditRecord) -> AuditRecordMessage:
    """Return a record of what was done."""
    return AuditRecordMessage(
        record.record_id,
        record.timestamp,
        record.actor,
        record.via,
        record.address,
        record.operation,
        record.resource,
        record.status,
        record.code,
        record.times,
    )
