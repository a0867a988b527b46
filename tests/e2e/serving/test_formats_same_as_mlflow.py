"""What MLflow's scoring server answers, ours answers: to every format, type and fault; but for what is listed here.

`mlflow_answers.json` is what MLflow 3.17.2 said; `record_mlflow_answers.py` wrote it down.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.serving.record_mlflow_answers import RECORDED, answer_of, answer_requests
from tests.e2e.serving.scoring_requests import ECHO_CODE, REQUESTS, SIGNATURES, Asked, write_model
from trialog.sdk.model_loading import load_function
from trialog.serving.app import create_serving_app
from trialog.serving.batching import BatchingPredictor
from trialog.serving.holder import ModelHolder
from trialog.serving.measures import MeasureMemory
from trialog.serving.model import ServedModel
from trialog.serving.options import ServingOptions

LOSES = "MLflow changes the value silently"
GUESSES = "MLflow takes a value of another type for a truth"
UNREAD = "MLflow leaves it aside, so that whoever misspelt it never learns of it"
# What ours answers differently, why, and what it says instead: a piece of its message, or of what the model got.
DIFFERENCES = {
    "split with broken numbers for whole ones": (LOSES, 400, "1.5 is no whole number"),
    "split with a number beyond 32 bits": (LOSES, 400, "2147483648 is beyond 32 bits"),
    "whole tensor with broken numbers": (LOSES, 400, "1.5 cannot be brought into that"),
    "split with no base64": (LOSES, 400, "is no base64"),
    "split with strange signs in base64": ("it may be another alphabet, in which it means other bytes", 400, "base64"),
    "split with rows of several lengths": ("nobody knows which values are missing", 400, "The row 1 of"),
    "csv with lines too long": ("MLflow moves the values to other columns", 400, "second one has 3 values"),
    "a name twice": ("only one of the values can count, and nobody knows which is meant", 400, "'a' more than once"),
    "split with texts for truths": (GUESSES, 400, "such as 'false'"),
    "split with 2 for a truth": (GUESSES, 400, "'t' is to be boolean"),
    "split with missing truths": ("what is missing is not false", 200, "'t': object [None]"),
    "parameter that the model does not have": (UNREAD, 400, "The model has no parameter 'bottom'"),
    "parameters for a model without any": (UNREAD, 400, "The model has no parameters"),
    "split of moments": ("Python writes no fraction where it is 0", 200, "'2024-03-01 00:00:00'"),
    "split with missing bytes": ("bytes may be missing as other values may", 200, "object [None]"),
    "split of lists of integers": ("JSON writes 1.0 as 1 as well", 200, "[[1.0, 2.0]]"),
    "inputs that are a text for one column": ("one column needs no name to be known", 200, "text ['a']"),
    "csv of moments": ("MLflow has no way to send moments as CSV", 200, "datetime64[ns]"),
    "csv of bytes": ("bytes are base64 in every table", 200, "[b'some bytes']"),
    "csv for a tensor": ("a table of numbers is an array as well", 200, "[[1.5, 2.5]]"),
    "json in capitals": ("content types are the same in any case", 200, "array int64"),
    "no content type": ("MLflow fails", 415, "no Content-Type"),
    "deep json": ("MLflow fails", 400, "nested too deeply"),
    "answer: no numbers": ("NaN is no JSON, and many clients cannot read it", 200, "[1.0, None, None]"),
    "answer: missing moments": ("NaT is no moment", 200, "[{'x': '2024-02-29T00:00:00'}, {'x': None}]"),
}


def all_requests() -> list[Asked]:
    """Return every request, those for the answers of a model included."""
    sys.path.insert(0, str(ECHO_CODE))
    try:
        answers = importlib.import_module("echo_model").ANSWERS
    finally:
        sys.path.remove(str(ECHO_CODE))
    return [*REQUESTS, *answer_requests(answers)]


ALL = all_requests()
MLFLOW: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))["answers"]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    path = list(sys.path)
    folder = tmp_path_factory.mktemp("models")
    models = {}
    for name in SIGNATURES:
        write_model(folder / name, name)
        models[name] = ServedModel(load_function(folder / name, allow_pickle=True), name)
    yield asyncio.run(_answers(models))
    sys.path[:] = path


async def _answers(models: dict[str, ServedModel]) -> dict[str, Any]:
    predictor = BatchingPredictor()
    options = ServingOptions(model_uri="echo")
    measures = MeasureMemory().of_worker(0)
    apps = {
        name: create_serving_app(ModelHolder(served), predictor, options, measures=measures)
        for name, served in models.items()
    }
    answers = {one.name: await answer_of(apps[one.model], one) for one in ALL}
    await predictor.close(5)
    return answers


def test_mlflow_was_asked_the_same() -> None:
    assert list(MLFLOW) == [one.name for one in ALL]
    assert len(set(MLFLOW)) == len(ALL) >= 60
    assert DIFFERENCES.keys() <= MLFLOW.keys()


def test_the_answers_are_those_of_mlflow(ours: dict[str, Any]) -> None:
    # Types count: 1 is not 1.0, nor True.
    told = {
        name: (ours[name]["status"], repr(ours[name].get("predictions")), ours[name].get("message"))
        for name in MLFLOW
        if name not in DIFFERENCES
    }
    wrong = {
        name: (answer, MLFLOW[name])
        for name, answer in told.items()
        if answer[:2] != (MLFLOW[name]["status"], repr(MLFLOW[name].get("predictions")))
    }
    assert not wrong


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_answer_differs_for_a_reason(ours: dict[str, Any], name: str) -> None:
    _reason, status, piece = DIFFERENCES[name]
    answer = ours[name]
    assert answer["status"] == status, answer
    assert piece in str(answer.get("message") or answer.get("predictions")), answer
    assert (status, repr(answer.get("predictions"))) != (MLFLOW[name]["status"], repr(MLFLOW[name].get("predictions")))


def test_whoever_is_refused_is_told_why(ours: dict[str, Any]) -> None:
    refused = {name: answer for name, answer in ours.items() if answer["status"] != 200}
    assert len(refused) > 40
    for name, answer in refused.items():
        assert answer["status"] in ((500,) if name.startswith("answer: ") else (400, 415)), (name, answer)
        assert answer["error"] in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE", "INTERNAL_ERROR"), (name, answer)
        assert answer["message"], name
        assert "incident=" not in answer["message"], (name, answer)
