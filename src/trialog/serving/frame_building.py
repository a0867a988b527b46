"""Puts frames together of arrays in as few steps as pandas lets one."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from trialog.errors import require
from trialog.models.data_types import ColumnType, DataType

Build: TypeAlias = Callable[[Sequence[Any]], Any]
Block: TypeAlias = tuple[Callable[[Sequence[Any]], Any], Any]
"""What makes a block of the arrays of all columns, and which columns stand in it."""


def frame_of_one_type(names: Sequence[Any]) -> Build:
    """Return what makes a frame of one array of all values, row by row.

    Args:
        names: Names of the columns.
    """
    pandas = require("pandas", extra="models")
    index = pandas.Index(names)
    return lambda arrays: pandas.DataFrame(arrays[0], columns=index, copy=False)


def frame_of_columns(names: Sequence[Any], types: Sequence[ColumnType]) -> Build:
    """Return what makes a frame of an array for each column.

    Args:
        names: Names of the columns.
        types: What they hold: numbers, truth values or texts.
    """
    pandas = require("pandas", extra="models")
    internals = getattr(pandas.api, "internals", None)
    if internals is None:
        # Before pandas 3, frames are made column by column alone.
        return lambda arrays: pandas.DataFrame(dict(zip(names, arrays, strict=True)))
    index = pandas.Index(names)
    blocks = list(_blocks(pandas, types))

    def build(arrays: Sequence[Any]) -> Any:
        rows = pandas.RangeIndex(len(arrays[0]))
        made = [(make(arrays), places) for make, places in blocks]
        return internals.create_dataframe_from_blocks(made, index=rows, columns=index)

    return build


def _blocks(pandas: Any, types: Sequence[ColumnType]) -> list[Block]:
    places: dict[ColumnType, list[int]] = {}
    for place, one in enumerate(types):
        places.setdefault(one, []).append(place)
    text = pandas.Series(["text"]).dtype
    blocks: list[Block] = []
    for kind, members in places.items():
        if kind is DataType.string and isinstance(text, pandas.StringDtype):
            # Texts have a type of their own, of which each column is a block.
            blocks += [(_texts(text, place), np.array([place])) for place in members]
        else:
            blocks.append((_together(members), np.array(members)))
    return blocks


def _together(places: Sequence[int]) -> Callable[[Sequence[Any]], Any]:
    return lambda arrays: np.array([arrays[place] for place in places])


def _texts(dtype: Any, place: int) -> Callable[[Sequence[Any]], Any]:
    make = dtype.construct_array_type()._from_sequence
    return lambda arrays: make(arrays[place], dtype=dtype)
