"""Tables as files, to which rows can be added."""

import json
import posixpath
import uuid
from collections.abc import Callable, Mapping, Sequence, Sized
from io import BytesIO
from itertools import repeat
from typing import Any, Final, NamedTuple

import msgspec

from trialog.errors import InvalidParameter, require
from trialog.sdk.artifact_images import image_content, is_image, thumbnail

LOGGED_TABLES_TAG: Final = "mlflow.loggedArtifacts"
"""Tag of a run that lists its tables, as JSON."""

_FORBIDDEN: Final = frozenset("\"',:[]{}")
_MISSING: Final = frozenset({"NaTType", "NAType"})


class Table(NamedTuple):
    """Rows with names for their columns.

    Args:
        columns: The names.
        rows: The rows, each with a value for every column.
    """

    columns: list[str]
    rows: list[list[object]]


class _SplitTable(msgspec.Struct):
    """A table as JSON has it."""

    columns: list[str]
    data: list[list[object]]


def check_table_name(artifact_file: str) -> None:
    """Refuse a name that no table can have.

    Raises:
        InvalidParameter: It ends with neither `.json` nor `.parquet`, or holds a character that searches for tables
            cannot deal with (`artifact.wrong_table_name`).
    """
    if _FORBIDDEN & set(artifact_file) or not artifact_file.endswith((".json", ".parquet")):
        raise InvalidParameter(
            "artifact.wrong_table_name",
            f"A table cannot be called {artifact_file[:200]!r}: end the name with .json or .parquet, and leave out "
            "quotes, commas, colons and brackets.",
        )


def table_of(data: Any) -> Table:
    """Return what is to be logged as a table.

    Args:
        data: A `pandas.DataFrame`, or a dictionary of columns; what is not a list stands in every row.

    Raises:
        InvalidParameter: It is neither, or its columns are not of one length (`artifact.no_table`).
    """
    if callable(getattr(data, "itertuples", None)):
        return Table([str(name) for name in data.columns], [list(row) for row in data.itertuples(index=False)])
    if not isinstance(data, Mapping):
        raise InvalidParameter(
            "artifact.no_table", f"A table must be a pandas.DataFrame or a dictionary, not {type(data).__name__}."
        )
    lengths = {len(column) for column in data.values() if _is_column(column)}
    if len(lengths) > 1:
        raise InvalidParameter("artifact.no_table", "All columns of a table must be of the same length.")
    count = lengths.pop() if lengths else 1
    columns = [iter(column) if _is_column(column) else repeat(column) for column in data.values()]
    return Table([str(name) for name in data], [[next(column) for column in columns] for _ in range(count)])


def joined(first: Table, second: Table) -> Table:
    """Return the rows of one table and those of another behind them; what a row has no value for is None."""
    columns = [*first.columns, *(name for name in second.columns if name not in first.columns)]
    rows = [*_arranged(first, columns), *_arranged(second, columns)]
    return Table(columns, rows)


def read_table(content: bytes, artifact_file: str) -> Table:
    """Return what a file holds that `table_content` wrote.

    Raises:
        InvalidParameter: It holds something else (`artifact.no_table`).
        MissingDependency: It is of Parquet, and pandas is not installed.
    """
    if posixpath.splitext(artifact_file)[1] == ".parquet":
        return table_of(require("pandas", extra="models").read_parquet(BytesIO(content)))
    try:
        found = msgspec.json.decode(content, type=_SplitTable)
    except msgspec.DecodeError as error:
        raise InvalidParameter(
            "artifact.no_table", f"{artifact_file[:200]!r} is there and is no table, so that no rows can be added."
        ) from error
    return Table(found.columns, found.data)


def table_content(table: Table, artifact_file: str) -> bytes:
    """Return a table as a file: Parquet if its name says so, else JSON, where NaN and infinities become null.

    Raises:
        MissingDependency: It is to be Parquet, and pandas is not installed.
    """
    if posixpath.splitext(artifact_file)[1] == ".parquet":
        written = BytesIO()
        frame = require("pandas", extra="models").DataFrame(table.rows, columns=table.columns)
        frame.to_parquet(written, index=False)
        return written.getvalue()
    return msgspec.json.encode(_SplitTable(table.columns, table.rows), enc_hook=_plain)


def without_images(table: Table, artifact_file: str, send: Callable[[bytes, str], None]) -> Table:
    """Return a table that names files in place of its images.

    Args:
        table: The table.
        artifact_file: Its path among the artifacts.
        send: Sends an image to a path among the artifacts.

    Raises:
        InvalidParameter: A column holds images and something else (`artifact.no_table`).
    """
    rows = [list(row) for row in table.rows]
    for index, name in enumerate(table.columns):
        images = [is_image(row[index]) for row in rows]
        if not any(images):
            continue
        if not all(images):
            raise InvalidParameter(
                "artifact.no_table", f"The column {name!r} holds images and something else. Keep them apart."
            )
        for row in rows:
            path = f"table_images/{posixpath.splitext(artifact_file)[0]}/{uuid.uuid4()}"
            send(image_content(row[index], f"{path}.png"), f"{path}.png")
            send(thumbnail(row[index]), f"{path}.webp")
            row[index] = {"type": "image", "filepath": f"{path}.png", "compressed_filepath": f"{path}.webp"}
    return Table(table.columns, rows)


def noted_tables(tag: str | None) -> list[str]:
    """Return the paths of the tables that a run's tag lists.

    Args:
        tag: Value of the tag; None if the run lacks it.
    """
    return [noted["path"] for noted in _noted(tag) if noted.get("type") == "table" and "path" in noted]


def with_table(tag: str | None, artifact_file: str) -> str:
    """Return the tag of a run with one more table.

    Args:
        tag: Value of the tag before; None if the run lacks it.
        artifact_file: Path of the table among the artifacts.
    """
    # The searches of MLflow's clients look for the spaces that this writes.
    return json.dumps([*_noted(tag), {"path": artifact_file, "type": "table"}])


def _noted(tag: str | None) -> list[dict[str, str]]:
    try:
        return msgspec.json.decode(tag or "[]", type=list[dict[str, str]])
    except msgspec.DecodeError:
        # Somebody wrote the tag in another way.
        return []


def _is_column(value: object) -> bool:
    return isinstance(value, Sized) and not isinstance(value, str | bytes | Mapping) and getattr(value, "ndim", 1) != 0


def _arranged(table: Table, columns: Sequence[str]) -> list[list[object]]:
    if table.columns == list(columns):
        return table.rows
    return [[dict(zip(table.columns, row, strict=True)).get(name) for name in columns] for row in table.rows]


def _plain(value: Any) -> object:
    if callable(getattr(value, "tolist", None)):
        return value.tolist()
    if type(value).__name__ in _MISSING:
        return None
    if callable(getattr(value, "isoformat", None)):
        return value.isoformat()
    return float(value) if isinstance(value, float) else str(value)
