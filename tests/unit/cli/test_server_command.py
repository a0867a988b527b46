"""`trialog server` as a person at a terminal meets it."""

import json
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.unit.cli.processes import Finished, StartedServer, run_to_end, started_server
from trialog import __version__
from trialog.config import DEFAULT_PORT

FILE = "/api/2.0/mlflow-artifacts/artifacts/a/b.txt"


def refused(finished: Finished) -> str:
    """What a command that could not do its work says: one sentence, no traceback, exit code 1."""
    assert finished.code == 1, finished.errors
    assert finished.output == ""
    assert "Traceback" not in finished.errors
    assert finished.errors.startswith("Error: ")
    assert finished.errors.count("\n") == 1
    return finished.errors


def listening(port: int = 0) -> socket.socket:
    taken = socket.socket()
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen()
    except OSError:
        assert port, "a free port could not be bound"
    return taken


def begin_upload(server: StartedServer, first: bytes, size: int) -> socket.socket:
    """Send the head and the beginning of a file, and return when the server takes it in."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    head = f"PUT {FILE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    # The server asks for the body when the upload has reached the storage.
    assert connection.recv(4096).startswith(b"HTTP/1.1 100")
    connection.sendall(first)
    return connection


def wait_until_closed(server: StartedServer) -> None:
    """Return when the server takes no new connections."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        except OSError:
            return


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run_to_end(tmp_path, "--version").output.strip() == f"trialog, version {__version__}"


def test_server_and_ui_are_the_same(tmp_path: Path) -> None:
    assert {"server", "ui"} <= set(run_to_end(tmp_path, "--help").output.split())
    help_of_ui = run_to_end(tmp_path, "ui", "--help").output
    assert "--backend-store-uri" in help_of_ui
    assert help_of_ui.replace("trialog ui", "trialog server") == run_to_end(tmp_path, "server", "--help").output


def test_a_server_tells_its_address_serves_and_stops(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server:
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        server.interrupt()
        assert server.end() == 0
        assert f"Trialog serves at {server.url}" in server.log
        assert f"MLFLOW_TRACKING_URI={server.url}" in server.log
        assert "Traceback" not in server.log
    assert not (tmp_path / "address.txt").exists()
    assert (tmp_path / "trialog.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process could answer")
def test_a_server_that_is_terminated_ends_well(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server:
        server.process.terminate()
        assert server.end() == 0


def test_a_busy_default_port_moves_the_server_and_that_is_said(tmp_path: Path) -> None:
    with closing(listening(DEFAULT_PORT)), started_server(tmp_path, address_file="trialog.address") as server:
        assert server.port > DEFAULT_PORT
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        server.interrupt()
        assert server.end() == 0
        assert f"Port {DEFAULT_PORT} is busy" in server.log
    assert not (tmp_path / "trialog.address").exists()


@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_busy_port_that_was_asked_for_is_refused(tmp_path: Path, way: str) -> None:
    with closing(listening()) as taken:
        port = str(taken.getsockname()[1])
        finished = (
            run_to_end(tmp_path, "server", "--port", port)
            if way == "option"
            else run_to_end(tmp_path, "server", environment={"MLFLOW_PORT": port})
        )
    assert f"Port {port} of 127.0.0.1 is busy" in refused(finished)
    assert not (tmp_path / "trialog.db").exists()


def test_other_machines_are_let_in_only_on_purpose(tmp_path: Path) -> None:
    said = refused(run_to_end(tmp_path, "server", "--host", "0.0.0.0", "--port", "0"))  # noqa: S104  refused
    assert "--allow-open" in said
    with started_server(tmp_path, "--host", "0.0.0.0", "--port", "0", "--allow-open") as server:  # noqa: S104  for a moment
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        server.interrupt()
        assert server.end() == 0
        assert "WARNING trialog.server open: whoever can reach the server" in server.log


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--workers", "4"], "SQLite lets one process write at a time"),
        (["--gunicorn-opts", "--timeout 5"], "--gunicorn-opts is not available"),
        (["--app-name", "basic-auth"], "accounts are not in this release"),
        (["--disable-security-middleware"], "checks Host and Origin in every mode"),
        (["--uvicorn-opts", "--reload"], "holds '--reload', which is not available"),
        (["--registry-store-uri", "sqlite:///other.db"], "keeps runs and models in one"),
        (["--artifacts-only", "--no-serve-artifacts"], "leave nothing to serve"),
        (["--port", "http"], "The option --port is 'http'"),
        (["--artifacts-destination", "s3://bucket/x", "--port", "0"], "keeps them in a local folder"),
        (["--backend-store-uri", "postgresql://bot:secret@db/x", "--port", "0"], "keeps data in SQLite"),
        (["--backend-store-uri", "sqlite:///no/such/folder/x.db", "--port", "0"], "Check that the directory exists"),
        (["--ssl-certfile", "none.pem", "--ssl-keyfile", "none.key", "--port", "0"], "certificate"),
        (["--address-file", "/dev/null/x", "--port", "0"], "address cannot be written"),
    ],
)
def test_what_cannot_be_started_is_said_in_one_sentence(tmp_path: Path, arguments: list[str], part: str) -> None:
    said = refused(run_to_end(tmp_path, "server", *arguments))
    assert part in said
    assert "secret" not in said


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("my notes, not a database")
    said = refused(run_to_end(tmp_path, "server", "--backend-store-uri", "sqlite:///notes.db", "--port", "0"))
    assert "notes.db" in said
    assert (tmp_path / "notes.db").read_text() == "my notes, not a database"


def test_settings_come_from_dotenv_then_the_environment_then_the_options(tmp_path: Path) -> None:
    lines = ["MLFLOW_BACKEND_STORE_URI=sqlite:///of-dotenv.db", "MLFLOW_STATIC_PREFIX=/dotenv", "MLFLOW_PORT=nonsense"]
    (tmp_path / ".env").write_text("\n".join(lines))
    environment = {"MLFLOW_STATIC_PREFIX": "/environment", "MLFLOW_PORT": "more nonsense"}
    with started_server(tmp_path, "--port", "0", environment=environment) as server:
        assert server.url.endswith("/environment")
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
    assert (tmp_path / "of-dotenv.db").exists()


def test_another_file_of_variables_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.env").write_text("MLFLOW_WORKERS=7")
    assert "is 7" in refused(run_to_end(tmp_path, "--env-file", "other.env", "server"))
    assert "no file" in refused(run_to_end(tmp_path, "--env-file", "missing.env", "server"))


def test_an_option_without_effect_is_noted(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0", "--secrets-cache-ttl", "20") as server:
        assert "Note: --secrets-cache-ttl has no effect" in server.log


def test_an_interrupt_lets_an_upload_finish(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server, closing(begin_upload(server, b"first ", 12)) as upload:
        server.interrupt()
        wait_until_closed(server)
        upload.sendall(b"second")
        answer = upload.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert server.end() == 0
    assert (tmp_path / "mlartifacts" / "a" / "b.txt").read_bytes() == b"first second"


def test_a_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server, closing(begin_upload(server, b"first ", 12)):
        server.interrupt()
        wait_until_closed(server)
        server.interrupt()
        assert server.end() == 130
    assert not (tmp_path / "mlartifacts" / "a").exists()


def test_an_upload_that_the_client_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server:
        begin_upload(server, b"x" * 100_000, 200_000).close()
        listing = requests.get(f"{server.url}/api/2.0/mlflow-artifacts/artifacts", timeout=30)
        assert listing.json() == {}
        server.interrupt()
        assert server.end() == 0
        assert "Traceback" not in server.log
    left = [path for path in (tmp_path / "mlartifacts").rglob("*") if path.is_file() and path.stat().st_size]
    assert left == []


def test_what_is_no_http_is_answered_and_not_logged_at_length(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server:
        for nonsense in (b"\x16\x03\x01\x00\x00", b"\r\n\r\n\x00", b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n"):
            with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
                connection.sendall(nonsense)
                assert connection.recv(4096).startswith(b"HTTP/1.1 400")
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        assert "Traceback" not in server.log


def test_a_client_that_is_refused_reads_why_although_it_sends_much(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0") as server:
        for address in ("/api/2.0/mlflow-artifacts/artifacts/a%5cb", "/nowhere"):
            answer = requests.put(f"{server.url}{address}", data=b"x" * 20_000_000, timeout=30)
            assert answer.status_code in {400, 404}
            assert json.loads(answer.text)["message"]
