"""Measures how a large run is removed for good while others work: `python -m benchmarks.deletion`.

A run of sealed points, and one whose points are rows, are put into a store. A server is started on it, clients log,
read and search without a pause, and the run is removed with `trialog gc` through the server. Printed are seconds, the
memory that the server took on, how long the other requests took meanwhile and before, and the file before and after.
Beside it `mlflow gc` removes a run of MLflow's database.
"""

import argparse
import asyncio
import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.mlflow_environment import mlflow_python
from trialog.entities import Metric, NewRun
from trialog.store import open_store
from trialog.store.sealing import DEFAULT_RULE, SealingRule

NEVER = 10**15
ROWS_ONLY = SealingRule(hot=NEVER, idle=NEVER, straight=NEVER)
KEYS = 20
BATCH = 1000
HEADERS = {"Content-Type": "application/json"}
MLFLOW_RUN = """
import sys
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
store = SqlAlchemyStore(sys.argv[1], sys.argv[2])
run = store.create_run("0", "ada", 0, [], "large")
store.delete_run(run.info.run_id)
print(run.info.run_id)
"""


@dataclass
class Probe:
    """How long one kind of request took.

    Attributes:
        name: What it asks.
        before: Seconds of each while nothing was removed.
        during: Seconds of each that ran while the run was removed.
        failures: How many were refused or broke.
    """

    name: str
    before: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)
    failures: int = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sealed", type=int, default=10_000_000, help="points of the sealed run")
    parser.add_argument("--rows", type=int, default=2_000_000, help="points of the run that is rows")
    parser.add_argument("--mlflow", type=int, default=1_000_000, help="points of MLflow's run; 0 leaves it out")
    chosen = parser.parse_args()
    for what, value in describe(Path(tempfile.gettempdir())):
        print(f"{what}: {value}")
    for points, rule, name in (
        (chosen.sealed, DEFAULT_RULE, "sealed"),
        (chosen.rows, ROWS_ONLY, "rows"),
    ):
        if points:
            with tempfile.TemporaryDirectory() as directory:
                measure(Path(directory), points, rule, name)
    if chosen.mlflow:
        with tempfile.TemporaryDirectory() as directory:
            measure_mlflow(Path(directory), chosen.mlflow)


def measure(directory: Path, points: int, rule: SealingRule, name: str) -> None:
    """Remove a run of so many points from a store that serves."""
    run_id, beside = asyncio.run(_fill(directory / "trialog.db", points, rule))
    size = (directory / "trialog.db").stat().st_size
    probes = [Probe("log a metric"), Probe("read a run"), Probe("search 10 runs")]
    with (
        _unsealed(directory / "trialog.db", holds=rule is ROWS_ONLY),
        _server(directory) as (address, process),
        _asking(address, beside, probes) as is_removing,
    ):
        time.sleep(3)
        idle = _memory(process)
        peak = [idle]
        watching = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process, peak, watching))
        watcher.start()
        is_removing.set()
        begin = time.perf_counter()
        answers = list(_removed(address, run_id))
        seconds = time.perf_counter() - begin
        is_removing.clear()
        watching.set()
        watcher.join()
    returned = sum(answer["returned_bytes"] for answer in answers)
    print(f"\nTrialog, a run of {points:,} points, {name}: {seconds:.2f} s in {len(answers)} requests")
    print(f"  the server took on {peak[0] - idle:.0f} MB of memory beside {idle:.0f} MB")
    print(
        f"  file {size / 1e6:.1f} MB before, {returned / 1e6:.1f} MB given back, "
        f"{(directory / 'trialog.db').stat().st_size / 1e6:.1f} MB after the server stopped"
    )
    for probe in probes:
        print(
            f"  {probe.name:15} before {_summary(probe.before)} | meanwhile {_summary(probe.during)}"
            f" | failed {probe.failures}"
        )


def measure_mlflow(directory: Path, points: int) -> None:
    """Remove a run of so many points with MLflow's own command."""
    uri = f"sqlite:///{directory / 'mlflow.db'}"
    python = mlflow_python()
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_TRACKING_URI": uri}
    made = subprocess.run(
        [python, "-c", MLFLOW_RUN, uri, str(directory / "artifacts")],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    run_id = made.stdout.split()[-1]
    chance = random.Random(1)  # noqa: S311  makes values, hides nothing
    with closing(sqlite3.connect(directory / "mlflow.db")) as connection, connection:
        rows = (
            (f"m{step % KEYS}", chance.gauss(0, 1), 1_700_000_000_000 + 100 * step, run_id, step, 0)
            for step in range(points)
        )
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
    size = (directory / "mlflow.db").stat().st_size
    begin = time.perf_counter()
    process = subprocess.Popen(
        [python, "-m", "mlflow", "gc", "--backend-store-uri", uri, "--run-ids", run_id],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak = [0.0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process, peak, done))
    watcher.start()
    process.wait()
    seconds = time.perf_counter() - begin
    done.set()
    watcher.join()
    print(f"\nmlflow gc, a run of {points:,} points: {seconds:.2f} s (its start included), code {process.returncode}")
    print(
        f"  {peak[0]:.0f} MB of memory at most; file {size / 1e6:.1f} MB before, "
        f"{(directory / 'mlflow.db').stat().st_size / 1e6:.1f} MB after; nobody else can write meanwhile"
    )


async def _fill(file: Path, points: int, rule: SealingRule) -> tuple[str, str]:
    """Make the store; return the ids of the large run, which is deleted, and of one beside it."""
    store = await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/", sealing=rule)
    large = (await store.runs.create(NewRun("0", "ada"))).info.run_id
    beside = (await store.runs.create(NewRun("0", "ada"))).info.run_id
    for _ in range(200):
        small = (await store.runs.create(NewRun("0", "ada"))).info.run_id
        await store.runs.log_batch(small, metrics=[Metric(f"m{key}", float(key), 1, 1) for key in range(20)])
    chance = random.Random(1)  # noqa: S311  makes values, hides nothing
    for start in range(0, points, BATCH):
        key = f"m{start // BATCH % KEYS}"
        metrics = [
            Metric(key, chance.gauss(0, 1), 1_700_000_000_000 + 100 * step + chance.randrange(15), step)
            for step in range(start, start + BATCH)
        ]
        await store.runs.log_batch(large, metrics=metrics)
    await store.runs.delete(large)
    await store.close()
    return large, beside


@contextmanager
def _unsealed(file: Path, *, holds: bool) -> Iterator[None]:
    """Keep rows rows, as they are in a run that was logged just now: hold the lease under which they are sealed."""
    is_over = threading.Event()

    def hold() -> None:
        while holds and not is_over.is_set():
            until = int(time.time() * 1000) + 9000
            with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
                connection.execute("INSERT OR REPLACE INTO trialog_leases VALUES ('sealing', 'benchmark', ?)", (until,))
            is_over.wait(4)

    hold_once = threading.Thread(target=hold)
    hold_once.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        is_over.set()
        hold_once.join()


@contextmanager
def _server(directory: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    file = directory / "address"
    code = "import sys; from trialog.cli import main; main()"
    command = [sys.executable, "-c", code, "server", "--port", "0", "--address-file", str(file)]
    command += ["--backend-store-uri", f"sqlite:///{directory / 'trialog.db'}", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=directory, stderr=subprocess.DEVNULL)
    try:
        while not file.exists():
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield file.read_text(encoding="utf-8").strip().removeprefix("http://"), process
    finally:
        process.terminate()
        process.wait()


def _removed(address: str, run_id: str) -> Iterator[dict[str, Any]]:
    connection = http.client.HTTPConnection(address, timeout=60)
    answer = _ask(connection, "/api/trialog/v1/bin/remove", {"run_ids": [run_id]})
    yield answer
    while not answer["is_done"]:
        answer = _ask(connection, "/api/trialog/v1/bin/continue", {})
        yield answer


@contextmanager
def _asking(address: str, run_id: str, probes: list[Probe]) -> Iterator[threading.Event]:
    """Ask without a pause from one client a probe, until the block ends."""
    logged = iter(range(NEVER))
    asks: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        ("/api/2.0/mlflow/runs/log-metric", lambda: _point(run_id, next(logged))),
        ("/api/2.0/mlflow/runs/search", lambda: {"experiment_ids": ["0"], "filter": f"attributes.run_id = '{run_id}'"}),
        ("/api/2.0/mlflow/runs/search", lambda: {"experiment_ids": ["0"], "max_results": 10}),
    ]
    is_removing, is_over = threading.Event(), threading.Event()
    threads = [
        threading.Thread(target=_probe, args=(address, path, body, probe, is_removing, is_over))
        for probe, (path, body) in zip(probes, asks, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield is_removing
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _probe(
    address: str,
    path: str,
    body: Callable[[], dict[str, Any]],
    probe: Probe,
    is_removing: threading.Event,
    is_over: threading.Event,
) -> None:
    connection = http.client.HTTPConnection(address, timeout=60)
    while not is_over.is_set():
        during = is_removing.is_set()
        begin = time.perf_counter()
        try:
            _ask(connection, path, body())
        except (OSError, http.client.HTTPException, RuntimeError):
            probe.failures += 1
        (probe.during if during else probe.before).append(time.perf_counter() - begin)
        # Three clients that never rest would only measure each other on two cores.
        time.sleep(0.005)


def _ask(connection: http.client.HTTPConnection, path: str, body: dict[str, Any]) -> dict[str, Any]:
    connection.request("POST", path, json.dumps(body).encode(), HEADERS)
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}: {content[:200]!r}")
    answer: dict[str, Any] = json.loads(content)
    return answer


def _point(run_id: str, step: int) -> dict[str, Any]:
    return {"run_id": run_id, "key": "loss", "value": step / 3, "timestamp": step, "step": step}


def _memory(process: "subprocess.Popen[bytes]") -> float:
    """Return the resident memory of a process in MB; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)


def _watch(process: "subprocess.Popen[bytes]", peak: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(0.01):
        peak[0] = max(peak[0], _memory(process))


def _summary(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(1000 * one for one in seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"p50 {p50:.1f} p99 {p99:.1f} max {ordered[-1]:.1f} ms of {len(ordered)}"


if __name__ == "__main__":
    main()
