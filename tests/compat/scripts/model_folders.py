"""Saves models with MLflow, and loads those that are there: `model_folders.py RESULT save|load FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

import mlflow
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})


def doubled(model_input: Any) -> Any:
    return np.asarray(model_input)[:, 0] * 2


def save(folder: Path) -> dict[str, Any]:
    # A name for the requirements: else MLflow starts a second Python to find them out.
    named = {"pip_requirements": ["scikit-learn"], "input_example": ROWS}
    estimator = LogisticRegression().fit(ROWS, [0, 0, 1, 1])
    for form in ("cloudpickle", "pickle"):
        mlflow.sklearn.save_model(estimator, str(folder / form), serialization_format=form, **named)
    mlflow.pyfunc.save_model(str(folder / "function"), python_model=doubled, **named)
    return {"version": mlflow.__version__}


def load(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"version": mlflow.__version__}
    for path in sorted(folder.iterdir()):
        model = mlflow.pyfunc.load_model(str(path))
        found[path.name] = {
            "predictions": np.asarray(model.predict(ROWS)).tolist(),
            "signature": model.metadata.signature.to_dict(),
            "example": model.input_example.to_dict("list"),
            "estimator": (
                mlflow.sklearn.load_model(str(path)).predict(ROWS).tolist()
                if "sklearn" in model.metadata.flavors
                else None
            ),
        }
    return found


if __name__ == "__main__":
    told = {"save": save, "load": load}[sys.argv[2]](Path(sys.argv[3]))
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
