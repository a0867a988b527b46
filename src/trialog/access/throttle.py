"""Attempts to log in with a password: the more of them fail, the longer the next has to wait.

Failures are counted by user name and by the networks of the client. Whoever guesses one user's password from many
addresses is slowed down by the name, whoever guesses many users' passwords from one network by that. Neither may lock a
user out: from where she logged in before only her own failures there count, and from where nothing has failed yet she
has one try, whatever was guessed at her name elsewhere; of such tries a name has a number in an hour, so that a guesser
with very many networks is bounded too.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from trialog.access.networks import networks_of
from trialog.access.recent import Recent
from trialog.access.refusals import too_many_logins
from trialog.entities.account_limits import MAX_ACCOUNT_NAME_LENGTH

_REMEMBERED = 10_000
_FORGIVEN_AFTER_SECONDS = 900.0
_LONGEST_DELAY_SECONDS = 60.0
# A few slips of the finger are nobody's fault; behind one address there may be an office, behind a wide network many.
_FREE_FAILURES: Final[Mapping[str, int]] = {"user": 5, "pair": 5, "network 0": 20, "network 1": 60, "network 2": 200}
_FIRST_TRIES_OF_NAME = 100
_FIRST_TRIES_COUNT_SECONDS = 3600.0


class _Failures(NamedTuple):
    """How often something failed, and when last."""

    times: int
    last: float


class _FirstTries(NamedTuple):
    """How often a name was tried from where nothing had failed, and since when that is counted."""

    times: int
    since: float


class _Counted(NamedTuple):
    """What an attempt counts for: a name, a network, or a name at a network."""

    kind: str
    name: str
    network: str


class Attempt(NamedTuple):
    """One attempt to log in, under way.

    Args:
        username: The name that was given, as it is counted; empty if there is none yet.
        network: The narrowest network that it came from.
        counted: What it counts for.
    """

    username: str
    network: str
    counted: tuple[_Counted, ...]


class LoginThrottle:
    """Counts failures and says who has to wait.

    Args:
        clock: Tells the time in seconds; it never goes back.
        remembered: How many names, networks of each width and pairs of both are kept in mind.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, remembered: int = _REMEMBERED) -> None:
        self._clock = clock
        self._failures: Recent[_Counted, _Failures] = Recent(len(_FREE_FAILURES) * remembered)
        self._first_tries: Recent[str, _FirstTries] = Recent(remembered)
        self._familiar: Recent[tuple[str, str], bool] = Recent(remembered)

    @property
    def size(self) -> int:
        """How much is kept in mind; it does not grow for good."""
        return len(self._failures) + len(self._first_tries) + len(self._familiar)

    def is_familiar(self, username: str, address: str) -> bool:
        """Tell whether somebody logged in from there before.

        Args:
            username: The name that was given.
            address: IP address of the client.
        """
        return bool(self._familiar.get((_counted_name(username), networks_of(address)[0])))

    def begin(self, username: str, address: str) -> Attempt:
        """Let an attempt begin.

        It counts as failed until something else is said of it, so that many at once get no further than one after the
        other.

        Args:
            username: The name that was given, of a user or not.
            address: IP address of the client.

        Raises:
            TooManyRequests: It has to wait. This counts for nothing.
        """
        name, networks = _counted_name(username), networks_of(address)
        by_network = _by_network(networks)
        if self.is_familiar(username, address):
            return self._begun(name, networks[0], (_Counted("pair", name, networks[0]),))
        of_user, now = _Counted("user", name, ""), self._clock()
        if self._delay(of_user, now) > 0 and self._take_first_try(name, by_network[-1], now):
            return self._begun(name, networks[0], by_network)
        return self._begun(name, networks[0], (of_user, *by_network))

    def begin_unnamed(self, address: str) -> Attempt:
        """Let an attempt begin of which nobody knows yet whose it is: it counts for where it comes from.

        Args:
            address: IP address of the client.

        Raises:
            TooManyRequests: As for `begin`.
        """
        networks = networks_of(address)
        return self._begun("", networks[0], _by_network(networks))

    def succeeded(self, attempt: Attempt) -> None:
        """Note that an attempt was right.

        What others failed at stays counted: who has an account shall not get more guesses at others' by using it.
        """
        self._familiar.set((attempt.username, attempt.network), True)
        self._failures.forget(_Counted("pair", attempt.username, attempt.network))
        self.abandoned(attempt)

    def abandoned(self, attempt: Attempt) -> None:
        """Note that nobody found out whether an attempt was right: it does not count."""
        for item in attempt.counted:
            failures = self._failures.get(item)
            if failures is not None:
                self._failures.set(item, _Failures(max(0, failures.times - 1), failures.last))

    def _begun(self, name: str, network: str, counted: tuple[_Counted, ...]) -> Attempt:
        now = self._clock()
        seconds = max(self._delay(item, now) for item in counted)
        if seconds > 0:
            raise too_many_logins(math.ceil(seconds))
        for item in counted:
            self._count(item, now)
        return Attempt(name, network, counted)

    def _take_first_try(self, name: str, site: _Counted, now: float) -> bool:
        """Tell whether a name may be tried once more from where nothing has failed, and count it."""
        if self._times(site, now):
            return False
        tries = self._first_tries.get(name)
        if tries is None or now - tries.since >= _FIRST_TRIES_COUNT_SECONDS:
            tries = _FirstTries(0, now)
        if tries.times >= _FIRST_TRIES_OF_NAME:
            return False
        self._first_tries.set(name, tries._replace(times=tries.times + 1))
        return True

    def _count(self, item: _Counted, now: float) -> None:
        self._failures.set(item, _Failures(self._times(item, now) + 1, now))

    def _times(self, item: _Counted, now: float) -> int:
        failures = self._failures.get(item)
        if failures is None or now - failures.last >= _FORGIVEN_AFTER_SECONDS:
            return 0
        return failures.times

    def _delay(self, item: _Counted, now: float) -> float:
        failures = self._failures.get(item)
        excess = self._times(item, now) - _FREE_FAILURES[item.kind]
        if failures is None or excess < 0:
            return 0.0
        # Doubling, and no number too great to double.
        return failures.last + min(_LONGEST_DELAY_SECONDS, 2.0 ** min(excess, 16)) - now


def _counted_name(username: str) -> str:
    return username[:MAX_ACCOUNT_NAME_LENGTH].casefold()


def _by_network(networks: tuple[str, ...]) -> tuple[_Counted, ...]:
    return tuple(_Counted(f"network {width}", "", network) for width, network in enumerate(networks))
