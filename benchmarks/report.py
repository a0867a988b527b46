"""The table, on the terminal and as Markdown."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import BATCH_CONNECTIONS, CONNECTIONS, POINTS_PER_BATCH, Round
from benchmarks.servers import Contestant
from benchmarks.wrk import Load

NOTES = """
Each figure is the median of {rounds} rounds, taken in turns (MLflow, Trialog, MLflow, ...), each on a new SQLite store;
each load lasts {seconds} s. Server and client share the machine.

Each point is a new one. After each load the points are read back: a round counts only if every acknowledged point is
stored and nothing was answered with an error.

A write is answered when it is durable, so what a synchronous write costs on this disk stands beside it: one page
written and synced after the other, measured in the same rounds. Where it is dear, groups of writes share it.

Compare the saturated rates. With one client, much of MLflow's latency is waiting: its workers send header and body of
an answer apart, and the second part is held back until the client's system acknowledges the first, which Linux delays
by 40 ms.

Each server runs as its command `server` starts it without further options, MLflow's with its job workers, which use the
processor while nobody asks anything. Memory is that of all processes; what they share counts in each.

`/health` touches no store: nothing written can be faster than this server and this client are there.
"""


@dataclass(frozen=True)
class Measure:
    """A row of the table.

    Attributes:
        name: What is measured.
        unit: In what.
        of: Takes it from a round.
        more_is_better: Whether a larger figure is the better one.
        is_write: Whether it waits for the disk.
    """

    name: str
    unit: str
    of: Callable[[Round], float]
    more_is_better: bool = False
    is_write: bool = False


@dataclass(frozen=True)
class Results:
    """All rounds of all servers.

    Attributes:
        rounds: Of each server.
        seconds: How long each load lasted.
        machine: What it ran on.
    """

    rounds: dict[Contestant, list[Round]]
    seconds: int
    machine: list[tuple[str, str]]

    def header(self) -> list[str]:
        """The first line of the table."""
        names = [f"{contestant.name} {contestant.version}" for contestant in self.rounds]
        return ["", *names, *(["ratio"] if len(names) == 2 else []), "write + sync of 4 KiB"]

    def rows(self) -> list[list[str]]:
        """The other lines."""
        return [self._row(measure) for measure in MEASURES]

    def notes(self) -> list[str]:
        """What a reader must know."""
        count = min(len(rounds) for rounds in self.rounds.values())
        text = NOTES.strip().format(rounds=count, seconds=self.seconds)
        return [" ".join(note.split()) for note in text.split("\n\n")]

    def _row(self, measure: Measure) -> list[str]:
        medians = [statistics.median(measure.of(each) for each in rounds) for rounds in self.rounds.values()]
        cells = [f"{measure.name}, {measure.unit}", *(_figure(median) for median in medians)]
        if len(medians) == 2:
            mlflow, ours = medians
            better, worse = (ours, mlflow) if measure.more_is_better else (mlflow, ours)
            cells.append(f"{better / worse:.1f} ×" if worse else "")
        return [*cells, self._sync_cost() if measure.is_write else ""]

    def _sync_cost(self) -> str:
        costs = [each.sync for rounds in self.rounds.values() for each in rounds]
        microseconds = statistics.median(cost.microseconds for cost in costs)
        return f"{_figure(microseconds)} µs, {_figure(statistics.median(cost.rate for cost in costs))}/s"


def show(results: Results) -> None:
    """Print the table.

    Args:
        results: What was measured.
    """
    table = Table(*results.header(), caption="\n".join(f"{name}: {value}" for name, value in results.machine))
    for column in table.columns[1:]:
        column.justify = "right"
    for row in results.rows():
        table.add_row(*row)
    console = Console()
    console.print(table)
    for note in results.notes():
        console.print(f"- {note}", highlight=False)


def write_markdown(results: Results, path: Path) -> None:
    """Write the same as a page.

    Args:
        results: What was measured.
        path: The file.
    """
    header = results.header()
    lines = ["# Trialog beside MLflow's own server", "", "Written by `make bench`.", ""]
    lines += [f"- {name}: {value}" for name, value in results.machine]
    lines += ["", _markdown_row(header), _markdown_row(["---", *["---:"] * (len(header) - 1)])]
    lines += [_markdown_row(row) for row in results.rows()]
    lines += ["", *(f"- {note}" for note in results.notes())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _load_measures(name: str, of: Callable[[Round], Load], *, is_write: bool, points: int = 1) -> Sequence[Measure]:
    unit = "points/s" if points > 1 else "requests/s"
    return (
        Measure(name, unit, lambda each: of(each).rate * points, more_is_better=True, is_write=is_write),
        Measure(name, "p50 ms", lambda each: of(each).p50, is_write=is_write),
        Measure(name, "p99 ms", lambda each: of(each).p99, is_write=is_write),
    )


MEASURES = (
    Measure("first start, to the first answer", "s", lambda each: each.first_start),
    Measure("later starts, to the first answer", "s", lambda each: each.start),
    Measure("idle memory", "MB", lambda each: each.memory),
    Measure("idle processes", "number", lambda each: float(each.processes)),
    Measure("idle processor use", "% of a core", lambda each: 100 * each.cpu),
    *_load_measures(f"`/health`, {CONNECTIONS} connections", lambda each: each.health, is_write=False),
    *_load_measures(f"`log_metric`, {CONNECTIONS} connections", lambda each: each.many, is_write=True),
    *_load_measures("`log_metric`, 1 connection", lambda each: each.one, is_write=True),
    *_load_measures(
        f"`log_batch` of {POINTS_PER_BATCH}, {BATCH_CONNECTIONS} connections",
        lambda each: each.batch,
        is_write=True,
        points=POINTS_PER_BATCH,
    ),
)


def _figure(value: float) -> str:
    """Write a figure with three digits that mean something."""
    if value >= 100 or value.is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
