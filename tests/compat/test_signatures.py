"""Signatures found out from data: the same as MLflow's own for the same data, and each reads the other's."""

import datetime as dt
import decimal
import logging
import warnings
from typing import Any, Final

import mlflow.models
import numpy as np
import pandas as pd
import pytest
import scipy.sparse  # type: ignore[import-untyped]  # scipy has no types

from trialog.errors import InvalidParameter
from trialog.models import ModelSignature, infer_signature

NAN: Final = float("nan")
DAY: Final = dt.date(2020, 1, 1)
MOMENT: Final = dt.datetime(2020, 1, 1, 12)
FAILED: Final = "failed"

ARRAYS: Final[dict[str, Any]] = {
    "matrix": np.ones((3, 2)),
    "vector": np.arange(3),
    "no dimension": np.array(1.0),
    "float32 of three dimensions": np.ones((2, 3, 4), np.float32),
    "uint8": np.ones((2, 2), np.uint8),
    "uint64": np.ones(2, np.uint64),
    "complex": np.ones(2, complex),
    "texts": np.array(["a", "bcd"]),
    "bytes": np.array([b"a", b"bcd"]),
    "objects": np.array(["a", None], object),
    "days": np.array(["2020-01-01"], "datetime64[D]"),
    "truth": np.array([True]),
    "empty": np.array([]),
    "empty rows": np.array([[], []]),
    "csr": scipy.sparse.csr_matrix(np.eye(3)),
    "csc": scipy.sparse.csc_matrix(np.eye(3, dtype=np.float32)),
    "csr array": scipy.sparse.csr_array(np.eye(3)),
    "coo": scipy.sparse.coo_matrix(np.eye(2)),
}
FRAMES: Final[dict[str, Any]] = {
    "usual": pd.DataFrame(
        {
            "a": [1, 2],
            "b": [1.5, NAN],
            "c": ["x", "y"],
            "d": ["x", None],
            "e": [True, False],
            "f": pd.to_datetime(["2020-01-01", "2021-01-01"]),
        }
    ),
    "small numbers": pd.DataFrame(
        {str(kind): np.array([1], kind) for kind in ("i1", "i2", "i4", "u4", "u2", "f2", "f4")}
    ),
    "uint64": pd.DataFrame({"a": np.array([1], np.uint64)}),
    "missing moment": pd.DataFrame({"a": pd.to_datetime(["2020-01-01", None])}),
    "time zone": pd.DataFrame({"a": pd.to_datetime(["2020-01-01"], utc=True)}),
    "spans of time": pd.DataFrame({"a": pd.to_timedelta([1, 2])}),
    "categories": pd.DataFrame({"a": pd.Categorical(["x", "y"]), "b": pd.Categorical([1, 2])}),
    "extensions": pd.DataFrame(
        {
            "a": pd.array([1, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "c": pd.array(["x", None], "string"),
            "d": pd.array([1.5, None], "Float32"),
        }
    ),
    "nested": pd.DataFrame(
        {
            "a": [[1, 2], [3]],
            "b": [{"x": 1}, {"x": 2, "y": "z"}],
            "c": [np.array([1.0, 2.0]), np.array([3.0])],
            "d": [None, None],
            "e": [["a", None], []],
        }
    ),
    "mixed": pd.DataFrame({"a": [1, "x"]}),
    "numbered columns": pd.DataFrame(np.ones((2, 2))),
    "nothing": pd.DataFrame(),
    "no rows": pd.DataFrame({"a": [], "b": pd.Series([], dtype=object)}),
    "one name twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "numbers as objects": pd.DataFrame({"a": pd.Series([1, 2], dtype=object)}),
    "bytes": pd.DataFrame({"a": [b"x", b"y"]}),
    "days": pd.DataFrame({"a": [DAY]}),
    "names of two parts": pd.DataFrame({("a", "b"): [1]}),
    "series": pd.Series([1, 2]),
    "named series": pd.Series([1.0, NAN], name="x"),
    "series that lacks a value": pd.Series([1.0, NAN]),
    "series of texts": pd.Series(["a"]),
    "series of moments": pd.Series(pd.to_datetime(["2020-01-01"])),
}
PLAIN: Final[dict[str, Any]] = {
    "arrays by name": {"a": np.ones((2, 3)), "b": np.arange(2)},
    "array and number": {"a": np.ones(2), "b": 1},
    "empty array and number": {"a": np.array([]), "b": 1},
    "scalars by name": {"a": 1, "b": "x", "c": None, "d": 1.5, "e": True, "f": b"x"},
    "nested": {"a": {"b": [1, 2], "c": {"d": "x"}}, "e": [{"f": 1}, {"g": 2}]},
    "empty dictionary": {},
    "numbers as names": {1: 2},
    "lists by name": {"a": ["x", None], "b": [], "c": [[]], "d": [NAN]},
    "scalars of numpy": {"a": np.float32(1), "b": np.int32(2), "c": np.str_("x"), "d": np.bool_(True)},
    "odd scalar of numpy": {"a": np.int16(1)},
    "moment of numpy": {"a": np.datetime64("2020-01-01")},
    "empty list": [],
    "texts": ["a", "b"],
    "numbers of two kinds": [1, 2.5],
    "numbers": [1, 2],
    "nothing": [None],
    "text and nothing": ["a", None],
    "nothing and text": [None, "a"],
    "lists": [[1, 2], [3]],
    "lists and nothing": [[1], None, []],
    "rows": [{"a": 1}, {"a": 2, "b": "x"}],
    "rows that lack values": [{"a": 1, "b": None}, {"a": 2, "b": {"c": 1}}],
    "empty rows": [{}, {}],
    "mixed list": [1, "a"],
    "arrays": [np.ones(2), np.ones(2)],
    "empty arrays": [np.array([]), np.array([])],
    "moments": [MOMENT],
    "days": [DAY],
    "moments of pandas": [pd.Timestamp("2020-01-01")],
    "dictionary and list": [{"a": 1}, [1]],
    "truth": [True, False],
    "deep": [[{"a": [1]}, {"b": 2}], [{"a": [2]}]],
    "text": "x",
    "number": 1,
    "bytes by themselves": b"x",
    "moment": MOMENT,
    "number of numpy": np.float32(1),
    "not a number": NAN,
    "any object": object(),
    "set": {1},
    "tuple": (1, 2),
    "no moment": pd.NaT,
    "decimal": decimal.Decimal(1),
}
PARAMS: Final[dict[str, Any]] = {
    "number": 1,
    "fraction": 1.5,
    "text": "x",
    "truth": True,
    "numbers": [1, 2],
    "texts": ["a"],
    "numbers of two kinds": [1, 2.5],
    "number and truth": [1, True],
    "truths": [True, False],
    "float32": np.float32(1),
    "int32": np.int32(2),
    "int64": np.int64(3),
    "moment": MOMENT,
    "day": DAY,
    "moments": [MOMENT],
    "day of numpy": np.datetime64("2020-01-01"),
    "dictionary": {"x": 1},
    "nested dictionary": {"x": {"y": [1.5]}},
    "array": np.array([1, 2]),
    "array of texts": np.array(["a"]),
    "empty list": [],
    "nothing": None,
    "list of nothing": [None],
    "bytes": b"x",
    "matrix": [[1]],
    "any object": object(),
    "tuple": (1,),
    "mixed": [1, "x"],
    "too large": 2**70,
    "not a number": NAN,
}


def _written(infer: Any, *data: Any) -> Any:
    with warnings.catch_warnings():
        # Both say when they give up, each in its own words.
        warnings.simplefilter("ignore")
        try:
            return infer(*data).to_dict()
        except (mlflow.MlflowException, InvalidParameter):
            return FAILED


def _check_same(*data: Any) -> None:
    theirs, ours = _written(mlflow.models.infer_signature, *data), _written(infer_signature, *data)
    assert ours == theirs
    if ours != FAILED:
        assert ModelSignature.from_dict(theirs).to_dict() == theirs
        assert mlflow.models.ModelSignature.from_dict(ours).to_dict() == ours


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("mlflow").setLevel(logging.ERROR)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_have_the_signature_that_mlflow_gives_them(name: str) -> None:
    _check_same(ARRAYS[name], ARRAYS[name])


@pytest.mark.parametrize("name", FRAMES)
def test_frames_have_the_signature_that_mlflow_gives_them(name: str) -> None:
    _check_same(FRAMES[name], FRAMES[name])


@pytest.mark.parametrize("name", PLAIN)
def test_values_of_python_have_the_signature_that_mlflow_gives_them(name: str) -> None:
    _check_same(PLAIN[name], PLAIN[name])


@pytest.mark.parametrize("name", PARAMS)
def test_parameters_have_the_signature_that_mlflow_gives_them(name: str) -> None:
    _check_same(None, None, {name: PARAMS[name]})
