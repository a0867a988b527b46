"""Users in SQL, and their passwords."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from trialog.entities import User
from trialog.entities.account_limits import check_account_name, folded_name
from trialog.errors import Conflict, ResourceAlreadyExists
from trialog.store.account_tables import (
    api_tokens,
    group_members,
    login_sessions,
    user_permissions,
    user_roles,
    users,
)
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.rows import USER_COLUMNS, user_of, user_row
from trialog.store.clock import now_milliseconds
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow

_HAVE_USERS = (api_tokens, group_members, login_sessions, user_permissions, user_roles)
_select_hash = Prepared(select(users.c.password_hash).where(users.c.folded == bindparam("folded")), ["folded"])


class SqlUsers(AccountPart):
    """Users of a SQL store. Implements `trialog.contracts.accounts.UserAccounts`."""

    async def create_user(self, username: str, password_hash: str | None, *, is_admin: bool = False) -> User:
        """See `UserAccounts.create_user`."""
        check_account_name("username", username)
        folded = folded_name(username)

        def job(connection: Connection) -> User:
            if connection.execute(select(users.c.id).where(users.c.folded == folded)).first() is not None:
                raise ResourceAlreadyExists(
                    "user.exists", f"User (username={username}) already exists.", username=username
                )
            now = now_milliseconds()
            values = {
                "username": username,
                "folded": folded,
                "password_hash": password_hash,
                "is_admin": is_admin,
                "created_at": now,
            }
            number = connection.execute(insert(users).values(values).returning(users.c.id)).scalar_one()
            note_change(connection)
            return User(number, username, is_admin, now, has_password=password_hash is not None)

        return await self._database.write(job)

    async def get_user(self, username: str) -> User:
        """See `UserAccounts.get_user`."""
        return await self._database.read(lambda connection: user_of(user_row(connection, username)))

    async def password_hash(self, username: str) -> str | None:
        """See `UserAccounts.password_hash`."""
        folded = folded_name(username)

        def job(connection: Connection) -> str | None:
            found = _select_hash.rows(connection, (folded,))
            return found[0][0] if found else None

        return await self._database.read(job)

    async def list_users(self) -> list[User]:
        """See `UserAccounts.list_users`."""
        statement = select(*USER_COLUMNS).order_by(users.c.folded)
        return await self._database.read(lambda connection: [user_of(row) for row in connection.execute(statement)])

    async def update_user(
        self, username: str, *, password_hash: str | None = None, is_admin: bool | None = None
    ) -> None:
        """See `UserAccounts.update_user`."""
        values: dict[str, Any] = {}
        if password_hash is not None:
            values["password_hash"] = password_hash
        if is_admin is not None:
            values["is_admin"] = is_admin

        def job(connection: Connection) -> None:
            user = user_row(connection, username)
            if is_admin is False:
                _refuse_last_administrator(connection, user)
            if not values:
                return
            connection.execute(update(users).where(users.c.id == user.id).values(values))
            if password_hash is not None:
                connection.execute(delete(login_sessions).where(login_sessions.c.user_id == user.id))
            note_change(connection)

        await self._database.write(job)

    async def renew_password_hash(self, username: str, *, old_hash: str, new_hash: str) -> None:
        """See `UserAccounts.renew_password_hash`."""
        mine = (users.c.folded == folded_name(username), users.c.password_hash == old_hash)

        def job(connection: Connection) -> None:
            if connection.execute(update(users).where(*mine).values(password_hash=new_hash)).rowcount:
                note_change(connection)

        await self._database.write(job)

    async def delete_user(self, username: str) -> None:
        """See `UserAccounts.delete_user`."""

        def job(connection: Connection) -> None:
            user = user_row(connection, username)
            _refuse_last_administrator(connection, user)
            for table in _HAVE_USERS:
                connection.execute(delete(table).where(table.c.user_id == user.id))
            connection.execute(delete(users).where(users.c.id == user.id))
            note_change(connection)

        await self._database.write(job)


def _refuse_last_administrator(connection: Connection, user: AnyRow) -> None:
    if not user.is_admin:
        return
    administrators = select(func.count()).select_from(users).where(users.c.is_admin)
    if connection.execute(administrators).scalar_one() == 1:
        raise Conflict(
            "user.last_administrator",
            f"{user.username} is the last administrator: without one nobody could administer this server. Make somebody"
            " else an administrator first.",
            username=user.username,
        )
