"""The environment that other clients run in, apart from ours."""

import os
import subprocess
import sys
from typing import Final

from benchmarks.mlflow_environment import CACHE

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
    folder = CACHE / "clients"
    python = folder / "bin" / "python"
    complete = folder / "-".join(["complete", *VERSIONS.values()])
    if not complete.exists():
        print(f"Installing {', '.join(VERSIONS)} into {folder} ...")
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(folder)], check=True)
        packages = [f"{name}=={version}" for name, version in VERSIONS.items()]
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", str(python), *packages, "psutil"], check=True)
        complete.touch()
    return str(python)
