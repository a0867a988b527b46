"""The endpoints of a model server: what is answered, and what is refused with which status."""

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import trialog.pyfunc
from tests.in_process import RawAnswer, error_of
from tests.served import CSV, HOST, JSON, answers, served, signature
from trialog.errors import InvalidParameter
from trialog.models import ColSpec, ParamSchema, ParamSpec, TensorSpec
from trialog.sdk.model_loading import load_function
from trialog.serving.model import ServedModel
from trialog.version import __version__

TENSOR = signature(TensorSpec("float64", (-1, 2)))
SUMS = served(TENSOR, lambda data, _params: data.sum(axis=1))
BODY = b'{"inputs": [[1, 2], [3, 4]]}'


def get(model: ServedModel, path: str) -> RawAnswer:
    """Return what is answered to a GET."""
    return answers(model, [("GET", path, (HOST,))])[0]


def post(model: ServedModel, body: bytes, *headers: tuple[str, str], **options: Any) -> RawAnswer:
    """Return what is answered to an invocation; then the server still answers another."""
    long = ("content-length", str(len(body)))
    asked = ("POST", "/invocations", (HOST, *(headers or (JSON,)), long), body)
    answer, alive = answers(model, [asked, ("GET", "/ping", (HOST,))], **options)
    assert alive.status == 200
    return answer


def test_a_prediction() -> None:
    answer = post(SUMS, BODY)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert json.loads(answer.body) == {"predictions": [3.0, 7.0]}


def test_a_prediction_of_many_rows() -> None:
    rows = np.arange(20_000, dtype=float).reshape(10_000, 2)
    answer = post(SUMS, json.dumps({"inputs": rows.tolist()}).encode())
    assert json.loads(answer.body) == {"predictions": rows.sum(axis=1).tolist()}


def test_parameters_get_to_the_model() -> None:
    params = ParamSchema([ParamSpec("factor", "double", 2.0)])
    model = served(
        signature(ColSpec("double", "a"), params=params), lambda data, given: data["a"] * (given or {})["factor"]
    )
    assert json.loads(post(model, b"a\n1.5\n", CSV).body) == {"predictions": [{"a": 3.0}]}
    body = b'{"inputs": {"a": [1.5]}, "params": {"factor": 4}}'
    assert json.loads(post(model, body).body) == {"predictions": [{"a": 6.0}]}


def test_the_server_says_that_it_is_there() -> None:
    for path in ("/ping", "/health"):
        assert get(SUMS, path).status == 200
    version = get(SUMS, "/version")
    assert (version.status, version.body.decode()) == (200, __version__)


def test_requests_are_counted() -> None:
    asked = ("POST", "/invocations", (HOST, JSON), BODY)
    wrong = ("POST", "/invocations", (HOST, JSON), b"{")
    metrics = answers(SUMS, [asked, asked, wrong, ("GET", "/metrics", (HOST,))])[-1]
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = metrics.body.decode().splitlines()
    assert any("200" in line and line.endswith(" 2") for line in lines), lines
    assert any("400" in line and line.endswith(" 1") for line in lines), lines


def test_the_start_tells_which_model_and_how_it_is_asked(tmp_path: Path) -> None:
    def total(data: Any) -> Any:
        return data.sum(axis=1)

    trialog.pyfunc.save_model(tmp_path / "model", total, input_example=np.array([[0.0, 1.0]]), pip_requirements=[])
    loaded = load_function(tmp_path / "model", allow_pickle=True)
    told = json.loads(get(ServedModel(loaded, "models:/sums/3", "sums", "3"), "/").body)
    assert told["model"]["uri"] == "models:/sums/3"
    assert (told["model"]["name"], told["model"]["version"], told["model"]["flavor"]) == (
        "sums",
        "3",
        "python_function",
    )
    assert "numpy" in told["model"]["libraries"]
    assert told["signature"]["inputs"][0]["tensor-spec"] == {"dtype": "float64", "shape": [-1, 2]}
    # What it says can be sent as it stands.
    answer = post(ServedModel(loaded, "x"), json.dumps(told["invocations"]["example"]).encode())
    assert json.loads(answer.body)["predictions"] == pytest.approx([1.0])


def test_a_model_without_signature_or_example_is_told_of_as_well() -> None:
    told = json.loads(get(served(None), "/").body)
    assert told["signature"] is None
    assert told["invocations"]["example"] is None
    assert told["model"]["flavor"] == "python_function"


def test_a_compressed_body() -> None:
    assert json.loads(post(SUMS, gzip.compress(BODY, mtime=0), JSON, ("content-encoding", "gzip")).body)[
        "predictions"
    ] == [3, 7]
    assert post(SUMS, BODY, JSON, ("content-encoding", "identity")).status == 200


@pytest.mark.parametrize(
    ("body", "encoding", "status", "words"),
    [
        (BODY, "gzip", 400, "no gzip"),
        (gzip.compress(BODY, mtime=0)[:-4], "gzip", 400, "its end is wrong"),
        (gzip.compress(BODY, mtime=0) + b"more", "gzip", 400, "its end is wrong"),
        (BODY, "br", 415, "gzip alone"),
        (gzip.compress(b" " * 2_000_000, mtime=0), "gzip", 413, "more than the 1000000 bytes"),
    ],
)
def test_a_body_compressed_wrongly(body: bytes, encoding: str, status: int, words: str) -> None:
    answer = post(SUMS, body, JSON, ("content-encoding", encoding), max_body_bytes=1_000_000)
    assert error_of(answer)[0] == status
    assert words in error_of(answer)[2]


def test_a_body_that_is_too_large() -> None:
    status, _code, message = error_of(post(SUMS, BODY + b" " * 1000, max_body_bytes=1000))
    assert status == 413
    assert "1000 bytes" in message


def test_a_body_that_would_take_many_times_its_size_in_memory() -> None:
    status, _code, message = error_of(post(SUMS, b'{"inputs": [' + b"[]," * 5_000_001 + b"[]]}"))
    assert status == 413
    assert "5000000 lists" in message


def test_a_large_body_that_is_wrong() -> None:
    for body in (
        b"[" * 4_000_000,
        b'{"inputs": ' + b"[" * 4_000_000,
        b"x" * 4_000_000,
        b'{"inputs": "' + b"x" * 4_000_000,
    ):
        assert error_of(post(SUMS, body))[0] == 400


def test_another_kind_of_body() -> None:
    for headers in ((("content-type", "text/plain"),), (("accept", "*/*"),)):
        assert error_of(post(SUMS, BODY, *headers))[:2] == (415, "BAD_REQUEST")


def test_data_that_do_not_go_with_the_signature() -> None:
    status, code, message = error_of(post(SUMS, b'{"inputs": [[1, 2, 3]]}'))
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert "(-1, 2)" in message
    assert error_of(post(SUMS, b'{"inputs": [["x", 2]]}'))[:2] == (400, "BAD_REQUEST")


def failing(error: Exception) -> ServedModel:
    """Return a model that raises."""

    def fail(_data: Any, _params: Any) -> Any:
        raise error

    return served(TENSOR, fail)


def test_a_value_that_the_model_refuses(caplog: pytest.LogCaptureFixture) -> None:
    answer = post(failing(ValueError("Input X contains NaN.")), BODY)
    status, _code, message = error_of(answer)
    assert (status, message) == (400, "The model refuses the data: ValueError: Input X contains NaN.")
    assert json.loads(answer.body)["code"] == "model.input_refused"
    assert "Traceback" in caplog.text


def test_a_model_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    answer = post(failing(RuntimeError("out of order")), BODY)
    assert error_of(answer) == (500, "INTERNAL_ERROR", "The model failed on the data: RuntimeError: out of order")
    assert json.loads(answer.body)["code"] == "model.failed"
    # Where it failed is for the log, not for strangers.
    assert b"test_app" not in answer.body
    assert "test_app.py" in caplog.text
    long = json.loads(post(failing(KeyError("x" * 100_000)), BODY).body)["message"]
    assert long.startswith("The model failed on the data: KeyError: ")
    assert len(long) < 5000


def test_a_model_that_says_itself_what_is_wrong() -> None:
    answer = post(failing(InvalidParameter("mine.wrong", "The flat has no door.")), BODY)
    assert error_of(answer) == (400, "INVALID_PARAMETER_VALUE", "The flat has no door.")


def test_predictions_that_json_cannot_hold() -> None:
    answer = post(served(TENSOR, lambda _data, _params: {1, 2}), BODY)
    assert error_of(answer)[0] == 500
    assert json.loads(answer.body)["code"] == "model.answer_unknown"


def test_missing_values_get_to_the_model() -> None:
    model = served(TENSOR, lambda data, _params: np.isnan(data))
    assert json.loads(post(model, b'{"inputs": [[1, null]]}').body) == {"predictions": [[False, True]]}
    assert json.loads(post(model, b'{"inputs": [[NaN, 1]]}').body) == {"predictions": [[True, False]]}


def test_no_rows() -> None:
    model = served(signature(ColSpec("double", "a")))
    body = b'{"dataframe_split": {"columns": ["a"], "data": []}}'
    assert json.loads(post(model, body).body) == {"predictions": 0}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/invocations", 405), ("POST", "/ping", 405), ("GET", "/nothing", 404), ("HEAD", "/ping", 200)],
)
def test_other_paths_and_methods(method: str, path: str, status: int) -> None:
    assert answers(SUMS, [(method, path, (HOST,))])[0].status == status


def test_strange_hosts_and_pages_get_nothing() -> None:
    strange = ("host", "evil.example")
    page = ("origin", "https://evil.example")
    refused = [
        ("POST", "/invocations", (strange, JSON), BODY),
        ("POST", "/invocations", (HOST, JSON, page), BODY),
        ("GET", "/", (strange,)),
        ("GET", "/metrics", (strange,)),
        ("POST", "/invocations", (HOST, JSON, ("x-forwarded-for", "203.0.113.5")), BODY),
    ]
    assert [answer.status for answer in answers(SUMS, refused)] == [403] * 5
    assert answers(SUMS, [("GET", "/ping", (strange,))])[0].status == 200
    opened = answers(SUMS, [refused[-1]], allow_open=True)[0]
    assert opened.status == 200
