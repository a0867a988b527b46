"""How commands name runs, experiments, lifecycle stages and tags."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from trialog.cli.connection import Session
from trialog.entities import ViewType
from trialog.wire.messages.experiments import ExperimentMessage

Command = TypeVar("Command", bound=Callable[..., Any])

VIEWS: Final = {
    "active_only": ViewType.ACTIVE_ONLY,
    "deleted_only": ViewType.DELETED_ONLY,
    "all": ViewType.ALL,
}


def view_option(command: Command) -> Command:
    """Give a command the option that says which lifecycle stages to look at."""
    return click.option(
        "--view",
        "-v",
        type=click.Choice(list(VIEWS), case_sensitive=False),
        default="active_only",
        metavar="WORD",
        help="Which to look at: active_only, deleted_only or all; [default: active_only].",
    )(command)


def experiment_options(command: Command) -> Command:
    """Give a command the options that name the experiments to look in."""
    name = click.option("--experiment-name", "-n", metavar="NAME", multiple=True, help="The same, by name alone.")
    number = click.option("--experiment-id", "-x", metavar="ID", multiple=True, help="The same, by id alone.")
    either = click.option(
        "--experiment", "-e", metavar="NAME_OR_ID", multiple=True, help="Where to look; may be repeated."
    )
    return either(number(name(command)))


def run_argument(command: Command) -> Command:
    """Give a command what names one run, for `one_run_id`."""
    option = click.option("--run-id", "-r", "run_id_option", metavar="ID", help="The run, if not named before.")
    return click.argument("run_id", required=False)(option(command))


def one_experiment(command: Command) -> Command:
    """Give a command what names one experiment, for `chosen_experiment`."""
    command = click.option("--experiment-name", "-n", metavar="NAME", help="Name of the experiment.")(command)
    command = click.option("--experiment-id", "-x", metavar="ID", help="Id of the experiment.")(command)
    return click.argument("name_or_id", required=False)(command)


def chosen_experiment_ids(
    session: Session, either: Sequence[str], ids: Sequence[str], names: Sequence[str]
) -> list[str]:
    """Return the ids of the experiments that the options name, or that the variables of MLflow name.

    Raises:
        click.UsageError: They name none.
    """
    chosen = [
        *[session.experiments.find(text).experiment_id for text in either],
        *[session.experiments.get(experiment_id).experiment_id for experiment_id in ids],
        *[session.experiments.get_by_name(name).experiment_id for name in names],
    ]
    if not chosen and (experiment_id := os.environ.get("MLFLOW_EXPERIMENT_ID")):
        chosen = [session.experiments.get(experiment_id).experiment_id]
    elif not chosen and (name := os.environ.get("MLFLOW_EXPERIMENT_NAME")):
        chosen = [session.experiments.get_by_name(name).experiment_id]
    if not chosen:
        raise click.UsageError("Name at least one experiment, as in: --experiment NAME")
    return list(dict.fromkeys(chosen))


def chosen_experiment(
    session: Session, name_or_id: str | None, experiment_id: str | None, experiment_name: str | None
) -> ExperimentMessage:
    """Return the experiment that a command names.

    Raises:
        click.UsageError: It names none, or more than one.
    """
    if sum(given is not None for given in (name_or_id, experiment_id, experiment_name)) != 1:
        raise click.UsageError("Name one experiment, by its name or its id.")
    if experiment_id is not None:
        return session.experiments.get(experiment_id)
    if experiment_name is not None:
        return session.experiments.get_by_name(experiment_name)
    return session.experiments.find(name_or_id or "")


def one_run_id(argument: str | None, option: str | None) -> str:
    """Return the id of the run that a command names.

    Raises:
        click.UsageError: It names none, or two.
    """
    chosen = argument or option
    if chosen is None or (argument and option):
        raise click.UsageError("Name one run by its id.")
    return chosen


def shifted(argument: str | None, option: str | None, *rest: str | None) -> list[str | None]:
    """Return a run's id and the arguments behind it, where the id may be told by the option instead.

    Args:
        argument: First argument of the command.
        option: The option `--run-id`.
        rest: The other arguments.

    Raises:
        click.UsageError: There is one argument too many.
    """
    if option is None:
        return [argument, *rest]
    if rest and rest[-1] is not None:
        raise click.UsageError("Name the run once.")
    return [option, argument, *rest[:-1]]


def tag_pair(text: str) -> tuple[str, str]:
    """Return key and value of a tag as it is typed.

    Raises:
        click.UsageError: It is not written as `KEY=VALUE`.
    """
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise click.UsageError(f"A tag is written as KEY=VALUE, and not {text!r}.")
    return key, value


def column_names(columns: str) -> list[str]:
    """Return the names of columns that are typed with commas between them, each once.

    Raises:
        click.UsageError: There are none.
    """
    names = list(dict.fromkeys(name for name in (part.strip() for part in columns.split(",")) if name))
    if not names:
        raise click.UsageError("--columns names no column.")
    return names
