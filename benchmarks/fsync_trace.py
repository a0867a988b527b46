"""Shows with strace that the server syncs the disk before it acknowledges anything.

Usage: `python -m benchmarks.fsync_trace [clients]`. The server runs under strace while clients log points. In the
trace, between the arrival of each request and its answer, a sync must both begin and end; one sync may serve many
requests that wait together. Needs Linux and strace.
"""

import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.servers import Contestant, running, trialog_server
from tests.e2e.rest import RestClient

CLIENTS = 8
POINTS_PER_CLIENT = 100
SYSTEM_CALLS = "fdatasync,fsync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg"

# A line begins with the thread's id; a call that another thread interrupts is printed in two parts.
LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")
CALL = re.compile(r"(?P<name>\w+)\((?P<descriptor>\d+)")
UNFINISHED = " <unfinished ...>"
REQUEST = '"POST /api/2.0/mlflow/runs/log-metric '
ANSWER = '"HTTP/1.1 200 '


@dataclass
class Trace:
    """What a trace shows.

    Attributes:
        answers: Requests to log a point that were answered.
        syncs: Syncs that ended well.
        unsafe: Answers without a sync between request and answer.
        groups: Syncs after which at least one answer went out.
    """

    answers: int = 0
    syncs: int = 0
    unsafe: int = 0
    groups: int = 0
    _waiting: dict[str, int] = field(default_factory=dict)
    _begun_at_last_sync: int = -1
    _is_group_open: bool = False

    def request(self, descriptor: str, at: int) -> None:
        """A request arrived on a connection."""
        self._waiting[descriptor] = at

    def sync(self, begun: int) -> None:
        """A sync ended that had begun at some event."""
        self.syncs += 1
        self._begun_at_last_sync = max(self._begun_at_last_sync, begun)
        self._is_group_open = False

    def answer(self, descriptor: str) -> None:
        """An answer went out on a connection."""
        arrived = self._waiting.pop(descriptor, None)
        if arrived is None:
            return
        self.answers += 1
        self.unsafe += self._begun_at_last_sync < arrived
        self.groups += not self._is_group_open
        self._is_group_open = True


def read_trace(lines: Iterable[str]) -> Trace:
    """Follow requests, syncs and answers through the output of `strace -f`.

    Args:
        lines: The output.
    """
    trace = Trace()
    for begun, ended, call in _calls(lines):
        match = CALL.match(call)
        if match is None:
            continue
        name, descriptor = match["name"], match["descriptor"]
        if name in ("fdatasync", "fsync"):
            if call.endswith("= 0"):
                trace.sync(begun)
        elif name in ("read", "recvfrom", "recvmsg"):
            if REQUEST in call:
                trace.request(descriptor, ended)
        elif ANSWER in call:
            trace.answer(descriptor)
    return trace


def main() -> int:
    """Log points to a traced server, print what the trace shows, and return 1 if an answer came before its sync."""
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS
    if shutil.which("strace") is None:
        raise SystemExit("This needs strace. On Debian or Ubuntu: apt-get install strace.")
    trialog = trialog_server()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        output = directory / "trace"
        # The text of a call is cut after the part that tells requests and answers.
        strace = ("strace", "-f", "-q", "-s", "64", "-e", f"trace={SYSTEM_CALLS}", "-e", "signal=none")
        traced = Contestant(trialog.name, trialog.version, (*strace, "-o", str(output), *trialog.command))
        with running(traced, directory) as server:
            _log_from(clients, server.url)
            # strace passes no interrupt on: the server itself must be told to stop.
            for process in server.process.children():
                process.terminate()
            psutil.wait_procs([server.process], timeout=30)
        with output.open(encoding="utf-8", errors="replace") as lines:
            trace = read_trace(lines)
    print(
        f"{clients} clients: {trace.answers} points acknowledged in {trace.groups} groups, {trace.syncs} syncs; "
        f"{trace.unsafe} acknowledged without a sync between request and answer"
    )
    return 1 if trace.unsafe or trace.answers != clients * POINTS_PER_CLIENT else 0


def _log_from(clients: int, url: str) -> None:
    threads = [threading.Thread(target=_log, args=(url,)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _log(url: str) -> None:
    with RestClient(url) as rest:
        run_id = rest.create_run()
        for step in range(POINTS_PER_CLIENT):
            rest.log_metric(run_id, "loss", 1 / (step + 1), step=step)


def _calls(lines: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Each whole system call with the numbers of the lines where it began and ended, in the order of their ends.

    An answer counts when its call begins: from then on the client may have it.
    """
    open_calls: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        match = LINE.match(line.rstrip("\n"))
        if match is None:
            continue
        thread, text = match["thread"], match["rest"]
        resumed = RESUMED.match(text)
        if resumed is not None:
            begun, start = open_calls.pop(thread, (number, ""))
            if ANSWER not in start:
                yield begun, number, start + resumed["rest"]
        elif text.endswith(UNFINISHED):
            start = text.removesuffix(UNFINISHED)
            open_calls[thread] = number, start
            if ANSWER in start:
                yield number, number, start
        else:
            yield number, number, text


if __name__ == "__main__":
    sys.exit(main())
