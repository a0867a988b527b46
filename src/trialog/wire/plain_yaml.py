"""Reads YAML of whoever as plain values, within bounds, and without anchors, which make an endless one of a small file.

Nothing of it is imported, loaded or run.
"""

from typing import Final

import yaml

# Each costs a dozen microseconds. A file that MLflow writes has some hundred; a signature is one text however long.
_MAXIMUM_EVENTS: Final = 20_000
_MAXIMUM_DEPTH: Final = 32
_LONGEST_FAULT: Final = 200

# Knows lists, mappings and text; the text of numbers and dates stays text. The one in C comes with every wheel.
_TextLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Knows numbers and truth values too, and still makes nothing but plain values.
_TypedLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_plain(content: bytes, *, is_typed: bool) -> object:
    """Return what a file of YAML holds: lists, mappings and single values.

    Args:
        content: Its bytes; how many they may be is for the caller to say.
        is_typed: Whether numbers, truth values, dates and null are told from text.

    Raises:
        ValueError: It is no YAML, or is outside of the bounds; the message goes on a sentence "it cannot be read:".
    """
    try:
        text = content.decode("utf-8")
        if _is_plain(text):
            # Neither loader makes anything but plain values.
            return yaml.load(text, Loader=_TypedLoader if is_typed else _TextLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"it is no YAML: {' '.join(str(error).split())[:_LONGEST_FAULT]}") from error
    raise ValueError("it has anchors, is nested too deeply or has too many parts")


def _is_plain(text: str) -> bool:
    """Tell whether a text has no anchors, is not nested too deeply and has not too many parts."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_TextLoader)):
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
