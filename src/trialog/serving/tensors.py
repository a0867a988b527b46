"""Makes what stands under `inputs` or `instances`: one array, arrays by name, or columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trialog.errors import InvalidParameter, UnreadableInput
from trialog.models.data_types import Array, DataType, shown
from trialog.models.enforcement import enforce
from trialog.models.schema import ColSpec, Schema, TensorSpec
from trialog.serving.bounds import fault_of
from trialog.serving.column_values import nested_reals, wrong_value
from trialog.serving.frames import FrameReader
from trialog.serving.model_input import ModelInput, whole


class TensorReader:
    """Makes arrays as a schema says.

    Args:
        schema: What goes in; None if the model does not say.
        frames: Makes frames of the same schema.
    """

    def __init__(self, schema: Schema | None, frames: FrameReader) -> None:
        self._schema = schema
        self._frames = frames
        self._specs: dict[Any, ColSpec | TensorSpec] = {}
        if schema is not None and schema.has_input_names():
            self._specs = schema.input_dict()
        self._only: TensorSpec | None = None
        if schema is not None and schema.is_tensor_spec() and not schema.has_input_names():
            spec = schema.inputs[0]
            self._only = spec if isinstance(spec, TensorSpec) else None
        self._dtype = None if self._only is None else self._only.type

    def read_inputs(self, content: Any, params: dict[str, Any] | None) -> ModelInput:
        """Return what stands under `inputs`: an array as lists, arrays by name, or columns by name.

        Args:
            content: What stands there.
            params: Parameters of the prediction, held against the signature already.

        Raises:
            UnreadableInput: It cannot be made an array (`input.array_invalid`).
            InvalidParameter: It does not go with the signature.
        """
        if self._only is not None and type(content) is list:
            return self._one_array(self._only, content, params)
        given = self._frames.of_nested(content, params) if type(content) is list else None
        if given is not None:
            return given
        if type(content) is dict:
            self._frames.check_width(content)
            given = self._frames.of_columns(content, params)
        elif type(content) is list and content and type(content[0]) is dict:
            given = self._frames.of_rows(content, params)
            if given is None:
                self._frames.check_records([one for one in content if isinstance(one, dict)])
        return self._any(content, params) if given is None else given

    def read_instances(self, content: Any, params: dict[str, Any] | None) -> ModelInput:
        """Return what stands under `instances`: an array by rows, or a list of objects, one a row.

        Args:
            content: What stands there.
            params: As for `read_inputs`.

        Raises:
            UnreadableInput: It cannot be made an array (`input.array_invalid`).
            InvalidParameter: It does not go with the signature.
        """
        if not (isinstance(content, list) and content and isinstance(content[0], dict)):
            return self.read_inputs(content, params)
        if not all(isinstance(one, dict) for one in content):
            raise UnreadableInput("input.array_invalid", "Some of the instances are objects, and some are not.")
        given = self._frames.of_nested(content, params) or self._frames.of_rows(content, params)
        if given is not None:
            return given
        self._frames.check_records(content)
        names = list(dict.fromkeys(name for one in content for name in one))
        columns = {name: [one[name] for one in content if name in one] for name in names}
        wanted = [name for name in names if name in self._specs] if self._specs else names
        if any(len(columns[name]) != len(content) for name in wanted):
            lacking = next(name for name in wanted if len(columns[name]) != len(content))
            raise UnreadableInput(
                "input.array_invalid", f"Some of the instances have {shown(lacking)}, and some have not."
            )
        return self._any(columns, params)

    def _one_array(self, spec: TensorSpec, content: list[Any], params: dict[str, Any] | None) -> ModelInput:
        array = to_array(content, self._dtype, "The array")
        shape = array.shape
        fits = len(shape) == len(spec.shape) and all(
            wanted in (-1, found) for wanted, found in zip(spec.shape, shape, strict=True)
        )
        if not fits or array.dtype != self._dtype:
            array = enforce(array, Schema([spec]))
        if not shape or spec.shape[:1] != (-1,):
            return whole(array, params, len(array) if shape else 1)
        return ModelInput(params, shape[0], _first, (array,), (self, array.dtype.str, shape[1:]))

    def _any(self, content: Any, params: dict[str, Any] | None) -> ModelInput:
        data = self._typed(content)
        if self._schema is not None:
            data = enforce(data, self._schema)
        if isinstance(data, Mapping) and data:
            return self._arrays(data, params)
        if isinstance(data, np.ndarray) and data.ndim:
            return ModelInput(params, len(data), _first, (data,), (self, data.dtype.str, data.shape[1:]))
        return whole(data, params, len(data) if hasattr(data, "columns") else 1)

    def _arrays(self, data: Mapping[str, Any], params: dict[str, Any] | None) -> ModelInput:
        names, arrays = tuple(data), tuple(data.values())
        sizes = {len(one) if isinstance(one, np.ndarray) and one.ndim else -1 for one in arrays}
        rows = max(sizes)
        free = all(isinstance(one, ColSpec) or one.shape[:1] == (-1,) for one in self._specs.values())
        if len(sizes) > 1 or rows < 0 or not free:
            return whole(data, params, max(rows, 1))
        layout = (self, names, tuple((one.dtype.str, one.shape[1:]) for one in arrays))
        return ModelInput(params, rows, lambda parts: dict(zip(names, parts, strict=True)), arrays, layout)

    def _typed(self, content: Any) -> Any:
        """Return what JSON holds as arrays, by name if it has names, as the schema says."""
        schema = self._schema
        if schema is not None and len(self._specs) == 1 and isinstance(content, list) and not _has_objects(content):
            # One column or array needs no name to be known.
            content = {next(iter(self._specs)): content}
        if isinstance(content, dict):
            if schema is not None and not schema.has_input_names():
                raise InvalidParameter(
                    "model.input_invalid",
                    "The model takes one array or a list without names, but the data are an object with "
                    f"{', '.join(map(shown, list(content)[:5])) or 'nothing'}.",
                )
            return {name: self._converted(value, self._specs.get(name), name) for name, value in content.items()}
        if isinstance(content, list) and content and all(isinstance(one, dict) for one in content):
            return [
                {name: self._converted(value, self._specs.get(name), name) for name, value in one.items()}
                for one in content
            ]
        return self._converted(content, None if schema is None else schema.inputs[0], None)

    def _converted(self, value: Any, spec: ColSpec | TensorSpec | None, name: Any) -> Any:
        named = "The array" if name is None else f"The array {shown(name)}"
        if spec is None:
            return to_array(value, None, named)
        if isinstance(spec, TensorSpec):
            return to_array(value, spec.type, named)
        if isinstance(spec.type, DataType):
            return _scalars(value, spec.type, name)
        if isinstance(spec.type, Array):
            return to_array(nested_reals(value, spec.type), None, named)
        return nested_reals(value, spec.type)


def _scalars(value: Any, expected: DataType, name: Any) -> Any:
    try:
        values = to_array(value if isinstance(value, list) else [value], expected.to_numpy(), "it")
        return values if isinstance(value, list) else values[0]
    except UnreadableInput as error:
        raise wrong_value(name, expected, error.message) from error


def _has_objects(content: Sequence[Any]) -> bool:
    return any(isinstance(one, dict) for one in content)


def to_array(value: Any, dtype: Any, named: str) -> Any:
    """Return what JSON holds as an array.

    Args:
        value: Numbers, texts or truth values in lists of lists.
        dtype: Type of the array; None for that of the values.
        named: What the message calls it.

    Raises:
        UnreadableInput: It cannot be brought into it without losing something (`input.array_invalid`).
    """
    try:
        if dtype is None or dtype.kind not in "iub":
            with np.errstate(over="ignore"):
                return np.array(value, dtype=dtype)
        array = np.array(value)
        if array.dtype.kind in "OU" and dtype.kind != "b":
            # Texts of numbers; and numbers beyond 64 bits, which do not fit.
            return np.array(value, dtype=dtype)
        with np.errstate(invalid="ignore"):
            exact = array.astype(dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise UnreadableInput(
            "input.array_invalid", f"{named} cannot be made of the data: {fault_of(error)}."
        ) from error
    if array.dtype != dtype and not (exact == array).all():
        lost = array[exact != array].tolist()[0]
        raise UnreadableInput(
            "input.array_invalid", f"{named} is to be {dtype}, and {shown(lost)} cannot be brought into that."
        )
    return exact


def _first(arrays: Sequence[Any]) -> Any:
    return arrays[0]
