"""The environment that other clients run in, apart from ours."""

import os
from typing import Final

from benchmarks.mlflow_environment import CACHE
from scripts.environment_apart import environment_apart

VERSIONS: Final = {
    "mlflow-skinny": "3.17.2",
    "wandb": "0.31.0",
    "aim": "3.29.1",
    "trackio": "0.43.0",
    "tensorboard": "2.21.0",
}


def clients_python() -> str:
    """Return the Python that has the other clients, after installing them where needed.

    The variable CLIENT_BENCH_PYTHON names one that is there already.
    """
    chosen = os.environ.get("CLIENT_BENCH_PYTHON")
    if chosen:
        return chosen
    print(f"Installing {', '.join(VERSIONS)}, unless they are there ...")
    packages = [f"{name}=={version}" for name, version in VERSIONS.items()]
    return str(environment_apart(CACHE / "clients", [*packages, "psutil"]))
