"""`trialog models serve`."""

import math
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from trialog.cli.model_source import bring_variables, check_environment, names_model
from trialog.cli.sentences import sentence_of
from trialog.cli.text import printable
from trialog.errors import ConfigurationError, TrialogError, require
from trialog.models.consent import is_allowed
from trialog.serving.options import DEFAULT_PORT, ServingOptions
from trialog.serving.started import Started

_MOST_WORKERS: Final = 512
_SIZE: Final = re.compile(r"(?P<number>[0-9]{1,15})\s*(?P<unit>[kMG]i?)?B?")
_FACTORS: Final = {None: 1, "k": 1000, "M": 1000**2, "G": 1000**3, "ki": 1024, "Mi": 1024**2, "Gi": 1024**3}


def size(text: str) -> int:
    """Return the bytes that a text such as `100MB` stands for.

    Args:
        text: The text.

    Raises:
        click.BadParameter: It stands for none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None or int(match["number"]) == 0:
        raise click.BadParameter(f"{text!r} is no size; write bytes, or a number with kB, MB, GB, kiB, MiB or GiB.")
    return int(match["number"]) * _FACTORS[match["unit"]]


@click.command("serve")
@names_model
@click.option("--host", "-h", metavar="HOST", help="Interface to listen on; [default: MLFLOW_HOST, else 127.0.0.1].")
@click.option(
    "--port",
    "-p",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Port to listen on, 0 for any; [default: MLFLOW_PORT, else 5001 or, if that is busy, the next free one].",
)
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(1, _MOST_WORKERS),
    metavar="N",
    help="Processes that predict; [default: MLFLOW_MODELS_WORKERS, else 1].",
)
@click.option(
    "--timeout",
    "-t",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="How long a request may take, 0 for as long as it takes; [default: MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT, "
    "else 60].",
)
@click.option(
    "--watch",
    type=click.FloatRange(0),
    default=5.0,
    metavar="SECONDS",
    help="Pause between two questions whether another version was promoted, 0 asks never; [default: 5].",
)
@click.option(
    "--batch",
    type=click.Choice(("auto", "off")),
    default="auto",
    help="Whether requests that wait are predicted together where that is faster; [default: auto].",
)
@click.option(
    "--max-batch-rows", type=click.IntRange(1), default=4096, metavar="N", help="Rows together; [default: 4096]."
)
@click.option(
    "--max-waiting",
    type=click.IntRange(1),
    default=1024,
    metavar="N",
    help="Requests of a process that may wait for the model; the next is answered 503; [default: 1024].",
)
@click.option("--max-body", type=size, default="100MiB", metavar="SIZE", help="Largest body; [default: 100MiB].")
@click.option(
    "--accounts",
    is_flag=True,
    help="Callers have to show an account of the tracking server that may read the model.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Callers have to show one of the tokens of this file, one a line; [default: TRIALOG_SERVING_TOKEN_FILE].",
)
@click.option(
    "--allow-open",
    is_flag=True,
    help="Listen beyond this machine although nobody has to show who she is.",
)
@click.option(
    "--allowed-hosts",
    metavar="HOSTS",
    help="Host headers to take, separated by commas, beside localhost and --host; * stands for any text; [default: "
    "MLFLOW_SERVER_ALLOWED_HOSTS].",
)
@click.option(
    "--cors-allowed-origins",
    metavar="ORIGINS",
    help="Origins of pages that may call, separated by commas; [default: MLFLOW_SERVER_CORS_ALLOWED_ORIGINS].",
)
@click.option(
    "--ssl-certfile",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Certificate; with it the server speaks HTTPS.",
)
@click.option(
    "--ssl-keyfile",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Private key of the certificate; TRIALOG_SSL_KEYFILE_PASSWORD unlocks it.",
)
@click.option(
    "--log-level",
    type=click.Choice(("debug", "info", "warning", "error")),
    default="info",
    help="Least severe lines to write; [default: info].",
)
@click.option("--enable-mlserver", is_flag=True, help="Refused: Trialog serves by itself.")
@click.pass_context
def serve_model(context: click.Context, /, **values: Any) -> None:
    """Serve a model over HTTP, as MLflow's scoring server is asked: /ping, /health, /version and /invocations.

    What a stage, an alias, a label or latest names is asked for every few seconds. When another version is promoted it
    is loaded beside the one that serves, and takes its place while requests go on.
    """
    if values["enable_mlserver"]:
        raise ConfigurationError(
            "settings.not_available",
            "--enable-mlserver is not available: Trialog serves models by itself, with worker processes (--workers) and"
            " requests that are predicted together (--batch auto). Leave it out.",
            setting="enable_mlserver",
        )
    check_environment(values)
    variables = bring_variables(context, values)
    options = _options(values, variables)
    # What follows weighs most of the start; a wrong option is answered before.
    from trialog.server.logs import configure_logging

    configure_logging(values["log_level"])
    try:
        code = require("trialog.serving.run", extra="server").run(options, _announce, _fail)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _options(values: Mapping[str, Any], variables: Mapping[str, str]) -> ServingOptions:
    """Return what was chosen on the command line or by variables."""
    chosen = _Chosen(values, variables)
    return ServingOptions(
        model_uri=values["model_uri"],
        host=chosen.of("host", "MLFLOW_HOST", str, "127.0.0.1"),
        port=chosen.of("port", "MLFLOW_PORT", _whole(0, 65535), None),
        workers=chosen.of("workers", "MLFLOW_MODELS_WORKERS", _whole(1, _MOST_WORKERS), 1),
        timeout_seconds=chosen.of("timeout", "MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT", _seconds, 60.0),
        watch_seconds=values["watch"],
        allow_pickle=values["allow_pickle"],
        batch=values["batch"],
        max_batch_rows=values["max_batch_rows"],
        max_waiting=values["max_waiting"],
        max_body_bytes=values["max_body"],
        accounts=values["accounts"],
        token_file=chosen.of("token_file", "TRIALOG_SERVING_TOKEN_FILE", Path, None),
        allow_open=values["allow_open"],
        allowed_hosts=_list(chosen.of("allowed_hosts", "MLFLOW_SERVER_ALLOWED_HOSTS", str, "")),
        cors_allowed_origins=_list(chosen.of("cors_allowed_origins", "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", str, "")),
        ssl_certfile=values["ssl_certfile"],
        ssl_keyfile=values["ssl_keyfile"],
        ssl_keyfile_password=variables.get("TRIALOG_SSL_KEYFILE_PASSWORD") or None,
        log_level=values["log_level"],
    )


class _Chosen:
    """What the command line says, else a variable, else nobody.

    Args:
        values: Values of the command line.
        variables: Variables by name.
    """

    def __init__(self, values: Mapping[str, Any], variables: Mapping[str, str]) -> None:
        self._values = values
        self._variables = variables

    def of(self, name: str, variable: str, read: Callable[[str], Any], default: Any) -> Any:
        """Return what was said of an option.

        Args:
            name: The option.
            variable: Says it where the command line does not.
            read: Reads the variable.
            default: Stands where nobody said anything.
        """
        given, text = self._values[name], self._variables.get(variable, "").strip()
        if given is not None or not text:
            return default if given is None else given
        try:
            return read(text)
        except ValueError as error:
            raise ConfigurationError(
                "settings.bad_value", f"The variable {variable} is {text[:100]!r}: {error}.", setting=name
            ) from error


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise ValueError("it must be a number of seconds")
    return seconds


def _list(text: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)


def _announce(started: Started) -> None:
    options, url = started.options, started.url
    if started.is_moved:
        click.echo(
            f"Port {DEFAULT_PORT} is busy: another program listens there, so Trialog took the next free one.", err=True
        )
    version = "" if started.version is None else f", version {started.version} of {started.name}"
    lines = [
        f"Trialog serves {options.model_uri}{version} at {url}",
        f"Ask it with: POST {url}/invocations; what goes in: GET {url}/",
        f"Figures for Prometheus: {url}/metrics",
        "The model was allowed to run code while it was loaded."
        if is_allowed(options.allow_pickle)
        else "Nothing that is in the model ran while it was loaded; one that has to is not put in place.",
    ]
    if options.allow_open:
        lines.append("Anybody who can reach this address can use the model.")
    if options.asks_who_calls and started.is_reachable and options.ssl_certfile is None:
        lines.append(
            "Plain HTTP: what callers show can be read on the way. Give --ssl-certfile, or put a proxy with HTTPS in "
            "front."
        )
    for line in (*lines, "Ctrl-C stops it."):
        click.echo(printable(line), err=True)


def _fail(error: TrialogError) -> None:
    click.echo(f"Error: {printable(sentence_of(error))} [{error.code}]", err=True)
