"""Models that a run logs: where they are, what goes with them, and how they come back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import trialog.pyfunc
import trialog.sklearn
from trialog.errors import InvalidParameter, PermissionDenied, ResourceNotFound
from trialog.sdk.model_loading import load_any
from trialog.sdk.settings import forget_settings

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
CLASSES = [0, 0, 1, 1]


@pytest.fixture
def model() -> LogisticRegression:
    return LogisticRegression().fit(ROWS, CLASSES)


def test_a_model_is_logged_registered_and_loaded_by_every_address(tracked: str, model: LogisticRegression) -> None:
    with trialog.start_run() as run:
        trialog.log_param("C", 1.0)
        trialog.log_metric("f1", 0.9)
        info = trialog.sklearn.log_model(
            model, "churn", input_example=ROWS, registered_model_name="churn", tags={"team": "x"}, params={"seed": 1}
        )
        again = trialog.sklearn.log_model(model, name="churn", registered_model_name="churn")
    for uri in (info.model_uri, f"runs:/{run.info.run_id}/churn", "models:/churn/1", "models:/churn/latest"):
        assert trialog.sklearn.load_model(uri).predict(ROWS).tolist() == CLASSES
        assert load_any(uri).predict(ROWS).tolist() == CLASSES
    client = trialog.Client(tracked)
    client.set_registered_model_alias("churn", "best", 1)
    assert trialog.pyfunc.load_model("models:/churn@best").metadata.model_id == info.model_id
    logged = client.get_logged_model(info.model_id or "")
    assert (logged.name, logged.status, logged.source_run_id) == ("churn", "READY", run.info.run_id)
    assert logged.params == {"C": "1.0", "seed": "1"}
    assert logged.tags["team"] == "x"
    assert [(metric.key, metric.value) for metric in logged.metrics or []] == [("f1", 0.9)]
    version = client.get_model_version("churn", 1)
    assert (version.tags, version.run_id) == ({"team": "x"}, run.info.run_id)
    assert (str(info.registered_model_version), str(again.registered_model_version)) == ("1", "2")
    made = client.get_run(run.info.run_id).outputs.model_outputs
    assert {output.model_id for output in made} == {info.model_id, again.model_id}


def test_a_version_shows_the_signature_of_its_model(tracked: str, model: LogisticRegression) -> None:
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "signed", input_example=ROWS, registered_model_name="signed")
    assert info.signature is not None
    loaded = trialog.pyfunc.load_model("models:/signed/latest")
    assert loaded.metadata.signature == info.signature
    with pytest.raises(InvalidParameter, match="lack the column 'b'"):
        loaded.predict(ROWS[["a"]])


def test_a_model_can_be_logged_without_a_run(tracked: str, model: LogisticRegression) -> None:
    trialog.set_experiment("models without runs")
    info = trialog.sklearn.log_model(model, "alone")
    assert info.run_id is None
    assert trialog.sklearn.load_model(info.model_uri).predict(ROWS).tolist() == CLASSES


def test_code_of_the_user_is_logged_and_its_files_stay_while_it_lives(tracked: str) -> None:
    with trialog.start_run():
        info = trialog.pyfunc.log_model("total", python_model=lambda rows: np.asarray(rows).sum(axis=1))
    with pytest.raises(PermissionDenied, match="allow_pickle=True"):
        trialog.pyfunc.load_model(info.model_uri)
    loaded = trialog.pyfunc.load_model(info.model_uri, allow_pickle=True)
    assert loaded.predict(ROWS).tolist() == [1.0, 1.0, 3.0, 3.0]


def test_offline_a_model_is_kept_with_its_run(
    model: LogisticRegression, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIALOG_MODE", "offline")
    forget_settings()
    with trialog.start_run() as run:
        info = trialog.sklearn.log_model(model, "kept")
    assert (info.model_uri, info.model_id) == (f"runs:/{run.info.run_id}/kept", None)
    kept = [path.read_bytes() for path in (tmp_path / "spool").rglob("*") if path.is_file()]
    assert any(b"loader_module: mlflow.sklearn" in content for content in kept)


def test_a_name_that_cannot_be_one_and_a_model_that_is_not_there_are_refused(
    tracked: str, model: LogisticRegression
) -> None:
    with pytest.raises(InvalidParameter, match="cannot have the name 'a/b'"):
        trialog.sklearn.log_model(model, "a/b")
    with pytest.raises(InvalidParameter, match="not as both"):
        trialog.sklearn.log_model(model, "a", name="b")
    with pytest.raises(ResourceNotFound, match="nothing"):
        trialog.sklearn.load_model("models:/nothing/1")
