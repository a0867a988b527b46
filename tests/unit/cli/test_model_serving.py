"""What `trialog models serve` refuses before it loads anything, and what it takes from the environment."""

import json
import logging
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trialog import pyfunc
from trialog.cli import trialog
from trialog.cli.model_serving import size
from trialog.errors import ConfigurationError, TrialogError

ALL_INTERFACES = "0.0.0.0"  # noqa: S104  the tests show that it is refused


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The command sends the log of the process to where it is run.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_HOST", "MLFLOW_PORT", "TRIALOG_ALLOW_PICKLE"):
        monkeypatch.delenv(name, raising=False)


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(trialog, ["models", "serve", "-m", "./model", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refusal(*arguments: str) -> TrialogError:
    with pytest.raises(TrialogError, match=r".") as caught:
        call(*arguments)
    return caught.value


def test_a_busy_port_that_was_asked_for_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert f"Port {port} of 127.0.0.1 is busy" in refusal("--port", str(port)).message


def test_nobody_else_is_served_without_asking_who_it_is() -> None:
    for arguments in (("--host", ALL_INTERFACES), ("--allowed-hosts", "ml.example.org")):
        error = refusal("--port", "0", *arguments)
        assert error.code == "server.open_address"
        for option in ("--accounts", "--token-file", "--allow-open", "127.0.0.1"):
            assert option in error.message


def test_ways_to_ask_who_calls_do_not_go_together(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("a-token-that-is-long\n", encoding="ascii")
    for arguments in (("--accounts", "--allow-open"), ("--accounts", "--token-file", str(tokens))):
        assert refusal("--port", "0", *arguments).code == "settings.contradiction"


def test_what_is_not_made_here_is_refused_with_what_to_do() -> None:
    assert "uv pip install -r requirements.txt" in refusal("--env-manager", "conda").message
    assert "--workers" in refusal("--enable-mlserver").message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MLFLOW_PORT", "70000"),
        ("MLFLOW_MODELS_WORKERS", "many"),
        ("MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT", "-1"),
        ("MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT", "nan"),
    ],
)
def test_a_variable_that_says_nothing_sensible_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=variable):
        call()


def test_there_has_to_be_a_model() -> None:
    error = refusal("--port", "0")
    assert error.code == "model.mlmodel_not_found"


def test_a_module_that_a_model_needs_and_is_missing_is_named(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", lambda model_input: model_input)
    described = tmp_path / "model" / "MLmodel"
    text = described.read_text(encoding="utf-8").replace("mlflow.pyfunc.model", "a_module_that_nobody_installed")
    described.write_text(text, encoding="utf-8")
    assert refusal("--port", "0").code == "model.code_not_allowed"
    error = refusal("--port", "0", "--allow-pickle")
    assert error.code == "model.module_missing"
    assert "'a_module_that_nobody_installed'" in error.message


def test_what_goes_in_is_read_before_predictions_are_made(tmp_path: Path) -> None:
    pyfunc.save_model(tmp_path / "model", lambda model_input: model_input)
    arguments = ["models", "predict", "-m", str(tmp_path / "model"), "--allow-pickle"]
    told = CliRunner().invoke(trialog, [*arguments, "-t", "csv"], input="a,b\n1,x\n", catch_exceptions=False)
    assert json.loads(told.stdout) == {"predictions": [{"a": 1, "b": "x"}]}
    told = CliRunner().invoke(trialog, [*arguments, "-j", "split"], input='{"columns": ["a"], "data": [[1], [2]]}')
    assert json.loads(told.stdout) == {"predictions": [{"a": 1}, {"a": 2}]}
    assert isinstance(CliRunner().invoke(trialog, arguments, input='{"inputs": ').exception, TrialogError)


@pytest.mark.parametrize(
    ("text", "bytes_meant"), [("100", 100), ("2kB", 2000), ("100 MiB", 100 * 2**20), ("1GB", 10**9), ("3k", 3000)]
)
def test_sizes(text: str, bytes_meant: int) -> None:
    assert size(text) == bytes_meant


@pytest.mark.parametrize("text", ["", "0", "-1", "1TB", "many", "1.5MB"])
def test_what_is_no_size(text: str) -> None:
    assert "is no size" in call("--max-body", text).output


def test_predict_takes_a_format_of_json_for_json_alone(tmp_path: Path) -> None:
    arguments = ["models", "predict", "-m", str(tmp_path), "-t", "csv", "--json-format", "split"]
    assert "--json-format goes with" in CliRunner().invoke(trialog, arguments).output
