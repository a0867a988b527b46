"""A killed server must not cost a delivery that was queued, and must not give it another id."""

from pathlib import Path
from threading import Event

import httpx

from tests.receivers import Received, open_receiver
from tests.servers import RunningServer, start_trialog

ENVIRONMENT = {"MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http", "TRIALOG_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32"}
EVENTS = [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]
API = "/api/2.0/mlflow"
MODELS = [f"model-{number}" for number in range(20)]


def post(server: RunningServer, path: str, body: dict[str, object]) -> None:
    httpx.post(f"{server.url}{API}/{path}", json=body, trust_env=False).raise_for_status()


def name_of(received: Received) -> str:
    return str(received.content["data"]["name"])


def test_every_delivery_survives_a_kill_in_the_middle_of_one(tmp_path: Path) -> None:
    go_on = Event()
    with open_receiver() as receiver:
        receiver.before_answer = lambda: go_on.wait(60)
        with start_trialog(tmp_path, environment=ENVIRONMENT) as server:
            post(server, "webhooks", {"name": "w", "url": receiver.url, "events": EVENTS})
            for name in MODELS:
                post(server, "registered-models/create", {"name": name})
            receiver.wait_for(1)
            server.process.kill()
            server.process.wait()
        go_on.set()
        with start_trialog(tmp_path, environment=ENVIRONMENT):
            received = receiver.wait_for(len(MODELS) + 1)
    first, again, *others = received
    assert (first.delivery_id, first.body) == (again.delivery_id, again.body)
    assert [name_of(one) for one in (again, *others)] == MODELS
    assert len({one.delivery_id for one in received}) == len(MODELS)
