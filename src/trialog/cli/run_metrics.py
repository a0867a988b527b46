"""`trialog runs metrics`: how a metric of a run went."""

import shutil
import sys
from collections.abc import Iterator
from typing import Final

import click

from trialog.cli.choices import run_argument, shifted
from trialog.cli.connection import Session, asks_server, print_metrics
from trialog.cli.csv_text import csv_line, csv_time
from trialog.cli.documents import values
from trialog.cli.output import json_text, local_time, number, table_time
from trialog.cli.sparkline import sparkline
from trialog.cli.text import printable
from trialog.errors import ResourceNotFound
from trialog.search.suggestions import close_names, did_you_mean
from trialog.wire.messages.reading import CurveMessage
from trialog.wire.messages.runs import RunMessage

_DEFAULT_ROWS: Final = 20
_WIDEST_LINE: Final = 100
_CURVE_POINTS: Final = 2000


@click.command("metrics")
@run_argument
@click.argument("key", required=False)
@click.option(
    "--points",
    type=click.IntRange(min=1),
    default=_DEFAULT_ROWS,
    metavar="N",
    help=f"How many points to list; [default: {_DEFAULT_ROWS}].",
)
@click.option("--csv", "as_csv", is_flag=True, help="Write all points as CSV.")
@asks_server
def show_metric(
    session: Session, run_id: str | None, run_id_option: str | None, key: str | None, points: int, as_csv: bool
) -> None:
    """Show how a metric of a run went, or without a KEY which metrics it has."""
    chosen, name = shifted(run_id, run_id_option, key)
    if chosen is None:
        raise click.UsageError("Name one run by its id.")
    if as_csv and (name is None or session.output.as_json):
        raise click.UsageError("--csv goes with the name of one metric, and not with --json.")
    run = session.runs.get(chosen)
    if name is None:
        _print_last_values(session, run)
        return
    known = sorted(values(run.data.metrics))
    if name not in known:
        meant = did_you_mean(close_names(name, known)[:1])
        raise ResourceNotFound(
            "run.no_such_metric", f"Run {run.info.run_id} has no metric {name[:100]!r}.{meant}", key=name[:100]
        )
    if session.output.as_json or as_csv:
        parts = _as_csv(session, chosen, name) if as_csv else _as_json(session, chosen, name)
        for part in parts:
            # As bytes, so that no setting of the terminal makes other characters of it.
            click.echo(part.encode(), nl=False)
    else:
        _print_curve(session, session.points.curve(chosen, name, max(points, _CURVE_POINTS)), points)


def _print_last_values(session: Session, run: RunMessage) -> None:
    found = values(run.data.metrics)
    if session.output.as_json:
        session.output.document([{"key": key, "value": value} for key, value in sorted(found.items())])
    elif found:
        print_metrics(session, found, run.info.experiment_id)
    else:
        session.output.note("(no metrics)")


def _print_curve(session: Session, curve: CurveMessage, most_rows: int) -> None:
    numbers = [float(value) for value in curve.values]
    finite = [value for value in numbers if abs(value) < float("inf")]
    width = min(_WIDEST_LINE, shutil.get_terminal_size().columns - 1)
    session.output.fields(
        {
            "Metric": curve.key,
            "Points": curve.total,
            "First": number(numbers[0]),
            "Last": number(numbers[-1]),
            "Least": number(min(finite)) if finite else None,
            "Greatest": number(max(finite)) if finite else None,
            "Began": local_time(curve.timestamps[0]),
            "Ended": local_time(curve.timestamps[-1]),
        }
    )
    session.output.sentence(sparkline(numbers, width))
    session.output.heading("Points")
    places = _places(len(numbers), most_rows)
    session.output.table(
        ("Step", "Time", "Value"),
        [(curve.steps[place], table_time(curve.timestamps[place]), numbers[place]) for place in places],
    )
    if len(places) < curve.total:
        session.output.note(f"{len(places)} of {curve.total} points are shown; --points shows more, --csv writes all.")


def _places(count: int, most: int) -> list[int]:
    """Return which of some points are shown: the first, the last, and others that lie evenly between them."""
    if count <= most:
        return list(range(count))
    if most == 1:
        return [count - 1]
    return [round(place * (count - 1) / (most - 1)) for place in range(most)]


def _as_csv(session: Session, run_id: str, key: str) -> Iterator[str]:
    is_terminal = sys.stdout.isatty()
    yield csv_line(["run_id", "metric", "step", "timestamp", "time", "value"])
    for page in session.points.pages(run_id, key):
        lines = [
            csv_line([run_id, key, point.step, point.timestamp, csv_time(point.timestamp), float(point.value)])
            for point in page
        ]
        yield "".join(f"{printable(line.rstrip())}\n" if is_terminal else line for line in lines)


def _as_json(session: Session, run_id: str, key: str) -> Iterator[str]:
    yield "["
    separator = "\n"
    for page in session.points.pages(run_id, key):
        for point in page:
            document = {"step": point.step, "timestamp": point.timestamp, "value": float(point.value)}
            yield separator + json_text(document, indent=None)
            separator = ",\n"
    yield "\n]\n"
