"""Accounts in memory, as the contract says: for tests that are about something else than storing."""

from collections.abc import Callable, Sequence
from itertools import count

from msgspec.structs import replace

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
from trialog.entities.account_limits import (
    EXPIRED_TOKENS_KEPT,
    MAX_TOKENS_OF_USER,
    check_account_name,
    check_assignee,
    check_new_user,
    check_provider_identity,
    check_resource_id,
    check_role_description,
    check_role_permission,
    check_token,
    too_many_tokens,
)
from trialog.entities.clock import now_milliseconds
from trialog.errors import Conflict, ResourceAlreadyExists, ResourceNotFound


def missing(what: str, name: object) -> ResourceNotFound:
    return ResourceNotFound("account.not_found", f"There is no {what} {name!r}.")


def checked_name(name: str) -> str:
    check_account_name("name", name)
    return name


class Kept:
    """Everything, in dictionaries.

    Args:
        now: Tells the time in milliseconds since 1970.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.reads = 0
        self.version = 0
        self.numbers = count(1)
        self.users: dict[str, User] = {}
        self.hashes: dict[int, str | None] = {}
        self.providers: dict[ProviderIdentity, int] = {}
        self.groups: dict[str, Group] = {}
        self.roles: dict[int, Role] = {}
        self.user_roles: set[tuple[int, int]] = set()
        self.group_roles: set[tuple[int, int]] = set()
        self.direct: dict[tuple[int, str, ResourceType, str], PermissionLevel] = {}
        self.tokens: dict[str, tuple[ApiToken, bytes]] = {}
        self.sessions: dict[bytes, Session] = {}

    def user(self, username: str) -> User:
        if username.casefold() not in self.users:
            raise missing("user", username)
        return self.users[username.casefold()]

    def group(self, name: str) -> Group:
        if name.casefold() not in self.groups:
            raise missing("group", name)
        return self.groups[name.casefold()]

    def role(self, role_id: int) -> Role:
        if role_id not in self.roles:
            raise missing("role", role_id)
        return self.roles[role_id]

    def roles_of(self, user: User) -> list[Role]:
        groups = [group.group_id for group in self.groups.values() if user.username in group.members]
        ids = {role_id for who, role_id in self.user_roles if who == user.user_id}
        ids |= {role_id for who, role_id in self.group_roles if who in groups}
        return [self.roles[role_id] for role_id in sorted(ids)]


class Part:
    """Something of the accounts.

    Args:
        kept: All of them.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept


class Users(Part):
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
        kept = self._kept
        check_new_user(username, password_hash, provider, awaits_provider=awaits_provider)
        key = username.casefold()
        if key in kept.users:
            raise ResourceAlreadyExists("user.exists", f"User (username={username}) already exists.")
        if provider is not None:
            self._refuse_known(provider)
        number, has_password = next(kept.numbers), password_hash is not None
        user = User(number, username, is_admin, now_milliseconds(), has_password, awaits_provider)
        kept.users[key] = user
        kept.hashes[number] = password_hash
        if provider is not None:
            kept.providers[provider] = number
        kept.version += 1
        return user

    async def create_first_administrator(self, username: str, password_hash: str) -> User:
        check_new_user(username, password_hash, None, awaits_provider=False)
        if any(user.is_admin for user in self._kept.users.values()):
            raise Conflict("user.administrator_exists", "There is an administrator already.")
        return await self.create(username, password_hash, is_admin=True)

    async def get(self, username: str) -> User:
        self._kept.reads += 1
        return self._kept.user(username)

    async def password_hash(self, username: str) -> str | None:
        self._kept.reads += 1
        user = self._kept.users.get(username.casefold())
        return None if user is None else self._kept.hashes[user.user_id]

    async def of_provider(self, provider: ProviderIdentity) -> User | None:
        check_provider_identity(provider)
        number = self._kept.providers.get(provider)
        return next((user for user in self._kept.users.values() if user.user_id == number), None)

    async def join_provider(self, username: str, provider: ProviderIdentity) -> User:
        check_provider_identity(provider)
        user = self._kept.user(username)
        if not user.awaits_provider:
            raise Conflict("user.awaits_no_provider", f"{username} does not wait for somebody.")
        self._refuse_known(provider)
        joined = self._kept.users[username.casefold()] = replace(user, awaits_provider=False)
        self._kept.providers[provider] = user.user_id
        self._kept.version += 1
        return joined

    async def all(self) -> list[User]:
        return [self._kept.users[key] for key in sorted(self._kept.users)]

    async def update(
        self,
        username: str,
        *,
        password_hash: str | None = None,
        is_admin: bool | None = None,
        awaits_provider: bool | None = None,
    ) -> None:
        kept = self._kept
        user = kept.user(username)
        if is_admin is False:
            self._refuse_last_administrator(user)
        if password_hash is not None:
            kept.hashes[user.user_id] = password_hash
            user = replace(user, has_password=True, awaits_provider=False)
            kept.sessions = {key: item for key, item in kept.sessions.items() if item.user_id != user.user_id}
        if is_admin is not None:
            user = replace(user, is_admin=is_admin)
        if awaits_provider is not None:
            user = replace(user, awaits_provider=awaits_provider)
        if awaits_provider:
            kept.providers = {key: number for key, number in kept.providers.items() if number != user.user_id}
        kept.users[username.casefold()] = user
        kept.version += 1

    async def renew_password_hash(self, username: str, *, old_hash: str, new_hash: str) -> None:
        user = self._kept.users.get(username.casefold())
        if user is not None and self._kept.hashes[user.user_id] == old_hash:
            self._kept.hashes[user.user_id] = new_hash
            self._kept.version += 1

    async def delete(self, username: str) -> None:
        kept, user = self._kept, self._kept.user(username)
        self._refuse_last_administrator(user)
        del kept.users[username.casefold()]
        del kept.hashes[user.user_id]
        for name, group in kept.groups.items():
            kept.groups[name] = replace(group, members=[member for member in group.members if member != user.username])
        kept.providers = {key: number for key, number in kept.providers.items() if number != user.user_id}
        kept.user_roles = {pair for pair in kept.user_roles if pair[0] != user.user_id}
        kept.direct = {key: level for key, level in kept.direct.items() if key[0] != user.user_id}
        kept.tokens = {key: item for key, item in kept.tokens.items() if item[0].username != user.username}
        kept.sessions = {key: item for key, item in kept.sessions.items() if item.user_id != user.user_id}
        kept.version += 1

    def _refuse_known(self, provider: ProviderIdentity) -> None:
        if provider in self._kept.providers:
            raise ResourceAlreadyExists("user.provider_identity_exists", "Another account belongs to her.")

    def _refuse_last_administrator(self, user: User) -> None:
        if user.is_admin and sum(other.is_admin for other in self._kept.users.values()) == 1:
            raise Conflict("user.last_administrator", "She is the last administrator.")


class Groups(Part):
    """Groups of users."""

    async def create(self, name: str) -> Group:
        key = checked_name(name).casefold()
        if key in self._kept.groups:
            raise ResourceAlreadyExists("group.exists", f"There is a group {name!r} already.")
        made = self._kept.groups[key] = Group(next(self._kept.numbers), name)
        self._kept.version += 1
        return made

    async def all(self) -> list[Group]:
        return [self._kept.groups[key] for key in sorted(self._kept.groups)]

    async def of_user(self, username: str) -> list[str]:
        user = self._kept.user(username)
        return [group.name for group in await self.all() if user.username in group.members]

    async def delete(self, name: str) -> None:
        group = self._kept.group(name)
        del self._kept.groups[name.casefold()]
        self._kept.group_roles = {pair for pair in self._kept.group_roles if pair[0] != group.group_id}
        self._kept.version += 1

    async def set_membership(self, group: str, username: str, *, is_member: bool) -> None:
        known, user = self._kept.group(group), self._kept.user(username)
        others = [member for member in known.members if member != user.username]
        members = sorted([*others, user.username]) if is_member else others
        self._kept.groups[group.casefold()] = replace(known, members=members)
        self._kept.version += 1


class Roles(Part):
    """Roles, what they permit and who has them."""

    async def create(self, workspace: str, name: str, description: str | None = None) -> Role:
        checked_name(workspace)
        check_role_description(description)
        self._refuse_taken(workspace, checked_name(name))
        role = Role(next(self._kept.numbers), workspace, name, description)
        self._kept.roles[role.role_id] = role
        self._kept.version += 1
        return role

    async def get(self, role_id: int) -> Role:
        return self._kept.role(role_id)

    async def all(self, workspaces: Sequence[str] | None = None) -> list[Role]:
        found = [role for role in self._kept.roles.values() if workspaces is None or role.workspace in workspaces]
        return sorted(found, key=lambda role: (role.workspace, role.name))

    async def update(self, role_id: int, *, name: str | None = None, description: str | None = None) -> Role:
        if name is not None:
            checked_name(name)
        check_role_description(description)
        role = self._kept.role(role_id)
        if name is not None and name != role.name:
            self._refuse_taken(role.workspace, name)
        updated = self._kept.roles[role_id] = replace(
            role, name=name or role.name, description=role.description if description is None else description
        )
        self._kept.version += 1
        return updated

    async def delete(self, role_id: int) -> None:
        kept = self._kept
        kept.role(role_id)
        del kept.roles[role_id]
        kept.user_roles = {pair for pair in kept.user_roles if pair[1] != role_id}
        kept.group_roles = {pair for pair in kept.group_roles if pair[1] != role_id}
        kept.version += 1

    async def add_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        check_role_permission(resource_type, resource_pattern, permission)
        role = self._kept.role(role_id)
        if any(
            (item.resource_type, item.resource_pattern) == (resource_type, resource_pattern)
            for item in role.permissions
        ):
            raise ResourceAlreadyExists("role.permission_exists", "The role says something of this already.")
        added = ResourcePermission(resource_type, resource_pattern, permission, next(self._kept.numbers))
        self._set_permissions(role, [*role.permissions, added])
        return added

    async def update_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        role = await self.of_permission(permission_id)
        said = next(item for item in role.permissions if item.permission_id == permission_id)
        check_role_permission(said.resource_type, said.resource_pattern, permission)
        changed = replace(said, permission=permission)
        self._set_permissions(role, [changed if item is said else item for item in role.permissions])
        return changed

    async def remove_permission(self, permission_id: int) -> None:
        role = await self.of_permission(permission_id)
        self._set_permissions(role, [item for item in role.permissions if item.permission_id != permission_id])

    async def of_permission(self, permission_id: int) -> Role:
        for role in self._kept.roles.values():
            if any(item.permission_id == permission_id for item in role.permissions):
                return role
        raise missing("permission", permission_id)

    async def assign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        check_assignee(username, group)
        self._kept.role(role_id)
        if username is not None:
            self._kept.user_roles.add((self._kept.user(username).user_id, role_id))
        if group is not None:
            self._kept.group_roles.add((self._kept.group(group).group_id, role_id))
        self._kept.version += 1

    async def unassign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        check_assignee(username, group)
        kept = self._kept
        kept.role(role_id)
        pairs = kept.user_roles if username is not None else kept.group_roles
        who = kept.user(username).user_id if username is not None else kept.group(group or "").group_id
        if (who, role_id) not in pairs:
            raise missing("assignment of role", role_id)
        pairs.remove((who, role_id))
        kept.version += 1

    async def of_user(self, username: str) -> list[Role]:
        return self._kept.roles_of(self._kept.user(username))

    async def of_group(self, group: str) -> list[Role]:
        number = self._kept.group(group).group_id
        pairs = self._kept.group_roles
        return [role for role_id, role in sorted(self._kept.roles.items()) if (number, role_id) in pairs]

    async def users_of(self, role_id: int) -> list[User]:
        self._kept.role(role_id)
        users = [self._kept.users[key] for key in sorted(self._kept.users)]
        return [user for user in users if (user.user_id, role_id) in self._kept.user_roles]

    async def assignments(self) -> dict[int, frozenset[int]]:
        users = {user_id for user_id, _ in self._kept.user_roles}
        return {user: frozenset(role for who, role in self._kept.user_roles if who == user) for user in users}

    def _set_permissions(self, role: Role, permissions: list[ResourcePermission]) -> None:
        self._kept.roles[role.role_id] = replace(role, permissions=permissions)
        self._kept.version += 1

    def _refuse_taken(self, workspace: str, name: str) -> None:
        if any((role.workspace, role.name) == (workspace, name) for role in self._kept.roles.values()):
            raise ResourceAlreadyExists("role.exists", f"There is a role {name!r} already.")


class Permissions(Part):
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
        checked_name(workspace)
        check_resource_id("resource_id", resource_id)
        key = (self._kept.user(username).user_id, workspace, resource_type, resource_id)
        if is_new is True and key in self._kept.direct:
            raise ResourceAlreadyExists("permission.exists", "It has been permitted.")
        if is_new is False and key not in self._kept.direct:
            raise missing("permission on", resource_id)
        self._kept.direct[key] = permission
        self._kept.version += 1

    async def revoke(self, username: str, workspace: str, resource_type: ResourceType, resource_id: str) -> None:
        key = (self._kept.user(username).user_id, workspace, resource_type, resource_id)
        if key not in self._kept.direct:
            raise missing("permission on", resource_id)
        del self._kept.direct[key]
        self._kept.version += 1

    async def of_user(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        self._kept.reads += 1
        found = self._direct_of(user_id)
        user = next((user for user in self._kept.users.values() if user.user_id == user_id), None)
        for role in self._kept.roles_of(user) if user is not None else []:
            found[role.workspace] = (*found.get(role.workspace, ()), *role.permissions)
        return found

    async def direct_of_user(self, username: str) -> dict[str, tuple[ResourcePermission, ...]]:
        return self._direct_of(self._kept.user(username).user_id)

    def _direct_of(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        found: dict[str, tuple[ResourcePermission, ...]] = {}
        for (who, workspace, resource_type, resource_id), level in self._kept.direct.items():
            if who == user_id:
                said = ResourcePermission(resource_type, resource_id, level)
                found[workspace] = (*found.get(workspace, ()), said)
        return found


class Tokens(Part):
    """API tokens."""

    async def create(self, token: ApiToken, secret_hash: bytes) -> None:
        check_token(token)
        kept, user, now = self._kept, self._kept.user(token.username), self._kept.now()
        kept.tokens = {
            key: item
            for key, item in kept.tokens.items()
            if item[0].username != user.username
            or item[0].expires_at is None
            or item[0].expires_at > now - EXPIRED_TOKENS_KEPT
        }
        theirs = await self.of_user(user.username)
        if sum(each.expires_at is None or each.expires_at > now for each in theirs) >= MAX_TOKENS_OF_USER:
            raise too_many_tokens(user.username)
        kept.tokens[token.token_id] = (replace(token, username=user.username), secret_hash)
        kept.version += 1

    async def find(self, token_id: str) -> tuple[ApiToken, User, bytes] | None:
        self._kept.reads += 1
        found = self._kept.tokens.get(token_id)
        return None if found is None else (found[0], self._kept.user(found[0].username), found[1])

    async def all(self) -> list[ApiToken]:
        tokens = [token for token, _ in self._kept.tokens.values()]
        # Of two made at once the later comes first too.
        return sorted(tokens, key=lambda token: token.created_at)[::-1]

    async def of_user(self, username: str) -> list[ApiToken]:
        return [token for token in await self.all() if token.username.casefold() == username.casefold()]

    async def note_use(self, token_id: str, moment: int) -> None:
        if token_id in self._kept.tokens:
            token, secret_hash = self._kept.tokens[token_id]
            latest = max(moment, token.last_used_at or 0)
            self._kept.tokens[token_id] = (replace(token, last_used_at=latest), secret_hash)

    async def delete(self, token_id: str) -> None:
        if token_id not in self._kept.tokens:
            raise missing("token", token_id)
        del self._kept.tokens[token_id]
        self._kept.version += 1


class Sessions(Part):
    """Logins of browsers."""

    async def create(self, secret_hash: bytes, session: Session) -> None:
        self._kept.sessions[secret_hash] = session

    async def find(self, secret_hash: bytes) -> tuple[Session, User] | None:
        self._kept.reads += 1
        session = self._kept.sessions.get(secret_hash)
        if session is None or session.expires_at <= self._kept.now():
            return None
        users = self._kept.users.values()
        return next(((session, user) for user in users if user.user_id == session.user_id), None)

    async def delete(self, secret_hash: bytes) -> None:
        if self._kept.sessions.pop(secret_hash, None) is not None:
            self._kept.version += 1

    async def delete_of_user(self, username: str) -> None:
        number = self._kept.user(username).user_id
        going = {key: session for key, session in self._kept.sessions.items() if session.user_id != number}
        if len(going) < len(self._kept.sessions):
            self._kept.sessions = going
            self._kept.version += 1


class InMemoryAccounts:
    """All accounts; of one event loop.

    Args:
        now: Tells the time in milliseconds since 1970, by which logins expire; without it they never do here.
    """

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        self._kept = Kept(now)
        self.users = Users(self._kept)
        self.groups = Groups(self._kept)
        self.roles = Roles(self._kept)
        self.permissions = Permissions(self._kept)
        self.tokens = Tokens(self._kept)
        self.sessions = Sessions(self._kept)

    @property
    def reads(self) -> int:
        """How often something was read that requests need."""
        return self._kept.reads

    async def version(self) -> int:
        self._kept.reads += 1
        return self._kept.version
