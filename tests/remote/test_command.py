"""`trialog ui` with the address of another server: what does not go with it, and what a folder may not say."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.servers import start_trialog

ELSEWHERE = "http://127.0.0.1:9"


def refusal_of(folder: Path, *options: str) -> str:
    """Return what a start that is refused says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    command = [sys.executable, "-m", "trialog", "ui", "--port", "0", *options]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False, encoding="utf-8"
    )
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize("option", ["--accounts", "--enable-workspaces", "--artifacts-only"])
def test_what_asks_for_data_of_its_own_is_refused(tmp_path: Path, option: str) -> None:
    said = refusal_of(tmp_path, "--backend-store-uri", ELSEWHERE, option)
    assert option in said
    assert "settings.contradiction" in said


def test_other_machines_are_not_let_in_unasked(tmp_path: Path) -> None:
    said = refusal_of(tmp_path, "--backend-store-uri", ELSEWHERE, "--host", "0.0.0.0")  # noqa: S104  it is refused
    assert "server.open_address" in said


def test_a_folder_does_not_name_the_server(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"MLFLOW_BACKEND_STORE_URI={ELSEWHERE}\n", encoding="utf-8")
    assert "settings.not_from_dotenv" in refusal_of(tmp_path)


def test_a_password_in_the_address_is_shown_nowhere(tmp_path: Path) -> None:
    with start_trialog(tmp_path, "--backend-store-uri", "http://ada:s3cret@127.0.0.1:9") as server:
        answers = [
            httpx.get(f"{server.url}{path}", trust_env=False).text
            for path in ("/api/3.0/mlflow/server-info", "/api/trialog/v1/home", "/api/trialog/v1/status", "/")
        ]
        assert "127.0.0.1:9" in answers[0]
        assert not any("s3cret" in text for text in (*answers, server.log))
