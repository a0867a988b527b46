"""Accounts as they were a moment ago, so that requests need not ask the store who somebody is."""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from trialog.access.grants import arrange
from trialog.access.kept import Kept
from trialog.access.shared_calls import SharedCalls
from trialog.access.tokens import TOKEN_VIA
from trialog.contracts.accounts import AccountStore
from trialog.entities import ApiToken, Grants, Identity, PermissionLevel, ResourceType, Session, User
from trialog.errors import ResourceNotFound

_FRESH_SECONDS = 0.5
_ENTRIES = 10_000


class Account(NamedTuple):
    """A user, as she is known when she logs in with a password.

    Args:
        identity: Who she is then.
        password_hash: What her password has to fit; None if she has none.
    """

    identity: Identity
    password_hash: str | None


class KnownToken(NamedTuple):
    """A token as it is stored.

    Args:
        token: The token, expired or not.
        identity: Who shows it.
        secret_hash: What it has to fit.
    """

    token: ApiToken
    identity: Identity
    secret_hash: bytes


class KnownSession(NamedTuple):
    """A login as it is stored.

    Args:
        session: The login, expired or not.
        identity: Who logged in.
    """

    session: Session
    identity: Identity


Known = TypeVar("Known", Account, KnownToken, KnownSession)


class _Permissions(NamedTuple):
    """What a user is permitted."""

    grants: dict[str, dict[ResourceType, Grants]]


class AccountCache:
    """Keeps what was read of accounts until any of them changes.

    Whether one did is asked of the store every half second at most, so that what another process changes counts within
    a second.

    Args:
        accounts: Where accounts are kept.
        clock: Tells the time in seconds; it never goes back.
    """

    def __init__(self, accounts: AccountStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._version: int | None = None
        self._fresh_until: float | None = None
        self._asking: SharedCalls[None] = SharedCalls()
        self._by_name = Kept(self._read_account, _ENTRIES)
        self._by_token = Kept(self._read_token, _ENTRIES)
        self._by_session = Kept(self._read_session, _ENTRIES)
        self._permissions = Kept(self._read_permissions, _ENTRIES)
        self._state = object()

    @property
    def state(self) -> object | None:
        """What stays the same until anything is forgotten; None if the store is to be asked first whether it changed.

        Whatever was found out in one state holds as long as that is this one.
        """
        is_fresh = self._fresh_until is not None and self._clock() < self._fresh_until
        return self._state if is_fresh else None

    def forget(self) -> None:
        """Forget everything, because this process changed accounts: the change counts from now on."""
        self._state = object()
        self._by_name.clear()
        self._by_token.clear()
        self._by_session.clear()
        self._permissions.clear()

    def forget_permissions(self, user_id: int) -> None:
        """Forget what one user is permitted, because she just made something: it is hers from now on.

        Nobody else's is forgotten, however much she makes; that waits for the next look.
        """
        self._state = object()
        self._permissions.forget(user_id)

    def forget_session(self, secret_hash: bytes) -> None:
        """Forget a login, because this process ended it."""
        self._state = object()
        self._by_session.forget(secret_hash)

    async def account(self, username: str) -> Account | None:
        """Return a user by name; None if nobody has it."""
        await self._refresh()
        known = await self._by_name.get(username)
        return None if known is None else await self._with_permissions(known)

    async def token(self, token_id: str) -> KnownToken | None:
        """Return a token with whom it stands for; None if there is none."""
        await self._refresh()
        known = await self._by_token.get(token_id)
        return None if known is None else await self._with_permissions(known)

    async def session(self, secret_hash: bytes) -> KnownSession | None:
        """Return a login; None if there is none."""
        await self._refresh()
        known = await self._by_session.get(secret_hash)
        return None if known is None else await self._with_permissions(known)

    async def permissions_now(self, user_id: int) -> dict[str, dict[ResourceType, Grants]]:
        """Return what a user is permitted at this moment: read anew only if anything of accounts changed."""
        if await self._accounts.version() != self._version:
            # Hers alone: whoever makes things and is refused others by turns must not keep everybody's forgotten.
            self.forget_permissions(user_id)
        return await self._permitted(user_id)

    async def _refresh(self) -> None:
        if self._fresh_until is None or self._clock() >= self._fresh_until:
            # Everybody waits for the answer: an old one must not count for as long as the store is slow.
            await self._asking.call("version", self._ask)

    async def _ask(self) -> None:
        asked = self._clock()
        version = await self._accounts.version()
        if version != self._version:
            self._version = version
            self.forget()
        self._fresh_until = asked + _FRESH_SECONDS

    async def _read_account(self, username: str) -> Account | None:
        try:
            user = await self._accounts.users.get(username)
        except ResourceNotFound:
            return None
        password_hash = await self._accounts.users.password_hash(username)
        return Account(await self._identity(user, "password"), password_hash)

    async def _read_token(self, token_id: str) -> KnownToken | None:
        found = await self._accounts.tokens.find(token_id)
        if found is None:
            return None
        token, user, secret_hash = found
        return KnownToken(token, await self._identity(user, TOKEN_VIA + token_id, token.scope), secret_hash)

    async def _read_session(self, secret_hash: bytes) -> KnownSession | None:
        found = await self._accounts.sessions.find(secret_hash)
        if found is None:
            return None
        session, user = found
        return KnownSession(session, await self._identity(user, "session"))

    async def _read_permissions(self, user_id: int) -> _Permissions | None:
        return _Permissions(arrange(await self._accounts.permissions.of_user(user_id)))

    async def _identity(self, user: User, via: str, scope: PermissionLevel = PermissionLevel.MANAGE) -> Identity:
        # One copy for all the ways in which she may come: who makes much has many.
        return Identity(
            actor=user.username,
            user_id=user.user_id,
            is_admin=user.is_admin,
            scope=scope,
            permissions=await self._permitted(user.user_id),
            via=via,
        )

    async def _with_permissions(self, known: Known) -> Known:
        """Return what is known with what she is permitted, where that alone was forgotten since."""
        identity = known.identity
        permissions = identity.permissions if identity.user_id is None else await self._permitted(identity.user_id)
        if permissions is identity.permissions:
            return known
        return known._replace(identity=replace(identity, permissions=permissions))

    async def _permitted(self, user_id: int) -> dict[str, dict[ResourceType, Grants]]:
        permissions = await self._permissions.get(user_id)
        return {} if permissions is None else permissions.grants
