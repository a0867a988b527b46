"""Sending, fetching and looking at artifacts by commands, against a real server."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.e2e.test_run_commands import Terminal
from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with, run_to_end
from tests.unit.sdk.answering import answer, answering
from trialog.cli import trialog
from trialog.remote.settings import connection_settings
from trialog.sdk.models import Models
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport

EVIL = "\x1b[2Jевро\u202e"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def call(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls a command; one that fails raises, unless it was to fail with a code."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(trialog, ["artifacts", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def transport(url: str) -> Iterator[Transport]:
    with closing(Transport(connection_settings(url, {}))) as opened:
        yield opened


@pytest.fixture
def run_id(transport: Transport) -> str:
    return Runs(transport).create("0", run_name="r", start_time=1, tags={}).info.run_id


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "weights.bin").write_bytes(bytes(range(256)) * 16)
    return folder


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_files_and_folders_are_sent_listed_and_fetched(call: Call, run_id: str, model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello\n")
    assert call("upload", run_id, "notes.txt").stdout == "Sent notes.txt.\n"
    assert call("upload", run_id, "model", "notes.txt", "-a", "best").stdout == "Sent 3 files.\n"
    assert document(call("upload", "--run-id", run_id, "notes.txt", "-a", "x", "--json")) == ["x/notes.txt"]
    assert call("list", run_id).stdout.splitlines()[1:] == ["best/", "notes.txt  6 B", "x/"]
    assert call("ls", run_id, "best/model").stdout.splitlines()[1:] == [
        "best/model/MLmodel  12 B",
        "best/model/data/",
    ]
    assert document(call("list", "-r", run_id, "-a", "best", "--json")) == [
        {"path": "best/model", "is_dir": True, "file_size": None},
        {"path": "best/notes.txt", "is_dir": False, "file_size": 6},
    ]
    assert "(no artifacts)" in call("list", run_id, "nowhere").stderr
    shown = call("tree", run_id, "best")
    assert shown.stdout.splitlines() == [
        "├── model/",
        "│   ├── MLmodel  (12 B)",
        "│   └── data/",
        "│       └── weights.bin  (4.0 KiB)",
        "└── notes.txt  (6 B)",
    ]
    assert "3 files, 4.0 KiB" in shown.stderr
    assert len(document(call("tree", run_id, "--json"))) == 9
    assert call("download", run_id, "best/model").stdout == "model\n"
    assert tree(tmp_path / "model") == tree(model)
    assert document(call("download", run_id, "--json")) == {"path": run_id}
    assert tree(tmp_path / run_id / "best" / "model") == tree(model)
    assert call("download", f"runs:/{run_id}/notes.txt", "-d", "to/there").stdout == f"{Path('to/there/notes.txt')}\n"
    assert call("cat", run_id, "best/model/data/weights.bin").stdout_bytes == bytes(range(256)) * 16
    assert document(call("cat", run_id, "notes.txt", "--json")) == {"size": 6, "text": "hello\n", "base64": None}
    assert document(call("cat", run_id, "best/model/data/weights.bin", "--json"))["text"] is None


def test_versions_and_logged_models_are_named_by_uri(
    call: Call, run_id: str, model: Path, tmp_path: Path, transport: Transport
) -> None:
    call("upload", run_id, "model")
    models = Models(transport)
    models.create("by-uri")
    models.create_version("by-uri", f"runs:/{run_id}/model", run_id=run_id)
    models.set_alias("by-uri", "champion", "1")
    assert call("list", "models:/by-uri@champion").stdout.splitlines()[1:] == ["MLmodel  12 B", "data/"]
    assert call("cat", "models:/by-uri/1", "MLmodel").stdout == "flavors: {}\n"
    assert call("download", "models:/by-uri/latest").stdout == "by-uri-latest\n"
    assert tree(tmp_path / "by-uri-latest") == tree(model)
    assert call("download", "--artifact-uri", "models:/by-uri/1/data", "-d", "d").stdout == f"{Path('d/data')}\n"
    with pytest.raises(Exception, match="names no artifacts"):
        call("list", "s3://bucket/x")


def test_the_page_of_a_run_is_named(call: Call, run_id: str, url: str) -> None:
    assert call("open", run_id, "a b/c#.txt", "--print").stdout == (
        f"{url}/runs/{run_id}/artifacts?path=a%20b%2Fc%23.txt\n"
    )
    assert document(call("open", run_id, "--json")) == {"url": f"{url}/runs/{run_id}/artifacts"}
    with pytest.raises(Exception, match="nope"):
        call("open", "nope", "--print")
    call("open", "models:/x/1", "--print", code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "a", "-r", "b", "c"),
        ("list", "-r", "a", "-u", "runs:/b"),
        ("list", "a", "b", "-a", "c"),
        ("upload", "a"),
        ("upload",),
        ("log-artifact", "-r", "a"),
        ("log-artifacts", "-r", "a", "-l", "no-such-folder"),
        ("download",),
    ],
    ids=" ".join,
)
def test_a_command_that_makes_no_sense_is_a_mistake_of_usage(call: Call, arguments: tuple[str, ...]) -> None:
    assert "Usage: " in call(*arguments, code=2).output


def test_errors_are_one_sentence_and_exit_code_1(url: str, tmp_path: Path, run_id: str) -> None:
    (tmp_path / "f").write_text("x")
    for arguments, sentence in (
        (("cat", run_id, f"no{EVIL}"), "[artifact.invalid_path]"),
        (("cat", run_id, "nothing"), "[artifact.not_found]"),
        (("download", run_id, "nothing"), "[artifact.not_found]"),
        (("download", "no-such-run"), "[run.not_found]"),
        (("upload", run_id, "no-such-file"), "[artifact.no_local_file]"),
        (("upload", run_id, "f", "-a", "../x"), "[artifact.invalid_path]"),
        (("upload", "no-such-run", "f"), "[run.not_found]"),
        (("download", run_id, "-d", "f"), "Error: f: "),
    ):
        done = run_to_end(tmp_path, "artifacts", *arguments, environment={"MLFLOW_TRACKING_URI": url})
        assert (done.code, done.output) == (1, ""), done.errors
        assert sentence in done.errors
        assert len(done.errors.splitlines()) == 1
        assert "\x1b" not in done.errors
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_names_and_files_cannot_command_a_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: Call, run_id: str
) -> None:
    listed = {"root_uri": EVIL, "files": [{"path": EVIL, "is_dir": False, "file_size": 1}]}
    with answering([answer(200, json.dumps(listed).encode())]) as server:
        for arguments in (("list", "run"), ("tree", "run"), ("list", "run", "--json"), ("tree", "run", "--json")):
            shown = CliRunner().invoke(trialog, ["artifacts", *arguments, "--tracking-uri", server.url]).output
            assert "евро" in shown
            assert all(character.isprintable() or character == "\n" for character in shown), arguments
    (tmp_path / "evil.txt").write_text(f"{EVIL}\r\n\tline\n", newline="")
    call("upload", run_id, "evil.txt")
    assert call("cat", run_id, "evil.txt").stdout_bytes.decode() == f"{EVIL}\r\n\tline\n"
    buffer = io.BytesIO()
    terminal = Terminal(buffer, encoding="utf-8", write_through=True)
    with redirect_stdout(terminal):
        trialog.main(["artifacts", "cat", run_id, "evil.txt"], standalone_mode=False)
    assert buffer.getvalue().decode() == "\\x1b[2Jевро\\u202e\n\tline\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_long_work_shows_how_far_it_is_on_a_terminal(tmp_path: Path, url: str, run_id: str) -> None:
    # Not to be had on Windows.
    import pty

    (tmp_path / "large.bin").write_bytes(os.urandom(8 * 1024 * 1024))
    leader, follower = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "trialog", "artifacts", "upload", run_id, "large.bin"],
            cwd=tmp_path,
            env=environment_with({"MLFLOW_TRACKING_URI": url, "TERM": "xterm", "COLUMNS": "100"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=follower,
            timeout=60,
            check=True,
        )
        told = os.read(leader, 100_000).decode()
    finally:
        os.close(leader)
        os.close(follower)
    assert done.stdout == b"Sent large.bin.\n"
    assert "Sending" in told
    assert "8.0" in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_download_that_somebody_ends_leaves_nothing_behind(tmp_path: Path) -> None:
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nETag: "1"\r\n\r\n'
    (tmp_path / "model.bin").write_bytes(b"before")
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(
            [sys.executable, "-m", "trialog", "artifacts", "download", "run", "model.bin"],
            cwd=tmp_path,
            env=environment_with({"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{listener.getsockname()[1]}"}),
            stderr=subprocess.PIPE,
        ) as process,
    ):
        connection, _ = listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(head + b"x" * 500_000)
            deadline = time.monotonic() + 60
            # Begun: bytes are on the disk, under another name.
            while not any(path.stat().st_size for path in tmp_path.glob(".trialog-*.part")):
                assert process.poll() is None
                assert time.monotonic() < deadline
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 1
            assert process.stderr is not None
            assert b"Aborted" in process.stderr.read()
    assert tree(tmp_path) == {"model.bin": b"before"}
