"""Options of `mlflow server` that have no meaning here: each says so, and why.

An option whose absence could hurt, because somebody relies on it, refuses the start. One that changes nothing that a
client could see is noted and left at that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from trialog.errors import ConfigurationError

Command = TypeVar("Command", bound=Callable[..., Any])
_NO_WORDS: Final = frozenset({"", "0", "false", "f", "no", "n", "off"})


@dataclass(frozen=True)
class UnavailableOption:
    """An option that is understood only to be answered.

    Attributes:
        flags: How it is written.
        parameter: Its name among the values of the command.
        reason: Why it has no meaning here, and what to do instead.
        is_refused: Whether the server does not start with it.
        variable: MLflow's environment variable for it, if there is one.
        is_flag: Whether it takes no value.
    """

    flags: str
    parameter: str
    reason: str
    is_refused: bool
    variable: str | None = None
    is_flag: bool = False


UNAVAILABLE_OPTIONS: Final = (
    UnavailableOption(
        "--gunicorn-opts",
        "gunicorn_opts",
        "Trialog does not run on gunicorn. For TLS give --ssl-certfile and --ssl-keyfile.",
        is_refused=True,
        variable="MLFLOW_GUNICORN_OPTS",
    ),
    UnavailableOption(
        "--waitress-opts",
        "waitress_opts",
        "Trialog does not run on waitress. For TLS give --ssl-certfile and --ssl-keyfile.",
        is_refused=True,
    ),
    UnavailableOption(
        "--disable-security-middleware",
        "disable_security_middleware",
        "Trialog checks Host and Origin in every mode. Name further hosts with --allowed-hosts and further origins "
        "with --cors-allowed-origins.",
        is_refused=True,
        variable="MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE",
        is_flag=True,
    ),
    UnavailableOption(
        "--expose-prometheus",
        "expose_prometheus",
        "Trialog exposes no Prometheus metrics in this release.",
        is_refused=True,
        variable="MLFLOW_EXPOSE_PROMETHEUS",
    ),
    UnavailableOption(
        "--read-replica-backend-store-uri",
        "read_replica_backend_store_uri",
        "Trialog reads from --backend-store-uri.",
        is_refused=False,
        variable="MLFLOW_READ_REPLICA_BACKEND_STORE_URI",
    ),
    UnavailableOption(
        "--workspace-store-uri",
        "workspace_store_uri",
        "Trialog keeps workspaces in --backend-store-uri.",
        is_refused=False,
        variable="MLFLOW_WORKSPACE_STORE_URI",
    ),
    UnavailableOption(
        "--trace-archival-config",
        "trace_archival_config",
        "Trialog keeps no traces in this release, so there are none to archive.",
        is_refused=False,
        variable="MLFLOW_TRACE_ARCHIVAL_CONFIG",
    ),
    UnavailableOption(
        "--secrets-cache-ttl", "secrets_cache_ttl", "Trialog keeps no secrets, so it caches none.", is_refused=False
    ),
    UnavailableOption(
        "--secrets-cache-max-size",
        "secrets_cache_max_size",
        "Trialog keeps no secrets, so it caches none.",
        is_refused=False,
    ),
    UnavailableOption(
        "--dev",
        "dev",
        "Trialog does not reload itself. For more log lines give --log-level debug.",
        False,
        is_flag=True,
    ),
)


def unavailable_options(command: Command) -> Command:
    """Add the options to a click command."""
    for option in reversed(UNAVAILABLE_OPTIONS):
        kind = "Refused" if option.is_refused else "Without effect"
        command = click.option(
            option.flags, option.parameter, is_flag=option.is_flag, default=None, help=f"{kind}: {option.reason}"
        )(command)
    return command


def check_unavailable_options(values: Mapping[str, object], environment: Mapping[str, str]) -> list[str]:
    """Answer the options that were given.

    Args:
        values: Values of the command line by parameter.
        environment: Variables by name.

    Returns:
        A sentence for each that has no effect.

    Raises:
        ConfigurationError: One was given whose absence could hurt (`settings.not_available`).
    """
    notices = []
    for option in UNAVAILABLE_OPTIONS:
        origin = _origin(option, values, environment)
        if origin is None:
            continue
        if option.is_refused:
            raise ConfigurationError(
                "settings.not_available", f"{origin} is not available: {option.reason}", setting=option.parameter
            )
        notices.append(f"{origin} has no effect: {option.reason}")
    return notices


def _origin(option: UnavailableOption, values: Mapping[str, object], environment: Mapping[str, str]) -> str | None:
    given = values.get(option.parameter)
    if given is not None:
        return option.flags.partition("/")[0] if given is not False else None
    text = environment.get(option.variable, "") if option.variable is not None else ""
    is_set = text.strip().lower() not in _NO_WORDS if option.is_flag else bool(text)
    return option.variable if is_set else None
