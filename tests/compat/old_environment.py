"""An environment with MLflow 2.22, of before MLflow 3, installed once and kept in the checkout's cache."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

from scripts.environment_apart import environment_apart

ENVIRONMENT: Final = Path(__file__).parents[2] / ".cache" / "mlflow-2.22"
REQUIREMENTS: Final = ("mlflow-skinny==2.22.5", "numpy<3", "pandas<3", "scikit-learn<2")
SCRIPTS: Final = Path(__file__).parent / "scripts"


@cache
def old_python() -> Path:
    """Return an interpreter that has MLflow 2.22."""
    return environment_apart(ENVIRONMENT, REQUIREMENTS)


def run_old_client(script: str, directory: Path, url: str, *arguments: str, **variables: str) -> Any:
    """Run a script with MLflow 2.22, and return what it wrote as JSON into the file that is its first argument.

    Args:
        script: Its name among `SCRIPTS`.
        directory: Where it runs and leaves its files.
        url: Address of the server.
        arguments: Its further arguments.
        variables: Further variables of its environment.
    """
    result = directory / "result.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
    environment |= {"MLFLOW_TRACKING_URI": url, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "PYTHONUTF8": "1", **variables}
    finished = subprocess.run(
        [str(old_python()), str(SCRIPTS / script), str(result), *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
    return json.loads(result.read_text(encoding="utf-8"))
