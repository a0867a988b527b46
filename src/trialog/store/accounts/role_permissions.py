"""What roles permit, in SQL."""

from sqlalchemy import Connection, delete, insert, select, update

from trialog.entities import PermissionLevel, ResourcePermission, ResourceType
from trialog.entities.account_limits import check_role_permission
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.store.account_tables import role_permissions
from trialog.store.accounts.part import note_change
from trialog.store.accounts.rows import permission_of, role_row
from trialog.store.rows import AnyRow


def add_permission(
    connection: Connection,
    role_id: int,
    resource_type: ResourceType,
    resource_pattern: str,
    permission: PermissionLevel,
) -> ResourcePermission:
    """Add a permission to a role.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        role_id: The role.
        resource_type: With what.
        resource_pattern: With which.
        permission: How much.

    Raises:
        ResourceNotFound: There is no such role.
        ResourceAlreadyExists: The role says something of this pattern already.
    """
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


def update_permission(connection: Connection, permission_id: int, permission: PermissionLevel) -> ResourcePermission:
    """Change how much a permission of a role permits.

    Args:
        connection: As for `add_permission`.
        permission_id: Which.
        permission: How much.

    Raises:
        InvalidParameter: It makes no sense for what is permitted.
        ResourceNotFound: There is none with this number.
    """
    row = permission_row(connection, permission_id)
    changed = permission_of(row.resource_type, row.resource_pattern, permission.value, permission_id)
    check_role_permission(changed.resource_type, changed.resource_pattern, permission)
    mine = role_permissions.c.id == permission_id
    connection.execute(update(role_permissions).where(mine).values(permission=permission.value))
    note_change(connection)
    return changed


def remove_permission(connection: Connection, permission_id: int) -> None:
    """Take a permission out of its role.

    Args:
        connection: As for `add_permission`.
        permission_id: Which.

    Raises:
        ResourceNotFound: There is none with this number.
    """
    permission_row(connection, permission_id)
    connection.execute(delete(role_permissions).where(role_permissions.c.id == permission_id))
    note_change(connection)


def permission_row(connection: Connection, permission_id: int) -> AnyRow:
    """Return the row of a permission of a role.

    Args:
        connection: Where to read.
        permission_id: Which.

    Raises:
        ResourceNotFound: There is none with this number.
    """
    found = connection.execute(select(role_permissions).where(role_permissions.c.id == permission_id)).one_or_none()
    if found is None:
        raise ResourceNotFound(
            "role.permission_not_found",
            f"There is no permission of a role with id={permission_id}.",
            permission_id=permission_id,
        )
    return found
