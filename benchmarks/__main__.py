"""Measures Trialog and MLflow's server beside each other, and writes `RESULTS.md` and `cost.svg`.

Usage: `python -m benchmarks [--only search ingest] [--backend sqlite] [--quick]`. What is measured is kept section by
section below `.cache/benchmarks`: an interrupted measurement goes on where it was, and sections measured one by one, of
the same code on the same machine, make one table (`--table` makes it without measuring anything).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.artifacts import Artifacts
from benchmarks.backends import Backend, Sqlite, postgres
from benchmarks.batches import Batches
from benchmarks.disk import Disk
from benchmarks.history import History
from benchmarks.ingest import Ingest
from benchmarks.machine import describe
from benchmarks.memory import Memory
from benchmarks.mlflow_environment import CACHE
from benchmarks.report import show, write_results
from benchmarks.rounds import Load, measure_round
from benchmarks.samples import Record, Records, Sample, fingerprint
from benchmarks.search import Search
from benchmarks.section import STORES, Bench, Section
from benchmarks.single import SingleMetrics
from benchmarks.sizes import Sizes, sizes_for
from benchmarks.small_runs import SmallRuns
from benchmarks.start import Start
from benchmarks.wrk import check_installed

LOADS: tuple[Load, ...] = (SingleMetrics(), Batches(), SmallRuns())
SECTIONS: tuple[Section, ...] = (Start(), Search(), History(), Artifacts(), Disk(), Memory(), Ingest())
BACKENDS = ("sqlite", "postgresql")


class Task(NamedTuple):
    """Something to measure in one go.

    Args:
        records: Where it goes; several if the loads of a round share a server.
        part: Its name in the records.
        section: What is measured, unless it is a round of loads.
        sizes: How much.
    """

    records: Sequence[Record]
    part: str
    section: Section | None
    sizes: Sizes

    @property
    def name(self) -> str:
        """What the progress calls it."""
        return f"{self.records[0].backend}: {', '.join(record.section for record in self.records)}, {self.part}"


def main() -> int:
    """Measure what was not measured yet, and show the table.

    Returns:
        What the process ends with: 1 if a section could not be measured.
    """
    arguments = _arguments()
    STORES.mkdir(parents=True, exist_ok=True)
    # Taken once: code that changes while it is measured is not what was measured.
    code = fingerprint()
    records = Records(CACHE / ("quick" if arguments.quick else "results"))
    console = Console()
    failed: list[Task] = []
    if not arguments.table:
        check_installed()
        failed = _measure(arguments, records, code, console)
    found = records.of(code, _machine())
    show(found, (*LOADS, *SECTIONS), console)
    if not arguments.quick:
        write_results(found, (*LOADS, *SECTIONS))
    return 1 if failed else 0


def _measure(arguments: argparse.Namespace, records: Records, code: str, console: Console) -> list[Task]:
    """Measure what is missing; return what failed."""
    failed: list[Task] = []
    tasks = [task for name in arguments.backend for task in _tasks(arguments, name, records, code)]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(*columns, console=console))
        shown = progress.add_task("", total=len(tasks))
        backends: dict[str, Backend] = {}
        for task in tasks:
            name = task.records[0].backend
            if name not in backends:
                backends[name] = Sqlite() if name == "sqlite" else stack.enter_context(postgres())

            def say(text: str, task: Task = task) -> None:
                progress.update(shown, description=f"{task.name}\n  {text}")

            try:
                _measure_one(task, Bench(backends[name], task.sizes, say), records)
            # One section must not take the time that the others took: whatever is wrong with it, they go on.
            except (Exception, SystemExit) as error:
                failed.append(task)
                text = escape(f"failed: {task.name}: {type(error).__name__}: {error}")
                progress.console.print(text, highlight=False, style="red")
            else:
                progress.console.print(f"done: {task.name}", highlight=False)
            progress.advance(shown)
    return failed


def _measure_one(task: Task, bench: Bench, records: Records) -> None:
    for record, samples in _done(task, bench):
        wanted = task.section.parts(task.sizes) if task.section else [*record.parts, task.part]
        record.parts = {name: kept for name, kept in record.parts.items() if name in wanted}
        record.parts[task.part] = samples
        records.save(record)


def _done(task: Task, bench: Bench) -> Iterator[tuple[Record, list[Sample]]]:
    if task.section is not None:
        yield task.records[0], list(task.section.measure(bench, task.part))
        return
    names = {record.section: record for record in task.records}
    for name, samples in measure_round(bench, [load for load in LOADS if load.name in names]).items():
        yield names[name], samples


def _tasks(arguments: argparse.Namespace, backend: str, records: Records, code: str) -> Iterator[Task]:
    """Yield what is to be measured on a database and was not yet."""
    sizes = _sizes(arguments, backend)
    machine = _machine()

    def record(name: str) -> Record:
        empty = Record(name, backend, code, _options(sizes), machine)
        return empty if arguments.anew else records.resume(empty)

    loads = [record(load.name) for load in LOADS if load.name in arguments.only]
    for part in (f"round {number}" for number in range(1, sizes.rounds + 1)):
        if left := [each for each in loads if part not in each.parts]:
            yield Task(left, part, None, sizes)
    for section in SECTIONS:
        if section.name in arguments.only and backend in section.backends:
            kept = record(section.name)
            for part in section.parts(sizes):
                if part not in kept.parts:
                    yield Task([kept], part, section, sizes)


def _sizes(arguments: argparse.Namespace, backend: str) -> Sizes:
    sizes = sizes_for(backend, quick=arguments.quick)
    chosen = {"rounds": arguments.rounds, "seconds": arguments.seconds, "ingested": arguments.points}
    return replace(sizes, **{name: value for name, value in chosen.items() if value is not None})


def _options(sizes: Sizes) -> dict[str, int]:
    """Return what must be the same for parts to be counted together; other sizes are in the names of the parts."""
    return {"seconds": sizes.seconds, "questions": sizes.questions}


def _machine() -> list[list[str]]:
    return [[name, value] for name, value in describe(STORES)]


def _arguments() -> argparse.Namespace:
    names = [*(load.name for load in LOADS), *(section.name for section in SECTIONS)]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Trialog beside MLflow's server.")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="SECTION", help=", ".join(names))
    parser.add_argument("--backend", nargs="+", choices=BACKENDS, default=BACKENDS, help="databases (default: both)")
    parser.add_argument("--quick", action="store_true", help="measure little, to see that all works; write nothing")
    parser.add_argument("--table", action="store_true", help="measure nothing; make the table of what was measured")
    parser.add_argument("--anew", action="store_true", help="measure again what was measured already")
    parser.add_argument("--rounds", type=int, help="how often the servers are loaded in turns (default: 3 and 2)")
    parser.add_argument("--seconds", type=int, help="how long each load lasts (default: 2)")
    parser.add_argument("--points", type=int, help="how many points are ingested (default: 50,000,000 and 2,000,000)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
