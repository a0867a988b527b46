"""A model server without a socket: the real application and predictor, with a function as its model."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.in_process import RawAnswer, ask
from trialog.models import ColSpec, ModelSignature, ParamSchema, Schema, TensorSpec
from trialog.models.folder import ModelMetadata
from trialog.models.pyfunc import PyFuncModel
from trialog.serving.app import create_serving_app
from trialog.serving.batching import BatchingPredictor
from trialog.serving.holder import ModelHolder
from trialog.serving.measures import MeasureMemory
from trialog.serving.model import ServedModel
from trialog.serving.options import ServingOptions

HOST = ("host", "localhost:5001")
JSON = ("content-type", "application/json")
CSV = ("content-type", "text/csv")


def signature(*inputs: ColSpec | TensorSpec, params: ParamSchema | None = None) -> ModelSignature:
    """Return the signature of a model that takes these columns or tensors."""
    return ModelSignature(Schema(inputs), params=params)


def served(
    taken: ModelSignature | None, predict: Callable[[Any, dict[str, Any] | None], Any] = lambda data, _params: len(data)
) -> ServedModel:
    """Return a model that predicts by a function.

    Args:
        taken: What it takes.
        predict: Gets data and parameters.
    """
    metadata = ModelMetadata(flavors={"python_function": {"loader_module": "of_a_test"}}, signature=taken)
    return ServedModel(PyFuncModel(metadata, Path("nowhere"), None, predict), "models:/test/1", "test", "1")


def answers(model: ServedModel, requests: Sequence[tuple[Any, ...]], **options: Any) -> list[RawAnswer]:
    """Return what a server of a model answers to requests, each a method, target, headers and body."""
    return asyncio.run(_answers(model, requests, options))


async def _answers(model: ServedModel, requests: Iterable[tuple[Any, ...]], options: dict[str, Any]) -> list[RawAnswer]:
    predictor = BatchingPredictor()
    chosen = ServingOptions(model_uri=model.uri, **options)
    app = create_serving_app(ModelHolder(model), predictor, chosen, measures=MeasureMemory().of_worker(0))
    try:
        return [await ask(app, *request) for request in requests]
    finally:
        await predictor.close(5)
