"""MLflow's own file of settings for accounts."""

from pathlib import Path

import pytest

from trialog.cli.mlflow_auth import mlflow_auth_variables
from trialog.errors import ConfigurationError


def environment_with(directory: Path, content: str, **more: str) -> dict[str, str]:
    path = directory / "auth.ini"
    path.write_text(content, encoding="utf-8")
    return {"MLFLOW_AUTH_CONFIG_PATH": str(path), **more}


def test_without_a_file_nothing_is_said() -> None:
    assert mlflow_auth_variables({}) == ({}, [])


def test_what_has_a_meaning_is_taken(tmp_path: Path) -> None:
    content = (
        "[mlflow]\ndefault_permission = EDIT\nadmin_username = root\nadmin_password = 100%secret words\n"
        "database_uri = sqlite:///basic_auth.db\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    variables, notices = mlflow_auth_variables(environment_with(tmp_path, content))
    assert variables == {
        "TRIALOG_DEFAULT_PERMISSION": "EDIT",
        "MLFLOW_AUTH_ADMIN_USERNAME": "root",
        "MLFLOW_AUTH_ADMIN_PASSWORD": "100%secret words",
    }
    assert len(notices) == 1
    assert "database_uri" in notices[0]


def test_a_file_with_the_password_wins_over_a_line(tmp_path: Path) -> None:
    environment = environment_with(
        tmp_path, "[mlflow]\nadmin_password = of the line", MLFLOW_AUTH_ADMIN_PASSWORD_FILE="/run/secrets/admin"
    )
    assert mlflow_auth_variables(environment) == ({}, [])


def test_code_of_others_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"os:system.*loads no code of others"):
        mlflow_auth_variables(environment_with(tmp_path, "[mlflow]\nauthorization_function = os:system"))


@pytest.mark.parametrize("content", ["", "[other]\na = b", "admin_password = swordfish", "[mlflow]\n[mlflow]\n"])
def test_a_file_that_cannot_be_read_is_named_without_what_stands_in_it(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigurationError, match=r"auth\.ini.*MLFLOW_AUTH_CONFIG_PATH") as refused:
        mlflow_auth_variables(environment_with(tmp_path, content))
    assert "swordfish" not in refused.value.message


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="FileNotFoundError"):
        mlflow_auth_variables({"MLFLOW_AUTH_CONFIG_PATH": "no such file"})
