"""Search of runs: filters of every kind, order, pages, pandas."""

import math
import uuid
from typing import NamedTuple

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.entities.dataset import Dataset
from mlflow.entities.dataset_input import DatasetInput
from mlflow.entities.input_tag import InputTag

from tests.compat.differences import Differences
from tests.compat.refusals import refused


class Zoo(NamedTuple):
    """Five runs that differ in everything a filter can ask for."""

    experiment: str
    ids: dict[str, str]


@pytest.fixture(scope="module")
def zoo(server: str) -> Zoo:
    """Runs `ant` to `eel`, of which `eel` has nothing but its name and `dog` a loss that is not a number."""
    client = MlflowClient(tracking_uri=server)
    experiment = client.create_experiment(f"zoo-{uuid.uuid4().hex}")
    metrics = {"ant": 0.1, "bee": 0.2, "cat": 0.3, "dog": math.nan}
    ids: dict[str, str] = {}
    for number, name in enumerate(["ant", "bee", "cat", "dog", "eel"]):
        run = client.create_run(experiment, start_time=1000 * (number + 1), run_name=name)
        ids[name] = run.info.run_id
        if name == "eel":
            continue
        client.log_batch(
            run.info.run_id,
            metrics=[Metric("loss", metrics[name], 1, 0), Metric("val loss", number, 1, 0)],
            params=[
                Param("optimizer", "Adam" if number % 2 else "sgd"),
                Param("time of day", "o'clock"),
                Param("n", "10"),
            ],
            tags=[RunTag("owner", "Жанна" if number < 2 else "anna"), RunTag("a.b", name.upper())],
        )
        if number == 0:
            client.log_param(run.info.run_id, "only", "ant")
        client.set_terminated(run.info.run_id, "FINISHED" if number < 2 else "FAILED", end_time=5000 + number)
        data = Dataset(name=f"data-{name}", digest=f"d{number}", source_type="local", source="{}")
        context = "train" if number < 3 else "test"
        client.log_inputs(run.info.run_id, [DatasetInput(data, [InputTag("mlflow.data.context", context)])])
    return Zoo(experiment, ids)


def _names(runs: list[mlflow.entities.Run]) -> str:
    return " ".join(str(run.info.run_name) for run in runs)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("", "ant bee cat dog eel"),
        ("metrics.loss < 0.3", "ant bee"),
        ("metrics.loss <= 0.3", "ant bee cat"),
        ("metrics.loss = 0.2", "bee"),
        ("metrics.loss > 0.1 and metrics.loss < 0.3", "bee"),
        ("metric.loss >= 1e-1", "ant bee cat"),
        ("metrics.`val loss` >= 2", "cat dog"),
        ('metrics."val loss" < 1', "ant"),
        ("params.optimizer = 'Adam'", "bee dog"),
        ("param.optimizer != 'Adam'", "ant cat"),
        ('parameters.optimizer LIKE "Ad%"', "bee dog"),
        ("params.optimizer LIKE 'ad%'", ""),
        ("params.optimizer ILIKE 'AD_M'", "bee dog"),
        ("params.n = '10'", "ant bee cat dog"),
        ('params.`time of day` = "o\'clock"', "ant bee cat dog"),
        ("params.only IS NULL", "bee cat dog eel"),
        ("params.only IS NOT NULL", "ant"),
        ("tags.owner = 'Жанна'", "ant bee"),
        ("tag.owner != 'Жанна'", "cat dog"),
        ("tags.owner LIKE 'Жан%'", "ant bee"),
        ("tags.owner ILIKE 'ANN_'", "cat dog"),
        ("tags.owner IS NULL", "eel"),
        ("tags.a.b = 'CAT'", "cat"),
        ("tags.`a.b` = 'CAT'", "cat"),
        ("tags.`mlflow.runName` = 'dog'", "dog"),
        ("tags.mlflow.runName LIKE '%e%'", "bee eel"),
        ("attributes.status = 'FAILED'", "cat dog"),
        ("attribute.status != 'FAILED'", "ant bee eel"),
        ("attr.status LIKE 'RUN%'", "eel"),
        ("run_name = 'ant'", "ant"),
        ("attributes.run_name LIKE '%e%'", "bee eel"),
        ("run_name ILIKE '%EE%'", "bee eel"),
        ("attributes.`run name` = 'cat'", "cat"),
        ("start_time >= 3000", "cat dog eel"),
        ("attributes.start_time < 3000", "ant bee"),
        ("attributes.created = 3000", "cat"),
        ("end_time > 5001", "cat dog"),
        ("start_time != 1000", "bee cat dog eel"),
        ("dataset.name = 'data-bee'", "bee"),
        ("datasets.name LIKE 'data-%'", "ant bee cat dog"),
        ("dataset.name ILIKE 'DATA-C%'", "cat"),
        ("dataset.name IN ('data-ant', 'data-dog')", "ant dog"),
        ("dataset.digest = 'd2'", "cat"),
        ("dataset.context = 'test'", "dog"),
        ("dataset.context = 'train' AND dataset.name != 'data-ant'", "bee cat"),
        ("params.optimizer = 'sgd' AND metrics.loss < 0.2 AND tags.owner = 'Жанна' AND status = 'FINISHED'", "ant"),
        ("params.optimizer = 'sgd'  aNd\n metrics.loss > 0.2", "cat"),
        ("metrics.nothing > 0", ""),
    ],
)
def test_a_filter_finds(client: MlflowClient, zoo: Zoo, condition: str, names: str) -> None:
    assert _names(client.search_runs([zoo.experiment], condition, order_by=["start_time ASC"])) == names


def test_run_ids_are_filtered(client: MlflowClient, zoo: Zoo) -> None:
    ant, cat = zoo.ids["ant"], zoo.ids["cat"]
    order = ["start_time"]
    assert _names(client.search_runs([zoo.experiment], f"run_id = '{ant}'")) == "ant"
    listed = f"attributes.run_id IN ('{ant}', '{cat}')"
    assert _names(client.search_runs([zoo.experiment], listed, order_by=order)) == "ant cat"
    others = f"attributes.run_id NOT IN ('{ant}', '{cat}')"
    assert _names(client.search_runs([zoo.experiment], others, order_by=order)) == "bee dog eel"
    assert _names(client.search_runs([zoo.experiment], f"run_id LIKE '{ant[:12]}%'")) == "ant"


def test_ilike_and_letters_beyond_ascii(client: MlflowClient, zoo: Zoo, differences: Differences) -> None:
    found = client.search_runs([zoo.experiment], "tags.owner ILIKE 'жанна'", order_by=["start_time"])
    assert _names(found) == ("ant bee" if differences.ilike_folds_unicode else "")


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ([], "eel dog cat bee ant"),
        (["start_time DESC"], "eel dog cat bee ant"),
        (["attributes.start_time"], "ant bee cat dog eel"),
        (["metrics.loss ASC"], "ant bee cat dog eel"),
        (["metrics.loss DESC"], "cat bee ant dog eel"),
        (["metrics.`val loss` DESC"], "dog cat bee ant eel"),
        (["params.optimizer ASC", "start_time ASC"], "bee dog ant cat eel"),
        (["params.optimizer DESC", "start_time DESC"], "cat ant dog bee eel"),
        (["tags.owner ASC", "attributes.start_time DESC"], "dog cat bee ant eel"),
        (["tags.`mlflow.runName` DESC"], "eel dog cat bee ant"),
        (["attributes.status ASC", "start_time ASC"], "cat dog ant bee eel"),
        (["run_name ASC"], "ant bee cat dog eel"),
        (["end_time DESC"], "dog cat bee ant eel"),
        (["params.only ASC"], "ant eel dog cat bee"),
    ],
    ids=str,
)
def test_runs_are_ordered(client: MlflowClient, zoo: Zoo, order: list[str], names: str) -> None:
    assert _names(client.search_runs([zoo.experiment], order_by=order)) == names


@pytest.mark.parametrize("order", [[], ["metrics.loss DESC"], ["params.optimizer"], ["tags.nothing"]], ids=str)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_hold_every_run_once_in_order(client: MlflowClient, zoo: Zoo, order: list[str], size: int) -> None:
    token: str | None = None
    seen: list[mlflow.entities.Run] = []
    for _ in range(5):
        page = client.search_runs([zoo.experiment], max_results=size, order_by=order, page_token=token)
        assert len(page) <= size
        seen += page
        token = page.token
        if not token:
            break
    assert not token
    assert _names(seen) == _names(client.search_runs([zoo.experiment], order_by=order))


def test_several_experiments_are_searched_at_once(client: MlflowClient, zoo: Zoo, experiment: str) -> None:
    client.create_run(experiment, start_time=1, run_name="fox")
    found = client.search_runs([experiment, zoo.experiment], order_by=["start_time"], max_results=3)
    assert _names(found) == "fox ant bee"


def test_all_experiments_are_searched(client: MlflowClient, zoo: Zoo, experiment: str, unique: str) -> None:
    client.create_run(experiment, tags={"word": unique})
    found = mlflow.search_runs(
        search_all_experiments=True, filter_string=f"tags.word = '{unique}'", output_format="list"
    )
    assert [run.info.experiment_id for run in found] == [experiment]


def test_experiments_are_named(client: MlflowClient, experiment: str, unique: str) -> None:
    client.create_run(experiment, run_name="gnu")
    found = mlflow.search_runs(experiment_names=[f"compat-{unique}"], output_format="list")
    assert _names(found) == "gnu"


def test_an_experiment_without_runs_gives_nothing(client: MlflowClient, experiment: str) -> None:
    assert client.search_runs([experiment]) == []
    assert mlflow.search_runs([experiment]).empty


def test_runs_become_a_pandas_frame(zoo: Zoo) -> None:
    frame = mlflow.search_runs([zoo.experiment], order_by=["start_time ASC"])
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["tags.mlflow.runName"]) == ["ant", "bee", "cat", "dog", "eel"]
    assert list(frame["metrics.loss"][:3]) == [0.1, 0.2, 0.3]
    assert frame["metrics.loss"][3:].isna().all()
    assert list(frame["params.optimizer"][:4]) == ["sgd", "Adam", "sgd", "Adam"]
    assert list(frame["status"]) == ["FINISHED", "FINISHED", "FAILED", "FAILED", "RUNNING"]
    assert frame["start_time"][0] == pd.Timestamp(1, unit="s", tz="UTC")
    assert list(frame["run_id"]) == list(zoo.ids.values())


def test_found_runs_carry_everything(client: MlflowClient, zoo: Zoo) -> None:
    [found] = client.search_runs([zoo.experiment], "run_name = 'ant'")
    assert found.to_dictionary() == client.get_run(zoo.ids["ant"]).to_dictionary()


@pytest.mark.parametrize(
    ("condition", "match"),
    [
        ("metrics.loss > 'high'", "."),
        ("params.optimizer = 5", "."),
        ("params.optimizer > 'a'", "."),
        ("colours.red = 'x'", "colours"),
        ("attributes.colour = 'x'", "colour"),
        ("metrics.loss > 1 OR", "."),
        ("metrics.loss >", "."),
        ("metrics.loss LIKE '1%'", "."),
        ("params.a = 'unclosed", "."),
        ("just words", "."),
    ],
)
def test_a_wrong_filter_is_refused(client: MlflowClient, experiment: str, condition: str, match: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", match):
        client.search_runs([experiment], condition)


@pytest.mark.parametrize("order", ["metrics.loss SIDEWAYS", "colours.red", "attributes.colour"])
def test_a_wrong_order_is_refused(client: MlflowClient, experiment: str, order: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "."):
        client.search_runs([experiment], order_by=[order])


def test_a_wrong_page_token_is_refused(client: MlflowClient, experiment: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "."):
        client.search_runs([experiment], page_token="junk")


def test_too_many_results_at_once_are_refused(client: MlflowClient, experiment: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "max_results"):
        client.search_runs([experiment], max_results=50_001)


def test_the_fluent_search_stops_at_the_number_asked_for(client: MlflowClient, experiment: str) -> None:
    ids = [client.create_run(experiment, start_time=number).info.run_id for number in range(1, 51)]
    found = mlflow.search_runs([experiment], output_format="list", order_by=["start_time"], max_results=40)
    assert [run.info.run_id for run in found] == ids[:40]
