"""Measures what sealing costs and gives: `python -m benchmarks.sealing --points 5000000`.

Logs long noisy series over the store's own interface, with sealing and without, and prints points a second, how long
requests took (a single metric beside them too), how long slices of the sealer held the writer, what was still rows when
the last request was answered and once the sealer was done, bytes a point, and how fast points are read.
"""

import argparse
import asyncio
import gc
import logging
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.machine import describe
from trialog.entities import Metric, NewRun
from trialog.store import SqlStore, open_store
from trialog.store.chunk_codec import CODEC, Columns, decode_points, encode_points
from trialog.store.double_keys import to_keys
from trialog.store.sealing import SealingRule

NEVER = 10**15
RULES = {
    "rows only": SealingRule(hot=NEVER, idle=NEVER, straight=NEVER),
    "all by the sealer": SealingRule(straight=NEVER),
    "sealed": SealingRule(),
}
BATCH = 1000
# Points made beforehand, so that making them is not measured.
_MADE_AT_ONCE = 400_000
_PROBE_SECONDS = 0.02


@dataclass
class Measured:
    """What one way of sealing came to."""

    seconds: float = 0.0
    requests: list[float] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    slices: list[float] = field(default_factory=list)
    rows_at_once: int = 0
    rows_in_the_end: int = 0
    bytes_a_point: float = 0.0
    file_bytes_a_point: float = 0.0
    idle_bytes_a_point: float = 0.0
    read_a_second: float = 0.0


class _Slices(logging.Handler):
    """Takes the times of slices from the sealer's log."""

    def __init__(self, slices: list[float]) -> None:
        super().__init__(logging.DEBUG)
        self._slices = slices

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            self._slices.append(float(str(record.args[0])))


class Series:
    """Random walks with steps 1, 2, 3, ... and times that are almost regular."""

    def __init__(self, runs: Sequence[str], keys: int) -> None:
        self._chance = random.Random(1)  # noqa: S311  makes values, hides nothing
        self._runs = runs
        self._keys = keys
        self._state: dict[tuple[str, int], tuple[int, int, float]] = {}

    def batches(self, count: int) -> Iterator[tuple[str, list[Metric]]]:
        """Yield requests of 1,000 points over all runs in turn."""
        for number in range(count):
            run_id = self._runs[number % len(self._runs)]
            metrics: list[Metric] = []
            for key in range(self._keys):
                timestamp, step, value = self._state.get((run_id, key), (1_700_000_000_000, 0, 0.0))
                for _ in range(BATCH // self._keys):
                    timestamp, step = timestamp + self._chance.randrange(85, 115), step + 1
                    value += self._chance.gauss(0, 1)
                    metrics.append(Metric(f"m{key}", value, timestamp, step))
                self._state[run_id, key] = (timestamp, step, value)
            yield run_id, metrics


async def measure(rule: SealingRule, points: int, keys: int, runs: int, clients: int, directory: Path) -> Measured:
    """Log points with one way of sealing, then read them."""
    measured = Measured()
    handler, log = _Slices(measured.slices), logging.getLogger("trialog.store.sealer")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    file = directory / "sealing.db"
    store = await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/", sealing=rule)
    run_ids = [(await store.runs.create(NewRun("0"))).info.run_id for _ in range(runs)]
    made = Series(run_ids, keys)
    beside = (await store.runs.create(NewRun("0"))).info.run_id
    for start in range(0, points, _MADE_AT_ONCE):
        batches = list(made.batches(min(_MADE_AT_ONCE, points - start) // BATCH))
        gc.collect()
        await _log(store, batches, clients, beside, measured)
    measured.rows_at_once = _rows(file)
    while (rows := _rows(file)) != measured.rows_in_the_end:
        measured.rows_in_the_end = rows
        await asyncio.sleep(1)
    begin = perf_counter()
    found = sum([len((await store.metrics.history(run_id, "m0", max_results=25_000)).items) for run_id in run_ids[:20]])
    measured.read_a_second = found / (perf_counter() - begin)
    await store.close()
    log.removeHandler(handler)
    measured.bytes_a_point = _bytes(file, in_use=True) / points
    measured.file_bytes_a_point = _bytes(file, in_use=False) / points
    await _leave_alone(file, rule)
    measured.idle_bytes_a_point = _bytes(file, in_use=True) / points
    return measured


async def _leave_alone(file: Path, rule: SealingRule) -> None:
    """Let the sealer see that nothing is added any more."""
    quick = rule._replace(idle_seconds=0.2)
    store = await open_store(f"sqlite:///{file}", default_artifact_root="mlflow-artifacts:/", sealing=quick)
    before = -1
    while (rows := _rows(file)) != before:
        before = rows
        await asyncio.sleep(3)
    await store.close()


def _bytes(file: Path, *, in_use: bool) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (pages,), (free,), (size,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free if in_use else pages) * size)


async def _log(
    store: SqlStore, batches: list[tuple[str, list[Metric]]], clients: int, beside: str, measured: Measured
) -> None:
    waiting = iter(batches)

    async def send() -> None:
        for run_id, metrics in waiting:
            begin = perf_counter()
            await store.runs.log_batch(run_id, metrics=metrics)
            measured.requests.append(perf_counter() - begin)

    async def probe() -> None:
        while True:
            begin = perf_counter()
            await store.runs.log_metric(beside, Metric("m", begin, len(measured.probes)))
            measured.probes.append(perf_counter() - begin)
            await asyncio.sleep(_PROBE_SECONDS)

    probing = asyncio.create_task(probe())
    begin = perf_counter()
    await asyncio.gather(*(send() for _ in range(clients)))
    measured.seconds += perf_counter() - begin
    probing.cancel()


def _rows(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM trialog_points").fetchone()
    return int(rows)


def measure_codec() -> str:
    """Return a table of what the codec makes of kinds of series."""
    chance, count = random.Random(2), 1024  # noqa: S311  makes values, hides nothing
    walk, value, timestamp, times = [], 0.0, 1_700_000_000_000, []
    for _ in range(count):
        value, timestamp = value + chance.gauss(0, 1), timestamp + chance.randrange(85, 115)
        walk.append(value)
        times.append(timestamp)
    kinds = {
        "random walk": walk,
        "constant": [0.5] * count,
        "integers below 1,000": [float(chance.randrange(1000)) for _ in range(count)],
        "four decimals": [round(chance.random(), 4) for _ in range(count)],
        "one value in four NaN or infinite": [chance.choice([one, one, one, float("nan")]) for one in walk],
    }
    lines = ["| values | bytes a point | encoded, million/s | decoded, million/s |", "|---|---|---|---|"]
    for name, values in kinds.items():
        columns = Columns(times, range(count), to_keys(values))
        data = encode_points(columns)
        encoded = count / _best(partial(encode_points, columns)) / 1e6
        decoded = count / _best(partial(decode_points, data, CODEC)) / 1e6
        lines.append(f"| {name} | {len(data) / count:.2f} | {encoded:.1f} | {decoded:.1f} |")
    return "\n".join(lines)


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(100):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return min(times)


def _percentile(seconds: Sequence[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] if seconds else 0.0


def _row(name: str, measured: Measured, points: int) -> str:
    def times(seconds: Sequence[float]) -> str:
        return " / ".join(f"{1000 * _percentile(seconds, share):.1f}" for share in (0.5, 0.99, 1.0))

    slices = [milliseconds / 1000 for milliseconds in measured.slices]
    cells = [
        name,
        f"{points / measured.seconds / 1000:.0f}",
        times(measured.requests),
        times(measured.probes),
        times(slices) if slices else "-",
        f"{measured.rows_at_once:,}",
        f"{measured.rows_in_the_end:,}",
        f"{measured.bytes_a_point:.1f} ({measured.file_bytes_a_point:.1f})",
        f"{measured.idle_bytes_a_point:.1f}",
        f"{measured.read_a_second / 1000:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=2_000_000, help="points to log in each way (default: 2,000,000)")
    parser.add_argument("--keys", type=int, default=10, help="metrics in a request of 1,000 points (default: 10)")
    parser.add_argument("--runs", type=int, default=40, help="runs logged in turn (default: 40)")
    parser.add_argument("--clients", type=int, default=4, help="requests under way at once (default: 4)")
    parser.add_argument("--only", choices=sorted(RULES), help="measure one way only")
    chosen = parser.parse_args()
    points = chosen.points // BATCH * BATCH
    machine = ", ".join(f"{name}: {value}" for name, value in describe(Path(tempfile.gettempdir())))
    print(machine, measure_codec(), sep="\n\n", end="\n\n")
    print(f"{points:,} points, {chosen.runs} runs, {chosen.keys} metrics a request of 1,000, {chosen.clients} clients")
    print("Times in ms: p50 / p99 / max. Bytes a point: in use (with pages that are free again).\n")
    columns = ["", "1,000 points/s", "request", "one metric beside", "slice", "rows at once", "rows later", "bytes"]
    columns += ["bytes when idle", "read 1,000/s"]
    print(f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", sep="\n")
    for name, rule in RULES.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as directory:
                found = asyncio.run(measure(rule, points, chosen.keys, chosen.runs, chosen.clients, Path(directory)))
            print(_row(name, found, points), flush=True)


if __name__ == "__main__":
    main()
