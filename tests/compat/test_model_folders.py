"""Model folders go both ways: saved by Trialog and loaded by MLflow 3.17 and 2.22, and the reverse."""

import logging
import warnings
from pathlib import Path
from typing import Any, Final

import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import Model
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

import trialog.pyfunc
import trialog.sklearn
from tests.compat.old_environment import run_old_client

# The first use installs the old client, which takes a minute or more.
pytestmark = pytest.mark.timeout(1200)

ROWS: Final = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
CLASSES: Final = [0, 0, 1, 1]
# Named, so that MLflow need not start a second Python to find out what the model needs.
REQUIREMENTS: Final = ["scikit-learn"]
FORMATS: Final = ("skops", "cloudpickle", "pickle")


class Scaled(trialog.pyfunc.PythonModel):
    """Multiplies by what stands in a file of its own."""

    def load_context(self, context: trialog.pyfunc.PythonModelContext) -> None:
        self.factor = float(Path(context.artifacts["factor"]).read_text(encoding="utf-8"))

    def predict(
        self, context: trialog.pyfunc.PythonModelContext, model_input: Any, params: dict[str, Any] | None = None
    ) -> Any:
        return np.asarray(model_input)[:, 0] * self.factor + (params or {}).get("more", 0)


def doubling() -> Any:
    """Return a function that no other Python can import: so it is kept whole."""

    def doubled(model_input):  # type: ignore[no-untyped-def]  # MLflow warns of types that it does not know
        return np.asarray(model_input)[:, 0] * 2

    return doubled


@pytest.fixture(autouse=True)
def _quiet() -> None:
    # It warns of each pickle.
    logging.getLogger("mlflow").setLevel(logging.ERROR)


@pytest.fixture(params=[LogisticRegression(), RandomForestClassifier(5, random_state=0)], ids=["linear", "forest"])
def estimator(request: pytest.FixtureRequest) -> Any:
    return request.param.fit(ROWS, CLASSES)


@pytest.mark.parametrize("form", FORMATS)
def test_mlflow_loads_what_trialog_saved(tmp_path: Path, estimator: Any, form: str) -> None:
    path = str(tmp_path / "model")
    trialog.sklearn.save_model(estimator, path, serialization_format=form, input_example=ROWS)
    expected = estimator.predict(ROWS).tolist()
    assert mlflow.sklearn.load_model(path).predict(ROWS).tolist() == expected
    loaded = mlflow.pyfunc.load_model(path)
    assert loaded.predict(ROWS).tolist() == expected
    pd.testing.assert_frame_equal(loaded.input_example, ROWS)
    with warnings.catch_warnings():
        # MLflow advises against whole numbers.
        warnings.simplefilter("ignore", UserWarning)
        assert loaded.metadata.signature == mlflow.models.infer_signature(ROWS, pd.Series(expected))


@pytest.mark.parametrize("form", FORMATS)
def test_trialog_loads_what_mlflow_saved(tmp_path: Path, estimator: Any, form: str) -> None:
    path = str(tmp_path / "model")
    trusted = ["sklearn.tree._tree.Tree"] if form == "skops" else None
    mlflow.sklearn.save_model(
        estimator,
        path,
        serialization_format=form,
        input_example=ROWS,
        pip_requirements=REQUIREMENTS,
        skops_trusted_types=trusted,
    )
    allowed = None if form == "skops" else True
    expected = estimator.predict(ROWS).tolist()
    assert trialog.sklearn.load_model(path, allow_pickle=allowed).predict(ROWS).tolist() == expected
    loaded = trialog.pyfunc.load_model(path, allow_pickle=allowed)
    assert loaded.predict(ROWS).tolist() == expected
    pd.testing.assert_frame_equal(loaded.input_example, ROWS)
    assert loaded.metadata.signature is not None
    assert loaded.metadata.signature.to_dict() == Model.load(path).signature.to_dict()


def test_code_of_the_user_goes_both_ways(tmp_path: Path) -> None:
    (tmp_path / "factor.txt").write_text("3", encoding="utf-8")
    trialog.pyfunc.save_model(tmp_path / "class", Scaled(), artifacts={"factor": tmp_path / "factor.txt"})
    trialog.pyfunc.save_model(tmp_path / "function", doubling(), input_example=ROWS)
    with warnings.catch_warnings():
        # MLflow asks for type hints.
        warnings.simplefilter("ignore", UserWarning)
        mlflow.pyfunc.save_model(
            str(tmp_path / "theirs"), python_model=doubling(), input_example=ROWS, pip_requirements=REQUIREMENTS
        )
    for name, expected in (("class", [0, 3, 6, 9]), ("function", [0, 2, 4, 6]), ("theirs", [0, 2, 4, 6])):
        theirs = mlflow.pyfunc.load_model(str(tmp_path / name))
        ours = trialog.pyfunc.load_model(tmp_path / name, allow_pickle=True)
        assert theirs.predict(ROWS).tolist() == ours.predict(ROWS).tolist() == expected


def test_mlflow_2_22_loads_what_trialog_saved(tmp_path: Path, server: str) -> None:
    estimator = LogisticRegression().fit(ROWS, CLASSES)
    folder = tmp_path / "models"
    for form in ("cloudpickle", "pickle"):
        trialog.sklearn.save_model(estimator, folder / form, serialization_format=form, input_example=ROWS)
    trialog.pyfunc.save_model(folder / "function", doubling(), input_example=ROWS)
    found = run_old_client("model_folders.py", tmp_path, server, "load", str(folder))
    assert found.pop("version").startswith("2.22.")
    for name, told in found.items():
        assert told["predictions"] == ([0, 2, 4, 6] if name == "function" else CLASSES)
        assert told["estimator"] == (None if name == "function" else CLASSES)
        assert told["example"] == ROWS.to_dict("list")
        loaded = trialog.pyfunc.load_model(folder / name, allow_pickle=True)
        assert loaded.metadata.signature is not None
        assert loaded.metadata.signature.to_dict() == told["signature"]
    assert set(found) == {"cloudpickle", "pickle", "function"}


def test_trialog_loads_what_mlflow_2_22_saved(tmp_path: Path, server: str) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    assert run_old_client("model_folders.py", tmp_path, server, "save", str(folder))["version"].startswith("2.22.")
    for name, expected in (("cloudpickle", CLASSES), ("pickle", CLASSES), ("function", [0, 2, 4, 6])):
        with warnings.catch_warnings():
            # Its scikit-learn is another one than that of the tests.
            warnings.simplefilter("ignore", UserWarning)
            loaded = trialog.pyfunc.load_model(folder / name, allow_pickle=True)
        assert loaded.predict(ROWS).tolist() == expected
        pd.testing.assert_frame_equal(loaded.input_example, ROWS)
