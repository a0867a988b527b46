"""The environments in which models are saved and loaded: Trialog's without MLflow, and one for each MLflow."""

from pathlib import Path
from typing import Final

from scripts.environment_apart import environment_apart

ROOT: Final = Path(__file__).parents[2]
TRIALOG: Final = "trialog"
VERSIONS: Final = {"2.22": "2.22.5", "3.17": "3.17.2"}
"""The versions of MLflow, by the short names that the table has."""
LIBRARIES: Final = (
    "lightgbm",
    "onnx",
    "onnxruntime",
    "scikit-learn",
    "skops",
    # The same modules without what graphics cards need; on macOS there is no other.
    "xgboost-cpu; sys_platform != 'darwin'",
    "xgboost; sys_platform == 'darwin'",
)
# Each MLflow says which of these it takes in its full package; the lean one, which is installed here, says nothing.
_OF_MLFLOW: Final = {"2.22": ("numpy<3", "pandas<3"), "3.17": ("numpy<3", "pandas<4")}
_TORCH: Final = ("torch==2.13.0",)


def python_of(program: str) -> Path:
    """Return the Python that has Trialog, or one version of MLflow, and the libraries of all flavors.

    Args:
        program: `trialog`, or a short name among `VERSIONS`.
    """
    if program == TRIALOG:
        own = ("-c", str(ROOT / "constraints.txt"), "-e", f"{ROOT}[onnx]", "pydantic")
        return environment_apart(ROOT / ".cache" / "matrix-trialog", (*own, *LIBRARIES), _TORCH)
    needs = (f"mlflow-skinny=={VERSIONS[program]}", *_OF_MLFLOW[program], *LIBRARIES)
    return environment_apart(ROOT / ".cache" / f"matrix-mlflow-{program}", needs, _TORCH)
