"""A client that repeats what got no answer, as MLflow's does, and notes what it should never have seen."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic, perf_counter
from typing import Any, TypeVar

from tests.e2e.rest import CONNECTION_LOST, Refused, RestClient
from tests.soak.fleet import Member

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 120.0
_FIRST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 1.0
_UNAVAILABLE = 503
_MOST_FAULTS = 20


class GaveUp(Exception):
    """A request was not answered for so long that its client gave up."""


@dataclass
class Experience:
    """What clients met with.

    Attributes:
        seconds: How long each acknowledged request took, repetitions left out.
        outages: Answers 503 and connections lost while a server was being started again, by kind.
        faults: A sentence for each thing that should not have happened; the first of them.
    """

    seconds: list[float] = field(default_factory=list)
    outages: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add_fault(self, fault: str) -> None:
        """Note what should not have happened."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)


class RetryingClient:
    """A connection to a server, opened again whenever it breaks.

    Args:
        member: The server.
        experience: Where to note what it meets with.
    """

    def __init__(self, member: Member, experience: Experience) -> None:
        self._member = member
        self._experience = experience
        self._opened_at = member.deaths
        self._rest = RestClient(member.url)
        self._nobody_rings = threading.Event()

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a request until it is acknowledged.

        Raises:
            GaveUp: It was refused, or not acknowledged in time.
        """
        return self._repeat(f"POST {path}", lambda rest: rest.post(path, body))

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        """Ask until there is an answer.

        Raises:
            GaveUp: It was refused, or not answered in time.
        """
        return self._repeat(f"GET {path}", lambda rest: rest.get(path, **parameters))

    def close(self) -> None:
        """Close the connection."""
        self._rest.close()

    def _repeat(self, what: str, send: Callable[[RestClient], Answer]) -> Answer:
        deadline = monotonic() + PATIENCE_SECONDS
        wait = _FIRST_WAIT_SECONDS
        while monotonic() < deadline:
            begin = perf_counter()
            try:
                answer = send(self._rest)
            except Refused as refusal:
                if refusal.status != _UNAVAILABLE:
                    self._experience.add_fault(f"{what} was answered {refusal}")
                    raise GaveUp(what) from refusal
                self._note("503", f"{what} was answered {refusal}")
            except CONNECTION_LOST as error:
                self._note("connection lost", f"{what} lost its connection: {error!r}")
                self._open_again()
            else:
                self._experience.seconds.append(perf_counter() - begin)
                return answer
            self._nobody_rings.wait(wait * random.uniform(0.5, 1.0))  # noqa: S311  spreads clients, hides nothing
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
        self._experience.add_fault(f"{what} was not acknowledged within {PATIENCE_SECONDS:.0f} s")
        raise GaveUp(what)

    def _note(self, kind: str, fault: str) -> None:
        if self._member.may_fail(self._opened_at):
            self._experience.outages[kind] += 1
        else:
            self._experience.add_fault(fault)

    def _open_again(self) -> None:
        self._rest.close()
        self._opened_at = self._member.deaths
        self._rest = RestClient(self._member.url)
