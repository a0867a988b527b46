"""The tracker does what a training needs, as the team that built its own describes it."""

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


def test_a_model_without_a_signature_is_told(tracker: trialog.Tracker) -> None:
    tracker.start_run()
    with pytest.warns(trialog.TrackingWarning, match="without a signature"):
        tracker.log_model(LogisticRegression().fit(ROWS, LABELS))


def test_a_model_of_no_library_that_is_known_is_refused(tracker: trialog.Tracker) -> None:
    tracker.start_run()
    with pytest.raises(InvalidParameter, match="No flavor"):
        tracker.log_model(object(), "thing")
