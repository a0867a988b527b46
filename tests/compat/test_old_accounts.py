"""The client of accounts of MLflow 2.22, in an environment of its own, against a server with accounts."""

from pathlib import Path
from typing import Any

import pytest

from tests.compat.conftest import GIVEN_SERVER
from tests.compat.old_environment import run_old_client
from tests.servers import start_trialog

# The first use installs the old client, which takes a minute or more.
pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.skipif(GIVEN_SERVER is not None, reason="the server that was given need not have accounts"),
]
ADMIN = ("admin", "the first password")


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the old client read back of what it had done."""
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0], "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1]}
    directory = tmp_path_factory.mktemp("old-accounts")
    with start_trialog(directory / "server", "--accounts", environment=environment) as server:
        return run_old_client(
            "old_accounts.py",
            Path(directory),
            server.url,
            MLFLOW_TRACKING_USERNAME=ADMIN[0],
            MLFLOW_TRACKING_PASSWORD=ADMIN[1],
        )


def test_users_and_permissions_come_back(read_back: Any) -> None:
    assert read_back["version"].startswith("2.22.")
    assert read_back["made"] == ["old-ada", False]
    assert read_back["granted"] == [True, "EDIT"]
    assert read_back["seen"] == [["EDIT"], [["old-model", "NO_PERMISSIONS"]]]
    assert read_back["is_admin"] is True
    assert read_back["gone"] == "RESOURCE_DOES_NOT_EXIST"


def test_the_old_client_logs_as_who_is_permitted(read_back: Any) -> None:
    assert read_back["metrics"] == {"loss": 0.5}
    assert read_back["refusals"] == ["UNAUTHENTICATED", *["PERMISSION_DENIED"] * 3]
