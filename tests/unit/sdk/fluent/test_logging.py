"""What is logged arrives as it was logged, and what cannot be logged stops no training."""

import math
import os
import warnings
from datetime import date
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pytest

import trialog
from tests.unit.sdk.fluent.conftest import Stored
from trialog.errors import InvalidParameter
from trialog.sdk.fluent.runs import recorder_for
from trialog.sdk.settings import forget_settings


def test_points_arrive_in_order_with_their_steps_and_times(tracked: str) -> None:
    with trialog.start_run() as run:
        for step in range(1000):
            trialog.log_metric("loss", 1 / (step + 1), step=step, timestamp=1_700_000_000_000 + step)
    history = trialog.Client(tracked).get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.timestamp, point.value) for point in history] == [
        (step, 1_700_000_000_000 + step, 1 / (step + 1)) for step in range(1000)
    ]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (np.array(0.25), 0.25),
        (np.array([0.75]), 0.75),
        (True, 1.0),
        (7, 7.0),
        (math.inf, math.inf),
        (-0.0, -0.0),
    ],
)
def test_numbers_of_any_library_are_metrics(stored: Stored, value: float, kept: float) -> None:
    with trialog.start_run() as run:
        trialog.log_metric("value", value, step=np.int32(2))  # type: ignore[arg-type]  # as trainings do
    found = stored(run.info.run_id).data.metrics["value"]
    assert (found, math.copysign(1, found)) == (kept, math.copysign(1, kept))


def test_nan_stays_nan(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.log_metrics({"loss": math.nan, "accuracy": 0.5}, step=3)
    found = stored(run.info.run_id).data.metrics
    assert math.isnan(found["loss"])
    assert found["accuracy"] == 0.5


def test_params_and_tags_are_the_text_of_what_was_logged(stored: Stored) -> None:
    with trialog.start_run() as run:
        assert trialog.log_param("day", date(2026, 1, 2)) == date(2026, 1, 2)
        trialog.log_params({"layers": [1, 2], "none": None, "имя": "модель"})
        trialog.set_tags({"stage": 1, "gone": "x"})
        trialog.delete_tag("gone")
    found = stored(run.info.run_id).data
    assert found.params == {"day": "2026-01-02", "layers": "[1, 2]", "none": "None", "имя": "модель"}
    assert found.tags["stage"] == "1"
    assert "gone" not in found.tags


class Unprintable:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError("no text today")


class Unready:
    """A number of a library that fails in its own way."""

    def __float__(self) -> float:
        raise ZeroDivisionError("no number today")


class Unread(dict[str, float]):
    """A dictionary that fails in its own way."""

    def items(self) -> NoReturn:
        raise RuntimeError("no items today")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (lambda: trialog.log_metric("loss", Unready()), "no number today"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric(None, 1.0), "must be text"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric("loss", 1.0, model_id="\udcff"), "surrogates"),
        (lambda: trialog.log_metric("loss", 1.0, run_id="no/run"), "A run id has"),
        (lambda: trialog.log_metric("loss", 1.0, run_id=5), "int"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metrics(Unread(loss=1.0)), "no items today"),
        (lambda: trialog.log_param("path", "\udcff"), "surrogates"),
        (lambda: trialog.log_param(3, 1.0), "int"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_param(["a"], 1.0), "list"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.set_tag("path", "\udcff"), "surrogates"),
        (lambda: trialog.set_tag(["a"], 1.0), "list"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_text("\udcff", "a.txt"), "surrogates"),
        (lambda: trialog.log_text("text", "\udcff.txt"), "surrogates"),
        (lambda: trialog.log_artifact(None), "NoneType"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric("loss", "much"), "must be a number"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric("loss", None), "must be a number"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric("", 1.0), "Invalid value"),
        (lambda: trialog.log_metric("loss", 1.0, step=2**70), "64-bit"),
        (lambda: trialog.log_metric("loss", 1.0, step=1.5), "whole number"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metric("loss", [1.0, 2.0]), "must be a number"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_metrics([1.0]), "dictionary"),  # type: ignore[arg-type]  # on purpose
        (lambda: trialog.log_param("thing", Unprintable()), "no text today"),
        (lambda: trialog.log_param("text", "x" * 6001), "6000"),
        (lambda: trialog.set_tag("a" * 300, 1), "250"),
        (lambda: trialog.log_artifact("is/not/there.txt"), "there.txt"),
        (lambda: trialog.log_input("no dataset"), "dataset"),
    ],
)
def test_what_cannot_be_logged_is_a_warning_and_the_rest_arrives(stored: Stored, log: object, said: str) -> None:
    with trialog.start_run() as run:
        with pytest.warns(trialog.TrackingWarning, match=said):
            log()  # type: ignore[operator]  # a call of each kind
        trialog.log_metric("after", 1.0)
    assert stored(run.info.run_id).data.metrics == {"after": 1.0}


def test_a_point_counts_more_than_the_dataset_that_it_is_of(stored: Stored) -> None:
    with trialog.start_run() as run, pytest.warns(trialog.TrackingWarning, match="a name and a digest"):
        trialog.log_metric("loss", 1.0, dataset="no dataset")
    assert stored(run.info.run_id).data.metrics == {"loss": 1.0}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files")
@pytest.mark.usefixtures("tracked")
def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with trialog.start_run(), pytest.warns(trialog.TrackingWarning, match="neither a file nor a folder"):
        trialog.log_artifact(tmp_path / "pipe")


@pytest.mark.usefixtures("tracked")
def test_a_fault_is_told_once_and_not_a_thousand_times() -> None:
    with trialog.start_run(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(1000):
            trialog.log_metric("loss", "much")  # type: ignore[arg-type]  # on purpose
    assert [str(one.category.__name__) for one in told] == ["TrackingWarning"]


@pytest.mark.usefixtures("tracked")
def test_a_strict_process_is_told_by_an_error() -> None:
    trialog.set_strict(True)
    with trialog.start_run(), pytest.raises(InvalidParameter, match="must be a number"):
        trialog.log_metric("loss", "much")  # type: ignore[arg-type]  # on purpose


def test_a_param_never_changes(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.log_param("lr", 0.1)
        trialog.log_param("lr", 0.1)
        with pytest.warns(trialog.TrackingWarning, match="cannot become '0.2'"):
            trialog.log_param("lr", 0.2)
    assert stored(run.info.run_id).data.params == {"lr": "0.1"}


def test_artifacts_are_kept_as_they_were_when_they_were_logged(tracked: str, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("first", encoding="utf-8")
    folder = tmp_path / "plots"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "roc.txt").write_text("roc", encoding="utf-8")
    with trialog.start_run() as run:
        trialog.log_artifact(report)
        report.write_text("second", encoding="utf-8")
        trialog.log_artifacts(folder, "charts")
        trialog.log_artifact(folder)
        trialog.log_text("привет", "notes/hello.txt")
        trialog.log_dict({"a": [1, 2]}, "config.json")
    client = trialog.Client(tracked)
    fetched = Path(client.download_artifacts(run.info.run_id, "", tmp_path / "fetched"))
    names = sorted(path.relative_to(fetched).as_posix() for path in fetched.rglob("*") if path.is_file())
    assert names == ["charts/deep/roc.txt", "config.json", "notes/hello.txt", "plots/deep/roc.txt", "report.txt"]
    assert (fetched / "report.txt").read_text(encoding="utf-8") == "first"
    assert (fetched / "notes/hello.txt").read_text(encoding="utf-8") == "привет"


def test_pictures_and_datasets_are_logged(tracked: str, stored: Stored) -> None:
    pandas = pytest.importorskip("pandas", reason="a dataset of pandas")
    frame = pandas.DataFrame({"x": [1.0, 2.0], "label": ["a", "b"]})
    with trialog.start_run() as run:
        trialog.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "black.png")
        trialog.log_input(trialog.data.from_pandas(frame, name="points", source="data/points.csv"), context="training")
    files = [file.path for file in trialog.Client(tracked).list_artifacts(run.info.run_id)]
    assert files == ["black.png"]
    [used] = stored(run.info.run_id).inputs.dataset_inputs
    assert (used.dataset.name, used.dataset.source_type) == ("points", "local")
    assert [(tag.key, tag.value) for tag in used.tags] == [("mlflow.data.context", "training")]


def test_a_dataset_with_another_content_has_another_digest() -> None:
    pandas = pytest.importorskip("pandas", reason="a dataset of pandas")
    frames = [pandas.DataFrame({"x": range(20_000), "y": [[1]] * 20_000}) for _ in range(3)]
    frames[1].loc[19_999, "x"] = -1
    first, second, third = (trialog.data.from_pandas(frame).digest for frame in frames)
    assert first == third
    assert first != second


def test_columns_of_any_name_that_hold_lists_have_a_digest() -> None:
    frame = pd.DataFrame([[[1], [2], 3], [[4], [5], 6]], columns=[0, "twice", "twice"])
    other = pd.DataFrame([[[1], [2], 3], [[4], [0], 6]], columns=[0, "twice", "twice"])
    digests = {trialog.data.from_pandas(one).digest for one in (frame, frame.copy(), other)}
    assert len(digests) == 2


def test_the_password_in_the_address_of_a_dataset_is_kept_from_others() -> None:
    dataset = trialog.data.from_numpy(np.zeros(1), source="https://me:hidden@example.org/rows.csv")
    assert "hidden" not in dataset.source
    assert "example.org/rows.csv" in dataset.source


def test_logging_to_another_run_leaves_the_active_one_alone(stored: Stored) -> None:
    with trialog.start_run() as other:
        pass
    with trialog.start_run() as run:
        trialog.log_metric("loss", 0.5, run_id=other.info.run_id, synchronous=True)
    assert stored(other.info.run_id).data.metrics == {"loss": 0.5}
    assert stored(run.info.run_id).data.metrics == {}


def test_logging_to_many_runs_that_nobody_ends_keeps_few_files_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALOG_MODE", "offline")
    forget_settings()
    before = _open_files()
    for step in range(2):
        for number in range(200):
            trialog.log_metric("loss", 0.5, step=step, run_id=f"{number:032x}")
    assert _open_files() - before < 100


def _open_files() -> int:
    descriptors = Path("/dev/fd")
    return len(list(descriptors.iterdir())) if descriptors.exists() else 0


def test_a_folder_that_cannot_be_written_is_asked_again_only_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TRIALOG_SPOOL_FOLDER", str(tmp_path / "file" / "spool"))
    monkeypatch.setenv("TRIALOG_MODE", "offline")
    forget_settings()
    with pytest.warns(trialog.TrackingWarning, match="could not be logged"):
        trialog.log_metric("loss", 0.5)
    asked: list[object] = []
    recorder = recorder_for(None)
    monkeypatch.setattr(recorder, "_open_log", lambda: asked.append(1))
    for step in range(1000):
        trialog.log_metric("loss", 0.5, step=step)
    assert asked == []
    trialog.end_run()


def test_a_disabled_process_logs_nothing_and_fails_at_nothing(tracked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALOG_MODE", "disabled")
    forget_settings()
    trialog.set_experiment("disabled")
    with trialog.start_run() as run:
        trialog.log_metric("loss", 0.5)
        trialog.log_text("text", "a.txt")
    assert trialog.Client(tracked).get_experiment_by_name("disabled") is None
    assert len(run.info.run_id) == 32
