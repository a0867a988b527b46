"""`make soak`: see `python -m tests.soak --help`."""

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.soak.soak import Outcome, Plan, soak

_MOST_FAULTS_SHOWN = 40


class Bar:
    """Shows how far a soak is as a bar.

    Args:
        progress: Draws it.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def show(self, phase: str, done: float, total: float) -> None:
        """See `Watching.show`."""
        if self._task is None:
            self._task = self._progress.add_task(phase, total=total)
        self._progress.update(self._task, description=phase, completed=done, total=total)


def main(arguments: Sequence[str]) -> int:
    """Soak as asked, print what came of it, and return how the process is to end."""
    options = _parse(arguments)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="trialog-soak-", ignore_cleanup_errors=True) as temporary:
        directory = Path(options.directory or temporary)
        directory.mkdir(parents=True, exist_ok=True)
        plan = Plan(
            options.store_uri or f"sqlite:///{(directory / 'soak.db').resolve().as_posix()}",
            options.writers,
            options.seconds,
            max(1, round(options.seconds / 30)) if options.kills is None else options.kills,
            options.servers,
            options.seed,
        )
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            outcome = soak(plan, directory, Bar(progress), _stopped_by_keyboard())
    console.print(_table(plan, outcome))
    for fault in outcome.faults[:_MOST_FAULTS_SHOWN]:
        console.print(f"FAULT: {fault}", markup=False)
    return 1 if outcome.faults else 0


def _stopped_by_keyboard() -> threading.Event:
    """Return an event that the first Ctrl-C sets; the second one ends the process."""
    stop = threading.Event()

    def ring(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop.set()

    signal.signal(signal.SIGINT, ring)
    return stop


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description="Logs from many clients while the server is killed and started again, then reads everything back."
        " Ctrl-C ends the logging early; the check follows.",
    )
    parser.add_argument("--writers", type=int, default=64, help="clients that log at once (default: 64)")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long they log (default: 600)")
    parser.add_argument("--kills", type=int, help="how often a server is killed (default: once in 30 s)")
    parser.add_argument("--servers", type=int, default=1, help="servers over the one store (default: 1)")
    parser.add_argument("--store-uri", help="an empty store, such as postgresql://... (default: a new SQLite file)")
    parser.add_argument("--directory", help="where store, logs and artifacts are kept (default: removed at the end)")
    parser.add_argument("--seed", type=int, default=1, help="of all chances (default: 1)")
    return parser.parse_args(arguments)


def _table(plan: Plan, outcome: Outcome) -> Table:
    table = Table(title="Soak", show_header=False)
    requests, seconds = outcome.requests, max(outcome.seconds, 1e-9)
    rows = {
        "writers": f"{plan.writers} on {plan.servers} server(s)",
        "logged for": f"{outcome.seconds:.0f} s",
        "kills": f"{outcome.kills}",
        "requests acknowledged": f"{len(requests):,} ({len(requests) / seconds:,.0f} a second)",
        "points acknowledged": f"{outcome.points:,} ({outcome.points / seconds:,.0f} a second)",
        "time of a request": ", ".join(f"{name} {_at(requests, part):.1f} ms" for name, part in _PARTS.items()),
        "met while restarting": ", ".join(f"{count} x {kind}" for kind, count in outcome.outages.items()) or "nothing",
        "histories read meanwhile": f"{outcome.reads:,}",
        "at the end": f"{outcome.rows:,} points in rows, {outcome.chunks:,} chunks",
        "faults": f"{len(outcome.faults)}",
    }
    for name, text in rows.items():
        table.add_row(name, text)
    return table


_PARTS = {"p50": 0.5, "p99": 0.99, "longest": 1.0}


def _at(ordered: Sequence[float], part: float) -> float:
    """Return milliseconds that so much of sorted seconds do not exceed."""
    return 1000 * ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
