"""Who makes something owns it."""

from sqlalchemy import Connection

from trialog.entities import PermissionLevel, ResourceType
from trialog.store.account_tables import user_permissions
from trialog.store.accounts.part import note_change
from trialog.store.upserts import upsert


def own(connection: Connection, user_id: int | None, workspace: str, resource_type: ResourceType, number: int) -> None:
    """Permit everything to who makes something, in the transaction that makes it: nothing is ever without an owner.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        user_id: Her number; None where nobody logs in.
        workspace: Of which workspace it is.
        resource_type: What it is.
        number: Its number.
    """
    if user_id is None:
        return
    row = (user_id, workspace, resource_type.value, str(number), PermissionLevel.MANAGE.value)
    upsert(connection, user_permissions, [row])
    note_change(connection)
