"""`trialog runs compare`: runs side by side."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import click

from trialog.cli.connection import Session, asks_server
from trialog.cli.documents import Document, run_document, texts, values
from trialog.cli.output import Cell, duration, table_time
from trialog.wire.messages.runs import RunMessage

# Tags that clients write by themselves say nothing of what was tried.
_OWN_TAGS: Final = ("mlflow.", "trialog.")
_MARK: Final = "*"


@click.command("compare")
@click.argument("run_ids", metavar="RUN_ID RUN_ID...", nargs=-1)
@click.option("--only-differences", is_flag=True, help="Leave out what all of them have alike.")
@asks_server
def compare_runs(session: Session, run_ids: tuple[str, ...], only_differences: bool) -> None:
    """Show params, metrics and tags of runs side by side; what differs is marked with a star."""
    chosen = list(dict.fromkeys(run_ids))
    if len(chosen) < 2:
        raise click.UsageError("Name at least two runs by their ids.")
    runs = [session.runs.get(run_id) for run_id in chosen]
    parts: dict[str, dict[str, list[Cell]]] = {
        "params": _side_by_side(runs, lambda run: texts(run.data.params)),
        "metrics": _side_by_side(runs, lambda run: values(run.data.metrics)),
        "tags": _side_by_side(runs, _tags),
    }
    shown = {
        part: {key: cells for key, cells in rows.items() if _differs(cells) or not only_differences}
        for part, rows in parts.items()
    }
    if session.output.as_json:
        session.output.document(
            {"runs": [run_document(run) for run in runs], **{part: _documents(rows) for part, rows in shown.items()}}
        )
        return
    names = _names(runs)
    _print_runs(session, runs, names)
    for part, rows in shown.items():
        if parts[part]:
            session.output.heading(part.capitalize())
            session.output.table(
                ("", "Name", *names),
                [(_MARK if _differs(cells) else "", key, *cells) for key, cells in rows.items()],
                nothing="all alike",
            )


def _print_runs(session: Session, runs: Sequence[RunMessage], names: Sequence[str]) -> None:
    session.output.table(
        ("", "Run", *names),
        [
            ("", "ID", *[run.info.run_id for run in runs]),
            ("", "Experiment", *[run.info.experiment_id for run in runs]),
            ("", "Status", *[run.info.status.value for run in runs]),
            ("", "Started", *[table_time(run.info.start_time) for run in runs]),
            ("", "Took", *[duration(run.info.start_time, run.info.end_time) for run in runs]),
        ],
    )


def _side_by_side(
    runs: Sequence[RunMessage], logged: Callable[[RunMessage], dict[str, str] | dict[str, float]]
) -> dict[str, list[Cell]]:
    found = [logged(run) for run in runs]
    return {key: [one.get(key) for one in found] for key in sorted({key for one in found for key in one})}


def _tags(run: RunMessage) -> dict[str, str]:
    return {key: value for key, value in texts(run.data.tags).items() if not key.startswith(_OWN_TAGS)}


def _differs(cells: Iterable[Cell]) -> bool:
    # By how they are written, so that one NaN is like another.
    return len({repr(cell) for cell in cells}) > 1


def _documents(rows: dict[str, list[Cell]]) -> list[Document]:
    return [{"key": key, "differs": _differs(cells), "values": cells} for key, cells in rows.items()]


def _names(runs: Sequence[RunMessage]) -> list[str]:
    """Return a name for each run, by which they can be told apart."""
    counts = Counter(run.info.run_name for run in runs)
    return [
        run.info.run_id[:8]
        if not (name := run.info.run_name)
        else f"{name} {run.info.run_id[:8]}"
        if counts[name] > 1
        else name
        for run in runs
    ]
