"""Counts refusals that repeat, so that whoever is refused a thousand times a second fills no disk with that."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec.structs import replace

from trialog.access import network_of
from trialog.entities import AuditRecord

_SPAN_SECONDS: Final = 60.0
_MOST_KINDS: Final = 100


class _Kind(NamedTuple):
    """What refusals have in common that are counted together."""

    actor: str
    via: str
    network: str
    operation: str
    code: str
    resource: str


class RefusalCounts:
    """Lets the first refusal of each kind in a minute through, and makes one record of those that follow.

    Of whoever was not let in, a kind is her network, what she tried and why it was refused; what she asked for is hers
    to choose at will. Of a user it is what she asked for besides. When a minute has seen too many kinds of one user, or
    of those who were not let in, further ones are told apart by what was tried and why it was refused alone: how many
    records a minute makes is not for an attacker to say.

    Args:
        span_seconds: How long a minute is.
        most_kinds: How many kinds a minute tells apart, of each user and of all who were not let in.
        clock: Tells the time in seconds; it never goes back.
    """

    def __init__(
        self,
        span_seconds: float = _SPAN_SECONDS,
        *,
        most_kinds: int = _MOST_KINDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._span_seconds = span_seconds
        self._most_kinds = most_kinds
        self._clock = clock
        self._seen: dict[str, set[_Kind]] = {}
        self._repeated: dict[_Kind, AuditRecord] = {}
        self._ends = 0.0

    def note(self, record: AuditRecord) -> AuditRecord | None:
        """Take a refusal, and return it if it is to be written by itself: the first of its kind in a minute.

        Args:
            record: The refusal.
        """
        now = self._clock()
        if now >= self._ends and not self._repeated:
            self._seen.clear()
        if not self._seen:
            self._ends = now + self._span_seconds
        kind = _kind_of(record)
        seen = self._seen.setdefault(record.actor, set())
        if kind not in seen:
            if len(seen) < self._most_kinds:
                seen.add(kind)
                return record
            kind = kind._replace(network="", resource="")
        before = self._repeated.get(kind)
        self._repeated[kind] = record if before is None else _together(before, record)
        return None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes until there is something to `take`; None as long as nothing repeats."""
        return max(0.0, self._ends - self._clock()) if self._repeated else None

    def take(self) -> list[AuditRecord]:
        """Return what repeated, and begin another minute."""
        taken = list(self._repeated.values())
        self._repeated.clear()
        self._seen.clear()
        return taken


def _kind_of(record: AuditRecord) -> _Kind:
    is_known = bool(record.via)
    return _Kind(
        record.actor,
        record.via,
        network_of(record.address),
        record.operation,
        record.code,
        record.resource if is_known else "",
    )


def _together(first: AuditRecord, second: AuditRecord) -> AuditRecord:
    """Return one record of two refusals: of what they do not have in common it says nothing."""
    address = first.address if first.address == second.address else _common_network(first.address, second.address)
    return replace(
        second,
        address=address,
        resource=first.resource if first.resource == second.resource else "",
        times=first.times + second.times,
    )


def _common_network(first: str, second: str) -> str:
    """Return the network that two addresses belong to, or that one belongs to that the other names; else nothing."""
    networks = {network_of(address.removesuffix("/64")) for address in (first, second)}
    if len(networks) > 1:
        return ""
    network = networks.pop()
    return f"{network}/64" if ":" in network else network
