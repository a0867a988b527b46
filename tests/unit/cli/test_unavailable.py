"""Options of MLflow's server that have no meaning here."""

import click
import pytest

from trialog.cli.server import server
from trialog.cli.unavailable import UNAVAILABLE_OPTIONS, UnavailableOption, check_unavailable_options
from trialog.errors import ConfigurationError

# `mlflow server --help` of 3.17.2.
MLFLOW_OPTIONS = """
--backend-store-uri --read-replica-backend-store-uri --registry-store-uri --default-artifact-root --serve-artifacts
--no-serve-artifacts --artifacts-only --artifacts-destination --host --port --workers --static-prefix --allowed-hosts
--cors-allowed-origins --disable-security-middleware --x-frame-options --gunicorn-opts --waitress-opts --uvicorn-opts
--dev --expose-prometheus --app-name --trace-archival-config --secrets-cache-ttl --secrets-cache-max-size
--workspace-store-uri --enable-workspaces --disable-workspaces -h -p -w
"""


def test_every_option_of_mlflow_is_known() -> None:
    known = {
        flag
        for parameter in server.params
        if isinstance(parameter, click.Option)
        for flag in (*parameter.opts, *parameter.secondary_opts)
    }
    assert set(MLFLOW_OPTIONS.split()) <= known


@pytest.mark.parametrize("option", UNAVAILABLE_OPTIONS, ids=lambda option: option.parameter)
def test_each_is_refused_or_noted_with_its_reason(option: UnavailableOption) -> None:
    values = {option.parameter: True if option.is_flag else "something"}
    flag = option.flags.partition("/")[0]
    if option.is_refused:
        with pytest.raises(ConfigurationError, match=f"{flag} is not available: "):
            check_unavailable_options(values, {})
    else:
        assert check_unavailable_options(values, {}) == [f"{flag} has no effect: {option.reason}"]


def test_none_given_is_none_answered() -> None:
    values = {option.parameter: None for option in UNAVAILABLE_OPTIONS}
    flag = "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE"
    assert check_unavailable_options(values, {flag: "false", "MLFLOW_GUNICORN_OPTS": ""}) == []
    assert check_unavailable_options({"disable_security_middleware": False}, {flag: "true"}) == []


def test_variables_are_answered_like_options() -> None:
    with pytest.raises(ConfigurationError, match="MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE is not available"):
        check_unavailable_options({}, {"MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE": "true"})
    with pytest.raises(ConfigurationError, match="MLFLOW_GUNICORN_OPTS is not available"):
        check_unavailable_options({}, {"MLFLOW_GUNICORN_OPTS": "--timeout 9"})
