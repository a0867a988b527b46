"""An example of what goes into a model, kept as JSON beside it."""

import base64
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.data_types import shown
from trialog.models.folder import ModelMetadata, read_limited
from trialog.models.loaded import is_a, is_array, is_frame, is_missing, is_series, is_sparse

_EXAMPLE: Final = "input_example.json"
_SERVED: Final = "serving_input_example.json"
_PARAMS: Final = "params"
_DATA: Final = "data"
# Of a folder from elsewhere no more is held in memory.
_MOST_BYTES: Final = 100_000_000


def split_example(example: Any) -> tuple[Any, dict[str, Any] | None]:
    """Return the data of an example, and the parameters of the prediction if it is a pair of both."""
    match example:
        case (data, dict() as params):
            return data, params
        case _:
            return example, None


def save_example(folder: Path, metadata: ModelMetadata, example: Any) -> None:
    """Write an example into a model folder, as MLflow reads it.

    Args:
        folder: The model folder.
        metadata: What its file `MLmodel` will say; where the example is, is added to it.
        example: A frame or series of pandas, an array of numpy, a dictionary of arrays, a sparse matrix, or what JSON
            holds; or a pair of such a thing and the parameters of the prediction.

    Raises:
        InvalidParameter: It cannot be kept as JSON (`model.input_example_invalid`).
    """
    data, params = split_example(example)
    if is_series(data):
        data = data.to_frame()
    kind, content, served = _as_json(data)
    info: dict[str, Any] = {"artifact_path": _EXAMPLE, "type": kind, "serving_input_path": _SERVED}
    if kind == "dataframe":
        info["pandas_orient"] = "split" if "columns" in content else "values"
    if params is not None:
        # A text, for so MLflow writes it.
        info[_PARAMS] = "true"
        content = {_DATA: content, _PARAMS: params}
        served = {**served, _PARAMS: params}
    _write(folder / _EXAMPLE, _encoded(content))
    _write(folder / _SERVED, _encoded(served, indent=2))
    metadata.saved_input_example_info = info


def _as_json(data: Any) -> tuple[str, Any, dict[str, Any]]:
    """Return the kind of an example, what is kept of it, and how a server is asked with it."""
    if is_frame(data):
        split = data.astype(object).where(data.notnull(), None).to_dict(orient="split")
        del split["index"]
        if list(data.columns) == list(range(len(data.columns))):
            del split["columns"]
        return "dataframe", split, {"dataframe_split": split}
    if is_sparse(data):
        kind = "sparse_matrix_csc" if is_a(data, "scipy.sparse", "csc_matrix") else "sparse_matrix_csr"
        parts = {"data": data.data, "indices": data.indices, "indptr": data.indptr}
        return kind, {**parts, "shape": list(data.shape)}, {"inputs": data.toarray()}
    if is_array(data) or (isinstance(data, dict) and data and all(map(is_array, data.values()))):
        return "ndarray", data, {"inputs": data}
    if isinstance(data, dict | list | str | bytes | int | float | date) or is_a(data, "numpy", "generic"):
        return "json_object", data, {"inputs": data}
    raise _invalid(
        f"{type(data).__name__} is none of a frame, series, array, dictionary of arrays, sparse matrix, dictionary, "
        "list and scalar"
    )


def _encoded(content: Any, indent: int | None = None) -> str:
    try:
        return json.dumps(_plain(content), indent=indent)
    except (TypeError, ValueError, RecursionError) as error:
        raise _invalid(str(error)) from error


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: NaN in data as null, bytes in base64, moments in ISO's form."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if is_array(value):
        return _plain(value.tolist())
    if is_a(value, "numpy", "datetime64"):
        return str(value)
    if is_a(value, "numpy", "generic"):
        return _plain(value.item())
    if is_missing(value):
        return None
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    return value


def read_example(folder: Path, metadata: ModelMetadata) -> Any:
    """Return the data of an example that is kept in a model folder; None if there is none.

    Raises:
        InvalidParameter: It cannot be read (`model.input_example_invalid`).
        ResourceNotFound: Its file is missing (`model.file_not_found`).
    """
    info = metadata.saved_input_example_info
    if info is None:
        return None
    named = info.get("artifact_path")
    kept = _bytes(folder, named)
    try:
        content = json.loads(kept)
        if info.get(_PARAMS):
            content = content[_DATA]
        return _read(info, metadata, content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _invalid(f"{shown(named)} of the model is not what its MLmodel says: {str(error)[:300]}") from error


def read_served_example(folder: Path, metadata: ModelMetadata) -> bytes | None:
    """Return the JSON that a server is asked with to predict the example of a model folder; None if there is none.

    Raises:
        InvalidParameter: The path of its file is none (`model.path_outside`, `model.not_a_file`), or it is too large
            (`model.input_example_invalid`).
        ResourceNotFound: Its file is missing (`model.file_not_found`).
    """
    place = (metadata.saved_input_example_info or {}).get("serving_input_path")
    return None if place is None else _bytes(folder, place)


def _bytes(folder: Path, named: object) -> bytes:
    content = read_limited(folder, named, _MOST_BYTES)
    if len(content) > _MOST_BYTES:
        raise _invalid(f"{shown(named)} of the model is larger than {_MOST_BYTES} bytes")
    return content


def _read(info: Mapping[str, Any], metadata: ModelMetadata, content: Any) -> Any:
    schema = None if metadata.signature is None else metadata.signature.inputs
    match info.get("type"):
        case "dataframe":
            pandas = require("pandas", extra="models")
            if info.get("pandas_orient") == "values":
                return pandas.DataFrame(content["data"] if isinstance(content, dict) else content)
            return pandas.DataFrame(data=content["data"], columns=content.get("columns"))
        case "ndarray":
            numpy = require("numpy", extra="models")
            types = {} if schema is None or not schema.is_tensor_spec() else schema.input_dict()
            if isinstance(content, dict):
                return {name: numpy.array(one, getattr(types.get(name), "type", None)) for name, one in content.items()}
            return numpy.array(content, getattr(types.get(0), "type", None))
        case "sparse_matrix_csr" | "sparse_matrix_csc" as kind:
            sparse = require("scipy.sparse", extra="models")
            parts = (content["data"], content["indices"], content["indptr"])
            return getattr(sparse, kind[-3:] + "_matrix")(parts, shape=tuple(content["shape"]))
        case "json_object":
            return content
        case kind:
            raise _invalid(f"an example of the kind {shown(kind)} is not known")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _invalid(fault: str) -> InvalidParameter:
    return InvalidParameter("model.input_example_invalid", f"The input example cannot be used: {fault}.")
