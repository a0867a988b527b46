"""What the parts of accounts share: where they are kept, and the number that tells of changes."""

from sqlalchemy import Connection, bindparam, insert, select, update

from trialog.store.account_tables import account_version
from trialog.store.database import Database
from trialog.store.prepared import Prepared

_ROW = 1
_select = Prepared(select(account_version.c.version).where(account_version.c.id == bindparam("row")), ["row"])
_count = Prepared(
    update(account_version)
    .where(account_version.c.id == bindparam("row"))
    .values(version=account_version.c.version + bindparam("by")),
    ["row", "by"],
)


class AccountPart:
    """Something of the accounts of a SQL store.

    Every change is a job that has the store to itself, in whichever process: what it looks at first, such as who the
    last administrator is, still holds when it writes.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database


def note_change(connection: Connection) -> None:
    """Count a change that everybody who remembers accounts has to hear of.

    Args:
        connection: Inside the writing transaction that makes the change.
    """
    if not _count.many(connection, [(_ROW, 1)]):
        connection.execute(insert(account_version).values(id=_ROW, version=1))


def current_version(connection: Connection) -> int:
    """Return how many changes were counted.

    Args:
        connection: Where to read.
    """
    found = _select.rows(connection, (_ROW,))
    return int(found[0][0]) if found else 0
