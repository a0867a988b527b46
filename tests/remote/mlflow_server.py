"""MLflow's own server, in an environment of its own that is made once and kept in the checkout's cache."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from scripts.environment_apart import environment_apart
from tests.servers import answers_health

ENVIRONMENT: Final = Path(__file__).parents[2] / ".cache" / "mlflow-3.17"
# What its server needs; the whole package brings machine learning as well, and ten times the weight.
REQUIREMENTS: Final = (
    "mlflow-skinny==3.17.2",
    "aiohttp<4",
    "alembic<2",
    "cryptography<51",
    "flask-cors<7",
    "flask<4",
    "graphene<4",
    "huey<4",
    "numpy<3",
    "pandas<4",
    "sqlalchemy<3",
)
_START_SECONDS: Final = 180.0


@cache
def mlflow_python() -> Path:
    """Return an interpreter that has MLflow's server."""
    return environment_apart(ENVIRONMENT, REQUIREMENTS)


@contextmanager
def start_mlflow(directory: Path) -> Iterator[str]:
    """Run `mlflow server` in a directory until the block ends.

    Args:
        directory: Where its database, its artifacts and its log lie.

    Yields:
        Its address.

    Raises:
        RuntimeError: It ended, or did not answer in time; its log is in the message.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(mlflow_python()), "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{(directory / 'mlflow.db').as_posix()}"]
    command += ["--artifacts-destination", str(directory / "artifacts")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
    log = directory / "mlflow.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env={**kept, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
            stdout=file,
            stderr=subprocess.STDOUT,
            # Its workers end with it.
            start_new_session=sys.platform != "win32",
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not answers_health(url):
            try:
                process.wait(0.2)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise RuntimeError(f"mlflow server did not start.\n{log.read_text(encoding='utf-8', errors='replace')}")
        yield url
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        process.terminate()
    else:
        import signal  # the signals differ where there are no groups of processes

        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
