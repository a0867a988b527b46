"""Runs as a table of everything: a row for each run, and a column for whatever any of them has."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from math import nan
from typing import Any, Final, TypeVar

from trialog.sdk.entities.run import Run
from trialog.wire.messages.runs import RunMessage

Value = TypeVar("Value")

_ATTRIBUTES: Final = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FlatRuns:
    """Collects runs in columns."""

    def __init__(self) -> None:
        self._count = 0
        self._attributes: dict[str, list[Any]] = {name: [] for name in _ATTRIBUTES}
        self._metrics: dict[str, list[float | None]] = {}
        self._params: dict[str, list[str | None]] = {}
        self._tags: dict[str, list[str | None]] = {}

    def add(self, run: RunMessage) -> None:
        """Add a run as the last row.

        Args:
            run: The run.
        """
        info, data, row = run.info, run.data, self._count
        said = (
            info.run_id,
            info.experiment_id,
            info.status.value,
            info.artifact_uri,
            info.start_time,
            info.end_time or None,
        )
        for column, value in zip(self._attributes.values(), said, strict=True):
            column.append(value)
        for metric in data.metrics:
            _place(self._metrics, metric.key, metric.value, row)
        for param in data.params:
            _place(self._params, param.key, param.value, row)
        for tag in data.tags:
            _place(self._tags, tag.key, tag.value, row)
        self._count += 1

    def data_frame(self) -> Any:
        """Return a `pandas.DataFrame`: times with their zone, NaN for metrics that a run lacks.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        pandas = import_module("pandas")
        columns = self._columns(nan)
        for name in ("start_time", "end_time"):
            # The type says so, since a column without any time would be of another one.
            columns[name] = pandas.to_datetime(pandas.Series(columns[name], dtype="Int64"), unit="ms", utc=True)
        return pandas.DataFrame(columns)

    def rows(self) -> list[dict[str, Any]]:
        """Return a dictionary for each run, all with the same keys: times as `datetime`, None for what a run lacks."""
        columns = self._columns(None)
        for name in ("start_time", "end_time"):
            columns[name] = [moment(time) for time in columns[name]]
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def _columns(self, no_metric: float | None) -> dict[str, list[Any]]:
        columns = dict(self._attributes)
        for key, values in self._metrics.items():
            columns[f"metrics.{key}"] = _filled(values, no_metric, self._count)
        for key, texts in self._params.items():
            columns[f"params.{key}"] = _filled(texts, None, self._count)
        for key, texts in self._tags.items():
            columns[f"tags.{key}"] = _filled(texts, None, self._count)
        return columns


def flat_row(run: Run) -> dict[str, Any]:
    """Return a run as a dictionary with the keys that a table has, of which it lacks none.

    Args:
        run: The run.
    """
    info, data = run.info, run.data
    return {
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "artifact_uri": info.artifact_uri,
        "start_time": moment(info.start_time),
        "end_time": moment(info.end_time),
        **{f"metrics.{key}": value for key, value in data.metrics.items()},
        **{f"params.{key}": text for key, text in data.params.items()},
        **{f"tags.{key}": text for key, text in data.tags.items()},
    }


def moment(milliseconds: int | None) -> datetime | None:
    """Return the time that milliseconds since 1970 UTC stand for."""
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)


def _place(columns: dict[str, list[Value | None]], key: str, value: Value, row: int) -> None:
    """Put a value into a row of a column, with None in those before it that lack one."""
    column = columns.get(key)
    if column is None:
        column = columns[key] = [None] * row
    elif len(column) < row:
        column += [None] * (row - len(column))
    column.append(value)


def _filled(values: list[Value | None], missing: Value | None, count: int) -> list[Value | None]:
    """Return a column with something in every row."""
    values = values + [None] * (count - len(values))
    return values if missing is None else [missing if value is None else value for value in values]
