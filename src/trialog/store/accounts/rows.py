"""Rows of accounts, found by name or number, and what they stand for."""

from sqlalchemy import Connection, select

from trialog.entities import PermissionLevel, ResourcePermission, ResourceType, User
from trialog.entities.account_limits import folded_name
from trialog.errors import ResourceNotFound
from trialog.store.account_tables import groups, roles, users
from trialog.store.rows import AnyRow

USER_COLUMNS = (
    users.c.id,
    users.c.username,
    users.c.is_admin,
    users.c.created_at,
    users.c.password_hash.is_not(None).label("has_password"),
    users.c.awaits_provider,
)
"""What a `User` is made of; her hash is not among it."""


def user_of(row: AnyRow) -> User:
    """Return the user of a row that has `USER_COLUMNS`."""
    return User(
        row.id, row.username, bool(row.is_admin), row.created_at, bool(row.has_password), bool(row.awaits_provider)
    )


def user_row(connection: Connection, username: str) -> AnyRow:
    """Return the row of a user.

    Args:
        connection: Where to read.
        username: Her name, in whatever case.

    Raises:
        ResourceNotFound: Nobody has the name.
    """
    found = connection.execute(select(*USER_COLUMNS).where(users.c.folded == folded_name(username))).one_or_none()
    if found is None:
        raise ResourceNotFound("user.not_found", f"User with username={shown(username)} not found.")
    return found


def group_number(connection: Connection, name: str) -> int:
    """Return the number of a group.

    Args:
        connection: Where to read.
        name: Its name, in whatever case.

    Raises:
        ResourceNotFound: There is none of this name.
    """
    found = connection.execute(select(groups.c.id).where(groups.c.folded == folded_name(name))).scalar()
    if found is None:
        raise ResourceNotFound("group.not_found", f"There is no group with name={shown(name)}.")
    return int(found)


def role_row(connection: Connection, role_id: int) -> AnyRow:
    """Return the row of a role.

    Args:
        connection: Where to read.
        role_id: Its number.

    Raises:
        ResourceNotFound: There is none with this number.
    """
    found = connection.execute(select(roles).where(roles.c.id == role_id)).one_or_none()
    if found is None:
        raise ResourceNotFound("role.not_found", f"There is no role with id={role_id}.", role_id=role_id)
    return found


def permission_of(resource_type: str, pattern: str, level: str, number: int = 0) -> ResourcePermission:
    """Return a permission as it is stored.

    Args:
        resource_type: With what.
        pattern: With which.
        level: How much.
        number: Its number, if it has one.
    """
    return ResourcePermission(_TYPES[resource_type], pattern, _LEVELS[level], number)


def shown(name: str) -> str:
    """Return a name as a message may say it, whatever was given as one."""
    return ascii(name[:100]) if not name.isprintable() else name[:100]


# Looked up, which takes a third of the time that an enumeration does: who makes much has many permissions.
_TYPES = {kind.value: kind for kind in ResourceType}
_LEVELS = {level.value: level for level in PermissionLevel}
