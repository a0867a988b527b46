"""`trialog server`, and `trialog ui`, which is the same."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from trialog.cli.mlflow_auth import mlflow_auth_variables
from trialog.cli.unavailable import check_unavailable_options, unavailable_options
from trialog.config import DEFAULT_PORT, Settings, load_settings, names_server, read_environment, redact
from trialog.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

    from trialog.remote.settings import ConnectionSettings

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--backend-store-uri",
        metavar="URI",
        help="Where runs are kept; the address of a server shows its data; [default: sqlite:///trialog.db].",
    ),
    click.option("--registry-store-uri", metavar="URI", help="Must be the same as --backend-store-uri, if given."),
    click.option(
        "--default-artifact-root",
        metavar="URI",
        help="URI under which new experiments keep their artifacts; [default: mlflow-artifacts:/, through this "
        "server, or ./mlruns if artifacts are not served].",
    ),
    click.option(
        "--serve-artifacts/--no-serve-artifacts",
        default=None,
        help="Whether clients send and fetch artifacts through this server; [default: yes].",
    ),
    click.option("--artifacts-only", is_flag=True, default=None, help="Serve nothing but artifacts."),
    click.option(
        "--artifacts-destination",
        metavar="PATH",
        help="Folder of the artifacts that pass through this server; [default: mlartifacts beside the store].",
    ),
    click.option("--host", "-h", metavar="HOST", help="Interface to listen on; [default: 127.0.0.1]."),
    click.option(
        "--port",
        "-p",
        metavar="PORT",
        help=f"Port to listen on, 0 for any; [default: {DEFAULT_PORT} or, if that is busy, the next free one].",
    ),
    click.option(
        "--accounts/--no-accounts",
        default=None,
        help="Whether everybody has to log in; [default: yes if the store has accounts or users log in at an identity "
        "provider, else no]. Without accounts the server listens on this machine alone, unless --allow-open is given.",
    ),
    click.option(
        "--app-name", metavar="NAME", help="basic-auth, MLflow's name for accounts, is the same as --accounts."
    ),
    click.option(
        "--allow-open",
        is_flag=True,
        default=None,
        help="Listen beyond this machine although nobody has to log in: whoever can reach the server can read and "
        "change everything.",
    ),
    click.option(
        "--workers",
        "-w",
        metavar="N",
        help="Server processes; one. On PostgreSQL, start several servers behind a proxy.",
    ),
    click.option("--static-prefix", metavar="PREFIX", help="Prefix of every path, such as /tracking."),
    click.option(
        "--allowed-hosts",
        metavar="HOSTS",
        help="Host headers to take, separated by commas, beside localhost and --host; * stands for any text.",
    ),
    click.option(
        "--cors-allowed-origins",
        metavar="ORIGINS",
        help="Origins of pages that may call, separated by commas, beside the server's own and, for a server on this "
        "machine, those on this machine; * stands for any text.",
    ),
    click.option("--x-frame-options", metavar="WORD", help="SAMEORIGIN, DENY or NONE; [default: SAMEORIGIN]."),
    click.option("--address-file", metavar="PATH", help="File that holds the server's URL while it runs."),
    click.option("--ssl-certfile", metavar="PATH", help="Certificate; with it the server speaks HTTPS."),
    click.option("--ssl-keyfile", metavar="PATH", help="Private key of the certificate."),
    click.option("--ssl-keyfile-password", metavar="TEXT", help="What unlocks the private key."),
    click.option("--ssl-ca-certs", metavar="PATH", help="Certificates that clients must have one signed by."),
    click.option(
        "--bin-retention-days",
        metavar="DAYS",
        help="Remove for good, with its files, what lies in the bin for so many days; [default: never].",
    ),
    click.option(
        "--enable-workspaces/--disable-workspaces",
        default=None,
        help="Whether there are workspaces beside the default one, which see nothing of each other; [default: no].",
    ),
    click.option("--log-level", metavar="WORD", help="debug, info, warning or error; [default: info]."),
    click.option(
        "--uvicorn-opts",
        metavar="TEXT",
        help="Options of uvicorn in one text; the ones with a meaning here are --ssl-..., --log-level, "
        "--timeout-keep-alive and --timeout-graceful-shutdown.",
    ),
)
_TIMEOUT_VARIABLE: Final = "MLFLOW_HTTP_REQUEST_TIMEOUT"
# Somebody waits at a page: better say soon that the other server does not answer.
_SECONDS_OF_A_PAGE: Final = 60.0
_SECONDS_TO_CONNECT: Final = 5.0
_ACCOUNTS_OF_MLFLOW: Final = "basic-auth"
# Setting that each option of uvicorn stands for.
_UVICORN_OPTIONS: Final = {
    "--ssl-certfile": "ssl_certfile",
    "--ssl-keyfile": "ssl_keyfile",
    "--ssl-keyfile-password": "ssl_keyfile_password",
    "--ssl-ca-certs": "ssl_ca_certs",
    "--log-level": "log_level",
    "--timeout-keep-alive": "keep_alive_seconds",
    "--timeout-graceful-shutdown": "shutdown_seconds",
}


def _options(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@_options
@unavailable_options
@click.pass_obj
def server(env_file: Path | None, /, **values: str | bool | None) -> None:
    """Serve MLflow's API: experiments, runs, metrics and artifacts."""
    environment = read_environment(dotenv=env_file)
    notices = check_unavailable_options(values, environment)
    of_mlflow, more_notices = mlflow_auth_variables(environment)
    environment, notices = {**of_mlflow, **environment}, [*notices, *more_notices]
    settings = _settings(values, environment)
    another_server = _another_server(settings, environment if env_file is not None else os.environ)
    if values.get("ssl_keyfile_password") is not None:
        notices.append(
            "--ssl-keyfile-password can be read by everybody on this machine who lists its processes. Name a file that "
            "holds it in TRIALOG_SSL_KEYFILE_PASSWORD_FILE instead."
        )
    # What follows weighs most of the start; a wrong option is answered before.
    from trialog.server.logs import configure_logging
    from trialog.server.run import run

    configure_logging(settings.log_level)
    for notice in notices:
        click.echo(f"Note: {notice}", err=True)
    try:
        run(
            settings,
            lambda listener, first_secret: _announce(
                listener.url, settings, is_moved=listener.is_moved, first_secret=first_secret
            ),
            another_server,
        )
    except KeyboardInterrupt:
        # It was interrupted before it was ready.
        sys.exit(130)


ui = server


def _settings(values: Mapping[str, str | bool | None], environment: Mapping[str, str]) -> Settings:
    options = {name: _text(value) for name, value in values.items()}
    options["accounts"] = _accounts(options.get("accounts"), options.get("app_name"))
    uvicorn_options = options.get("uvicorn_opts") or environment.get("MLFLOW_UVICORN_OPTS") or ""
    for name, text in _uvicorn_settings(uvicorn_options).items():
        if options.get(name) is None:
            options[name] = text
    settings = load_settings(options, environment)
    registry = options.get("registry_store_uri") or environment.get("MLFLOW_REGISTRY_STORE_URI")
    if registry and registry != settings.backend_store_uri:
        raise ConfigurationError(
            "settings.other_registry",
            "--registry-store-uri names another store, but Trialog keeps runs and models in one; leave it out.",
        )
    if settings.artifacts_only and settings.enable_workspaces:
        raise ConfigurationError(
            "settings.contradiction",
            "--enable-workspaces does not go with --artifacts-only, which asks no store which workspaces there are;"
            " leave one out.",
        )
    if settings.artifacts_only and not settings.serve_artifacts:
        raise ConfigurationError(
            "settings.nothing_to_serve",
            "--artifacts-only and --no-serve-artifacts together leave nothing to serve; leave one out.",
        )
    return settings


def _another_server(settings: Settings, environment: Mapping[str, str]) -> "ConnectionSettings | None":
    """Return how to speak with the server whose data is to be shown; None if it is the own.

    Args:
        settings: Say which.
        environment: Variables that say who asks, and which certificates are believed: never from a folder's `.env`,
            which may have come from others.
    """
    if not names_server(settings.backend_store_uri):
        return None
    _check_alone(settings)
    # Few starts need it.
    from trialog.remote.settings import Patience, connection_settings

    connection = connection_settings(settings.backend_store_uri, environment)
    patience = connection.patience
    seconds = patience.timeout_seconds if environment.get(_TIMEOUT_VARIABLE) else _SECONDS_OF_A_PAGE
    return replace(connection, patience=Patience(seconds, connect_seconds=_SECONDS_TO_CONNECT))


def _check_alone(settings: Settings) -> None:
    """Refuse what asks for data of its own beside that of another server."""
    asked = {
        "--accounts": settings.accounts is True or settings.oidc_issuer is not None,
        "--artifacts-only": settings.artifacts_only,
        "--enable-workspaces": settings.enable_workspaces,
        "--bin-retention-days": settings.bin_retention_days is not None,
    }
    for option, is_asked in asked.items():
        if is_asked:
            raise ConfigurationError(
                "settings.contradiction",
                f"{option} does not go with a --backend-store-uri that is another server, whose data is shown here and"
                " kept there; leave one out.",
            )


def _accounts(said: str | None, app_name: str | None) -> str | None:
    """Return what options say of accounts, in Trialog's words or in MLflow's."""
    if app_name is None:
        return said
    if app_name != _ACCOUNTS_OF_MLFLOW:
        raise ConfigurationError(
            "settings.not_available",
            f"--app-name is {app_name!r}, and the one application that is known here is {_ACCOUNTS_OF_MLFLOW}, which "
            "is the same as --accounts.",
            setting="app_name",
        )
    if said == "false":
        raise ConfigurationError(
            "settings.contradiction",
            f"--app-name {_ACCOUNTS_OF_MLFLOW} switches accounts on and --no-accounts off; leave one out.",
        )
    return "true"


def _text(value: str | bool | None) -> str | None:
    return value if value is None or isinstance(value, str) else str(value).lower()


def _uvicorn_settings(text: str) -> dict[str, str]:
    """Return the settings that options of uvicorn stand for.

    Raises:
        ConfigurationError: The text cannot be read or an option in it has no value (`settings.bad_uvicorn_options`),
            or one has no meaning here (`settings.not_available`).
    """
    settings = {}
    try:
        words = iter(shlex.split(text))
    except ValueError as error:
        # The text itself may hold a password.
        raise ConfigurationError(
            "settings.bad_uvicorn_options",
            f"--uvicorn-opts (MLFLOW_UVICORN_OPTS) cannot be read: {error}. Its options stand as in a shell.",
        ) from error
    for word in words:
        flag, separator, value = word.partition("=")
        if flag not in _UVICORN_OPTIONS:
            raise ConfigurationError(
                "settings.not_available",
                f"--uvicorn-opts (MLFLOW_UVICORN_OPTS) holds {flag!r}, which is not available; these are: "
                f"{', '.join(_UVICORN_OPTIONS)}.",
            )
        text_of_option = value if separator else next(words, None)
        if text_of_option is None:
            raise ConfigurationError(
                "settings.bad_uvicorn_options",
                f"--uvicorn-opts (MLFLOW_UVICORN_OPTS) holds {flag} without a value; write it behind the option.",
            )
        settings[_UVICORN_OPTIONS[flag]] = text_of_option
    return settings


def _announce(url: str, settings: Settings, *, is_moved: bool, first_secret: str | None) -> None:
    # Its import would keep the first client waiting.
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    if is_moved:
        console.print(f"Port {DEFAULT_PORT} is busy: another program listens there, so Trialog took the next free one.")
    console.print(f"Trialog serves at {url}", style="bold")
    if names_server(settings.backend_store_uri):
        console.print(
            f"It shows the data of {redact(settings.backend_store_uri)}; clients log to that server as before."
        )
    else:
        console.print(f"Clients find it with: MLFLOW_TRACKING_URI={url}")
        _announce_folder(console, settings)
    if settings.allow_open:
        console.print("Anybody who can reach this address can read and change everything: there are no accounts.")
    if first_secret is not None:
        console.print(
            f"There is no administrator yet. To make the first one, open {settings.public_url or url}/login/first"
        )
        console.print("within an hour, with this secret, which is not shown again:")
        console.print(f"    {first_secret}", style="bold")
    console.print("Ctrl-C stops it.")


def _announce_folder(console: "Console", settings: Settings) -> None:
    # By now the server has loaded it.
    from trialog.store.mlruns import mlruns_folder

    folder = mlruns_folder(settings.backend_store_uri)
    if folder is not None and not settings.artifacts_only:
        console.print(f"It shows the folder {folder} of MLflow, which is only read: nothing can be logged to it here.")
