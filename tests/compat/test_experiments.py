"""Experiments through the client: create, find, rename, tag, delete, restore."""

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

from tests.compat.refusals import refused


def test_the_default_experiment_is_there_from_the_start(client: MlflowClient) -> None:
    experiment = client.get_experiment("0")
    assert (experiment.experiment_id, experiment.name, experiment.lifecycle_stage) == ("0", "Default", "active")


def test_a_run_started_without_an_experiment_lands_in_the_default_one() -> None:
    with mlflow.start_run() as run:
        assert run.info.experiment_id == "0"


def test_a_created_experiment_is_read_back_by_id_and_by_name(client: MlflowClient, unique: str) -> None:
    experiment_id = client.create_experiment(unique, tags={"team": "vision", "stage": ""})
    by_id, by_name = client.get_experiment(experiment_id), client.get_experiment_by_name(unique)
    assert by_name is not None
    for experiment in (by_id, by_name):
        assert experiment.experiment_id == experiment_id
        assert experiment.name == unique
        assert experiment.lifecycle_stage == "active"
        assert {key: value for key, value in experiment.tags.items() if not key.startswith("mlflow.")} == {
            "team": "vision",
            "stage": "",
        }
        assert experiment.artifact_location == f"mlflow-artifacts:/{experiment_id}"
        assert experiment.creation_time is not None
        assert experiment.creation_time > 1_600_000_000_000
        assert experiment.last_update_time == experiment.creation_time


@pytest.mark.parametrize("name", ["Проверка № 1", "with 'quotes' and \"more\"", "100% = a/b?c#d", "実験 🙂", "n" * 480])
def test_a_name_comes_back_as_it_was_given(client: MlflowClient, unique: str, name: str) -> None:
    full_name = f"{name} {unique}"
    experiment_id = client.create_experiment(full_name)
    assert client.get_experiment(experiment_id).name == full_name
    found = client.get_experiment_by_name(full_name)
    assert found is not None
    assert found.experiment_id == experiment_id


def test_an_artifact_location_is_kept_as_it_was_given(client: MlflowClient, unique: str) -> None:
    experiment_id = client.create_experiment(unique, artifact_location="s3://bucket/some/place")
    assert client.get_experiment(experiment_id).artifact_location == "s3://bucket/some/place"
    run = client.create_run(experiment_id)
    assert run.info.artifact_uri == f"s3://bucket/some/place/{run.info.run_id}/artifacts"


def test_a_taken_name_is_refused_even_if_its_owner_is_deleted(client: MlflowClient, unique: str) -> None:
    experiment_id = client.create_experiment(unique)
    with refused("RESOURCE_ALREADY_EXISTS", unique):
        client.create_experiment(unique)
    client.delete_experiment(experiment_id)
    with refused("RESOURCE_ALREADY_EXISTS", unique):
        client.create_experiment(unique)


def test_an_experiment_is_renamed(client: MlflowClient, experiment: str, unique: str) -> None:
    before = client.get_experiment(experiment)
    client.rename_experiment(experiment, f"renamed-{unique}")
    after = client.get_experiment(experiment)
    assert after.name == f"renamed-{unique}"
    assert before.last_update_time is not None
    assert after.last_update_time is not None
    assert after.last_update_time >= before.last_update_time
    assert client.get_experiment_by_name(before.name) is None


def test_experiment_tags_are_set_replaced_and_deleted(client: MlflowClient, experiment: str) -> None:
    client.set_experiment_tag(experiment, "owner", "Анна")
    client.set_experiment_tag(experiment, "owner", "Борис")
    client.set_experiment_tag(experiment, "number", 5)
    tags = client.get_experiment(experiment).tags
    assert (tags["owner"], tags["number"]) == ("Борис", "5")
    client.delete_experiment_tag(experiment, "owner")
    assert "owner" not in client.get_experiment(experiment).tags


def test_fluent_experiment_tags_go_to_the_active_experiment(client: MlflowClient, experiment: str) -> None:
    mlflow.set_experiment_tags({"a": "1", "b": "2"})
    mlflow.set_experiment_tag("c", "3")
    tags = client.get_experiment(experiment).tags
    assert (tags["a"], tags["b"], tags["c"]) == ("1", "2", "3")


def test_set_experiment_makes_it_once(unique: str) -> None:
    first = mlflow.set_experiment(unique)
    assert mlflow.set_experiment(unique).experiment_id == first.experiment_id
    with mlflow.start_run() as run:
        assert run.info.experiment_id == first.experiment_id


def test_a_deleted_experiment_is_hidden_and_comes_back(client: MlflowClient, experiment: str, unique: str) -> None:
    name = f"name = 'compat-{unique}'"
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    assert client.search_experiments(filter_string=name) == []
    deleted = client.search_experiments(view_type=ViewType.DELETED_ONLY, filter_string=name)
    assert [found.experiment_id for found in deleted] == [experiment]
    assert len(client.search_experiments(view_type=ViewType.ALL, filter_string=name)) == 1
    client.restore_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "active"
    assert len(client.search_experiments(filter_string=name)) == 1


def test_runs_are_deleted_and_restored_with_their_experiment(client: MlflowClient, experiment: str, run: str) -> None:
    client.delete_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    client.restore_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "active"


def test_a_deleted_experiment_takes_no_run(client: MlflowClient, experiment: str) -> None:
    client.delete_experiment(experiment)
    with refused("INVALID_PARAMETER_VALUE", "active"):
        client.create_run(experiment)


def test_set_experiment_refuses_a_deleted_one(client: MlflowClient, experiment: str, unique: str) -> None:
    client.delete_experiment(experiment)
    with pytest.raises(MlflowException, match="deleted experiment"):
        mlflow.set_experiment(f"compat-{unique}")


def test_an_unknown_experiment_is_reported(client: MlflowClient, unique: str) -> None:
    assert client.get_experiment_by_name(f"nobody-{unique}") is None
    with refused("RESOURCE_DOES_NOT_EXIST", "987654321"):
        client.get_experiment("987654321")
    with refused("RESOURCE_DOES_NOT_EXIST", "987654321"):
        client.delete_experiment("987654321")


def test_an_experiment_cannot_be_deleted_twice(client: MlflowClient, experiment: str) -> None:
    client.delete_experiment(experiment)
    with refused("RESOURCE_DOES_NOT_EXIST", experiment):
        client.delete_experiment(experiment)


@pytest.fixture
def family(client: MlflowClient, unique: str) -> str:
    """Three experiments `<unique>-Alpha`, `-beta`, `-Gamma`, tagged with their size."""
    for name, size in (("Alpha", "small"), ("beta", "large"), ("Gamma", "small")):
        client.create_experiment(f"{unique}-{name}", tags={"size": size})
    return unique


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("name LIKE '{}-%'", ["Alpha", "Gamma", "beta"]),
        ("name LIKE '{}-_lph_'", ["Alpha"]),
        ("name LIKE '{}-ALPHA'", []),
        ("name ILIKE '{}-ALPHA'", ["Alpha"]),
        ("name ILIKE '{}-%A' AND tags.size = 'small'", ["Alpha", "Gamma"]),
        ("attribute.name = '{}-beta'", ["beta"]),
        ("name LIKE '{}-%' AND tags.size != 'small'", ["beta"]),
        ("name LIKE '{}-%' AND tags.size ILIKE 'LAR%'", ["beta"]),
        ("name LIKE '{}-%' AND tags.size IS NOT NULL", ["Alpha", "Gamma", "beta"]),
        ("name LIKE '{}-%' AND creation_time > 1600000000000", ["Alpha", "Gamma", "beta"]),
        ("name LIKE '{}-%' AND last_update_time <= 5", []),
    ],
)
def test_experiments_are_searched(family: str, condition: str, names: list[str]) -> None:
    found = mlflow.search_experiments(filter_string=condition.format(family), order_by=["name"])
    assert [experiment.name for experiment in found] == [f"{family}-{name}" for name in names]


def test_experiments_are_ordered(client: MlflowClient, family: str) -> None:
    matching = f"name LIKE '{family}-%'"
    by_name = client.search_experiments(filter_string=matching, order_by=["name DESC"])
    assert [found.name.removeprefix(f"{family}-") for found in by_name] == ["beta", "Gamma", "Alpha"]
    by_id = client.search_experiments(filter_string=matching, order_by=["experiment_id ASC"])
    assert [found.name.removeprefix(f"{family}-") for found in by_id] == ["Alpha", "beta", "Gamma"]


def test_experiments_are_read_page_by_page(client: MlflowClient, family: str) -> None:
    matching = f"name LIKE '{family}-%'"
    first = client.search_experiments(filter_string=matching, max_results=2, order_by=["name"])
    assert len(first) == 2
    assert first.token
    second = client.search_experiments(filter_string=matching, max_results=2, order_by=["name"], page_token=first.token)
    assert not second.token
    names = [found.name.removeprefix(f"{family}-") for found in [*first, *second]]
    assert names == ["Alpha", "Gamma", "beta"]


def test_a_wrong_experiment_filter_is_refused(client: MlflowClient) -> None:
    with refused("INVALID_PARAMETER_VALUE", "colour"):
        client.search_experiments(filter_string="colour = 'red'")
