"""The beginning: a secret, shown once to whoever starts the server, makes the first administrator."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from trialog.access.passwords import Passwords, check_password
from trialog.access.refusals import not_authenticated
from trialog.contracts.accounts import AccountStore
from trialog.entities import User
from trialog.entities.clock import now_milliseconds
from trialog.errors import Conflict

FIRST_SECRET_SECONDS = 60 * 60
_SECRET_BYTES = 24
_LONGEST_SECRET = 256


@dataclass(frozen=True)
class FirstSecret:
    """What a server keeps of the secret that it showed; each server of a store shows one of its own.

    Attributes:
        secret_hash: Of the secret.
        expires_at: Until when it counts, in milliseconds since 1970.
    """

    secret_hash: bytes = field(repr=False)
    expires_at: int


def new_first_secret(now: int, *, seconds: int = FIRST_SECRET_SECONDS) -> tuple[str, FirstSecret]:
    """Make the secret of a first start.

    Args:
        now: The time, in milliseconds since 1970.
        seconds: How long it counts.

    Returns:
        The secret to show, and what to keep of it.
    """
    text = secrets.token_urlsafe(_SECRET_BYTES)
    return text, FirstSecret(_hash(text), now + seconds * 1000)


class FirstAdministrator:
    """Makes the first administrator, once.

    Args:
        accounts: Where accounts are kept.
        passwords: Hashes her password.
        secret: What is kept of the secret; None if none was shown.
        now: Tells the time in milliseconds since 1970.
    """

    def __init__(
        self,
        accounts: AccountStore,
        passwords: Passwords,
        secret: FirstSecret | None,
        *,
        now: Callable[[], int] = now_milliseconds,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._secret = secret
        self._now = now
        self._creating = asyncio.Lock()

    async def is_awaited(self) -> bool:
        """Tell whether there is no administrator yet, so that a secret can still make one."""
        if self._secret is not None and await has_administrator(self._accounts):
            # Somebody made one without the secret, by a command.
            self._secret = None
        return self._secret is not None

    async def create(self, secret: str, username: str, password: str, address: str) -> User:
        """Make the first administrator.

        Args:
            secret: What was given as the secret.
            username: Her name.
            password: Her password.
            address: IP address of the client.

        Raises:
            Unauthenticated: The secret is wrong or has expired, or there is an administrator already.
            InvalidParameter: The name or the password may not be set; the secret still counts.
            ResourceAlreadyExists: Somebody who is no administrator has the name; the secret still counts.
            TooManyRequests: Too many passwords wait to be hashed.
        """
        self._check(secret)
        check_password(password, username)
        async with self._creating:
            # Under the lock, so that of two at once the second finds the account of the first.
            self._check(secret)
            if await has_administrator(self._accounts):
                self._secret = None
                raise not_authenticated()
            password_hash = await self._passwords.hash(password, client=address)
            try:
                user = await self._accounts.users.create_first_administrator(username, password_hash)
            except Conflict as error:
                # Another process was faster.
                raise not_authenticated() from error
            self._secret = None
        return user

    def _check(self, secret: str) -> None:
        kept = self._secret
        fits = kept is not None and hmac.compare_digest(_hash(secret[:_LONGEST_SECRET]), kept.secret_hash)
        if kept is None or not fits or self._now() >= kept.expires_at:
            raise not_authenticated()


async def has_administrator(accounts: AccountStore) -> bool:
    """Tell whether there is an administrator; who came by an identity provider need not be one.

    Args:
        accounts: Where accounts are kept.
    """
    return any(user.is_admin for user in await accounts.users.all())


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
