"""Messages of Trialog's own API about accounts: who asks, users, tokens, groups, logins.

Times are milliseconds since 1970 UTC. Answers show every field, null where there is nothing to say.
"""

from msgspec import UNSET, UnsetType

from trialog.entities import Int64, PermissionLevel, RequiredText
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage
from trialog.wire.messages.permissions import UserPermissionRow
from trialog.wire.messages.roles import Number, RoleMessage


class WhoAmI(StrictRequestMessage, frozen=True):
    """Say who asks, and what she may do."""


class WhoAmIResponse(ResponseMessage, frozen=True):
    """Who asks, and what she may do.

    Args:
        username: Her name; `anybody` where nobody logs in.
        user_id: Her number; null where nobody logs in.
        is_admin: Whether she may do everything.
        has_accounts: Whether one logs in here.
        via: How she showed who she is: `open`, `password`, `session` or `token:<id>`.
        scope: Nothing above this, because a token says so; MANAGE for all that she may do.
        default_permission: What she may do with things of which nothing is said.
        groups: Groups that she is in.
        permissions: What she is permitted, by herself, by her roles and by those of her groups.
    """

    username: str
    user_id: int | None
    is_admin: bool
    has_accounts: bool
    via: str
    scope: PermissionLevel
    default_permission: PermissionLevel
    groups: list[str]
    permissions: list[UserPermissionRow]


class CreateAccount(StrictRequestMessage, frozen=True):
    """Make a user.

    Args:
        username: Her name.
        password: Her password; without one she cannot log in with any, which is right for programs that have a token.
        is_admin: Whether she may do everything.
        from_provider: Whether who is called so at the identity provider becomes her, at her first login there.
    """

    username: RequiredText
    password: str | None = None
    is_admin: bool = False
    from_provider: bool = False


class UpdateAccount(StrictRequestMessage, frozen=True):
    """Change a user.

    Args:
        username: Her name.
        from_provider: True lets who is called so at the identity provider become her, at the next login there; as whom
            the provider knew her till now counts no more. False takes that back.
    """

    username: RequiredText
    from_provider: bool


class ListAccounts(StrictRequestMessage, frozen=True):
    """List users by name."""


class AccountMessage(ResponseMessage, frozen=True):
    """A user.

    Args:
        user_id: Her number.
        username: Her name.
        is_admin: Whether she may do everything.
        has_password: Whether she can log in with a password.
        awaits_provider: Whether she is to log in at the identity provider, and never did.
        created_at: When she was made.
    """

    user_id: int
    username: str
    is_admin: bool
    has_password: bool
    awaits_provider: bool
    created_at: int


class AccountsResponse(ResponseMessage, frozen=True):
    """All users by name."""

    users: list[AccountMessage]


class CreateToken(StrictRequestMessage, frozen=True):
    """Make an API token; its secret is in the answer and is never shown again.

    Args:
        name: What to call it.
        scope: At most this, of what the user may do: READ, EDIT, or MANAGE for all of it.
        expires_at: When it ends to count; never if left out, or with the token that was sent along: never later.
        username: For whom it acts; who asks if left out. For others only an administrator makes one.
    """

    name: RequiredText
    scope: PermissionLevel | UnsetType = UNSET
    expires_at: Int64 | UnsetType = UNSET
    username: str | None = None


class ListTokens(StrictRequestMessage, frozen=True):
    """List tokens, the newest first.

    Args:
        username: Whose; those of who asks if left out.
    """

    username: str | None = None


class ListAllTokens(StrictRequestMessage, frozen=True):
    """List the tokens of everybody, the newest first."""


class DeleteToken(StrictRequestMessage, frozen=True):
    """Revoke a token: one's own, or as an administrator anybody's."""

    token_id: RequiredText


class TokenMessage(ResponseMessage, frozen=True):
    """A token without its secret.

    Args:
        token_id: By which it is known.
        username: For whom it acts.
        name: What it is called.
        scope: At most this, of what the user may do.
        created_at: When it was made.
        expires_at: When it ends to count; null if it does not.
        last_used_at: When it was used last, to the minute; null if it never was.
    """

    token_id: str
    username: str
    name: str
    scope: PermissionLevel
    created_at: int
    expires_at: int | None
    last_used_at: int | None


class NewTokenResponse(ResponseMessage, frozen=True):
    """A token that was just made.

    Args:
        token: The token.
        secret: All of it, to be sent as `Authorization: Bearer`; it is not kept here and never shown again.
    """

    token: TokenMessage
    secret: str


class TokensResponse(ResponseMessage, frozen=True):
    """Tokens, the newest first."""

    tokens: list[TokenMessage]


class EndSessions(StrictRequestMessage, frozen=True):
    """End all logins of browsers.

    Args:
        username: Whose; of who asks if left out. Those of others only an administrator ends.
    """

    username: str | None = None


class CreateGroup(StrictRequestMessage, frozen=True):
    """Make a group without members."""

    name: RequiredText


class ListGroups(StrictRequestMessage, frozen=True):
    """List groups by name."""


class GetGroup(StrictRequestMessage, frozen=True):
    """Read a group with its roles."""

    name: RequiredText


class DeleteGroup(StrictRequestMessage, frozen=True):
    """Remove a group; its members stay, without what it permitted them."""

    name: RequiredText


class AddGroupMember(StrictRequestMessage, frozen=True):
    """Put a user into a group."""

    name: RequiredText
    username: RequiredText


class RemoveGroupMember(StrictRequestMessage, frozen=True):
    """Take a user out of a group."""

    name: RequiredText
    username: RequiredText


class AssignRoleToGroup(StrictRequestMessage, frozen=True):
    """Give a role to a group."""

    name: RequiredText
    role_id: Number


class UnassignRoleFromGroup(StrictRequestMessage, frozen=True):
    """Take a role from a group."""

    name: RequiredText
    role_id: Number


class GroupMessage(ResponseMessage, frozen=True):
    """A group with its members."""

    name: str
    members: list[str]


class GroupsResponse(ResponseMessage, frozen=True):
    """All groups by name."""

    groups: list[GroupMessage]


class GroupResponse(ResponseMessage, frozen=True):
    """A group with its members and roles."""

    name: str
    members: list[str]
    roles: list[RoleMessage]
