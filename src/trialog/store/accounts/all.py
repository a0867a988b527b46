"""All of accounts in SQL, put together from its parts."""

from trialog.store.accounts.groups import SqlGroups
from trialog.store.accounts.part import current_version
from trialog.store.accounts.permissions import SqlPermissions
from trialog.store.accounts.roles import SqlRoles
from trialog.store.accounts.sessions import SqlSessions
from trialog.store.accounts.tokens import SqlTokens
from trialog.store.accounts.users import SqlUsers
from trialog.store.database import Database


class SqlAccounts:
    """Accounts of a SQL store, one part per noun. Implements `trialog.contracts.AccountStore`.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.users = SqlUsers(database)
        self.groups = SqlGroups(database)
        self.roles = SqlRoles(database)
        self.permissions = SqlPermissions(database)
        self.tokens = SqlTokens(database)
        self.sessions = SqlSessions(database)

    async def version(self) -> int:
        """See `AccountStore.version`."""
        return await self._database.read(current_version)
