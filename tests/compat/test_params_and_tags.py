"""Params, which never change, and tags, which may."""

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException, RestException

from tests.compat.differences import Differences
from tests.compat.refusals import refused


def test_params_come_back_as_text(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        assert mlflow.log_param("depth", 7) == 7
        mlflow.log_params({"rate": 0.1, "flag": True, "nothing": None, "list": [1, "two"]})
    assert client.get_run(run.info.run_id).data.params == {
        "depth": "7",
        "rate": "0.1",
        "flag": "True",
        "nothing": "None",
        "list": "[1, 'two']",
    }


@pytest.mark.parametrize(
    "value",
    ["", " spaces ", "línea\nдва\ttab", "🙂 'single' \"double\" \\ back", "%20 %s {} <b>", "0" * 500, "x" * 6000],
)
def test_a_param_value_comes_back_exactly(client: MlflowClient, run: str, value: str) -> None:
    client.log_param(run, "value", value)
    assert client.get_run(run).data.params == {"value": value}


@pytest.mark.parametrize("key", ["a", "with space", "a/b", "a.b-c_d:e", "Ключ", "k" * 250])
def test_a_param_key_comes_back_exactly(client: MlflowClient, run: str, key: str) -> None:
    client.log_param(run, key, "1")
    assert client.get_run(run).data.params == {key: "1"}


@pytest.mark.parametrize("key", ["", "a//b", "../a", "/a", "a;b", "k" * 251])
def test_a_wrong_param_key_is_refused(client: MlflowClient, run: str, key: str) -> None:
    with pytest.raises(MlflowException, match=r"[Ii]nvalid|INVALID|Missing value") as caught:
        client.log_param(run, key, "1")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_param_of_more_than_6000_characters(client: MlflowClient, run: str, differences: Differences) -> None:
    if differences.cuts_long_values:
        client.log_param(run, "long", "ж" * 6001)
    else:
        with pytest.raises(MlflowException, match=r"6000.*6001"):
            client.log_param(run, "long", "ж" * 6001)
    expected = {"long": "ж" * 6000} if differences.cuts_long_values else {}
    assert client.get_run(run).data.params == expected


def test_the_same_param_again_is_fine(client: MlflowClient, run: str) -> None:
    client.log_param(run, "depth", 3)
    client.log_param(run, "depth", 3)
    client.log_batch(run, params=[Param("depth", "3")])
    assert client.get_run(run).data.params == {"depth": "3"}


def test_a_param_never_changes(client: MlflowClient, run: str) -> None:
    client.log_param(run, "depth", 3)
    with pytest.raises(MlflowException, match=r"Changing param values is not allowed.*depth.*3.*4") as caught:
        client.log_param(run, "depth", 4)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    with refused("INVALID_PARAMETER_VALUE", "depth"):
        client.log_batch(run, params=[Param("width", "1"), Param("depth", "4")])
    assert client.get_run(run).data.params["depth"] == "3"


def test_a_param_twice_in_a_batch_is_refused(client: MlflowClient, run: str) -> None:
    with pytest.raises(MlflowException, match="depth") as caught:
        client.log_batch(run, params=[Param("depth", "3"), Param("depth", "4")])
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run).data.params == {}


def test_what_a_refused_batch_leaves(client: MlflowClient, run: str, differences: Differences) -> None:
    """The changed param is refused on both; Trialog then keeps nothing of the batch, MLflow the part before it."""
    client.log_param(run, "depth", 3)
    with pytest.raises(RestException, match="depth"):
        client.log_batch(
            run, [Metric("loss", 1.0, 1, 0)], [Param("width", "1"), Param("depth", "4")], [RunTag("phase", "test")]
        )
    data = client.get_run(run).data
    assert data.params["depth"] == "3"
    assert "phase" not in data.tags
    if differences.failed_batch_changes_nothing:
        assert (data.params, data.metrics) == ({"depth": "3"}, {})


def test_tags_are_set_replaced_and_deleted(client: MlflowClient, run: str) -> None:
    client.set_tag(run, "phase", "one")
    client.set_tag(run, "phase", "два")
    client.set_tag(run, "count", 3)
    tags = client.get_run(run).data.tags
    assert (tags["phase"], tags["count"]) == ("два", "3")
    client.delete_tag(run, "phase")
    assert "phase" not in client.get_run(run).data.tags


def test_fluent_tags(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run(tags={"from": "start"}) as run:
        mlflow.set_tags({"a": 1, "b": "two"})
        mlflow.set_tag("gone", "soon")
        mlflow.delete_tag("gone")
    tags = client.get_run(run.info.run_id).data.tags
    assert (tags["from"], tags["a"], tags["b"]) == ("start", "1", "two")
    assert "gone" not in tags


def test_a_tag_that_is_not_there_cannot_be_deleted(client: MlflowClient, run: str) -> None:
    with refused("RESOURCE_DOES_NOT_EXIST", "nothing"):
        client.delete_tag(run, "nothing")


def test_a_long_tag_value_comes_back_exactly(client: MlflowClient, run: str) -> None:
    client.set_tag(run, "mlflow.note.content", "Ж" * 8000)
    assert client.get_run(run).data.tags["mlflow.note.content"] == "Ж" * 8000


def test_a_tag_of_more_than_8000_characters(client: MlflowClient, run: str, differences: Differences) -> None:
    if differences.cuts_long_values:
        client.set_tag(run, "long", "x" * 8001)
    else:
        with refused("INVALID_PARAMETER_VALUE", r"8000.*8001"):
            client.set_tag(run, "long", "x" * 8001)
    expected = "x" * 8000 if differences.cuts_long_values else None
    assert client.get_run(run).data.tags.get("long") == expected


def test_a_batch_of_100_params_and_100_tags(client: MlflowClient, run: str) -> None:
    params = {f"p{number}": str(number) for number in range(100)}
    tags = {f"t{number}": str(number) for number in range(100)}
    client.log_batch(
        run,
        params=[Param(key, value) for key, value in params.items()],
        tags=[RunTag(key, value) for key, value in tags.items()],
    )
    data = client.get_run(run).data
    assert data.params == params
    assert {key: value for key, value in data.tags.items() if not key.startswith("mlflow.")} == tags


def test_log_params_sends_any_number(client: MlflowClient, experiment: str) -> None:
    params = {f"p{number}": str(number) for number in range(250)}
    with mlflow.start_run() as run:
        mlflow.log_params(params)
    assert client.get_run(run.info.run_id).data.params == params
