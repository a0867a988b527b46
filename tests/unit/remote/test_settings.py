"""MLflow's variables that say how to speak with a server."""

import base64
from pathlib import Path

import pytest

from trialog.errors import ConfigurationError
from trialog.remote.settings import connection_settings

ADDRESS = "http://127.0.0.1:5000"


def authorization(address: str = ADDRESS, **variables: str) -> str | None:
    return connection_settings(address, variables).authorization


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def test_who_asks_is_taken_from_address_or_variables() -> None:
    assert authorization() is None
    assert authorization(MLFLOW_TRACKING_TOKEN="t-1") == "Bearer t-1"
    named = {"MLFLOW_TRACKING_USERNAME": "аня", "MLFLOW_TRACKING_PASSWORD": "p:w"}
    assert authorization(**named) == basic("аня:p:w")
    assert authorization(MLFLOW_TRACKING_TOKEN="t-1", **named) == basic("аня:p:w")
    assert authorization("http://bob:a%40b@127.0.0.1:5000", **named) == basic("bob:a@b")


def test_passwords_do_not_show() -> None:
    settings = connection_settings("http://127.0.0.1", {"MLFLOW_TRACKING_TOKEN": "secret-1"})
    assert "secret-1" not in repr(settings)
    with pytest.raises(ConfigurationError, match="copied with a line break") as caught:
        authorization(MLFLOW_TRACKING_TOKEN="secret-1\nX-Admin: yes")
    assert "secret" not in caught.value.message


def test_patience_and_certificates_are_taken_from_variables() -> None:
    settings = connection_settings(
        ADDRESS,
        {
            "MLFLOW_HTTP_REQUEST_TIMEOUT": "7",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "MLFLOW_TRACKING_INSECURE_TLS": "True",
            "MLFLOW_TRACKING_SERVER_CERT_PATH": "ca.pem",
            "MLFLOW_TRACKING_CLIENT_CERT_PATH": "me.pem",
        },
    )
    assert (settings.patience.timeout_seconds, settings.patience.attempts) == (7, 1)
    assert settings.insecure_tls
    assert (settings.server_certificates, settings.client_certificate) == (Path("ca.pem"), Path("me.pem"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MLFLOW_HTTP_REQUEST_TIMEOUT", "0"),
        ("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon"),
        ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "-1"),
        ("MLFLOW_TRACKING_INSECURE_TLS", "perhaps"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"The variable {name} is '{text}'"):
        connection_settings(ADDRESS, {name: text})
