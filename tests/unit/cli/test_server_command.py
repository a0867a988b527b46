"""`trialog server` as a person at a terminal meets it."""

import json
import re
import socket
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import requests
from click.testing import CliRunner

from tests.certificates import write_certificates
from tests.unit.cli.processes import Finished, StartedServer, run_to_end, started_server
from trialog import __version__
from trialog.cli import trialog
from trialog.config import DEFAULT_PORT
from trialog.errors import ConfigurationError

ALL_INTERFACES = "0.0.0.0"  # noqa: S104  the tests show that it is refused, or bind it for a moment
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
    if sys.platform != "win32":
        # Else connections that others ended a moment ago would stand in the way.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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


def test_server_and_ui_are_the_same() -> None:
    runner = CliRunner()
    assert {"server", "ui"} <= set(runner.invoke(trialog, ["--help"]).output.split())
    help_of_ui = runner.invoke(trialog, ["ui", "--help"], prog_name="trialog").output
    assert "--backend-store-uri" in help_of_ui
    help_of_server = runner.invoke(trialog, ["server", "--help"], prog_name="trialog").output
    assert help_of_ui.replace("trialog ui", "trialog server") == help_of_server


def test_a_server_tells_its_address_serves_and_stops(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0", "--secrets-cache-ttl", "20") as server:
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        server.interrupt()
        assert server.end() == 0
        assert "Note: --secrets-cache-ttl has no effect" in server.log
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


def test_a_busy_port_that_was_asked_for_is_refused(tmp_path: Path) -> None:
    with closing(listening()) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} of 127.0.0.1 is busy" in refused(run_to_end(tmp_path, "server", "--port", port))
    assert not (tmp_path / "trialog.db").exists()


def test_an_open_server_says_that_it_is(tmp_path: Path) -> None:
    with started_server(tmp_path, "--host", ALL_INTERFACES, "--port", "0", "--allow-open") as server:
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        server.interrupt()
        assert server.end() == 0
        assert "WARNING trialog.server open: whoever can reach the server" in server.log


def test_a_server_with_accounts_may_be_reached_by_others(tmp_path: Path) -> None:
    with started_server(tmp_path, "--host", ALL_INTERFACES, "--port", "0", "--accounts") as server:
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
        question = f"{server.url}/api/2.0/mlflow/experiments/get"
        assert requests.get(question, {"experiment_id": "0"}, timeout=30).status_code == 401
        server.interrupt()
        assert server.end() == 0
        assert "There is no administrator yet." in server.log
        assert "WARNING trialog.server plain HTTP: passwords and tokens can be read on the way" in server.log


def test_a_server_with_a_certificate_speaks_https(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    with started_server(tmp_path, "--port", "0", "--uvicorn-opts", "--ssl-certfile=good --ssl-keyfile=key") as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert requests.get(f"{server.url}/health", timeout=30, verify=str(tmp_path / "good")).text == "OK"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--workers", "4"], "SQLite lets one process write at a time"),
        (["--gunicorn-opts", "--timeout 5"], "--gunicorn-opts is not available"),
        (["--app-name", "other"], "--app-name is 'other'"),
        (["--app-name", "basic-auth", "--no-accounts"], "leave one out"),
        (["--accounts", "--allow-open"], "There are accounts, and --allow-open"),
        (["--no-accounts", "--host", ALL_INTERFACES], "--allow-open"),
        (["--disable-security-middleware"], "checks Host and Origin in every mode"),
        (["--uvicorn-opts", "--reload"], "holds '--reload', which is not available"),
        (["--uvicorn-opts", "--log-level loud"], "must be one of debug, info, warning, error"),
        (["--uvicorn-opts", "--log-level 'debug"], "cannot be read: No closing quotation"),
        (["--uvicorn-opts", "--log-level"], "--log-level without a value"),
        (["--ssl-keyfile", "x.key"], "--ssl-keyfile needs --ssl-certfile"),
        (["--uvicorn-opts", "--ssl-ca-certs=x.pem"], "--ssl-ca-certs needs --ssl-certfile"),
        (["--registry-store-uri", "sqlite:///other.db"], "keeps runs and models in one"),
        (["--artifacts-only", "--no-serve-artifacts"], "leave nothing to serve"),
        (["--port", "http"], "The option --port is 'http'"),
        (["--host", ALL_INTERFACES], "--allow-open"),
    ],
)
def test_options_that_cannot_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=re.escape(part)):
        trialog.main(["server", *arguments], standalone_mode=False)


def test_settings_come_from_dotenv_then_the_environment_then_the_options(tmp_path: Path) -> None:
    lines = ["MLFLOW_BACKEND_STORE_URI=sqlite:///of-dotenv.db", "MLFLOW_STATIC_PREFIX=/dotenv", "MLFLOW_PORT=nonsense"]
    (tmp_path / ".env").write_text("\n".join(lines))
    environment = {"MLFLOW_STATIC_PREFIX": "/environment", "MLFLOW_PORT": "more nonsense"}
    with started_server(tmp_path, "--port", "0", environment=environment) as server:
        assert server.url.endswith("/environment")
        assert requests.get(f"{server.url}/health", timeout=30).text == "OK"
    assert (tmp_path / "of-dotenv.db").exists()


def test_another_file_of_variables_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.env").write_text("MLFLOW_WORKERS=7")
    with pytest.raises(ConfigurationError, match="is 7"):
        trialog.main(["--env-file", "other.env", "server"], standalone_mode=False)
    with pytest.raises(ConfigurationError, match="no file"):
        trialog.main(["--env-file", "missing.env", "server"], standalone_mode=False)


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


def test_a_large_file_flows_through_in_little_memory(tmp_path: Path) -> None:
    piece, count = bytes(2**20), 192

    with started_server(tmp_path, "--port", "0") as server:
        memory = psutil.Process(server.process.pid).memory_info
        before = memory().rss
        sent = requests.put(f"{server.url}{FILE}", data=(piece for _ in range(count)), timeout=60)
        assert sent.json() == {}
        with requests.get(f"{server.url}{FILE}", stream=True, timeout=60) as answer:
            assert sum(len(part) for part in answer.iter_content(2**20)) == count * 2**20
        assert memory().rss - before < 64 * 2**20
