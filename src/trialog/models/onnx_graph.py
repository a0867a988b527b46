"""What a graph in the format ONNX says of itself: what goes in and comes out, and which files beside it it needs."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.data_types import shown
from trialog.models.folder import inside
from trialog.models.schema import Schema, TensorSpec
from trialog.models.signature import ModelSignature

# Numbers of ONNX's types; those that numpy lacks cannot stand in a signature.
_TYPES: Final = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "str",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
}
_LARGEST_ITEM: Final = 8
# What a file in the format of protobuf can hold.
_LARGEST_FILE: Final = 2**31 - 1


def read_graph(path: Path) -> Any:
    """Return the model that a file holds, without what lies in files beside it: nothing but its own names is read.

    Args:
        path: The file.

    Raises:
        InvalidParameter: It is none (`model.damaged`), or needs data from outside of its folder
            (`model.path_outside`).
        ResourceNotFound: A file beside it is missing (`model.file_not_found`).
    """
    onnx = require("onnx", extra="onnx")
    decode_error = require("google.protobuf.message", extra="onnx").DecodeError
    if path.stat().st_size > _LARGEST_FILE:
        raise _damaged(path, "it is larger than such a file can be, 2 GiB")
    try:
        model = onnx.ModelProto.FromString(path.read_bytes())
    except decode_error as error:
        raise _damaged(path, f"it is no file of ONNX, or not all of one: {error}") from error
    sizes: dict[str, int] = {}
    for tensor in tensors_of(model):
        if is_external(tensor):
            _check_external(tensor, path, sizes)
    return model


def tensors_of(model: Any) -> Iterator[Any]:
    """Return every tensor that a model holds: weights, and constants of its nodes however deep.

    Args:
        model: An `onnx.ModelProto`.
    """
    yield from _in_graph(model.graph)
    for function in model.functions:
        yield from _in_nodes(function.node)
    for training in model.training_info:
        yield from _in_graph(training.initialization)
        yield from _in_graph(training.algorithm)


def _in_graph(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    yield from _in_sparse(graph.sparse_initializer)
    yield from _in_nodes(graph.node)


def _in_nodes(nodes: Iterable[Any]) -> Iterator[Any]:
    for node in nodes:
        for attribute in node.attribute:
            # What is asked for and not there is made; a file has its own depth, which protobuf limits.
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("sparse_tensor"):
                yield from _in_sparse([attribute.sparse_tensor])
            yield from _in_sparse(attribute.sparse_tensors)
            for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                yield from _in_graph(graph)


def _in_sparse(tensors: Iterable[Any]) -> Iterator[Any]:
    for tensor in tensors:
        yield tensor.values
        yield tensor.indices


def is_external(tensor: Any) -> bool:
    """Tell whether the numbers of a tensor lie in a file beside the model."""
    return tensor.data_location == tensor.EXTERNAL or len(tensor.external_data) > 0


def size_of(model: Any) -> int:
    """Return how many bytes the tensors of a model take, roughly: as their shapes say."""
    numpy = require("numpy", extra="models")
    sizes = {number: numpy.dtype(name).itemsize for number, name in _TYPES.items()}
    return sum(math.prod(tensor.dims) * (sizes.get(tensor.data_type) or _LARGEST_ITEM) for tensor in tensors_of(model))


def _check_external(tensor: Any, path: Path, sizes: dict[str, int]) -> None:
    """Refuse a tensor whose numbers are not where they may be: in a file beside the model, and within it."""
    entries: dict[str, str] = {}
    for entry in tensor.external_data:
        # Of two, readers might take the one or the other.
        if entry.key in entries:
            raise _damaged(path, f"the tensor {shown(tensor.name)} names {shown(entry.key)} twice")
        entries[entry.key] = entry.value
    location = entries.get("location")
    # By a name with "*" onnxruntime means an address in its memory.
    if location is None or "*" in location:
        raise InvalidParameter(
            "model.path_outside",
            f"The tensor {shown(tensor.name)} of {path.name} names {shown(location)} as where its numbers are, which "
            "is no file within the model.",
        )
    if location not in sizes:
        file = inside(path.parent, location, named_by=path.name)
        if not file.is_file():
            raise _damaged(path, f"the tensor {shown(tensor.name)} names {shown(location)}, which is no file")
        sizes[location] = file.stat().st_size
    offset, length = (_count(tensor, path, name, entries.get(name, "0")) for name in ("offset", "length"))
    if offset + length > sizes[location]:
        raise _damaged(
            path,
            f"the tensor {shown(tensor.name)} names bytes {offset} to {offset + length} of {shown(location)}, which "
            f"has {sizes[location]}",
        )


def _count(tensor: Any, path: Path, name: str, text: str) -> int:
    # Python would take other signs for digits as well, and longer numbers than a file has bytes.
    if not text.isascii() or not text.isdigit() or len(text) > len(str(2**63)):
        raise _damaged(path, f"the tensor {shown(tensor.name)} names {shown(text)} as its {name}")
    return int(text)


def signature_of(model: Any) -> ModelSignature | None:
    """Return what a model says that it takes and gives; None where a signature cannot hold it.

    Args:
        model: An `onnx.ModelProto`.
    """
    graph = model.graph
    # What has a value need not be given.
    given = {one.name for one in graph.initializer} | {one.values.name for one in graph.sparse_initializer}
    inputs = _schema([one for one in graph.input if one.name not in given])
    outputs = _schema(graph.output)
    return None if inputs is None and outputs is None else ModelSignature(inputs, outputs)


def _schema(values: Iterable[Any]) -> Schema | None:
    specs = [_tensor_spec(one) for one in values]
    known = [one for one in specs if one is not None]
    # A part of what goes in says nothing: what is not in it would be left away.
    return Schema(known) if known and len(known) == len(specs) else None


def _tensor_spec(value: Any) -> TensorSpec | None:
    if not value.type.HasField("tensor_type"):
        return None
    tensor = value.type.tensor_type
    dtype = _TYPES.get(tensor.elem_type)
    if dtype is None or not tensor.HasField("shape"):
        return None
    shape = [one.dim_value if one.HasField("dim_value") and one.dim_value >= 0 else -1 for one in tensor.shape.dim]
    return TensorSpec(dtype, shape, value.name)


def _damaged(path: Path, fault: str) -> InvalidParameter:
    return InvalidParameter("model.damaged", f"ONNX cannot read {path.name} of the model: {fault}.")
