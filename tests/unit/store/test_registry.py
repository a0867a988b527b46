"""The model registry in SQL: what holds between processes, which indexes answer, and what webhooks are told."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from trialog.entities import (
    LABEL_TAG,
    PROMPT_TAG,
    Cause,
    HistorySearch,
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
from trialog.errors import Conflict, ResourceAlreadyExists
from trialog.store import open_store
from trialog.store.model_version_search import compile_model_version_search
from trialog.store.paging import PagedQuery, fetch_page
from trialog.store.registered_model_search import compile_registered_model_search
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite import create_sqlite_engine

pytestmark = pytest.mark.anyio

PROMOTION = Cause(Operation.PROMOTE, "ada", "because")
SOURCE = "s3://bucket/model"


async def open_file(file: Path) -> SqlStore:
    return await open_store(f"sqlite:///{file.as_posix()}", default_artifact_root="mlflow-artifacts:/")


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


@pytest.mark.parametrize(
    "statement", ["UPDATE trialog_registry_moves SET reason = 'another'", "DELETE FROM trialog_registry_moves"]
)
async def test_history_cannot_be_rewritten(store: SqlStore, file: Path, statement: str) -> None:
    await fill(store, 1)
    await store.model_versions.change_stage(to_production(1))
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)

    assert [move.reason for move in (await store.model_versions.history(HistorySearch("m"))).items] == ["because"]


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
        assert [version.version for version in inside] == won
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
    assert {move.change_id for move in moves} <= {move.move_id for move in moves}
    await other.close()


def plan(file: Path, paged: PagedQuery) -> list[str]:
    """How SQLite answers a search."""
    sent: list[tuple[str, Any]] = []
    engine = create_sqlite_engine(file)
    event.listen(engine, "before_cursor_execute", lambda _c, _k, text, values, *_: sent.append((text, values)))
    with engine.connect() as connection:
        fetch_page(connection, paged, 1000, None)
        text, values = sent[-1]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
    engine.dispose()
    return [row[3] for row in rows]


async def test_the_newest_of_many_versions_are_read_from_an_index(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch()))

    assert steps[0] == "SCAN trialog_model_versions USING INDEX trialog_model_versions_by_update"
    assert not [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"]


@pytest.mark.parametrize("filter_text", ["name = 'm'", "name IN ('m', 'n')", "name = 'm' AND stage = 'Production'"])
async def test_versions_of_a_model_are_found_by_it(store: SqlStore, file: Path, filter_text: str) -> None:
    await fill(store, 1)
    steps = plan(file, compile_model_version_search(ModelVersionSearch(filter_text)))

    assert any(step.startswith("SEARCH trialog_model_versions") and "(model=?" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]


async def test_models_and_versions_by_name_need_no_sort(store: SqlStore, file: Path) -> None:
    await fill(store, 1)
    for paged in (
        compile_registered_model_search(RegisteredModelSearch()),
        compile_model_version_search(ModelVersionSearch(None, ("name ASC",))),
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
        rows = connection.execute("SELECT entity, action, body FROM trialog_webhook_deliveries ORDER BY id").fetchall()
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
        "MODEL_VERSION_STAGE.CHANGED",
        "MODEL_VERSION_ALIAS.CREATED",
        "MODEL_VERSION_ALIAS.DELETED",
        "MODEL_VERSION_TAG.DELETED",
        "MODEL_VERSION_STAGE.CHANGED",
    ]
    stages = [(data["version"], data["to_stage"]) for name, data in told if name.startswith("MODEL_VERSION_STAGE")]
    assert stages == [("1", "Production"), ("2", "Production"), ("1", "Archived"), ("2", None)]


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
