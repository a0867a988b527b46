"""Runs writers against servers that are killed, then reads everything back."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Protocol

from tests.e2e.rest import RestClient
from tests.soak.check import count_rows, read_history, wrong_histories, wrong_runs, wrong_summaries
from tests.soak.client import PATIENCE_SECONDS, Experience, GaveUp, RetryingClient
from tests.soak.fleet import Fleet
from tests.soak.writer import Writer

_TELL_SECONDS = 0.5
# Traces that a server leaves in its log when it failed without knowing why.
_TRACES = ("Traceback", "incident=")


@dataclass(frozen=True)
class Plan:
    """What a soak does.

    Attributes:
        store_uri: The store; an empty one, or one that a server made.
        writers: Clients that log at once.
        seconds: How long they log.
        kills: How often a server is killed meanwhile.
        servers: Servers over the store.
        seed: Of all chances.
    """

    store_uri: str
    writers: int = 64
    seconds: float = 600.0
    kills: int = 20
    servers: int = 1
    seed: int = 1


@dataclass
class Outcome:
    """What came of a soak.

    Attributes:
        seconds: How long was logged.
        kills: How often a server was killed.
        requests: Seconds that each acknowledged request took, sorted.
        points: Points acknowledged, those that were sent again included.
        outages: What clients met with while a server was started again, by kind.
        reads: Histories that were read while points were logged.
        rows: Points that were rows at the end.
        chunks: Chunks that there were at the end.
        faults: A sentence for each thing that should not have happened.
    """

    seconds: float = 0.0
    kills: int = 0
    requests: list[float] = field(default_factory=list)
    points: int = 0
    outages: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    rows: int = 0
    chunks: int = 0
    faults: list[str] = field(default_factory=list)


class Watching(Protocol):
    """Shows how far a soak is."""

    def show(self, phase: str, done: float, total: float) -> None:
        """Show it.

        Args:
            phase: What is being done.
            done: How much of it is done.
            total: How much there is.
        """


class Reader(threading.Thread):
    """Reads histories while writers log: each must have all that was acknowledged before, and nothing twice.

    Args:
        fleet: The servers.
        writers: Whose points are read.
        stop: Set when it is to end.
        seed: Of its chances.
    """

    def __init__(self, fleet: Fleet, writers: Sequence[Writer], stop: threading.Event, seed: int) -> None:
        super().__init__(name="reader", daemon=True)
        self.experience = Experience()
        self.reads = 0
        self._clients = [RetryingClient(member, self.experience) for member in fleet.members]
        self._writers = writers
        self._stop_event = stop
        self._chance = random.Random(seed)  # noqa: S311  chooses what to read

    def run(self) -> None:
        """Read until stopped, about once a second."""
        with suppress(GaveUp):  # the client noted it among the faults
            while not self._stop_event.wait(1.0):
                self._read()
        for client in self._clients:
            client.close()

    def _read(self) -> None:
        journal = self._chance.choice(self._writers).journal
        known = list(journal.points.items())
        if not known:
            return
        name, points = self._chance.choice(known)
        acknowledged = points.first(len(points.values))
        stored = read_history(self._chance.choice(self._clients), name)
        self.reads += 1
        where = f"run {name[0]}, metric {name[1]!r}, read while it grew:"
        if missing := acknowledged - set(stored):
            self.experience.add_fault(f"{where} {len(missing)} points are missing, such as {min(missing)}")
        if any(one >= next_one for one, next_one in pairwise(stored)):
            self.experience.add_fault(f"{where} points stand twice or out of order")


def soak(plan: Plan, directory: Path, watching: Watching, stop: threading.Event) -> Outcome:
    """Log, kill, and compare.

    Args:
        plan: What to do.
        directory: Where servers keep logs and artifacts.
        watching: Told how far it is.
        stop: Ends the logging early when it is set; what was logged is compared.
    """
    outcome = Outcome()
    with Fleet(directory, plan.store_uri, plan.servers) as fleet:
        with RestClient(fleet.members[0].url) as rest:
            shared_run = rest.create_run()
        writers = [
            Writer(number, fleet.members[number % plan.servers], shared_run, stop, plan.seed)
            for number in range(plan.writers)
        ]
        reader = Reader(fleet, writers, stop, plan.seed)
        threads = [*writers, reader]
        for thread in threads:
            thread.start()
        try:
            outcome.seconds = _kill_now_and_then(plan, fleet, watching, stop)
        finally:
            stop.set()
            for thread in threads:
                thread.join(2 * PATIENCE_SECONDS)
        outcome.kills, outcome.reads = fleet.kills, reader.reads
        outcome.faults += [f"{thread.name} did not end" for thread in threads if thread.is_alive()]
        _gather(outcome, writers, reader)
        journals = [writer.journal for writer in writers]
        with RestClient(fleet.members[-1].url) as rest:
            compared = wrong_histories(
                rest, journals, lambda done, total: watching.show("series compared", done, total)
            )
            outcome.faults += [*compared, *wrong_runs(rest, journals)]
    watching.show("tables checked", 0, 1)
    outcome.faults += wrong_summaries(plan.store_uri, journals)
    outcome.rows, outcome.chunks = count_rows(plan.store_uri)
    for member in fleet.members:
        log = member.log
        outcome.faults += [f"a server's log has {trace!r}" for trace in _TRACES if trace in log]
    watching.show("tables checked", 1, 1)
    return outcome


def _kill_now_and_then(plan: Plan, fleet: Fleet, watching: Watching, stop: threading.Event) -> float:
    """Let writers log for the time planned, or until they are stopped, and kill servers meanwhile."""
    begin = monotonic()
    while (elapsed := monotonic() - begin) < plan.seconds or fleet.kills < plan.kills:
        if fleet.kills < plan.kills and elapsed >= plan.seconds * (fleet.kills + 1) / (plan.kills + 1):
            fleet.kill_next()
        watching.show(f"logging, {fleet.kills} kills", min(elapsed, plan.seconds), plan.seconds)
        if stop.wait(_TELL_SECONDS):
            break
    return monotonic() - begin


def _gather(outcome: Outcome, writers: Sequence[Writer], reader: Reader) -> None:
    for writer in writers:
        outcome.requests += writer.experience.seconds
        outcome.points += sum(len(points.values) for points in writer.journal.points.values())
    outcome.requests.sort()
    for experience in (*(writer.experience for writer in writers), reader.experience):
        outcome.outages += experience.outages
        outcome.faults += experience.faults
