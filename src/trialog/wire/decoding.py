"""From the bytes and texts of a request to a message: fast when it is as MLflow's client writes it, careful otherwise.

The fast way is one pass of a typed decoder that takes no more than the careful one. Whatever it refuses is read
again by the careful way, whose word is final.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.inspect import BoolType, ListType, StructType, Type, UnionType

from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.wire.reading import camel_case, check_fields_known, read_request, request_shape
from trialog.wire.value_count import MAXIMUM_VALUES, holds_too_many_values

RequestType = TypeVar("RequestType", bound=Struct)

_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FAULT = re.compile(r"JSON is malformed: (?P<what>.*) \(byte (?P<byte>\d+)\)")
_NOT_A_NUMBER = re.compile(rb"-?(NaN|Infinity)")


def decode_body(body: bytes, request_type: type[RequestType], path: Mapping[str, str] = _NO_PARAMETERS) -> RequestType:
    """Read a request from a JSON body.

    Args:
        body: The body; an empty one counts as `{}`.
        request_type: What it should be.
        path: Fields that stand in the path; the body may repeat but not contradict them.

    Raises:
        InvalidParameter: It is no JSON object, or its fields are not those of the request.
        RequestTooLarge: It holds more values than are read (`body.too_many_values`).
    """
    _check_value_count(body)
    try:
        message: RequestType = _fast_decoder(request_type).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_carefully(body, request_type, path)
    for name, value in path.items():
        _check_same(name, getattr(message, name), value)
    return message


def decode_query(
    pairs: Iterable[tuple[str, str]], request_type: type[RequestType], path: Mapping[str, str] = _NO_PARAMETERS
) -> RequestType:
    """Read a request from a query string.

    Args:
        pairs: Names and values, percent-decoded, in the order given. Of a repeated name a list takes all values, any
            other field the first.
        request_type: What it should be.
        path: Fields that stand in the path.

    Raises:
        InvalidParameter: Its fields are not those of the request.
    """
    pairs = list(pairs)
    check_fields_known([name for name, _ in pairs], request_type)
    expected = {field.name: field.type for field in request_shape(request_type).fields}
    content: dict[str, object] = {}
    for name, text in pairs:
        if name not in expected:
            continue
        _check_unicode(name, text)
        if isinstance(expected[name], ListType):
            values = content.setdefault(name, [])
            if isinstance(values, list):
                values.append(text)
        elif name not in content:
            content[name] = _truth_value(text) if isinstance(expected[name], BoolType) else text
    return read_request(_with_path(content, path), request_type)


def decode_model_json(text: str) -> dict[str, object]:
    """Read the MLmodel content that stands as JSON within a text.

    Args:
        text: The text.

    Raises:
        InvalidParameter: It is no JSON object.
        RequestTooLarge: It holds more values than are read (`body.too_many_values`).
    """
    encoded = text.encode()
    _check_value_count(encoded)
    try:
        content = _parse(encoded)
    except (InvalidParameter, RecursionError) as error:
        raise _malformed_model(text) from error
    if not isinstance(content, dict):
        raise _malformed_model(text)
    return content


@cache
def _fast_decoder(request_type: type[RequestType]) -> msgspec.json.Decoder[RequestType]:
    # Not strict means that numbers may be text, as protobuf writes 64-bit ones and NaN. It would take 1 and "1" for
    # true as well; so requests with truth values keep the strict one, and leave numbers in text to the careful way.
    return msgspec.json.Decoder(request_type, strict=_holds_truth_value(request_shape(request_type)))


def _holds_truth_value(expected: Type) -> bool:
    match expected:
        case BoolType():
            return True
        case StructType():
            return any(_holds_truth_value(field.type) for field in expected.fields)
        case ListType():
            return _holds_truth_value(expected.item_type)
        case UnionType():
            return any(_holds_truth_value(one) for one in expected.types)
        case _:
            return False


def _decode_carefully(body: bytes, request_type: type[RequestType], path: Mapping[str, str]) -> RequestType:
    try:
        content = _parse(body)
        if isinstance(content, str):
            # Old clients send their JSON as text within JSON.
            inner = content.encode()
            _check_value_count(inner)
            content = _parse(inner)
        if content is None:
            content = {}
        if not isinstance(content, dict):
            raise InvalidParameter(
                "request.not_an_object",
                f"The body must be one JSON object; this one holds a value of type '{type(content).__name__}'.",
            )
        return read_request(_with_path(content, path), request_type)
    except RecursionError as error:
        raise InvalidParameter(
            "request.nested_too_deeply", "The body holds lists or objects within each other too deeply to be read."
        ) from error


def _check_value_count(text: bytes) -> None:
    # Below this length, reading is quick whatever there is to read.
    if len(text) > MAXIMUM_VALUES and holds_too_many_values(text):
        raise RequestTooLarge(
            "body.too_many_values",
            f"The body holds more than {MAXIMUM_VALUES} values, lists and objects; send them in several requests.",
            limit=MAXIMUM_VALUES,
        )


def _parse(body: bytes) -> object:
    text = body.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        return {}
    try:
        return msgspec.json.decode(text)
    except UnicodeDecodeError as error:
        raise InvalidParameter(
            "request.not_unicode",
            f"The body is not UTF-8 text at byte {_first_bad_byte(body)}.",
            byte=_first_bad_byte(body),
        ) from error
    except msgspec.ValidationError as error:
        # Without a type, the only thing that is wrong JSON by value is a number.
        raise InvalidParameter(
            "request.number_too_large", "The body holds a number that is too large for a 64-bit float."
        ) from error
    except msgspec.DecodeError as error:
        raise _malformed(body, text, str(error)) from error


def _malformed(body: bytes, text: bytes, complaint: str) -> InvalidParameter:
    fault = _FAULT.fullmatch(complaint)
    what = fault["what"] if fault else "it ends too early"
    at = int(fault["byte"]) if fault else len(text)
    if what == "trailing characters":
        # Here alone the decoder names the byte after the one that is wrong.
        at -= 1
    before = len(body) - len(text)
    if token := _NOT_A_NUMBER.match(text, at - 1 if text[at - 1 : at] == b"-" else at):
        name, byte = token[0].decode(), token.start() + before
        return InvalidParameter(
            "request.bare_not_a_number",
            f'The body is not JSON: {name} at byte {byte} must be text there; write "{name}" in quotes.',
            byte=byte,
        )
    byte = at + before
    return InvalidParameter("request.malformed_json", f"The body is not JSON: {what} at byte {byte}.", byte=byte)


def _first_bad_byte(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _with_path(content: dict[str, object], path: Mapping[str, str]) -> dict[str, object]:
    for name, value in path.items():
        _check_unicode(name, value)
        for spelling in {name, camel_case(name)}:
            if (given := content.pop(spelling, None)) is not None:
                _check_same(name, given, value)
        content[name] = value
    return content


def _check_same(name: str, given: object, in_path: str) -> None:
    # Numbers that stand in a path have no other place to stand, so that texts are compared here.
    if given != in_path:
        raise InvalidParameter(
            "request.contradicts_path",
            f"Parameter '{name}' of the request is not what its path names: '{in_path}'.",
            parameter=name,
        )


def _check_unicode(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidParameter(
            "request.not_unicode", f"Parameter '{name}' of the address is not UTF-8 text.", parameter=name
        ) from error


def _truth_value(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise InvalidParameter(
            "request.not_a_truth_value", f"Invalid boolean value: {text}, must be 'true' or 'false'.", value=text
        )
    return text.lower() == "true"


def _malformed_model(text: str) -> InvalidParameter:
    shown = text if len(text) <= 300 else f"{text[:300]}..."
    return InvalidParameter(
        "request.malformed_model_json",
        f"Malformed model info. \n {shown} \n is not a valid JSON. It must be one JSON object.",
        parameter="model_json",
    )
