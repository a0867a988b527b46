"""Reads tables that come as files: CSV and Parquet."""

import csv
import io
from typing import Any

from trialog.errors import UnreadableInput, require
from trialog.models.data_types import DataType
from trialog.models.schema import Schema
from trialog.serving.bounds import MOST_VALUES, check_width, fault_of


def read_csv(body: bytes, schema: Schema | None) -> Any:
    """Return the frame that a body in CSV holds: a line of names, and a line for each row.

    Args:
        body: The body, in UTF-8.
        schema: What the columns are to be; None if the model does not say.

    Raises:
        UnreadableInput: It is no such thing (`input.csv_invalid`).
    """
    pandas = require("pandas", extra="models")
    dtypes = None
    if schema is not None and not schema.is_tensor_spec():
        # Moments are brought into their type when they are texts.
        dtypes = {
            name: "object" if one is DataType.datetime else one.to_pandas()
            for name, one in zip(schema.input_names(), schema.input_types(), strict=True)
            if isinstance(one, DataType)
        }
    _check_widths(body, 0 if schema is None else len(schema))
    try:
        return pandas.read_csv(io.BytesIO(body), dtype=dtypes, encoding="utf-8", low_memory=False)
    except (ValueError, TypeError, OverflowError, IndexError, KeyError) as error:
        # Its own errors are ValueErrors; the others are what single lines lead it into.
        raise UnreadableInput("input.csv_invalid", f"The body cannot be read as CSV: {fault_of(error)}.") from error


def _check_widths(body: bytes, known: int) -> None:
    """Refuse too many names, and lines with more values than names.

    Of the latter pandas takes the first values for names of rows, and moves the others.
    """
    lines = filter(None, csv.reader(io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")))
    try:
        names = next(lines, [])
    except csv.Error as error:
        raise UnreadableInput("input.csv_invalid", f"The first line of the CSV holds no names: {error}.") from error
    except ValueError:
        # It is no UTF-8, of which pandas says where.
        return
    check_width(len(names), known)
    try:
        values = next(lines, [])
    except (csv.Error, ValueError):
        # It has texts of any length, or pandas says what is wrong with it.
        return
    if len(values) > len(names):
        raise UnreadableInput(
            "input.csv_invalid",
            f"The first line of the CSV has {len(names)} names, but the second one has {len(values)} values.",
        )


def read_parquet(body: bytes, _schema: Schema | None) -> Any:
    """Return the frame that a body in Parquet holds.

    Args:
        body: The file.

    Raises:
        UnreadableInput: It is no such file, or one that grows beyond all bounds (`input.parquet_invalid`).
        MissingDependency: pyarrow is not installed (`dependency.missing`).
    """
    pyarrow = require("pyarrow", extra=None)
    parquet = require("pyarrow.parquet", extra=None)
    pandas = require("pandas", extra="models")
    try:
        file = parquet.ParquetFile(io.BytesIO(body), read_dictionary=_texts(parquet, body))
        if file.metadata.num_rows * max(file.metadata.num_columns, 1) > MOST_VALUES:
            raise UnreadableInput("input.parquet_invalid", f"The table has more than {MOST_VALUES} values.")
        frame = file.read().to_pandas()
    except (pyarrow.ArrowException, OSError, ValueError, TypeError) as error:
        raise UnreadableInput(
            "input.parquet_invalid", f"The body cannot be read as Parquet: {fault_of(error)}."
        ) from error
    for name, dtype in frame.dtypes.items():
        if isinstance(dtype, pandas.CategoricalDtype):
            frame[name] = frame[name].astype(object)
    return frame


def _texts(parquet: Any, body: bytes) -> list[str]:
    """Return the columns of texts of a file, which are to be read so that each text is there once.

    Raises:
        UnreadableInput: Its columns hold what takes any room: a list of a billion equal values is some bytes long.
    """
    schema = parquet.ParquetFile(io.BytesIO(body)).schema
    columns = [schema.column(place) for place in range(len(schema))]
    if any(one.max_repetition_level or one.physical_type == "FIXED_LEN_BYTE_ARRAY" for one in columns):
        raise UnreadableInput(
            "input.parquet_invalid",
            "Lists, and values of a fixed length other than numbers, are not read from Parquet; send them as JSON.",
        )
    return [one.path for one in columns if one.physical_type == "BYTE_ARRAY"]
