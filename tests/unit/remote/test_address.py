"""Where a client looks for the server."""

import os
from pathlib import Path

import pytest

from trialog.errors import ConfigurationError
from trialog.remote.address import find_address, parse_address


def found(given: str | None, environment: dict[str, str]) -> str:
    return find_address(given, environment).url


def test_an_argument_wins_over_the_variable_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "address"
    file.write_text("http://127.0.0.1:7003\n", encoding="utf-8")
    environment = {"MLFLOW_TRACKING_URI": "http://localhost:7002", "TRIALOG_ADDRESS_FILE": str(file)}
    assert found("http://127.0.0.1:7001", environment) == "http://127.0.0.1:7001"
    assert found(None, environment) == "http://localhost:7002"
    del environment["MLFLOW_TRACKING_URI"]
    assert found(None, environment) == "http://127.0.0.1:7003"
    file.unlink()
    assert found(None, environment) == "http://127.0.0.1:5000"


def test_the_server_of_this_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(None, {}) == "http://127.0.0.1:5000"
    (tmp_path / "trialog.address").write_text("http://127.0.0.1:5007/base\n", encoding="utf-8")
    assert found(None, {}) == "http://127.0.0.1:5007/base"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "trialog.address").write_text("http://[::1]:5008", encoding="utf-8")
    assert found(None, {"MLFLOW_BACKEND_STORE_URI": "sqlite:///data/x.db"}) == "http://[::1]:5008"


def test_a_file_that_came_with_a_folder_sends_nobody_to_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trialog.address").write_text("https://tracking.example.org\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"names https://tracking\.example\.org:443, which is another machine"):
        find_address(None, {})
    asked_for = {"TRIALOG_ADDRESS_FILE": os.fspath(tmp_path / "trialog.address")}
    assert found(None, asked_for) == "https://tracking.example.org:443"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://host", "http://host:80"),
        ("https://host/", "https://host:443"),
        ("HTTP://Host:5000/base/", "http://host:5000/base"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_addresses_are_taken_apart(text: str, url: str) -> None:
    assert parse_address(text, "a test").url == url


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("postgresql://user:secret@db/x", "it names a store or a folder"),
        ("./mlruns", "it names a store or a folder"),
        ("localhost:5000", "it names a store or a folder"),
        ("http://", "it names no machine"),
        ("http://ho st", "it names no machine"),
        ("http://host:port", "it cannot be read"),
        ("http://host:99999", "it cannot be read"),
        ("http://host/?a=b", "it must end before"),
    ],
)
def test_what_is_no_address_is_said_so_without_its_password(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault) as caught:
        parse_address(text, "a test")
    assert caught.value.code == "connection.bad_address"
    assert "secret" not in caught.value.message
