"""A webhook is no way into the operator's network: neither by its address, nor by its name, nor by an answer."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.in_process import error_of, in_process_client
from tests.receivers import open_receiver
from tests.servers import start_trialog
from trialog.outbound import AddressPolicy, GuardedClient, OutboundFault

pytestmark = pytest.mark.anyio

WEBHOOKS = "/api/2.0/mlflow/webhooks"
EVENTS = [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]
INSIDE = (
    "127.0.0.1",
    "127.0.0.1:5000",
    "127.1",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "10.0.0.5",
    "172.16.5.5",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "168.63.129.16",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:a9fe:a9fe::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "127。0。0。1",
    "１２７.0.0.1",
    "93.184.216.34@127.0.0.1",
    "127.0.0.1#@93.184.216.34",
    "93.184.216.34\\@127.0.0.1",
)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with in_process_client(tmp_path) as opened:
        yield opened


async def create(client: httpx.AsyncClient, url: str) -> httpx.Response:
    return await client.post(WEBHOOKS, json={"name": "w", "url": url, "events": EVENTS})


@pytest.mark.parametrize("host", INSIDE)
async def test_no_spelling_of_an_address_of_the_inside_is_taken(client: httpx.AsyncClient, host: str) -> None:
    status, code, _ = error_of(await create(client, f"https://{host}/hook"))
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert (await client.get(WEBHOOKS)).json() == {}


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fe80::1]", "168.63.129.16", "[fd00:ec2::254]", "100.100.100.200"]
)
async def test_the_metadata_of_a_cloud_stays_out_of_reach_where_private_addresses_are_allowed(
    tmp_path: Path, host: str
) -> None:
    async with in_process_client(tmp_path, webhook_allow_private_ips=True) as client:
        assert error_of(await create(client, f"https://{host}/"))[0] == 400
        assert (await create(client, "https://10.0.0.5/")).status_code == 200


async def test_plain_http_is_refused_unless_the_operator_allows_it(client: httpx.AsyncClient) -> None:
    assert "scheme" in error_of(await create(client, "http://93.184.216.34/"))[2]


async def test_a_name_that_is_rebound_after_the_check_reaches_nothing() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["169.254.169.254"], ["93.184.216.34", "127.0.0.1"]])
    guarded = GuardedClient(AddressPolicy(), schemes=("http",), resolver=lambda _host, _port: next(answers))
    with open_receiver() as inside:
        url = f"http://rebinding.example:{inside.port}/"
        await guarded.check(url)
        for _ in range(3):
            with pytest.raises(OutboundFault, match="may not reach"):
                await guarded.post(url, b"{}", {})
        assert inside.received == ()


async def test_a_redirect_into_the_inside_is_not_followed_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    with open_receiver() as inside, open_receiver() as receiver:
        receiver.headers = {"Location": f"{inside.url}/admin"}
        receiver.answers = [301, 302, 303, 307, 308]
        async with in_process_client(
            tmp_path,
            webhook_allowed_schemes=("http",),
            webhook_allowed_networks=(ip_network("127.0.0.1/32"),),
        ) as client:
            webhook = (await create(client, receiver.url)).json()["webhook"]
            for status in (301, 302, 303, 307, 308):
                answer = await client.post(f"{WEBHOOKS}/{webhook['webhook_id']}/test", json={})
                result: dict[str, Any] = answer.json()["result"]
                assert (result["success"], result["response_status"]) == (False, status)
                assert "INSIDE" not in answer.text
                assert "admin" not in answer.text
        assert inside.received == ()


def test_neither_secrets_nor_answers_nor_addresses_stand_in_the_log_or_the_store(tmp_path: Path) -> None:
    with open_receiver() as receiver:
        receiver.answers = [400]
        environment = {
            "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1sZW5ndGghISE=",
            "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http",
            "TRIALOG_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
            "TRIALOG_LOG_LEVEL": "debug",
        }
        with (
            start_trialog(tmp_path, environment=environment) as server,
            httpx.Client(base_url=server.url, trust_env=False) as client,
        ):
            body = {"name": "w", "url": f"{receiver.url}/T0KEN", "events": EVENTS, "secret": "swordfish"}
            webhook = client.post(WEBHOOKS, json=body).json()["webhook"]
            client.post("/api/2.0/mlflow/registered-models/create", json={"name": "ticker"}).raise_for_status()
            (received,) = receiver.wait_for(1)
            assert received.is_signed_with("swordfish")
            address = f"{WEBHOOKS}/{webhook['webhook_id']}/deliveries"
            while client.get(address).json()["deliveries"][0]["state"] == "waiting":
                continue
            shown = client.get(address).text
        log = server.log
    assert "webhook.refused" in log
    for text in (log, shown):
        for hidden in ("swordfish", "T0KEN", "INSIDE", "c2VjcmV0"):
            assert hidden not in text
    assert all(b"swordfish" not in file.read_bytes() for file in tmp_path.glob("trialog.db*"))


def test_a_key_that_is_none_stops_the_start_and_is_not_shown(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="is no Fernet key") as refused,
        start_trialog(tmp_path, environment={"MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "not-a-key-at-all"}),
    ):
        pass
    assert "not-a-key-at-all" not in str(refused.value)
