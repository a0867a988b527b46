"""`trialog run`."""

import os
import signal
import sys
from contextlib import closing
from typing import Any

import click

from trialog.cli.connection import SETTINGS_OF_FOLDER, open_transport
from trialog.cli.output import Output, binary_output
from trialog.config import read_environment
from trialog.errors import NotImplementedHere
from trialog.projects.environment_plan import MANAGERS
from trialog.projects.request import BACKENDS, ProjectRequest
from trialog.projects.running import CODE_OF_SIGNALS, find_experiment, shell_code, submit_and_wait
from trialog.remote.address import TRACKING_URI_VARIABLE
from trialog.remote.settings import CREDENTIALS, WORKSPACE_VARIABLE
from trialog.sdk.tracking_uri import absolute_uri, is_server
from trialog.sdk.tracking_uri import open_transport as open_store
from trialog.sdk.transport import Transport

_DEFAULT_EXPERIMENT = "0"


@click.command("run")
@click.argument("uri")
@click.option(
    "--entry-point",
    "-e",
    metavar="NAME",
    default="main",
    show_default=True,
    help="What is run of the project: an entry point of its file MLproject, or a file .py or .sh.",
)
@click.option("--version", "-v", metavar="VERSION", help="Commit, branch or tag of a git repository.")
@click.option(
    "--param-list",
    "-P",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="A parameter. Those that the entry point does not know are added to its command as `--name value`.",
)
@click.option("--docker-args", "-A", "docker", metavar="NAME=VALUE", multiple=True, help="Not supported.", hidden=True)
@click.option("--experiment-name", metavar="NAME", help="Experiment of the run, which is made if it is not there.")
@click.option("--experiment-id", metavar="ID", help="The same by its id; [default: MLFLOW_EXPERIMENT_ID, else 0].")
@click.option(
    "--backend", "-b", type=click.Choice(BACKENDS), default="local", show_default=True, help="Where the project runs."
)
@click.option("--backend-config", "-c", metavar="FILE", help="What the backend is told: a JSON file, or JSON.")
@click.option(
    "--env-manager",
    type=click.Choice(MANAGERS),
    help="What makes the environment that the project runs in; [default: as the project says].",
)
@click.option(
    "--storage-dir",
    metavar="FOLDER",
    envvar="MLFLOW_TMP_DIR",
    help="Folder that keeps what is fetched for parameters of type path.",
)
@click.option("--run-id", metavar="ID", help="A run to go on with, in place of a new one.")
@click.option("--run-name", metavar="NAME", help="Name of the run.")
@click.option(
    "--tracking-uri",
    metavar="URI",
    help=f"Where the run is tracked; [default: {TRACKING_URI_VARIABLE}, else the server of this folder, "
    "else http://127.0.0.1:5000].",
)
@click.pass_context
def run(
    context: click.Context,
    /,
    uri: str,
    parameters: tuple[str, ...],
    docker: tuple[str, ...],
    experiment_name: str | None,
    experiment_id: str | None,
    tracking_uri: str | None,
    **options: Any,
) -> None:
    """Run the project of a folder or git repository, tracked as a run.

    URI is a folder, or https://HOST/PATH, ssh://HOST/PATH or USER@HOST:PATH, each with #SUBFOLDER behind it or
    without. The exit code is that of the project's command.
    """
    if docker:
        raise NotImplementedHere(
            "project.docker",
            "Trialog runs no containers, so that there is nothing that -A could tell them. Leave it out.",
        )
    if experiment_name and experiment_id:
        raise click.UsageError("Name the experiment by --experiment-name or by --experiment-id, and not by both.")
    given = _parameters(parameters)
    environment = read_environment(dotenv=context.find_root().obj)
    if not experiment_name and not experiment_id:
        experiment_name = environment.get("MLFLOW_EXPERIMENT_NAME")
        experiment_id = None if experiment_name else environment.get("MLFLOW_EXPERIMENT_ID")
    transport, told = _tracking(tracking_uri or environment.get(TRACKING_URI_VARIABLE), tracking_uri, context)
    with closing(transport):
        request = ProjectRequest(
            uri=uri,
            experiment_id=find_experiment(transport, experiment_name, experiment_id) or _DEFAULT_EXPERIMENT,
            tracking_uri=told,
            parameters=given,
            # What is read of a file here is not yet among the variables of this process.
            variables={
                name: environment[name]
                for name in (*CREDENTIALS, WORKSPACE_VARIABLE, *SETTINGS_OF_FOLDER)
                if environment.get(name) and name not in os.environ
            },
            **options,
        )
        code = _run(request, transport)
    sys.exit(code)


def _run(request: ProjectRequest, transport: Transport) -> int:
    """Run a project, say how it ended, and return the exit code."""
    output = Output(as_json=False)
    try:
        submitted = submit_and_wait(request, transport, output.note, _show)
    except KeyboardInterrupt:
        return CODE_OF_SIGNALS + signal.SIGINT
    status = submitted.get_status()
    code = f", exit code {submitted.exit_code}" if submitted.exit_code else ""
    output.note(f"Run {submitted.run_id}: {status}{code}")
    return 0 if status == "FINISHED" else shell_code(submitted)


def _tracking(text: str | None, given: str | None, context: click.Context) -> tuple[Transport, str]:
    """Return what asks the server, and how the project is told where that is."""
    if text is not None and not is_server(text):
        return open_store(text), absolute_uri(text)
    transport = open_transport(given, context)
    return transport, text or transport.url


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, is_there, value = text.partition("=")
        if not is_there or not name:
            raise click.UsageError(f"-P takes NAME=VALUE, and not {text[:200]!r}.")
        if name in found:
            raise click.UsageError(f"The parameter {name[:200]!r} is given twice.")
        found[name] = value
    return found


def _show(piece: bytes) -> None:
    stream = binary_output()
    stream.write(piece)
    stream.flush()
