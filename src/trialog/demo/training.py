"""Runs the training scripts, each in a process and a folder of its own, as a user would run them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from trialog.demo.records import FILE_NAME, RunRecord, read_records
from trialog.errors import ConfigurationError

SCRIPTS: Final = ("iris", "breast_cancer")
# What the client remarks on its standard error.
_REMARKS: Final = "remarks.log"


def client_environment(tracking_uri: str) -> dict[str, str]:
    """Return the environment in which `mlflow` speaks to the demo's server and to nobody else."""
    # What is set for the user's own work, such as an experiment or a password, must not reach the demo's server.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return {
        **kept,
        "MLFLOW_TRACKING_URI": tracking_uri,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "MPLBACKEND": "Agg",
        "PYTHONUTF8": "1",
        # A line is read when it is printed.
        "PYTHONUNBUFFERED": "1",
    }


class Training:
    """The training scripts, running at the same time.

    Args:
        folder: Each script works in a folder of its name in there.
        environment: Their environment.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def start(self) -> None:
        """Start all scripts."""
        for script in SCRIPTS:
            folder = self._folder / script
            folder.mkdir(parents=True)
            with (folder / _REMARKS).open("wb") as remarks:
                self._processes[script] = subprocess.Popen(  # noqa: S603  our own interpreter and module
                    [sys.executable, "-m", f"trialog.demo.{script}"],
                    cwd=folder,
                    env=dict(self._environment),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=remarks,
                    text=True,
                    encoding="utf-8",
                )

    def lines(self, script: str) -> Iterator[str]:
        """Yield what a script prints, as it comes, until it has ended.

        Args:
            script: One of `SCRIPTS`.

        Raises:
            ConfigurationError: It failed (`demo.training_failed`).
        """
        process = self._processes[script]
        for line in process.stdout or ():
            yield line.rstrip()
        if process.wait() != 0:
            remarks = (self._folder / script / _REMARKS).read_text(encoding="utf-8", errors="replace")
            raise ConfigurationError("demo.training_failed", f"The script {script} failed:\n{remarks}", script=script)

    def stop(self) -> None:
        """End the scripts that still run."""
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
            # Closes the pipe too.
            process.communicate()

    def records(self) -> list[tuple[Path, RunRecord]]:
        """Return what the scripts logged, each with the folder it ran in."""
        return [
            (self._folder / script, record)
            for script in SCRIPTS
            for record in read_records(self._folder / script / FILE_NAME)
        ]
