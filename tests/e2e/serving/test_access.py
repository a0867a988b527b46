"""A model server whose callers show an account of the tracking server that may read the model."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.serving.model_server import (
    SECONDS,
    ModelServer,
    predicted,
    register,
    save_function,
    start_model_server,
)
from tests.servers import RunningServer, start_trialog
from trialog.sdk.client import Client

NAME, ADMIN, PASSWORD = "pulse", "admin", "correct horse battery"
DOUBLES = "def predict(model_input): return [2 * one for one in model_input]"


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    environment = {
        "MLFLOW_AUTH_ADMIN_USERNAME": ADMIN,
        "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
        "TRIALOG_DEFAULT_PERMISSION": "NO_PERMISSIONS",
    }
    with start_trialog(tmp_path_factory.mktemp("tracking"), "--accounts", environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def server(tracking: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A model server, and three users: one may read the model, one has a token, one may not read it."""
    place = tmp_path_factory.mktemp("serving")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN)
        patch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
        client = Client(tracking.url)
        client.create_registered_model(NAME)
        register(client, NAME, save_function(place / "model", DOUBLES))
    for user in ("reader", "stranger"):
        ask(tracking, "POST", "/api/2.0/mlflow/users/create", username=user, password=PASSWORD)
    grant = {"name": NAME, "username": "reader", "permission": "READ"}
    ask(tracking, "POST", "/api/2.0/mlflow/registered-models/permissions/create", **grant)
    own = {"MLFLOW_TRACKING_URI": tracking.url, "MLFLOW_TRACKING_USERNAME": ADMIN, "MLFLOW_TRACKING_PASSWORD": PASSWORD}
    arguments = (f"models:/{NAME}/1", "--accounts", "--allow-pickle")
    with start_model_server(place, *arguments, environment=own) as server:
        yield server


def ask(tracking: RunningServer, method: str, path: str, *, who: str = ADMIN, **fields: Any) -> Any:
    url = f"{tracking.url}{path}"
    answer = httpx.request(method, url, json=fields, auth=(who, PASSWORD), trust_env=False, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked_by(server: ModelServer, who: str, password: str = PASSWORD) -> httpx.Response:
    with server.client(auth=(who, password)) as client:
        return client.post("/invocations", json={"inputs": [1.0]})


def test_only_who_may_read_the_model_may_use_it(server: ModelServer) -> None:
    with server.client() as client:
        assert client.post("/invocations", json={"inputs": [1.0]}).status_code == 401
    assert asked_by(server, ADMIN).status_code == 200
    # What was answered is remembered, and answers the next request.
    for _ in range(2):
        assert asked_by(server, "reader").json() == {"predictions": [2.0]}
        stranger = asked_by(server, "stranger")
        assert (stranger.status_code, stranger.json()["code"]) == (403, "auth.permission_denied")
        wrong = asked_by(server, "reader", "not her password")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "auth.unauthenticated")
    assert PASSWORD not in server.log


def test_a_token_of_a_user_counts_as_her(server: ModelServer, tracking: RunningServer) -> None:
    for who, status in (("reader", 200), ("stranger", 403)):
        token = ask(tracking, "POST", "/api/trialog/v1/tokens", who=who, name="of the shop")["secret"]
        with server.client(headers={"Authorization": f"Bearer {token}"}) as client:
            assert client.post("/invocations", json={"inputs": [1.0]}).status_code == status


def test_who_was_let_in_may_call_while_the_tracking_server_is_gone(
    server: ModelServer, tracking: RunningServer
) -> None:
    with server.client(auth=("reader", PASSWORD)) as client:
        assert predicted(client, 4.0) == [8.0]
        tracking.process.terminate()
        tracking.process.wait(SECONDS)
        assert predicted(client, 4.0) == [8.0]
    unknown = asked_by(server, ADMIN, "a password that nobody tried")
    assert (unknown.status_code, unknown.json()["code"]) == (503, "serving.access_unknown")
