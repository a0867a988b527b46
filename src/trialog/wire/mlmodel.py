"""Reads the file `MLmodel` that says what a model is.

Whoever wrote it is not trusted: it is read as text alone, within bounds, and without anchors, of which a small file
could make an endless one. Nothing of it is imported, loaded or run.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
import yaml

from trialog.entities import ModelContent
from trialog.errors import InvalidParameter

MAXIMUM_BYTES: Final = 1024 * 1024
# Each costs a dozen microseconds. A file that MLflow writes has some hundred; a signature is one text however long.
_MAXIMUM_EVENTS: Final = 20_000
_MAXIMUM_DEPTH: Final = 32
_MAXIMUM_FLAVORS: Final = 100
_MAXIMUM_FLAVOR_LENGTH: Final = 250
_MAXIMUM_SIZE_DIGITS: Final = 18
_LONGEST_FAULT: Final = 200
_SIGNATURE_PARTS: Final = ("inputs", "outputs", "params")

# Knows lists, mappings and text; the text of numbers and dates stays text. The one in C comes with every wheel.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Knows numbers and truth values too, and still makes nothing but plain values.
_TypedLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        text = content.decode("utf-8")
        if not _is_plain(text):
            return None
        # The loader makes nothing but lists, dictionaries and text.
        fields = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
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
            text = content.decode("utf-8")
            fault = "it has anchors, is nested too deeply or has too many parts"
            if _is_plain(text):
                # The loader makes nothing but lists, dictionaries, text, numbers, truth values and dates.
                fields = yaml.load(text, Loader=_TypedLoader)  # noqa: S506
                if isinstance(fields, dict) and all(isinstance(name, str) for name in fields):
                    return fields
                fault = "it is no mapping of names to values"
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            fault = f"it is no YAML: {' '.join(str(error).split())[:_LONGEST_FAULT]}"
    raise InvalidParameter("model.mlmodel_unreadable", f"The file MLmodel cannot be read: {fault}.")


def _is_plain(text: str) -> bool:
    """Tell whether a text has no anchors, is not nested too deeply and has not too many parts."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if count >= _MAXIMUM_EVENTS:
            return False
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAXIMUM_DEPTH:
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return True


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
