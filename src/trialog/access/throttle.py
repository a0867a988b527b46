"""Attempts to log in with a password: the more of them fail, the longer the next has to wait.

Failures are counted by user name and by client address. Whoever guesses one user's password from many addresses is
slowed down by the name, whoever guesses many users' passwords from one address by the address. Neither may lock a user
out: from an address where she logged in before only her own failures there count.
"""

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from trialog.access.recent import Recent
from trialog.access.refusals import too_many_logins

_REMEMBERED = 10_000
_FORGIVEN_AFTER_SECONDS = 900.0
_LONGEST_DELAY_SECONDS = 60.0
# A few slips of the finger are nobody's fault; behind one address there may be an office.
_FREE_FAILURES_OF_USER = 5
_FREE_FAILURES_OF_ADDRESS = 20
_LONGEST_NAME = 256


class _Failures(NamedTuple):
    """How often something failed, and when last."""

    times: int
    last: float


class _Counted(NamedTuple):
    """What an attempt counts for: a name, an address, or a name at an address."""

    kind: str
    name: str
    address: str

    @property
    def free_failures(self) -> int:
        return _FREE_FAILURES_OF_ADDRESS if self.kind == "address" else _FREE_FAILURES_OF_USER


class Attempt(NamedTuple):
    """One attempt to log in, under way.

    Args:
        username: The name that was given, as it is counted.
        address: The network that it came from.
        counted: What it counts for.
    """

    username: str
    address: str
    counted: tuple[_Counted, ...]


class LoginThrottle:
    """Counts failures and says who has to wait.

    Args:
        clock: Tells the time in seconds; it never goes back.
        remembered: How many names, addresses and pairs of them are kept in mind, each.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, remembered: int = _REMEMBERED) -> None:
        self._clock = clock
        self._failures: Recent[_Counted, _Failures] = Recent(3 * remembered)
        self._familiar: Recent[tuple[str, str], bool] = Recent(remembered)

    @property
    def size(self) -> int:
        """How much is kept in mind; it does not grow for good."""
        return len(self._failures) + len(self._familiar)

    def begin(self, username: str, address: str) -> Attempt:
        """Let an attempt begin.

        It counts as failed until something else is said of it, so that many at once get no further than one after the
        other.

        Args:
            username: The name that was given, of a user or not.
            address: IP address of the client, or its network.

        Raises:
            TooManyRequests: It has to wait. This counts for nothing.
        """
        name, network = username[:_LONGEST_NAME].casefold(), network_of(address)
        if self._familiar.get((name, network)):
            counted: tuple[_Counted, ...] = (_Counted("pair", name, network),)
        else:
            counted = (_Counted("user", name, ""), _Counted("address", "", network))
        now = self._clock()
        seconds = max(self._delay(item, now) for item in counted)
        if seconds > 0:
            raise too_many_logins(math.ceil(seconds))
        for item in counted:
            self._failures.set(item, _Failures(self._count(item, now) + 1, now))
        return Attempt(name, network, counted)

    def succeeded(self, attempt: Attempt) -> None:
        """Note that an attempt was right.

        What others failed at stays counted: who has an account shall not get more guesses at others' by using it.
        """
        self._familiar.set((attempt.username, attempt.address), True)
        self._failures.forget(_Counted("pair", attempt.username, attempt.address))
        self.abandoned(attempt)

    def abandoned(self, attempt: Attempt) -> None:
        """Note that nobody found out whether an attempt was right: it does not count."""
        for item in attempt.counted:
            failures = self._failures.get(item)
            if failures is not None:
                self._failures.set(item, _Failures(max(0, failures.times - 1), failures.last))

    def _count(self, item: _Counted, now: float) -> int:
        failures = self._failures.get(item)
        if failures is None or now - failures.last >= _FORGIVEN_AFTER_SECONDS:
            return 0
        return failures.times

    def _delay(self, item: _Counted, now: float) -> float:
        failures = self._failures.get(item)
        excess = self._count(item, now) - item.free_failures
        if failures is None or excess < 0:
            return 0.0
        # Doubling, and no number too great to double.
        return failures.last + min(_LONGEST_DELAY_SECONDS, 2.0 ** min(excess, 16)) - now


def network_of(address: str) -> str:
    """Return what stands for all addresses that one client can call from at will: of IPv6 the first 64 bits.

    Args:
        address: An IP address; anything else stands for itself.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:_LONGEST_NAME]
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped is not None else str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
