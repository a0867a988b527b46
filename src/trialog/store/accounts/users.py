"""Users in SQL, and their passwords."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from trialog.entities import ProviderIdentity, User
from trialog.entities.account_limits import check_new_user, check_provider_identity, folded_name
from trialog.entities.clock import now_milliseconds
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
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow

_HAVE_USERS = (api_tokens, group_members, login_sessions, user_permissions, user_roles)
_administrators = select(func.count()).select_from(users).where(users.c.is_admin)
_select_hash = Prepared(select(users.c.password_hash).where(users.c.folded == bindparam("folded")), ["folded"])


class SqlUsers(AccountPart):
    """Users of a SQL store. Implements `trialog.contracts.accounts.UserStore`."""

    async def create(
        self,
        username: str,
        password_hash: str | None,
        *,
        is_admin: bool = False,
        awaits_provider: bool = False,
        provider: ProviderIdentity | None = None,
    ) -> User:
        """See `UserStore.create`."""
        check_new_user(username, password_hash, provider, awaits_provider=awaits_provider)
        values = {"password_hash": password_hash, "is_admin": is_admin, "awaits_provider": awaits_provider}

        def job(connection: Connection) -> User:
            known_as = {} if provider is None else _known_as(connection, provider)
            return _create(connection, username, {**values, **known_as})

        return await self._database.write(job)

    async def create_first_administrator(self, username: str, password_hash: str) -> User:
        """See `UserStore.create_first_administrator`."""
        check_new_user(username, password_hash, None, awaits_provider=False)

        def job(connection: Connection) -> User:
            if connection.execute(_administrators).scalar_one():
                raise Conflict("user.administrator_exists", "There is an administrator already.")
            values = {"password_hash": password_hash, "is_admin": True, "awaits_provider": False}
            return _create(connection, username, values)

        return await self._database.write(job)

    async def get(self, username: str) -> User:
        """See `UserStore.get`."""
        return await self._database.read(lambda connection: user_of(user_row(connection, username)))

    async def password_hash(self, username: str) -> str | None:
        """See `UserStore.password_hash`."""
        folded = folded_name(username)

        def job(connection: Connection) -> str | None:
            found = _select_hash.rows(connection, (folded,))
            return found[0][0] if found else None

        return await self._database.read(job)

    async def of_provider(self, provider: ProviderIdentity) -> User | None:
        """See `UserStore.of_provider`."""
        check_provider_identity(provider)

        def job(connection: Connection) -> User | None:
            row = connection.execute(select(*USER_COLUMNS).where(*_is_known_as(provider))).one_or_none()
            return None if row is None else user_of(row)

        return await self._database.read(job)

    async def join_provider(self, username: str, provider: ProviderIdentity) -> User:
        """See `UserStore.join_provider`."""
        check_provider_identity(provider)

        def job(connection: Connection) -> User:
            user = user_row(connection, username)
            if not user.awaits_provider:
                raise Conflict(
                    "user.awaits_no_provider",
                    f"The account {user.username} does not wait for somebody of an identity provider.",
                    username=user.username,
                )
            values = {**_known_as(connection, provider), "awaits_provider": False}
            connection.execute(update(users).where(users.c.id == user.id).values(values))
            note_change(connection)
            return user_of(user_row(connection, username))

        return await self._database.write(job)

    async def all(self) -> list[User]:
        """See `UserStore.all`."""
        statement = select(*USER_COLUMNS).order_by(users.c.folded)
        return await self._database.read(lambda connection: [user_of(row) for row in connection.execute(statement)])

    async def update(
        self,
        username: str,
        *,
        password_hash: str | None = None,
        is_admin: bool | None = None,
        awaits_provider: bool | None = None,
    ) -> None:
        """See `UserStore.update`."""
        values: dict[str, Any] = {}
        if password_hash is not None:
            # Who has one is no longer waited for: whoever has the name elsewhere must not come in by it.
            values |= {"password_hash": password_hash, "awaits_provider": False}
        if is_admin is not None:
            values["is_admin"] = is_admin
        if awaits_provider is not None:
            values["awaits_provider"] = awaits_provider
        if awaits_provider:
            values |= {"oidc_issuer": None, "oidc_subject": None}

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
        """See `UserStore.renew_password_hash`."""
        mine = (users.c.folded == folded_name(username), users.c.password_hash == old_hash)

        def job(connection: Connection) -> None:
            if connection.execute(update(users).where(*mine).values(password_hash=new_hash)).rowcount:
                note_change(connection)

        await self._database.write(job)

    async def delete(self, username: str) -> None:
        """See `UserStore.delete`."""

        def job(connection: Connection) -> None:
            user = user_row(connection, username)
            _refuse_last_administrator(connection, user)
            for table in _HAVE_USERS:
                connection.execute(delete(table).where(table.c.user_id == user.id))
            connection.execute(delete(users).where(users.c.id == user.id))
            note_change(connection)

        await self._database.write(job)


def _create(connection: Connection, username: str, values: Mapping[str, Any]) -> User:
    folded = folded_name(username)
    if connection.execute(select(users.c.id).where(users.c.folded == folded)).first() is not None:
        raise ResourceAlreadyExists("user.exists", f"User (username={username}) already exists.", username=username)
    named = {**values, "username": username, "folded": folded, "created_at": now_milliseconds()}
    connection.execute(insert(users).values(named))
    note_change(connection)
    return user_of(user_row(connection, username))


def _is_known_as(provider: ProviderIdentity) -> tuple[ColumnElement[bool], ...]:
    return users.c.oidc_issuer == provider.issuer, users.c.oidc_subject == provider.subject


def _known_as(connection: Connection, provider: ProviderIdentity) -> dict[str, str]:
    """Return the values of a user's row that say so, unless another's says it."""
    if connection.execute(select(users.c.id).where(*_is_known_as(provider))).first() is not None:
        raise ResourceAlreadyExists(
            "user.provider_identity_exists", "Another account belongs to this user of the identity provider already."
        )
    return {"oidc_issuer": provider.issuer, "oidc_subject": provider.subject}


def _refuse_last_administrator(connection: Connection, user: AnyRow) -> None:
    if not user.is_admin:
        return
    if connection.execute(_administrators).scalar_one() == 1:
        raise Conflict(
            "user.last_administrator",
            f"{user.username} is the last administrator: without one nobody could administer this server. Make somebody"
            " else an administrator first.",
            username=user.username,
        )
