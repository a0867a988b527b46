"""Reads a request from any JSON object that MLflow's protobuf would take, and says what is wrong with others.

What protobuf takes: fields in snake_case or camelCase, fields nobody knows, null for absent, numbers as text,
choices by name or number. Where protobuf fails, MLflow goes on with empty fields; here the request is refused.
Requests of Trialog's own API are read alike, but for fields nobody knows: those are refused.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    DictType,
    EnumType,
    Field,
    FloatType,
    IntType,
    ListType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from trialog.entities import LoggedModelStatus, RunStatus, ViewType, WebhookAction, WebhookEntity, WebhookStatus
from trialog.entities.limits import invalid_value
from trialog.errors import InvalidParameter
from trialog.wire.messages.base import StrictRequestMessage

RequestType = TypeVar("RequestType", bound=Struct)

_LONGEST_SHOWN_NAME = 100
# What stands there may be a secret even where it has the wrong type: the URLs of chat services are.
_SECRET_FIELDS = frozenset({"secret", "url", "password", "current_password"})
_SEE_DOCS = "See the API docs for more information about request parameters."
_NUMBERED_CHOICES: Mapping[type[Enum], Mapping[int, str]] = MappingProxyType(
    {
        RunStatus: {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"},
        ViewType: {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"},
        LoggedModelStatus: {
            1: "LOGGED_MODEL_PENDING",
            2: "LOGGED_MODEL_READY",
            3: "LOGGED_MODEL_UPLOAD_FAILED",
        },
        WebhookStatus: {1: "ACTIVE", 2: "DISABLED"},
        WebhookAction: {1: "CREATED", 3: "DELETED", 4: "SET", 5: "EXCEEDED"},
        WebhookEntity: {
            1: "REGISTERED_MODEL",
            2: "MODEL_VERSION",
            3: "MODEL_VERSION_TAG",
            4: "MODEL_VERSION_ALIAS",
            5: "PROMPT",
            6: "PROMPT_VERSION",
            7: "PROMPT_TAG",
            8: "PROMPT_VERSION_TAG",
            9: "PROMPT_ALIAS",
            10: "BUDGET_POLICY",
        },
    }
)

_WANTED: Mapping[type[Type], str] = MappingProxyType(
    {
        StrType: "text",
        IntType: "a whole number that fits 64 bits",
        FloatType: "a number that fits 64 bits",
        BoolType: "true or false",
        ListType: "a list",
        DictType: "an object",
        StructType: "an object",
    }
)
# In an order in which the first that fits is right: a truth value is an int to Python.
_GIVEN: Mapping[type, str] = MappingProxyType(
    {
        bool: "true or false",
        int: "a whole number",
        float: "a number with a fraction",
        str: "text",
        list: "a list",
        dict: "an object",
        object: "null",
    }
)


def read_request(content: Mapping[str, object], request_type: type[RequestType]) -> RequestType:
    """Read a request.

    Args:
        content: A decoded JSON object.
        request_type: What it should be.

    Raises:
        InvalidParameter: A required field is missing, one has another type or is out of bounds, one is spelled in
            two ways, or one is not known to a strict request.
    """
    return msgspec.convert(_read_struct(content, request_shape(request_type), ""), request_type)


@cache
def request_shape(request_type: type[Struct]) -> StructType:
    """Return the fields of a request type, with their types and bounds."""
    shape = type_info(request_type)
    if not isinstance(shape, StructType):
        raise TypeError(f"{request_type} is no struct")
    return shape


def check_fields_known(names: Collection[str], request_type: type) -> None:
    """Refuse fields that a strict request does not have; requests of MLflow may have any.

    Args:
        names: The names of the fields as given.
        request_type: What the request should be.

    Raises:
        InvalidParameter: There is no such field (`request.unknown_field`).
    """
    if not issubclass(request_type, StrictRequestMessage):
        return
    known = [field.name for field in request_shape(request_type).fields]
    unknown = [name for name in names if name not in known and name not in map(camel_case, known)]
    if not unknown:
        return
    name = unknown[0][:_LONGEST_SHOWN_NAME].encode(errors="backslashreplace").decode()
    close = get_close_matches(name.lower(), known, n=1)
    question = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known)}."
    raise InvalidParameter(
        "request.unknown_field",
        f"There is no parameter '{name}' here. {question} Nothing was done.",
        parameter=name,
    )


@cache
def camel_case(name: str) -> str:
    """Return protobuf's JSON spelling of a field: `runId` for `run_id`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _read_struct(content: Mapping[str, object], shape: StructType, path: str) -> dict[str, object]:
    check_fields_known(content, shape.cls)
    given = {field.name: value for field in shape.fields if (value := _given(content, field)) is not None}
    if "run_id" not in given and "run_uuid" in given:
        given["run_id"] = given["run_uuid"]
    values: dict[str, object] = {}
    for field in shape.fields:
        where = f"{path}.{field.name}" if path else field.name
        value = given.get(field.name)
        if field.required and (value is None or (value == "" and isinstance(field.type, IntType | FloatType))):
            raise _missing(where, field.type)
        if value is not None:
            values[field.name] = _read_value(value, field.type, where)
    return values


def _given(content: Mapping[str, object], field: Field) -> object:
    """Return what stands in a field under either spelling; None if nothing does."""
    camel = camel_case(field.name)
    if camel != field.name and camel in content:
        if field.name in content:
            raise InvalidParameter(
                "request.two_spellings",
                f"Request specifies both '{field.name}' and '{camel}'; provide only one of them.",
                parameter=field.name,
            )
        return content[camel]
    return content.get(field.name)


def _read_value(value: object, expected: Type, where: str) -> object:
    match expected:
        case UnionType():
            return _read_alternative(value, expected, where)
        case StrType() if isinstance(value, str):
            return _read_text(value, expected, where)
        case IntType():
            return _read_integer(value, expected, where)
        case FloatType():
            return _read_number(value, expected, where)
        case EnumType():
            return _read_choice(value, expected.cls, where)
        case BoolType() if isinstance(value, bool):
            return value
        case ListType() if isinstance(value, list):
            return _read_list(value, expected, where)
        case DictType() if isinstance(value, dict):
            return value
        case StructType() if isinstance(value, dict):
            return _read_struct(value, expected, where)
        case _:
            raise _wrong_type(where, value, expected)


def _read_text(text: str, expected: StrType, where: str) -> str:
    if not text and expected.min_length:
        raise _missing(where, expected)
    if expected.max_length is not None and len(text) > expected.max_length:
        raise InvalidParameter(
            "request.text_too_long",
            f"Parameter '{where}' can have at most {expected.max_length} characters. Received {len(text)}.",
            parameter=where,
            limit=expected.max_length,
            count=len(text),
        )
    return text


def _read_alternative(value: object, expected: UnionType, where: str) -> object:
    # Null was taken for absent before. What is left is one type, or a number that may be a name as well.
    alternatives = [one for one in expected.types if not isinstance(one, NoneType)]
    if len(alternatives) > 1 and isinstance(value, str):
        alternatives = [one for one in alternatives if isinstance(one, StrType)]
    return _read_value(value, alternatives[0], where)


def _read_number(value: object, expected: IntType | FloatType, where: str) -> int | float:
    try:
        return msgspec.convert(value, int if isinstance(expected, IntType) else float, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong_type(where, value, expected) from error


def _read_integer(value: object, expected: IntType, where: str) -> int | float:
    number = _read_number(value, expected, where)
    if expected.ge is not None and number < expected.ge:
        if expected.ge == 1:
            raise _out_of_bounds(where, number, "It must be a positive integer.")
        raise _out_of_bounds(where, number, f"It must be at least {expected.ge}.")
    if expected.le is not None and number > expected.le:
        raise _out_of_bounds(where, number, f"It must be at most {expected.le}.")
    return number


def _read_choice(value: object, choices: type[Enum], where: str) -> str:
    names = [choice.value for choice in choices]
    if isinstance(value, str) and value in names:
        return value
    numbered = _NUMBERED_CHOICES.get(choices, {})
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else value
    if isinstance(number, int) and not isinstance(number, bool) and number in numbered:
        return numbered[number]
    raise invalid_value(where, value, f"It must be one of {', '.join(names)}. {_SEE_DOCS}")


def _read_list(items: list[object], expected: ListType, where: str) -> list[object]:
    if not items and expected.min_length:
        raise _missing(where, expected)
    if expected.max_length is not None and len(items) > expected.max_length:
        raise InvalidParameter(
            "request.too_many",
            f"Parameter '{where}' can hold at most {expected.max_length} entries. Received {len(items)}. {_SEE_DOCS}",
            parameter=where,
            limit=expected.max_length,
            count=len(items),
        )
    return [_read_value(item, expected.item_type, f"{where}[{index}]") for index, item in enumerate(items)]


def _missing(where: str, expected: Type) -> InvalidParameter:
    if isinstance(expected, IntType) and expected.ge is not None and expected.ge > 0:
        # Protobuf reads an absent number as 0, and users know MLflow's complaint about that 0.
        return _out_of_bounds(where, 0, "It must be a positive integer.")
    return InvalidParameter(
        "request.missing_parameter",
        f"Missing value for required parameter '{where}'. {_SEE_DOCS}",
        parameter=where,
    )


def _wrong_type(where: str, value: object, expected: Type) -> InvalidParameter:
    wanted = next((words for kind, words in _WANTED.items() if isinstance(expected, kind)), "another value")
    given = next(words for kind, words in _GIVEN.items() if isinstance(value, kind))
    shown = "***" if where in _SECRET_FIELDS else value
    return invalid_value(where, shown, f"It must be {wanted}, not {given}. {_SEE_DOCS}")


def _out_of_bounds(where: str, number: float, rule: str) -> InvalidParameter:
    # As text, because JSON readers of the error may not hold integers beyond 64 bits.
    shown = str(number) if abs(number) < 10**40 else "beyond all bounds"
    return InvalidParameter(
        "request.out_of_bounds",
        f"Invalid value {shown} for parameter '{where}' supplied. {rule}",
        parameter=where,
        value=shown,
    )
