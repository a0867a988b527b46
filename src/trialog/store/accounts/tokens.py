"""API tokens in SQL: hashes of their secrets, never the secrets."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, or_, select, update

from trialog.entities import ApiToken, PermissionLevel, User
from trialog.entities.account_limits import (
    EXPIRED_TOKENS_KEPT,
    MAX_TOKENS_OF_USER,
    check_account_name,
    check_token,
    folded_name,
    too_many_tokens,
)
from trialog.entities.clock import now_milliseconds
from trialog.errors import ResourceAlreadyExists, ResourceNotFound
from trialog.store.account_tables import api_tokens, users
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.rows import USER_COLUMNS, shown, user_of, user_row
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow

_TOKEN_COLUMNS = (
    api_tokens.c.token_id,
    api_tokens.c.name,
    api_tokens.c.scope,
    api_tokens.c.created_at.label("token_created_at"),
    api_tokens.c.expires_at,
    api_tokens.c.last_used_at,
    users.c.username,
)
_with_user = users.c.id == api_tokens.c.user_id
_newest = (
    select(*_TOKEN_COLUMNS).join(users, _with_user).order_by(api_tokens.c.created_at.desc(), api_tokens.c.id.desc())
)
_note_use = Prepared(
    update(api_tokens)
    .where(api_tokens.c.token_id == bindparam("known"), func.coalesce(api_tokens.c.last_used_at, -1) < bindparam("at"))
    .values(last_used_at=bindparam("moment")),
    ["moment", "known", "at"],
)


class SqlTokens(AccountPart):
    """API tokens of a SQL store. Implements `trialog.contracts.accounts.TokenStore`."""

    async def create(self, token: ApiToken, secret_hash: bytes) -> None:
        """See `TokenStore.create`."""
        check_token(token)
        check_account_name("token_id", token.token_id)

        def job(connection: Connection) -> None:
            user = user_row(connection, token.username)
            _make_room(connection, user, now_milliseconds())
            if connection.execute(select(api_tokens.c.id).where(_is(token.token_id))).first() is not None:
                raise ResourceAlreadyExists("token.exists", "There is a token of this id already. Make another one.")
            values = {
                "token_id": token.token_id,
                "user_id": user.id,
                "name": token.name,
                "scope": token.scope.value,
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "last_used_at": token.last_used_at,
                "secret_hash": secret_hash,
            }
            connection.execute(insert(api_tokens).values(values))
            note_change(connection)

        await self._database.write(job)

    async def find(self, token_id: str) -> tuple[ApiToken, User, bytes] | None:
        """See `TokenStore.find`."""
        columns = (
            *_TOKEN_COLUMNS,
            api_tokens.c.secret_hash,
            *(each for each in USER_COLUMNS if each.name != "username"),
        )
        statement = select(*columns).join(users, _with_user).where(_is(token_id))

        def job(connection: Connection) -> tuple[ApiToken, User, bytes] | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else (_token_of(row), user_of(row), bytes(row.secret_hash))

        return await self._database.read(job)

    async def all(self) -> list[ApiToken]:
        """See `TokenStore.all`."""
        return await self._listed(_newest)

    async def of_user(self, username: str) -> list[ApiToken]:
        """See `TokenStore.of_user`."""
        return await self._listed(_newest.where(users.c.folded == folded_name(username)))

    async def note_use(self, token_id: str, moment: int) -> None:
        """See `TokenStore.note_use`."""
        # Of several processes that note it, the latest use stays.
        await self._database.write(lambda connection: _note_use.many(connection, [(moment, _known(token_id), moment)]))

    async def delete(self, token_id: str) -> None:
        """See `TokenStore.delete`."""

        def job(connection: Connection) -> None:
            if not connection.execute(delete(api_tokens).where(_is(token_id))).rowcount:
                raise ResourceNotFound("token.not_found", f"There is no token with id={shown(token_id)}.")
            note_change(connection)

        await self._database.write(job)

    async def _listed(self, statement: Select[Any]) -> list[ApiToken]:
        return await self._database.read(lambda connection: [_token_of(row) for row in connection.execute(statement)])


def _is(token_id: str) -> ColumnElement[bool]:
    return api_tokens.c.token_id == _known(token_id)


def _known(token_id: str) -> str:
    """Return an id, or for what cannot be one the empty text, which none has."""
    return token_id if token_id.isprintable() else ""


def _token_of(row: AnyRow) -> ApiToken:
    return ApiToken(
        token_id=row.token_id,
        username=row.username,
        name=row.name,
        scope=PermissionLevel(row.scope),
        created_at=row.token_created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def _make_room(connection: Connection, user: AnyRow, now: int) -> None:
    """Forget what nobody looks for any more, and refuse who has too many that count."""
    theirs = api_tokens.c.user_id == user.id
    connection.execute(delete(api_tokens).where(theirs, api_tokens.c.expires_at <= now - EXPIRED_TOKENS_KEPT))
    counts = or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > now)
    count = select(func.count()).select_from(api_tokens).where(theirs, counts)
    if connection.execute(count).scalar_one() >= MAX_TOKENS_OF_USER:
        raise too_many_tokens(user.username)
