"""What the readers of five guides type: programs that log through the real `mlflow` to the server named to them."""

import os
import subprocess
import sys
from pathlib import Path

SECONDS = 120
HERE = Path(__file__).parent


def run_guide(name: str, url: str, directory: Path) -> None:
    """Run one of the programs to its end.

    Args:
        name: File of the program, without its ending.
        url: Server that it logs to.
        directory: Where it writes its files.
    """
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py")],
        cwd=directory,
        env=environment_of(url),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def environment_of(url: str) -> dict[str, str]:
    """Return the environment of a program that logs to a server with `mlflow`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    return {
        **kept,
        "MLFLOW_TRACKING_URI": url,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MPLBACKEND": "Agg",
        "PYTHONUTF8": "1",
    }
