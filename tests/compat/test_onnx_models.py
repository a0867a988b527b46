"""Models in the format ONNX go both ways: saved by Trialog and loaded by MLflow 3.17, and the reverse."""

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialog.onnx
import trialog.pyfunc
from tests.unit.models.onnx_graphs import ROWS, WEIGHTS, doubled_and_joined, onnx, product, weights_of
from trialog.models.folder import ModelMetadata

with warnings.catch_warnings():
    # The first import of MLflow's module warns of type hints in it.
    warnings.simplefilter("ignore")
    import mlflow.models
    import mlflow.onnx
    import mlflow.pyfunc

LARGE = np.arange(2 * 3000, dtype=np.float32).reshape(2, 3000)
FRAME = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]})
TWO = pd.DataFrame({"number": np.array([1, 2], np.int32), "text": ["a", "b"]})
# Named, so that MLflow need not start a second Python to find out what the model needs.
REQUIREMENTS = ["onnx"]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    # It warns that this machine computes without a graphics card.
    logging.getLogger("mlflow").setLevel(logging.ERROR)


def _large() -> Any:
    return product(onnx.numpy_helper.from_array(LARGE, "w"))


@pytest.mark.parametrize("apart", [False, True])
def test_mlflow_loads_what_trialog_saved(tmp_path: Path, apart: bool) -> None:
    path = str(tmp_path / "m")
    trialog.onnx.save_model(_large(), path, save_as_external_data=apart)
    assert np.array_equal(weights_of(mlflow.onnx.load_model(path)), LARGE)
    assert mlflow.onnx.load_model(path) == trialog.onnx.load_model(path)
    loaded = mlflow.pyfunc.load_model(path)
    for data in (ROWS, {"x": ROWS}):
        assert np.array_equal(loaded.predict(data)["y"], ROWS @ LARGE)
    mine = ModelMetadata.load(tmp_path / "m").signature
    assert mine is not None
    assert loaded.metadata.signature == mlflow.models.infer_signature({"x": ROWS}, {"y": ROWS @ LARGE})
    assert loaded.metadata.signature.to_dict() == mine.to_dict()


@pytest.mark.parametrize("apart", [False, True])
def test_trialog_loads_what_mlflow_saved(tmp_path: Path, apart: bool) -> None:
    path = str(tmp_path / "m")
    mlflow.onnx.save_model(_large(), path, save_as_external_data=apart, pip_requirements=REQUIREMENTS)
    assert np.array_equal(weights_of(trialog.onnx.load_model(path)), LARGE)
    assert mlflow.onnx.load_model(path) == trialog.onnx.load_model(path)
    assert np.array_equal(trialog.pyfunc.load_model(path).predict(ROWS)["y"], ROWS @ LARGE)


@pytest.mark.parametrize(
    "data",
    [FRAME, ROWS, ROWS.astype("float64"), {"x": ROWS}, {"x": ROWS.astype("float64")}, FRAME.astype("float32")],
    ids=["frame", "array", "double", "dictionary", "dictionary of doubles", "frame of floats"],
)
def test_both_predict_the_same(tmp_path: Path, data: Any) -> None:
    mlflow.onnx.save_model(product(), str(tmp_path / "theirs"), pip_requirements=REQUIREMENTS)
    trialog.onnx.save_model(product(), tmp_path / "ours", signature=False)
    given = []
    for folder in ("theirs", "ours"):
        given += [
            each.load_model(str(tmp_path / folder)).predict(_copy(data)) for each in (mlflow.pyfunc, trialog.pyfunc)
        ]
    for one in given:
        assert type(one) is type(given[0])
        assert np.array_equal(one["y"], given[0]["y"])
    assert np.array_equal(np.ravel(given[0]["y"]), (ROWS @ WEIGHTS).ravel())


def _copy(data: Any) -> Any:
    # MLflow changes the dictionary that it is given.
    return dict(data) if isinstance(data, dict) else data


def test_columns_of_several_inputs_go_both_ways(tmp_path: Path) -> None:
    trialog.onnx.save_model(doubled_and_joined(), tmp_path / "m")
    theirs = mlflow.pyfunc.load_model(str(tmp_path / "m")).predict(TWO)
    ours = trialog.pyfunc.load_model(tmp_path / "m").predict(TWO)
    for given in (theirs, ours):
        assert given["doubled"].tolist() == [[2], [4]]
        assert given["joined"].tolist() == [["aa"], ["bb"]]


def test_an_example_and_options_go_both_ways(tmp_path: Path) -> None:
    options = {"intra_op_num_threads": 1, "execution_mode": "sequential"}
    providers = [("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})]
    common: dict[str, Any] = {"input_example": FRAME, "onnx_session_options": options}
    trialog.onnx.save_model(product(), tmp_path / "ours", onnx_execution_providers=providers, **common)
    mlflow.onnx.save_model(
        product(), str(tmp_path / "theirs"), onnx_execution_providers=providers, pip_requirements=REQUIREMENTS, **common
    )
    for folder in ("ours", "theirs"):
        for each in (mlflow.pyfunc, trialog.pyfunc):
            loaded = each.load_model(str(tmp_path / folder))
            assert loaded.get_raw_model().get_session_options().intra_op_num_threads == 1
            pd.testing.assert_frame_equal(loaded.input_example, FRAME)
            assert loaded.predict(FRAME)["y"].tolist() == (ROWS @ WEIGHTS).ravel().tolist()
