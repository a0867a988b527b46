"""What a store promises about accounts: users, groups, roles, tokens, sessions."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import (
    ApiToken,
    Group,
    PermissionLevel,
    ProviderIdentity,
    ResourcePermission,
    ResourceType,
    Role,
    Session,
    User,
)


class UserStore(Protocol):
    """Users and their passwords."""

    async def create(
        self,
        username: str,
        password_hash: str | None,
        *,
        is_admin: bool = False,
        awaits_provider: bool = False,
        provider: ProviderIdentity | None = None,
    ) -> User:
        """Make a user.

        Args:
            username: Her name.
            password_hash: The hash of her password; None if she has none.
            is_admin: Whether she may do everything.
            awaits_provider: Whether who is called so at the identity provider becomes her, at her first login there.
            provider: As whom the identity provider knows her; None if it does not, or not yet.

        Raises:
            InvalidParameter: The name is empty, too long, or has characters that names of users may not have; what the
                provider calls her cannot be kept; or she awaits the provider and has a password, or is known to it.
            ResourceAlreadyExists: Somebody has the name, in whatever case, or is known to the provider so.
        """
        ...

    async def get(self, username: str) -> User:
        """Return a user.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def password_hash(self, username: str) -> str | None:
        """Return the hash of a user's password; None if nobody has the name or she has none."""
        ...

    async def create_first_administrator(self, username: str, password_hash: str) -> User:
        """Make an administrator where there is none.

        Raises:
            InvalidParameter: As for `create`.
            ResourceAlreadyExists: Somebody has the name, in whatever case.
            Conflict: There is an administrator.
        """
        ...

    async def of_provider(self, provider: ProviderIdentity) -> User | None:
        """Return the user whom an identity provider knows so; None if there is none.

        Raises:
            InvalidParameter: What the provider calls her cannot be kept.
        """
        ...

    async def join_provider(self, username: str, provider: ProviderIdentity) -> User:
        """Note as whom the identity provider knows a user who awaited it.

        Raises:
            InvalidParameter: What the provider calls her cannot be kept.
            ResourceNotFound: Nobody has the name.
            Conflict: She does not await it (any more).
            ResourceAlreadyExists: Somebody else is known to the provider so.
        """
        ...

    async def all(self) -> list[User]:
        """Return all users by name."""
        ...

    async def update(
        self,
        username: str,
        *,
        password_hash: str | None = None,
        is_admin: bool | None = None,
        awaits_provider: bool | None = None,
    ) -> None:
        """Change a user; what is None stays.

        Args:
            username: Whose account.
            password_hash: Her new password, which ends her sessions, and that she awaits the provider.
            is_admin: Whether she may do everything.
            awaits_provider: True makes her await the provider (anew): as whom it knew her till now counts no more.

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

    async def delete(self, username: str) -> None:
        """Remove a user with her tokens, sessions, permissions and memberships. Her name in histories stays.

        Raises:
            ResourceNotFound: Nobody has the name.
            Conflict: She is the last administrator.
        """
        ...


class GroupStore(Protocol):
    """Groups of users."""

    async def create(self, name: str) -> Group:
        """Make a group without members.

        Raises:
            InvalidParameter: The name is empty, too long, or has characters that names may not have.
            ResourceAlreadyExists: A group has the name.
        """
        ...

    async def all(self) -> list[Group]:
        """Return all groups by name, with their members."""
        ...

    async def of_user(self, username: str) -> list[str]:
        """Return the names of the groups that a user is in, in order.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def delete(self, name: str) -> None:
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


class RoleStore(Protocol):
    """Roles, what they permit and who has them."""

    async def create(self, workspace: str, name: str, description: str | None = None) -> Role:
        """Make a role that permits nothing yet.

        Raises:
            InvalidParameter: A name breaks a limit.
            ResourceAlreadyExists: The workspace has a role of this name.
        """
        ...

    async def get(self, role_id: int) -> Role:
        """Return a role.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def all(self, workspaces: Sequence[str] | None = None) -> list[Role]:
        """Return roles by workspace and name.

        Args:
            workspaces: Those of these alone; None for all.
        """
        ...

    async def update(self, role_id: int, *, name: str | None = None, description: str | None = None) -> Role:
        """Rename or describe a role.

        Raises:
            InvalidParameter: As for `create`.
            ResourceNotFound: There is none with this number.
            ResourceAlreadyExists: Its workspace has another of this name.
        """
        ...

    async def delete(self, role_id: int) -> None:
        """Remove a role; who had it no longer has what it permitted.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def add_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        """Add a permission to a role.

        Raises:
            InvalidParameter: The level makes no sense for the type (a workspace takes `*` with USE or MANAGE).
            ResourceNotFound: There is no such role.
            ResourceAlreadyExists: The role says something of this pattern already.
        """
        ...

    async def update_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        """Change how much a permission of a role permits.

        Raises:
            InvalidParameter: As for `add_permission`.
            ResourceNotFound: There is none with this number.
        """
        ...

    async def remove_permission(self, permission_id: int) -> None:
        """Take a permission out of its role.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def of_permission(self, permission_id: int) -> Role:
        """Return the role that a permission belongs to.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def assign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """Give a role to a user or a group; done already is no error.

        Raises:
            InvalidParameter: Both are named, or none is.
            ResourceNotFound: There is no such role, user or group.
        """
        ...

    async def unassign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """Take a role from a user or a group.

        Raises:
            InvalidParameter: As for `assign`.
            ResourceNotFound: There is no such role, user or group, or it does not have the role.
        """
        ...

    async def of_user(self, username: str) -> list[Role]:
        """Return the roles a user has by herself and by her groups.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def of_group(self, group: str) -> list[Role]:
        """Return the roles a group has.

        Raises:
            ResourceNotFound: There is none of this name.
        """
        ...

    async def users_of(self, role_id: int) -> list[User]:
        """Return the users who have a role by themselves.

        Raises:
            ResourceNotFound: There is none with this number.
        """
        ...

    async def assignments(self) -> dict[int, frozenset[int]]:
        """Return the numbers of the roles that users have by themselves, by number of the user.

        Who has none is left out.
        """
        ...


class PermissionStore(Protocol):
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

    async def of_user(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        """Return all that a user is permitted, by herself, by her roles and by those of her groups, by workspace."""
        ...

    async def direct_of_user(self, username: str) -> dict[str, tuple[ResourcePermission, ...]]:
        """Return what one user is permitted by herself, by workspace.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...


class TokenStore(Protocol):
    """API tokens."""

    async def create(self, token: ApiToken, secret_hash: bytes) -> None:
        """Keep a token, and forget those of her that expired a month ago.

        Raises:
            InvalidParameter: Its name, scope or expiry breaks a limit, or she has too many.
            ResourceNotFound: Nobody has the name.
        """
        ...

    async def find(self, token_id: str) -> tuple[ApiToken, User, bytes] | None:
        """Return a token with its user and the hash of its secret, expired or not; None if there is none."""
        ...

    async def all(self) -> list[ApiToken]:
        """Return everybody's tokens, the newest first."""
        ...

    async def of_user(self, username: str) -> list[ApiToken]:
        """Return the tokens of one user, the newest first; none if nobody has the name."""
        ...

    async def note_use(self, token_id: str, moment: int) -> None:
        """Note when a token was used last; this is no change that `version` tells of.

        An earlier use than is noted, and one of a token that is gone, change nothing.
        """
        ...

    async def delete(self, token_id: str) -> None:
        """Revoke a token.

        Raises:
            ResourceNotFound: There is none with this id.
        """
        ...


class SessionStore(Protocol):
    """Logins of browsers."""

    async def create(self, secret_hash: bytes, session: Session) -> None:
        """Keep a login, and forget those that have expired."""
        ...

    async def find(self, secret_hash: bytes) -> tuple[Session, User] | None:
        """Return a login with its user; None if there is none or it has expired."""
        ...

    async def delete(self, secret_hash: bytes) -> None:
        """End a login; one that is not there is no error."""
        ...

    async def delete_of_user(self, username: str) -> None:
        """End all logins of a user.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        ...


class AccountStore(Protocol):
    """Accounts. Every write is atomic and durable when it returns; a refused write changes nothing.

    Secrets come and go as hashes alone: what can be logged in with is never in the store.
    """

    @property
    def users(self) -> UserStore:
        """Users and their passwords."""
        ...

    @property
    def groups(self) -> GroupStore:
        """Groups of users."""
        ...

    @property
    def roles(self) -> RoleStore:
        """Roles, what they permit and who has them."""
        ...

    @property
    def permissions(self) -> PermissionStore:
        """What users are permitted by themselves, and in all."""
        ...

    @property
    def tokens(self) -> TokenStore:
        """API tokens."""
        ...

    @property
    def sessions(self) -> SessionStore:
        """Logins of browsers."""
        ...

    async def version(self) -> int:
        """Return a number that grows with every change of accounts, by whichever process: cheap to ask for.

        Whatever could make somebody be known or permitted otherwise than before is a change: of users, passwords,
        groups, roles, permissions and tokens, and the end of a login. A new login and the use of a token are none.
        """
        ...
