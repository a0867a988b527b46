"""Writes what a model predicts as MLflow's scoring server answers it; what JSON has no word for becomes null."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any, Final

import msgspec
import numpy as np

from trialog.errors import TrialogError
from trialog.models.loaded import is_frame, is_missing, is_series

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_encode: Final = msgspec.json.Encoder().encode


def encode_predictions(predictions: Any) -> bytes:
    """Return the body of an answer: `{"predictions": ...}`.

    Frames become lists of objects, arrays lists of lists, moments texts in ISO's form, bytes base64; NaN, infinity and
    missing values become null, for JSON knows none of them.

    Args:
        predictions: What the model predicts.

    Raises:
        TrialogError: JSON cannot hold it (`model.answer_unknown`).
    """
    plain = _as_plain(predictions)
    try:
        written: bytes = _encode(plain)
    except UnicodeEncodeError:
        # Halves of characters, which Python's own writer escapes.
        written = json.dumps(_finite(plain)).encode("ascii")
    return b'{"predictions":%b}' % written


def _as_plain(value: Any) -> Any:
    """Return a value as what JSON knows; NaN and infinity stay, for the encoder writes null for them."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, list | tuple):
        return value if all(type(one) in _PLAIN for one in value) else [_as_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {_name(name): _as_plain(one) for name, one in value.items()}
    if is_frame(value):
        return _records(value.items())
    if is_series(value):
        return _records([(0 if value.name is None else value.name, value)])
    return _scalar(value)


def _array(array: Any) -> Any:
    values = array.tolist()
    match array.dtype.kind:
        case "f" | "i" | "u" | "b" | "U":
            return values
        case "M" if np.isnat(array).any():
            moments = array.astype(object)
            moments[np.isnat(array)] = None
            values = moments.tolist()
    return _as_plain(values)


def _records(columns: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    names, values = [], []
    for name, column in columns:
        names.append(_name(name))
        plain = column.tolist()
        is_plain = isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiub"
        values.append(plain if is_plain else [_as_plain(one) for one in plain])
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _name(name: Any) -> str:
    if isinstance(name, str):
        return name
    # As Python's own writer of JSON has them.
    return json.dumps(name) if isinstance(name, bool | int | float | None) else str(name)


def _scalar(value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, np.generic):
        item = value.item()
        if not isinstance(item, np.generic):
            return _as_plain(item)
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if isinstance(value, date | time):
        return value.isoformat()
    for base in (str, bool, int, float):
        # Classes of the user's own.
        if isinstance(value, base):
            return base(value)
    dump: Callable[[], Any] | None = getattr(value, "model_dump", None)
    if callable(dump):
        return _as_plain(dump())
    raise TrialogError(
        "model.answer_unknown",
        f"The model predicts something of the type {type(value).__module__}.{type(value).__qualname__}, which JSON "
        "cannot hold; let it return arrays, frames, lists, dictionaries, texts or numbers.",
    )


def _finite(value: Any) -> Any:
    """Return a plain value without what Python's own writer would write although JSON does not know it."""
    match value:
        case float():
            return value if value - value == 0 else None
        case list() | tuple():
            return [_finite(one) for one in value]
        case dict():
            return {name: _finite(one) for name, one in value.items()}
    return value
