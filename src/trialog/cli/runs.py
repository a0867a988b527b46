"""`trialog runs`."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import click

from trialog.cli.choices import (
    VIEWS,
    chosen_experiment_ids,
    column_names,
    experiment_options,
    one_run_id,
    run_argument,
    view_option,
)
from trialog.cli.connection import Group, Session, asks_server, confirm, print_metrics
from trialog.cli.documents import best_run_document, run_document, texts, values
from trialog.cli.meanings import remarks
from trialog.cli.output import Band, Cell, duration, local_time, number, table_time
from trialog.cli.reproduce import reproduce
from trialog.cli.run_changes import rename_run, run_tags, tell_run
from trialog.cli.run_comparison import compare_runs
from trialog.cli.run_export import export_runs
from trialog.cli.run_metrics import show_metric
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.metric_meaning import Direction
from trialog.search.suggestions import close_names, did_you_mean
from trialog.wire.messages.runs import RunMessage

_MOST_METRIC_COLUMNS: Final = 4
_INFORMATION: Final = (
    "run_id",
    "run_name",
    "experiment_id",
    "user_id",
    "status",
    "lifecycle_stage",
    "start_time",
    "end_time",
    "artifact_uri",
)
_TIMES: Final = ("start_time", "end_time")


@click.group(cls=Group, second_names={"search": "list", "describe": "show", "get": "show"})
def runs() -> None:
    """Look at runs, compare and export them, find the best one, rename, tag, delete and restore them."""


runs.add_command(reproduce)


@runs.command("list")
@experiment_options
@click.option("--filter", "-f", metavar="TEXT", help="Such as \"metrics.roc_auc > 0.7 AND params.lr = '0.01'\".")
@view_option
@click.option("--order-by", metavar="KEY", multiple=True, help='Such as "metrics.roc_auc DESC"; may be repeated.')
@click.option(
    "--max-results", type=click.IntRange(min=1), default=100, metavar="N", help="How many to show; [default: 100]."
)
@click.option(
    "--columns",
    metavar="KEYS",
    help="What to show, separated by commas, such as run_name,start_time,metrics.roc_auc,params.lr,tags.team.",
)
@asks_server
def list_runs(
    session: Session,
    experiment: tuple[str, ...],
    experiment_id: tuple[str, ...],
    experiment_name: tuple[str, ...],
    filter: str | None,  # noqa: A002  the name of the option
    view: str,
    order_by: tuple[str, ...],
    max_results: int,
    columns: str | None,
) -> None:
    """List the runs of one or more experiments, the last started first."""
    keys = _column_keys(columns) if columns is not None else None
    ids = chosen_experiment_ids(session, experiment, experiment_id, experiment_name)
    found = session.runs.search(ids, filter, view_type=VIEWS[view.lower()], order_by=order_by, max_results=max_results)
    if session.output.as_json:
        session.output.document([run_document(run) for run in found])
    elif keys is not None:
        session.output.table(keys, [[_value(run, key) for key in keys] for run in found], nothing="no runs")
    else:
        _print_usual_columns(session, found)
    _note_unknown_metrics(session, found, [*(keys or ()), *_ordered_by(order_by)])
    if len(found) == max_results and not session.output.as_json:
        session.output.note(f"The first {max_results} are shown; --max-results shows more.")


@runs.command("show")
@run_argument
@asks_server
def show_run(session: Session, run_id: str | None, run_id_option: str | None) -> None:
    """Show a run with its metrics, params and tags."""
    run = session.runs.get(one_run_id(run_id, run_id_option))
    if session.output.as_json:
        session.output.document(run_document(run))
    else:
        _print_run(session, run)


@runs.command("best")
@experiment_options
@click.option("--metric", "-m", metavar="NAME", required=True, help="The metric that decides.")
@click.option(
    "--direction",
    type=click.Choice([Direction.HIGHER.value, Direction.LOWER.value]),
    metavar="WORD",
    help="Which values are better, higher or lower; what the metric means decides if not given.",
)
@click.option("--filter", "-f", metavar="TEXT", help="Only runs that match.")
@click.option(
    "--summary",
    type=click.Choice([kind.value for kind in MetricSummaryKind]),
    metavar="WORD",
    help="Which of the values that a run logged counts: last, min, max or first; [default: last].",
)
@asks_server
def best_run(
    session: Session,
    experiment: tuple[str, ...],
    experiment_id: tuple[str, ...],
    experiment_name: tuple[str, ...],
    metric: str,
    direction: str | None,
    filter: str | None,  # noqa: A002  the name of the option
    summary: str | None,
) -> None:
    """Show the best run of one or more experiments by a metric."""
    best = session.runs.best(
        metric,
        experiment_ids=chosen_experiment_ids(session, experiment, experiment_id, experiment_name),
        direction=direction,
        filter=filter,
        summary=summary,
    )
    if session.output.as_json:
        session.output.document(best_run_document(best))
        return
    session.output.fields(
        {
            "Metric": best.metric,
            f"Best ({best.summary.value})": number(best.value),
            "Rating": None if best.band is None else Band(best.band.value),
            "Reaches its target": None if best.meets_target is None else "yes" if best.meets_target else "no",
            "Better is": best.direction.value,
            "Runs compared": best.compared,
            "Left out (no number)": best.skipped or None,
            "Runs with the same value": best.tie_count if best.tie_count > 1 else None,
        }
    )
    names = [*experiment, *experiment_id, *experiment_name]
    for sentence in remarks(best.meaning, best.value, names[0] if len(names) == 1 else None):
        session.output.note(sentence)
    session.output.heading("Run")
    _print_run(session, best.run)


@runs.command("delete")
@run_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@asks_server
def delete_run(session: Session, run_id: str | None, run_id_option: str | None, yes: bool) -> None:
    """Put a run into the bin, from where it can be restored."""
    run = session.runs.get(one_run_id(run_id, run_id_option))
    confirm(session, f"Delete run '{run.info.run_name}' ({run.info.run_id})?", is_answered=yes)
    session.runs.delete(run.info.run_id)
    tell_run(
        session,
        run.info.run_id,
        f"Run '{run.info.run_name}' is deleted; `trialog runs restore {run.info.run_id}` undoes it.",
    )


@runs.command("restore")
@run_argument
@asks_server
def restore_run(session: Session, run_id: str | None, run_id_option: str | None) -> None:
    """Take a run out of the bin."""
    run = session.runs.get(one_run_id(run_id, run_id_option))
    session.runs.restore(run.info.run_id)
    tell_run(session, run.info.run_id, f"Run '{run.info.run_name}' is active again.")


for command in (compare_runs, export_runs, show_metric, rename_run, run_tags):
    runs.add_command(command)


def _column_keys(columns: str) -> list[str]:
    keys = column_names(columns)
    for key in keys:
        if key not in _INFORMATION and not key.startswith(("metrics.", "params.", "tags.")):
            raise click.UsageError(
                f"There is no column {key!r}; write {', '.join(_INFORMATION)}, or metrics., params. or tags. before a "
                "name."
            )
    return keys


def _value(run: RunMessage, key: str) -> Cell:
    kind, dot, name = key.partition(".")
    if not dot:
        value = getattr(run.info, key)
        return local_time(value) if key in _TIMES else None if value is None else str(value)
    if kind == "metrics":
        return values(run.data.metrics).get(name)
    return texts(run.data.params if kind == "params" else run.data.tags).get(name)


def _print_usual_columns(session: Session, found: Sequence[RunMessage]) -> None:
    """Print what runs are, and the metrics that most of them have."""
    counts = Counter(key for run in found for key in values(run.data.metrics))
    common = sorted(sorted(counts), key=lambda key: -counts[key])
    shown = sorted(common[:_MOST_METRIC_COLUMNS])
    session.output.table(
        ("Run ID", "Name", "Status", "Started", "Took", *shown),
        [
            (
                run.info.run_id,
                run.info.run_name,
                run.info.status.value,
                table_time(run.info.start_time),
                duration(run.info.start_time, run.info.end_time),
                *[values(run.data.metrics).get(key) for key in shown],
            )
            for run in found
        ],
        nothing="no runs",
    )
    if len(common) > len(shown):
        session.output.note(f"{len(common) - len(shown)} further metrics are not shown; --columns chooses.")


def _print_run(session: Session, run: RunMessage) -> None:
    info = run.info
    session.output.fields(
        {
            "ID": info.run_id,
            "Name": info.run_name,
            "Experiment": _experiment_text(session, info.experiment_id),
            "Status": info.status.value,
            "State": info.lifecycle_stage.value,
            "User": info.user_id or None,
            "Started": local_time(info.start_time),
            "Ended": local_time(info.end_time),
            "Took": duration(info.start_time, info.end_time),
            "Artifacts": info.artifact_uri,
        }
    )
    print_metrics(session, values(run.data.metrics), info.experiment_id)
    for title, pairs in (
        ("Params", texts(run.data.params)),
        ("Tags", texts(run.data.tags)),
    ):
        if pairs:
            session.output.heading(title)
            session.output.fields(pairs)


def _experiment_text(session: Session, experiment_id: str) -> str:
    return f"{session.experiments.get(experiment_id).name} (id {experiment_id})"


def _note_unknown_metrics(session: Session, found: Sequence[RunMessage], keys: Sequence[str]) -> None:
    """Say which metrics no run that was found has, such as for a slip of the pen."""
    known = sorted({metric.key for run in found for metric in run.data.metrics})
    for key in keys:
        entity, dot, name = key.partition(".")
        if found and dot and entity in {"metric", "metrics"} and name and name not in known:
            meant = did_you_mean(close_names(name, known)[:1])
            session.output.note(f"No run here has the metric '{name}'.{meant}")


def _ordered_by(order_by: Sequence[str]) -> list[str]:
    """Return the keys of an order that are plain."""
    return [words[0].replace("`", "") for item in order_by if (words := item.split())]
