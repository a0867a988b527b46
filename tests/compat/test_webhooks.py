"""Webhooks made by the real client, and deliveries verified as MLflow's documentation tells receivers to."""

import importlib.metadata
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import RestException

from tests.receivers import Received, Receiver, open_receiver
from tests.servers import start_trialog

if TYPE_CHECKING:
    from mlflow.entities.webhook import WebhookEvent, WebhookEventStr

if tuple(map(int, importlib.metadata.version("mlflow-skinny").split(".")[:2])) < (3, 3):
    pytest.skip("clients before 3.3 know no webhooks", allow_module_level=True)

SECRET = "swordfish"
URL = "https://93.184.216.34/hook"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that may deliver to this machine."""
    environment = {
        "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1sZW5ndGghISE=",
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
    }
    with start_trialog(tmp_path_factory.mktemp("webhooks"), environment=environment) as running:
        yield running.url


@pytest.fixture
def near(own_server: str) -> MlflowClient:
    mlflow.set_tracking_uri(own_server)
    return MlflowClient(tracking_uri=own_server)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


def is_fresh(received: Received) -> bool:
    return abs(time.time() - int(received.headers["X-MLflow-Timestamp"])) < 300


def test_a_webhook_is_made_listed_changed_and_deleted(client: MlflowClient, unique: str) -> None:
    made = client.create_webhook(f"w-{unique}", URL, ["model_version.created", "prompt.created"], description="d")
    assert (made.name, made.url, made.description, made.secret) == (f"w-{unique}", URL, "d", None)
    assert str(made.status) == "ACTIVE"
    assert {str(event) for event in made.events} == {"model_version.created", "prompt.created"}
    assert client.get_webhook(made.webhook_id).name == made.name
    assert made.webhook_id in {webhook.webhook_id for webhook in client.list_webhooks(max_results=1000)}
    changed = client.update_webhook(made.webhook_id, events=["registered_model.created"], status="DISABLED")
    assert str(changed.status) == "DISABLED"
    assert [str(event) for event in changed.events] == ["registered_model.created"]
    client.delete_webhook(made.webhook_id)
    with pytest.raises(RestException, match=f"Webhook with ID {made.webhook_id} not found"):
        client.get_webhook(made.webhook_id)


def test_webhooks_are_listed_page_by_page(client: MlflowClient, unique: str) -> None:
    made = {client.create_webhook(f"w-{unique}", URL, ["prompt.created"]).webhook_id for _ in range(3)}
    found: set[str] = set()
    token = None
    while True:
        page = client.list_webhooks(max_results=2, page_token=token)
        found |= {webhook.webhook_id for webhook in page}
        token = page.token
        if not token:
            break
    assert made <= found
    for webhook_id in made:
        client.delete_webhook(webhook_id)


def test_an_address_of_the_inside_is_refused(client: MlflowClient, unique: str) -> None:
    for url in ("https://127.0.0.1/", "https://169.254.169.254/", "http://93.184.216.34/"):
        with pytest.raises(RestException, match="INVALID_PARAMETER_VALUE"):
            client.create_webhook(f"w-{unique}", url, ["prompt.created"])


def test_all_events_of_mlflow_can_be_asked_for(client: MlflowClient, unique: str) -> None:
    events: list[WebhookEventStr | WebhookEvent] = [
        "registered_model.created",
        "model_version.created",
        "model_version_tag.set",
        "model_version_tag.deleted",
        "model_version_alias.created",
        "model_version_alias.deleted",
        "prompt.created",
        "prompt_version.created",
        "prompt_tag.set",
        "prompt_tag.deleted",
        "prompt_version_tag.set",
        "prompt_version_tag.deleted",
        "prompt_alias.created",
        "prompt_alias.deleted",
        "budget_policy.exceeded",
    ]
    made = client.create_webhook(f"w-{unique}", URL, events)
    assert {str(event) for event in client.get_webhook(made.webhook_id).events} == set(events)
    client.delete_webhook(made.webhook_id)


def test_a_webhook_is_tried_out(near: MlflowClient, receiver: Receiver, unique: str) -> None:
    receiver.answers = [200, 500]
    made = near.create_webhook(f"w-{unique}", receiver.url, ["model_version_tag.set"], secret=SECRET)
    result = near.test_webhook(made.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (True, 200, None)
    result = near.test_webhook(made.webhook_id, "prompt_version.created")
    assert (result.success, result.response_status, result.response_body) == (False, 500, None)
    first, second = receiver.received
    assert first.is_signed_with(SECRET)
    assert is_fresh(first)
    assert (first.content["entity"], first.content["action"]) == ("model_version_tag", "set")
    assert second.content["data"]["template"]
    near.delete_webhook(made.webhook_id)


def test_what_happens_in_the_registry_is_delivered(near: MlflowClient, receiver: Receiver, unique: str) -> None:
    events: list[WebhookEventStr | WebhookEvent] = [
        "registered_model.created",
        "model_version.created",
        "model_version_tag.set",
        "model_version_tag.deleted",
        "model_version_alias.created",
        "model_version_alias.deleted",
    ]
    made = near.create_webhook(f"w-{unique}", receiver.url, events, secret=SECRET)
    name = f"model-{unique}"
    near.create_registered_model(name, tags={"a": "b"}, description="d")
    run = near.create_run(near.create_experiment(f"e-{unique}"))
    version = near.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id, tags={"c": "d"})
    near.set_model_version_tag(name, version.version, "k", "v")
    near.delete_model_version_tag(name, version.version, "k")
    near.set_registered_model_alias(name, "champion", version.version)
    near.delete_registered_model_alias(name, "champion")
    received = receiver.wait_for(6)
    assert [f"{one.content['entity']}.{one.content['action']}" for one in received] == events
    assert all(one.is_signed_with(SECRET) and is_fresh(one) for one in received)
    assert len({one.delivery_id for one in received}) == 6
    assert [one.content["data"] for one in received] == [
        {"name": name, "tags": {"a": "b"}, "description": "d"},
        {
            "name": name,
            "version": "1",
            "source": f"{run.info.artifact_uri}/model",
            "run_id": run.info.run_id,
            "tags": {"c": "d"},
            "description": None,
        },
        {"name": name, "version": "1", "key": "k", "value": "v"},
        {"name": name, "version": "1", "key": "k"},
        {"name": name, "alias": "champion", "version": "1"},
        {"name": name, "alias": "champion"},
    ]
    near.delete_webhook(made.webhook_id)


# Stages are deprecated in MLflow, and here they are not.
@pytest.mark.filterwarnings("ignore:.*transition_model_version_stage:FutureWarning")
def test_a_webhook_that_also_hears_of_promotions_is_listed_and_changed(
    near: MlflowClient, receiver: Receiver, unique: str, own_server: str
) -> None:
    body = {
        "name": f"w-{unique}",
        "url": receiver.url,
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
        "trialog_events": [{"entity": "MODEL_VERSION_STAGE", "action": "CHANGED"}],
    }
    made = httpx.post(f"{own_server}/api/2.0/mlflow/webhooks", json=body, trust_env=False).json()["webhook"]
    (listed,) = [webhook for webhook in near.list_webhooks() if webhook.webhook_id == made["webhook_id"]]
    assert [str(event) for event in listed.events] == ["registered_model.created"]
    near.update_webhook(made["webhook_id"], events=["prompt.created"])
    name = f"model-{unique}"
    near.create_registered_model(name)
    run = near.create_run(near.create_experiment(f"e-{unique}"))
    version = near.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id)
    near.transition_model_version_stage(name, version.version, "Production")
    (received,) = receiver.wait_for(1)
    assert (received.content["entity"], received.content["action"]) == ("model_version_stage", "changed")
    assert received.content["data"]["moves"][0]["to_stage"] == "Production"
    near.delete_webhook(made["webhook_id"])
