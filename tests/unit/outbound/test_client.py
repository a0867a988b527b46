"""The guarded client, against real servers on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.certificates import write_certificates
from tests.receivers import open_receiver
from trialog.errors import ConfigurationError, InvalidParameter
from trialog.outbound import AddressPolicy, GuardedClient, OutboundFault, Resolver

pytestmark = pytest.mark.anyio

HERE = AddressPolicy(allowed_networks=(ip_network("127.0.0.1/32"),))
BOTH = ("http", "https")
Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def client(
    *,
    policy: AddressPolicy = HERE,
    seconds: float = 30.0,
    ca_certs: Path | None = None,
    addresses: Sequence[str] | None = None,
) -> GuardedClient:
    if addresses is None:
        return GuardedClient(policy, schemes=BOTH, seconds=seconds, ca_certs=ca_certs)
    known = tuple(addresses)
    resolver: Resolver = lambda _host, _port: known  # noqa: E731  # a name for its type
    return GuardedClient(policy, schemes=BOTH, seconds=seconds, ca_certs=ca_certs, resolver=resolver)


@asynccontextmanager
async def open_server(converse: Conversation) -> AsyncIterator[str]:
    """Serve whatever a test wants to see, and yield the address."""
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await converse(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.transport.abort()
            ended.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await ended.wait()
    finally:
        server.close()


async def test_the_status_comes_back_and_the_request_is_whole() -> None:
    with open_receiver() as receiver:
        receiver.answers = [202]
        answer = await client().post(f"{receiver.url}/hook?a=b", b'{"x": 1}', {"X-MLflow-Delivery-Id": "d"})
        (received,) = receiver.received
    assert answer == (202, None)
    assert received.path == "/hook?a=b"
    assert received.body == b'{"x": 1}'
    assert received.headers["Host"] == receiver.url.removeprefix("http://")
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["X-MLflow-Delivery-Id"] == "d"


async def test_the_connection_goes_to_the_address_that_was_checked_under_the_name_of_the_url() -> None:
    with open_receiver() as receiver:
        url = f"http://receiver.example:{receiver.port}/hook"
        await client(addresses=["127.0.0.1"]).post(url, b"{}", {})
        (received,) = receiver.received
    assert received.headers["Host"] == f"receiver.example:{receiver.port}"


async def test_a_name_is_looked_up_once_for_each_request() -> None:
    asked = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with open_receiver() as receiver:
        guarded = GuardedClient(HERE, schemes=BOTH, resolver=resolver)
        assert (await guarded.post(f"http://receiver.example:{receiver.port}/", b"{}", {})).status == 200
        assert asked == ["receiver.example"]
        with pytest.raises(OutboundFault, match="may not reach"):
            await guarded.post(f"http://receiver.example:{receiver.port}/", b"{}", {})
        assert len(receiver.received) == 1


async def test_a_name_that_stands_for_one_forbidden_address_among_others_is_not_connected_to() -> None:
    with open_receiver() as receiver:
        for addresses in (["127.0.0.1", "10.0.0.1"], ["169.254.169.254", "127.0.0.1"], []):
            with pytest.raises(OutboundFault, match="may not reach") as refused:
                await client(addresses=addresses).post(f"http://receiver.example:{receiver.port}/", b"{}", {})
            assert "10.0.0.1" not in refused.value.message
        assert receiver.received == ()


async def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    with open_receiver() as receiver:
        policy = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"),))
        guarded = client(policy=policy, addresses=["127.0.0.9", "127.0.0.1"])
        assert (await guarded.post(f"http://receiver.example:{receiver.port}/", b"{}", {})).status == 200


async def test_a_check_refuses_what_could_not_be_sent_to() -> None:
    await client(addresses=["127.0.0.1"]).check("https://receiver.example/")
    with pytest.raises(InvalidParameter, match="may not reach"):
        await client(addresses=["127.0.0.2"]).check("https://receiver.example/")
    with pytest.raises(InvalidParameter, match="Invalid webhook URL"):
        await client(addresses=["127.0.0.1"]).check("https://user@receiver.example/")

    def knows_nothing(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(InvalidParameter, match=r"'receiver\.example' is not known") as unknown:
        await GuardedClient(HERE, resolver=knows_nothing).check("https://receiver.example/")
    with pytest.raises(InvalidParameter, match=r"'receiver\.example' is not known") as forbidden:
        await client(addresses=["127.0.0.2"]).check("https://receiver.example/")
    # Else it could be asked which names the inside has.
    assert (unknown.value.code, unknown.value.message) == (forbidden.value.code, forbidden.value.message)


async def test_a_fault_does_not_tell_what_listens_where() -> None:
    async def speak_otherwise(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    faults = set()
    with open_receiver() as receiver:
        url = receiver.url
        with pytest.raises(OutboundFault, match="No answer") as fault:
            await client().post(url.replace("http:", "https:"), b"{}", {})
        faults.add((fault.value.code, fault.value.message, fault.value.is_final))
    with pytest.raises(OutboundFault, match="No answer") as fault:
        await client().post(url, b"{}", {})
    faults.add((fault.value.code, fault.value.message, fault.value.is_final))
    for converse in (speak_otherwise, hang_up):
        async with open_server(converse) as url:
            with pytest.raises(OutboundFault, match="No answer") as fault:
                await client().post(url, b"{}", {})
        faults.add((fault.value.code, fault.value.message, fault.value.is_final))
    assert len(faults) == 1


async def test_a_redirect_is_an_answer_and_nothing_more() -> None:
    with open_receiver() as inside, open_receiver() as receiver:
        receiver.answers = [307]
        receiver.headers = {"Location": inside.url}
        assert (await client().post(receiver.url, b"{}", {})).status == 307
        assert inside.received == ()


async def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_receiver() as proxy, open_receiver() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await client().post(receiver.url, b"{}", {})).status == 200
        assert proxy.received == ()


async def test_a_receiver_may_ask_to_be_left_alone_for_a_while() -> None:
    with open_receiver() as receiver:
        receiver.answers = [429]
        receiver.headers = {"Retry-After": "17"}
        assert await client().post(receiver.url, b"{}", {}) == (429, 17)


async def test_nobody_there_is_a_fault_that_may_pass() -> None:
    with open_receiver() as receiver:
        url = receiver.url
    with pytest.raises(OutboundFault, match="No answer of HTTP") as fault:
        await client().post(url, b"{}", {})
    assert not fault.value.is_final


async def test_a_receiver_that_drips_is_given_up_in_time() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.transport.is_closing():
            writer.write(b"X: y\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)  # the receiver is the slow one here; the test waits for nothing

    async with open_server(drip) as url:
        with pytest.raises(OutboundFault, match=r"more than 0\.2 seconds"):
            await client(seconds=0.2).post(url, b"{}", {})


async def test_a_receiver_that_says_nothing_is_given_up_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with open_server(say_nothing) as url:
        with pytest.raises(OutboundFault, match=r"more than 0\.2 seconds"):
            await client(seconds=0.2).post(url, b"{}", {})


async def test_an_endless_body_is_not_read() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with open_server(talk) as url:
        assert (await client().post(url, b"{}", {})).status == 200


async def test_a_head_without_end_is_given_up() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: " + b"y" * 65536)
            await writer.drain()

    async with open_server(talk) as url:
        with pytest.raises(OutboundFault, match="No answer of HTTP"):
            await client().post(url, b"{}", {})


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\n\r\n",
        b"HTTP/1.1 20 Short\r\n\r\n",
        b"220 mail.example ESMTP\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 9,
    ],
)
async def test_what_is_no_http_is_a_fault(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        writer.write(answer)
        writer.write_eof()
        await reader.read()

    async with open_server(talk) as url:
        with pytest.raises(OutboundFault, match="No answer of HTTP"):
            await client().post(url, b"{}", {})


async def test_interim_answers_are_passed_over() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with open_server(talk) as url:
        assert (await client().post(url, b"{}", {})).status == 204


async def test_https_is_verified_against_the_name_of_the_url(tmp_path: Path) -> None:
    write_certificates(tmp_path, "receiver.example")
    trusting = client(ca_certs=tmp_path / "good", addresses=["127.0.0.1"])
    with open_receiver(tmp_path) as receiver:
        assert (await trusting.post(f"https://receiver.example:{receiver.port}/", b"{}", {})).status == 200
        assert receiver.received[0].headers["Host"] == f"receiver.example:{receiver.port}"
        with pytest.raises(OutboundFault, match="certificate was not accepted"):
            await trusting.post(f"https://other.example:{receiver.port}/", b"{}", {})
        with pytest.raises(OutboundFault, match="certificate was not accepted"):
            await client(addresses=["127.0.0.1"]).post(f"https://receiver.example:{receiver.port}/", b"{}", {})
        assert len(receiver.received) == 1


async def test_a_numeric_address_is_verified_too(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    with open_receiver(tmp_path) as receiver:
        assert (await client(ca_certs=tmp_path / "good").post(receiver.url, b"{}", {})).status == 200


async def test_the_systems_variable_for_authorities_is_heeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_certificates(tmp_path)
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(tmp_path / "good"))
    with open_receiver(tmp_path) as receiver:
        assert (await client().post(receiver.url, b"{}", {})).status == 200


async def test_a_receiver_that_speaks_no_tls_is_a_fault() -> None:
    with open_receiver() as receiver, pytest.raises(OutboundFault, match=r"No answer of HTTP"):
        await client().post(receiver.url.replace("http:", "https:"), b"{}", {})


@pytest.mark.parametrize("name", ["garbage", "missing"])
def test_authorities_that_cannot_be_read_are_refused_at_once(tmp_path: Path, name: str) -> None:
    write_certificates(tmp_path)
    with pytest.raises(ConfigurationError, match="TRIALOG_WEBHOOK_CA_CERTS"):
        client(ca_certs=tmp_path / name)


async def test_whoever_waits_for_a_name_can_be_told_to_stop() -> None:
    asked, answered = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(_host: str, _port: int) -> list[str]:
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(answered.wait(), loop).result()
        return ["127.0.0.1"]

    with pytest.raises(OutboundFault, match=r"more than 0\.1 seconds"):
        await GuardedClient(HERE, schemes=BOTH, seconds=0.1, resolver=slow).post("http://slow.example/", b"{}", {})
    await asked.wait()
    answered.set()
