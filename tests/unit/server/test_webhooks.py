"""The API of webhooks, in process."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from tests.in_process import error_of, in_process_client
from tests.receivers import open_receiver
from trialog.config import load_settings, read_environment
from trialog.errors import ConfigurationError

pytestmark = pytest.mark.anyio

WEBHOOKS = "/api/2.0/mlflow/webhooks"
PUBLIC = "https://93.184.216.34/hook"
CREATED = {"entity": "MODEL_VERSION", "action": "CREATED"}
ALIAS = {"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"}
STAGE = {"entity": "MODEL_VERSION_STAGE", "action": "CHANGED"}
HERE = (ip_network("127.0.0.1/32"),)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with in_process_client(
        tmp_path,
        webhook_secret_encryption_keys=(Fernet.generate_key().decode(),),
        webhook_allowed_schemes=("http", "https"),
        webhook_allowed_networks=HERE,
    ) as opened:
        yield opened


async def create(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(WEBHOOKS, json={"name": "w", "url": PUBLIC, "events": [CREATED], **fields})
    assert answer.status_code == 200, answer.text
    webhook: dict[str, Any] = answer.json()["webhook"]
    return webhook


async def test_a_webhook_is_shown_as_mlflow_shows_it_and_never_its_secret(client: httpx.AsyncClient) -> None:
    webhook = await create(client, secret="swordfish", description="for the team", events=[CREATED, ALIAS, CREATED])
    assert webhook == {
        "webhook_id": webhook["webhook_id"],
        "name": "w",
        "url": PUBLIC,
        "events": [CREATED, ALIAS],
        "description": "for the team",
        "status": "ACTIVE",
        "creation_timestamp": webhook["creation_timestamp"],
        "last_updated_timestamp": webhook["creation_timestamp"],
    }
    address = f"{WEBHOOKS}/{webhook['webhook_id']}"
    assert (await client.get(address)).json() == {"webhook": webhook}
    assert (await client.get(WEBHOOKS)).json() == {"webhooks": [webhook]}
    assert "swordfish" not in (await client.patch(address, json={"name": "v"})).text


async def test_numbers_stand_for_events_and_statuses_as_in_protobuf(client: httpx.AsyncClient) -> None:
    webhook = await create(client, events=[{"entity": 4, "action": 1}], status=2)
    assert webhook["events"] == [ALIAS]
    assert webhook["status"] == "DISABLED"


async def test_stage_changes_stand_apart_from_mlflows_events(client: httpx.AsyncClient) -> None:
    webhook = await create(client, trialog_events=[STAGE])
    assert webhook["events"] == [CREATED]
    assert webhook["trialog_events"] == [STAGE]
    address = f"{WEBHOOKS}/{webhook['webhook_id']}"
    # A client of MLflow that changes the events knows nothing of the others, and they stay.
    changed = (await client.patch(address, json={"events": [ALIAS]})).json()["webhook"]
    assert (changed["events"], changed["trialog_events"]) == ([ALIAS], [STAGE])
    changed = (await client.patch(address, json={"trialog_events": []})).json()["webhook"]
    assert "trialog_events" not in changed
    assert changed["events"] == [ALIAS]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "name"),
        ({"name": "-w"}, "begins and ends with a letter or digit"),
        ({"name": "w" * 64}, "1 to 63"),
        ({"name": "w/v"}, "1 to 63"),
        ({"url": ""}, "url"),
        ({"url": "https://127.0.0.2/"}, "may not reach"),
        ({"url": "https://10.0.0.1/"}, "may not reach"),
        ({"url": "https://[::1]/"}, "may not reach"),
        ({"url": "https://nowhere.invalid/"}, "not known"),
        ({"url": "ftp://93.184.216.34/"}, "scheme"),
        ({"url": "https://u:p@93.184.216.34/"}, "no user name"),
        ({"url": f"https://93.184.216.34/{'a' * 2048}"}, "2048"),
        ({"events": []}, "events"),
        ({"events": [{"entity": "MODEL_VERSION"}]}, "action"),
        ({"events": [{"entity": "MODEL_VERSION", "action": "SET"}]}, "no event model_version.set"),
        ({"events": [{"entity": "NOTHING", "action": "SET"}]}, "must be one of"),
        ({"events": [CREATED] * 101}, "at most 100"),
        ({"events": [STAGE]}, "stands in 'trialog_events'"),
        ({"trialog_events": [CREATED]}, "none of 'trialog_events'"),
        ({"status": "ASLEEP"}, "ACTIVE, DISABLED"),
        ({"description": "d" * 5001}, "5000"),
        ({"secret": "s" * 1001}, "1000"),
    ],
)
async def test_a_wrong_webhook_is_refused_and_nothing_is_changed(
    client: httpx.AsyncClient, fields: dict[str, Any], message: str
) -> None:
    answer = await client.post(WEBHOOKS, json={"name": "w", "url": PUBLIC, "events": [CREATED], **fields})
    status, code, said = error_of(answer)
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert message in said
    assert (await client.get(WEBHOOKS)).json() == {}
    if all(fields.values()):
        webhook = await create(client)
        address = f"{WEBHOOKS}/{webhook['webhook_id']}"
        assert (await client.patch(address, json=fields)).status_code == 400
        assert (await client.get(address)).json()["webhook"] == webhook


async def test_unknown_webhooks_are_not_found(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.get(f"{WEBHOOKS}/none"),
        await client.patch(f"{WEBHOOKS}/none", json={"name": "w"}),
        await client.request("DELETE", f"{WEBHOOKS}/none"),
        await client.post(f"{WEBHOOKS}/none/test", json={}),
        await client.get(f"{WEBHOOKS}/none/deliveries"),
    ):
        assert error_of(answer)[:2] == (404, "RESOURCE_DOES_NOT_EXIST")


async def test_without_a_key_a_secret_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        answer = await client.post(
            WEBHOOKS, json={"name": "w", "url": PUBLIC, "events": [CREATED], "secret": "swordfish"}
        )
        status, _code, said = error_of(answer)
        assert status == 400
        assert "Fernet.generate_key()" in said
        assert "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY" in said
        assert (await client.get(WEBHOOKS)).json() == {}
        assert (await create(client))["status"] == "ACTIVE"


async def test_a_webhook_can_be_tried_out_and_the_answers_body_is_never_shown(client: httpx.AsyncClient) -> None:
    with open_receiver() as receiver:
        receiver.answers = [200, 418]
        webhook = await create(client, url=receiver.url, secret="swordfish")
        address = f"{WEBHOOKS}/{webhook['webhook_id']}/test"
        good = await client.post(address, json={})
        bad = await client.post(address, json={"event": STAGE})
        first, second = receiver.received
    assert good.json() == {"result": {"success": True, "response_status": 200}}
    assert bad.json()["result"]["success"] is False
    assert bad.json()["result"]["response_status"] == 418
    assert "INSIDE" not in good.text + bad.text
    assert first.is_signed_with("swordfish")
    assert (first.content["entity"], first.content["action"]) == ("model_version", "created")
    assert (second.content["entity"], second.content["action"]) == ("model_version_stage", "changed")
    unreachable = await client.post(address, json={})
    assert unreachable.json()["result"]["success"] is False
    assert "No answer of HTTP" in unreachable.json()["result"]["error_message"]


@pytest.mark.parametrize("field", ["secret", "url"])
async def test_a_secret_of_the_wrong_type_is_not_repeated(client: httpx.AsyncClient, field: str) -> None:
    body = {"name": "w", "url": PUBLIC, "events": [CREATED], field: {"a": "S3CR3T"}}
    answer = await client.post(WEBHOOKS, json=body)
    status, _code, said = error_of(answer)
    assert status == 400
    assert f"for parameter '{field}'" in said
    assert "S3CR3T" not in answer.text


async def test_slow_tests_keep_no_other_request_waiting(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialog.server.mlflow_api.webhooks.WAIT_SECONDS", 0.05)
    go_on = Event()
    with open_receiver() as receiver:
        receiver.before_answer = lambda: go_on.wait(60)
        webhook = await create(client, url=receiver.url)
        address = f"{WEBHOOKS}/{webhook['webhook_id']}/test"
        tests = [asyncio.create_task(client.post(address, json={})) for _ in range(10)]
        await asyncio.to_thread(receiver.wait_for, 10)
        assert error_of(await client.post(address, json={}))[:2] == (503, "TEMPORARILY_UNAVAILABLE")
        await create(client)
        go_on.set()
        assert {(await test).json()["result"]["success"] for test in tests} == {True}
        assert (await client.post(address, json={})).json()["result"]["success"] is True


async def test_an_unknown_event_cannot_be_tried_out(client: httpx.AsyncClient) -> None:
    webhook = await create(client)
    event = {"entity": "PROMPT", "action": "SET"}
    answer = await client.post(f"{WEBHOOKS}/{webhook['webhook_id']}/test", json={"event": event})
    assert error_of(answer)[0] == 400


async def test_a_secret_can_be_taken_away(client: httpx.AsyncClient) -> None:
    with open_receiver() as receiver:
        webhook = await create(client, url=receiver.url, secret="swordfish")
        address = f"{WEBHOOKS}/{webhook['webhook_id']}"
        await client.patch(address, json={"secret": ""})
        await client.post(f"{address}/test", json={})
        (received,) = receiver.received
    assert "X-MLflow-Signature" not in received.headers


async def test_there_are_only_so_many_webhooks(client: httpx.AsyncClient) -> None:
    for _ in range(100):
        await create(client)
    answer = await client.post(WEBHOOKS, json={"name": "w", "url": PUBLIC, "events": [CREATED]})
    assert error_of(answer)[0] == 409


async def test_deliveries_of_a_new_webhook_are_none(client: httpx.AsyncClient) -> None:
    webhook = await create(client)
    assert (await client.get(f"{WEBHOOKS}/{webhook['webhook_id']}/deliveries")).json() == {}


@pytest.mark.parametrize(
    "line",
    [
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true",
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https",
        "TRIALOG_WEBHOOK_ALLOWED_NETWORKS=10.0.0.0/8",
        "TRIALOG_WEBHOOK_CA_CERTS=ca.pem",
    ],
)
def test_a_folder_cannot_loosen_the_guard(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(line)
    with pytest.raises(ConfigurationError, match="not taken from a file that only happens to lie"):
        read_environment(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", "ftp"),
        ("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", ","),
        ("TRIALOG_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("TRIALOG_WEBHOOK_ALLOWED_NETWORKS", "inside.example"),
        ("MLFLOW_WEBHOOK_REQUEST_TIMEOUT", "0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"The variable {name} is"):
        load_settings({}, {name: value})
