"""Reads the file `meta.yaml` that says what a run, an experiment or a model is.

Whoever wrote it is not trusted: it is read event by event, within bounds, and without anchors, of which a small file
could make an endless one. Only texts, integers and nothing are told apart, which is all that such a file holds.
"""

import re
from typing import Any, Final, TypeAlias

import yaml

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.store.mlruns.files import MOST_TEXT_BYTES, read_text
from trialog.store.mlruns.left_out import Reason, Unreadable

META_FILE: Final = "meta.yaml"
MOST_DATASET_BYTES: Final = 20 * 1024 * 1024
"""The profile of a data set alone may have 16 MB; what has no end is refused by the number of its parts."""

Value: TypeAlias = "str | int | dict[str, str | int | None] | None"
"""What a field has; of a list, nothing is known."""

_MOST_EVENTS: Final = 20_000
_DEEPEST: Final = 16
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fields(dict[str, Value]):
    """The fields of a file, each asked for as what it has to be."""

    def text(self, *names: str) -> str | None:
        """Return the first of some fields that has something, as a text.

        Args:
            *names: The field; then the names it had in older versions.
        """
        for name in names:
            value = self.get(name)
            if isinstance(value, str | int):
                return str(value)
        return None

    def required(self, *names: str) -> str:
        """Return the first of some fields that has something.

        Raises:
            Unreadable: None has.
        """
        value = self.text(*names)
        if value is None:
            raise Unreadable(Reason.BAD_META, f"it has no {names[0]}")
        return value

    def integer(self, name: str) -> int | None:
        """Return a field that is a whole number, or a text of digits; None if it has nothing.

        Raises:
            Unreadable: It has something else.
        """
        value = self.get(name)
        if value is None or isinstance(value, int):
            return value
        if isinstance(value, str) and _INTEGER.fullmatch(value) and INT64_MIN <= int(value) <= INT64_MAX:
            return int(value)
        raise Unreadable(Reason.BAD_META, f"its {name} is no whole number")

    def texts(self, name: str) -> dict[str, str]:
        """Return a field that holds texts by their names; empty if it has nothing."""
        value = self.get(name)
        if not isinstance(value, dict):
            return {}
        return {key: "" if text is None else str(text) for key, text in value.items()}


def read_meta(path: str, most: int = MOST_TEXT_BYTES) -> Fields:
    """Return the fields of a file.

    Args:
        path: Where it is.
        most: How many bytes it may have.

    Raises:
        Unreadable: It cannot be read or understood.
    """
    try:
        return parse_meta(read_text(path, most))
    except FileNotFoundError:
        raise Unreadable(Reason.NO_META) from None


def parse_meta(text: str) -> Fields:
    """Return the fields of a text.

    Args:
        text: YAML: a mapping of texts, numbers and, one level deep, mappings of those.

    Raises:
        Unreadable: It is something else.
    """
    try:
        fields = _parse(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(Reason.BAD_META, "" if mark is None else f"line {mark.line + 1}") from error
    if not fields:
        raise Unreadable(Reason.BAD_META, "it is empty")
    return fields


def _parse(text: str) -> Fields:
    fields = Fields()
    open_ones: list[_Open] = []
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if count >= _MOST_EVENTS:
            raise Unreadable(Reason.TOO_MANY)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Unreadable(Reason.BAD_META, "it has anchors")
        if isinstance(event, yaml.ScalarEvent):
            if not open_ones:
                raise Unreadable(Reason.BAD_META, "it is no mapping")
            open_ones[-1].take(_value(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(open_ones) >= _DEEPEST:
                raise Unreadable(Reason.TOO_MANY)
            open_ones.append(_Open({} if open_ones else fields, is_list=isinstance(event, yaml.SequenceStartEvent)))
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = open_ones.pop()
            if open_ones:
                open_ones[-1].take(None if ended.is_list else ended.fields)
            elif ended.is_list:
                raise Unreadable(Reason.BAD_META, "it is no mapping")
    return fields


class _Open:
    """A mapping or list whose end did not come yet."""

    def __init__(self, fields: dict[str, Any], *, is_list: bool) -> None:
        self.fields = fields
        self.is_list = is_list
        self._key: str | None = None

    def take(self, value: Any) -> None:
        """Take a key, or the value of the one before."""
        if self.is_list:
            return
        if self._key is None:
            self._key = value if isinstance(value, str) else str(value)
        else:
            self.fields[self._key] = value
            self._key = None


def _value(event: yaml.ScalarEvent) -> str | int | None:
    text: str = event.value
    if event.implicit[0]:  # it stands there without quotes
        if text in _NOTHING:
            return None
        if _INTEGER.fullmatch(text) and INT64_MIN <= int(text) <= INT64_MAX:
            return int(text)
    if "\0" in text:
        raise Unreadable(Reason.NOT_TEXT, "it holds the character NUL")
    try:
        # One loader of YAML takes halves of characters, which no database does.
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable(Reason.NOT_TEXT) from None
    return text
