"""What a model predicts becomes JSON that every client can read."""

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.errors import TrialogError
from trialog.serving.answers import encode_predictions

MISSING = np.array(["2024-02-29", "NaT"])


class Kept(str):
    """A text of a class of the user's own."""

    __slots__ = ()


class Dumped:
    """Something that can tell what stands in it, as models of pydantic do."""

    def model_dump(self) -> dict[str, Any]:
        return {"a": np.int64(1)}


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        (np.array([1.5, np.nan, -np.inf]), [1.5, None, None]),
        ([float("nan"), [float("inf")]], [None, [None]]),
        (pd.DataFrame({"x": [1.5, None], "y": ["a", None]}), [{"x": 1.5, "y": "a"}, {"x": None, "y": None}]),
        (pd.DataFrame({"x": pd.array([1, None], dtype="Int64")}), [{"x": 1}, {"x": None}]),
        (pd.DataFrame({("a", "b"): [1]}), [{"('a', 'b')": 1}]),
        (pd.Series([1.5]), [{"0": 1.5}]),
        (np.array(1.5), 1.5),
        (np.float32(0.5), 0.5),
        (None, None),
        (MISSING.astype("datetime64[s]"), ["2024-02-29T00:00:00", None]),
        (MISSING.astype("datetime64[ns]"), [1_709_164_800_000_000_000, None]),
        ([pd.NaT, pd.NA, pd.Timestamp("2024-02-29 12:00", tz="UTC")], [None, None, "2024-02-29T12:00:00+00:00"]),
        ([dt.date(2024, 2, 29), dt.time(12)], ["2024-02-29", "12:00:00"]),
        ([b"ab", np.bytes_(b"ab")], ["YWI=\n", "YWI=\n"]),
        (np.array([np.array([1, 2]), "a", None], dtype=object), [[1, 2], "a", None]),
        ({1: (np.int64(2),), None: {"a": np.array([True])}}, {"1": [2], "null": {"a": [True]}}),
        ([2**80, np.uint64(2**64 - 1)], [2**80, 2**64 - 1]),
        (["\ud800", float("nan"), {"a": float("inf")}], ["\ud800", None, {"a": None}]),
        ([Kept("a"), Dumped()], ["a", {"a": 1}]),
    ],
)
def test_predictions_become_json(predictions: Any, expected: Any) -> None:
    body = encode_predictions(predictions)
    answer = json.loads(body, parse_constant=pytest.fail)
    assert repr(answer) == repr({"predictions": expected})


@pytest.mark.parametrize("predictions", [{1}, [1j], object(), iter([1]), np.array([1j]), [dt.timedelta(1)]])
def test_what_json_cannot_hold_is_named(predictions: Any) -> None:
    with pytest.raises(
        TrialogError, match=r"predicts something of the type \w+\.\w+, which JSON cannot hold"
    ) as caught:
        encode_predictions(predictions)
    assert caught.value.code == "model.answer_unknown"


@given(st.lists(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2)))
def test_numbers_come_back_as_they_were(rows: list[list[float]]) -> None:
    predictions = np.array(rows, dtype=float).reshape(len(rows), 2)
    assert json.loads(encode_predictions(predictions)) == {"predictions": rows}
    frame = pd.DataFrame(predictions, columns=["a", "b"])
    expected = [dict(zip("ab", row, strict=True)) for row in rows]
    assert json.loads(encode_predictions(frame)) == {"predictions": expected}
