"""What logging costs a training, beside other clients; writes `CLIENT.md`.

Usage: `python -m benchmarks.client [--quick]`. Each client runs in processes of its own; `trialog` and `mlflow` log to
a Trialog server on the same machine, the others to files. Rounds go from client to client, and medians count.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import psutil

import trialog
from benchmarks.client_environment import VERSIONS, clients_python
from benchmarks.client_program import CLIENTS
from benchmarks.machine import describe
from benchmarks.servers import Running, running, trialog_server
from benchmarks.variables import usual_variables
from trialog.sdk.client import Client

PROGRAM: Final = Path(__file__).parent / "client_program.py"
OWN: Final = "trialog"
NOTHING: Final = "nothing"
COMPUTING: Final = "computing"
# Nothing of these is installed apart.
BARE: Final = frozenset({OWN, NOTHING, COMPUTING})
POINTS: Final = 1_000_000
MOST_SHARE: Final = 0.01
# Of clients that send each point by itself fewer are enough.
CALLS: Final = {OWN: 200_000, COMPUTING: 200_000, "mlflow": 1_000, "mlflow, asynchronous": 5_000, "trackio": 5_000}
_CALLS: Final = 20_000
_SECONDS: Final = 600.0


class Sizes(NamedTuple):
    """How much is measured.

    Args:
        imports: How often each package is imported.
        rounds: How often calls, and a great many points, are timed.
        points: How many points are logged at once.
        pairs: How many pairs of loops, with and without our logging, are compared.
        other_pairs: How many of other clients, of which no percent has to be told apart from the next.
        steps: How many points each of those logs, a thousand a second.
    """

    imports: int
    rounds: int
    points: int
    pairs: int
    other_pairs: int
    steps: int


FULL: Final = Sizes(imports=7, rounds=5, points=POINTS, pairs=9, other_pairs=3, steps=10_000)
QUICK: Final = Sizes(imports=1, rounds=1, points=20_000, pairs=1, other_pairs=1, steps=1_000)


class Much(NamedTuple):
    """A great many points.

    Args:
        logged: Seconds until the last call returned.
        stored: Seconds until the server had all of them.
        mebibytes: By how much the process grew.
    """

    logged: float
    stored: float
    mebibytes: float


class Share(NamedTuple):
    """What a training with logging takes beyond the same one without, as a share of what that one takes.

    Args:
        whole: Of all that the processes took.
        told: Of what was measured by itself: the calls, and the other threads of the process.
    """

    whole: float
    told: float


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that it works; writes nothing")
    quick = parser.parse_args().quick
    sizes = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        machine = [*describe(directory), ("load average when it began", f"{psutil.getloadavg()[0]:.1f}")]
        text = measure(directory, sizes, machine)
    if not quick:
        (Path(__file__).parent / "CLIENT.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def measure(directory: Path, sizes: Sizes, machine: Sequence[tuple[str, str]]) -> str:
    """Measure everything, and return the page.

    Args:
        directory: Where all files lie.
        sizes: How much is measured.
        machine: What the machine is.
    """
    pythons = {name: sys.executable if name in BARE else clients_python() for name in CLIENTS}
    clients = [name for name in CLIENTS if name not in {NOTHING, COMPUTING}]
    imports: dict[str, list[Mapping[str, float]]] = {name: [] for name in clients if ", asynchronous" not in name}
    calls: dict[str, list[Mapping[str, float]]] = {name: [] for name in (*clients, COMPUTING)}
    shares: dict[str, list[Share]] = {name: [] for name in (OWN, "mlflow, asynchronous", "wandb, offline")}
    store = directory / "server"
    store.mkdir()
    with running(trialog_server(), store) as server:
        task = _Task(directory, server, pythons)
        for _ in range(sizes.imports):
            for name, milliseconds in imports.items():
                _say(f"import of {name}")
                milliseconds.append(task.run(name, "import", 1))
        for _ in range(sizes.rounds):
            for name, taken in calls.items():
                _say(f"calls of {name}")
                most = CALLS.get(name, _CALLS)
                taken.append(task.run(name, "calls", most if sizes is FULL else most // 20))
        for pair in range(sizes.pairs):
            for name, share in shares.items():
                if name != OWN and pair >= sizes.other_pairs:
                    continue
                _say(f"a training with {name}, and without")
                share.append(_share(*(task.run(one, "work", sizes.steps) for one in (name, NOTHING))))
        much = []
        for _ in range(sizes.rounds):
            _say(f"{sizes.points:,} points")
            much.append(_log_much(task, server, sizes.points))
    return _page(machine, imports, calls, shares, much, sizes)


def _share(logging: Mapping[str, float], bare: Mapping[str, float]) -> Share:
    added = logging["calls"] - bare["calls"] + logging["others"]
    return Share(logging["seconds"] / bare["seconds"] - 1, added / bare["seconds"])


class _Task:
    def __init__(self, directory: Path, server: Running, pythons: Mapping[str, str]) -> None:
        self._directory = directory
        self._pythons = pythons
        self._environment = usual_variables() | {
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "TRIALOG_SPOOL_FOLDER": str(directory / "spool"),
            "TRIALOG_SOURCE": "off",
            "WANDB_SILENT": "true",
        }

    def run(self, name: str, task: str, number: int) -> dict[str, float]:
        with tempfile.TemporaryDirectory(dir=self._directory) as folder:
            done = subprocess.run(
                [self._pythons[name], str(PROGRAM), name, task, str(number)],
                cwd=folder,
                env=self._environment | {"TRACKIO_DIR": folder},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                timeout=_SECONDS,
            )
        measured: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return measured


def _log_much(task: _Task, server: Running, points: int) -> Much:
    began = time.perf_counter()
    measured = task.run(OWN, "much", points)
    client = Client(server.url)
    [run] = client.search_runs(["0"], order_by=["start_time DESC"], max_results=1)
    found = sum(1 for _ in client.get_metric_history(run.info.run_id, "loss"))
    if found != points:
        raise SystemExit(f"The server has {found:,} of {points:,} points after {time.perf_counter() - began:.0f} s.")
    return Much(measured["logged_seconds"], measured["seconds"], measured["mebibytes"])


def _page(
    machine: Sequence[tuple[str, str]],
    imports: Mapping[str, Sequence[Mapping[str, float]]],
    calls: Mapping[str, Sequence[Mapping[str, float]]],
    shares: Mapping[str, Sequence[Share]],
    much: Sequence[Much],
    sizes: Sizes,
) -> str:
    lines = ["# What logging costs a training", "", "Written by `make bench-client`.", ""]
    lines += [f"- {name}: {value}" for name, value in machine]
    versions = ", ".join(f"{name} {version}" for name, version in VERSIONS.items())
    lines += [
        f"- trialog {trialog.__version__}; {versions}",
        "- `trialog` and `mlflow` log to a Trialog server on the same machine, the others to files of their own",
        "",
        "## Import",
        "",
        "Until the import is done, and until the first function can be called: `trialog` loads the rest then.",
        "",
        "| package | ms | until the first call, ms | as many times as `trialog` |",
        "| --- | ---: | ---: | ---: |",
    ]
    own = median(one["use"] for one in imports[OWN])
    for name, taken in imports.items():
        imported, used = (median(one[key] for one in taken) for key in ("import", "use"))
        lines.append(f"| {name} | {imported:,.1f} | {used:,.1f} | {used / own:,.1f} |")
    lines += [
        "",
        "## One call",
        "",
        "What the training's thread waits for, in µs, when points are logged one after the other. Of 1,000",
        "points the slowest is their p99.9. `computing` logs nothing and computes for about half as long as a call of",
        "`trialog`: what interrupts a thread on this machine shows there too.",
        "",
    ]
    lines += [
        "| client | median | p99 | p99.9 | most | points | s at the end |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, taken in calls.items():
        numbers = [median(one[key] for one in taken) for key in ("median", "p99", "p99.9", "most")]
        end = median(one["end_seconds"] for one in taken)
        cells = " | ".join(f"{number:,.1f}" for number in numbers)
        lines.append(f"| {name} | {cells} | {CALLS.get(name, _CALLS):,} | {end:.1f} |")
    stored = [one.stored for one in much]
    many = (
        f"{sizes.points:,} points as fast as they go: logged in {median(one.logged for one in much):.1f} s; all on the"
        f" server, counted there, after {median(stored):.1f} s ({min(stored):.1f} to {max(stored):.1f}; to reach: 8 s);"
        f" the process grew by {max(one.mebibytes for one in much):.0f} MiB at most (to reach: 50)."
    )
    lines += [
        "",
        f"Medians of {sizes.rounds} rounds. To reach: a median of 3 µs, 20 µs at p99.9.",
        "",
        "## A great many points",
        "",
        many,
        "",
        "## A training that logs 1,000 points a second",
        "",
        "How much more of the processor its process takes than the same loop without logging: the calls and all other",
        "threads of the process, measured by themselves; and all of two processes, one with logging and one without,",
        "which differ by what else the machine does too. Processes that a client starts, and what it does when the run",
        "has ended, do not count.",
        "",
        "| client | calls and threads | two processes | least of these | most of these |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, share in shares.items():
        whole = [one.whole for one in share]
        told = median(one.told for one in share)
        shown = f"**{told:.1%}**" if name == OWN and told > MOST_SHARE else f"{told:.1%}"
        lines.append(f"| {name} | {shown} | {median(whole):.1%} | {min(whole):.1%} | {max(whole):.1%} |")
    pairs = f"{sizes.pairs} of `trialog`, {sizes.other_pairs} of others"
    lines += ["", f"Medians of pairs of {sizes.steps:,} points: {pairs}. To reach: 1 %; what misses it is bold."]
    return "\n".join(lines) + "\n"


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
