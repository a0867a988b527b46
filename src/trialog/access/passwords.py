"""Passwords: what they must be like, and how they are hashed and checked without keeping anybody else waiting."""

import asyncio
import os
import re
import string
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar, TypeVarTuple

from trialog.access.places import Places
from trialog.errors import InvalidParameter

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
# What is tried first, whatever digits and signs stand around it; older MLflow shipped "password1234" as everybody's.
_TRIED_FIRST = re.compile(
    "(?:password|passwort|changeme|letmein|welcome|qwertyuiop|qwerty|administrator|admin|secret|trialog|mlflow)+"
)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_AROUND = string.digits + string.punctuation + string.whitespace
_LETTERS_FOR_SIGNS = str.maketrans("0@$", "oas")
_ROW_OF_DIGITS = "1234567890"
_WAITING = 16
_WAITING_OF_ONE_CLIENT = 4
_NICENESS = 10

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


class HashingCost(NamedTuple):
    """What one hash costs whoever computes it.

    19 MiB and two passes are what OWASP asks for at least of argon2id: some 30 ms of one core. One lane, because more
    would only spread the same work over more cores, which other requests need; more memory would mostly cost time
    here, while the throttle and the length of passwords already keep a guesser from getting anywhere.

    Args:
        memory_kib: Memory to fill, in KiB.
        passes: How often.
    """

    memory_kib: int = 19 * 1024
    passes: int = 2


class Verification(NamedTuple):
    """What came of checking a password.

    Args:
        matches: Whether it is the right one.
        is_outdated: Whether its hash is cheaper to compute than new ones are, and should be made anew.
    """

    matches: bool
    is_outdated: bool = False


def check_password(password: str, username: str) -> None:
    """Refuse a password that may not be set.

    Args:
        password: What shall be the password.
        username: Whose.

    Raises:
        InvalidParameter: It is too short or too long, is her name, or is among those that are tried first.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidParameter(
            "password.too_short", f"Password must be at least {SHORTEST_PASSWORD} characters.", least=SHORTEST_PASSWORD
        )
    if len(password) > LONGEST_PASSWORD:
        raise InvalidParameter(
            "password.too_long", f"Password must be at most {LONGEST_PASSWORD} characters.", most=LONGEST_PASSWORD
        )
    if password.casefold() == username.casefold():
        raise InvalidParameter("password.is_username", "Password must not be the user's name.")
    if _is_tried_first(password.casefold()):
        raise InvalidParameter(
            "password.is_known",
            "Password must not be one of those that are tried first, such as a common word with digits, or one"
            " character again and again.",
        )


def _is_tried_first(folded: str) -> bool:
    if len(set(folded)) == 1 or folded == (_ROW_OF_DIGITS * len(folded))[: len(folded)]:
        return True
    spellings = (folded, folded.strip(_AROUND).translate(_LETTERS_FOR_SIGNS))
    return any(_TRIED_FIRST.fullmatch(_NO_LETTERS.sub("", text)) for text in spellings)


class Passwords:
    """Hashes and checks passwords in one thread of its own, one after the other.

    However many come in, they take one core and the memory of one hash, and whoever would have to wait long is told
    at once to come again.

    Args:
        cost: What new hashes cost.
        waiting: How many may wait in all; half of the places are kept for those who logged in before.
        waiting_of_one_client: How many of one client may wait, so that one cannot take all places.
    """

    def __init__(
        self,
        cost: HashingCost | None = None,
        *,
        waiting: int = _WAITING,
        waiting_of_one_client: int = _WAITING_OF_ONE_CLIENT,
    ) -> None:
        self._cost = cost or HashingCost()
        self._places = Places(waiting, waiting_of_one_client, of_strangers=waiting // 2)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trialog-passwords", initializer=_step_back)
        self._hasher: PasswordHasher | None = None
        self._nobodys_hash = ""

    def check_place(self, client: str = "", *, is_known: bool = False) -> None:
        """Refuse whoever would find no place to wait in, before anything else is done for her.

        Args:
            client: Who asks, such as an address.
            is_known: Whether she logged in before.

        Raises:
            TooManyRequests: Too many wait already.
        """
        self._places.check(client, is_known=is_known)

    async def hash(self, password: str, *, client: str = "", is_known: bool = False) -> str:
        """Return the hash to keep of a password.

        Args:
            password: One that `check_password` lets pass.
            client: As for `check_place`.
            is_known: As for `check_place`.

        Raises:
            TooManyRequests: Too many wait already.
        """
        with self._places.taken(client, is_known=is_known):
            return await self._in_thread(self._hash, password)

    async def verify(
        self, password: str, stored_hash: str | None, *, client: str = "", is_known: bool = False
    ) -> Verification:
        """Check a password against the hash that is kept of it.

        Args:
            password: What somebody gave as it.
            stored_hash: What is kept; None if there is no such user or she has no password. The answer is no then,
                and takes as long as any.
            client: As for `check_place`.
            is_known: As for `check_place`.

        Raises:
            TooManyRequests: Too many wait already.
        """
        with self._places.taken(client, is_known=is_known):
            return await self._in_thread(self._verify, password, stored_hash)

    def close(self) -> None:
        """Finish what is under way and end the thread."""
        self._thread.shutdown(cancel_futures=True)

    async def _in_thread(self, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _hash(self, password: str) -> str:
        return self._argon2().hash(_normal(password))

    def _verify(self, password: str, stored_hash: str | None) -> Verification:
        # Loaded with argon2 itself, see below.
        from argon2.exceptions import InvalidHashError, VerificationError

        hasher = self._argon2()
        is_anybody = stored_hash is not None
        if stored_hash is None:
            self._nobodys_hash = self._nobodys_hash or hasher.hash(b"nobody's password")
            stored_hash = self._nobodys_hash
        try:
            hasher.verify(stored_hash, _normal(password))
            return Verification(is_anybody, is_anybody and hasher.check_needs_rehash(stored_hash))
        except (InvalidHashError, VerificationError):
            return Verification(matches=False)

    def _argon2(self) -> "PasswordHasher":
        if self._hasher is None:
            # A package that servers without accounts need not load.
            from argon2 import PasswordHasher

            self._hasher = PasswordHasher(time_cost=self._cost.passes, memory_cost=self._cost.memory_kib, parallelism=1)
        return self._hasher


def _step_back() -> None:
    """Let the threads that answer requests go first where there are fewer cores than work."""
    # Only Linux gives a single thread a priority of its own; elsewhere this would slow the whole server.
    if sys.platform == "linux":
        # Where it is forbidden, it goes without.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _normal(password: str) -> bytes:
    """Return the bytes of a password, the same for every way of composing its letters."""
    # A lone surrogate is no text, but somebody may send one all the same.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
