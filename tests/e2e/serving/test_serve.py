"""`trialog models serve` and `trialog models predict` on a model in a folder: who may call, limits, stopping."""

import hashlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.serving.model_server import (
    SECONDS,
    ModelServer,
    predicted,
    refused,
    save_function,
    start_model_server,
    wait_for,
)

TOKENS = ("a-token-of-the-shop-0001", "a-token-of-the-shop-0002")
# A model that answers when a file is there: nothing but the test decides when.
WAITS = """
import os, time
def predict(model_input):
    while not os.path.exists("goes_on"):
        open("began", "a").close()
        time.sleep(0.01)
    return model_input
"""
ALL_INTERFACES = "0.0.0.0"  # noqa: S104  whoever calls has to have a token
DOUBLES = "def predict(model_input): return [2 * one for one in model_input]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_function(tmp_path_factory.mktemp("models") / "doubles", DOUBLES)


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A server for those who have a token, on every address of this machine."""
    place = tmp_path_factory.mktemp("serving")
    tokens = place / "tokens"
    tokens.write_text("# the shop\n" + "\n".join(TOKENS) + "\n", encoding="ascii")
    arguments = ("--allow-pickle", "--host", ALL_INTERFACES, "--token-file", str(tokens), "--max-body", "2kB")
    with start_model_server(place, folder, *arguments) as server:
        yield server


def shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_whoever_has_a_token_is_answered(server: ModelServer) -> None:
    for token in TOKENS:
        with server.client(headers=shown(token)) as client:
            assert predicted(client, 1.0, 2.5) == [2.0, 5.0]
            assert client.get("/metrics").status_code == 200
            assert client.get("/version").status_code == 200


def test_it_says_which_model_it_serves(server: ModelServer, folder: Path) -> None:
    with server.client(headers=shown(TOKENS[0])) as client:
        said = client.get("/").json()["model"]
    assert said["digest"] == hashlib.sha256((folder / "MLmodel").read_bytes()).hexdigest()


@pytest.mark.parametrize("path", ["/", "/version", "/metrics", "/nothing-here"])
def test_whoever_has_none_learns_nothing_but_that_the_server_is_there(server: ModelServer, path: str) -> None:
    with server.client() as client:
        assert client.get("/ping").status_code == client.get("/health").status_code == 200
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthenticated")
        assert "Bearer" in answer.json()["message"]
        assert client.post("/invocations", json={"inputs": [1.0]}).status_code == 401


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(server: ModelServer) -> None:
    with server.client(headers=shown("a-token-of-nobody-at-all")) as client:
        answers = [client.get("/version") for _ in range(40)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    with server.client(headers=shown(TOKENS[0])) as client:
        assert predicted(client, 1.0) == [2.0]


def test_a_body_that_is_too_large_is_refused(server: ModelServer) -> None:
    with server.client(headers=shown(TOKENS[0])) as client:
        answer = client.post("/invocations", json={"inputs": [1.0] * 1000})
        assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")
        assert "2000" in answer.json()["message"]
        assert predicted(client, 3.0) == [6.0]


def test_a_client_that_goes_away_is_no_fault_of_the_server(server: ModelServer) -> None:
    with server.client(headers=shown(TOKENS[0])) as client:

        def counted(code: int) -> bool:
            return f'requests_total{{code="{code}"}} ' in client.get("/metrics").text

        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            head = f"POST /invocations HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKENS[0]}\r\n"
            connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{".encode())
        wait_for(lambda: counted(499), lambda: client.get("/metrics").text)
        assert not counted(500)


def test_a_pickle_is_loaded_by_consent_alone(folder: Path, tmp_path: Path) -> None:
    said = refused(tmp_path, folder)
    assert "model.pickle_not_allowed" in said
    assert "--allow-pickle" in said


@pytest.mark.skipif(sys.platform == "win32", reason="There a process cannot be asked gently from outside")
def test_requests_under_way_are_answered_before_the_server_ends(tmp_path: Path) -> None:
    folder = save_function(tmp_path / "model", WAITS)
    answers: list[tuple[int, object]] = []
    with start_model_server(tmp_path, folder, "--allow-pickle", "--batch", "off") as server:

        def ask() -> None:
            with server.client() as client:
                answer = client.post("/invocations", json={"inputs": [4.0]})
                answers.append((answer.status_code, answer.json()))

        thread = threading.Thread(target=ask)
        thread.start()
        wait_for((tmp_path / "began").exists, lambda: server.log)
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: not is_listening(server), lambda: server.log)
        (tmp_path / "goes_on").touch()
        thread.join(SECONDS)
        assert server.process.wait(SECONDS) == 0, server.log
    assert answers == [(200, {"predictions": [4.0]})]


def is_listening(server: ModelServer) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(server.url.rpartition(":")[2]))) == 0


def test_a_file_is_predicted_without_a_server(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text('{"inputs": [1.5, 2]}', encoding="utf-8")
    told = predict(folder, "--allow-pickle", "-i", str(tmp_path / "in.json"), "-o", str(tmp_path / "out.json"))
    assert (told.returncode, told.stdout) == (0, ""), told.stderr
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == {"predictions": [3.0, 4.0]}


def test_predictions_go_from_standard_input_to_standard_output(folder: Path) -> None:
    told = predict(folder, "--allow-pickle", given='{"inputs": [21]}')
    assert json.loads(told.stdout) == {"predictions": [42]}, told.stderr


def predict(folder: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "trialog", "models", "predict", "-m", str(folder), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False)
