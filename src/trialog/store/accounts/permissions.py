"""What users are permitted, by themselves and in all, in SQL."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, literal_column, select

from trialog.entities import PermissionLevel, ResourcePermission, ResourceType
from trialog.entities.account_limits import check_account_name, check_resource_id
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.store.account_tables import role_permissions, roles, user_permissions
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.roles import roles_through_all
from trialog.store.accounts.rows import permission_of, user_row
from trialog.store.prepared import Prepared
from trialog.store.upserts import upsert

_direct = Prepared(
    select(
        user_permissions.c.workspace,
        user_permissions.c.resource_type,
        user_permissions.c.resource_id,
        user_permissions.c.permission,
        literal_column("0"),  # the number that permissions of roles have
    ).where(user_permissions.c.user_id == bindparam("user_id")),
    ["user_id"],
)
_of_roles = Prepared(
    select(
        roles.c.workspace,
        role_permissions.c.resource_type,
        role_permissions.c.resource_pattern,
        role_permissions.c.permission,
        role_permissions.c.id,
    )
    .join(roles, roles.c.id == role_permissions.c.role_id)
    .where(role_permissions.c.role_id.in_(roles_through_all(bindparam("user_id"))))
    .order_by(role_permissions.c.id),
    ["user_id"],
)


class SqlPermissions(AccountPart):
    """Permissions of a SQL store. Implements `trialog.contracts.accounts.PermissionStore`.

    What somebody makes is granted to her as anything else is, and all that is remembered of accounts is forgotten then.
    Experiments and models are made rarely beside what is logged to them; reading accounts again takes milliseconds.
    """

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
        """See `PermissionStore.grant`."""
        check_account_name("workspace", workspace)
        check_resource_id("resource_id", resource_id)

        def job(connection: Connection) -> None:
            number = user_row(connection, username).id
            said = _is_said(number, workspace, resource_type, resource_id)
            if is_new is not None:
                is_there = connection.execute(select(user_permissions.c.permission).where(*said)).first() is not None
                if is_there is is_new:
                    raise _wrongly_new(username, resource_type, resource_id, is_there=is_there)
            row = (number, workspace, resource_type.value, resource_id, permission.value)
            upsert(connection, user_permissions, [row])
            note_change(connection)

        await self._database.write(job)

    async def revoke(self, username: str, workspace: str, resource_type: ResourceType, resource_id: str) -> None:
        """See `PermissionStore.revoke`."""
        check_account_name("workspace", workspace)
        check_resource_id("resource_id", resource_id)

        def job(connection: Connection) -> None:
            said = _is_said(user_row(connection, username).id, workspace, resource_type, resource_id)
            if not connection.execute(delete(user_permissions).where(*said)).rowcount:
                raise _wrongly_new(username, resource_type, resource_id, is_there=False)
            note_change(connection)

        await self._database.write(job)

    async def of_user(self, user_id: int) -> dict[str, tuple[ResourcePermission, ...]]:
        """See `PermissionStore.of_user`."""

        def job(connection: Connection) -> dict[str, tuple[ResourcePermission, ...]]:
            return _by_workspace(_direct.rows(connection, (user_id,)), _of_roles.rows(connection, (user_id,)))

        return await self._database.read(job)

    async def direct_of_user(self, username: str) -> dict[str, tuple[ResourcePermission, ...]]:
        """See `PermissionStore.direct_of_user`."""
        return await self._database.read(
            lambda connection: _by_workspace(_direct.rows(connection, (user_row(connection, username).id,)))
        )


def forget_resource(connection: Connection, resource_type: ResourceType, resource_id: str) -> None:
    """Remove what was permitted on something, in the transaction that removes it for good.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        resource_type: What it is.
        resource_id: Its id, or the number of a registered model.
    """
    of_users, of_roles = user_permissions, role_permissions
    removed = [
        delete(of_users).where(of_users.c.resource_type == resource_type.value, of_users.c.resource_id == resource_id),
        delete(of_roles).where(
            of_roles.c.resource_type == resource_type.value, of_roles.c.resource_pattern == resource_id
        ),
    ]
    if sum(connection.execute(statement).rowcount for statement in removed):
        note_change(connection)


def _is_said(
    user_id: int, workspace: str, resource_type: ResourceType, resource_id: str
) -> tuple[ColumnElement[bool], ...]:
    columns = user_permissions.c
    return (
        columns.user_id == user_id,
        columns.workspace == workspace,
        columns.resource_type == resource_type.value,
        columns.resource_id == resource_id,
    )


def _wrongly_new(
    username: str, resource_type: ResourceType, resource_id: str, *, is_there: bool
) -> ResourceAlreadyExists | ResourceNotFound:
    if is_there:
        return ResourceAlreadyExists(
            "permission.exists",
            f"{username} has a permission of her own on this {resource_type.value} already.",
            resource_id=resource_id,
        )
    return ResourceNotFound(
        "permission.not_found",
        f"{username} has no permission of her own on this {resource_type.value}.",
        resource_id=resource_id,
    )


def _by_workspace(*found: Iterable[Sequence[Any]]) -> dict[str, tuple[ResourcePermission, ...]]:
    permissions: dict[str, list[ResourcePermission]] = {}
    for workspace, resource_type, pattern, level, number in chain(*found):
        said = permission_of(resource_type, pattern, level, number)
        permissions.setdefault(workspace, []).append(said)
    return {workspace: tuple(items) for workspace, items in permissions.items()}
