"""Parts of streams as the store takes them."""

from collections.abc import Collection
from typing import TypeVar

import msgspec
from msgspec import Struct

from trialog.entities import DatasetInput, Int64, Metric, Param, RequiredText, RunStatus
from trialog.entities.log_stream import LogPart
from trialog.errors import InvalidParameter
from trialog.wire.log_stream_format import EntryKind, PointEntry, TextEntry, decode

Text = TypeVar("Text", bound=Struct)


class _Series(Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    key: RequiredText
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class _Tag(Struct, frozen=True, forbid_unknown_fields=True):
    key: RequiredText
    value: str | None = None


class _Status(Struct, frozen=True, forbid_unknown_fields=True):
    status: RunStatus
    end_time: Int64 | None = None


def read_log_part(content: bytes, *, writer: str, start: int, end: int, model_ids: Collection[str]) -> LogPart:
    """Return what a part of a stream says.

    Args:
        content: The part; before its points stand the series that they are of.
        writer: Whose stream it is.
        start: Where in the stream the part begins.
        end: Where it ends.
        model_ids: The logged models that series may be of: those that who sends it may measure.

    Raises:
        InvalidParameter: The content is damaged, or says what is not known here.
    """
    reading = _Reading(model_ids)
    ended = 0
    for place, entry in decode(content):
        reading.take(entry)
        ended = place
    if ended != len(content):
        raise InvalidParameter(
            "log_stream.damaged",
            f"The part of the stream is not whole: {len(content) - ended} bytes from byte {ended} on cannot be read.",
            byte=ended,
        )
    return LogPart(
        writer=writer,
        start=start,
        end=end,
        metrics=tuple(reading.metrics),
        params=tuple(reading.params.values()),
        tags=reading.tags,
        datasets=tuple(reading.datasets),
        status=reading.status,
        end_time=reading.end_time,
    )


class _Reading:
    def __init__(self, model_ids: Collection[str]) -> None:
        self._model_ids = model_ids
        self._series: dict[int, _Series] = {}
        self.metrics: list[Metric] = []
        self.params: dict[str, Param] = {}
        self.tags: dict[str, str | None] = {}
        self.datasets: list[DatasetInput] = []
        self.status: RunStatus | None = None
        self.end_time: int | None = None

    def take(self, entry: PointEntry | TextEntry) -> None:
        if isinstance(entry, PointEntry):
            self._take_point(entry)
            return
        if entry.kind == EntryKind.SERIES:
            series = _text(entry, _Series)
            if series.model_id is not None and series.model_id not in self._model_ids:
                raise InvalidParameter(
                    "log_stream.unnamed_model",
                    f"Points are of the logged model {series.model_id[:300]!r}, which model_ids does not name.",
                    model_id=series.model_id[:300],
                )
            self._series[series.number] = series
        elif entry.kind == EntryKind.PARAM:
            self._take_param(_text(entry, Param))
        elif entry.kind == EntryKind.TAG:
            tag = _text(entry, _Tag)
            self.tags[tag.key] = tag.value
        elif entry.kind == EntryKind.STATUS:
            status = _text(entry, _Status)
            self.status, self.end_time = status.status, status.end_time
        elif entry.kind == EntryKind.DATASET:
            self.datasets.append(_text(entry, DatasetInput))
        else:
            raise InvalidParameter(
                "log_stream.unknown_kind",
                f"The stream has an entry of kind {entry.kind}, which this server does not know. Update the server.",
                kind=entry.kind,
            )

    def _take_point(self, point: PointEntry) -> None:
        series = self._series.get(point.series)
        if series is None:
            raise InvalidParameter(
                "log_stream.unknown_series",
                f"A point is of the series {point.series}, which no entry before it describes.",
                series=point.series,
            )
        self.metrics.append(
            Metric(
                series.key,
                point.value,
                point.timestamp,
                point.step,
                series.model_id,
                series.dataset_name,
                series.dataset_digest,
            )
        )

    def _take_param(self, param: Param) -> None:
        known = self.params.setdefault(param.key, param)
        if known.value != param.value:
            raise InvalidParameter(
                "param.changed",
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with"
                f" value='{known.value}'. Attempted logging new value '{param.value}'.",
                key=param.key,
            )


def _text(entry: TextEntry, kind: type[Text]) -> Text:
    try:
        return msgspec.json.decode(entry.text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidParameter(
            "log_stream.wrong_text",
            f"An entry of kind {entry.kind} does not say what such an entry says: {error}.",
            kind=entry.kind,
        ) from error
