"""`trialog metrics`."""

import click
from msgspec import to_builtins
from msgspec.structs import asdict

from trialog.cli.connection import Group, Session, asks_server
from trialog.cli.meanings import remarks
from trialog.cli.output import number
from trialog.entities.metric_meaning import THRESHOLD_COUNT, Direction, MeaningStatement
from trialog.wire.messages.metric_meanings import MetricMeaningMessage


@click.group(cls=Group, second_names={"list": "show", "get": "show"})
def metrics() -> None:
    """Look at what metrics mean, and say it."""


@metrics.command("show")
@click.argument("metric", nargs=-1)
@click.option("--experiment", "-e", metavar="NAME_OR_ID", help="What they mean there; on the server if not given.")
@asks_server
def show_metrics(session: Session, metric: tuple[str, ...], experiment: str | None) -> None:
    """Show which values of metrics are better, in what unit they are, and what is good."""
    experiment_id = None if experiment is None else session.experiments.find(experiment).experiment_id
    if metric:
        found = session.meanings.get(metric, experiment_id)
    elif experiment_id is None:
        raise click.UsageError("Name metrics, or an experiment to see all of it, as in: --experiment NAME")
    else:
        found = session.meanings.get_all(experiment_id)
    if session.output.as_json:
        session.output.document([{name: to_builtins(part) for name, part in asdict(one).items()} for one in found])
        return
    session.output.table(
        ("Metric", "Better", "Unit", "Scale", "Thresholds", "Target", "Said by"),
        [
            (
                one.metric,
                one.direction.value,
                one.unit,
                "?" if one.scale is None else number(one.scale),
                ", ".join(map(number, one.thresholds or ())) or None,
                one.target,
                _sayer(one),
            )
            for one in found
        ],
        nothing="no metrics yet",
    )
    for one in found:
        for sentence in remarks(one, None, experiment):
            session.output.note(sentence)


@metrics.command("set")
@click.argument("pattern")
@click.option("--experiment", "-e", metavar="NAME_OR_ID", help="Where it holds; on the whole server if not given.")
@click.option(
    "--direction",
    type=click.Choice([direction.value for direction in Direction]),
    metavar="WORD",
    help="Which values are better: higher, lower or none.",
)
@click.option("--unit", metavar="WORD", help="What shown numbers are in: fraction, percent, none or a word of yours.")
@click.option("--scale", type=float, metavar="N", help="What a stored number is multiplied by to be shown.")
@click.option(
    "--thresholds",
    type=float,
    nargs=THRESHOLD_COUNT,
    metavar="N N N N",
    help="Stored numbers between bad, weak, fair, good and excellent, from the worst to the best.",
)
@click.option("--target", type=float, metavar="N", help="A stored number to be reached.")
@asks_server
def set_metric(
    session: Session,
    pattern: str,
    experiment: str | None,
    direction: str | None,
    unit: str | None,
    scale: float | None,
    thresholds: tuple[float, ...] | None,
    target: float | None,
) -> None:
    """Say what metrics of a name mean, or of a pattern such as 'val/*'; replaces what was said of it there before."""
    experiment_id = None if experiment is None else session.experiments.find(experiment).experiment_id
    chosen = None if direction is None else Direction(direction)
    said = session.meanings.set(pattern, MeaningStatement(chosen, unit, scale, thresholds, target), experiment_id)
    if session.output.as_json:
        session.output.document({name: to_builtins(part) for name, part in asdict(said).items()})
    else:
        where = "on this server" if experiment is None else f"in experiment '{experiment}'"
        session.output.sentence(f"What '{pattern}' means {where} is said.")


def _sayer(meaning: MetricMeaningMessage) -> str | None:
    """Return who says which values are better, and in the name of what."""
    source = meaning.sources.direction
    return None if source.pattern is None else f"{source.origin.value} ({source.pattern})"
