"""The tables, on the terminal and as Markdown, and the plot."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.table import Table

import trialog
from benchmarks import ingest, memory, search
from benchmarks.figures import Figures, ratio, written
from benchmarks.mlflow_environment import VERSION
from benchmarks.plot import Chart, Line, draw
from benchmarks.reach import aims
from benchmarks.samples import Record, Subject, commit

FOLDER = Path(__file__).parent
BACKENDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MLFLOW, OURS = f"MLflow {VERSION}", f"Trialog {trialog.__version__}"
HEADER = ("", "unit", MLFLOW, OURS, "ratio", "bare", "Trialog of bare", "client's limit")
COLOURS = {
    "MLflow, SQLite": "#d95f02",
    "Trialog, SQLite": "#1b8a6b",
    "MLflow, PostgreSQL": "#e6a15c",
    "Trialog, PostgreSQL": "#4e8fd0",
}
NOTES = (
    (
        "Each figure is the median of all rounds; the servers take turns (the bare database, MLflow, Trialog,"
        " the bare database, ...), each on a new store in each round. Servers and client share the machine."
    ),
    (
        "Each point is a new one. After each load what was written is read back: a round counts only if everything that"
        " was acknowledged is stored and nothing was answered with an error."
    ),
    "A write is answered when it is durable, so what a synchronous write costs on this disk stands in the table.",
    (
        "The client is wrk; its limit is what it reaches, making the same requests, against a server that reads them"
        " and does nothing."
    ),
    "PostgreSQL is version 18 with its default settings (each commit waits for the disk), on the same machine.",
)


class Titled(Protocol):
    """What the report must know of a section or a load."""

    @property
    def name(self) -> str:
        """As `--only` takes it."""

    @property
    def title(self) -> str:
        """As the progress calls it."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of its figures must know, a paragraph each."""


def show(records: Sequence[Record], sections: Sequence[Titled], console: Console) -> None:
    """Print the tables.

    Args:
        records: What was measured.
        sections: All there are.
        console: Where to.
    """
    figures = Figures(records)
    for backend, name in BACKENDS.items():
        rows = list(_rows(figures, backend, sections))
        if rows:
            _print(console, name, HEADER, rows)
        if sizes := _search_sizes(figures, backend):
            _print(console, f"{name}: searches of runs, p50 / p99 ms", *_searches(figures, backend, sizes))
    reached = [
        [aim.what, aim.aim, aim.measured.replace("**", ""), aim.verdict.strip("*")]
        for aim in aims(figures)
        if any(condition.value is not None for condition in aim.conditions)
    ]
    _print(console, "Reach", ("what", "aim", "measured", "reached"), reached)


def write_results(records: Sequence[Record], sections: Sequence[Titled], folder: Path = FOLDER) -> None:
    """Write `RESULTS.md` and `cost.svg`.

    Args:
        records: What was measured, of one code on one machine.
        sections: All there are.
        folder: Where to.
    """
    figures = Figures(records)
    lines = ["# Trialog beside MLflow's own server", "", "Written by `make bench`.", ""]
    if records:
        lines += [f"- {name}: {value}" for name, value in records[0].machine]
        lines += [f"- commit: {commit()} (code {records[0].code})"]
    for backend, name in BACKENDS.items():
        if rows := list(_rows(figures, backend, sections)):
            lines += ["", f"## {name}", "", *_markdown(HEADER, rows)]
        if sizes := _search_sizes(figures, backend):
            lines += ["", f"Searches of runs, p50 / p99 in milliseconds, among so many runs ({name}):", ""]
            lines += _markdown(*_searches(figures, backend, sizes))
    lines += ["", "## Reach", "", "What misses its aim is bold.", ""]
    reached = [[aim.what, aim.aim, aim.measured, aim.verdict] for aim in aims(figures)]
    lines += _markdown(("what", "aim", "measured", "reached"), reached, numbers=False)
    if charts := list(_charts(figures)):
        (folder / "cost.svg").write_text(draw(charts, COLOURS), encoding="utf-8")
        lines += ["", "## Cost against size", "", "![Cost against size](cost.svg)"]
    measured = {record.section for record in records}
    notes = [*NOTES, *(note for section in sections if section.name in measured for note in section.notes)]
    lines += ["", "## How it was measured", "", *(f"- {note}" for note in notes)]
    (folder / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(figures: Figures, backend: str, sections: Sequence[Titled]) -> Iterator[list[str]]:
    for section in sections:
        for measure, unit in figures.measures(backend, section.name):

            def of(subject: Subject, measure: str = measure, unit: str = unit) -> float | None:
                return figures.median(backend, measure, unit, subject)

            theirs, ours, raw = of("MLflow"), of("Trialog"), of("raw")
            times = ratio(unit, theirs, ours)
            share = f"{100 * ours / raw:.0f} %" if ours and raw and unit.endswith("/s") else ""
            yield [
                measure,
                unit,
                written(theirs),
                written(ours),
                f"{times:.1f} ×" if times else "",
                written(raw),
                share,
                written(of("client")),
            ]


def _search_sizes(figures: Figures, backend: str) -> Sequence[int]:
    return figures.sizes(backend, search.BY_METRIC, "p50 ms")


def _searches(figures: Figures, backend: str, sizes: Sequence[int]) -> tuple[Sequence[str], list[list[str]]]:
    columns: list[tuple[int, Subject]] = [
        (size, subject)
        for size in sizes
        for subject in ("MLflow", "Trialog")
        if figures.median(backend, search.BY_METRIC, "p50 ms", subject, size) is not None
    ]
    rows = []
    for question in search.QUESTIONS:
        cells = []
        for size, subject in columns:
            p50, p99 = (figures.median(backend, question.name, unit, subject, size) for unit in ("p50 ms", "p99 ms"))
            cells.append(f"{p50:.1f} / {p99:.1f}" if p50 is not None and p99 is not None else "")
        rows.append([question.name, *cells])
    return ["", *(f"{subject}, {size:,}" for size, subject in columns)], rows


def _charts(figures: Figures) -> Iterator[Chart]:
    asked = [search.BY_METRIC, search.FULL_ROWS, search.METRIC_AND_PARAM, search.LIKE]
    wanted = [(name, "search: " + name, "runs", "p50 ms") for name in asked]
    wanted += [
        (ingest.MEASURE, "rate of ingest with sealing", "points stored", "points/s"),
        (memory.MEASURE, "memory", "requests answered", "MB"),
    ]
    for measure, title, x, unit in wanted:
        lines = []
        for backend, name in BACKENDS.items():
            for subject in ("MLflow", "Trialog"):
                points = [
                    (float(size), value)
                    for size in figures.sizes(backend, measure, unit, subject)
                    if (value := figures.median(backend, measure, unit, subject, size)) is not None
                ]
                if points:
                    lines.append(Line(f"{subject}, {name}", points))
        if lines:
            yield Chart(title, x, unit, lines)


def _print(console: Console, title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*header, title=title, show_lines=title == "Reach")
    for column in table.columns[1:] if title != "Reach" else ():
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = True) -> list[str]:
    lines = [header, ["---", *["---:" if numbers else "---"] * (len(header) - 1)], *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
