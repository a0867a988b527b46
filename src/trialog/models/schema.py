"""What goes into a model or comes out of it: columns or tensors, and the parameters of a prediction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from trialog.errors import InvalidParameter, require
from trialog.models.data_types import AnyType, ColumnType, DataType, Object, checked_type, read_json, read_type, shown

Name: TypeAlias = str | int | float | tuple[Any, ...]
"""Frames may have columns whose names are numbers, or several names in one."""

_LIST_SHAPE: Final = (-1,)


@dataclass(frozen=True, init=False, eq=True)
class ColSpec:
    """One column.

    Args:
        type: Type of its values, or the name of a `DataType`.
        name: Its name; None if the columns have none.
        required: Whether it must be there.
    """

    type: ColumnType
    name: Name | None
    required: bool

    def __init__(
        self,
        type: ColumnType | str,  # noqa: A002  MLflow's name of the argument
        name: Name | None = None,
        required: bool = True,
    ) -> None:
        object.__setattr__(self, "type", checked_type(type))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "required", required)

    def __repr__(self) -> str:
        need = "required" if self.required else "optional"
        return f"{self.type!r} ({need})" if self.name is None else f"{self.name!r}: {self.type!r} ({need})"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        name = {} if self.name is None else {"name": self.name}
        return {**self.type.to_dict(), **name, "required": self.required}


@dataclass(frozen=True, init=False, eq=True)
class TensorSpec:
    """One tensor.

    Args:
        type: Type of its numbers: a dtype of numpy, or the name of one.
        shape: Its size in each direction; -1 where any will do.
        name: Its name; None if it is the only one.
    """

    dtype: str
    shape: tuple[int, ...]
    name: str | None

    def __init__(
        self,
        type: Any,  # noqa: A002  MLflow's name of the argument
        shape: Sequence[int],
        name: str | None = None,
    ) -> None:
        # Texts of one length are kept as texts of any.
        kind = str(getattr(type, "kind", ""))
        named = {"U": "str", "S": "bytes"}.get(kind) or getattr(type, "name", type)
        if not isinstance(named, str) or not named:
            raise InvalidParameter("signature.invalid", f"The dtype of a tensor cannot be {shown(type)}.")
        object.__setattr__(self, "dtype", named)
        object.__setattr__(self, "shape", tuple(int(size) for size in shape))
        object.__setattr__(self, "name", name)

    @property
    def type(self) -> Any:
        """Type of its numbers, as numpy knows it."""
        try:
            return require("numpy", extra="models").dtype(self.dtype)
        except TypeError as error:
            raise InvalidParameter("signature.invalid", f"numpy knows no dtype {shown(self.dtype)}.") from error

    @property
    def required(self) -> bool:
        """Tensors are always required."""
        return True

    def __repr__(self) -> str:
        tensor = f"Tensor({self.dtype!r}, {self.shape!r})"
        return tensor if self.name is None else f"{self.name!r}: {tensor}"

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        name = {} if self.name is None else {"name": self.name}
        return {**name, "type": "tensor", "tensor-spec": {"dtype": self.dtype, "shape": list(self.shape)}}


class Schema:
    """Columns or tensors: all of one kind, all with a name or none.

    Args:
        inputs: The columns or tensors.

    Raises:
        InvalidParameter: There are none, or they do not go together (`signature.invalid`).
    """

    def __init__(self, inputs: Sequence[ColSpec | TensorSpec]) -> None:
        self.inputs = list(inputs)
        tensors = sum(isinstance(one, TensorSpec) for one in self.inputs)
        unnamed = sum(one.name is None for one in self.inputs)
        fault = None
        if not self.inputs:
            fault = "A schema has at least one column or tensor."
        elif tensors not in (0, len(self.inputs)):
            fault = "A schema has either columns or tensors, not both."
        elif unnamed not in (0, len(self.inputs)):
            fault = "Either all columns and tensors of a schema have names, or none has."
        elif tensors > 1 and unnamed:
            fault = "Several tensors need names."
        elif unnamed and not all(one.required for one in self.inputs):
            fault = "A column that is optional needs a name."
        if fault is not None:
            raise InvalidParameter("signature.invalid", fault)

    def __len__(self) -> int:
        return len(self.inputs)

    def __iter__(self) -> Iterator[ColSpec | TensorSpec]:
        return iter(self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.inputs == other.inputs

    def __hash__(self) -> int:
        return hash(tuple(self.inputs))

    def __repr__(self) -> str:
        return repr(self.inputs)

    def is_tensor_spec(self) -> bool:
        """Tell whether these are tensors."""
        return isinstance(self.inputs[0], TensorSpec)

    def has_input_names(self) -> bool:
        """Tell whether the columns or tensors have names."""
        return self.inputs[0].name is not None

    def input_names(self) -> list[Name]:
        """Return the names, or the positions where there are none."""
        return [place if one.name is None else one.name for place, one in enumerate(self.inputs)]

    def required_input_names(self) -> list[Name]:
        """Return the names of what must be there."""
        return [name for name, one in zip(self.input_names(), self.inputs, strict=True) if one.required]

    def optional_input_names(self) -> list[Name]:
        """Return the names of what may be missing."""
        return [name for name, one in zip(self.input_names(), self.inputs, strict=True) if not one.required]

    def input_types(self) -> list[Any]:
        """Return the types."""
        return [one.type for one in self.inputs]

    def input_dict(self) -> dict[Name, ColSpec | TensorSpec]:
        """Return the columns or tensors by name, or by position where they have none."""
        return dict(zip(self.input_names(), self.inputs, strict=True))

    def to_dict(self) -> list[dict[str, Any]]:
        """Return what stands in the JSON of a signature."""
        return [one.to_dict() for one in self.inputs]

    def to_json(self) -> str:
        """Return it as JSON, as MLflow writes it."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> "Schema":
        """Read what `to_json` or MLflow wrote.

        Raises:
            InvalidParameter: It is no schema (`signature.invalid`).
        """
        return cls([_read_input(one) for one in read_json(text)])


def _read_input(content: Mapping[str, Any]) -> ColSpec | TensorSpec:
    name = content.get("name")
    if isinstance(name, list):
        name = tuple(name)
    if not all(
        one is None or isinstance(one, str | int | float) for one in (name if isinstance(name, tuple) else [name])
    ):
        raise InvalidParameter("signature.invalid", f"A column cannot have the name {shown(name)}.")
    match content:
        case {"type": "tensor", "tensor-spec": {"dtype": str() as dtype, "shape": [*shape]}}:
            if not all(isinstance(size, int) for size in shape):
                raise InvalidParameter("signature.invalid", f"A tensor cannot have the shape {shown(shape)}.")
            return TensorSpec(dtype, shape, None if name is None else str(name))
        case {"type": "tensor"}:
            raise InvalidParameter("signature.invalid", f"{shown(content)} lacks the dtype or shape of a tensor.")
        case _:
            # MLflow before 2.9 wrote "optional".
            required = content.get("required", content.get("optional") is not True)
            return ColSpec(read_type(content), name, required is not False)


@dataclass(frozen=True, init=False, eq=True)
class ParamSpec:
    """One parameter of a prediction.

    Args:
        name: Its name.
        dtype: Type of its value, or of the items if it is a list; or the name of a `DataType`.
        default: Its value where none is given.
        shape: `(-1,)` for a list, None for a single value.

    Raises:
        InvalidParameter: The default is not of the type (`signature.invalid_param`).
    """

    name: str
    dtype: DataType | Object
    default: Any
    shape: tuple[int, ...] | None

    def __init__(
        self, name: str, dtype: DataType | Object | str, default: object, shape: Sequence[int] | None = None
    ) -> None:
        checked = checked_type(dtype)
        if not isinstance(checked, DataType | Object) or checked is DataType.binary:
            raise InvalidParameter("signature.invalid_param", f"The parameter {name!r} cannot be of type {dtype!r}.")
        given = tuple(shape) if isinstance(shape, list | tuple) else shape
        if given not in (None, _LIST_SHAPE):
            raise InvalidParameter(
                "signature.invalid_param",
                f"The parameter {name!r} is a single value or a list, not of shape {shown(shape)}.",
            )
        object.__setattr__(self, "name", str(name))
        object.__setattr__(self, "dtype", checked)
        object.__setattr__(self, "shape", given)
        object.__setattr__(self, "default", self.converted(default))

    def __repr__(self) -> str:
        shape = "" if self.shape is None else f" (shape: {self.shape})"
        return f"{self.name!r}: {self.dtype!r} (default: {self.default}){shape}"

    def converted(self, value: object) -> Any:
        """Return a value of the parameter as what it is in Python.

        Raises:
            InvalidParameter: It is not of the type (`signature.invalid_param`).
        """
        if isinstance(self.dtype, Object):
            if value is not None and not isinstance(value, Mapping):
                raise self._wrong(value, "an object")
            return value
        if self.shape is None:
            return self._scalar(value, self.dtype)
        if value is None or isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
            raise self._wrong(value, f"a list of {self.dtype.name}")
        return [self._scalar(one, self.dtype) for one in value]

    def _scalar(self, value: object, dtype: DataType) -> object:
        if value is None:
            return None
        # Scalars of numpy turn into those of Python.
        plain = value.item() if hasattr(value, "item") else value
        match dtype:
            case DataType.boolean if isinstance(plain, bool):
                return plain
            case DataType.string if isinstance(plain, str):
                return str(plain)
            case DataType.integer | DataType.long if isinstance(plain, int) and not isinstance(plain, bool):
                return int(plain)
            case DataType.float | DataType.double if isinstance(plain, int | float) and not isinstance(plain, bool):
                return float(plain)
            case DataType.datetime if isinstance(plain, date):
                return plain
            case DataType.datetime if isinstance(plain, str):
                return self._moment(plain)
        raise self._wrong(value, dtype.name)

    def _moment(self, text: str) -> date:
        try:
            return datetime.fromisoformat(text) if len(text) > len("2000-01-01") else date.fromisoformat(text)
        except ValueError as error:
            raise self._wrong(text, "datetime") from error

    def _wrong(self, value: object, expected: str) -> InvalidParameter:
        return InvalidParameter(
            "signature.invalid_param",
            f"The parameter {self.name!r} is {expected}, but {shown(value)} is {type(value).__name__}.",
            parameter=self.name,
            expected=expected,
            found=type(value).__name__,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the JSON of a signature."""
        default = self.default
        if self.dtype is DataType.datetime and default is not None:
            default = [one.isoformat() for one in default] if self.shape else default.isoformat()
        shape = None if self.shape is None else list(self.shape)
        return {"name": self.name, "default": default, "shape": shape, **self.dtype.to_dict()}


class ParamSchema:
    """The parameters of a prediction.

    Args:
        params: The parameters, each with a name of its own.
    """

    def __init__(self, params: Sequence[ParamSpec]) -> None:
        self.params = list(params)
        names = [one.name for one in self.params]
        if len(set(names)) < len(names):
            raise InvalidParameter("signature.invalid_param", f"Parameters share a name: {shown(names)}.")

    def __len__(self) -> int:
        return len(self.params)

    def __iter__(self) -> Iterator[ParamSpec]:
        return iter(self.params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSchema) and self.params == other.params

    def __hash__(self) -> int:
        return hash(tuple(one.name for one in self.params))

    def __repr__(self) -> str:
        return repr(self.params)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return what stands in the JSON of a signature."""
        return [one.to_dict() for one in self.params]

    def to_json(self) -> str:
        """Return it as JSON, as MLflow writes it."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> "ParamSchema":
        """Read what `to_json` or MLflow wrote.

        Raises:
            InvalidParameter: It is no such thing (`signature.invalid`, `signature.invalid_param`).
        """
        return cls([_read_param(one) for one in read_json(text)])


def _read_param(content: Mapping[str, Any]) -> ParamSpec:
    # MLflow before 2.7 wrote "dtype".
    named = content.get("type") or content.get("dtype")
    if not isinstance(content.get("name"), str) or not isinstance(named, str) or "default" not in content:
        raise InvalidParameter("signature.invalid_param", f"{shown(content)} lacks name, type or default.")
    dtype = read_type({**content, "type": named})
    if isinstance(dtype, AnyType) or not isinstance(dtype, DataType | Object):
        raise InvalidParameter("signature.invalid_param", f"The parameter {content['name']!r} has no type it can have.")
    return ParamSpec(content["name"], dtype, content["default"], content.get("shape"))
