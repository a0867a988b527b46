"""What all commands share that ask a server: where it is, how they answer, and that they end tidily."""

import os
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from typing import Any, Final, TypeVar

import click

from trialog.cli.output import Band, Output
from trialog.cli.text import printable
from trialog.config import read_environment
from trialog.errors import ConfigurationError
from trialog.remote.address import TRACKING_URI_VARIABLE, ServerAddress
from trialog.remote.settings import CREDENTIALS, WORKSPACE_VARIABLE, Patience, connection_settings
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.experiments import Experiments
from trialog.sdk.meanings import MetricMeanings
from trialog.sdk.metric_points import MetricPoints
from trialog.sdk.models import Models
from trialog.sdk.run_table import RunTable
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport

Command = TypeVar("Command", bound=Callable[..., Any])

# What decides which servers are believed, and which file is shown to them. A folder may have come from others.
SETTINGS_OF_FOLDER: Final = (
    "MLFLOW_TRACKING_INSECURE_TLS",
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
)
# Somebody waits at a terminal: better say soon that there is no server.
_PATIENCE: Final = Patience(attempts=3, first_pause_seconds=0.1, longest_pause_seconds=5.0)


class Session:
    """What one command works with.

    Args:
        transport: Asks the server.
        output: Takes the results.
    """

    def __init__(self, transport: Transport, output: Output) -> None:
        self.output = output
        self.models = Models(transport)
        self.experiments = Experiments(transport)
        self.runs = Runs(transport)
        self.table = RunTable(transport)
        self.points = MetricPoints(transport)
        self.artifacts = Artifacts(transport)
        self.meanings = MetricMeanings(transport)
        self.url = transport.url


class Group(click.Group):
    """A group whose commands have second names, which MLflow's command line gives them.

    Args:
        second_names: Names of commands by their second names.
        elsewhere: Module and function of commands that are imported when they are called, so that the others cost
            nothing.
        arguments: Arguments of `click.Group`.
    """

    def __init__(
        self,
        *arguments: Any,
        second_names: Mapping[str, str] | None = None,
        elsewhere: Mapping[str, tuple[str, str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._second_names = second_names or {}
        self._elsewhere = elsewhere or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *self._elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by one of its names."""
        if cmd_name in self._elsewhere:
            module, function = self._elsewhere[cmd_name]
            command: click.Command = getattr(import_module(module), function)
            return command
        return super().get_command(ctx, self._second_names.get(cmd_name, cmd_name))


def asks_server(command: Command) -> Command:
    """Give a command the options `--tracking-uri` and `--json`, and call it with a session in front."""

    @click.option(
        "--tracking-uri",
        metavar="URI",
        help=f"Address of the server; [default: {TRACKING_URI_VARIABLE}, "
        "else the server of this folder, else http://127.0.0.1:5000].",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @click.pass_context
    @wraps(command)
    def call(context: click.Context, /, tracking_uri: str | None, as_json: bool, **values: Any) -> None:
        transport = open_transport(tracking_uri, context)
        try:
            command(Session(transport, Output(as_json=as_json)), **values)
        finally:
            transport.close()

    return call  # type: ignore[return-value]  # what click makes of it takes the same options


def open_transport(tracking_uri: str | None, context: click.Context, workspace: str | None = None) -> Transport:
    """Return what asks the server.

    Args:
        tracking_uri: Its address, if the command line names one.
        context: Knows the file of variables that the command line names.
        workspace: In which workspace to ask, if the command line names one.

    Raises:
        ConfigurationError: The address or a variable cannot be understood, or a folder's `.env` would have this
            process's password sent to another machine (`connection.address_from_folder`), or says which certificates
            to believe (`connection.trust_from_folder`).
    """
    dotenv = context.find_root().obj
    environment = read_environment(dotenv=dotenv)
    if workspace is not None:
        environment[WORKSPACE_VARIABLE] = workspace
    if dotenv is None:
        _check_trust(environment)
    settings = connection_settings(tracking_uri, environment, _PATIENCE)
    if tracking_uri is None and dotenv is None and TRACKING_URI_VARIABLE not in os.environ:
        _check_meant(settings.address)
    return Transport(settings)


def _check_trust(environment: Mapping[str, str]) -> None:
    for name in SETTINGS_OF_FOLDER:
        if environment.get(name) and name not in os.environ:
            raise ConfigurationError(
                "connection.trust_from_folder",
                f"The file .env of this folder sets {name}, which decides whom a password is sent to, and is not taken "
                f"from a file that only happens to lie in the working directory. If you want it, set {name} in the "
                "environment, or name the file with --env-file.",
                setting=name,
            )


def _check_meant(address: ServerAddress) -> None:
    secret = next((name for name in CREDENTIALS if os.environ.get(name)), None)
    if secret is not None and not address.is_local:
        raise ConfigurationError(
            "connection.address_from_folder",
            f"{address.url} comes from the file .env of this folder, and {secret} of the environment would be sent "
            f"there. If you want that, set {TRACKING_URI_VARIABLE} in the environment, or give --tracking-uri.",
            address=address.url,
        )


def print_metrics(session: Session, metrics: Mapping[str, float], experiment_id: str | None) -> None:
    """Print metrics with a word for how good each is, where somebody said what is good.

    Args:
        session: The command's session.
        metrics: Values by name.
        experiment_id: Where they were logged, if that is known.
    """
    if not metrics:
        return
    bands = session.meanings.bands(metrics, experiment_id)
    session.output.heading("Metrics")
    session.output.table(
        ("Metric", "Value", "Rating"),
        [(key, value, Band(bands[key].value) if key in bands else None) for key, value in metrics.items()],
    )


def confirm(session: Session, question: str, *, is_answered: bool) -> None:
    """Ask before something is deleted, unless the command line answered already.

    Args:
        session: The command's session.
        question: The question.
        is_answered: Whether the command line said yes.

    Raises:
        click.Abort: The answer is no, or nobody is there to answer.
    """
    if not is_answered:
        click.confirm(printable(question), abort=True, err=session.output.as_json)
