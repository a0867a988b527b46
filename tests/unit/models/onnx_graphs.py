"""Graphs in the format ONNX, made by hand, so that no library that trains has to be there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx: Any = pytest.importorskip("onnx", reason="onnx is not installed: its models cannot be saved and loaded")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: models of ONNX cannot predict")

WEIGHTS = np.arange(6, dtype=np.float32).reshape(2, 3)
ROWS = np.array([[1, 2], [3, 4]], dtype=np.float32)
FLOAT = onnx.TensorProto.FLOAT


def graph(nodes: list[Any], inputs: list[Any], outputs: list[Any], weights: list[Any] | None = None) -> Any:
    """Return a model of nodes."""
    made = onnx.helper.make_graph(nodes, "graph", inputs, outputs, weights or [])
    opsets = [onnx.helper.make_opsetid("", 20), onnx.helper.make_opsetid("ai.onnx.ml", 3)]
    return onnx.helper.make_model(made, opset_imports=opsets, ir_version=10)


def value(name: str, kind: int, shape: list[Any] | None) -> Any:
    """Return an input or output of a graph."""
    return onnx.helper.make_tensor_value_info(name, kind, shape)


def product(weights: Any = None) -> Any:
    """Return a model that multiplies rows of two by a matrix, of two by three unless it is given."""
    kept = onnx.numpy_helper.from_array(WEIGHTS, "w") if weights is None else weights
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    return graph([node], [value("x", FLOAT, ["rows", 2])], [value("y", FLOAT, ["rows", kept.dims[-1]])], [kept])


def doubled_and_joined() -> Any:
    """Return a model of two inputs, a number and a text in a column each, and of two outputs."""
    text = onnx.TensorProto.STRING
    nodes = [onnx.helper.make_node("Add", ["number", "number"], ["doubled"])]
    nodes.append(onnx.helper.make_node("StringConcat", ["text", "text"], ["joined"]))
    inputs = [value("number", onnx.TensorProto.INT32, ["rows", 1]), value("text", text, ["rows", 1])]
    outputs = [value("doubled", onnx.TensorProto.INT32, ["rows", 1]), value("joined", text, ["rows", 1])]
    return graph(nodes, inputs, outputs)


def external(location: str, offset: str = "0", length: str = "24", dims: tuple[int, ...] = (2, 3)) -> Any:
    """Return weights that lie in a file."""
    tensor = onnx.TensorProto(name="w", data_type=FLOAT, dims=dims, data_location=onnx.TensorProto.EXTERNAL)
    for key, text in (("location", location), ("offset", offset), ("length", length)):
        tensor.external_data.add(key=key, value=text)
    return tensor


def weights_of(model: Any) -> Any:
    """Return the matrix of a model that `product` made."""
    return onnx.numpy_helper.to_array(model.graph.initializer[0])


def write(model: Any, folder: Path) -> None:
    """Put a model in the place of that of a model folder, as somebody could who made the folder."""
    (folder / "model.onnx").write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
