"""The file that `MLFLOW_AUTH_CONFIG_PATH` names for MLflow's own accounts: what of it has a meaning here."""

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from trialog.errors import ConfigurationError

_VARIABLE: Final = "MLFLOW_AUTH_CONFIG_PATH"
_SECTION: Final = "mlflow"
_VARIABLES: Final = {
    "default_permission": "TRIALOG_DEFAULT_PERMISSION",
    "admin_username": "MLFLOW_AUTH_ADMIN_USERNAME",
    "admin_password": "MLFLOW_AUTH_ADMIN_PASSWORD",
}
_FUNCTION: Final = "authorization_function"
_USUAL_FUNCTION: Final = "mlflow.server.auth:authenticate_request_basic_auth"
_WITHOUT_EFFECT: Final = {
    "database_uri": "accounts are kept in the store, with everything else",
    "read_database_uri": "accounts are kept in the store, with everything else",
}


def mlflow_auth_variables(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Read the file, if one is named.

    Args:
        environment: Variables by name; those that are set win over the file.

    Returns:
        What it says as variables, and a sentence for each line that somebody may miss the effect of.

    Raises:
        ConfigurationError: It cannot be read (`settings.unreadable_auth_config`), or asks for a way to log in that is
            not there (`settings.not_available`).
    """
    path = environment.get(_VARIABLE)
    if not path:
        return {}, []
    # No interpolation: a password may hold a percent sign.
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(Path(path).read_text(encoding="utf-8"))
        lines = dict(parser[_SECTION])
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError) as error:
        # What the parser says shows a line, which may be the one with the password.
        raise ConfigurationError(
            "settings.unreadable_auth_config",
            f"The file {path!r}, which {_VARIABLE} names, cannot be read as a file of MLflow's with a section "
            f"[{_SECTION}]: {type(error).__name__}.",
            path=path,
        ) from None
    function = lines.get(_FUNCTION) or _USUAL_FUNCTION
    if function != _USUAL_FUNCTION:
        raise ConfigurationError(
            "settings.not_available",
            f"{_FUNCTION} in {path!r} is {function!r}, which is not available: the server loads no code of others. "
            "Users log in with a password, with a token, or at an identity provider by OpenID Connect.",
            setting=_FUNCTION,
        )
    variables = {
        variable: lines[name]
        for name, variable in _VARIABLES.items()
        # Either of the two in the environment wins.
        if lines.get(name) and not environment.get(f"{variable}_FILE")
    }
    notices = [
        f"{name} in {path!r} has no effect: {reason}." for name, reason in _WITHOUT_EFFECT.items() if name in lines
    ]
    return variables, notices
