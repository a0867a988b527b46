"""Types of values as a signature names them: scalars, lists, objects with properties, maps, and anything at all."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from trialog.errors import InvalidParameter, require

_ARRAY: Final = "array"
_OBJECT: Final = "object"
_MAP: Final = "map"
_ANY: Final = "any"
_SPARK_VECTOR: Final = "sparkml_vector"
_DEEPEST: Final = 32
_LONGEST_SHOWN: Final = 80
_LONGEST_TOLD: Final = 250
_MOST_LISTED: Final = 10


class DataType(Enum):
    """Type of one scalar. The names are those of MLflow."""

    boolean = 1
    integer = 2
    """32 bits with a sign."""
    long = 3
    """64 bits with a sign."""
    float = 4
    """32 bits."""
    double = 5
    """64 bits."""
    string = 6
    binary = 7
    datetime = 8

    def __repr__(self) -> str:
        return self.name

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {"type": self.name}

    def to_numpy(self) -> Any:
        """Return the type that numpy keeps such values in."""
        return require("numpy", extra="models").dtype(_NUMPY_NAMES[self])

    def to_pandas(self) -> Any:
        """Return the type that a column of a pandas frame keeps such values in."""
        if self in (DataType.string, DataType.binary):
            return require("numpy", extra="models").dtype(object)
        return self.to_numpy()


_NUMPY_NAMES: Final = {
    DataType.boolean: "bool",
    DataType.integer: "int32",
    DataType.long: "int64",
    DataType.float: "float32",
    DataType.double: "float64",
    DataType.string: "str",
    DataType.binary: "bytes",
    DataType.datetime: "datetime64[ns]",
}


@dataclass(frozen=True)
class AnyType:
    """Anything that JSON can hold, and nothing at all; it is not checked."""

    def __repr__(self) -> str:
        return "Any"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {"type": _ANY}


@dataclass(frozen=True, init=False)
class Array:
    """A list whose items are of one type.

    Args:
        dtype: Type of the items, or the name of a `DataType`.
    """

    dtype: "ColumnType"

    def __init__(self, dtype: "ColumnType | str") -> None:
        object.__setattr__(self, "dtype", checked_type(dtype))

    def __repr__(self) -> str:
        return f"Array({self.dtype!r})"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {"type": _ARRAY, "items": self.dtype.to_dict()}


@dataclass(frozen=True)
class SparkMLVector:
    """A vector of Spark ML: numbers of 64 bits."""

    def __repr__(self) -> str:
        return "SparkML vector"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {"type": _SPARK_VECTOR}


@dataclass(frozen=True, init=False)
class Map:
    """Values of one type under names that are not known beforehand.

    Args:
        value_type: Type of the values, or the name of a `DataType`.
    """

    value_type: "ColumnType"

    def __init__(self, value_type: "ColumnType | str") -> None:
        object.__setattr__(self, "value_type", checked_type(value_type))

    def __repr__(self) -> str:
        return f"Map(str -> {self.value_type!r})"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {"type": _MAP, "values": self.value_type.to_dict()}


@dataclass(frozen=True, init=False)
class Property:
    """One named value of an `Object`.

    Args:
        name: Its name.
        dtype: Its type, or the name of a `DataType`.
        required: Whether each object must have it.
    """

    name: str
    dtype: "ColumnType"
    required: bool

    def __init__(self, name: str, dtype: "ColumnType | str", required: bool = True) -> None:
        if not isinstance(name, str):
            raise _invalid(f"A property has a text as its name, not {shown(name)}.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "dtype", checked_type(dtype))
        object.__setattr__(self, "required", required)

    def __repr__(self) -> str:
        return f"{self.name}: {self.dtype!r} ({'required' if self.required else 'optional'})"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        return {self.name: {**self.dtype.to_dict(), "required": self.required}}


@dataclass(frozen=True, init=False)
class Object:
    """Named values, each of a type of its own.

    Args:
        properties: The values; they are kept sorted by name.
    """

    properties: tuple[Property, ...]

    def __init__(self, properties: Sequence[Property]) -> None:
        names = [one.name for one in properties]
        if not names or len(set(names)) < len(names):
            raise _invalid(f"An object has properties, each with a name of its own, not {shown(names)}.")
        object.__setattr__(self, "properties", tuple(sorted(properties, key=lambda one: one.name)))

    def __repr__(self) -> str:
        return "{" + ", ".join(map(repr, self.properties)) + "}"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        properties: dict[str, Any] = {}
        for one in self.properties:
            properties.update(one.to_dict())
        return {"type": _OBJECT, "properties": properties}


ColumnType: TypeAlias = DataType | Array | SparkMLVector | Object | Map | AnyType


def checked_type(given: object) -> ColumnType:
    """Return a type; the name of a scalar type will do as well.

    Raises:
        InvalidParameter: It is no type (`signature.invalid`).
    """
    if isinstance(given, ColumnType):
        return given
    if isinstance(given, str) and given in DataType.__members__:
        return DataType[given]
    names = ", ".join(DataType.__members__)
    raise _invalid(f"A type is one of {names}, or an Array, Object, Map or AnyType, not {shown(given)}.")


def read_type(content: Mapping[str, Any], *, depth: int = 0) -> ColumnType:
    """Return the type that stands in the JSON of a signature.

    Args:
        content: A JSON object with a `type`, and what that type needs.
        depth: In how many types it stands.

    Raises:
        InvalidParameter: It is no type, or nested too deeply (`signature.invalid`).
    """
    if depth > _DEEPEST:
        raise _invalid(f"Its types are nested more than {_DEEPEST} times.")
    match content:
        case {"type": "array", "items": Mapping() as items}:
            return Array(read_type(items, depth=depth + 1))
        case {"type": "map", "values": Mapping() as values}:
            return Map(read_type(values, depth=depth + 1))
        case {"type": "object", "properties": Mapping() as properties}:
            return Object([_read_property(name, content, depth) for name, content in properties.items()])
        case {"type": "any"}:
            return AnyType()
        case {"type": "sparkml_vector"}:
            return SparkMLVector()
        case {"type": str() as name}:
            return checked_type(name)
        case _:
            raise _invalid(f"{shown(content)} is no type.")


def _read_property(name: str, content: object, depth: int) -> Property:
    if not isinstance(content, Mapping):
        raise _invalid(f"The property {shown(name)} has no type.")
    return Property(name, read_type(content, depth=depth + 1), content.get("required", True) is not False)


def merge(one: ColumnType, other: ColumnType) -> ColumnType:
    """Return the type of values of which some are of one type and some of another.

    What only some objects have is optional; what is not known yet goes with everything.

    Raises:
        InvalidParameter: No type holds both (`signature.mixed_types`).
    """
    if one == other:
        return one
    match one, other:
        case AnyType(), DataType():
            return other
        case AnyType(), _:
            return merge(other, one)
        case Object(), AnyType():
            return Object([Property(each.name, each.dtype, required=False) for each in one.properties])
        case _, AnyType():
            return one
        case Array(), Array():
            return Array(merge(one.dtype, other.dtype))
        case Map(), Map():
            return Map(merge(one.value_type, other.value_type))
        case Object(), Object():
            return _merge_objects(one, other)
    raise InvalidParameter(
        "signature.mixed_types",
        f"Some values are of type {one!r} and others of type {other!r}: give values of one type, or write the "
        "signature with Array(AnyType()).",
    )


def _merge_objects(one: Object, other: Object) -> Object:
    ours = {each.name: each for each in one.properties}
    theirs = {each.name: each for each in other.properties}
    merged: list[Property] = []
    for name in ours.keys() | theirs.keys():
        left, right = ours.get(name), theirs.get(name)
        if left is not None and right is not None:
            merged.append(Property(name, merge(left.dtype, right.dtype), left.required and right.required))
        elif (only := left or right) is not None:
            merged.append(Property(name, only.dtype, required=False))
    return Object(merged)


def read_json(text: str) -> list[Any]:
    """Return the list that stands as JSON in a text.

    Raises:
        InvalidParameter: It does not (`signature.invalid`).
    """
    try:
        content = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise _invalid(f"{shown(text)} is not JSON.") from error
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise _invalid(f"{shown(text)} is no list of JSON objects.")
    return content


def shown(value: object) -> str:
    """Return a value as a message shows it: not longer than a line."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def in_one_line(text: str) -> str:
    """Return a text of others as a message shows it: without what moves the cursor of a terminal, and not long."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_TOLD])


def listed(names: Iterable[str]) -> str:
    """Return names that others gave as a message lists them: not all, if they are very many."""
    told = [in_one_line(name) for name in names]
    more = f" and {len(told) - _MOST_LISTED} more" if len(told) > _MOST_LISTED else ""
    return ", ".join(told[:_MOST_LISTED]) + more


def _invalid(fault: str) -> InvalidParameter:
    return InvalidParameter("signature.invalid", f"This is no signature of a model. {fault}")
