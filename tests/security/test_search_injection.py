"""Searching: what a client writes is compared as text, never run as SQL, and cannot burn the processor."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import anyio
import pytest

from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from tests.postgresql import new_database
from tests.security.effort import EFFORT
from tests.security.payloads import TEXTS
from trialog.web import Application

pytestmark = pytest.mark.anyio

API = "/api/2.0/mlflow"
JSON = ("content-type", "application/json")
PATIENCE = 60
ATTACKS = [
    text
    for kind in ("SQL", "patterns that burn time", "templates and formats", "strange text", "stored scripts")
    for text in TEXTS[kind]
]
# Where a filter may be written, and fields of each kind of thing.
SEARCHES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "runs": (
        "runs/search",
        {"experiment_ids": ["0"]},
        ("attributes.run_name", "attributes.status", "metrics.loss", "params.p", "tags.t", "dataset.name"),
    ),
    "experiments": ("experiments/search", {"max_results": 100}, ("name", "tags.t", "creation_time")),
    "models": (
        "logged-models/search",
        {"experiment_ids": ["0"]},
        ("name", "params.p", "tags.t", "metrics.loss", "creation_timestamp"),
    ),
    "registered_models": ("registered-models/search", {}, ("name", "tags.t")),
    "model_versions": ("model-versions/search", {}, ("name", "run_id", "source_path", "tags.t", "version_number")),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    async with AsyncExitStack() as opening:
        # What breaks out of one database's SQL is plain text in another's.
        store_uri = opening.enter_context(new_database()) if request.param == "postgresql" else None
        place = tmp_path_factory.mktemp("server")
        opened = await opening.enter_async_context(in_process_app(place, store_uri=store_uri))
        for number, text in enumerate(ATTACKS):
            if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
                continue
            tags = [{"key": "t", "value": text}, {"key": "number", "value": str(number)}]
            made = await post(opened, "runs/create", experiment_id="0", run_name=f"r{number}", tags=tags)
            assert made.status == 200, made
        yield opened


async def post(app: Application, path: str, **content: object) -> RawAnswer:
    return await ask(app, "POST", f"{API}/{path}", [HOST, JSON], json.dumps(content).encode())


async def search(app: Application, what: str, **more: object) -> RawAnswer:
    path, content, _ = SEARCHES[what]
    if what in {"registered_models", "model_versions"}:
        return await ask(app, "GET", f"{API}/{path}", [HOST, JSON], json.dumps({**content, **more}).encode())
    return await post(app, path, **content, **more)


def quoted(text: str) -> str:
    """The text as a value of a filter."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def filters(field: str, text: str) -> list[str]:
    """Filters with a text in every place that takes one."""
    return [
        text,
        f"{field} = {text}",
        f"{field} = '{text}'",
        f'{field} = "{text}"',
        f"{field} = {quoted(text)}",
        f"{field} LIKE {quoted(text)}",
        f"{field} ILIKE {quoted(text)}",
        f"{field} RLIKE {quoted(text)}",
        f"{field} IN ({quoted(text)}, '{text}')",
        f"{field}`{text}` = 1",
        f"tags.`{text}` = 'x'",
        f'tags."{text}" = "x"',
        f"{text}.{text} = {text}",
        f"{field} {text} 'x'",
        f"{field} = 'x' {text}",
        f"NOT ({field} = {quoted(text)}) OR {text}",
        f"{field} BETWEEN {text} AND {text}",
    ]


@pytest.mark.parametrize("what", SEARCHES)
async def test_no_filter_and_no_order_breaks_out(app: Application, what: str) -> None:
    _, _, fields = SEARCHES[what]
    asked: list[dict[str, object]] = [
        {"filter": one}
        for number, text in enumerate(ATTACKS)
        for field in (fields if EFFORT > 1 else (fields[number % len(fields)],))
        for one in (filters(field, text) if EFFORT > 1 else filters(field, text)[number % 5 :: 5])
    ]
    asked += [
        {"order_by": [order]} for text in ATTACKS[:: 1 if EFFORT > 1 else 4] for order in (text, f"{fields[0]} {text}")
    ]
    with anyio.fail_after(PATIENCE * EFFORT):
        for question in asked:
            answer = await search(app, what, **question)
            assert answer.status in {200, 400}, (question, answer)
            if answer.status == 400:
                _, code, message = error_of(answer)
                assert code == "INVALID_PARAMETER_VALUE"
                # Of the database, a refusal says nothing but what the question itself said.
                told = [
                    word for word in ("sqlite", "psycopg", "trialog_", "CREATE TABLE", "sqlalchemy") if word in message
                ]
                assert [word for word in told if word not in str(question)] == []


async def test_a_text_is_found_by_itself_and_nothing_else_is(app: Application) -> None:
    everything = json.loads((await search(app, "runs", max_results=1000)).body)["runs"]
    values = {run["info"]["run_id"]: run_tag(run, "t") for run in everything}
    for text in set(values.values()):
        mark = "'" if "'" not in text else '"'
        if mark in text or text.endswith("\\"):
            # A text with both marks has no way to stand in a filter.
            continue
        for key in ("tags.t", "tags.`t`", 'tags."t"'):
            answer = await search(app, "runs", filter=f"{key} = {mark}{text}{mark}", max_results=1000)
            assert answer.status == 200, (text, answer)
            found = {run["info"]["run_id"] for run in json.loads(answer.body).get("runs", [])}
            assert found == {run_id for run_id, value in values.items() if value == text}, text


def run_tag(run: dict[str, Any], key: str) -> str:
    found: str = next(tag["value"] for tag in run["data"]["tags"] if tag["key"] == key)
    return found


async def test_everything_is_still_there(app: Application) -> None:
    left = json.loads((await search(app, "runs", max_results=1000)).body)["runs"]
    assert len(left) == sum(
        "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text) for text in ATTACKS
    )
