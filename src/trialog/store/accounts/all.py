"""All of accounts in SQL, put together from its parts."""

from trialog.store.accounts.groups import SqlGroups
from trialog.store.accounts.part import current_version
from trialog.store.accounts.permissions import SqlPermissions
from trialog.store.accounts.role_permissions import SqlRolePermissions
from trialog.store.accounts.roles import SqlRoles
from trialog.store.accounts.sessions import SqlSessions
from trialog.store.accounts.tokens import SqlTokens
from trialog.store.accounts.users import SqlUsers


class SqlAccounts(SqlUsers, SqlGroups, SqlRoles, SqlRolePermissions, SqlPermissions, SqlTokens, SqlSessions):
    """Accounts of a SQL store. Implements `trialog.contracts.AccountStore`."""

    async def version(self) -> int:
        """See `AccountStore.version`."""
        return await self._database.read(current_version)
