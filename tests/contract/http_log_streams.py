"""Writes a part of a stream as the description of the format says, and not as `trialog.wire` does."""

import json
import struct
import zlib

import msgspec

from trialog.entities.log_stream import LogPart

SERIES, PARAM, TAG, STATUS, DATASET = range(0xFFFFFF00, 0xFFFFFF05)


def log_part_to_wire(part: LogPart) -> bytes:
    """The body that carries a part."""
    written = b""
    numbers: dict[tuple[object, ...], int] = {}
    for metric in part.metrics:
        identity = (metric.key, metric.model_id, metric.dataset_name, metric.dataset_digest)
        if identity not in numbers:
            numbers[identity] = len(numbers)
            names = ("key", "model_id", "dataset_name", "dataset_digest")
            described = {name: value for name, value in zip(names, identity, strict=True) if value is not None}
            written += _text(SERIES, {"number": numbers[identity], **described})
        written += _with_checksum(struct.pack("<Iqdq", numbers[identity], metric.timestamp, metric.value, metric.step))
    for param in part.params:
        written += _text(PARAM, {"key": param.key, "value": param.value})
    for key, value in part.tags.items():
        written += _text(TAG, {"key": key} if value is None else {"key": key, "value": value})
    for used in part.datasets:
        written += _text(DATASET, msgspec.to_builtins(used))
    if part.status is not None:
        ended = {} if part.end_time is None else {"end_time": part.end_time}
        written += _text(STATUS, {"status": part.status, **ended})
    return written


def _text(kind: int, said: dict[str, object]) -> bytes:
    text = json.dumps(said).encode()
    head = struct.pack("<IqQQ", kind, len(text), zlib.crc32(text), 0)
    return _with_checksum(head) + text + b"\0" * (-len(text) % 32)


def _with_checksum(content: bytes) -> bytes:
    assert len(content) == 28
    return struct.pack("<I", zlib.crc32(content)) + content
