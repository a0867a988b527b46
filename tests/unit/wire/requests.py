"""Makes requests of any type, and JSON as protobuf may write them."""

import math
from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as st
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
)

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.wire.messages.base import StrictRequestMessage
from trialog.wire.reading import camel_case, request_shape
from trialog.wire.routes.table import ROUTES

REQUEST_TYPES: tuple[type[Struct], ...] = tuple(dict.fromkeys(route.request for route in ROUTES if route.request))

_UNICODE = st.characters(exclude_categories=["Cs"])


def request_types() -> st.SearchStrategy[type[Struct]]:
    """Make types of requests, oftener those with much in them."""
    weights = [len(request_shape(request_type).fields) for request_type in REQUEST_TYPES]
    return st.sampled_from([one for one, weight in zip(REQUEST_TYPES, weights, strict=True) for _ in range(weight)])


@cache
def contents(request_type: type[Struct]) -> st.SearchStrategy[dict[str, object]]:
    """Make fields that a request of this type can have."""
    return _fields(request_shape(request_type))


def json_scalars() -> st.SearchStrategy[object]:
    """Make anything JSON has but lists and objects, oftener what is near to right."""
    near = st.sampled_from(
        ["", "null", "true", "1", "-1", "1.0", "1e3", "NaN", "nan", "Infinity", "inf", "FINISHED", "3", " 1", "+1", "a"]
    )
    numbers = st.sampled_from([0, 1, -1, 1.0, 1.5, 1e19, INT64_MAX, INT64_MAX + 1, INT64_MIN - 1, 50_000, 50_001])
    return (
        near
        | numbers
        | st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(_UNICODE)
    )


def json_values() -> st.SearchStrategy[object]:
    """Make anything JSON has."""
    return st.recursive(
        json_scalars(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(_UNICODE), inner, max_size=3),
        max_leaves=8,
    )


@cache
def near_requests(request_type: type[Struct]) -> st.SearchStrategy[dict[str, object]]:
    """Make objects with the fields of a request, some of them holding what they should not."""
    return _near_fields(request_shape(request_type))


def as_protobuf_writes(content: Mapping[str, object], shape: StructType, data: st.DataObject) -> dict[str, object]:
    """Write fields as some protobuf library may: integers as text, names in camelCase, null for absent."""
    written: dict[str, object] = {}
    if not issubclass(shape.cls, StrictRequestMessage) and data.draw(st.booleans()):
        written["some_field_of_tomorrow"] = data.draw(json_scalars())
    for field in shape.fields:
        name = camel_case(field.name) if data.draw(st.booleans()) else field.name
        if field.name in content:
            written[name] = _as_protobuf_writes_value(content[field.name], field.type, data)
        elif data.draw(st.booleans()):
            written[name] = None
    return written


def _as_protobuf_writes_value(value: object, expected: Type, data: st.DataObject) -> object:
    match expected, value:
        case UnionType(), _ if len(_alternatives(expected)) > 1:
            # Where a text may stand as well, a number written as text would be another thing.
            return value
        case UnionType(), _:
            return _as_protobuf_writes_value(value, _alternatives(expected)[0], data)
        case IntType(), int():
            return str(value) if data.draw(st.booleans()) else value
        case FloatType(), float():
            return as_text_if_not_finite(value)
        case ListType(), list():
            return [_as_protobuf_writes_value(item, expected.item_type, data) for item in value]
        case StructType(), dict():
            return as_protobuf_writes(value, expected, data)
        case _:
            return value


def as_text_if_not_finite(value: float) -> float | str:
    """Write a double as JSON can."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _alternatives(expected: UnionType) -> list[Type]:
    return [one for one in expected.types if not isinstance(one, NoneType)]


def _fields(shape: StructType) -> st.SearchStrategy[dict[str, object]]:
    required = {field.name: _values(field.type) for field in shape.fields if field.required}
    optional = {field.name: _values(field.type) for field in shape.fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


def _near_fields(shape: StructType) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional={field.name: _near_values(field) for field in shape.fields})


def _near_values(field: Field) -> st.SearchStrategy[object]:
    expected = field.type
    right: st.SearchStrategy[object] = _values(expected)
    if isinstance(expected, ListType) and isinstance(expected.item_type, StructType):
        right = st.lists(_near_fields(expected.item_type), max_size=3)
    elif isinstance(expected, StructType):
        right = _near_fields(expected)
    return st.one_of(right, right, right, json_scalars())


def _values(expected: Type) -> st.SearchStrategy[object]:
    match expected:
        case UnionType():
            return st.one_of([_values(one) for one in _alternatives(expected)])
        case StrType():
            return st.text(_UNICODE, min_size=expected.min_length or 0, max_size=10)
        case IntType():
            low = INT64_MIN if expected.ge is None else expected.ge
            return st.integers(int(low), int(INT64_MAX if expected.le is None else expected.le))
        case FloatType():
            return st.floats()
        case BoolType():
            return st.booleans()
        case EnumType():
            return st.sampled_from([choice.value for choice in expected.cls])
        case DictType():
            return st.dictionaries(st.text(_UNICODE, max_size=5), json_scalars(), max_size=3)
        case ListType():
            return st.lists(_values(expected.item_type), min_size=expected.min_length or 0, max_size=4)
        case StructType():
            return _fields(expected)
        case _:
            raise AssertionError(f"no request holds {expected}")
