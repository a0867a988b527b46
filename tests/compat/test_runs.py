"""Runs through the client: start, end, resume, rename, nest, delete, restore."""

import re
import time

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import RunStatus, ViewType

from tests.compat.refusals import refused


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def test_a_fluent_run_is_running_inside_its_block_and_finished_after(client: MlflowClient, experiment: str) -> None:
    before = _milliseconds()
    with mlflow.start_run() as run:
        inside = client.get_run(run.info.run_id).info
        assert (inside.status, inside.end_time) == ("RUNNING", None)
    after = client.get_run(run.info.run_id).info
    assert (after.status, after.experiment_id, after.lifecycle_stage) == ("FINISHED", experiment, "active")
    assert after.end_time is not None
    assert before <= after.start_time <= after.end_time <= _milliseconds()


def test_an_exception_marks_the_run_failed(client: MlflowClient, experiment: str) -> None:
    def train() -> None:
        with mlflow.start_run():
            mlflow.log_metric("loss", 1.5)
            raise ValueError("the training broke")

    with pytest.raises(ValueError, match="the training broke"):
        train()
    [stored] = client.search_runs([experiment])
    assert stored.info.status == "FAILED"
    assert stored.data.metrics == {"loss": 1.5}


def test_end_run_takes_a_status(client: MlflowClient, experiment: str) -> None:
    run = mlflow.start_run()
    mlflow.end_run("KILLED")
    assert client.get_run(run.info.run_id).info.status == "KILLED"


@pytest.mark.parametrize("status", ["FINISHED", "FAILED", "KILLED", "SCHEDULED", "RUNNING"])
def test_every_status_is_kept(client: MlflowClient, run: str, status: str) -> None:
    client.update_run(run, status=status)
    assert client.get_run(run).info.status == status


def test_set_terminated_takes_a_status_and_an_end_time(client: MlflowClient, run: str) -> None:
    client.set_terminated(run, status="FAILED", end_time=1_700_000_000_123)
    info = client.get_run(run).info
    assert (info.status, info.end_time) == ("FAILED", 1_700_000_000_123)


def test_a_run_made_by_the_client_has_what_it_was_given(client: MlflowClient, experiment: str) -> None:
    created = client.create_run(experiment, start_time=1_600_000_000_001, tags={"k": "v"}, run_name="первый")
    info = client.get_run(created.info.run_id).info
    assert (info.start_time, info.run_name, info.status) == (1_600_000_000_001, "первый", "RUNNING")
    assert info.artifact_uri == f"mlflow-artifacts:/{experiment}/{info.run_id}/artifacts"
    assert re.fullmatch("[0-9a-f]{32}", info.run_id)
    assert client.get_run(info.run_id).data.tags == {"k": "v", "mlflow.runName": "первый"}


def test_a_run_without_a_name_is_given_one(client: MlflowClient, experiment: str) -> None:
    stored = client.get_run(client.create_run(experiment).info.run_id)
    assert stored.info.run_name is not None
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,4}", stored.info.run_name)
    assert stored.data.tags["mlflow.runName"] == stored.info.run_name


def test_generated_names_differ(client: MlflowClient, experiment: str) -> None:
    assert len({client.create_run(experiment).info.run_name for _ in range(8)}) > 1


def test_a_run_is_renamed_in_both_places(client: MlflowClient, run: str) -> None:
    client.update_run(run, name="by update")
    stored = client.get_run(run)
    assert (stored.info.run_name, stored.data.tags["mlflow.runName"]) == ("by update", "by update")
    client.set_tag(run, "mlflow.runName", "by tag")
    stored = client.get_run(run)
    assert (stored.info.run_name, stored.data.tags["mlflow.runName"]) == ("by tag", "by tag")


def test_the_fluent_api_tells_who_and_what_started_the_run(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run(run_name="named", description="first try") as run:
        pass
    stored = client.get_run(run.info.run_id)
    tags = stored.data.tags
    assert tags["mlflow.runName"] == stored.info.run_name == "named"
    assert tags["mlflow.note.content"] == "first try"
    assert tags["mlflow.source.type"] == "LOCAL"
    assert tags["mlflow.source.name"]
    assert tags["mlflow.user"] == stored.info.user_id


def test_a_run_is_resumed(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as first:
        mlflow.log_metric("loss", 2.0, step=1)
    with mlflow.start_run(run_id=first.info.run_id):
        assert client.get_run(first.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("loss", 1.0, step=2)
    stored = client.get_run(first.info.run_id)
    assert (stored.info.status, stored.data.metrics) == ("FINISHED", {"loss": 1.0})


def test_the_active_and_the_last_run_are_known(experiment: str) -> None:
    with mlflow.start_run() as run:
        active = mlflow.active_run()
        assert active is not None
        assert active.info.run_id == run.info.run_id
    assert mlflow.active_run() is None
    last = mlflow.last_active_run()
    assert last is not None
    assert (last.info.run_id, last.info.status) == (run.info.run_id, "FINISHED")


def test_get_run_of_the_fluent_api_shows_what_was_logged(experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 3)
        mlflow.log_metric("loss", 0.25)
        mlflow.set_tag("phase", "test")
    stored = mlflow.get_run(run.info.run_id)
    assert stored.data.params == {"depth": "3"}
    assert stored.data.metrics == {"loss": 0.25}
    assert stored.data.tags["phase"] == "test"


def test_nested_runs_know_their_parent(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run(run_name="parent") as parent:
        for number in range(3):
            with mlflow.start_run(run_name=f"child {number}", nested=True):
                mlflow.log_metric("number", number)
    children = client.search_runs(
        [experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.number ASC"]
    )
    assert [child.info.run_name for child in children] == ["child 0", "child 1", "child 2"]
    found = client.get_parent_run(children[0].info.run_id)
    assert found is not None
    assert found.info.run_id == parent.info.run_id
    assert client.get_parent_run(parent.info.run_id) is None


def test_a_parent_is_named_by_its_id(client: MlflowClient, experiment: str, run: str) -> None:
    with mlflow.start_run(parent_run_id=run, nested=True) as child:
        pass
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run


def test_a_deleted_run_is_hidden_and_comes_back(client: MlflowClient, experiment: str, run: str) -> None:
    client.delete_run(run)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    assert client.search_runs([experiment]) == []
    deleted = client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)
    assert [found.info.run_id for found in deleted] == [run]
    assert len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 1
    client.restore_run(run)
    assert client.get_run(run).info.lifecycle_stage == "active"
    assert len(client.search_runs([experiment])) == 1


def test_deleting_twice_and_restoring_twice_is_no_error(client: MlflowClient, run: str) -> None:
    client.delete_run(run)
    client.delete_run(run)
    client.restore_run(run)
    client.restore_run(run)
    assert client.get_run(run).info.lifecycle_stage == "active"


def test_a_deleted_run_takes_nothing_more(client: MlflowClient, run: str) -> None:
    client.delete_run(run)
    with refused("INVALID_PARAMETER_VALUE", f"{run}.*active"):
        client.log_metric(run, "loss", 1.0)
    with refused("INVALID_PARAMETER_VALUE", f"{run}.*active"):
        client.set_tag(run, "k", "v")
    with refused("INVALID_PARAMETER_VALUE", f"{run}.*active"):
        client.update_run(run, status="FAILED")


def test_an_unknown_run_is_reported(client: MlflowClient) -> None:
    nobody = "0" * 32
    with refused("RESOURCE_DOES_NOT_EXIST", nobody):
        client.get_run(nobody)
    with refused("RESOURCE_DOES_NOT_EXIST", nobody):
        client.log_metric(nobody, "loss", 1.0)
    with refused("RESOURCE_DOES_NOT_EXIST", nobody):
        client.delete_run(nobody)


def test_a_run_needs_an_experiment_that_is_there(client: MlflowClient) -> None:
    with refused("RESOURCE_DOES_NOT_EXIST", "987654321"):
        client.create_run("987654321")


def test_statuses_are_the_words_of_the_client(client: MlflowClient, run: str) -> None:
    assert RunStatus.from_string(client.get_run(run).info.status) == RunStatus.RUNNING
