"""One round: a server started on an empty store, loaded in every way, and asked for what it stored."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import SyncCost, measure_sync
from benchmarks.servers import Contestant, Running, running
from benchmarks.wrk import Kind, Load, load
from tests.e2e.rest import RestClient

CONNECTIONS = 20
BATCH_CONNECTIONS = 4
POINTS_PER_BATCH = 1000
BATCH_KEY = "batch_0"
POINTS_PER_BATCH_AND_KEY = 100
# MLflow's server goes on loading its workers for a while after its first answer.
SETTLE_SECONDS = 15
IDLE_SECONDS = 5


@dataclass(frozen=True)
class Round:
    """What one round showed of one server.

    Attributes:
        first_start: Seconds from the command to the first answer, on no store at all.
        start: The same on the store made before.
        cpu: Processors that it uses before any load.
        memory: Megabytes of all its processes before any load.
        processes: How many they are.
        sync: What a synchronous write cost just before the writes.
        health: Requests that touch no store, over 20 connections.
        many: `log_metric` over 20 connections.
        one: `log_metric` over one connection.
        batch: `log_batch` of 1000 points over 4 connections.
    """

    first_start: float
    start: float
    cpu: float
    memory: float
    processes: int
    sync: SyncCost
    health: Load
    many: Load
    one: Load
    batch: Load


def measure(contestant: Contestant, directory: Path, *, seconds: int) -> Round:
    """Measure a server once.

    Args:
        contestant: The server.
        directory: An empty directory for its store.
        seconds: How long each load lasts.

    Raises:
        SystemExit: It answered with errors, or what it answered is not stored.
    """
    with running(contestant, directory) as server:
        first_start = server.seconds_to_answer
    with running(contestant, directory) as server:
        cpu, memory, processes = idle_cpu(server), server.resident_megabytes(), len(server.tree())
        with RestClient(server.url) as rest:
            runs = [rest.create_run() for _ in range(CONNECTIONS)]
            alone = [rest.create_run()]
        health = load(server.url, "health", connections=CONNECTIONS, seconds=seconds)
        sync = measure_sync(directory)
        many = write(server, "log_metric", runs, connections=CONNECTIONS, seconds=seconds)
        one = write(server, "log_metric", alone, connections=1, seconds=seconds)
        batch = write(server, "log_batch", runs, connections=BATCH_CONNECTIONS, seconds=seconds)
        return Round(first_start, server.seconds_to_answer, cpu, memory, processes, sync, health, many, one, batch)


def write(server: Running, kind: Kind, runs: Sequence[str], *, connections: int, seconds: int) -> Load:
    """Load a server with writes and check that it stored each one that it acknowledged.

    Args:
        server: The server.
        kind: What to write.
        runs: Ids of the runs to log to.
        connections: How many at once.
        seconds: For how long.

    Raises:
        SystemExit: It answered with errors, or what it answered is not stored.
    """
    result = load(server.url, kind, connections=connections, seconds=seconds, runs=runs)
    key, each = (BATCH_KEY, POINTS_PER_BATCH_AND_KEY) if kind == "log_batch" else ("loss", 1)
    with RestClient(server.url) as rest:
        stored = sum(len(rest.history(run_id, key)) for run_id in runs) / each
    # wrk leaves when its time is over, without the answers to the last request of each connection.
    if result.failed or not result.answered <= stored <= result.answered + 2 * connections:
        raise SystemExit(f"{server.url} {kind}: {result.failed} failed, {result.answered} answered, {stored} stored")
    return result


def idle_cpu(server: Running) -> float:
    """Return what a server uses of the processors while nobody asks anything, 1 being the whole of one.

    Args:
        server: The server, just started.
    """
    time.sleep(SETTLE_SECONDS)
    before = server.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    return (server.cpu_seconds() - before) / IDLE_SECONDS
