"""Parts what a model predicted for several requests at once, so that each gets the rows of its own."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from trialog.models.loaded import is_array, is_frame, is_series

# Sums of more rows at once are rounded differently: a few units in the last places, of the largest number there is.
_SINGLE_PRECISION: Final = 1e-4
_DOUBLE_PRECISION: Final = 1e-9
_BYTES_OF_SINGLE: Final = 4


class NotByRows(ValueError):
    """What a model gave has not one row for each that went in."""


def split(predictions: Any, counts: Sequence[int]) -> list[Any]:
    """Return the predictions of each request.

    Args:
        predictions: What the model gave for all of them together.
        counts: How many rows each request has, in their order.

    Raises:
        NotByRows: It has not one row for each.
    """
    bounds = [0]
    for count in counts:
        bounds.append(bounds[-1] + count)
    return list(_parts(predictions, bounds))


def _parts(predictions: Any, bounds: Sequence[int]) -> Iterator[Any]:
    places = [slice(start, end) for start, end in pairwise(bounds)]
    if isinstance(predictions, dict):
        columns = {name: list(_parts(values, bounds)) for name, values in predictions.items()}
        return ({name: parts[place] for name, parts in columns.items()} for place in range(len(places)))
    has_rows = isinstance(predictions, list) or (is_array(predictions) and predictions.ndim > 0)
    is_of_pandas = is_frame(predictions) or is_series(predictions)
    if not (has_rows or is_of_pandas) or len(predictions) != bounds[-1]:
        raise NotByRows(f"{type(predictions).__name__} has not {bounds[-1]} rows, one for each that went in")
    if is_of_pandas:
        return (predictions.iloc[place].reset_index(drop=True) for place in places)
    return (predictions[place] for place in places)


def are_alike(one: Any, other: Any) -> bool:
    """Tell whether two predictions are the same, but for how sums are rounded.

    Args:
        one: A prediction.
        other: Another one.
    """
    if is_frame(one) and is_frame(other):
        return list(one.columns) == list(other.columns) and all(
            _are_alike_arrays(one.iloc[:, place].to_numpy(), other.iloc[:, place].to_numpy())
            for place in range(one.shape[1])
        )
    if is_series(one) and is_series(other):
        return _are_alike_arrays(one.to_numpy(), other.to_numpy())
    if is_array(one) and is_array(other):
        return _are_alike_arrays(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(are_alike(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_alike, one, other))
    return type(one) is type(other) and _are_alike_arrays(np.asarray(one), np.asarray(other))


def _are_alike_arrays(one: Any, other: Any) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    relative = _SINGLE_PRECISION if one.dtype.itemsize <= _BYTES_OF_SINGLE else _DOUBLE_PRECISION
    largest = float(np.max(np.abs(one), initial=0.0, where=np.isfinite(one)))
    return bool(np.allclose(one, other, rtol=relative, atol=relative * largest, equal_nan=True))
