"""`trialog models serve` as a process of its own, and small models for it."""

import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers import PROCESS_FLAGS, environment_of_servers
from trialog import pyfunc
from trialog.sdk.client import Client

SECONDS = 60.0
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_URL = re.compile(r"Trialog serves .* at (?P<url>https?://\S+)")


@dataclass(frozen=True)
class ModelServer:
    """A model server that answers.

    Attributes:
        url: Its address.
        process: The process that was started.
        log_file: What it has written.
    """

    url: str
    process: "subprocess.Popen[bytes]"
    log_file: Path

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def client(self, **options: Any) -> httpx.Client:
        """Return what asks it."""
        # Certificates take long to read, and nothing here speaks TLS.
        return httpx.Client(base_url=self.url, trust_env=False, verify=_NO_TLS, timeout=SECONDS, **options)

    def predict(self, *values: float) -> list[Any]:
        """Return what the model says of some values."""
        with self.client() as client:
            return predicted(client, *values)

    def figure(self, name: str) -> float:
        """Return one of the figures for Prometheus."""
        with self.client() as client:
            lines = client.get("/metrics").text.splitlines()
        [line] = [line for line in lines if line.startswith(f"trialog_serving_{name} ")]
        return float(line.rpartition(" ")[2])


def predicted(client: httpx.Client, *values: float) -> list[Any]:
    """Ask for what the model says of some values."""
    answer = client.post("/invocations", json={"inputs": list(values)})
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["predictions"]
    return found


@contextmanager
def start_model_server(
    directory: Path, model_uri: str | Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[ModelServer]:
    """Run `trialog models serve` until the block ends.

    Args:
        directory: Its working directory.
        model_uri: The model.
        arguments: Further arguments.
        environment: Variables beside those of this process.
    """
    log_file = directory / "model_server.log"
    process = start(directory, log_file, str(model_uri), *arguments, environment=environment)
    try:
        found = wait_for(
            lambda: _URL.search(log_file.read_text(encoding="utf-8")) or process.poll() is not None,
            lambda: log_file.read_text(encoding="utf-8"),
        )
        assert isinstance(found, re.Match), log_file.read_text(encoding="utf-8")
        yield ModelServer(found["url"], process, log_file)
    finally:
        process.terminate()
        process.wait(SECONDS)


def start(
    directory: Path, log_file: Path, model_uri: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start `trialog models serve` and wait for nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "trialog", "models", "serve", "--model-uri", model_uri, *arguments]
    if "--port" not in arguments:
        command += ["--port", "0"]
    with log_file.open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=directory,
            env=environment_of_servers(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            creationflags=PROCESS_FLAGS,
            start_new_session=True,
        )


def refused(directory: Path, model_uri: str | Path, *arguments: str, **environment: str) -> str:
    """Return what `trialog models serve` says that does not start."""
    log_file = directory / "refused.log"
    process = start(directory, log_file, str(model_uri), *arguments, environment=environment)
    assert process.wait(SECONDS) == 1, log_file.read_text(encoding="utf-8")
    return log_file.read_text(encoding="utf-8")


def wait_for(condition: Callable[[], Any], told: Callable[[], str]) -> Any:
    """Wait until a condition holds, and return what it came to."""
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)
    return found


def save_function(folder: Path, source: str, **options: Any) -> Path:
    """Keep a function `predict` as a model, which loading runs: it is a pickle.

    Args:
        folder: The model folder.
        source: Defines it.
        options: As `trialog.pyfunc.save_model` takes them.
    """
    # Of no module that can be imported: the pickle holds all of it.
    names: dict[str, Any] = {"__name__": "made_for_a_test"}
    exec(source, names)  # noqa: S102  the source stands in the test
    pyfunc.save_model(folder, names["predict"], **options)
    return folder


def register(client: Client, name: str, folder: Path) -> int:
    """Log a model folder and register it as the next version of a name."""
    run_id = client.create_run("0").info.run_id
    client.log_artifacts(run_id, folder, "model")
    return int(client.create_model_version(name, f"runs:/{run_id}/model", run_id).version)
