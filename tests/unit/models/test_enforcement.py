"""What goes into a model is held against its signature."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from trialog.errors import InvalidParameter
from trialog.models import Array, ColSpec, Object, ParamSchema, ParamSpec, Property, Schema, TensorSpec
from trialog.models.enforcement import enforce, enforce_params

COLUMNS = Schema([ColSpec("double", "a"), ColSpec("long", "b"), ColSpec("string", "c", required=False)])


def test_columns_are_ordered_brought_into_their_types_and_others_left_away() -> None:
    given = pd.DataFrame({"x": [1], "b": np.array([1], np.int8), "a": np.array([1.5], np.float32)}, index=["row"])
    taken = enforce(given, COLUMNS)
    assert list(taken.columns) == ["a", "b"]
    assert [str(dtype) for dtype in taken.dtypes] == ["float64", "int64"]
    assert list(taken.index) == ["row"]


@pytest.mark.parametrize(
    "data",
    [{"a": [1.5, 2.5], "b": [1, 2]}, {"a": 1.5, "b": 1}, [{"a": 1.5, "b": 1}], pd.DataFrame({"a": [0.5], "b": [1]})],
)
def test_dictionaries_and_rows_become_columns(data: Any) -> None:
    assert list(enforce(data, COLUMNS).columns) == ["a", "b"]


def test_columns_without_names_go_by_their_place() -> None:
    schema = Schema([ColSpec("double"), ColSpec("double")])
    assert enforce(np.ones((2, 3)), schema).shape == (2, 2)
    with pytest.raises(InvalidParameter, match="takes 2 columns, but the data have 1"):
        enforce([1.0], schema)
    assert enforce("text", Schema([ColSpec("string")])).iloc[0, 0] == "text"


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InvalidParameter, match="lack the column 'b', which the model needs; they have: 'a'") as refused:
        enforce(pd.DataFrame({"a": [1.0]}), COLUMNS)
    assert (refused.value.code, refused.value.values["column"]) == ("model.column_missing", "b")


@pytest.mark.parametrize(
    ("values", "expected", "fault"),
    [
        (["x"], "double", "'a' is to be double, but it is str"),
        ([1.5], "long", "'a' is to be long, but it is float64"),
        ([1.0, None], "long", "fill them, or declare the column as double"),
        ([2**40], "double", "'a' is to be double, but it is int64"),
        (np.array([1.5]), "float", "'a' is to be float, but it is float64"),
        ([1], "string", "'a' is to be string, but it is int64"),
        (pd.Series([b"x", 1], dtype=object), "binary", "'a' is to be binary, but it is int"),
        (["yesterday"], "datetime", "cannot be converted"),
        ([1], "boolean", "'a' is to be boolean, but it is int64"),
    ],
)
def test_a_column_of_another_type_is_named_with_what_was_found(values: Any, expected: str, fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault):
        enforce(pd.DataFrame({"a": values}), Schema([ColSpec(expected, "a")]))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1], "double"),
        (np.array([7], np.int32), "double"),
        (["x", None], "string"),
        (pd.to_datetime(["2020-01-01"]), "datetime"),
        (["2020-01-01"], "datetime"),
        (pd.Series([Decimal("1.5")], dtype=object), "double"),
        (pd.Series([True, None], dtype=object), "boolean"),
        ([b"x"], "binary"),
    ],
)
def test_what_fits_without_loss_is_taken(values: Any, expected: str) -> None:
    assert len(enforce(pd.DataFrame({"a": values}), Schema([ColSpec(expected, "a")]))) == len(values)


def test_nested_values_are_looked_into() -> None:
    schema = Schema([ColSpec(Array(Object([Property("n", "long"), Property("t", "string", required=False)])), "a")])
    assert len(enforce(pd.DataFrame({"a": [[{"n": 1}], []]}), schema)) == 2
    with pytest.raises(InvalidParameter, match=r"'a', row 0, item 1, 'n' is to be long, but it is string"):
        enforce(pd.DataFrame({"a": [[{"n": 1}, {"n": "x"}]]}), schema)
    with pytest.raises(InvalidParameter, match="an object without 'n'"):
        enforce(pd.DataFrame({"a": [[{}]]}), schema)


def test_tensors_have_the_shape_and_type_of_the_signature() -> None:
    schema = Schema([TensorSpec("float32", (-1, 2))])
    assert enforce(np.ones((3, 2), np.float32), schema).shape == (3, 2)
    assert enforce(pd.DataFrame({"a": [1.0], "b": [2.0]}), schema).dtype == np.float32
    assert enforce([[1, 2]], schema).dtype == np.float32
    with pytest.raises(InvalidParameter, match=r"of the shape \(-1, 2\), where -1 is any size, but it is \(3, 4\)"):
        enforce(np.ones((3, 4), np.float32), schema)
    with pytest.raises(InvalidParameter, match="type float32, but it is float64"):
        enforce(np.ones((3, 2)), schema)
    with pytest.raises(InvalidParameter, match="array of numpy, not str"):
        enforce("x", schema)


def test_tensors_with_names_come_in_a_dictionary() -> None:
    schema = Schema([TensorSpec("float64", (-1,), "a"), TensorSpec("int64", (-1,), "b")])
    assert set(enforce({"a": np.ones(2), "b": np.arange(2), "c": 1}, schema)) == {"a", "b"}
    with pytest.raises(InvalidParameter, match="lack the column 'b'"):
        enforce({"a": np.ones(2)}, schema)
    with pytest.raises(InvalidParameter, match="dictionary with the arrays 'a', 'b'"):
        enforce(np.ones(2), schema)


def test_parameters_have_defaults_and_unknown_ones_are_refused() -> None:
    schema = ParamSchema([ParamSpec("k", "long", 3), ParamSpec("r", "double", 0.5)])
    assert enforce_params({"r": 1}, schema) == {"k": 3, "r": 1.0}
    assert enforce_params(None, None) is None
    with pytest.raises(InvalidParameter, match="has no parameter 'x'; it has: k, r"):
        enforce_params({"x": 1}, schema)
    with pytest.raises(InvalidParameter, match="'k' is long, but 'x' is str"):
        enforce_params({"k": "x"}, schema)
