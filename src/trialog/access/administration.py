"""What is done with accounts beyond keeping them: passwords are checked and hashed, secrets made, names found."""

from typing import NamedTuple

from trialog.access.decisions import permission_on
from trialog.access.grants import arrange
from trialog.access.passwords import Passwords, check_password
from trialog.access.refusals import not_authenticated
from trialog.access.resource_names import ResourceNames
from trialog.access.tokens import TOKEN_VIA, NewToken, new_token
from trialog.contracts.accounts import AccountStore
from trialog.contracts.resources import ResourceStore
from trialog.entities import (
    DEFAULT_WORKSPACE,
    EVERYBODY_IS_ADMIN,
    WILDCARD,
    ApiToken,
    Identity,
    PermissionLevel,
    ResourcePermission,
    ResourceType,
    Role,
    User,
)
from trialog.entities.account_limits import check_new_user
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter, ResourceNotFound


class HeldPermission(NamedTuple):
    """Something that a user is permitted.

    Attributes:
        workspace: Where.
        permission: What, as it is kept: a registered model by its number.
        role: The role that permits it; None if she is permitted it by herself.
    """

    workspace: str
    permission: ResourcePermission
    role: Role | None


class Administration:
    """Changes accounts of one store; whoever remembers accounts forgets them afterwards.

    Args:
        accounts: Where they are kept.
        resources: Knows which things there are.
        passwords: Hashes passwords.
        workspace: Where what is permitted counts; the things are of it.
    """

    def __init__(
        self,
        accounts: AccountStore,
        resources: ResourceStore,
        passwords: Passwords,
        *,
        workspace: str = DEFAULT_WORKSPACE,
    ) -> None:
        self.accounts = accounts
        self.names = ResourceNames(resources)
        self._passwords = passwords
        self._workspace = workspace

    async def create_user(
        self,
        username: str,
        password: str | None,
        *,
        is_admin: bool = False,
        awaits_provider: bool = False,
        client: str = "",
    ) -> User:
        """Make a user.

        Args:
            username: Her name.
            password: Her password; None if she is to log in without one.
            is_admin: Whether she may do everything.
            awaits_provider: Whether who is called so at the identity provider becomes her.
            client: Who asks for it, such as an address.

        Raises:
            InvalidParameter: Name or password may not be.
            ResourceAlreadyExists: Somebody has the name.
            TooManyRequests: Too many passwords wait to be hashed.
        """
        check_new_user(username, password, None, awaits_provider=awaits_provider)
        hashed = None if password is None else await self._hash(password, username, client)
        return await self.accounts.users.create(username, hashed, is_admin=is_admin, awaits_provider=awaits_provider)

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
        user = await self.accounts.users.get(username)
        hashed = await self._hash(password, user.username, client)
        await self.accounts.users.update(username, password_hash=hashed)

    async def create_token(
        self,
        username: str,
        name: str,
        scope: PermissionLevel,
        expires_at: int | None = None,
        *,
        maker: Identity = EVERYBODY_IS_ADMIN,
    ) -> tuple[ApiToken, NewToken]:
        """Make an API token.

        Whoever shows a token that ends makes none that ends later: who finds one must not keep what it opens.

        Args:
            username: For whom it acts.
            name: What to call it.
            scope: At most this, of what she may do.
            expires_at: When it ends to count, in milliseconds since 1970; None if it does not, or ends with the token
                of who makes it.
            maker: Who makes it.

        Returns:
            The token, and its secret, which nobody can be shown again.

        Raises:
            InvalidParameter: Name, scope or expiry break a limit, it would outlive what makes it, or she has too many.
            ResourceNotFound: Nobody has the name.
        """
        expires_at = await self._bounded_by_maker(maker, expires_at)
        user = await self.accounts.users.get(username)
        made = new_token()
        token = ApiToken(made.token_id, user.username, name, scope, now_milliseconds(), expires_at)
        await self.accounts.tokens.create(token, made.secret_hash)
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
        await self.accounts.permissions.grant(
            username, self._workspace, resource_type, pattern, permission, is_new=is_new
        )

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
        await self.accounts.permissions.revoke(username, self._workspace, resource_type, pattern)

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
        direct = await self.accounts.permissions.direct_of_user(username)
        for permission in direct.get(self._workspace, ()):
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
        added = await self.accounts.roles.add_permission(role_id, resource_type, pattern, permission)
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
        changed = await self.accounts.roles.update_permission(permission_id, permission)
        return (await self.names.named([changed]))[0]

    async def held_by(self, username: str) -> list[HeldPermission]:
        """Return all that a user is permitted, first by herself, then by her roles and by those of her groups.

        Args:
            username: Who.

        Raises:
            ResourceNotFound: Nobody has the name.
        """
        direct = await self.accounts.permissions.direct_of_user(username)
        held = [HeldPermission(workspace, item, None) for workspace, items in direct.items() for item in items]
        roles = await self.accounts.roles.of_user(username)
        held += [HeldPermission(role.workspace, item, role) for role in roles for item in role.permissions]
        return held

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
        user = await self.accounts.users.get(username)
        found = None if name == WILDCARD else await self.names.find(resource_type, name)
        permissions = arrange(await self.accounts.permissions.of_user(user.user_id))
        identity = Identity(user.username, user.user_id, user.is_admin, permissions=permissions)
        return permission_on(identity, self._workspace, resource_type, found or WILDCARD, default=default)

    async def _bounded_by_maker(self, maker: Identity, expires_at: int | None) -> int | None:
        if not maker.via.startswith(TOKEN_VIA):
            return expires_at
        found = await self.accounts.tokens.find(maker.via.removeprefix(TOKEN_VIA))
        if found is None:
            # It was revoked a moment ago.
            raise not_authenticated()
        end = found[0].expires_at
        if end is None or (expires_at is not None and expires_at <= end):
            return expires_at
        if expires_at is None:
            return end
        raise InvalidParameter(
            "token.outlives_its_maker",
            f"A token that is made with another one ends with that at the latest, at {end}. Log in with a password to"
            " make one that lasts longer, or give an earlier end.",
            latest=end,
        )

    async def _hash(self, password: str, username: str, client: str) -> str:
        check_password(password, username)
        return await self._passwords.hash(password, client=client, is_known=True)


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
