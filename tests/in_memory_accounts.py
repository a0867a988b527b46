"""Accounts in memory, as the contract says: for tests that are about something else than storing."""

import time
from collections.abc import Callable, Sequence
from itertools import count

from msgspec.structs import replace

from trialog.entities import (
    ApiToken,
    Group,
    PermissionLevel,
    ResourcePermission,
    ResourceType,
    Role,
    Session,
    User,
)
from trialog.entities.account_limits import (
    check_account_name,
    check_assignee,
    check_resource_id,
    check_role_description,
    check_role_permission,
    check_token,
)
from trialog.errors import Conflict, ResourceAlreadyExists, ResourceNotFound


def missing(what: str, name: object) -> ResourceNotFound:
    return ResourceNotFound("account.not_found", f"There is no {what} {name!r}.")


def checked_name(name: str) -> str:
    check_account_name("name", name)
    return name


class InMemoryAccounts:
    """Everything in dictionaries; of one event loop.

    Args:
        now: Tells the time in milliseconds since 1970, by which logins expire; without it they never do here.
    """

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        self._now = now
        self.reads = 0
        self._version = 0
        self._numbers = count(1)
        self._users: dict[str, User] = {}
        self._hashes: dict[int, str | None] = {}
        self._groups: dict[str, Group] = {}
        self._roles: dict[int, Role] = {}
        self._user_roles: set[tuple[int, int]] = set()
        self._group_roles: set[tuple[int, int]] = set()
        self._direct: dict[tuple[int, str, ResourceType, str], PermissionLevel] = {}
        self._tokens: dict[str, tuple[ApiToken, bytes]] = {}
        self._sessions: dict[bytes, Session] = {}

    async def version(self) -> int:
        self.reads += 1
        return self._version

    async def create_user(self, username: str, password_hash: str | None, *, is_admin: bool = False) -> User:
        key = checked_name(username).casefold()
        if key in self._users:
            raise ResourceAlreadyExists("user.exists", f"User (username={username}) already exists.")
        user = User(next(self._numbers), username, is_admin, time.time_ns() // 1_000_000, password_hash is not None)
        self._users[key] = user
        self._hashes[user.user_id] = password_hash
        self._version += 1
        return user

    async def get_user(self, username: str) -> User:
        self.reads += 1
        return self._user(username)

    async def password_hash(self, username: str) -> str | None:
        self.reads += 1
        user = self._users.get(username.casefold())
        return None if user is None else self._hashes[user.user_id]

    async def list_users(self) -> list[User]:
        return [self._users[key] for key in sorted(self._users)]

    async def update_user(
        self, username: str, *, password_hash: str | None = None, is_admin: bool | None = None
    ) -> None:
        user = self._user(username)
        if is_admin is False:
            self._refuse_last_administrator(user)
        if password_hash is not None:
            self._hashes[user.user_id] = password_hash
            user = replace(user, has_password=True)
            self._sessions = {key: item for key, item in self._sessions.items() if item.user_id != user.user_id}
        if is_admin is not None:
            user = replace(user, is_admin=is_admin)
        self._users[username.casefold()] = user
        self._version += 1

    async def renew_password_hash(self, username: str, *, old_hash: str, new_hash: str) -> None:
        user = self._users.get(username.casefold())
        if user is not None and self._hashes[user.user_id] == old_hash:
            self._hashes[user.user_id] = new_hash
            self._version += 1

    async def delete_user(self, username: str) -> None:
        user = self._user(username)
        self._refuse_last_administrator(user)
        del self._users[username.casefold()]
        del self._hashes[user.user_id]
        for name, group in self._groups.items():
            self._groups[name] = replace(group, members=[member for member in group.members if member != user.username])
        self._user_roles = {pair for pair in self._user_roles if pair[0] != user.user_id}
        self._direct = {key: level for key, level in self._direct.items() if key[0] != user.user_id}
        self._tokens = {key: item for key, item in self._tokens.items() if item[0].username != user.username}
        self._sessions = {key: item for key, item in self._sessions.items() if item.user_id != user.user_id}
        self._version += 1

    async def create_group(self, name: str) -> Group:
        key = checked_name(name).casefold()
        if key in self._groups:
            raise ResourceAlreadyExists("group.exists", f"There is a group {name!r} already.")
        self._groups[key] = Group(next(self._numbers), name)
        self._version += 1
        return self._groups[key]

    async def list_groups(self) -> list[Group]:
        return [self._groups[key] for key in sorted(self._groups)]

    async def delete_group(self, name: str) -> None:
        group = self._group(name)
        del self._groups[name.casefold()]
        self._group_roles = {pair for pair in self._group_roles if pair[0] != group.group_id}
        self._version += 1

    async def set_membership(self, group: str, username: str, *, is_member: bool) -> None:
        known, user = self._group(group), self._user(username)
        others = [member for member in known.members if member != user.username]
        members = sorted([*others, user.username]) if is_member else others
        self._groups[group.casefold()] = replace(known, members=members)
        self._version += 1

    async def create_role(self, workspace: str, name: str, description: str | None = None) -> Role:
        checked_name(workspace)
        check_role_description(description)
        if any((role.workspace, role.name) == (workspace, checked_name(name)) for role in self._roles.values()):
            raise ResourceAlreadyExists("role.exists", f"There is a role {name!r} already.")
        role = Role(next(self._numbers), workspace, checked_name(name), description)
        self._roles[role.role_id] = role
        self._version += 1
        return role

    async def get_role(self, role_id: int) -> Role:
        return self._role(role_id)

    async def list_roles(self, workspaces: Sequence[str] | None = None) -> list[Role]:
        found = [role for role in self._roles.values() if workspaces is None or role.workspace in workspaces]
        return sorted(found, key=lambda role: (role.workspace, role.name))

    async def update_role(self, role_id: int, *, name: str | None = None, description: str | None = None) -> Role:
        if name is not None:
            checked_name(name)
        check_role_description(description)
        role = self._role(role_id)
        if any(
            other.role_id != role_id and (other.workspace, other.name) == (role.workspace, name)
            for other in self._roles.values()
        ):
            raise ResourceAlreadyExists("role.exists", f"There is a role {name!r} already.")
        self._roles[role_id] = replace(
            role, name=name or role.name, description=role.description if description is None else description
        )
        self._version += 1
        return self._roles[role_id]

    async def delete_role(self, role_id: int) -> None:
        self._role(role_id)
        del self._roles[role_id]
        self._user_roles = {pair for pair in self._user_roles if pair[1] != role_id}
        self._group_roles = {pair for pair in self._group_roles if pair[1] != role_id}
        self._version += 1

    async def add_role_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        check_role_permission(resource_type, resource_pattern, permission)
        role = self._role(role_id)
        if any(
            (item.resource_type, item.resource_pattern) == (resource_type, resource_pattern)
            for item in role.permissions
        ):
            raise ResourceAlreadyExists("role.permission_exists", "The role says something of this already.")
        added = ResourcePermission(resource_type, resource_pattern, permission, next(self._numbers))
        self._roles[role_id] = replace(role, permissions=[*role.permissions, added])
        self._version += 1
        return added

    async def update_role_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        role = await self.role_of_permission(permission_id)
        for item in role.permissions:
            if item.permission_id == permission_id:
                check_role_permission(item.resource_type, item.resource_pattern, permission)
        items = [
            replace(item, permission=permission) if item.permission_id == permission_id else item
            for item in role.permissions
        ]
        self._roles[role.role_id] = replace(role, permissions=items)
        self._version += 1
        return next(item for item in items if item.permission_id == permission_id)

    async def remove_role_permission(self, permission_id: int) -> None:
        role = await self.role_of_permission(permission_id)
        items = [item for item in role.permissions if item.permission_id != permission_id]
        self._roles[role.role_id] = replace(role, permissions=items)
        self._version += 1

    async def role_of_permission(self, permission_id: int) -> Role:
        for role in self._roles.values():
            if any(item.permission_id == permission_id for item in role.permissions):
                return role
        raise missing("permission", permission_id)

    async def assign_role(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        check_assignee(username, group)
        self._role(role_id)
        if username is not None:
            self._user_roles.add((self._user(username).user_id, role_id))
        if group is not None:
            self._group_roles.add((self._group(group).group_id, role_id))
        self._version += 1

    async def unassign_role(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        check_assignee(username, group)
        self._role(role_id)
        pairs = self._user_roles if username is not None else self._group_roles
        who = self._user(username).user_id if username is not None else self._group(group or "").group_id
        if (who, role_id) not in pairs:
            raise missing("assignment of role", role_id)
        pairs.remove((who, role_id))
        self._version += 1

    async def roles_of_user(self, username: str) -> list[Role]:
        return self._roles_of(self._user(username))

    async def roles_of_group(self, group: str) -> list[Role]:
        number = self._group(group).group_id
        return [role for role_id, role in sorted(self._roles.items()) if (number, role_id) in self._group_roles]

    async def users_of_role(self, role_id: int) -> list[User]:
        self._role(role_id)
        return [user for user in await self.list_users() if (user.user_id, role_id) in self._user_roles]

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
        key = (self._user(username).user_id, workspace, resource_type, resource_id)
        if is_new is True and key in self._direct:
            raise ResourceAlreadyExists("permission.exists", "It has been permitted.")
        if is_new is False and key not in self._direct:
            raise missing("permission on", resource_id)
        self._direct[key] = permission
        self._version += 1

    async def revoke(self, username: str, workspace: str, resource_type: ResourceType, resource_id: str) -> None:
        key = (self._user(username).user_id, workspace, resource_type, resource_id)
        if key not in self._direct:
            raise missing("permission on", resource_id)
        del self._direct[key]
        self._version += 1

    async def forget_resource(self, resource_type: ResourceType, resource_id: str) -> None:
        self._direct = {key: level for key, level in self._direct.items() if key[2:] != (resource_type, resource_id)}
        for role_id, role in self._roles.items():
            items = [
                item
                for item in role.permissions
                if (item.resource_type, item.resource_pattern) != (resource_type, resource_id)
            ]
            self._roles[role_id] = replace(role, permissions=items)
        self._version += 1

    async def permissions_of_user(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        self.reads += 1
        found = self._direct_of(user_id)
        user = next((user for user in self._users.values() if user.user_id == user_id), None)
        for role in self._roles_of(user) if user is not None else []:
            found[role.workspace] = (*found.get(role.workspace, ()), *role.permissions)
        return found

    async def direct_permissions_of_user(self, username: str) -> dict[str, tuple[ResourcePermission, ...]]:
        return self._direct_of(self._user(username).user_id)

    async def create_token(self, token: ApiToken, secret_hash: bytes) -> None:
        check_token(token)
        user = self._user(token.username)
        self._tokens[token.token_id] = (replace(token, username=user.username), secret_hash)
        self._version += 1

    async def find_token(self, token_id: str) -> tuple[ApiToken, User, bytes] | None:
        self.reads += 1
        found = self._tokens.get(token_id)
        return None if found is None else (found[0], self._user(found[0].username), found[1])

    async def list_tokens(self, username: str | None = None) -> list[ApiToken]:
        tokens = [token for token, _ in self._tokens.values()]
        mine = [token for token in tokens if username is None or token.username.casefold() == username.casefold()]
        # Of two made at once the later comes first too.
        return sorted(mine, key=lambda token: token.created_at)[::-1]

    async def note_token_use(self, token_id: str, moment: int) -> None:
        if token_id in self._tokens:
            token, secret_hash = self._tokens[token_id]
            latest = max(moment, token.last_used_at or 0)
            self._tokens[token_id] = (replace(token, last_used_at=latest), secret_hash)

    async def delete_token(self, token_id: str) -> None:
        if token_id not in self._tokens:
            raise missing("token", token_id)
        del self._tokens[token_id]
        self._version += 1

    async def create_session(self, secret_hash: bytes, session: Session) -> None:
        self._sessions[secret_hash] = session

    async def find_session(self, secret_hash: bytes) -> tuple[Session, User] | None:
        self.reads += 1
        session = self._sessions.get(secret_hash)
        if session is None or session.expires_at <= self._now():
            return None
        return next(((session, user) for user in self._users.values() if user.user_id == session.user_id), None)

    async def delete_session(self, secret_hash: bytes) -> None:
        if self._sessions.pop(secret_hash, None) is not None:
            self._version += 1

    async def delete_sessions_of_user(self, username: str) -> None:
        number = self._user(username).user_id
        kept = {key: session for key, session in self._sessions.items() if session.user_id != number}
        if len(kept) < len(self._sessions):
            self._sessions = kept
            self._version += 1

    def _user(self, username: str) -> User:
        if username.casefold() not in self._users:
            raise missing("user", username)
        return self._users[username.casefold()]

    def _group(self, name: str) -> Group:
        if name.casefold() not in self._groups:
            raise missing("group", name)
        return self._groups[name.casefold()]

    def _role(self, role_id: int) -> Role:
        if role_id not in self._roles:
            raise missing("role", role_id)
        return self._roles[role_id]

    def _roles_of(self, user: User) -> list[Role]:
        groups = [group.group_id for group in self._groups.values() if user.username in group.members]
        ids = {role_id for who, role_id in self._user_roles if who == user.user_id}
        ids |= {role_id for who, role_id in self._group_roles if who in groups}
        return [self._roles[role_id] for role_id in sorted(ids)]

    def _direct_of(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        found: dict[str, tuple[ResourcePermission, ...]] = {}
        for (who, workspace, resource_type, resource_id), level in self._direct.items():
            if who == user_id:
                said = ResourcePermission(resource_type, resource_id, level)
                found[workspace] = (*found.get(workspace, ()), said)
        return found

    def _refuse_last_administrator(self, user: User) -> None:
        if user.is_admin and sum(other.is_admin for other in self._users.values()) == 1:
            raise Conflict("user.last_administrator", "She is the last administrator.")
