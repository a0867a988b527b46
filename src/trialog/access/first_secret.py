"""The beginning: a secret, shown once to whoever starts the server, makes the first administrator."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from trialog.access.passwords import Passwords, check_password
from trialog.access.refusals import not_authenticated
from trialog.contracts.accounts import AccountStore
from trialog.entities import User

FIRST_SECRET_SECONDS = 60 * 60
_SECRET_BYTES = 24
_LONGEST_SECRET = 256


@dataclass(frozen=True)
class FirstSecret:
    """What a server keeps of the secret that it showed; all its processes keep the same.

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
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._secret = secret
        self._now = now
        self._creating = asyncio.Lock()

    async def create(self, secret: str, username: str, password: str, address: str) -> User:
        """Make the first administrator.

        Args:
            secret: What was given as the secret.
            username: Her name.
            password: Her password.
            address: IP address of the client.

        Raises:
            Unauthenticated: The secret is wrong or has expired, or there is an account already.
            InvalidParameter: The name or the password may not be set; the secret still counts.
            TooManyRequests: Too many passwords wait to be hashed.
        """
        self._check(secret)
        check_password(password, username)
        async with self._creating:
            # Under the lock, so that of two at once the second finds the account of the first.
            self._check(secret)
            if await self._accounts.list_users():
                self._secret = None
                raise not_authenticated()
            password_hash = await self._passwords.hash(password, client=address)
            user = await self._accounts.create_user(username, password_hash, is_admin=True)
            self._secret = None
        return user

    def _check(self, secret: str) -> None:
        kept = self._secret
        fits = kept is not None and hmac.compare_digest(_hash(secret[:_LONGEST_SECRET]), kept.secret_hash)
        if kept is None or not fits or self._now() >= kept.expires_at:
            raise not_authenticated()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
