"""The model registry in SQL: what holds between processes, which indexes answer, and what webhooks are told."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from tests.new_store import open_new_store
from trialog.entities import (
    LABEL_TAG,
    PROMPT_TAG,
    Cause,
    HistorySearch,
    ModelContent,
    ModelStage,
    ModelVersionSearch,
    NewModelVersion,
    NewRegisteredModel,
    Operation,
    RegisteredModelSearch,
    StageChange,
    Tag,
)
from trialog.entities.webhook import ACTIONS, NewWebhook, WebhookEvent
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists
from trialog.store import registered_models, registry_history
from trialog.store.model_version_search import compile_model_version_search
from trialog.store.paging import PagedQuery, fetch_page
from trialog.store.registered_model_search import compile_registered_model_search
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite import create_sqlite_engine

pytestmark = pytest.mark.anyio

PROMOTION = Cause(Operation.PROMOTE, "ada", "because")
SOURCE = "s3://bucket/model"


async def open_file(file: Path) -> SqlStore:
    return await open_new_store(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqlStore]:
    opened = await open_file(file)
    yield opened
    await opened.close()


async def fill(store: SqlStore, versions: int, name: str = "m") -> None:
    await store.registered_models.create(NewRegisteredModel(name))
    for _ in range(versions):
        await store.model_versions.create(NewModelVersion(name, SOURCE, SOURCE))


def to_production(version: int, seen: int | None = None) -> StageChange:
    return StageChange("m", version, ModelStage.PRODUCTION, PROMOTION, archive_existing=True, seen=seen)


REWRITINGS = {
    "reason": "UPDATE trialog_registry_changes SET reason = 'another'",
    "no change": "DELETE FROM trialog_registry_changes",
    "other change": (
        "REPLACE INTO trialog_registry_changes"
        " SELECT id, workspace, model, name, 0, actor, operation, 'another', gate FROM trialog_registry_changes"
    ),
    "version": "UPDATE trialog_registry_moves SET version = 2",
    "no move": "DELETE FROM trialog_registry_moves",
    "other move": (
        "REPLACE INTO trialog_registry_moves"
        " SELECT id, change, model, 2, alias, from_stage, to_stage, from_version FROM trialog_registry_moves"
    ),
}


@pytest.mark.parametrize("statement", REWRITINGS.values(), ids=REWRITINGS.keys())
async def test_history_cannot_be_rewritten(store: SqlStore, file: Path, statement: str) -> None:
    await fill(store, 1)
    await store.model_versions.change_stage(to_production(1))
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)

    moves = (await store.model_versions.history(HistorySearch("m"))).items
    assert [(move.version, move.reason) for move in moves] == [(1, "because")]


async def test_a_clock_that_is_set_back_changes_nothing_of_the_order(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_700_000_000_000

    def at(moment: int) -> None:
        for module in (registry_history, registered_models):
            monkeypatch.setattr(module, "now_milliseconds", lambda: moment)

    async def there(moment: int) -> list[int]:
        found = await store.model_versions.occupants_at("m", ModelStage.PRODUCTION, moment)
        return [each.version for each in found]

    at(now)
    await fill(store, 3)
    at(now - 3_600_000)
    await store.model_versions.change_stage(to_production(1))
    at(now + 5_000)
    await store.model_versions.change_stage(to_production(2))
    at(now - 3_600_000)
    await store.model_versions.change_stage(to_production(3))
    await store.model_versions.set_tag("m", 1, Tag("k", "v"))

    moves = (await store.model_versions.history(HistorySearch("m"))).items
    assert [move.timestamp - now for move in reversed(moves)] == [0, 5_000, 5_000, 5_000, 5_000]
    assert [await there(moment) for moment in (now - 1, now, now + 4_999, now + 5_000)] == [[], [1], [1], [3]]
    assert (await store.registered_models.get("m")).last_updated_timestamp == now + 5_000
    # The next one that has the name has it later.
    await store.registered_models.delete("m", PROMOTION, force=True)
    await fill(store, 1)
    assert await there(now + 4_999) == [1]
    assert await there(now + 5_000) == []


async def test_what_a_gate_said_is_kept_once_for_all_that_moved(store: SqlStore, file: Path) -> None:
    await fill(store, 40)
    for version in range(1, 40):
        await store.model_versions.change_stage(StageChange("m", version, ModelStage.PRODUCTION, PROMOTION))
    gate = json.dumps({"report": "x" * 16_000})
    cause = Cause(Operation.PROMOTE, "ada", "because", gate)
    await store.model_versions.change_stage(StageChange("m", 40, ModelStage.PRODUCTION, cause, archive_existing=True))

    moves = (await store.model_versions.history(HistorySearch("m"))).items
    assert [move.gate for move in moves[:41]] == [gate] * 40 + [None]
    with closing(sqlite3.connect(file)) as connection:
        (kept,) = connection.execute("SELECT count(gate) FROM trialog_registry_changes").fetchone()
    assert kept == 1


@pytest.mark.parametrize(
    "cause",
    [Cause(Operation.PROMOTE, reason="x" * 4_001), Cause(Operation.PROMOTE, gate=json.dumps({"a": "é" * 16_384}))],
    ids=["reason", "gate"],
)
async def test_a_cause_that_is_too_long_is_refused(store: SqlStore, cause: Cause) -> None:
    await fill(store, 1)
    with pytest.raises(InvalidParameter, match=r"'(reason|gate)'"):
        await store.model_versions.change_stage(StageChange("m", 1, ModelStage.PRODUCTION, cause))
    assert (await store.model_versions.history(HistorySearch("m"))).items == []


async def test_of_promotions_through_two_stores_one_wins(store: SqlStore, file: Path) -> None:
    await fill(store, 20)
    other = await open_file(file)
    stores = [store, other]
    seen = [(await each.model_versions.occupancy("m", ModelStage.PRODUCTION)).seen for each in stores]
    answers = await asyncio.gather(
        *(
            stores[version % 2].model_versions.change_stage(to_production(version, seen[version % 2]))
            for version in range(1, 21)
        ),
        return_exceptions=True,
    )

    won = [answer.version for answer in answers if not isinstance(answer, BaseException)]
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (len(won), len(lost)) == (1, 19)
    for each in stores:
        inside = (await each.model_versions.occupancy("m", ModelStage.PRODUCTION)).versions
        assert inside == won
    await other.close()


async def test_numbers_and_history_through_two_stores_have_no_gaps(store: SqlStore, file: Path) -> None:
    await fill(store, 0)
    other = await open_file(file)
    stores = [store, other]
    made = await asyncio.gather(
        *(stores[number % 2].model_versions.create(NewModelVersion("m", SOURCE, SOURCE)) for number in range(20))
    )
    await asyncio.gather(
        *(stores[version % 2].model_versions.change_stage(to_production(version)) for version in range(1, 21))
    )

    assert sorted(version.version for version in made) == list(range(1, 21))
    moves = (await store.model_versions.history(HistorySearch("m"))).items
    assert [move.move_id for move in reversed(moves)] == list(range(1, 40))
    assert len({move.change_id for move in moves}) == 20
    await other.close()


def plan(file: Path, paged: PagedQuery, token: str | None = None) -> list[str]:
    """How SQLite answers a search."""
    sent: list[tuple[str, Any]] = []
    engine = create_sqlite_engine(file)
    event.listen(engine, "before_cursor_execute", lambda _c, _k, text, values, *_: sent.append((text, values)))
    with engine.connect() as connection:
        fetch_page(connection, paged, 1000, token)
        text, values = sent[-1]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
    engine.dispose()
    return [row[3] for row in rows]


async def test_the_newest_of_many_versions_are_read_from_an_index(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch(), "default"))

    assert steps[0] == "SCAN trialog_model_versions USING INDEX trialog_model_versions_by_update"
    assert not [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"]


@pytest.mark.parametrize("filter_text", ["name = 'm'", "name IN ('m', 'n')", "name = 'm' AND stage = 'Production'"])
async def test_versions_of_a_model_are_found_by_it(store: SqlStore, file: Path, filter_text: str) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch(filter_text), "default"))

    assert any(step.startswith("SEARCH trialog_model_versions") and "(model=?" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]


@pytest.mark.parametrize("filter_text", ["run_id = 'a'", "run_id IN ('a', 'b')"])
async def test_versions_of_a_run_are_found_by_it(store: SqlStore, file: Path, filter_text: str) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch(filter_text), "default"))

    assert any("trialog_model_versions_by_run (run_id=?)" in step for step in steps)


@pytest.mark.parametrize(
    ("filter_text", "index"),
    [
        ("stage = 'Production'", "trialog_model_versions_in_stage (current_stage=?)"),
        ("label = 'spring'", "trialog_model_versions_by_label (label=?)"),
        ("model_id = 'm-1'", "trialog_model_versions_by_logged_model (model_id=?)"),
        ("run_id = 'x'", "trialog_model_versions_by_run (run_id=?)"),
    ],
)
async def test_versions_are_found_by_what_users_ask_for(
    store: SqlStore, file: Path, filter_text: str, index: str
) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch(filter_text), "default"))

    assert any(step.startswith("SEARCH trialog_model_versions") and step.endswith(index) for step in steps), steps


async def test_versions_of_one_model_by_number_need_no_sort(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    query = ModelVersionSearch("name = 'm'", ("version_number DESC",))
    steps = plan(file, compile_model_version_search(query, "default"))

    assert not [step for step in steps if step.startswith("USE TEMP B-TREE")]


@pytest.mark.parametrize("order_by", [(), ("creation_timestamp DESC",), ("last_updated_timestamp",)])
async def test_a_deep_page_of_versions_begins_where_the_last_one_ended(
    store: SqlStore, file: Path, order_by: tuple[str, ...]
) -> None:
    await fill(store, 3)
    query = ModelVersionSearch(None, order_by, 1)
    token = (await store.model_versions.search(query)).next_page_token
    steps = plan(file, compile_model_version_search(query, "default"), token)

    column = (order_by or ("last_updated_timestamp",))[0].split()[0]
    assert any(step.startswith("SEARCH trialog_model_versions") and f"({column}" in step for step in steps), steps
    assert not [step for step in steps if step in {"MULTI-INDEX OR", "USE TEMP B-TREE FOR ORDER BY"}]


async def test_a_page_ends_before_it_is_too_large_and_tells_how_to_go_on(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO trialog_model_versions (version, model, creation_timestamp, last_updated_timestamp,"
            " current_stage, source, storage_location, status, flavors)"
            " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= 10000)"
            " SELECT i, model, 1, 1, 'None', source, storage_location, status, flavors FROM trialog_model_versions, n"
        )
        connection.commit()
    query = ModelVersionSearch(None, ("version_number",), 200_000)
    first = await store.model_versions.search(query)
    second = await store.model_versions.search(msgspec.structs.replace(query, page_token=first.next_page_token))

    assert [version.version for version in first.items] == list(range(1, 10_001))
    assert ([version.version for version in second.items], second.next_page_token) == ([10_001], None)


async def test_a_signature_is_kept_once_and_as_long_as_a_version_has_it(store: SqlStore, file: Path) -> None:
    await fill(store, 0)
    await fill(store, 0, "n")
    signature = json.dumps({"inputs": "x" * 500_000})
    content = ModelContent(signature, ("sklearn",), 5)
    for name in ("m", "m", "n"):
        await store.model_versions.create(NewModelVersion(name, SOURCE, SOURCE, content=content))

    def kept() -> list[str]:
        with closing(sqlite3.connect(file)) as connection:
            return [row[0] for row in connection.execute("SELECT content FROM trialog_model_signatures")]

    assert kept() == [signature]
    await store.model_versions.delete("m", 1, PROMOTION)
    await store.registered_models.delete("n", PROMOTION)
    assert kept() == [signature]
    assert await store.model_versions.content("m", 2) == content
    await store.model_versions.delete("m", 2, PROMOTION)
    assert kept() == []


async def test_models_and_versions_by_name_need_no_sort(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    for paged in (
        compile_registered_model_search(RegisteredModelSearch(), "default"),
        compile_model_version_search(ModelVersionSearch(None, ("name ASC",)), "default"),
    ):
        steps = plan(file, paged)
        assert steps[0].startswith("SEARCH trialog_registered_models")
        assert "(workspace=?)" in steps[0]
        assert not [step for step in steps if step.startswith("USE TEMP B-TREE")]


async def tell_everything(store: SqlStore) -> str:
    """Make a webhook that is told of all there is, and return its id."""
    events = tuple(WebhookEvent(entity, action) for entity, actions in ACTIONS.items() for action in actions)
    return (await store.webhooks.create(NewWebhook("all", "https://example.org", events))).webhook_id


def queued(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """What webhooks are to be told: event and data."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT entity, action, content FROM trialog_webhook_deliveries AS delivery"
            " JOIN trialog_webhook_bodies AS body ON body.id = delivery.body ORDER BY delivery.id"
        ).fetchall()
    return [(f"{entity}.{action}", json.loads(body)["data"]) for entity, action, body in rows]


async def test_webhooks_are_told_of_what_is_kept(store: SqlStore, file: Path) -> None:
    await tell_everything(store)
    models, versions = store.registered_models, store.model_versions
    await fill(store, 2)
    await versions.set_tag("m", 1, Tag(LABEL_TAG, "spring"))
    await versions.change_stage(to_production(1))
    await versions.change_stage(to_production(2))
    await models.set_alias("m", "champion", 2, PROMOTION)
    await models.delete_alias("m", "champion", PROMOTION)
    await versions.delete_tag("m", 1, LABEL_TAG)
    await versions.delete("m", 2, Cause(Operation.DELETE), force=True)

    told = queued(file)
    assert [name for name, _ in told] == [
        "REGISTERED_MODEL.CREATED",
        "MODEL_VERSION.CREATED",
        "MODEL_VERSION.CREATED",
        "MODEL_VERSION_TAG.SET",
        "MODEL_VERSION_STAGE.CHANGED",
        "MODEL_VERSION_STAGE.CHANGED",
        "MODEL_VERSION_ALIAS.CREATED",
        "MODEL_VERSION_ALIAS.DELETED",
        "MODEL_VERSION_TAG.DELETED",
        "MODEL_VERSION_STAGE.CHANGED",
    ]
    stages = [
        [(move["version"], move["to_stage"]) for move in data["moves"]]
        for name, data in told
        if name.startswith("MODEL_VERSION_STAGE")
    ]
    assert stages == [[("1", "Production")], [("2", "Production"), ("1", "Archived")], [("2", None)]]


async def test_webhooks_are_not_told_of_what_was_refused_or_changed_nothing(store: SqlStore, file: Path) -> None:
    await fill(store, 2)
    await store.model_versions.change_stage(to_production(1))
    await store.registered_models.set_alias("m", "a", 1, PROMOTION)
    await store.model_versions.set_tag("m", 1, Tag(LABEL_TAG, "spring"))
    await tell_everything(store)
    with pytest.raises(ResourceAlreadyExists, match="already exists"):
        await store.registered_models.create(NewRegisteredModel("m"))
    with pytest.raises(ResourceAlreadyExists, match="label 'spring'"):
        await store.model_versions.set_tag("m", 2, Tag(LABEL_TAG, "spring"))
    with pytest.raises(Conflict, match="Production"):
        await store.model_versions.delete("m", 1, PROMOTION)
    with pytest.raises(Conflict, match="has changed since you looked"):
        await store.model_versions.change_stage(to_production(2, seen=0))
    await store.model_versions.change_stage(to_production(1))
    await store.registered_models.set_alias("m", "a", 1, PROMOTION)
    await store.registered_models.delete_alias("m", "b", PROMOTION)
    await store.model_versions.delete_tag("m", 1, "never there")

    assert queued(file) == []


async def test_webhooks_hear_of_prompts_as_prompts(store: SqlStore, file: Path) -> None:
    await tell_everything(store)
    mark = (Tag(PROMPT_TAG, "true"),)
    await store.registered_models.create(NewRegisteredModel("p", None, mark))
    await store.model_versions.create(NewModelVersion("p", "dummy-source", "dummy-source", tags=mark))
    await store.registered_models.set_tag("p", Tag("k", "v"))
    await store.registered_models.delete_tag("p", "k")

    assert [name for name, _ in queued(file)] == [
        "PROMPT.CREATED",
        "PROMPT_VERSION.CREATED",
        "PROMPT_TAG.SET",
        "PROMPT_TAG.DELETED",
    ]
