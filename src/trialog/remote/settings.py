"""How to speak with a server: its address, who asks, which certificates to trust, how long to wait."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trialog.config import boolean
from trialog.entities.workspace import check_workspace_name
from trialog.errors import ConfigurationError, InvalidParameter
from trialog.remote.address import ServerAddress, find_address

WORKSPACE_VARIABLE = "MLFLOW_WORKSPACE"
CREDENTIALS = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how often to ask again.

    Attributes:
        timeout_seconds: How long the server may keep silent.
        connect_seconds: How long it may take to be reached.
        attempts: How often a request is sent at most, if it may be sent again.
        first_pause_seconds: Pause before the second attempt; each further one is twice as long.
        longest_pause_seconds: Longest pause, also where the server asks for a longer one.
    """

    timeout_seconds: float = 120.0
    connect_seconds: float = 10.0
    attempts: int = 5
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 30.0


@dataclass(frozen=True)
class ConnectionSettings:
    """Everything that a transport needs to know.

    Attributes:
        address: The server.
        authorization: Value of the header that says who asks.
        insecure_tls: Whether any certificate is believed.
        server_certificates: File or folder of certificates to trust in place of the system's.
        client_certificate: File with the certificate and key that this client shows.
        patience: How long to wait.
        workspace: In which workspace to ask; None for the server's default one.
    """

    address: ServerAddress
    authorization: str | None = field(default=None, repr=False)
    insecure_tls: bool = False
    server_certificates: Path | None = None
    client_certificate: Path | None = None
    patience: Patience = Patience()
    workspace: str | None = None


def connection_settings(
    address: str | None = None, environment: Mapping[str, str] | None = None, patience: Patience | None = None
) -> ConnectionSettings:
    """Make settings of what the caller and the environment say.

    Args:
        address: Address of the server; see `find_address` for what counts without it.
        environment: Variables by name; those of this process if None.
        patience: How long to wait; the usual if None, with MLflow's variables MLFLOW_HTTP_REQUEST_TIMEOUT and
            MLFLOW_HTTP_REQUEST_MAX_RETRIES.

    Raises:
        ConfigurationError: Something that was said cannot be understood.
    """
    variables = os.environ if environment is None else environment
    found = find_address(address, variables)
    insecure = variables.get("MLFLOW_TRACKING_INSECURE_TLS") or "false"
    try:
        insecure_tls = boolean(insecure)
    except ValueError as error:
        raise _bad_variable("MLFLOW_TRACKING_INSECURE_TLS", insecure, str(error)) from error
    return ConnectionSettings(
        address=found,
        authorization=_authorization(found, variables),
        insecure_tls=insecure_tls,
        server_certificates=_path(variables.get("MLFLOW_TRACKING_SERVER_CERT_PATH")),
        client_certificate=_path(variables.get("MLFLOW_TRACKING_CLIENT_CERT_PATH")),
        patience=patience or _patience(variables),
        workspace=workspace_of(variables),
    )


def workspace_of(variables: Mapping[str, str]) -> str | None:
    """Return the workspace to ask in; None for the default one.

    Args:
        variables: Those of the environment by name.

    Raises:
        ConfigurationError: No workspace can be called as they say.
    """
    text = (variables.get(WORKSPACE_VARIABLE) or "").strip()
    if not text:
        return None
    try:
        check_workspace_name(text)
    except InvalidParameter as error:
        raise _bad_variable(WORKSPACE_VARIABLE, text, "no workspace can be called so") from error
    return text


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _patience(variables: Mapping[str, str]) -> Patience:
    usual = Patience()
    return Patience(
        timeout_seconds=_number(variables, "MLFLOW_HTTP_REQUEST_TIMEOUT", int(usual.timeout_seconds), least=1),
        attempts=1 + _number(variables, "MLFLOW_HTTP_REQUEST_MAX_RETRIES", usual.attempts - 1, least=0),
    )


def _number(variables: Mapping[str, str], name: str, usual: int, *, least: int) -> int:
    text = variables.get(name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= least):
        raise _bad_variable(name, text, f"it must be a whole number from {least} on")
    return int(text)


def _authorization(address: ServerAddress, variables: Mapping[str, str]) -> str | None:
    token, username, password = (variables.get(name) for name in CREDENTIALS)
    if address.username is not None:
        username, password = address.username, address.password or ""
    if username and password is not None:
        pair = base64.b64encode(f"{username}:{password}".encode())
        return f"Basic {pair.decode('ascii')}"
    if not token:
        return None
    if not token.isascii() or not token.isprintable():
        raise ConfigurationError(
            "connection.bad_token",
            "The variable MLFLOW_TRACKING_TOKEN holds characters that no token has; was it copied with a line break?",
        )
    return f"Bearer {token}"


def _bad_variable(name: str, text: str, fault: str) -> ConfigurationError:
    return ConfigurationError(
        "settings.bad_value", f"The variable {name} is {text[:100]!r}: {fault}.", setting=name.lower()
    )
