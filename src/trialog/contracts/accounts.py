"""What a store promises about accounts: users, groups, roles, tokens, sessions."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import ApiToken, Group, PermissionLevel, ResourcePermission, ResourceType, Role, Session, User


class UserAccounts(Protocol):
    """Users and their passwords."""

    async def create_user(self, username: str, password_hash: str | None, *, is_admin: bool = False) -> User:
        """Make a user.

        Raises:
            InvalidParameter: The name is empty, too long, or has characters that names may not have.
            ResourceAlreadyExists: Somebody has the name, in whatever case.
        """
        ...

    async def get_user(self, username: str) -> User:
        """Return a user.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def password_hash(self, username: str) -> str | None:
        """Return the hash of a user's password; None if nobody has the name or she has none."""
        ...

    async def list_users(self) -> list[User]:
        """Return all users by name."""
        ...

    async def update_user(
        self, username: str, *, password_hash: str | None = None, is_admin: bool | None = None
    ) -> None:
        """Change a password (which ends her sessions) or who is an administrator.

        Raises:
            ResourceNotFound: Nobody has the name.
            Conflict: She is the last administrator and would no longer be one.
        """
        ...

    async def renew_password_hash(self, username: str, *, old_hash: str, new_hash: str) -> None:
        """Keep a better hash of the password that she has already; her sessions go on.

        Nothing happens if nobody has the name, or her hash is no longer the old one.
        """
        ...

    async def delete_user(self, username: str) -> None:
        """Remove a user with her tokens, sessions, permissions and memberships. Her name in histories stays.

        Raises:
            ResourceNotFound: Nobody has the name.
            Conflict: She is the last administrator.
        """
        ...


class GroupAccounts(Protocol):
    """Groups of users."""

    async def create_group(self, name: str) -> Group:
        """Make a group without members.

        Raises:
            InvalidParameter: As for `create_user`.
            ResourceAlreadyExists: A group has the name.
        """
        ...

    async def list_groups(self) -> list[Group]:
        """Return all groups by name, with their members."""
        ...

    async def delete_group(self, name: str) -> None:
        """Remove a group.

        Raises:
            ResourceNotFound: There is none of this name.
        """
        ...

    async def set_membership(self, group: str, username: str, *, is_member: bool) -> None:
        """Put a user into a group or take her out; done already is no error.

        Raises:
            ResourceNotFound: There is no such group or user.
        """
        ...


class RoleAccounts(Protocol):
    """Roles, what they permit and who has them."""

    async def create_role(self, workspace: str, name: str, description: str | None = None) -> Role:
        """Make a role that permits nothing yet.

        Raises:
            InvalidParameter: A name breaks a limit.
            ResourceAlreadyExists: The workspace has a role of this name.
        """
        ...

    async def get_role(self, role_id: int) -> Role:
        """Return a role.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def list_roles(self, workspaces: Sequence[str] | None = None) -> list[Role]:
        """Return roles by workspace and name.

        Args:
            workspaces: Those of these alone; None for all.
        """
        ...

    async def update_role(self, role_id: int, *, name: str | None = None, description: str | None = None) -> Role:
        """Rename or describe a role.

        Raises:
            InvalidParameter: As for `create_role`.
            ResourceNotFound: There is none with this number.
            ResourceAlreadyExists: Its workspace has another of this name.
        """
        ...

    async def delete_role(self, role_id: int) -> None:
        """Remove a role; who had it no longer has what it permitted.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def add_role_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        """Add a permission to a role.

        Raises:
            InvalidParameter: The level makes no sense for the type (a workspace takes `*` with USE or MANAGE).
            ResourceNotFound: There is no such role.
            ResourceAlreadyExists: The role says something of this pattern already.
        """
        ...

    async def update_role_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        """Change how much a permission of a role permits.

        Raises:
            InvalidParameter: As for `add_role_permission`.
            ResourceNotFound: There is none with this number.
        """
        ...

    async def remove_role_permission(self, permission_id: int) -> None:
        """Take a permission out of its role.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def role_of_permission(self, permission_id: int) -> Role:
        """Return the role that a permission belongs to.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def assign_role(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """Give a role to a user or a group; done already is no error.

        Raises:
            InvalidParameter: Both are named, or none is.
            ResourceNotFound: There is no such role, user or group.
        """
        ...

    async def unassign_role(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """Take a role from a user or a group.

        Raises:
            InvalidParameter: As for `assign_role`.
            ResourceNotFound: There is no such role, user or group, or it does not have the role.
        """
        ...

    async def roles_of_user(self, username: str) -> list[Role]:
        """Return the roles a user has by herself and by her groups.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def roles_of_group(self, group: str) -> list[Role]:
        """Return the roles a group has.

        Raises:
            ResourceNotFound: There is none of this name.
        """
        ...

    async def users_of_role(self, role_id: int) -> list[User]:
        """Return the users who have a role by themselves.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...


class PermissionAccounts(Protocol):
    """What users are permitted by themselves, and in all."""

    async def grant(
        self,
        username: str,
        workspace: str,
        resource_type: ResourceType,
        resource_id: str,
        permission: PermissionLevel,
        *,
        is_new: bool | None = None,
    ) -> None:
        """Permit something to one user by herself, in place of what she was permitted there so.

        Args:
            username: Who.
            workspace: Where.
            resource_type: With what.
            resource_id: With which; `WILDCARD` for all.
            permission: How much.
            is_new: True to refuse if something is permitted there so already, False to refuse if nothing is; None for
                either.

        Raises:
            InvalidParameter: The workspace or the id is none.
            ResourceNotFound: Nobody has the name, or nothing was permitted so.
            ResourceAlreadyExists: Something was.
        """
        ...

    async def revoke(self, username: str, workspace: str, resource_type: ResourceType, resource_id: str) -> None:
        """Take back what was permitted to one user by herself.

        Raises:
            InvalidParameter: As for `grant`.
            ResourceNotFound: Nobody has the name, or nothing was permitted so.
        """
        ...

    async def forget_resource(self, resource_type: ResourceType, resource_id: str) -> None:
        """Remove what was permitted on something that is gone for good."""
        ...

    async def permissions_of_user(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        """Return all that a user is permitted, by herself, by her roles and by those of her groups, by workspace."""
        ...

    async def direct_permissions_of_user(self, username: str) -> dict[str, tuple[ResourcePermission, ...]]:
        """Return what one user is permitted by herself, by workspace.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...


class TokenAccounts(Protocol):
    """API tokens."""

    async def create_token(self, token: ApiToken, secret_hash: bytes) -> None:
        """Keep a token.

        Raises:
            InvalidParameter: Its name, scope or expiry breaks a limit, or she has too many.
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def find_token(self, token_id: str) -> tuple[ApiToken, User, bytes] | None:
        """Return a token with its user and the hash of its secret, expired or not; None if there is none."""
        ...

    async def list_tokens(self, username: str | None = None) -> list[ApiToken]:
        """Return tokens, the newest first.

        Args:
            username: Those of one user; None for all.
        """
        ...

    async def note_token_use(self, token_id: str, moment: int) -> None:
        """Note when a token was used last; this is no change that `version` tells of.

        An earlier use than is noted, and one of a token that is gone, change nothing.
        """
        ...

    async def delete_token(self, token_id: str) -> None:
        """Revoke a token.

        Raises:
            ResourceNotFound: There is none with this id.
        """
        ...


class SessionAccounts(Protocol):
    """Logins of browsers."""

    async def create_session(self, secret_hash: bytes, session: Session) -> None:
        """Keep a login, and forget those that have expired."""
        ...

    async def find_session(self, secret_hash: bytes) -> tuple[Session, User] | None:
        """Return a login with its user; None if there is none or it has expired."""
        ...

    async def delete_session(self, secret_hash: bytes) -> None:
        """End a login; one that is not there is no error."""
        ...

    async def delete_sessions_of_user(self, username: str) -> None:
        """End all logins of a user.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...


class AccountStore(
    UserAccounts, GroupAccounts, RoleAccounts, PermissionAccounts, TokenAccounts, SessionAccounts, Protocol
):
    """Accounts. Every write is atomic and durable when it returns; a refused write changes nothing.

    Secrets come and go as hashes alone: what can be logged in with is never in the store.
    """

    async def version(self) -> int:
        """Return a number that grows with every change of accounts, by whichever process: cheap to ask for.

        Whatever could make somebody be known or permitted otherwise than before is a change: of users, passwords,
        groups, roles, permissions and tokens, and the end of a login. A new login and the use of a token are none.
        """
        ...
