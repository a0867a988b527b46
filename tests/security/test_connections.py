"""What a client does with its connections harms nobody else: heads, trailers, pauses, upgrades, unread answers."""

import asyncio
import contextlib
import importlib.util
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.certificates import write_certificates
from tests.in_process import in_process_app
from trialog.server.connection import ConnectionLimits, connection_type

pytestmark = pytest.mark.anyio

LOOPS = [False, True] if importlib.util.find_spec("uvloop") else [False]
PATIENCE = 60
MANY = 1000
GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
CREATE = b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
Serve = Callable[..., AbstractAsyncContextManager["Address"]]


@pytest.fixture(params=LOOPS, ids=lambda use_uvloop: "uvloop" if use_uvloop else "asyncio")
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": request.param}


class Client:
    """One connection, by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send, unless the server has closed."""
        self._writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """Read one answer: status and body."""
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").lower().split("\r\n")
            (length,) = (int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
            return int(head.split()[1]), await self._reader.readexactly(length)

    async def refusal(self) -> tuple[int, str]:
        """Read an answer in MLflow's error shape and the end of the connection: status and code."""
        status, body = await self.answer()
        assert await self.rest() == b""
        content = json.loads(body)
        assert content["error_code"], content
        assert content["message"], content
        return status, content["code"]

    async def rest(self) -> bytes:
        """Read until the server closes."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""

    async def close(self) -> None:
        """Close."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


class Address:
    """Where the server is."""

    def __init__(self, port: int, server: uvicorn.Server, context: ssl.SSLContext | None) -> None:
        self._port = port
        self._server = server
        self._context = context
        self._clients: list[Client] = []

    async def connect(self) -> Client:
        """Open a connection."""
        opened = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._context)
        self._clients.append(Client(*opened))
        return self._clients[-1]

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Ask once, over a connection of its own."""
        client = await self.connect()
        await client.send(request)
        answer = await client.answer()
        await client.close()
        return answer

    async def until_connections(self, count: int) -> None:
        """Wait until the server has so many connections."""
        async with asyncio.timeout(PATIENCE):
            while len(self._server.server_state.connections) != count:  # noqa: ASYNC110  uvicorn tells nobody
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Close what is open, and the server."""
        for client in self._clients:
            await client.close()
        self._server.should_exit = True


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    return partial(serving, tmp_path)


@asynccontextmanager
async def serving(directory: Path, limits: ConnectionLimits, *, with_tls: bool = False) -> AsyncIterator[Address]:
    """Run the server on a port of its own."""
    context = None
    if with_tls:
        write_certificates(directory)
        context = ssl.create_default_context(cafile=str(directory / "good"))
    async with in_process_app(directory) as app:
        config = uvicorn.Config(
            app,
            http=connection_type(limits),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            timeout_keep_alive=PATIENCE,
            timeout_graceful_shutdown=1,
            ssl_certfile=directory / "good" if with_tls else None,
            ssl_keyfile=directory / "key" if with_tls else None,
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(server._serve(sockets=[listener]))
                address = Address(listener.getsockname()[1], server, context)
                yield address
                await address.stop()


FLOODS = {
    "one endless header": (GET + b"X-A: ", b"a" * 4096),
    "headers without end": (GET, b"a: b\r\n" * 700),
    "an endless address": (b"GET /health?", b"a" * 4096),
    "an endless method": (b"", b"A" * 4096),
    "trailers without end": (CREATE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 700),
    "an endless chunk extension": (CREATE + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 4096),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_head_without_end_is_refused(serve: Serve, name: str) -> None:
    first, piece = FLOODS[name]
    async with serve(ConnectionLimits(MANY)) as address:
        client = await address.connect()
        await client.send(first + piece * 40)
        status, code = await client.refusal()
        assert (status, code) in {(431, "request.head_too_large"), (400, "request.not_http")}
        assert status == 431 or name == "an endless method"
        assert (await address.ask(GET + b"\r\n"))[0] == 200


async def test_a_long_head_is_taken(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY)) as address:
        client = await address.connect()
        for _ in range(3):
            # The address of the most that may be asked in a query, and more after it.
            await client.send(b"GET /health?" + b"a" * 60_000 + GET[11:] + b"\r\n")
            assert (await client.answer())[0] == 200


async def test_what_is_no_http_is_refused_in_the_shape_of_errors(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY)) as address:
        for request in (
            b"\x16\x03\x01\x02\x00\x01",
            b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
            b"CONNECT x HTTP/1.1\r\n\r\n",
        ):
            client = await address.connect()
            await client.send(request)
            assert await client.refusal() == (400, "request.not_http")


async def test_a_head_that_does_not_come_ends_the_connection(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY, head_seconds=1)) as address:
        idle = await address.connect()
        await idle.send(GET + b"\r\n")
        assert (await idle.answer())[0] == 200
        beginnings = (b"", b"GET /hea", GET, b"\r\n")
        slow = [await address.connect() for _ in beginnings]
        for client, beginning in zip(slow, beginnings, strict=True):
            await client.send(beginning)
        assert [await client.rest() for client in slow] == [b""] * len(slow)
        later = await address.connect()
        await later.send(GET + b"\r\n")
        assert (await later.answer())[0] == 200
        await later.send(GET)
        assert await later.rest() == b""
        # Longer than any head may take, this one asked nothing, and is still there.
        await idle.send(GET + b"\r\n")
        assert (await idle.answer())[0] == 200


async def test_a_refused_body_that_does_not_come_ends_the_connection(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY, head_seconds=1)) as address:
        client = await address.connect()
        await client.send(CREATE + b"Content-Length: 999999999999\r\n\r\n")
        assert (await client.answer())[0] == 413
        await client.send(b"x")
        assert await client.rest() == b""


async def test_a_refused_body_may_come_and_the_connection_goes_on(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY)) as address:
        client = await address.connect()
        await client.send(b"PUT /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100)
        assert (await client.answer())[0] == 404
        await client.send(b"x" * 299_900 + GET + b"\r\n")
        assert await client.answer() == (200, b"OK")


async def test_there_are_no_more_connections_than_the_server_can_have(serve: Serve) -> None:
    async with serve(ConnectionLimits(3)) as address:
        clients = [await address.connect() for _ in range(3)]
        await address.until_connections(3)
        assert await (await address.connect()).refusal() == (503, "server.too_many_connections")
        for client in clients:
            await client.send(GET + b"\r\n")
            assert (await client.answer())[0] == 200
        await clients[0].close()
        await address.until_connections(2)
        assert (await address.ask(GET + b"\r\n"))[0] == 200


UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
async def test_an_upgrade_is_not_made_and_the_request_answered(
    serve: Serve, caplog: pytest.LogCaptureFixture, protocol: bytes
) -> None:
    async with serve(ConnectionLimits(MANY)) as address:
        client = await address.connect()
        asking = GET + UPGRADE.replace(b"h2c", protocol)
        await client.send((asking + b"Content-Length: 0\r\n\r\n") * 2 + asking + b"\r\n" + GET + b"\r\n")
        assert [await client.answer() for _ in range(4)] == [(200, b"OK")] * 4
    assert caplog.messages == []


@pytest.mark.parametrize("length", [b"Content-Length: %d", b"content-length: 0%d", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("is_in_one", [True, False])
async def test_a_body_is_not_taken_for_the_next_request(serve: Serve, length: bytes, *, is_in_one: bool) -> None:
    body = GET + b"\r\n"
    if b"%d" in length:
        length = length % len(body)
    else:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    async with serve(ConnectionLimits(MANY)) as address:
        client = await address.connect()
        target = f"{FILES}/0/file.bin".encode()
        head = b"PUT %b HTTP/1.1\r\nHost: localhost\r\n%b%b\r\n\r\n" % (target, UPGRADE, length)
        for piece in [head + body] if is_in_one else [head, body]:
            await client.send(piece)
        assert await client.refusal() == (400, "request.upgrade_with_body")
        assert (await address.ask(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % target))[0] == 404


async def test_trailers_are_no_headers(serve: Serve) -> None:
    async with serve(ConnectionLimits(MANY)) as address:
        head = b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        body = b'16\r\n{"experiment_id": "0"}\r\n0\r\nContent-Type: application/json\r\nHost: evil.example\r\n\r\n'
        status, answer = await address.ask(head + body)
        assert (status, json.loads(answer)["code"]) == (400, "request.no_content_type")


@pytest.mark.parametrize("with_tls", [False, True])
async def test_an_answer_that_nobody_reads_ends_the_connection(serve: Serve, *, with_tls: bool) -> None:
    async with serve(ConnectionLimits(MANY, stalled_seconds=1), with_tls=with_tls) as address:
        content = bytes(range(256)) * 4 * 32 * 1024
        put = f"PUT {FILES}/0/large.bin HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        get = f"GET {FILES}/0/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        assert (await address.ask(put + content))[0] == 200
        for _ in range(2):
            assert await address.ask(get) == (200, content)
        await address.until_connections(0)
        client = await address.connect()
        await client.send(get)
        await address.until_connections(1)
        await address.until_connections(0)
        assert not (await client.rest()).endswith(content)
