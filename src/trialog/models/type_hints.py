"""What the annotations of `predict` say of a model: a signature, if what goes in is annotated as a list."""

import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.models.data_types import AnyType, Array, ColumnType, DataType, Map, Object, Property
from trialog.models.inference import infer_param_schema
from trialog.models.loaded import is_a
from trialog.models.python_model import FunctionModel, PythonModel, input_hint
from trialog.models.schema import ColSpec, Schema
from trialog.models.signature import ModelSignature

_SCALARS: Final = {
    bool: DataType.boolean,
    bytes: DataType.binary,
    datetime: DataType.datetime,
    float: DataType.double,
    int: DataType.long,
    str: DataType.string,
}
_UNIONS: Final = (typing.Union, types.UnionType)
_DEEPEST: Final = 32


def signature_of_hints(model: Any, params: Mapping[str, Any] | None) -> ModelSignature | None:
    """Return the signature that the annotations of a model's `predict` give.

    Args:
        model: A `PythonModel`, also one of MLflow, or a `FunctionModel`.
        params: Parameters of the prediction that are given as an example.

    Returns:
        The signature; None if the annotation of what goes in is no list of a type that a signature has.
    """
    if not isinstance(model, PythonModel) and not is_a(model, "mlflow.pyfunc", "PythonModel"):
        return None
    predict: Callable[..., Any] = model.func if isinstance(model, FunctionModel) else model.predict
    inputs = _schema(input_hint(predict))
    if inputs is None:
        return None
    # The annotations could be read once already.
    outputs = _schema(typing.get_type_hints(predict).get("return"))
    return ModelSignature(
        inputs,
        Schema([ColSpec(AnyType())]) if outputs is None else outputs,
        infer_param_schema(dict(params)) if params else None,
    )


def _schema(hint: Any) -> Schema | None:
    """Return the schema of a list: one column, which has no name."""
    match typing.get_origin(hint), typing.get_args(hint):
        case kind, (item,) if kind is list:
            try:
                column, is_required = _column_type(item)
            except InvalidParameter:
                return None
            return Schema([ColSpec(column)]) if is_required else None
    return None


def _column_type(hint: Any, depth: int = 0) -> tuple[ColumnType, bool]:
    """Return the type that an annotation names, and whether there must be a value.

    Raises:
        InvalidParameter: A signature has no such type (`signature.invalid`).
    """
    if depth > _DEEPEST:
        raise InvalidParameter("signature.invalid", "A signature cannot have a type that has itself as a part.")
    if hint is Any:
        return AnyType(), True
    if isinstance(hint, type) and hint in _SCALARS:
        return _SCALARS[hint], True
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in _UNIONS:
        others = [one for one in parts if one is not types.NoneType]
        # Of several types a signature says nothing.
        kind = _column_type(others[0], depth + 1)[0] if len(others) == 1 else AnyType()
        return kind, len(others) == len(parts)
    if origin is list and len(parts) == 1:
        return Array(_column_type(parts[0], depth + 1)[0]), True
    if origin is dict and len(parts) == len(("name", "value")) and parts[0] is str:
        return Map(_column_type(parts[1], depth + 1)[0]), True
    fields = getattr(hint, "model_fields", None)
    if isinstance(hint, type) and isinstance(fields, Mapping):
        return Object([_property(name, field.annotation, depth) for name, field in fields.items()]), True
    raise InvalidParameter("signature.invalid", f"A signature has no type for {hint!r}.")


def _property(name: str, hint: Any, depth: int) -> Property:
    kind, is_required = _column_type(hint, depth + 1)
    return Property(name, kind, is_required)
