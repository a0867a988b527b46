"""What a server acknowledged before it was killed must be there when it is started again."""

import os
import signal
import sys
import threading
from dataclasses import dataclass, field

from tests.e2e.rest import CONNECTION_LOST, RestClient
from tests.servers import RunningServer

KEY = "loss"
PATIENCE_SECONDS = 60


@dataclass
class Logging:
    """What one client logged.

    Attributes:
        run_id: Run it logs to.
        sent: How many points it sent, the steps 0, 1, 2 and so on.
        acknowledged: How many of them, from the first on, were answered.
    """

    run_id: str
    sent: int = 0
    acknowledged: int = 0


@dataclass
class _Crowd:
    wanted: int
    enough: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: int = 0

    def count(self) -> None:
        with self.lock:
            self.answers += 1
            if self.answers >= self.wanted:
                self.enough.set()


def log_until_killed(server: RunningServer, *, clients: int, answers: int) -> list[Logging]:
    """Log from several clients at once and kill the server without warning in the middle of it.

    Args:
        server: The server; it is dead afterwards.
        clients: How many, each on its own connection and run.
        answers: It is killed when so many points are acknowledged in all.

    Returns:
        What each client logged.
    """
    with RestClient(server.url) as rest:
        logs = [Logging(rest.create_run()) for _ in range(clients)]
    crowd = _Crowd(answers)
    threads = [threading.Thread(target=_log, args=(server.url, log, crowd)) for log in logs]
    for thread in threads:
        thread.start()
    enough = crowd.enough.wait(PATIENCE_SECONDS)
    kill(server)
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert enough, f"only {crowd.answers} points were acknowledged within {PATIENCE_SECONDS} s"
    return logs


def kill(server: RunningServer) -> None:
    """End a server at once, so that it can finish nothing."""
    if sys.platform == "win32":
        server.process.kill()
    else:
        os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(PATIENCE_SECONDS)


def faults(server: RunningServer, logs: list[Logging]) -> list[str]:
    """Compare what a server has with what was acknowledged.

    Args:
        server: Started again on the same store.
        logs: What the clients logged.

    Returns:
        A sentence for each point that is lost, doubled, changed or was never sent; empty if all is well.
    """
    found = []
    with RestClient(server.url) as rest:
        for log in logs:
            points = rest.history(log.run_id, KEY)
            stored = [(point["step"], point["value"]) for point in points]
            # The last point sent may be stored although its answer was lost with the server.
            possible = [[(step, value_at(step)) for step in range(end)] for end in (log.acknowledged, log.sent)]
            if stored not in possible:
                found.append(f"run {log.run_id}: {log.acknowledged} acknowledged, {len(stored)} stored: {stored[-3:]}")
    return found


def value_at(step: int) -> float:
    """Return the value that is logged at a step: one with many digits, so that a change of any shows."""
    return 1 / (step + 3)


def _log(url: str, log: Logging, crowd: _Crowd) -> None:
    try:
        with RestClient(url) as rest:
            while True:
                log.sent += 1
                rest.log_metric(log.run_id, KEY, value_at(log.acknowledged), step=log.acknowledged)
                log.acknowledged += 1
                crowd.count()
    except CONNECTION_LOST:
        return
