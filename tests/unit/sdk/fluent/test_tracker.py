"""The tracker does what a training needs, as the team that built its own describes it."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import trialog
from trialog.errors import InvalidParameter

ROWS = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.4], [0.1, 0.9]])
LABELS = np.array([0, 1, 1, 0])


@pytest.fixture
def tracker(tracked: str, request: pytest.FixtureRequest) -> trialog.Tracker:
    return trialog.get_tracker(experiment_name=f"model_training {request.node.name}", tracking_uri=tracked)


def test_a_training_is_tracked_from_its_params_to_the_loaded_model(tracker: trialog.Tracker) -> None:
    run = tracker.start_run(run_name="my_experiment_v1", tags={"training_mode": "manual"})
    tracker.log_params({"trainer_epochs": 50})
    tracker.log_metrics({"val_accuracy": 0.75, "val_f1": 0.7}, step=1)
    model = LogisticRegression().fit(ROWS, LABELS)
    model_uri = tracker.log_model(model, "hybrid_cnn_lstm", input_example=ROWS, tags={"symbol": "BTCUSDT"})
    version = tracker.register_model(
        model_uri, f"hybrid_{run.info.run_id}", description="Trained model", tags={"trigger": "scheduled"}
    )
    tracker.end_run()
    assert version.description == "Trained model"
    assert {"symbol": "BTCUSDT", "trigger": "scheduled"}.items() <= version.tags.items()
    best = tracker.get_best_run(metric="val_accuracy", order="DESC")
    assert best is not None
    assert best["run_id"] == run.info.run_id
    assert best["metrics.val_accuracy"] == 0.75
    assert best["params.trainer_epochs"] == "50"
    loaded = tracker.load_model(f"models:/hybrid_{run.info.run_id}/latest")
    assert list(loaded.predict(ROWS)) == list(model.predict(ROWS))


def test_runs_are_found_best_first(tracker: trialog.Tracker) -> None:
    for accuracy in (0.6, 0.9, 0.8):
        tracker.start_run()
        tracker.log_metrics({"val_accuracy": accuracy})
        tracker.end_run()
    found = tracker.search_runs("metrics.val_accuracy > 0.7", order_by=["metrics.val_accuracy DESC"], max_results=10)
    assert [run["metrics.val_accuracy"] for run in found] == [0.9, 0.8]
    lowest = tracker.get_best_run("val_accuracy", order="ASC")
    assert lowest is not None
    assert lowest["metrics.val_accuracy"] == 0.6


def test_there_is_no_best_run_where_none_has_the_metric(tracker: trialog.Tracker) -> None:
    tracker.start_run()
    tracker.end_run()
    assert tracker.get_best_run("val_accuracy") is None
    with pytest.raises(InvalidParameter, match="DESC or ASC"):
        tracker.get_best_run("val_accuracy", order="best")


def test_a_block_ends_its_run_as_it_went(tracker: trialog.Tracker, tracked: str) -> None:
    run = tracker.start_run()

    def train() -> None:
        with tracker:
            tracker.log_metrics({"loss": 1 / 0})

    with pytest.raises(ZeroDivisionError, match="division"):
        train()
    assert trialog.Client(tracked).get_run(run.info.run_id).info.status == "FAILED"
    assert tracker.run_id is None


def test_a_run_ends_also_where_another_one_was_begun_inside_it(tracker: trialog.Tracker, tracked: str) -> None:
    run = tracker.start_run()
    inner = trialog.start_run(nested=True)
    with pytest.raises(InvalidParameter, match="not as 'DONE'"):
        tracker.end_run("DONE")
    tracker.end_run("KILLED")
    client = trialog.Client(tracked)
    assert [client.get_run(one.info.run_id).info.status for one in (run, inner)] == ["KILLED", "KILLED"]
    assert trialog.active_run() is None


def test_a_model_without_a_signature_is_told(tracker: trialog.Tracker) -> None:
    tracker.start_run()
    model = LogisticRegression().fit(ROWS, LABELS)
    # What a thread of another test says meanwhile is none of this one's concern.
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        tracker.log_model(model)
    assert any("without a signature" in str(one.message) for one in told if one.category is trialog.TrackingWarning)


def test_a_graph_of_onnx_is_logged_with_its_own_signature(tracker: trialog.Tracker) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: its models cannot be logged")
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: models of ONNX cannot predict")
    kept = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["rows", 2])
    given = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["rows", 2])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Neg", ["x"], ["y"])], "graph", [kept], [given])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    tracker.start_run()
    model_uri = tracker.log_model(model)
    loaded = trialog.pyfunc.load_model(model_uri)
    assert loaded.metadata.signature is not None
    assert loaded.predict(ROWS)["y"].tolist() == pytest.approx(-ROWS)
    assert tracker.load_model(model_uri) == model


def test_a_model_of_no_library_that_is_known_is_refused(tracker: trialog.Tracker) -> None:
    tracker.start_run()
    with pytest.raises(InvalidParameter, match="No flavor"):
        tracker.log_model(object(), "thing")
