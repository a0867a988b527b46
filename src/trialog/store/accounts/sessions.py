"""Logins of browsers in SQL: hashes of their secrets, never the secrets."""

from sqlalchemy import Connection, delete, insert, literal, select

from trialog.entities import Session, User
from trialog.entities.clock import now_milliseconds
from trialog.store.account_tables import login_sessions, users
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.rows import USER_COLUMNS, user_of, user_row

_COLUMNS = ("secret_hash", "user_id", "created_at", "expires_at")


class SqlSessions(AccountPart):
    """Logins of a SQL store. Implements `trialog.contracts.accounts.SessionStore`."""

    async def create(self, secret_hash: bytes, session: Session) -> None:
        """See `SessionStore.create`."""
        table = login_sessions
        values = (secret_hash, session.user_id, session.created_at, session.expires_at)
        kept = [literal(value, table.c[name].type) for name, value in zip(_COLUMNS, values, strict=True)]
        # Nothing for a user who was deleted a moment ago: nobody could come by it.
        begin = insert(table).from_select(_COLUMNS, select(*kept).where(users.c.id == session.user_id))
        # What has expired counts for nobody: that it goes is no change that others have to hear of.
        forget = delete(table).where(table.c.expires_at <= now_milliseconds())

        def job(connection: Connection) -> None:
            connection.execute(forget)
            connection.execute(begin)

        await self._database.write(job)

    async def find(self, secret_hash: bytes) -> tuple[Session, User] | None:
        """See `SessionStore.find`."""
        statement = (
            select(
                *USER_COLUMNS,
                login_sessions.c.created_at.label("begun_at"),
                login_sessions.c.expires_at,
            )
            .join(users, users.c.id == login_sessions.c.user_id)
            .where(login_sessions.c.secret_hash == secret_hash, login_sessions.c.expires_at > now_milliseconds())
        )

        def job(connection: Connection) -> tuple[Session, User] | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else (Session(row.id, row.begun_at, row.expires_at), user_of(row))

        return await self._database.read(job)

    async def delete(self, secret_hash: bytes) -> None:
        """See `SessionStore.delete`."""
        mine = login_sessions.c.secret_hash == secret_hash

        def job(connection: Connection) -> None:
            if connection.execute(delete(login_sessions).where(mine)).rowcount:
                note_change(connection)

        await self._database.write(job)

    async def delete_of_user(self, username: str) -> None:
        """See `SessionStore.delete_of_user`."""

        def job(connection: Connection) -> None:
            theirs = login_sessions.c.user_id == user_row(connection, username).id
            if connection.execute(delete(login_sessions).where(theirs)).rowcount:
                note_change(connection)

        await self._database.write(job)
