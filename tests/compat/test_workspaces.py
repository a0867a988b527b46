"""Workspaces with MLflow's own client: `mlflow.set_workspace`, MLFLOW_WORKSPACE, and the functions about them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tests.compat.conftest import GIVEN_SERVER
from tests.servers import RunningServer, start_trialog

pytestmark = [
    pytest.mark.skipif(GIVEN_SERVER is not None, reason="the server that was given need not have workspaces"),
    pytest.mark.skipif(not hasattr(mlflow, "set_workspace"), reason="this client knows no workspaces"),
]

ADMIN = ("admin", "the first password")
ADA = ("ada", "correct horse battery")
# Clients of 2.x lack them.
api: Any = mlflow


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0], "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1]}
    arguments = ("--accounts", "--enable-workspaces")
    with start_trialog(tmp_path_factory.mktemp("workspaces"), *arguments, environment=environment) as started:
        yield started


@pytest.fixture
def admin(guarded: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The client as the administrator, with two workspaces that are gone afterwards."""
    # The client keeps the workspace there too. Set first, so that in the end it is as it was, whatever the client did.
    monkeypatch.setenv("MLFLOW_WORKSPACE", "")
    monkeypatch.delenv("MLFLOW_WORKSPACE")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])
    mlflow.set_tracking_uri(guarded.url)
    for name in ("team-a", "team-b"):
        api.create_workspace(name, description=f"of {name}")
    yield monkeypatch
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])
    api.set_workspace(None)
    for workspace in api.list_workspaces():
        if workspace.name != "default":
            api.delete_workspace(workspace.name, mode="CASCADE")


def log_something(folder: Path, text: str) -> str:
    """Log a run with an artifact in an experiment of the same name in each workspace."""
    mlflow.set_experiment("training")
    file = folder / "note.txt"
    file.write_text(text)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5)
        mlflow.log_artifact(str(file))
    run_id: str = run.info.run_id
    return run_id


def training() -> str:
    """Return the id of the experiment in the workspace that the client works in."""
    found = MlflowClient().get_experiment_by_name("training")
    assert found is not None
    return str(found.experiment_id)


def note_of(run_id: str) -> str:
    path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="note.txt")
    return Path(path).read_text()


def test_workspaces_by_the_client(admin: pytest.MonkeyPatch) -> None:
    assert [one.name for one in api.list_workspaces()] == ["default", "team-a", "team-b"]
    assert api.get_workspace("team-a").description == "of team-a"
    assert api.update_workspace("team-a", description="traders").description == "traders"
    with pytest.raises(MlflowException, match="already exists") as taken:
        api.create_workspace("team-a")
    assert taken.value.error_code == "RESOURCE_ALREADY_EXISTS"
    api.delete_workspace("team-b")
    with pytest.raises(MlflowException, match="not found") as missing:
        api.get_workspace("team-b")
    assert missing.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_what_is_logged_in_a_workspace_is_seen_there_alone(admin: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api.set_workspace("team-a")
    first = log_something(tmp_path, "of team-a")
    admin.setenv("MLFLOW_WORKSPACE", "team-b")
    api.set_workspace("team-b")
    second = log_something(tmp_path, "of team-b")
    runs = MlflowClient().search_runs([training()])
    assert [run.info.run_id for run in runs] == [second]
    assert note_of(second) == "of team-b"
    with pytest.raises(MlflowException, match=f"Run with id={first} not found"):
        MlflowClient().get_run(first)
    client = MlflowClient()
    client.create_registered_model("lstm")
    client.create_model_version("lstm", f"runs:/{second}", run_id=second)
    api.set_workspace("team-a")
    assert note_of(first) == "of team-a"
    assert MlflowClient().search_registered_models() == []
    api.set_workspace(None)
    assert MlflowClient().get_experiment_by_name("training") is None


def test_a_workspace_that_is_not_there_is_refused(admin: pytest.MonkeyPatch) -> None:
    api.set_workspace("nowhere")
    with pytest.raises(MlflowException, match="Workspace 'nowhere' not found") as missing:
        MlflowClient().search_experiments()
    assert missing.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_what_is_in_a_workspace_moves_to_the_default_one(admin: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api.set_workspace("team-a")
    run_id = log_something(tmp_path, "moves")
    with pytest.raises(MlflowException, match="still contains 1 experiments"):
        api.delete_workspace("team-a")
    api.set_workspace(None)
    api.delete_workspace("team-a", mode="SET_DEFAULT")
    assert MlflowClient().get_run(run_id).data.metrics == {"loss": 0.5}
    assert note_of(run_id) == "moves"
    MlflowClient().delete_experiment(training())


def test_a_member_works_in_her_workspace_alone(
    admin: pytest.MonkeyPatch, guarded: RunningServer, tmp_path: Path
) -> None:
    from tests.compat.account_client import account_client

    accounts = account_client(guarded.url)
    accounts.create_user(*ADA)
    try:
        [role] = [one for one in accounts.list_roles("team-a") if one.name == "user"]
        accounts.assign_role(ADA[0], role.id)
        admin.setenv("MLFLOW_TRACKING_USERNAME", ADA[0])
        admin.setenv("MLFLOW_TRACKING_PASSWORD", ADA[1])
        assert [one.name for one in api.list_workspaces()] == ["default", "team-a"]
        api.set_workspace("team-a")
        run_id = log_something(tmp_path, "by ada")
        assert note_of(run_id) == "by ada"
        api.set_workspace("team-b")
        with pytest.raises(MlflowException, match="Workspace 'team-b' not found"):
            MlflowClient().search_experiments()
    finally:
        admin.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
        admin.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])
        accounts.delete_user(ADA[0])
