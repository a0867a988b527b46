"""MLflow's messages about users.

Clients of MLflow 2.x read from a user what she is permitted by herself, those of 3.x do not.
"""

from trialog.entities import PermissionLevel, RequiredText
from trialog.wire.messages.base import RequestMessage, ResponseMessage
from trialog.wire.messages.roles import RoleMessage


class CreateUser(RequestMessage, frozen=True):
    """Make a user."""

    username: RequiredText
    password: RequiredText


class GetUser(RequestMessage, frozen=True):
    """Read a user."""

    username: RequiredText


class GetCurrentUser(RequestMessage, frozen=True):
    """Read who asks."""


class ListUsers(RequestMessage, frozen=True):
    """List users by name, with the roles that who asks may see."""


class UpdateUserPassword(RequestMessage, frozen=True):
    """Set a password, which ends the user's logins.

    Args:
        username: Whose.
        password: The new one.
        current_password: The one till now, of whoever sets her own.
    """

    username: RequiredText
    password: RequiredText
    current_password: str | None = None


class UpdateUserAdmin(RequestMessage, frozen=True):
    """Make a user an administrator, or no longer one."""

    username: RequiredText
    is_admin: bool


class DeleteUser(RequestMessage, frozen=True):
    """Remove a user with her tokens, logins and permissions."""

    username: RequiredText


class ExperimentPermissionMessage(ResponseMessage, frozen=True):
    """What a user is permitted by herself on an experiment."""

    experiment_id: str
    user_id: int
    permission: PermissionLevel


class RegisteredModelPermissionMessage(ResponseMessage, frozen=True):
    """What a user is permitted by herself on a registered model."""

    name: str
    user_id: int
    permission: PermissionLevel


class UserMessage(ResponseMessage, frozen=True):
    """A user, with what she is permitted by herself."""

    id: int
    username: str
    is_admin: bool
    experiment_permissions: list[ExperimentPermissionMessage]
    registered_model_permissions: list[RegisteredModelPermissionMessage]


class UserResponse(ResponseMessage, frozen=True):
    """A user."""

    user: UserMessage


class CurrentUserMessage(ResponseMessage, frozen=True):
    """Who asks."""

    id: int
    username: str
    is_admin: bool


class CurrentUserResponse(ResponseMessage, frozen=True):
    """Who asks, and whether she logs in with a password of this server."""

    user: CurrentUserMessage
    is_basic_auth: bool


class UserWithRolesMessage(ResponseMessage, frozen=True):
    """A user with her roles."""

    id: int
    username: str
    is_admin: bool
    roles: list[RoleMessage]


class ListUsersResponse(ResponseMessage, frozen=True):
    """All users by name."""

    users: list[UserWithRolesMessage]
