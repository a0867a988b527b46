"""Every payload in every text that a request holds: nothing outside is opened, run, reached or told, nothing breaks.

The route table says which texts there are. The process is watched while it answers, so that an attack that succeeds
behind a harmless answer is seen too.
"""

import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
from msgspec.inspect import BoolType, EnumType, FloatType, IntType, NoneType, StructType, type_info

from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from tests.security.effort import EFFORT
from tests.security.inventory import JSON, Place, Sent, request_with, text_places
from tests.security.payloads import CANARY, SECRET, TEXTS, escaped
from tests.security.watch import watching
from trialog.server.logs import RedactingFormatter
from trialog.web import Application
from trialog.wire.routes import Route
from trialog.wire.routes.table import ROUTES

pytestmark = pytest.mark.anyio

ATTACKED = [route for route in ROUTES if text_places(route)]
SECRET_CONTENT = "what-nobody-may-read-7d2f"
SOUND = {200, 206, 304}
REFUSED = {400, 404, 405, 409, 413, 416, 501}
HEADERS = {
    "accept-ranges",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "etag",
    "last-modified",
    "server",
    "x-content-type-options",
    "x-frame-options",
}
# Texts that can become a path get more of the attacks that lead out of a folder.
PATHS = re.compile(r"path|source|location|_id|_uuid|_ids|name|version|url|pattern|upload|directory")
PAYLOADS = [(kind, text) for kind, texts in TEXTS.items() if kind != "path traversal" for text in texts]
PATH_PAYLOADS = [("path traversal", text) for text in TEXTS["path traversal"]]
AT_ONCE = 16
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ [\w.]+ |\s{4}")


class Lines(logging.Handler):
    """The log as the server writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(
            # As `configure_logging` has it, which would take the place of pytest's own.
            RedactingFormatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        )
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"


@dataclass
class Target:
    """A server with files beside it that nobody may reach."""

    app: Application
    place: Path
    log: Lines
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> Path:
        return self.place / "secret.txt"

    @property
    def canary(self) -> Path:
        return self.place / "canary"

    def filled(self, text: str) -> str:
        return text.replace(SECRET, str(self.secret)).replace(CANARY, str(self.canary))

    async def send(self, sent: Sent) -> RawAnswer:
        target, body = sent.target, sent.body
        for name, real in self.ids.items():
            target = target.replace(escaped(name), real)
            body = body.replace(name.encode(), real.encode())
        headers = [HOST, *sent.headers]
        return await ask(self.app, sent.method, target, headers, body)

    async def _made(self, path: str, **content: object) -> dict[str, dict[str, dict[str, str]]]:
        answer = await self.send(Sent("POST", f"/api/2.0/mlflow/{path}", [JSON], json.dumps(content).encode()))
        return json.loads(answer.body)  # type: ignore[no-any-return]  # JSON has no type

    async def make_known(self) -> None:
        """Make anew what attacks on the route before may have deleted."""
        await self._made("experiments/restore", experiment_id="0")
        run = await self._made("runs/create", experiment_id="0")
        model = await self._made("logged-models", experiment_id="0", name="m")
        self.ids = {"@RUN@": run["run"]["info"]["run_id"], "@MODEL@": model["model"]["info"]["model_id"]}
        await self._made("registered-models/create", name="known")
        await self._made("model-versions/create", name="known", source="s3://bucket/model")
        await self._made("runs/log-metric", run_id=self.ids["@RUN@"], key="loss", value=1, timestamp=1)

    def files(self) -> set[str]:
        """What lies beside the artifacts."""
        return {file.name for file in self.place.iterdir()}


@pytest.fixture(scope="module")
async def target(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    place = tmp_path_factory.mktemp("server")
    (place / "secret.txt").write_text(SECRET_CONTENT)
    log = Lines()
    root = logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        async with in_process_app(place) as app:
            yield Target(app, place, log)
    finally:
        root.removeHandler(log)
        root.setLevel(level)


def attacks_on(number: int, place: Place) -> list[tuple[str, str]]:
    """Payloads for a place: another slice for each, all of them in the end."""
    is_path = any(isinstance(step, str) and PATHS.search(step) for step in place)
    count = (8 if is_path else 5) * EFFORT
    chosen = [PAYLOADS[(number * 5 + index) % len(PAYLOADS)] for index in range(min(count, len(PAYLOADS)))]
    count = (10 if is_path else 1) * EFFORT
    return chosen + [
        PATH_PAYLOADS[(number * 37 + index * 11) % len(PATH_PAYLOADS)]
        for index in range(min(count, len(PATH_PAYLOADS)))
    ]


def check_answer(answer: RawAnswer, sent: Sent) -> None:
    assert answer.status in SOUND | REFUSED, (sent, answer)
    assert answer.headers.keys() <= HEADERS, (sent, answer.headers)
    assert not any(set("\r\n\0") & set(value) for value in answer.headers.values()), (sent, answer.headers)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert SECRET_CONTENT.encode() not in answer.body
    assert b"root:x:0:" not in answer.body
    if answer.status in REFUSED:
        assert error_of(answer)
    elif "content-security-policy" in answer.headers:
        assert answer.headers["content-security-policy"] == "sandbox"
        assert answer.headers["content-disposition"].startswith("attachment;")
    else:
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "number", range(len(ATTACKED)), ids=lambda number: f"{ATTACKED[number].method}-{ATTACKED[number].operation}"
)
async def test_no_text_gets_through(target: Target, number: int) -> None:
    route = ATTACKED[number]
    await target.make_known()
    before = target.files()
    written = len(target.log.text)
    waiting = [
        request_with(route, place, target.filled(text), alias=position)
        for position, place in enumerate(text_places(route))
        for _, text in attacks_on(number * 13 + position, place)
    ]
    with watching(target.place) as seen:
        for start in range(0, len(waiting), AT_ONCE):
            async with anyio.create_task_group() as tasks:
                for sent in waiting[start : start + AT_ONCE]:
                    tasks.start_soon(attack, target, sent)
    if route.path.endswith(("/webhooks", "/webhooks/{webhook_id}")):
        # The names in their URLs are looked up; which answers may be gone to is test_webhook_addresses.py's affair.
        seen[:] = [(event, what) for event, what in seen if event != "socket.getaddrinfo"]
    assert seen == []
    assert not target.canary.exists()
    assert target.secret.read_text() == SECRET_CONTENT
    assert target.files() == before
    lines = target.log.text[written:].splitlines()
    assert [line for line in lines if not LINE.match(line)] == []
    assert [line for line in lines if " ERROR " in line] == []


async def attack(target: Target, sent: Sent) -> None:
    check_answer(await target.send(sent), sent)


async def test_a_path_is_refused_in_the_address_itself_however_it_is_spelled(target: Target) -> None:
    await target.make_known()
    before = target.files()
    addresses = [(route.method, route.path.partition("{")[0]) for route in ROUTES if "{" in route.path]
    fixed = [("GET", path) for path in ("/", "/docs/", "/openapi.json/", "/static-files/", "/get-artifact/", "/files/")]
    texts = [target.filled(text) for text in TEXTS["path traversal"]]
    with watching(target.place) as seen:
        for number, (method, address) in enumerate(dict.fromkeys([*addresses, *fixed])):
            for text in texts if EFFORT > 1 else texts[number % 9 :: 9]:
                raw = text.replace("\\", "%5C").replace("\0", "%00")
                path = "".join(one if one.isascii() else escaped(one) for one in raw)
                sent = Sent(method, address + path, [JSON], b"{}")
                check_answer(await target.send(sent), sent)
    assert seen == []
    assert target.files() == before


def test_every_route_that_takes_text_is_attacked() -> None:
    """What is not attacked takes numbers, truth values and choices alone: a new type of field cannot be missed."""
    for route in ROUTES:
        if route not in ATTACKED and route.request is not None:
            shape = type_info(route.request)
            assert isinstance(shape, StructType)
            kinds = [kind for field in shape.fields for kind in getattr(field.type, "types", (field.type,))]
            assert all(isinstance(kind, IntType | FloatType | BoolType | EnumType | NoneType) for kind in kinds), route
    assert len(ATTACKED) > 90


def test_every_payload_is_used_somewhere() -> None:
    used = {
        attack
        for number, route in enumerate(ATTACKED)
        for position, place in enumerate(text_places(route))
        for attack in attacks_on(number * 13 + position, place)
    }
    assert used == {*PAYLOADS, *PATH_PAYLOADS}


def routes_of(name: str) -> list[Route]:
    """Routes of an operation."""
    return [route for route in ROUTES if route.operation == name]


def test_a_request_with_a_harmless_text_is_as_it_should_be() -> None:
    (route,) = routes_of("set_tag")
    sent = request_with(route, ("value",), "v")
    assert (sent.method, sent.target) == ("POST", "/api/2.0/mlflow/runs/set-tag")
    assert json.loads(sent.body) == {"run_id": "@RUN@", "key": "key", "value": "v"}
    (route,) = routes_of("log_batch")
    assert json.loads(request_with(route, ("tags", 0, "value"), "v").body)["tags"] == [{"key": "key", "value": "v"}]
