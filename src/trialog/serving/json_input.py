"""Reads the JSON body of a request: which of MLflow's formats it is, what stands in it, and the parameters."""

import json
import re
from typing import Any, Final, NamedTuple

import msgspec

from trialog.errors import RequestTooLarge, UnreadableInput
from trialog.models.data_types import shown

DATAFRAME_SPLIT: Final = "dataframe_split"
DATAFRAME_RECORDS: Final = "dataframe_records"
INSTANCES: Final = "instances"
INPUTS: Final = "inputs"
PARAMS: Final = "params"

_FORMATS: Final = (DATAFRAME_SPLIT, DATAFRAME_RECORDS, INSTANCES, INPUTS)
_CHAT: Final = ("messages", "prompt", "input")
# An empty list of two bytes takes thirty times as many in memory; numbers take little more than in the body.
_MOST_LISTS: Final = 5_000_000
_NAME: Final = re.compile(rb'"\s*:')
_decode: Final = msgspec.json.Decoder().decode


class JsonInput(NamedTuple):
    """What stands in a JSON body.

    Args:
        format: `dataframe_split`, `dataframe_records`, `instances` or `inputs`.
        content: What stands under that name.
        params: Parameters of the prediction; None if none are given.
    """

    format: str
    content: Any
    params: dict[str, Any] | None


def read_json(body: bytes) -> JsonInput:
    """Return what stands in a JSON body.

    Args:
        body: The body. NaN and Infinity are taken as well, as Python's own writer of JSON leaves them.

    Raises:
        RequestTooLarge: It holds more lists and objects than are read (`input.too_many_lists`).
        UnreadableInput: It is no JSON (`input.not_json`), names something twice (`input.name_twice`), or is none of
            the formats (`input.unknown_format`, `input.several_formats`, `input.chat_format`).
    """
    content = _decoded(body)
    if not isinstance(content, dict):
        raise _unknown(f"it is {_kind(content)}")
    given = [name for name in _FORMATS if name in content]
    if not given or any(name in content for name in _CHAT):
        chat = next((name for name in _CHAT if name in content), None)
        if chat is not None:
            raise UnreadableInput(
                "input.chat_format",
                f"The body has {chat!r}, a format of chats, completions or embeddings, which this server does not "
                f"speak; send the data as one of {', '.join(_FORMATS)}.",
                name=chat,
            )
        raise _unknown(f"it has {', '.join(map(shown, list(content)[:5])) or 'nothing'}")
    if len(given) > 1:
        raise UnreadableInput(
            "input.several_formats", f"The body has {' and '.join(given)}: send the data in one of these alone."
        )
    params = content.get(PARAMS)
    if params is not None and not isinstance(params, dict):
        raise UnreadableInput("input.params_invalid", f"params is {_kind(params)}, but is to be an object with names.")
    return JsonInput(given[0], content[given[0]], params)


def _decoded(body: bytes) -> Any:
    if len(body) > _MOST_LISTS and body.count(b"[") + body.count(b"{") > _MOST_LISTS:
        raise RequestTooLarge(
            "input.too_many_lists",
            f"The body holds more than {_MOST_LISTS} lists and objects; send the rows in several requests.",
            limit=_MOST_LISTS,
        )
    try:
        content = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # What Python's own reader takes beyond JSON: NaN, Infinity, other encodings; or it says what is wrong.
        return _decoded_strangely(body)
    # Each name is followed by a colon: as many names as colons, and none was lost to another of the same.
    colons = body.count(b":")
    if colons > 1 and colons != _count_names(content) and len(_NAME.findall(body)) != _count_names(content):
        return _decoded_strangely(body)
    return content


def _decoded_strangely(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=_object)
    except ValueError as error:
        # UnicodeDecodeError is one of them; so is what an integer with too many digits raises.
        raise UnreadableInput("input.not_json", f"The body is no JSON: {error}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableInput(
            "input.name_twice",
            f"An object in the body has the name {shown(twice)} more than once, and only one of the values can count.",
            name=twice,
        )
    return content


def _count_names(content: Any) -> int:
    """Return how many names the objects of a JSON value have in all."""
    count = 0
    pending: list[Any] = [iter((content,))]
    while pending:
        for value in pending.pop():
            if type(value) is dict:
                count += len(value)
                pending.append(iter(value.values()))
            elif type(value) is list and value and type(value[0]) in _CONTAINERS:
                pending.append(iter(value))
    return count


_CONTAINERS: Final = (dict, list)


def _unknown(fault: str) -> UnreadableInput:
    return UnreadableInput(
        "input.unknown_format",
        f"The body is to be a JSON object with one of {', '.join(_FORMATS)} (MLflow's format since 2.0), but {fault}.",
    )


def _kind(content: Any) -> str:
    match content:
        case list():
            return "a list"
        case dict():
            return "an object"
        case None:
            return "null"
        case bool() | int() | float() | str():
            return f"the value {shown(content)}"
    return type(content).__name__
