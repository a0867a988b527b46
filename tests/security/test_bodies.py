"""Bodies that are no JSON, too large, endless, slow, compressed or contradictory change nothing and hold nobody up."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from tests.in_process import ADDRESS, HOST, ask, error_of, in_process_app
from trialog.web import Application

pytestmark = pytest.mark.anyio

CREATE = "/api/2.0/mlflow/experiments/create"
TAG = "/api/2.0/mlflow/experiments/set-experiment-tag"
JSON = ("content-type", "application/json")
DEEP = 200_000
BODIES: dict[str, bytes] = {
    "lists within lists": b"[" * DEEP + b"]" * DEEP,
    "lists without end": b"[" * DEEP,
    "objects within objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "depth in an unknown field": b'{"name":"x","unknown":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "depth in a known field": b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "depth in a list": b'{"name":"x","tags":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "text within text": json.dumps(json.dumps("[" * 50_000)).encode(),
    "a number without end": b'{"name":"x","tags":' + b"9" * 1_000_000 + b"}",
    "an exponent without end": b'{"name":"x","tags":1e' + b"9" * 100_000 + b"}",
    "a fraction without end": b'{"name":0.' + b"1" * 1_000_000 + b"}",
    "infinity": b'{"name":"x","tags":1e999}',
    "bare NaN": b'{"name":NaN}',
    "very many values": b'{"name":"x","tags":[' + b"1," * 3_000_000 + b"1]}",
    "very many fields": b"{" + b",".join(b'"f%d":1' % number for number in range(1_100_000)) + b"}",
    "a text where a list belongs": b'{"name":"x","tags":"y"}',
    "prototypes": b'{"name":{"__proto__":{"x":1}}}',
    "NUL in a name": b'{"na\\u0000me":"x"}',
    "a lone surrogate": b'{"name":"\\ud800"}',
    "an overlong slash": b'{"name":"a\xc0\xafb"}',
    "bytes that are no UTF-8": b'{"name":"\xff\xfe"}',
    "UTF-16": '{"name":"x"}'.encode("utf-16"),
    "UTF-32": '{"name":"x"}'.encode("utf-32"),
    "UTF-7": b'+AHs-"name":"x"+AH0-',
    "single quotes": b"{'name':'x'}",
    "comments": b'{"name":"x"/* */}',
    "a comma too many": b'{"name":"x",}',
    "two objects": b'{"name":"x"}{"name":"y"}',
    "what was cut off": b'{"name":"x"',
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
    "YAML": b"name: x",
    "a pickle": b"\x80\x04cos\nmkdir\n(S'canary'\ntR.",
    "msgpack": b"\x81\xa4name\xa1x",
    "a form": b"name=x",
    "parts of a form": b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--',
    "protobuf": b"\x0a\x01x",
    "nothing but spaces": b" " * 1_000_000,
    "gzip": gzip.compress(b'{"name":"x"}'),
}


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    async with in_process_app(tmp_path_factory.mktemp("server"), body_seconds=1, max_json_bytes=16_000_000) as opened:
        yield opened


async def experiments(app: Application) -> set[str]:
    answer = await ask(app, "GET", "/api/2.0/mlflow/experiments/search?max_results=1000")
    return {found["name"] for found in json.loads(answer.body)["experiments"]}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_none_is_refused_and_changes_nothing(app: Application, name: str) -> None:
    answer = await ask(app, "POST", CREATE, [HOST, JSON], BODIES[name])
    assert error_of(answer)[0] in {400, 413}, answer.body[:300]
    assert len(answer.body) < 4000
    assert await experiments(app) == {"Default"}


@pytest.mark.parametrize(
    "encoding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip", "x-gzip", "identity, gzip"]
)
async def test_nothing_is_unpacked(app: Application, encoding: str) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    answer = await ask(app, "POST", CREATE, [HOST, JSON, ("content-encoding", encoding)], bomb)
    assert error_of(answer)[0] == 400
    assert "Content-Encoding" in error_of(answer)[2]


async def test_of_a_repeated_field_every_reader_sees_the_same(app: Application) -> None:
    """A proxy that checks the first and a server that takes the last would each see another name."""
    body = b'{"experiment_id":"0","key":"k","value":"first","value":"last"}'
    answer = await ask(app, "POST", TAG, [HOST, JSON], body)
    shown = await ask(app, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0")
    tags = {tag["key"]: tag["value"] for tag in json.loads(shown.body)["experiment"].get("tags", [])}
    assert (answer.status, tags.get("k")) in {(200, "last"), (400, None)}


class Client:
    """Sends a body piece by piece through ASGI, as slowly as it likes.

    Args:
        piece: What it sends, again and again.
        pieces: How often; then it neither sends nor goes away.
    """

    def __init__(self, piece: bytes, pieces: int) -> None:
        self._piece = piece
        self._left = pieces
        self.sent: list[Any] = []
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        if self._left == 0:
            await anyio.sleep_forever()
        self._left -= 1
        self.taken += len(self._piece)
        return {"type": "http.request", "body": self._piece, "more_body": True}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(self, app: Application, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> int:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "scheme": "http",
            "headers": [(b"host", ADDRESS.removeprefix("http://").encode()), *headers],
        }
        await app(scope, self.receive, self.send)
        return int(self.sent[0]["status"])


TYPE = (b"content-type", b"application/json")
CHUNKED = (b"transfer-encoding", b"chunked")


async def test_a_body_without_end_is_cut_off_at_the_limit(app: Application) -> None:
    client = Client(b" " * 1_000_000, -1)
    assert await client.ask(app, "POST", CREATE, [TYPE, CHUNKED]) == 413
    # The limit, and what is read beyond it so that the client gets to reading the answer.
    assert client.taken < 100_000_000
    assert (b"connection", b"close") in client.sent[0]["headers"]


async def test_a_length_that_is_too_large_is_refused_unread(app: Application) -> None:
    for length in (b"16000001", b"999999999999999999"):
        client = Client(b" ", 1)
        assert await client.ask(app, "POST", CREATE, [TYPE, (b"content-length", length)]) == 413
        assert client.taken == 0


SLOW: dict[str, Callable[[Application], Any]] = {
    "JSON that stops": lambda app: Client(b"{", 1).ask(app, "POST", CREATE, [TYPE, (b"content-length", b"10")]),
    "JSON that never begins": lambda app: Client(b"", 0).ask(app, "POST", CREATE, [TYPE, (b"content-length", b"10")]),
    "a file that stops": lambda app: Client(b"x", 3).ask(
        app, "PUT", "/api/2.0/mlflow-artifacts/artifacts/slow.bin", [(b"content-length", b"10")]
    ),
}


@pytest.mark.parametrize("name", SLOW)
async def test_a_body_that_stops_is_given_up(app: Application, name: str) -> None:
    assert await SLOW[name](app) in {408, 400}
    listed = await ask(app, "GET", "/api/2.0/mlflow-artifacts/artifacts")
    assert "slow.bin" not in listed.body.decode()


async def test_others_are_answered_while_bodies_are_awaited(app: Application) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(200):
            tasks.start_soon(Client(b"{", 1).ask, app, "POST", CREATE, [TYPE, (b"content-length", b"10")])
        await anyio.lowlevel.checkpoint()
        assert (await ask(app, "GET", "/health")).status == 200
        assert await experiments(app) == {"Default"}
        tasks.cancel_scope.cancel()
