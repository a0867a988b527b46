"""What one request asks a model about, held against its signature; several of a kind can be put together."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

_NOTHING_MADE = object()


class ModelInput:
    """What a model is asked about: data and parameters that go with its signature already.

    Data that are made of arrays are made when they are first asked for: who puts several inputs together never makes
    those of each.

    Args:
        params: Parameters of the prediction; None if the model has none.
        rows: How many rows there are; 1 where the data have none.
        build: Makes the data of the arrays.
        arrays: What the data are made of; the first axis of each are the rows.
        layout: Equal for inputs of which several can be put together; None if this one goes alone.

    Attributes:
        size: Bytes of the request that it came with; whoever reads it says so.
    """

    __slots__ = ("_build", "_data", "arrays", "layout", "params", "rows", "size")

    def __init__(
        self,
        params: dict[str, Any] | None,
        rows: int,
        build: Callable[[Sequence[Any]], Any],
        arrays: Sequence[Any],
        layout: Hashable | None = None,
    ) -> None:
        self.params = params
        self.rows = rows
        self.arrays = arrays
        self.layout = layout
        self.size = 0
        self._build = build
        self._data: Any = _NOTHING_MADE

    @property
    def data(self) -> Any:
        """What the model's function takes: a frame of pandas, an array of numpy, a dictionary of arrays, or a list."""
        if self._data is _NOTHING_MADE:
            self._data = self._build(self.arrays)
        return self._data

    def followed_by(self, others: Sequence["ModelInput"]) -> "ModelInput":
        """Return one input with the rows of this one and of others, in this order.

        Args:
            others: Inputs with the same layout and the same params.
        """
        together = [self, *others]
        arrays = [np.concatenate(parts) for parts in zip(*(one.arrays for one in together), strict=True)]
        rows = sum(one.rows for one in together)
        return ModelInput(self.params, rows, self._build, arrays, self.layout)


def whole(data: Any, params: dict[str, Any] | None, rows: int) -> ModelInput:
    """Return an input that is put together with no other.

    Args:
        data: What the model's function takes.
        params: Parameters of the prediction.
        rows: How many rows there are.
    """
    return ModelInput(params, rows, _first, (data,))


def _first(arrays: Sequence[Any]) -> Any:
    return arrays[0]
