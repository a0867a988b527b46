"""`trialog experiments`."""

from pathlib import Path

import click

from trialog.cli.choices import VIEWS, chosen_experiment, one_experiment, tag_pair, view_option
from trialog.cli.connection import Group, Session, asks_server, confirm
from trialog.cli.documents import experiment_document
from trialog.cli.experiment_tags import experiment_tags
from trialog.cli.output import local_time, table_time
from trialog.cli.run_export import write_runs
from trialog.sdk.run_table import RunQuestion
from trialog.wire.messages.experiments import ExperimentMessage


@click.group(cls=Group, second_names={"search": "list", "get": "show"})
def experiments() -> None:
    """Look at experiments, make, rename, tag, delete and restore them."""


@experiments.command("list")
@click.option("--filter", "-f", metavar="TEXT", help="Such as \"name LIKE 'lstm%'\" or \"tags.team = 'quant'\".")
@view_option
@click.option("--order-by", metavar="KEY", multiple=True, help='Such as "name ASC"; may be given several times.')
@click.option("--max-results", type=click.IntRange(min=1), metavar="N", help="How many to show; all if not given.")
@asks_server
def list_experiments(
    session: Session,
    filter: str | None,  # noqa: A002  the name of the option
    view: str,
    order_by: tuple[str, ...],
    max_results: int | None,
) -> None:
    """List experiments, the newest first."""
    found = session.experiments.search(
        filter, view_type=VIEWS[view.lower()], order_by=order_by, max_results=max_results
    )
    if session.output.as_json:
        session.output.document([experiment_document(experiment) for experiment in found])
        return
    session.output.table(
        ("ID", "Name", "Created", "Changed", "State"),
        [
            (
                experiment.experiment_id,
                experiment.name,
                table_time(experiment.creation_time),
                table_time(experiment.last_update_time),
                experiment.lifecycle_stage.value,
            )
            for experiment in found
        ],
    )


@experiments.command("show")
@one_experiment
@asks_server
def show_experiment(
    session: Session, name_or_id: str | None, experiment_id: str | None, experiment_name: str | None
) -> None:
    """Show an experiment."""
    experiment = chosen_experiment(session, name_or_id, experiment_id, experiment_name)
    if session.output.as_json:
        session.output.document(experiment_document(experiment))
        return
    session.output.fields(
        {
            "ID": experiment.experiment_id,
            "Name": experiment.name,
            "State": experiment.lifecycle_stage.value,
            "Created": local_time(experiment.creation_time),
            "Changed": local_time(experiment.last_update_time),
            "Artifacts": experiment.artifact_location,
        }
    )
    if experiment.tags:
        session.output.heading("Tags")
        session.output.fields({tag.key: tag.value for tag in experiment.tags})


@experiments.command("create")
@click.argument("name", required=False)
@click.option("--experiment-name", "-n", metavar="NAME", help="Name of the experiment, if not given before.")
@click.option("--artifact-location", "-l", metavar="URI", help="Where its runs keep their artifacts.")
@click.option("--tag", metavar="KEY=VALUE", multiple=True, help="A note on it; may be given several times.")
@asks_server
def create_experiment(
    session: Session,
    name: str | None,
    experiment_name: str | None,
    artifact_location: str | None,
    tag: tuple[str, ...],
) -> None:
    """Make an experiment."""
    chosen = name or experiment_name
    if chosen is None or (name and experiment_name):
        raise click.UsageError("Name the new experiment once, as in: trialog experiments create NAME")
    experiment_id = session.experiments.create(
        chosen, artifact_location=artifact_location, tags=dict(tag_pair(text) for text in tag)
    )
    if session.output.as_json:
        session.output.document(experiment_document(session.experiments.get(experiment_id)))
    else:
        session.output.sentence(f"Experiment '{chosen}' has the id {experiment_id}.")


@experiments.command("rename")
@click.argument("name_or_id", required=False)
@click.argument("new_name_argument", metavar="[NEW_NAME]", required=False)
@click.option("--experiment-id", "-x", metavar="ID", help="Id of the experiment.")
@click.option("--experiment-name", "-n", metavar="NAME", help="Name of the experiment.")
@click.option("--new-name", metavar="NAME", help="The new name, if not given before.")
@asks_server
def rename_experiment(
    session: Session,
    name_or_id: str | None,
    new_name_argument: str | None,
    experiment_id: str | None,
    experiment_name: str | None,
    new_name: str | None,
) -> None:
    """Give an experiment another name."""
    chosen_name = new_name_argument or new_name
    if chosen_name is None or (new_name_argument and new_name):
        raise click.UsageError("Give one new name, as in: trialog experiments rename NAME NEW_NAME")
    experiment = chosen_experiment(session, name_or_id, experiment_id, experiment_name)
    session.experiments.rename(experiment.experiment_id, chosen_name)
    _tell(session, experiment, f"Experiment '{experiment.name}' is called '{chosen_name}' now.")


@experiments.command("delete")
@one_experiment
@click.option("--yes", is_flag=True, help="Do not ask.")
@asks_server
def delete_experiment(
    session: Session, name_or_id: str | None, experiment_id: str | None, experiment_name: str | None, yes: bool
) -> None:
    """Put an experiment with its runs into the bin, from where it can be restored."""
    experiment = chosen_experiment(session, name_or_id, experiment_id, experiment_name)
    confirm(session, f"Delete experiment '{experiment.name}' (id {experiment.experiment_id})?", is_answered=yes)
    session.experiments.delete(experiment.experiment_id)
    _tell(session, experiment, f"Experiment '{experiment.name}' is deleted; `trialog experiments restore` undoes it.")


@experiments.command("restore")
@one_experiment
@asks_server
def restore_experiment(
    session: Session, name_or_id: str | None, experiment_id: str | None, experiment_name: str | None
) -> None:
    """Take an experiment out of the bin."""
    experiment = chosen_experiment(session, name_or_id, experiment_id, experiment_name)
    session.experiments.restore(experiment.experiment_id)
    _tell(session, experiment, f"Experiment '{experiment.name}' is active again.")


@experiments.command("csv")
@one_experiment
@click.option(
    "--filename",
    "--output",
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write; standard output if not given.",
)
@asks_server
def export_experiment(
    session: Session,
    name_or_id: str | None,
    experiment_id: str | None,
    experiment_name: str | None,
    output: Path | None,
) -> None:
    """Write all runs of an experiment as CSV; `trialog runs export` can choose among them."""
    experiment = chosen_experiment(session, name_or_id, experiment_id, experiment_name)
    question = RunQuestion(experiment_ids=[experiment.experiment_id])
    write_runs(session, question, None, output, kind="json" if session.output.as_json else "csv")


experiments.add_command(experiment_tags)


def _tell(session: Session, experiment: ExperimentMessage, sentence: str) -> None:
    if session.output.as_json:
        session.output.document(experiment_document(session.experiments.get(experiment.experiment_id)))
    else:
        session.output.sentence(sentence)
