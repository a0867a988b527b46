"""What Keras trains is logged by itself."""

import os
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import trialog
from tests.unit.sdk.autolog.conftest import Logged

BACKENDS = [name for name in ("torch", "jax", "tensorflow") if find_spec(name) is not None]
if find_spec("keras") is None or not BACKENDS:
    pytest.skip("Keras or what it computes with is not installed: it cannot be tried out", allow_module_level=True)
os.environ.setdefault("KERAS_BACKEND", BACKENDS[0])
keras: Any = pytest.importorskip("keras")
# Of the libraries about themselves, none about what is logged.
pytestmark = pytest.mark.filterwarnings("ignore")


def model() -> Any:
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    made.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
    return made


def test_each_epoch_is_logged(logged: Logged) -> None:
    trialog.autolog()
    places = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = model().fit(places, places.sum(axis=1), epochs=3, verbose=0, callbacks=keras.callbacks.TerminateOnNaN())
    run = logged.run()
    assert run.info.status == "FINISHED"
    assert (run.data.params["epochs"], run.data.params["loss"], run.data.params["optimizer_name"]) == (
        "3",
        "mse",
        "sgd",
    )
    points = logged.client.get_metric_history(run.info.run_id, "loss")
    assert [point.value for point in points] == history.history["loss"]
    assert [used.dataset.name for used in run.inputs.dataset_inputs] == ["dataset"]
    assert {"model", "model_summary.txt"} <= logged.files(run)


def test_a_call_that_is_wrong_says_what_the_library_says(logged: Logged) -> None:
    trialog.autolog(silent=True)
    with pytest.raises(TypeError, match="no_such_thing"):
        model().fit(np.zeros((2, 2)), np.zeros(2), no_such_thing=1)
    assert logged.runs() == []


def test_disable_gives_fit_back(logged: Logged) -> None:
    before = keras.Model.fit
    trialog.autolog()
    assert keras.Model.fit is not before
    trialog.autolog(disable=True)
    assert keras.Model.fit is before
    assert logged.runs() == []
