"""The environment that MLflow's own server runs in, apart from ours."""

import os
from pathlib import Path

from scripts.environment_apart import environment_apart

VERSION = "3.17.2"
CACHE = Path(__file__).parent.parent / ".cache" / "benchmarks"


def mlflow_python() -> str:
    """Return the Python that has MLflow's server, after installing it where needed.

    The variable MLFLOW_BENCH_PYTHON names one that is there already.
    """
    chosen = os.environ.get("MLFLOW_BENCH_PYTHON")
    if chosen:
        return chosen
    print(f"Installing MLflow {VERSION}, unless it is there ...")
    # psycopg2 is what MLflow reaches PostgreSQL through.
    return str(environment_apart(CACHE / f"mlflow-{VERSION}", [f"mlflow=={VERSION}", "psycopg2-binary"]))
