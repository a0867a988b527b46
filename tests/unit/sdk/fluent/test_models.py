"""Models that a run logs: where they are, what goes with them, and how they come back."""

import gc
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import trialog.pyfunc
import trialog.sklearn
from trialog.errors import DamagedData, InvalidParameter, PermissionDenied, ResourceNotFound
from trialog.models import infer_signature
from trialog.models.folder import ModelMetadata
from trialog.sdk.model_loading import load_any
from trialog.sdk.settings import forget_settings

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
CLASSES = [0, 0, 1, 1]


class Reads(trialog.pyfunc.PythonModel):
    """Tells what stands in a file of its own."""

    def predict(self, context: trialog.pyfunc.PythonModelContext, model_input: Any, params: Any = None) -> Any:
        return Path(context.artifacts["text"]).read_text(encoding="utf-8")


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
    assert version.run_id == run.info.run_id
    assert version.tags == {"team": "x", "trialog.model_sha256": logged.tags["trialog.model_sha256"]}
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


def test_what_was_changed_on_the_server_is_not_loaded(tracked: str, model: LogisticRegression, tmp_path: Path) -> None:
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "sealed", registered_model_name="sealed")
    assert info.model_id is not None
    client = trialog.Client(tracked)
    changed = tmp_path / "changed"
    changed.mkdir()
    said = Path(trialog.download_artifacts(f"{info.model_uri}/MLmodel", dst_path=str(tmp_path)))
    (changed / "MLmodel").write_bytes(said.read_bytes() + b"# changed\n")
    client.log_model_artifacts(info.model_id, str(changed))
    kept = tmp_path / "kept"
    for uri in (info.model_uri, "models:/sealed/1"):
        with pytest.raises(DamagedData, match="'MLmodel': expected was SHA-256"):
            trialog.pyfunc.load_model(uri, dst_path=kept)
    # Who may change the logged model alone cannot say that the version was another.
    client.delete_logged_model_tag(info.model_id, "trialog.model_sha256")
    assert trialog.pyfunc.load_model(info.model_uri).metadata.model_id == info.model_id
    with pytest.raises(DamagedData, match="'MLmodel': expected was SHA-256"):
        trialog.pyfunc.load_model("models:/sealed/1", dst_path=kept)
    assert list(kept.iterdir()) == []


def test_a_change_by_mlflow_is_accepted_as_the_message_says(
    tracked: str, model: LogisticRegression, tmp_path: Path
) -> None:
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "signed later", registered_model_name="signed later")
    assert info.model_id is not None
    # As mlflow.models.set_signature does: it writes the file again, with all that stood in it.
    said = Path(trialog.download_artifacts(f"{info.model_uri}/MLmodel", dst_path=str(tmp_path)))
    metadata = ModelMetadata.load(tmp_path)
    metadata.signature = infer_signature(ROWS)
    metadata.save(tmp_path)
    (tmp_path / "changed").mkdir()
    said.rename(tmp_path / "changed" / "MLmodel")
    trialog.Client(tracked).log_model_artifacts(info.model_id, str(tmp_path / "changed"))
    for uri in (info.model_uri, "models:/signed later/1"):
        with pytest.raises(DamagedData, match="set_signature of mlflow") as told:
            trialog.pyfunc.load_model(uri)
        command = re.search(r"accept it with (trialog\.Client\(\)\.set_\w+\(.*\))\.$", told.value.message)
        assert command is not None, told.value.message
        eval(command[1])  # noqa: S307  the message is the product's own, and its command is what is tried
        assert trialog.pyfunc.load_model(uri).metadata.signature == metadata.signature


def test_a_version_outlives_the_logged_model_that_it_was(tracked: str, model: LogisticRegression) -> None:
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "outlived", registered_model_name="outlived")
    client = trialog.Client(tracked)
    client.delete_logged_model(info.model_id or "")
    with pytest.raises(ResourceNotFound):
        client.get_logged_model(info.model_id or "")
    assert trialog.sklearn.load_model("models:/outlived/1").predict(ROWS).tolist() == CLASSES


def test_code_of_a_model_stays_as_long_as_the_model_and_no_longer(
    tracked: str, model: LogisticRegression, tmp_path: Path
) -> None:
    (tmp_path / "step_of_a_fetched_model.py").write_text("NUMBER = 7\n", encoding="utf-8")
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "with code", code_paths=[tmp_path / "step_of_a_fetched_model.py"])
    before = set(sys.path)
    loaded = trialog.sklearn.load_model(info.model_uri, allow_pickle=True)
    # Only now is it imported, as a function of the model may do.
    assert import_module("step_of_a_fetched_model").NUMBER == 7
    place = Path(str(import_module("step_of_a_fetched_model").__file__))
    assert place.exists()
    del loaded
    gc.collect()
    assert not place.exists()
    # Whoever made a folder of that name would have his code run.
    assert set(sys.path) == before


def test_what_lies_where_a_model_is_fetched_is_named(tracked: str, model: LogisticRegression, tmp_path: Path) -> None:
    with trialog.start_run():
        info = trialog.sklearn.log_model(model, "beside others")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DamagedData, match=r"'notes\.txt': expected was nothing.*Remove it\."):
        trialog.sklearn.load_model(info.model_uri, dst_path=tmp_path)


def test_a_model_is_fetched_into_a_folder_of_ones_own(tracked: str, model: LogisticRegression, tmp_path: Path) -> None:
    with trialog.start_run() as run:
        info = trialog.sklearn.log_model(model, "fetched")
        (tmp_path / "code.py").write_text("trialog = 1\n", encoding="utf-8")
        trialog.log_artifact(tmp_path / "code.py")
    for _ in range(2):
        loaded = trialog.pyfunc.load_model(info.model_uri, dst_path=tmp_path / "m")
        assert loaded.predict(ROWS).tolist() == CLASSES
    assert "MLmodel" in {path.name for path in (tmp_path / "m").iterdir()}
    assert not any(path.name.startswith(".trialog") for path in (tmp_path / "m").iterdir())
    assert trialog.pyfunc.load_model((tmp_path / "m").as_uri()).predict(ROWS).tolist() == CLASSES
    # What lies on the server may be a file of another model.
    with trialog.start_run():
        other = trialog.pyfunc.log_model(
            "other", python_model=Reads(), artifacts={"text": f"runs:/{run.info.run_id}/code.py"}
        )
    assert trialog.pyfunc.load_model(other.model_uri, allow_pickle=True).predict([1]) == "trialog = 1\n"


def test_a_model_among_proxied_artifacts_is_loaded(tracked: str, model: LogisticRegression, tmp_path: Path) -> None:
    with trialog.start_run() as run:
        trialog.sklearn.save_model(model, tmp_path / "m")
        trialog.log_artifacts(tmp_path / "m", "by hand")
        place = trialog.get_artifact_uri("by hand")
    assert place.startswith("mlflow-artifacts:/")
    for uri in (place, f"runs:/{run.info.run_id}/by hand"):
        assert trialog.sklearn.load_model(uri).predict(ROWS).tolist() == CLASSES


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
