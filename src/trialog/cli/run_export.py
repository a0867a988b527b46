"""`trialog runs export`: any number of runs as CSV or JSON, a page at a time."""

import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import click

from trialog.cli.choices import VIEWS, chosen_experiment_ids, column_names, experiment_options, view_option
from trialog.cli.connection import Session, asks_server
from trialog.cli.csv_text import MARK, Value, csv_line, csv_time
from trialog.cli.output import binary_output, json_text
from trialog.cli.progress import shown_progress
from trialog.cli.text import printable
from trialog.sdk.run_table import RunQuestion, check_columns

_TIMES: Final = frozenset({"start_time", "end_time", "deleted_time"})


@click.command("export")
@experiment_options
@click.option("--filter", "-f", metavar="TEXT", help="Only runs that match.")
@view_option
@click.option("--order-by", metavar="KEY", multiple=True, help='Such as "metrics.roc_auc DESC"; may be repeated.')
@click.option(
    "--columns",
    metavar="KEYS",
    help="What to write, separated by commas, such as run_id,metrics.roc_auc,params.lr; all there is if not given.",
)
@click.option(
    "--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Where to write; standard output if not."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json"]),
    metavar="WORD",
    help="csv, or json for one document; [default: csv, and json with --json].",
)
@click.option("--excel", is_flag=True, help="Begin with the mark by which Excel knows UTF-8.")
@click.option(
    "--as-is", is_flag=True, help="Write texts as they are, also those that programs for tables take for formulas."
)
@asks_server
def export_runs(
    session: Session,
    experiment: tuple[str, ...],
    experiment_id: tuple[str, ...],
    experiment_name: tuple[str, ...],
    filter: str | None,  # noqa: A002  the name of the option
    view: str,
    order_by: tuple[str, ...],
    columns: str | None,
    output: Path | None,
    kind: str | None,
    excel: bool,
    as_is: bool,
) -> None:
    """Write all runs of one or more experiments as a table, with all digits of their metrics."""
    question = RunQuestion(
        experiment_ids=chosen_experiment_ids(session, experiment, experiment_id, experiment_name),
        filter=filter,
        view_type=VIEWS[view.lower()],
        order_by=list(order_by),
    )
    chosen_kind = kind or ("json" if session.output.as_json else "csv")
    write_runs(session, question, columns, output, kind=chosen_kind, excel=excel, as_is=as_is)


def write_runs(
    session: Session,
    question: RunQuestion,
    columns: str | None,
    output: Path | None,
    *,
    kind: str = "csv",
    excel: bool = False,
    as_is: bool = False,
) -> None:
    """Write all runs that match.

    Args:
        session: The command's session.
        question: Which runs.
        columns: What to write, separated by commas; all there is if None.
        output: The file, which is replaced when all is written; standard output if None.
        kind: `csv` or `json`.
        excel: Whether CSV begins with the mark of UTF-8.
        as_is: Whether texts that could be formulas stay as they are.

    Raises:
        click.UsageError: There is no such column.
        TrialogError: What the server refused.
    """
    names = session.table.columns(question) if columns is None else column_names(columns)
    check_columns(names)
    count = 0
    with _opened(output) as file, shown_progress("Runs") as tell:

        def rows() -> Iterator[Sequence[Value]]:
            nonlocal count
            for page in session.table.pages(question, names):
                yield from page.rows
                count += len(page.rows)
                tell(count, page.total)

        is_terminal = output is None and sys.stdout.isatty()
        parts = _as_json(names, rows()) if kind == "json" else _as_csv(names, rows(), as_is=as_is)
        if excel and kind == "csv":
            file.write(MARK.encode())
        for part in parts:
            # What a terminal shows must not command it; JSON has written out what could.
            safe = f"{printable(part.rstrip())}\n" if is_terminal and kind == "csv" else part
            file.write(safe.encode())
    if output is not None:
        session.output.note(f"{count} runs with {len(names)} columns are in {output}.")


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open a file that takes the place of the one of its name when it is whole."""
    if output is None or str(output) == "-":
        stream = binary_output()
        yield stream
        stream.flush()
        return
    part = output.with_name(f".trialog-{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise click.ClickException(printable(f"{str(output)!r} cannot be written: {error.strerror}.")) from error
    finally:
        part.unlink(missing_ok=True)


def _as_csv(names: Sequence[str], rows: Iterator[Sequence[Value]], *, as_is: bool) -> Iterator[str]:
    yield csv_line(names, as_they_are=as_is)
    for row in rows:
        cells = [_time(value) if name in _TIMES else value for name, value in zip(names, row, strict=True)]
        yield csv_line(cells, as_they_are=as_is)


def _as_json(names: Sequence[str], rows: Iterator[Sequence[Value]]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for row in rows:
        yield separator + json_text(dict(zip(names, row, strict=True)), indent=None)
        separator = ",\n"
    yield "\n]\n"


def _time(value: Value) -> Value:
    return csv_time(value) if isinstance(value, int) else value
