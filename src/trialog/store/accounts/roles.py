"""Roles in SQL, and who has them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, union, update

from trialog.entities import PermissionLevel, ResourcePermission, ResourceType, Role, User
from trialog.entities.account_limits import (
    check_account_name,
    check_assignee,
    check_role_description,
    check_role_permission,
)
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.store.account_tables import group_members, group_roles, role_permissions, roles, user_roles, users
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.role_permissions import (
    add_permission,
    permission_row,
    remove_permission,
    update_permission,
)
from trialog.store.accounts.rows import USER_COLUMNS, group_number, permission_of, role_row, user_of, user_row
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.upserts import insert_missing


class SqlRoles(AccountPart):
    """Roles of a SQL store. Implements `trialog.contracts.accounts.RoleStore`."""

    async def create(self, workspace: str, name: str, description: str | None = None) -> Role:
        """See `RoleStore.create`."""
        check_account_name("workspace", workspace)
        check_account_name("name", name)
        check_role_description(description)

        def job(connection: Connection) -> Role:
            _refuse_taken(connection, workspace, name)
            values = {"workspace": workspace, "name": name, "description": description}
            number = connection.execute(insert(roles).values(values).returning(roles.c.id)).scalar_one()
            note_change(connection)
            return Role(number, workspace, name, description)

        return await self._database.write(job)

    async def get(self, role_id: int) -> Role:
        """See `RoleStore.get`."""
        return await self._database.read(lambda connection: load_role(connection, role_id))

    async def all(self, workspaces: Sequence[str] | None = None) -> list[Role]:
        """See `RoleStore.all`."""
        statement = select(roles).order_by(roles.c.workspace, roles.c.name)
        if workspaces is not None:
            # What no workspace can be called need not reach the database, which may not even take it.
            statement = statement.where(
                is_one_of(roles.c.workspace, [name for name in workspaces if name.isprintable()])
            )
        return await self._database.read(lambda connection: _load(connection, connection.execute(statement).all()))

    async def update(self, role_id: int, *, name: str | None = None, description: str | None = None) -> Role:
        """See `RoleStore.update`."""
        if name is not None:
            check_account_name("name", name)
        check_role_description(description)
        given = {"name": name, "description": description}
        values = {key: value for key, value in given.items() if value is not None}

        def job(connection: Connection) -> Role:
            role = role_row(connection, role_id)
            if name is not None and name != role.name:
                _refuse_taken(connection, role.workspace, name)
            if values:
                connection.execute(update(roles).where(roles.c.id == role_id).values(values))
                note_change(connection)
            return load_role(connection, role_id)

        return await self._database.write(job)

    async def delete(self, role_id: int) -> None:
        """See `RoleStore.delete`."""

        def job(connection: Connection) -> None:
            role_row(connection, role_id)
            for table in (user_roles, group_roles, role_permissions):
                connection.execute(delete(table).where(table.c.role_id == role_id))
            connection.execute(delete(roles).where(roles.c.id == role_id))
            note_change(connection)

        await self._database.write(job)

    async def add_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        """See `RoleStore.add_permission`."""
        check_role_permission(resource_type, resource_pattern, permission)
        return await self._database.write(
            lambda connection: add_permission(connection, role_id, resource_type, resource_pattern, permission)
        )

    async def update_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        """See `RoleStore.update_permission`."""
        return await self._database.write(lambda connection: update_permission(connection, permission_id, permission))

    async def remove_permission(self, permission_id: int) -> None:
        """See `RoleStore.remove_permission`."""
        await self._database.write(lambda connection: remove_permission(connection, permission_id))

    async def of_permission(self, permission_id: int) -> Role:
        """See `RoleStore.of_permission`."""
        return await self._database.read(
            lambda connection: load_role(connection, permission_row(connection, permission_id).role_id)
        )

    async def assign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """See `RoleStore.assign`."""
        check_assignee(username, group)

        def job(connection: Connection) -> None:
            role_row(connection, role_id)
            if username is not None:
                table, number = user_roles, user_row(connection, username).id
            else:
                table, number = group_roles, group_number(connection, group or "")
            if insert_missing(connection, table, [(number, role_id)]):
                note_change(connection)

        await self._database.write(job)

    async def unassign(self, role_id: int, *, username: str | None = None, group: str | None = None) -> None:
        """See `RoleStore.unassign`."""
        check_assignee(username, group)

        def job(connection: Connection) -> None:
            role_row(connection, role_id)
            if username is not None:
                number = user_row(connection, username).id
                removed = delete(user_roles).where(user_roles.c.role_id == role_id, user_roles.c.user_id == number)
            else:
                number = group_number(connection, group or "")
                removed = delete(group_roles).where(group_roles.c.role_id == role_id, group_roles.c.group_id == number)
            if not connection.execute(removed).rowcount:
                raise ResourceNotFound(
                    "role.not_assigned",
                    f"{username or group} does not have the role with id={role_id} by itself.",
                    role_id=role_id,
                )
            note_change(connection)

        await self._database.write(job)

    async def of_user(self, username: str) -> list[Role]:
        """See `RoleStore.of_user`."""

        def job(connection: Connection) -> list[Role]:
            theirs = roles_through_all(user_row(connection, username).id)
            statement = select(roles).where(roles.c.id.in_(theirs)).order_by(roles.c.id)
            return _load(connection, connection.execute(statement).all())

        return await self._database.read(job)

    async def of_group(self, group: str) -> list[Role]:
        """See `RoleStore.of_group`."""

        def job(connection: Connection) -> list[Role]:
            number = group_number(connection, group)
            theirs = select(group_roles.c.role_id).where(group_roles.c.group_id == number)
            statement = select(roles).where(roles.c.id.in_(theirs)).order_by(roles.c.id)
            return _load(connection, connection.execute(statement).all())

        return await self._database.read(job)

    async def users_of(self, role_id: int) -> list[User]:
        """See `RoleStore.users_of`."""
        statement = (
            select(*USER_COLUMNS)
            .join(user_roles, user_roles.c.user_id == users.c.id)
            .where(user_roles.c.role_id == role_id)
            .order_by(users.c.folded)
        )

        def job(connection: Connection) -> list[User]:
            role_row(connection, role_id)
            return [user_of(row) for row in connection.execute(statement)]

        return await self._database.read(job)

    async def assignments(self) -> dict[int, frozenset[int]]:
        """See `RoleStore.assignments`."""

        def job(connection: Connection) -> dict[int, frozenset[int]]:
            found: dict[int, set[int]] = {}
            for user_id, role_id in connection.execute(select(user_roles.c.user_id, user_roles.c.role_id)):
                found.setdefault(user_id, set()).add(role_id)
            return {user_id: frozenset(theirs) for user_id, theirs in found.items()}

        return await self._database.read(job)


def load_role(connection: Connection, role_id: int) -> Role:
    """Return a role with what it permits.

    Args:
        connection: Where to read.
        role_id: Its number.

    Raises:
        ResourceNotFound: There is none with this number.
    """
    return _load(connection, [role_row(connection, role_id)])[0]


def roles_through_all(user_id: Any) -> Select[tuple[int]]:
    """Return the query for the numbers of the roles that a user has by herself and by her groups.

    Args:
        user_id: Her number, or the parameter that will be it.
    """
    by_group = (
        select(group_roles.c.role_id)
        .join(group_members, group_members.c.group_id == group_roles.c.group_id)
        .where(group_members.c.user_id == user_id)
    )
    both = union(select(user_roles.c.role_id).where(user_roles.c.user_id == user_id), by_group).subquery("theirs")
    return select(both.c.role_id)


def _load(connection: Connection, rows: Iterable[AnyRow]) -> list[Role]:
    found = {row.id: row for row in rows}
    permissions: dict[int, list[ResourcePermission]] = {number: [] for number in found}
    said = select(role_permissions).where(is_one_of(role_permissions.c.role_id, found)).order_by(role_permissions.c.id)
    for row in connection.execute(said) if found else ():
        permissions[row.role_id].append(permission_of(row.resource_type, row.resource_pattern, row.permission, row.id))
    return [Role(row.id, row.workspace, row.name, row.description, permissions[row.id]) for row in found.values()]


def _refuse_taken(connection: Connection, workspace: str, name: str) -> None:
    taken = select(roles.c.id).where(roles.c.workspace == workspace, roles.c.name == name)
    if connection.execute(taken).first() is not None:
        raise ResourceAlreadyExists(
            "role.exists", f"Role (workspace={workspace}, name={name}) already exists.", workspace=workspace, name=name
        )
