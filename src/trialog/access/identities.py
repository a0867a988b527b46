"""Who asks: from what somebody shows of herself to an identity, or to the one refusal."""

import time
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from trialog.access.account_cache import AccountCache
from trialog.access.credentials import Credentials, PasswordCredentials
from trialog.access.networks import network_of, site_of
from trialog.access.passwords import Passwords
from trialog.access.recent import Recent
from trialog.access.refusals import not_authenticated
from trialog.access.sessions import SESSION_SECONDS, NewSession, new_session, session_hash
from trialog.access.shared_calls import SharedCalls
from trialog.access.throttle import LoginThrottle
from trialog.access.token_uses import TokenUses
from trialog.access.tokens import PresentedToken, parse_token
from trialog.access.verified import VerifiedPasswords
from trialog.contracts.accounts import AccountStore
from trialog.entities import Identity
from trialog.entities.clock import now_milliseconds
from trialog.errors import TrialogError

_REMEMBERED_TOKENS = 1000


class _Remembered(NamedTuple):
    """A token that counted.

    Args:
        presented: What was made of it, so that it need not be hashed again.
        identity: Whom it stood for.
        state: Of accounts, in which that was found out.
        until: When it is to be looked at again, however that state is: it expires, or its next use is noted. In
            milliseconds since 1970.
    """

    presented: PresentedToken
    identity: Identity
    state: object | None
    until: int


class Authenticator:
    """Finds out who somebody is.

    Whatever does not count is refused with the same words and, for passwords, after the same time: a wrong name or
    password, a token that is unknown, expired or revoked, a login that ended, a user who was deleted.

    Args:
        accounts: Where accounts are kept.
        passwords: Checks passwords.
        throttle: Slows guessers down.
        now: Tells the time in milliseconds since 1970.
        clock: Tells the time in seconds; it never goes back.
        session_seconds: How long a login of a browser lasts.
    """

    def __init__(
        self,
        accounts: AccountStore,
        passwords: Passwords,
        throttle: LoginThrottle | None = None,
        *,
        now: Callable[[], int] = now_milliseconds,
        clock: Callable[[], float] = time.monotonic,
        session_seconds: int = SESSION_SECONDS,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._throttle = throttle or LoginThrottle(clock)
        self._now = now
        self._session_seconds = session_seconds
        self._cache = AccountCache(accounts, clock)
        self._verified = VerifiedPasswords(clock)
        self._verifying: SharedCalls[None] = SharedCalls()
        self._uses = TokenUses(accounts)
        self._tokens: Recent[str, _Remembered] = Recent(_REMEMBERED_TOKENS)

    @property
    def accounts(self) -> AccountStore:
        """Where accounts are kept."""
        return self._accounts

    @property
    def passwords(self) -> Passwords:
        """What checks and hashes passwords."""
        return self._passwords

    def remembered(self, header: bytes) -> Identity | None:
        """Return whom an `Authorization` header stands for, if it shows a token and nothing changed since it counted.

        Clients ask many times a second: for nearly every request this answers, without asking or hashing anything.

        Args:
            header: All of it.

        Returns:
            Who it is; None if that is not remembered, which says nothing of whether it counts: `identify` knows.
        """
        scheme, _, text = header.partition(b" ")
        token = self._tokens.get(text.decode("latin-1"))
        if token is None or scheme.lower() != b"bearer" or self._now() >= token.until:
            return None
        state = self._cache.state
        return token.identity if state is not None and state is token.state else None

    async def identify(self, credentials: Credentials, address: str) -> Identity:
        """Return who shows these credentials.

        Args:
            credentials: What was shown.
            address: IP address of the client.

        Raises:
            Unauthenticated: They do not count.
            TooManyRequests: Too many attempts failed, or too many wait to be checked.
        """
        if isinstance(credentials, PasswordCredentials):
            return await self.by_password(credentials.username, credentials.password, address)
        return await self.by_token(credentials.text)

    async def by_password(self, username: str, password: str, address: str) -> Identity:
        """Return who has a name and a password.

        Args:
            username: The name.
            password: What was given as the password.
            address: IP address of the client.

        Raises:
            Unauthenticated: There is no such user, she has no password, or it is another.
            TooManyRequests: As for `identify`.
        """
        key = self._verified.key(username, password)
        identity = await self._already_verified(username, key)
        if identity is None:
            is_known = self._throttle.is_familiar(username, address)
            # First of all, so that a storm of wrong passwords costs next to nothing.
            self._passwords.check_place(site_of(address), is_known=is_known)
            # A client that begins with many requests at once has its password checked once.
            await self._verifying.call(
                (key, network_of(address)), lambda: self._verify(key, username, password, address, is_known=is_known)
            )
            # As things stand now: while the password was checked, it may have been changed.
            identity = await self._already_verified(username, key)
        if identity is None:
            raise not_authenticated()
        return identity

    async def by_token(self, text: str) -> Identity:
        """Return whom an API token stands for.

        Args:
            text: What was given as a token.

        Raises:
            Unauthenticated: It is none, is unknown or has expired.
        """
        remembered = self._tokens.get(text)
        presented = parse_token(text) if remembered is None else remembered.presented
        # As it was before anything is read: what is forgotten meanwhile is not to count later.
        state = self._cache.state
        known = None if presented is None else await self._cache.token(presented.token_id)
        if presented is None or known is None or not presented.fits(known.secret_hash):
            raise not_authenticated()
        now = self._now()
        if known.token.expires_at is not None and now >= known.token.expires_at:
            raise not_authenticated()
        until = self._uses.note(presented.token_id, now)
        if known.token.expires_at is not None:
            until = min(until, known.token.expires_at)
        self._tokens.set(text, _Remembered(presented, known.identity, state, until))
        return known.identity

    async def by_session(self, secret: str) -> Identity:
        """Return who logged in with a browser.

        Args:
            secret: The secret in the cookie.

        Raises:
            Unauthenticated: There is no such login, or it has ended.
        """
        secret_hash = session_hash(secret)
        known = None if secret_hash is None else await self._cache.session(secret_hash)
        if known is None or self._now() >= known.session.expires_at:
            raise not_authenticated()
        return known.identity

    async def named(self, username: str) -> Identity | None:
        """Return a user by name, for whoever knows otherwise that she asks; None if nobody has the name.

        Args:
            username: The name.
        """
        account = await self._cache.account(username)
        return None if account is None else account.identity

    async def begin_session(self, identity: Identity, previous: str | None = None) -> NewSession:
        """Begin a login of a browser, for somebody who just showed who she is.

        Args:
            identity: Who she is.
            previous: The secret of the login that the browser had till now, which ends.

        Raises:
            Unauthenticated: Nobody with an account stands behind the identity.
        """
        if identity.user_id is None:
            raise not_authenticated()
        if previous is not None:
            await self.end_session(previous)
        begun = new_session(identity.user_id, self._now(), seconds=self._session_seconds)
        await self._accounts.sessions.create(begun.secret_hash, begun.session)
        return begun

    async def end_session(self, secret: str) -> None:
        """End a login; one that is not there is no error.

        Args:
            secret: The secret in the cookie.
        """
        secret_hash = session_hash(secret)
        if secret_hash is not None:
            await self._accounts.sessions.delete(secret_hash)
            self._cache.forget_session(secret_hash)

    async def renewed(self, identity: Identity) -> Identity:
        """Return somebody with what she is permitted at this moment, whatever is remembered.

        It is asked before she is refused something: another process may just have permitted it to her, or made it for
        her.

        Args:
            identity: Who she is.
        """
        if identity.user_id is None:
            return identity
        return replace(identity, permissions=await self._cache.permissions_now(identity.user_id))

    async def close(self) -> None:
        """Finish what is still being written."""
        await self._uses.close()

    def accounts_changed(self) -> None:
        """Let a change of accounts that this process made count at once."""
        self._cache.forget()

    def made_something(self, identity: Identity) -> None:
        """Let it count at once that somebody owns what she just made.

        Args:
            identity: Who she is.
        """
        if identity.user_id is not None:
            self._cache.forget_permissions(identity.user_id)

    async def _already_verified(self, username: str, key: bytes) -> Identity | None:
        verified_hash = self._verified.hash_of(key)
        if verified_hash is None:
            return None
        account = await self._cache.account(username)
        if account is None or account.password_hash != verified_hash:
            self._verified.forget(key)
            return None
        return account.identity

    async def _verify(self, key: bytes, username: str, password: str, address: str, *, is_known: bool) -> None:
        attempt = self._throttle.begin(username, address)
        is_settled = False
        try:
            account = await self._cache.account(username)
            stored_hash = None if account is None else account.password_hash
            verification = await self._passwords.verify(
                password, stored_hash, client=site_of(address), is_known=is_known
            )
            is_settled = True
        finally:
            if not is_settled:
                self._throttle.abandoned(attempt)
        if stored_hash is None or not verification.matches:
            return
        self._throttle.succeeded(attempt)
        if verification.is_outdated:
            stored_hash = await self._renewed(username, password, stored_hash, site_of(address))
        self._verified.remember(key, stored_hash)

    async def _renewed(self, username: str, password: str, old_hash: str, client: str) -> str:
        try:
            new_hash = await self._passwords.hash(password, client=client, is_known=True)
            await self._accounts.users.renew_password_hash(username, old_hash=old_hash, new_hash=new_hash)
        except TrialogError:
            # The old hash is good enough until the next login; nobody is kept out because it could not be renewed.
            return old_hash
        self._cache.forget()
        return new_hash
