"""What a model server counts."""

from pathlib import Path

import pytest

from trialog import pyfunc
from trialog.models.folder import ModelMetadata
from trialog.models.pyfunc import load_folder
from trialog.serving.measures import MeasureMemory
from trialog.serving.model import ServedModel


@pytest.fixture
def served(tmp_path: Path) -> ServedModel:
    folder = tmp_path / "model"
    pyfunc.save_model(folder, lambda model_input: model_input)
    model = load_folder(folder, ModelMetadata.load(folder), allow_pickle=True)
    return ServedModel(model, 'models:/a "b"\\c/latest', name='a "b"\\c', version="7")


def figures(text: bytes) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.decode().splitlines() if not line.startswith("#"))
    return {name.removeprefix("trialog_serving_"): float(value) for name, _, value in lines}


def test_figures_of_all_workers_are_added_up(served: ServedModel) -> None:
    memory = MeasureMemory(2)
    first, second = memory.of_worker(0), memory.of_worker(1)
    first.in_place(served)
    for measures, seconds in ((first, 0.002), (second, 0.3), (second, 100.0)):
        measures.request_began()
        measures.request_ended(200, seconds)
    second.request_began()
    first.request_began()
    first.request_ended(418, 0.001)
    first.predicted(3, 40, 0.02)
    second.waiting(2)
    found = figures(second.text(served, 1000.5))
    assert found == figures(first.text(served, 1000.5))
    assert found['requests_total{code="200"}'] == 3
    assert found['requests_total{code="other"}'] == 1
    assert found["requests_in_flight"] == 1
    assert found["requests_waiting"] == 2
    assert found['request_seconds_bucket{le="0.001"}'] == 1
    assert found['request_seconds_bucket{le="0.0025"}'] == 2
    assert found['request_seconds_bucket{le="60"}'] == 3
    assert found['request_seconds_bucket{le="+Inf"}'] == found["request_seconds_count"] == 4
    assert found["request_seconds_sum"] == pytest.approx(100.303)
    assert (found["batch_rows_sum"], found["batch_requests_sum"], found["batch_rows_count"]) == (40, 3, 1)
    assert found['worker_model_version{worker="0"}'] == 7
    assert found['worker_model_version{worker="1"}'] == 0
    assert found["model_loaded_timestamp_seconds"] == 1000.5


def test_a_worker_that_is_started_again_keeps_counts_and_begins_with_nothing_under_way(served: ServedModel) -> None:
    memory = MeasureMemory(1)
    died = memory.of_worker(0)
    died.request_began()
    died.request_ended(200, 0.1)
    died.request_began()
    died.waiting(1)
    found = figures(memory.of_worker(0).text(served, 0.0))
    assert found['requests_total{code="200"}'] == 1
    assert (found["requests_in_flight"], found["requests_waiting"]) == (0, 0)
    assert found["worker_starts_total"] == 2


def test_labels_are_escaped(served: ServedModel) -> None:
    text = MeasureMemory(1).of_worker(0).text(served, 0.0).decode()
    assert 'name="a \\"b\\"\\\\c",version="7"' in text
    assert text.endswith("\n")
