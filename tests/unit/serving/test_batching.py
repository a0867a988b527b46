"""Requests that wait at the same time are predicted together, and nobody can tell by the answers."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import onnx
import pandas as pd
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import trialog.lightgbm
import trialog.onnx
import trialog.pyfunc
import trialog.sklearn
import trialog.xgboost
from trialog.errors import DeadlineExceeded, TemporarilyUnavailable
from trialog.models.inference import infer_signature
from trialog.models.signature import ModelSignature
from trialog.serving.asking import ModelStopped
from trialog.serving.batching import BatchingPredictor
from trialog.serving.model import ServedModel
from trialog.serving.model_input import ModelInput
from trialog.serving.splitting import are_alike

COLUMNS = 4
NUMBERS = np.random.default_rng(0).normal(size=(200, COLUMNS))
SINGLE = NUMBERS.astype(np.float32)
CLASSES = (NUMBERS.sum(axis=1) > 0).astype(int)
SUMS = NUMBERS @ np.arange(1.0, COLUMNS + 1)
NAMES = [f"column_{place}" for place in range(COLUMNS)]
FRAME = pd.DataFrame(NUMBERS, columns=NAMES)
Asks = Callable[[Any], ModelInput]


class Counted:
    """What the predictor tells of itself."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []
        self.now_waiting = 0
        self.has_three_waiting = asyncio.Event()

    def waiting(self, change: int) -> None:
        self.now_waiting += change
        if self.now_waiting == 3:
            self.has_three_waiting.set()

    def predicted(self, requests: int, rows: int, seconds: float) -> None:
        assert seconds > 0
        self.calls.append((requests, rows))


def graph(*nodes: Any, first: str | int = "rows") -> Any:
    """Return a model of ONNX from `x` to `y`."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [first, COLUMNS]) for name in ("x", "y")]
    made = helper.make_model(helper.make_graph(list(nodes), "graph", ends[:1], ends[1:]), ir_version=10)
    del made.opset_import[:]
    made.opset_import.append(helper.make_opsetid("", 18))
    onnx.checker.check_model(made)
    return made


DOUBLES = helper.make_node("Add", ["x", "x"], ["y"])
SHARES = helper.make_node("Softmax", ["x"], ["y"], axis=0)


def sklearn_frame(folder: Path) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(FRAME, CLASSES)
    trialog.sklearn.save_model(model, folder, signature=infer_signature(FRAME, CLASSES))


def sklearn_tensor(folder: Path) -> None:
    model = RandomForestRegressor(5, random_state=0).fit(NUMBERS, SUMS)
    trialog.sklearn.save_model(model, folder, signature=infer_signature(NUMBERS, SUMS))


def sklearn_chances(folder: Path) -> None:
    model = LogisticRegression().fit(NUMBERS, CLASSES)
    options: dict[str, Any] = {"signature": infer_signature(NUMBERS, SUMS), "pyfunc_predict_fn": "predict_proba"}
    trialog.sklearn.save_model(model, folder, **options)


def xgboost_frame(folder: Path) -> None:
    model = xgboost.XGBRegressor(n_estimators=5, n_jobs=1).fit(FRAME, SUMS)
    trialog.xgboost.save_model(model, folder, signature=infer_signature(FRAME, SUMS))


def lightgbm_frame(folder: Path) -> None:
    options = {"objective": "regression", "verbosity": -1, "num_threads": 1}
    model = lightgbm.train(options, lightgbm.Dataset(FRAME, SUMS), num_boost_round=5)
    trialog.lightgbm.save_model(model, folder, signature=infer_signature(FRAME, SUMS))


def onnx_tensor(folder: Path) -> None:
    trialog.onnx.save_model(graph(DOUBLES), folder)


MODELS = {
    "scikit-learn, frame": (sklearn_frame, True),
    "scikit-learn, tensor": (sklearn_tensor, False),
    "scikit-learn, chances": (sklearn_chances, False),
    "xgboost": (xgboost_frame, True),
    "lightgbm": (lightgbm_frame, True),
    "onnx": (onnx_tensor, False),
}


def served(save: Callable[[Path], Any], folder: Path) -> ServedModel:
    save(folder)
    return ServedModel(trialog.pyfunc.load_model(str(folder), allow_pickle=True), uri=str(folder))


def asks(model: ServedModel, rows: Any, *, frame: bool = False) -> ModelInput:
    """Return a request for some rows, as it comes over HTTP."""
    lists = np.asarray(rows).tolist()
    content = {"dataframe_split": {"columns": NAMES, "data": lists}} if frame else {"inputs": lists}
    return model.read("application/json", json.dumps(content).encode())


def function(folder: Path, predict: Callable[..., Any]) -> ServedModel:
    """Return a model that is a function of the user's own, which takes arrays."""
    signature = ModelSignature(inputs=infer_signature(NUMBERS).inputs)
    trialog.pyfunc.save_model(folder, python_model=lambda model_input: model_input, signature=signature)
    loaded = trialog.pyfunc.load_model(str(folder), allow_pickle=True)
    # What is pickled cannot wait for an event of this process.
    loaded._predict = lambda data, _: predict(data)
    return ServedModel(loaded, uri="function")


async def outcomes(predictor: BatchingPredictor, model: ServedModel, several: Sequence[ModelInput]) -> list[Any]:
    return await asyncio.gather(*(predictor.predict(model, one) for one in several), return_exceptions=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ServedModel]:
    folder = tmp_path_factory.mktemp("models")
    return {name: served(save, folder / str(place)) for place, (name, (save, _)) in enumerate(MODELS.items())}


@contextmanager
def let_go() -> Iterator[threading.Event]:
    """Give an event that is set in the end in any case: a thread may wait for it."""
    event = threading.Event()
    try:
        yield event
    finally:
        event.set()


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=8)
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=12), rounds=st.integers(1, 3), most=st.integers(1, 20))
def test_answers_are_those_of_one_by_one(
    models: dict[str, ServedModel], name: str, sizes: list[int], rounds: int, most: int
) -> None:
    model, frame = models[name], MODELS[name][1]
    ends = np.cumsum([0, *sizes])
    requests = [asks(model, NUMBERS[start:end], frame=frame) for start, end in pairwise(ends)]
    alone = [model.predict(one) for one in requests]

    async def ask() -> list[list[Any]]:
        predictor = BatchingPredictor(max_batch_rows=most)
        answers = [await outcomes(predictor, model, requests) for _ in range(rounds)]
        await predictor.close(5)
        return answers

    for answers in asyncio.run(ask()):
        assert all(are_alike(one, other) for one, other in zip(alone, answers, strict=True))


@pytest.mark.anyio
async def test_those_that_wait_go_in_together(models: dict[str, ServedModel]) -> None:
    model = models["scikit-learn, tensor"]
    counted = Counted()
    predictor = BatchingPredictor(max_batch_rows=30, measures=counted)
    requests = [asks(model, NUMBERS[place : place + 1]) for place in range(100)]
    await outcomes(predictor, model, requests)
    await predictor.close(5)
    assert sum(together for together, _ in counted.calls) == 100
    assert len(counted.calls) < 20
    assert max(rows for _, rows in counted.calls) <= 30
    assert counted.now_waiting == 0


@pytest.mark.anyio
async def test_nothing_goes_in_together_where_that_is_off(models: dict[str, ServedModel]) -> None:
    model = models["scikit-learn, tensor"]
    counted = Counted()
    predictor = BatchingPredictor(batches=False, measures=counted)
    await outcomes(predictor, model, [asks(model, NUMBERS[:2]) for _ in range(20)])
    await predictor.close(5)
    assert counted.calls == [(1, 2)] * 20


@pytest.mark.anyio
async def test_nobody_suffers_from_a_row_of_another(models: dict[str, ServedModel]) -> None:
    model = models["scikit-learn, chances"]
    predictor = BatchingPredictor()
    wrong = [model.read("application/json", b'{"inputs": [[1, 2, 3, NaN]]}') for _ in range(3)]
    right = [asks(model, NUMBERS[place : place + 2]) for place in range(20)]
    for _ in range(3):
        answers = await outcomes(predictor, model, [wrong[0], *right[:10], wrong[1], *right[10:], wrong[2]])
        failed = [answers[0], answers[11], answers[22]]
        assert all(isinstance(one, ValueError) and "NaN" in str(one) for one in failed)
        assert len({id(one) for one in failed}) == 3
        for one, answer in zip(right, [*answers[1:11], *answers[12:22]], strict=True):
            assert are_alike(model.predict(one), answer)
    await predictor.close(5)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("node", "first"), [(SHARES, "rows"), (DOUBLES, 1)], ids=["looks at all rows", "takes one row"]
)
async def test_a_model_that_is_not_asked_so_is_found_out(node: Any, first: str | int, tmp_path: Path) -> None:
    model = served(lambda folder: trialog.onnx.save_model(graph(node, first=first), folder), tmp_path / "model")
    counted = Counted()
    predictor = BatchingPredictor(measures=counted)
    requests = [asks(model, SINGLE[place : place + 1]) for place in range(12)]
    for _ in range(3):
        answers = await outcomes(predictor, model, requests)
        for one, answer in zip(requests, answers, strict=True):
            assert are_alike(model.predict(one), answer)
    await predictor.close(5)
    assert counted.calls[1:].count((1, 1)) == len(counted.calls) - 1


@pytest.mark.anyio
@pytest.mark.parametrize("step", [FunctionTransformer(lambda rows: rows - rows.mean(axis=0)), FunctionTransformer()])
async def test_a_pipeline_with_code_of_its_own_is_asked_row_by_row(step: Any, tmp_path: Path) -> None:
    pipeline = make_pipeline(StandardScaler(), step, LinearRegression()).fit(NUMBERS, SUMS)
    options: dict[str, Any] = {"signature": infer_signature(NUMBERS, SUMS), "serialization_format": "cloudpickle"}
    model = served(lambda folder: trialog.sklearn.save_model(pipeline, folder, **options), tmp_path / "model")
    counted = Counted()
    predictor = BatchingPredictor(measures=counted)
    await outcomes(predictor, model, [asks(model, NUMBERS[:3]) for _ in range(5)])
    await predictor.close(5)
    assert counted.calls == [(1, 3)] * 5


@pytest.mark.anyio
async def test_requests_of_several_kinds_are_not_mixed(models: dict[str, ServedModel]) -> None:
    model = models["scikit-learn, frame"]
    one, other = asks(model, NUMBERS[:2], frame=True), asks(model, NUMBERS[2:3], frame=True)
    turned = {"columns": NAMES[::-1], "data": NUMBERS[3:5, ::-1].tolist()}
    third = model.read("application/json", json.dumps({"dataframe_split": turned}).encode())
    empty = model.read("application/json", json.dumps({"dataframe_split": {"columns": NAMES, "data": []}}).encode())
    predictor = BatchingPredictor()
    requests = [one, third, other, empty] * 5
    for _ in range(2):
        answers = await outcomes(predictor, model, requests)
        for request, answer in zip(requests, answers, strict=True):
            if request is empty:
                assert isinstance(answer, ValueError)
            else:
                assert are_alike(model.predict(request), answer)
    await predictor.close(5)


@pytest.mark.anyio
async def test_what_takes_too_long_ends_and_the_others_go_on(tmp_path: Path) -> None:
    with let_go() as event:
        model = function(tmp_path / "model", lambda rows: event.wait() if len(rows) > 1 else rows)
        counted = Counted()
        predictor = BatchingPredictor(timeout_seconds=0.1, threads=2, measures=counted)
        slow, quick = asks(model, NUMBERS[:2]), asks(model, NUMBERS[:1])

        async def patiently() -> Any:
            # On a machine that is busy even this takes too long at times.
            while True:
                with suppress(DeadlineExceeded):
                    return await predictor.predict(model, quick)

        waiting = asyncio.create_task(predictor.predict(model, slow))
        assert are_alike(await patiently(), NUMBERS[:1])
        with pytest.raises(DeadlineExceeded, match=r"within 0\.1 seconds"):
            await waiting
        # The thread that still waits is not waited for.
        assert are_alike(await patiently(), NUMBERS[:1])
        assert counted.now_waiting == 0
    await predictor.close(5)


@pytest.mark.anyio
async def test_too_many_are_sent_away(tmp_path: Path) -> None:
    with let_go() as event:
        loop, began = asyncio.get_running_loop(), asyncio.Event()

        def predict(rows: Any) -> Any:
            loop.call_soon_threadsafe(began.set)
            event.wait()
            return rows

        model = function(tmp_path / "model", predict)
        counted = Counted()
        predictor = BatchingPredictor(threads=1, max_waiting=3, measures=counted)
        request = asks(model, NUMBERS[:1])
        first = asyncio.create_task(predictor.predict(model, request))
        await began.wait()
        waiting = [asyncio.create_task(predictor.predict(model, request)) for _ in range(3)]
        await counted.has_three_waiting.wait()
        with pytest.raises(TemporarilyUnavailable, match="3 requests wait"):
            await predictor.predict(model, request)
        waiting[0].cancel()
        event.set()
        answers = await asyncio.gather(first, *waiting, return_exceptions=True)
        assert isinstance(answers[1], asyncio.CancelledError)
        assert all(are_alike(answers[place], NUMBERS[:1]) for place in (0, 2, 3))
        assert counted.now_waiting == 0
    await predictor.close(5)


@pytest.mark.anyio
async def test_closing_answers_what_came_before_and_refuses_what_comes_after(tmp_path: Path) -> None:
    with let_go() as event:
        model = function(tmp_path / "model", lambda rows: event.wait() and rows)
        predictor = BatchingPredictor(threads=1)
        request = asks(model, NUMBERS[:1])
        asked = [asyncio.create_task(predictor.predict(model, request)) for _ in range(3)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(predictor.close(60))
        await asyncio.sleep(0)
        with pytest.raises(TemporarilyUnavailable, match="about to end"):
            await predictor.predict(model, request)
        event.set()
        await closing
        assert all(are_alike(one, NUMBERS[:1]) for one in await asyncio.gather(*asked))


@pytest.mark.anyio
async def test_closing_waits_no_longer_than_it_is_told(tmp_path: Path) -> None:
    with let_go() as event:
        model = function(tmp_path / "model", lambda rows: event.wait() and rows)
        predictor = BatchingPredictor(threads=1)
        asked = [asyncio.create_task(predictor.predict(model, asks(model, NUMBERS[:1]))) for _ in range(2)]
        await asyncio.sleep(0)
        await predictor.close(0.05)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, TemporarilyUnavailable) for one in answers)


@pytest.mark.anyio
async def test_requests_end_with_the_model_they_began_with(tmp_path: Path) -> None:
    with let_go() as event:
        old = function(tmp_path / "old", lambda rows: event.wait() and rows)
        new = function(tmp_path / "new", lambda rows: -rows)
        predictor = BatchingPredictor(threads=2)
        before = [asyncio.create_task(predictor.predict(old, asks(old, NUMBERS[:1]))) for _ in range(2)]
        await asyncio.sleep(0)
        event.set()
        after = await predictor.predict(new, asks(new, NUMBERS[:1]))
        assert are_alike(after, -NUMBERS[:1])
        assert all(are_alike(one, NUMBERS[:1]) for one in await asyncio.gather(*before))
        await predictor.predict(new, asks(new, NUMBERS[:1]))
        assert len(predictor._lanes) == 2
        await predictor.predict(old, asks(old, NUMBERS[:1]))
        assert [lane.served for lane in predictor._lanes] == [old]
    await predictor.close(5)


@pytest.mark.anyio
@pytest.mark.parametrize("error", [SystemExit(3), StopIteration(), KeyboardInterrupt()])
async def test_a_model_cannot_end_the_server(error: BaseException, tmp_path: Path) -> None:
    def predict(_: Any) -> Any:
        raise error

    model = function(tmp_path / "model", predict)
    predictor = BatchingPredictor()
    with pytest.raises(ModelStopped, match=type(error).__name__):
        await predictor.predict(model, asks(model, NUMBERS[:1]))
    await predictor.close(5)


@pytest.mark.anyio
async def test_a_quick_one_does_not_wait_for_a_slow_one(tmp_path: Path) -> None:
    model = served(sklearn_tensor, tmp_path / "model")
    predict = model.model._predict
    with let_go() as event:
        # A real model, of which a large request takes as long as the test wants.
        model.model._predict = lambda data, params: (len(data) < 100 or event.wait()) and predict(data, params)
        predictor = BatchingPredictor()
        small, large = asks(model, NUMBERS[:1]), asks(model, NUMBERS)
        for _ in range(20):
            await predictor.predict(model, small)
        predictor._lanes[0]._experience._quick_rows = 10
        slow = asyncio.create_task(predictor.predict(model, large))
        await asyncio.sleep(0)
        alone = predict(small.data, None)
        for answer in await outcomes(predictor, model, [small] * 5):
            assert are_alike(answer, alone)
        assert not slow.done()
        event.set()
        assert are_alike(await slow, predict(large.data, None))
    await predictor.close(5)


@pytest.mark.anyio
async def test_a_large_request_leaves_the_loop_free_however_few_rows_it_has(tmp_path: Path) -> None:
    model = served(sklearn_tensor, tmp_path / "model")
    predict, threads = model.model._predict, []

    def noting(data: Any, params: Any) -> Any:
        threads.append(threading.current_thread())
        return predict(data, params)

    model.model._predict = noting
    predictor = BatchingPredictor()
    small = asks(model, NUMBERS[:1])
    large = model.read("application/json", json.dumps({"inputs": NUMBERS[:1].tolist()}).encode() + 300_000 * b" ")
    await predictor.predict(model, small)
    predictor._lanes[0]._experience._quick_rows = 10
    for one in (small, large):
        await predictor.predict(model, one)
    assert threads[1] is threading.current_thread()
    assert threads[2] is not threading.current_thread()
    await predictor.close(5)


@pytest.mark.anyio
async def test_the_loop_is_free_while_a_model_is_slow(tmp_path: Path) -> None:
    with let_go() as event:
        model = function(tmp_path / "model", lambda rows: event.wait() and rows)
        predictor = BatchingPredictor()
        asked = asyncio.create_task(predictor.predict(model, asks(model, NUMBERS[:1])))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not asked.done()
        event.set()
        assert are_alike(await asked, NUMBERS[:1])
    await predictor.close(5)


@pytest.mark.anyio
async def test_a_forest_predicts_on_while_it_is_asked_by_many(tmp_path: Path) -> None:
    forest = RandomForestClassifier(20, random_state=0).fit(NUMBERS, CLASSES)
    options: dict[str, Any] = {"signature": infer_signature(NUMBERS, CLASSES)}
    model = served(lambda folder: trialog.sklearn.save_model(forest, folder, **options), tmp_path / "model")
    predictor = BatchingPredictor()

    async def client(start: int) -> None:
        for place in range(start, start + 8):
            rows = NUMBERS[place : place + 1 + place % 3]
            answer = await predictor.predict(model, asks(model, rows))
            assert are_alike(answer, forest.predict(rows))

    await asyncio.gather(*(client(5 * start) for start in range(6)))
    await predictor.close(5)
