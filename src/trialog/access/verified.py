"""Passwords that were right a moment ago: who sends one with every request shall not pay for its hash every time."""

import hmac
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from trialog.access.recent import Recent

_SECONDS = 300.0
_ENTRIES = 10_000
_KEY_BYTES = 32


class _Verified(NamedTuple):
    """What a password was checked against, and until when that counts."""

    stored_hash: str
    until: float


class VerifiedPasswords:
    """Remembers for a while which passwords were right, without the passwords.

    They are known by an HMAC under a key that is made anew by each process and never leaves it: who reads the memory's
    keys cannot try passwords on them elsewhere.

    Args:
        clock: Tells the time in seconds; it never goes back.
        seconds: How long each is remembered after its last use.
        entries: How many at most.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, seconds: float = _SECONDS, entries: int = _ENTRIES
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._verified: Recent[bytes, _Verified] = Recent(entries)

    def key(self, username: str, password: str) -> bytes:
        """Return what stands for a name with a password."""
        name = username.encode("utf-8", "surrogatepass")
        # The length in front, so that no other name and password read the same.
        message = b"%d:%b:%b" % (len(name), name, password.encode("utf-8", "surrogatepass"))
        return hmac.digest(self._key, message, "sha256")

    def remember(self, key: bytes, stored_hash: str) -> None:
        """Note that a name with a password was right.

        Args:
            key: What stands for them.
            stored_hash: The hash that the password fits.
        """
        self._verified.set(key, _Verified(stored_hash, self._clock() + self._seconds))

    def hash_of(self, key: bytes) -> str | None:
        """Return the hash that a password was found to fit; None if nothing is known of it.

        The password is right if the user's hash is still this one.
        """
        verified = self._verified.get(key)
        if verified is None:
            return None
        if self._clock() >= verified.until:
            self._verified.forget(key)
            return None
        # Used, it goes on: a job that asks all day finds no place to wait in while somebody guesses. Nothing is lost by
        # it, as a password that was changed does not count by this anyway.
        self.remember(key, verified.stored_hash)
        return verified.stored_hash

    def forget(self, key: bytes) -> None:
        """Forget a name with a password."""
        self._verified.forget(key)
