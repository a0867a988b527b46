"""What roles permit, in SQL."""

from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import PermissionLevel, ResourcePermission, ResourceType, Role
from trialog.entities.account_limits import check_role_permission
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.store.account_tables import role_permissions
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.roles import load_role
from trialog.store.accounts.rows import permission_of, role_row
from trialog.store.rows import AnyRow


class SqlRolePermissions(AccountPart):
    """Permissions of roles of a SQL store. With `SqlRoles` implements `trialog.contracts.accounts.RoleAccounts`."""

    async def add_role_permission(
        self, role_id: int, resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel
    ) -> ResourcePermission:
        """See `RoleAccounts.add_role_permission`."""
        check_role_permission(resource_type, resource_pattern, permission)

        def job(connection: Connection) -> ResourcePermission:
            role_row(connection, role_id)
            table = role_permissions
            said = select(table.c.id).where(
                table.c.role_id == role_id,
                table.c.resource_type == resource_type.value,
                table.c.resource_pattern == resource_pattern,
            )
            if connection.execute(said).first() is not None:
                raise ResourceAlreadyExists(
                    "role.permission_exists",
                    f"The role with id={role_id} has a permission on {resource_type.value} {resource_pattern} already.",
                    role_id=role_id,
                )
            values = {
                "role_id": role_id,
                "resource_type": resource_type.value,
                "resource_pattern": resource_pattern,
                "permission": permission.value,
            }
            number = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
            note_change(connection)
            return ResourcePermission(resource_type, resource_pattern, permission, number)

        return await self._database.write(job)

    async def update_role_permission(self, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
        """See `RoleAccounts.update_role_permission`."""

        def job(connection: Connection) -> ResourcePermission:
            row = _permission_row(connection, permission_id)
            changed = permission_of(row.resource_type, row.resource_pattern, permission.value, permission_id)
            check_role_permission(changed.resource_type, changed.resource_pattern, permission)
            mine = role_permissions.c.id == permission_id
            connection.execute(update(role_permissions).where(mine).values(permission=permission.value))
            note_change(connection)
            return changed

        return await self._database.write(job)

    async def remove_role_permission(self, permission_id: int) -> None:
        """See `RoleAccounts.remove_role_permission`."""

        def job(connection: Connection) -> None:
            _permission_row(connection, permission_id)
            connection.execute(delete(role_permissions).where(role_permissions.c.id == permission_id))
            note_change(connection)

        await self._database.write(job)

    async def role_of_permission(self, permission_id: int) -> Role:
        """See `RoleAccounts.role_of_permission`."""
        return await self._database.read(
            lambda connection: load_role(connection, _permission_row(connection, permission_id).role_id)
        )


def _permission_row(connection: Connection, permission_id: int) -> AnyRow:
    found = connection.execute(select(role_permissions).where(role_permissions.c.id == permission_id)).one_or_none()
    if found is None:
        raise ResourceNotFound(
            "role.permission_not_found",
            f"There is no permission of a role with id={permission_id}.",
            permission_id=permission_id,
        )
    return found
