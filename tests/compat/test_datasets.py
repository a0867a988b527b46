"""Data sets as inputs of runs."""

import json

import mlflow
import mlflow.data
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.data.numpy_dataset import from_numpy
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities.dataset import Dataset
from mlflow.entities.dataset_input import DatasetInput
from mlflow.entities.input_tag import InputTag

from tests.compat.reading import datasets_of
from tests.compat.refusals import refused


def _tags(entry: DatasetInput) -> dict[str, str]:
    return {tag.key: tag.value for tag in entry.tags}


def test_a_pandas_data_set_comes_back(client: MlflowClient, experiment: str) -> None:
    frame = pd.DataFrame({"size": [1.0, 2.0, 3.0], "label": ["a", "b", "c"]})
    data = from_pandas(frame, source="https://example.org/sizes.csv", name="sizes", targets="label")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"fold": "1"})
    [entry] = datasets_of(client.get_run(run.info.run_id))
    assert (entry.dataset.name, entry.dataset.digest, entry.dataset.source_type) == ("sizes", data.digest, "http")
    assert json.loads(entry.dataset.source) == {"url": "https://example.org/sizes.csv"}
    assert json.loads(entry.dataset.profile or "") == {"num_rows": 3, "num_elements": 6}
    columns = json.loads(entry.dataset.schema or "")["mlflow_colspec"]
    assert [(column["name"], column["type"]) for column in columns] == [("size", "double"), ("label", "string")]
    assert _tags(entry) == {"mlflow.data.context": "training", "fold": "1"}


def test_a_numpy_data_set_comes_back(client: MlflowClient, experiment: str) -> None:
    data = from_numpy(np.arange(12.0).reshape(4, 3), targets=np.arange(4), name="grid")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="eval")
    [entry] = datasets_of(client.get_run(run.info.run_id))
    assert (entry.dataset.name, entry.dataset.digest) == ("grid", data.digest)
    profile = json.loads(entry.dataset.profile or "")
    assert profile["features_shape"] == [4, 3]
    assert profile["targets_shape"] == [4]


def test_a_data_set_is_loaded_from_a_run(experiment: str) -> None:
    frame = pd.DataFrame({"size": [1.0, 2.0]})
    data = from_pandas(frame, source="https://example.org/sizes.csv", name="sizes")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training")
    [entry] = datasets_of(mlflow.get_run(run.info.run_id))
    assert mlflow.data.get_source(entry).to_dict() == {"url": "https://example.org/sizes.csv"}


def test_the_same_data_set_twice_is_one_input(client: MlflowClient, run: str) -> None:
    entry = DatasetInput(Dataset("d", "1", "local", "{}"), [InputTag("mlflow.data.context", "train")])
    client.log_inputs(run, [entry])
    client.log_inputs(run, [entry])
    [stored] = datasets_of(client.get_run(run))
    assert (stored.dataset.name, stored.dataset.digest, _tags(stored)) == (
        "d",
        "1",
        {"mlflow.data.context": "train"},
    )


def test_several_data_sets_of_one_run(client: MlflowClient, run: str) -> None:
    client.log_inputs(run, [DatasetInput(Dataset(f"d{number}", str(number), "local", "{}")) for number in range(5)])
    stored = datasets_of(client.get_run(run))
    assert sorted((entry.dataset.name, entry.dataset.digest) for entry in stored) == [
        (f"d{number}", str(number)) for number in range(5)
    ]


def test_one_data_set_of_several_runs(client: MlflowClient, experiment: str) -> None:
    for name in ("first", "second", "third"):
        run = client.create_run(experiment, run_name=name).info.run_id
        if name != "third":
            client.log_inputs(run, [DatasetInput(Dataset("shared", "7", "local", "{}"))])
    found = client.search_runs([experiment], "dataset.name = 'shared' AND dataset.digest = '7'", order_by=["run_name"])
    assert [run.info.run_name for run in found] == ["first", "second"]
    assert [entry.dataset.name for entry in datasets_of(found[1])] == ["shared"]


def test_long_schemas_and_profiles_come_back(client: MlflowClient, run: str) -> None:
    schema = json.dumps({"columns": ["столбец" + "x" * 20] * 10_000}, ensure_ascii=False)
    profile = json.dumps({"rows": "1" * 300_000})
    client.log_inputs(run, [DatasetInput(Dataset("big", "1", "local", "{}", schema=schema, profile=profile))])
    [stored] = datasets_of(client.get_run(run))
    assert (stored.dataset.schema, stored.dataset.profile) == (schema, profile)


def test_an_unknown_run_takes_no_data_set(client: MlflowClient) -> None:
    with refused("RESOURCE_DOES_NOT_EXIST", "0" * 32):
        client.log_inputs("0" * 32, [DatasetInput(Dataset("d", "1", "local", "{}"))])
