"""The environment that MLflow's own server runs in, apart from ours."""

import os
import subprocess
import sys
from pathlib import Path

VERSION = "3.17.2"
CACHE = Path(__file__).parent.parent / ".cache" / "benchmarks"


def mlflow_python() -> str:
    """Return the Python that has MLflow's server, after installing it where needed.

    The variable MLFLOW_BENCH_PYTHON names one that is there already.
    """
    chosen = os.environ.get("MLFLOW_BENCH_PYTHON")
    if chosen:
        return chosen
    folder = CACHE / f"mlflow-{VERSION}"
    python = folder / "bin" / "python"
    complete = folder / "complete-with-psycopg2"
    if not complete.exists():
        print(f"Installing MLflow {VERSION} into {folder} ...")
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(folder)], check=True)
        # psycopg2 is what MLflow reaches PostgreSQL through.
        packages = [f"mlflow=={VERSION}", "psycopg2-binary"]
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", str(python), *packages], check=True)
        complete.touch()
    return str(python)
