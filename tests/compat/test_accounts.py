"""MLflow's own client of accounts, `get_app_client("basic-auth", ...)`, against a server with accounts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tests.compat.account_client import account_client
from tests.compat.conftest import GIVEN_SERVER
from tests.servers import RunningServer, start_trialog

pytestmark = pytest.mark.skipif(GIVEN_SERVER is not None, reason="the server that was given need not have accounts")

ADMIN = ("admin", "the first password")
ADA = ("ada", "correct horse battery")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0], "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1]}
    with start_trialog(tmp_path_factory.mktemp("guarded"), "--accounts", environment=environment) as server:
        yield server


class Login:
    """Lets the client be one user and then another."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._url = url
        self._environment = monkeypatch

    def as_user(self, user: tuple[str, str]) -> Any:
        self._environment.setenv("MLFLOW_TRACKING_USERNAME", user[0])
        self._environment.setenv("MLFLOW_TRACKING_PASSWORD", user[1])
        mlflow.set_tracking_uri(self._url)
        return account_client(self._url)


@pytest.fixture
def login(guarded: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    login = Login(guarded.url, monkeypatch)
    admin = login.as_user(ADMIN)
    admin.create_user(*ADA)
    yield login
    login.as_user(ADMIN).delete_user(ADA[0])


def test_users(login: Login) -> None:
    admin = login.as_user(ADMIN)
    ada = admin.get_user("ada")
    assert (ada.username, ada.is_admin, ada.password_hash) == ("ada", False, "REDACTED")
    with pytest.raises(MlflowException, match="already exists") as taken:
        admin.create_user("Ada", "correct horse battery")
    assert taken.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(MlflowException, match="not found") as missing:
        admin.get_user("nobody")
    assert missing.value.error_code == "RESOURCE_DOES_NOT_EXIST"

    admin.update_user_admin("ada", True)
    assert login.as_user(ADA).get_user("admin").is_admin
    admin = login.as_user(ADMIN)
    admin.update_user_admin("ada", False)
    with pytest.raises(MlflowException, match="not permitted") as denied:
        login.as_user(ADA).get_user("admin")
    assert denied.value.error_code == "PERMISSION_DENIED"


def test_a_user_changes_her_password(login: Login) -> None:
    client = login.as_user(ADA)
    with pytest.raises(MlflowException, match="Current password is required"):
        client.update_user_password("ada", "another horse battery")
    client.update_user_password("ada", "another horse battery", current_password=ADA[1])
    with pytest.raises(MlflowException, match="not logged in"):
        login.as_user(ADA).get_user("ada")
    assert login.as_user(("ada", "another horse battery")).get_user("ada").username == "ada"


def test_permissions_of_one_user(login: Login) -> None:
    admin = login.as_user(ADMIN)
    experiment_id = MlflowClient().create_experiment("secret")
    MlflowClient().create_registered_model("secret-model")
    things = (("experiment", experiment_id), ("registered_model", "secret-model"))
    for kind, name in things:
        admin.grant_user_permission("ada", kind, name, "DENY")
        assert admin.get_user_permission("ada", kind, name).to_json() == {"allowed": False, "permission": "DENY"}
        with pytest.raises(MlflowException, match="already"):
            admin.grant_user_permission("ada", kind, name, "READ")
    login.as_user(ADA)
    with pytest.raises(MlflowException, match="not permitted"):
        MlflowClient().get_experiment(experiment_id)
    with pytest.raises(MlflowException, match="not permitted"):
        MlflowClient().get_registered_model("secret-model")

    admin = login.as_user(ADMIN)
    for kind, name in things:
        admin.revoke_user_permission("ada", kind, name)
        admin.grant_user_permission("ada", kind, name, "EDIT")
        assert admin.get_user_permission("ada", kind, name).to_json() == {"allowed": True, "permission": "EDIT"}
    ada = login.as_user(ADA)
    MlflowClient().set_experiment_tag(experiment_id, "team", "quant")
    with pytest.raises(MlflowException, match="not permitted"):
        MlflowClient().delete_experiment(experiment_id)
    with pytest.raises(MlflowException, match="not permitted"):
        ada.grant_user_permission("ada", "experiment", experiment_id, "MANAGE")
    login.as_user(ADMIN)
    MlflowClient().delete_registered_model("secret-model")


def test_roles(login: Login) -> None:
    admin = login.as_user(ADMIN)
    experiment_id = MlflowClient().create_experiment("of a role")
    role = admin.create_role("default", "trainers", "those who train")
    permission = admin.add_role_permission(role.id, "experiment", experiment_id, "MANAGE")
    assert permission.to_json() == {
        "id": permission.id,
        "role_id": role.id,
        "resource_type": "experiment",
        "resource_pattern": experiment_id,
        "permission": "MANAGE",
    }
    assignment = admin.assign_role("ada", role.id)
    assert assignment.role_id == role.id
    assert [one.to_json() for one in admin.list_role_users(role.id)] == [assignment.to_json()]
    assert [one.name for one in admin.list_user_roles("ada")] == ["trainers"]
    assert [one.id for one in admin.list_role_permissions(role.id)] == [permission.id]
    assert [one.name for one in admin.list_roles("default")] == ["trainers"]
    assert [one.name for one in admin.list_all_roles()] == ["trainers"]
    assert admin.update_role(role.id, name="teachers").description == "those who train"
    assert admin.get_role(role.id).name == "teachers"

    login.as_user(ADA)
    MlflowClient().rename_experiment(experiment_id, "of ada")
    admin = login.as_user(ADMIN)
    assert admin.update_role_permission(permission.id, "READ").permission == "READ"
    login.as_user(ADA)
    with pytest.raises(MlflowException, match="not permitted"):
        MlflowClient().rename_experiment(experiment_id, "no more")
    admin = login.as_user(ADMIN)
    admin.remove_role_permission(permission.id)
    admin.unassign_role("ada", role.id)
    admin.delete_role(role.id)
    assert admin.list_all_roles() == []


def test_who_logs_runs_is_known(login: Login) -> None:
    login.as_user(ADA)
    experiment_id = MlflowClient().create_experiment("ada's own")
    with mlflow.start_run(experiment_id=experiment_id) as run:
        mlflow.log_metric("loss", 0.5)
        mlflow.log_text("weights", "model.txt")
    assert MlflowClient().get_run(run.info.run_id).data.metrics == {"loss": 0.5}
    assert [file.path for file in MlflowClient().list_artifacts(run.info.run_id)] == ["model.txt"]
    assert login.as_user(ADMIN).get_user_permission("ada", "experiment", experiment_id).permission == "MANAGE"


def test_a_run_is_by_who_logged_in_whatever_the_client_says(login: Login) -> None:
    login.as_user(ADA)
    experiment_id = MlflowClient().create_experiment("by whom")
    run = MlflowClient().create_run(experiment_id, tags={"mlflow.user": "somebody else"})
    assert run.info.user_id == "ada"
    assert MlflowClient().get_run(run.info.run_id).info.user_id == "ada"


def test_a_large_file_goes_up_in_parts(login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    login.as_user(ADA)
    experiment_id = MlflowClient().create_experiment("large")
    run_id = MlflowClient().create_run(experiment_id).info.run_id
    for name, value in (
        ("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true"),
        ("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(5 * 1024**2)),
        ("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 * 1024**2)),
    ):
        monkeypatch.setenv(name, value)
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 24 * 1024)
    MlflowClient().log_artifact(run_id, str(large))
    back = MlflowClient().download_artifacts(run_id, "large.bin", str(tmp_path / "back"))
    assert Path(back).read_bytes() == large.read_bytes()
