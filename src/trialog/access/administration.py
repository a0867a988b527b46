"""What is done with accounts beyond keeping them: passwords are checked and hashed, secrets made, names found."""

import time
from collections.abc import Callable
from typing import NamedTuple

from trialog.access.decisions import permission_on
from trialog.access.grants import arrange
from trialog.access.passwords import Passwords, check_password
from trialog.access.resource_names import ResourceNames, with_name
from trialog.access.tokens import NewToken, new_token
from trialog.contracts.accounts import AccountStore
from trialog.contracts.resources import ResourceStore
from trialog.entities import (
    DEFAULT_WORKSPACE,
    WILDCARD,
    ApiToken,
    Identity,
    PermissionLevel,
    ResourcePermission,
    ResourceType,
    Role,
    User,
)
from trialog.entities.account_limits import check_account_name
from trialog.errors import InvalidParameter, ResourceNotFound


class HeldPermission(NamedTuple):
    """Something that a user is permitted.

    Attributes:
        workspace: Where.
        permission: What, with the names that people know.
        role: The role that permits it; None if she is permitted it by herself.
    """

    workspace: str
    permission: ResourcePermission
    role: Role | None


def _unheard() -> None:
    """Nobody remembers accounts in this process."""


class Administration:
    """Changes accounts of one store.

    Args:
        accounts: Where they are kept.
        resources: Knows which things there are.
        passwords: Hashes passwords.
        changed: Told after each change, so that what is remembered of accounts in this process is forgotten.
    """

    def __init__(
        self,
        accounts: AccountStore,
        resources: ResourceStore,
        passwords: Passwords,
        changed: Callable[[], None] = _unheard,
    ) -> None:
        self.accounts = accounts
        self.names = ResourceNames(resources)
        self.changed = changed
        self._passwords = passwords

    async def create_user(
        self, username: str, password: str | None, *, is_admin: bool = False, client: str = ""
    ) -> User:
        """Make a user.

        Args:
            username: Her name.
            password: Her password; None if she is to log in without one.
            is_admin: Whether she may do everything.
            client: Who asks for it, such as an address.

        Raises:
            InvalidParameter: Name or password may not be.
            ResourceAlreadyExists: Somebody has the name.
            TooManyRequests: Too many passwords wait to be hashed.
        """
        check_account_name("username", username)
        hashed = None if password is None else await self._hash(password, username, client)
        user = await self.accounts.create_user(username, hashed, is_admin=is_admin)
        self.changed()
        return user

    async def set_password(self, username: str, password: str, *, client: str = "") -> None:
        """Set a user's password, which ends her logins.

        Args:
            username: Whose.
            password: The new one.
            client: Who asks for it, such as an address.

        Raises:
            InvalidParameter: It may not be a password.
            ResourceNotFound: Nobody has the name.
            TooManyRequests: Too many passwords wait to be hashed.
        """
        user = await self.accounts.get_user(username)
        hashed = await self._hash(password, user.username, client)
        await self.accounts.update_user(username, password_hash=hashed)
        self.changed()

    async def create_token(
        self, username: str, name: str, scope: PermissionLevel, expires_at: int | None = None
    ) -> tuple[ApiToken, NewToken]:
        """Make an API token.

        Args:
            username: For whom it acts.
            name: What to call it.
            scope: At most this, of what she may do.
            expires_at: When it ends to count, in milliseconds since 1970; None if it does not.

        Returns:
            The token, and its secret, which nobody can be shown again.

        Raises:
            InvalidParameter: Name, scope or expiry break a limit, or she has too many.
            ResourceNotFound: Nobody has the name.
        """
        user = await self.accounts.get_user(username)
        made = new_token()
        now = time.time_ns() // 1_000_000
        token = ApiToken(made.token_id, user.username, name, scope, now, expires_at)
        await self.accounts.create_token(token, made.secret_hash)
        self.changed()
        return token, made

    async def grant(
        self,
        username: str,
        resource_type: ResourceType,
        name: str,
        permission: PermissionLevel,
        *,
        is_new: bool | None = None,
    ) -> None:
        """Permit something to one user by herself.

        Args:
            username: Who.
            resource_type: With what.
            name: With which, as `ResourceNames.pattern` takes it.
            permission: How much.
            is_new: As for `PermissionAccounts.grant`.

        Raises:
            InvalidParameter: It makes no sense.
            ResourceNotFound: There is no such user or thing, or nothing was permitted so.
            ResourceAlreadyExists: Something was.
        """
        _check_grant(resource_type, permission)
        pattern = await self.names.pattern(resource_type, name)
        await self.accounts.grant(username, DEFAULT_WORKSPACE, resource_type, pattern, permission, is_new=is_new)
        self.changed()

    async def revoke(self, username: str, resource_type: ResourceType, name: str) -> None:
        """Take back what was permitted to one user by herself.

        Args:
            username: Who.
            resource_type: With what.
            name: With which, as `ResourceNames.pattern` takes it.

        Raises:
            InvalidParameter: It makes no sense.
            ResourceNotFound: There is no such user or thing, or nothing was permitted so.
        """
        _check_grant(resource_type)
        pattern = await self.names.pattern(resource_type, name)
        await self.accounts.revoke(username, DEFAULT_WORKSPACE, resource_type, pattern)
        self.changed()

    async def granted(self, username: str, resource_type: ResourceType, name: str) -> PermissionLevel:
        """Return what one user is permitted by herself with one thing.

        Args:
            username: Who.
            resource_type: With what.
            name: With which, as `ResourceNames.pattern` takes it.

        Raises:
            ResourceNotFound: There is no such user or thing, or nothing was permitted so.
        """
        pattern = await self.names.pattern(resource_type, name)
        direct = await self.accounts.direct_permissions_of_user(username)
        for permission in direct.get(DEFAULT_WORKSPACE, ()):
            if (permission.resource_type, permission.resource_pattern) == (resource_type, pattern):
                return permission.permission
        raise ResourceNotFound(
            "permission.not_found", f"{username} has no permission of her own on this {resource_type.value}."
        )

    async def add_role_permission(
        self, role_id: int, resource_type: ResourceType, name: str, permission: PermissionLevel
    ) -> ResourcePermission:
        """Add a permission to a role, and return it with the name that people know.

        Args:
            role_id: The role.
            resource_type: With what.
            name: With which, as `ResourceNames.pattern` takes it.
            permission: How much.

        Raises:
            InvalidParameter: It makes no sense.
            ResourceNotFound: There is no such role or thing.
            ResourceAlreadyExists: The role says something of it already.
        """
        if resource_type is not ResourceType.WORKSPACE:
            _check_grant(resource_type, permission)
        pattern = await self.names.pattern(resource_type, name)
        added = await self.accounts.add_role_permission(role_id, resource_type, pattern, permission)
        self.changed()
        return (await self.names.named([added]))[0]

    async def update_role_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        """Change how much a permission of a role permits, and return it with the name that people know.

        Args:
            permission_id: Which permission.
            permission: How much.

        Raises:
            InvalidParameter: It makes no sense.
            ResourceNotFound: There is no such permission.
        """
        if permission is PermissionLevel.NO_PERMISSIONS:
            raise _nothing_permitted()
        changed = await self.accounts.update_role_permission(permission_id, permission)
        self.changed()
        return (await self.names.named([changed]))[0]

    async def held_by(self, username: str) -> list[HeldPermission]:
        """Return all that a user is permitted, first by herself, then by her roles and by those of her groups.

        Args:
            username: Who.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        direct = await self.accounts.direct_permissions_of_user(username)
        held = [HeldPermission(workspace, item, None) for workspace, items in direct.items() for item in items]
        roles = await self.accounts.roles_of_user(username)
        held += [HeldPermission(role.workspace, item, role) for role in roles for item in role.permissions]
        names = await self.names.names(one.permission for one in held)
        return [one._replace(permission=with_name(one.permission, names)) for one in held]

    async def effective(
        self, username: str, resource_type: ResourceType, name: str, *, default: PermissionLevel
    ) -> PermissionLevel:
        """Return what a user may do with something in the end.

        Args:
            username: Who.
            resource_type: With what: an experiment or a registered model.
            name: With which; of one that is not there, it is what she may do with one of which nothing is said.
            default: As for `permission_on`.

        Raises:
            InvalidParameter: It is asked of a workspace.
            ResourceNotFound: Nobody has the name.
        """
        _check_grant(resource_type)
        user = await self.accounts.get_user(username)
        found = None if name == WILDCARD else await self.names.find(resource_type, name)
        permissions = arrange(await self.accounts.permissions_of_user(user.user_id))
        identity = Identity(user.username, user.user_id, user.is_admin, permissions=permissions)
        return permission_on(identity, DEFAULT_WORKSPACE, resource_type, found or WILDCARD, default=default)

    async def _hash(self, password: str, username: str, client: str) -> str:
        check_password(password, username)
        return await self._passwords.hash(password, client=client)


def _check_grant(resource_type: ResourceType, permission: PermissionLevel = PermissionLevel.READ) -> None:
    if resource_type is ResourceType.WORKSPACE:
        raise InvalidParameter(
            "permission.workspace",
            "What somebody may do in a workspace is permitted by a role alone: add the permission to a role, and give"
            " that to her.",
        )
    if permission is PermissionLevel.NO_PERMISSIONS:
        raise _nothing_permitted()


def _nothing_permitted() -> InvalidParameter:
    return InvalidParameter(
        "permission.nothing_permitted",
        "NO_PERMISSIONS permits nothing and forbids nothing. To forbid, give DENY; to take back what was permitted,"
        " revoke it.",
    )
