"""Reads the file `MLmodel` that says what a model is.

Whoever wrote it is not trusted: it is read as text alone, within bounds, and without anchors, of which a small file
could make an endless one. Nothing of it is imported, loaded or run.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from trialog.entities import ModelContent
from trialog.errors import InvalidParameter
from trialog.wire.plain_yaml import load_plain

MAXIMUM_BYTES: Final = 1024 * 1024
_MAXIMUM_FLAVORS: Final = 100
_MAXIMUM_FLAVOR_LENGTH: Final = 250
_MAXIMUM_SIZE_DIGITS: Final = 18
_SIGNATURE_PARTS: Final = ("inputs", "outputs", "params")


def parse_mlmodel(content: bytes) -> ModelContent | None:
    """Return what a file `MLmodel` says of its model.

    Args:
        content: The bytes of the file.

    Returns:
        Signature, flavors and the size it names; None if the file cannot be read.
    """
    if len(content) > MAXIMUM_BYTES:
        return None
    try:
        fields = load_plain(content, is_typed=False)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    return ModelContent(_signature(fields.get("signature")), _flavors(fields), _size_bytes(fields))


def read_mlmodel(content: bytes) -> dict[str, object]:
    """Return all fields of a file `MLmodel`, for whoever loads the model.

    Args:
        content: The bytes of the file.

    Raises:
        InvalidParameter: It is too large, no YAML, has anchors, or is no mapping (`model.mlmodel_unreadable`).
    """
    fault = f"it is larger than {MAXIMUM_BYTES} bytes"
    if len(content) <= MAXIMUM_BYTES:
        try:
            fields = load_plain(content, is_typed=True)
            if isinstance(fields, dict) and all(isinstance(name, str) for name in fields):
                return fields
            fault = "it is no mapping of names to values"
        except ValueError as error:
            fault = str(error)
    raise InvalidParameter("model.mlmodel_unreadable", f"The file MLmodel cannot be read: {fault}.")


def _flavors(fields: Mapping[object, object]) -> tuple[str, ...]:
    flavors = fields.get("flavors")
    if not isinstance(flavors, dict) or len(flavors) > _MAXIMUM_FLAVORS:
        return ()
    return tuple(name for name in flavors if isinstance(name, str) and 0 < len(name) <= _MAXIMUM_FLAVOR_LENGTH)


def _size_bytes(fields: Mapping[object, object]) -> int | None:
    size = fields.get("model_size_bytes")
    is_number = isinstance(size, str) and size.isascii() and size.isdigit() and len(size) <= _MAXIMUM_SIZE_DIGITS
    return int(str(size)) if is_number else None


def _signature(signature: object) -> str | None:
    """Return a signature as JSON; MLflow keeps each part of it as JSON within a text."""
    if not isinstance(signature, dict):
        return None
    parts: dict[str, object] = {}
    try:
        for name in _SIGNATURE_PARTS:
            written = signature.get(name)
            if isinstance(written, str) and (part := msgspec.json.decode(written)) is not None:
                parts[name] = part
        return msgspec.json.encode(parts).decode() if parts else None
    except (msgspec.DecodeError, RecursionError):
        return None
