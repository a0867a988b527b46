"""What `trialog models serve` and `trialog models predict` are both told: which model, and how it may be loaded."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from trialog.cli.connection import open_transport
from trialog.config import read_environment
from trialog.errors import ConfigurationError
from trialog.remote.address import TRACKING_URI_VARIABLE
from trialog.sdk.tracking_uri import is_server, set_tracking_uri

Command = TypeVar("Command", bound=Callable[..., Any])

_ENVIRONMENTS: Final = ("local", "virtualenv", "uv", "conda")
_MODEL_HELP: Final = (
    "models:/NAME/VERSION (a number, label, stage or latest), models:/NAME@ALIAS, models:/m-ID, runs:/ID/name or a"
    " folder."
)


def names_model(command: Command) -> Command:
    """Give a command the options that say which model, and how it may be loaded."""
    for option in (
        click.option("--install-mlflow", is_flag=True, help="Without effect: models are loaded without MLflow."),
        click.option("--no-conda", is_flag=True, help="The same as --env-manager local."),
        click.option(
            "--env-manager",
            type=click.Choice(_ENVIRONMENTS),
            default="local",
            help="local: the Python that this runs in. The others are refused, for none is made here.",
        ),
        click.option(
            "--tracking-uri",
            metavar="URI",
            help=f"Where the model is; [default: {TRACKING_URI_VARIABLE}, else the server of this folder, "
            "else http://127.0.0.1:5000].",
        ),
        click.option(
            "--allow-pickle",
            is_flag=True,
            default=None,
            help="Load the model although that runs code that is in it; [default: TRIALOG_ALLOW_PICKLE].",
        ),
        click.option("--model-uri", "-m", metavar="URI", required=True, help=_MODEL_HELP),
    ):
        command = option(command)
    return command


def check_environment(values: Mapping[str, Any]) -> None:
    """Refuse to make an environment for the model.

    Args:
        values: Values of the command line.

    Raises:
        ConfigurationError: One is wanted (`settings.not_available`).
    """
    manager = values["env_manager"]
    if manager != "local" and not values["no_conda"]:
        raise ConfigurationError(
            "settings.not_available",
            f"--env-manager {manager} is not available: the model is loaded in the Python that this command runs in."
            " Make an environment with what requirements.txt of the model names (uv pip install -r requirements.txt),"
            " install Trialog into it, and run the command there.",
            setting="env_manager",
        )


def bring_variables(context: click.Context, values: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the variables that count, and have the whole process track where they say.

    Args:
        context: Knows the file of variables that the command line names.
        values: Values of the command line.
    """
    dotenv = context.find_root().obj
    environment = read_environment(dotenv=dotenv)
    tracking_uri = values["tracking_uri"] or environment.get(TRACKING_URI_VARIABLE)
    if tracking_uri is None or is_server(tracking_uri):
        # What a folder's file of variables may not say is refused here as by every command.
        open_transport(values["tracking_uri"], context).close()
    for name, value in environment.items():
        os.environ.setdefault(name, value)
    if values["tracking_uri"] is not None:
        set_tracking_uri(values["tracking_uri"])
    return environment
