"""Starts programs that log through the real `mlflow`, in a process of their own as their users do."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.code import ROOT


class Programs:
    """A process that runs the programs of `guides`.

    Args:
        process: The process.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, name: str, url: str, directory: Path, *arguments: str) -> None:
        """Run one of them to its end.

        Args:
            name: Its file, without the ending.
            url: The server that it logs to.
            directory: Where it writes its files.
            arguments: What else it is told.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, url, str(directory), arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that runs programs has ended"
        assert not json.loads(answer), json.loads(answer)


@contextmanager
def start_programs(log: Path) -> Iterator[Programs]:
    """Start the process, which is ready when it is asked for something first.

    Args:
        log: File for what the programs print.
    """
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.browser.guides"],
            cwd=ROOT,
            env=client_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        yield Programs(process)
        assert process.stdin is not None
        process.stdin.close()


def client_environment(url: str | None = None) -> dict[str, str]:
    """Return the environment of a program that logs with `mlflow`, to a server if one is named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}
    return {**kept, **quiet, **({} if url is None else {"MLFLOW_TRACKING_URI": url})}
