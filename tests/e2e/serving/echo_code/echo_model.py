"""A model that tells what it was asked with; or gives one of the answers below, by name. MLflow loads it as well."""

import base64
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def _load_pyfunc(path: str) -> "EchoModel":
    return EchoModel(gives_answers=Path(path).read_text(encoding="utf-8") == "answers")


class EchoModel:
    """Answers one text that describes what came in."""

    def __init__(self, gives_answers: bool) -> None:
        self._gives_answers = gives_answers

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """Return a description, or the answer that is asked for."""
        if self._gives_answers:
            return ANSWERS[str(np.asarray(data).flat[0])]()
        told = described(data)
        return [told if not params else f"{told} {sorted(params.items())}"]


def described(data: Any) -> str:
    """Return type, names, types of columns and values."""
    if isinstance(data, pd.DataFrame):
        columns = ", ".join(f"{name!r}: {kind(data[name])} {values(data[name])}" for name in data.columns)
        return f"frame of {len(data)} with index {list(data.index)!r}: {columns}"
    if isinstance(data, np.ndarray):
        name = data.dtype.kind if data.dtype.kind in "US" else str(data.dtype)
        return f"array {name} {data.shape} {plain(data.tolist())!r}"
    if isinstance(data, dict):
        return "dict " + ", ".join(f"{name!r}: {described(value)}" for name, value in data.items())
    if isinstance(data, list):
        return "list " + ", ".join(map(described, data))
    return f"{type(data).__name__} {plain(data)!r}"


def kind(column: Any) -> str:
    """Return the name of a column's type; texts are called alike, however pandas keeps them."""
    return "text" if isinstance(column.dtype, pd.StringDtype) else str(column.dtype)


def values(column: Any) -> str:
    """Return the values of a column."""
    return repr([plain(value) for value in column.tolist()])


def plain(value: Any) -> Any:
    """Return a value so that its repr tells value and type, and is the same in every version of numpy."""
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return ["array of", str(value.dtype), plain(value.tolist())]
    if isinstance(value, np.generic):
        return plain(value.item())
    return str(value) if isinstance(value, pd.Timestamp) else value


MOMENT = dt.datetime(2024, 2, 29, 12, 30, 15, 250000)
ANSWERS: dict[str, Callable[[], Any]] = {
    "floats": lambda: np.array([[0.1, 1.0], [1e16, -2.5e-7]]),
    "small floats": lambda: np.array([0.1, 3.0], dtype="float32"),
    "integers": lambda: np.array([1, -(2**62)]),
    "truths": lambda: np.array([True, False]),
    "texts": lambda: np.array(["a", "ü"]),
    "objects": lambda: np.array(["a", 1, None, 2.5], dtype=object),
    "one number": lambda: np.float32(0.5),
    "a point": lambda: np.array(1.5),
    "nothing": lambda: None,
    "python": lambda: {"a": [1, 2.5, None, True, "x"], "b": {"c": (1, 2)}},
    "names of numbers": lambda: {1: "one", 2.5: "half", None: "none"},
    "lists of numpy": lambda: [np.int64(1), np.float32(0.5), np.array([1, 2]), np.bool_(True)],
    "frame": lambda: pd.DataFrame({"x": [1, 2], "y": [0.5, 1.5], "z": ["a", "b"], "t": [True, False]}),
    "frame with numbers as names": lambda: pd.DataFrame([[1.0, 2.0]]),
    "frame with an index": lambda: pd.DataFrame({"x": [1, 2]}, index=[7, 8]),
    "empty frame": lambda: pd.DataFrame({"x": []}),
    "moments in a frame": lambda: pd.DataFrame({"x": pd.to_datetime(["2024-02-29 12:30:15.25"])}),
    "series": lambda: pd.Series([1, 2], name="y"),
    "series without name": lambda: pd.Series([0.5]),
    "categories": lambda: pd.Series(["a", "b"], dtype="category"),
    "moments": lambda: np.array(["2024-02-29T12:30:15"], dtype="datetime64[s]"),
    "moments by the nanosecond": lambda: np.array(["2024-02-29T12:30:15"], dtype="datetime64[ns]"),
    "days": lambda: [dt.date(2024, 2, 29), MOMENT, MOMENT.time(), pd.Timestamp(MOMENT)],
    "bytes": lambda: [b"some bytes", bytearray(b"\x00\xff")],
    "many bytes": lambda: base64.b64decode(b"AAAA" * 40),
    "array of bytes": lambda: np.array([b"ab", b"c"]),
    "no numbers": lambda: np.array([1.0, np.nan, np.inf]),
    "missing texts": lambda: pd.DataFrame({"x": pd.Series(["a", None], dtype=object)}),
    "missing moments": lambda: pd.DataFrame({"x": pd.to_datetime(["2024-02-29", None])}),
    "missing integers": lambda: pd.DataFrame({"x": pd.array([1, None], dtype="Int64")}),
    "large integers": lambda: [2**70],
    "half a character": lambda: ["\ud800"],
    "a set": lambda: {1},
    "a complex number": lambda: [1j],
}
