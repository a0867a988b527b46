"""What webhooks are told, and how it waits for them."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, event, func, select

from trialog.entities import (
    PROMPT_TAG,
    DeliveryOutcome,
    DeliveryState,
    ModelStage,
    ModelVersion,
    ModelVersionStatus,
    NewWebhook,
    Operation,
    RegistryMove,
    Tag,
    Webhook,
    WebhookAction,
    WebhookChanges,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)
from trialog.entities.registry_limits import MAX_GATE_BYTES, MAX_REASON_LENGTH
from trialog.store import webhook_outbox, webhook_room
from trialog.store.registry_tables import (
    registered_model_tags,
    registered_models,
    webhook_bodies,
    webhook_deliveries,
)
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.webhook_deliveries import SqlWebhookQueue
from trialog.store.webhooks import SqlWebhooks
from trialog.wire.webhook_bodies import example_data

pytestmark = pytest.mark.anyio

LEASE = 60_000
MOVE = RegistryMove(
    move_id=7,
    change_id=6,
    registered_model_id=1,
    name="ticker",
    version=3,
    alias=None,
    from_stage=ModelStage.STAGING,
    to_stage=ModelStage.PRODUCTION,
    from_version=None,
    timestamp=1_700_000_000_000,
    actor="anybody",
    operation=Operation.PROMOTE,
    reason="better",
    gate='{"roc_auc": 0.9}',
)
DISPLACED = msgspec.structs.replace(
    MOVE, move_id=8, version=2, from_stage=ModelStage.PRODUCTION, to_stage=ModelStage.ARCHIVED
)
VERSION = ModelVersion(
    name="ticker",
    version=3,
    creation_timestamp=1,
    last_updated_timestamp=1,
    description=None,
    user_id=None,
    current_stage=ModelStage.NONE,
    source="runs:/r/model",
    storage_location="mlflow-artifacts:/r/model",
    run_id="r",
    run_link=None,
    model_id=None,
    status=ModelVersionStatus.READY,
    status_message=None,
    label=None,
    tags=[Tag("a", "b")],
    aliases=[],
)
PROMPT = msgspec.structs.replace(
    VERSION, tags=[Tag(PROMPT_TAG, "true"), Tag("mlflow.prompt.text", "Hi"), Tag("a", "b")]
)


class Registry:
    """A store with its webhooks, and the queue of what they are told."""

    def __init__(self, database: SqliteDatabase) -> None:
        self.database = database
        self.webhooks = SqlWebhooks(database)
        self.queue = SqlWebhookQueue(database)

    async def listen(self, *events: tuple[WebhookEntity, WebhookAction], name: str = "all") -> Webhook:
        wanted = tuple(WebhookEvent(*event) for event in events)
        return await self.webhooks.create(NewWebhook(name, "https://93.184.216.34/", wanted))

    async def listen_to_all(self) -> Webhook:
        return await self.listen(*((entity, action) for entity, action in ALL_EVENTS))

    async def tell(self, *tellings: Callable[[Connection], None]) -> None:
        for telling in tellings:
            await self.database.write(telling)

    async def queued(self) -> list[dict[str, Any]]:
        """Return what waits, in order."""
        bodies_of = webhook_bodies.c.id == webhook_deliveries.c.body
        statement = select(webhook_bodies.c.content).join(webhook_deliveries, bodies_of)
        statement = statement.order_by(webhook_deliveries.c.id)
        bodies = await self.database.read(lambda connection: connection.execute(statement).scalars().all())
        return [json.loads(body) for body in bodies]

    async def kept_bodies(self) -> int:
        """Return how many bodies are kept."""
        statement = select(func.count()).select_from(webhook_bodies)
        return await self.database.read(lambda connection: connection.execute(statement).scalar_one())

    async def make_prompt(self, name: str) -> None:
        def job(connection: Connection) -> None:
            values = {"id": 1, "workspace": "default", "name": name, "last_version": 1}
            values |= {"creation_timestamp": 1, "last_updated_timestamp": 1}
            connection.execute(registered_models.insert().values(values))
            connection.execute(registered_model_tags.insert().values(model=1, key=PROMPT_TAG, value="True"))

        await self.database.write(job)


def _all_events() -> Sequence[tuple[WebhookEntity, WebhookAction]]:
    known = []
    for entity in WebhookEntity:
        for action in WebhookAction:
            try:
                example_data(WebhookEvent(entity, action))
            except KeyError:
                continue
            known.append((entity, action))
    return known


ALL_EVENTS = _all_events()


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    database = SqliteDatabase(tmp_path / "trialog.db")
    yield Registry(database)
    await database.close()


def tag_set(connection: Connection, name: str = "ticker") -> None:
    webhook_outbox.model_version_tag_set(connection, "default", name=name, version=3, key="k", value="v")


def tag_set_to(value: str) -> Callable[[Connection], None]:
    return partial(
        webhook_outbox.model_version_tag_set, workspace="default", name="ticker", version=3, key="k", value=value
    )


def tag_deleted(connection: Connection) -> None:
    webhook_outbox.model_version_tag_deleted(connection, "default", name="ticker", version=3, key="k")


def alias_created(connection: Connection) -> None:
    webhook_outbox.model_version_alias_created(connection, "default", name="ticker", alias="champion", version=3)


def alias_deleted(connection: Connection) -> None:
    webhook_outbox.model_version_alias_deleted(connection, "default", name="ticker", alias="champion")


def model_tag_set(connection: Connection) -> None:
    webhook_outbox.registered_model_tag_set(connection, "default", name="ticker", key="k", value="v")


def model_tag_deleted(connection: Connection) -> None:
    webhook_outbox.registered_model_tag_deleted(connection, "default", name="ticker", key="k")


def kinds(bodies: Sequence[dict[str, Any]]) -> list[str]:
    return [f"{body['entity']}.{body['action']}" for body in bodies]


async def test_a_model_is_told_of_in_mlflows_shapes(registry: Registry) -> None:
    await registry.listen_to_all()
    await registry.tell(
        lambda c: webhook_outbox.registered_model_created(
            c, "default", name="ticker", description=None, tags=[Tag("a", "b")]
        ),
        lambda c: webhook_outbox.model_version_created(c, "default", version=VERSION),
        tag_set,
        tag_deleted,
        alias_created,
        alias_deleted,
        model_tag_set,
        model_tag_deleted,
        lambda c: webhook_outbox.stages_changed(c, "default", moves=[MOVE, DISPLACED]),
    )
    bodies = await registry.queued()
    assert [(kind, body["data"]) for kind, body in zip(kinds(bodies), bodies, strict=True)] == [
        ("registered_model.created", {"name": "ticker", "tags": {"a": "b"}, "description": None}),
        (
            "model_version.created",
            {
                "name": "ticker",
                "version": "3",
                "source": "runs:/r/model",
                "run_id": "r",
                "tags": {"a": "b"},
                "description": None,
            },
        ),
        ("model_version_tag.set", {"name": "ticker", "version": "3", "key": "k", "value": "v"}),
        ("model_version_tag.deleted", {"name": "ticker", "version": "3", "key": "k"}),
        ("model_version_alias.created", {"name": "ticker", "alias": "champion", "version": "3"}),
        ("model_version_alias.deleted", {"name": "ticker", "alias": "champion"}),
        (
            "model_version_stage.changed",
            {
                "name": "ticker",
                "operation": "promote",
                "actor": "anybody",
                "reason": "better",
                "gate": {"roc_auc": 0.9},
                "change_id": 6,
                "moved_at": 1_700_000_000_000,
                "move_count": 2,
                "moves": [
                    {"version": "3", "from_stage": "Staging", "to_stage": "Production", "move_id": 7},
                    {"version": "2", "from_stage": "Production", "to_stage": "Archived", "move_id": 8},
                ],
            },
        ),
    ]


async def test_a_prompt_is_told_of_as_a_prompt(registry: Registry) -> None:
    await registry.make_prompt("ticker")
    await registry.listen_to_all()
    await registry.tell(
        lambda c: webhook_outbox.registered_model_created(
            c, "default", name="ticker", description="x", tags=PROMPT.tags
        ),
        lambda c: webhook_outbox.model_version_created(c, "default", version=PROMPT),
        tag_set,
        tag_deleted,
        alias_created,
        alias_deleted,
        model_tag_set,
        model_tag_deleted,
    )
    bodies = await registry.queued()
    assert kinds(bodies) == [
        "prompt.created",
        "prompt_version.created",
        "prompt_version_tag.set",
        "prompt_version_tag.deleted",
        "prompt_alias.created",
        "prompt_alias.deleted",
        "prompt_tag.set",
        "prompt_tag.deleted",
    ]
    assert bodies[0]["data"] == {"name": "ticker", "tags": {"a": "b"}, "description": "x"}
    assert bodies[1]["data"] == {
        "name": "ticker",
        "version": "3",
        "template": "Hi",
        "tags": {"a": "b"},
        "description": None,
    }


@pytest.mark.parametrize(("entity", "action"), ALL_EVENTS)
def test_the_example_of_an_event_names_what_its_delivery_names(entity: WebhookEntity, action: WebhookAction) -> None:
    data = example_data(WebhookEvent(entity, action))
    assert "name" in data or entity is WebhookEntity.BUDGET_POLICY
    json.dumps(data)


async def test_who_asks_for_nothing_or_is_disabled_is_told_nothing(registry: Registry) -> None:
    await registry.tell(tag_set)
    await registry.listen((WebhookEntity.MODEL_VERSION, WebhookAction.CREATED))
    disabled = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.webhooks.update(disabled.webhook_id, WebhookChanges(status=WebhookStatus.DISABLED))
    await registry.tell(tag_set)
    assert await registry.queued() == []


async def test_what_is_undone_is_not_told(registry: Registry) -> None:
    await registry.listen_to_all()

    def refused(connection: Connection) -> None:
        tag_set(connection)
        raise LookupError("the change is refused after all")

    with pytest.raises(LookupError, match="after all"):
        await registry.tell(refused)
    assert await registry.queued() == []


async def test_moves_of_aliases_are_no_stage_changes(registry: Registry) -> None:
    await registry.listen_to_all()
    move = msgspec.structs.replace(MOVE, alias="champion", from_stage=None, to_stage=None)
    await registry.tell(lambda c: webhook_outbox.stages_changed(c, "default", moves=[move]))
    await registry.tell(lambda c: webhook_outbox.stages_changed(c, "default", moves=[]))
    assert await registry.queued() == []


async def test_each_webhook_gets_its_own_in_order_and_one_at_a_time(registry: Registry) -> None:
    for name in ("first", "second"):
        await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET), name=name)
    await registry.tell(tag_set, tag_set)
    taken = await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=10)
    assert taken is not None
    assert [delivery.number for delivery in taken] == [1, 2]
    assert len({delivery.delivery_id for delivery in taken}) == 2
    again = await registry.queue.take("me", lease_milliseconds=LEASE, busy=[1], limit=10)
    assert again == taken[1:]
    await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.DELIVERED, 200))
    following = await registry.queue.take("me", lease_milliseconds=LEASE, busy=[2], limit=10)
    assert following is not None
    assert [delivery.number for delivery in following] == [3]


async def test_a_retry_keeps_its_id_and_those_behind_it_wait(registry: Registry) -> None:
    webhook = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.tell(tag_set, tag_set)
    taken = await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=10)
    assert taken
    await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.WAITING, 503, "x", 3_600_000))
    assert await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=10) == []
    due = await registry.queue.next_due(busy=(), was_rung=False)
    newest, oldest = await registry.webhooks.deliveries(webhook.webhook_id, max_results=10)
    assert due == oldest.next_attempt_at > newest.next_attempt_at
    assert (oldest.delivery_id, oldest.attempts, oldest.response_status) == (taken[0].delivery_id, 1, 503)


async def test_one_holder_at_a_time_until_the_lease_ends(registry: Registry) -> None:
    await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.tell(tag_set)
    assert await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=10)
    assert await registry.queue.take("you", lease_milliseconds=LEASE, busy=(), limit=10) is None
    await registry.queue.release("you")
    assert await registry.queue.take("you", lease_milliseconds=LEASE, busy=(), limit=10) is None
    assert await registry.queue.take("me", lease_milliseconds=-1, busy=(), limit=0) == []
    assert await registry.queue.take("you", lease_milliseconds=LEASE, busy=(), limit=10)
    await registry.queue.release("you")
    assert await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=10)


async def test_a_receiver_that_never_answers_cannot_fill_the_disk(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_outbox, "LOOK_EVERY", 4)
    monkeypatch.setattr(webhook_room, "MAX_WAITING", 5)
    monkeypatch.setattr(webhook_room, "KEPT_FINISHED", 3)
    webhook = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    for _ in range(20):
        await registry.tell(tag_set)
    kept = await registry.webhooks.deliveries(webhook.webhook_id, max_results=100)
    assert [delivery.state for delivery in kept] == [DeliveryState.WAITING] * 5 + [DeliveryState.FAILED] * 3
    assert {delivery.fault for delivery in kept} == {None, webhook_room.QUEUE_FULL}
    assert await registry.kept_bodies() == 5


async def test_bodies_that_wait_are_bounded_in_bytes_and_the_oldest_go_first(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_outbox, "LOOK_EVERY", 4)
    monkeypatch.setattr(webhook_room, "MAX_WAITING_BYTES", 3_000)
    webhooks = [await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET)) for _ in range(2)]
    for number in range(8):
        await registry.tell(tag_set_to(f"{number}" * 900))
    assert [body["data"]["value"][0] for body in await registry.queued()] == ["6", "6", "7", "7"]
    assert await registry.kept_bodies() == 2
    for webhook in webhooks:
        kept = await registry.webhooks.deliveries(webhook.webhook_id, max_results=100)
        assert [one.fault for one in kept] == [None] * 2 + [webhook_room.QUEUE_FULL] * 6


async def test_a_body_is_kept_once_and_as_long_as_it_waits_for_somebody(registry: Registry) -> None:
    first, second, third = [
        await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET)) for _ in range(3)
    ]
    await registry.tell(tag_set)
    assert await registry.kept_bodies() == 1
    taken = await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=1)
    assert taken
    await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.DELIVERED, 200))
    await registry.webhooks.update(second.webhook_id, WebhookChanges(status=WebhookStatus.DISABLED))
    assert len(await registry.queued()) == await registry.kept_bodies() == 1
    await registry.webhooks.delete(third.webhook_id)
    assert await registry.kept_bodies() == 0
    (kept,) = await registry.webhooks.deliveries(first.webhook_id, max_results=10)
    assert kept.state is DeliveryState.DELIVERED


async def test_a_change_of_many_versions_is_one_delivery_and_costs_as_many_statements_as_one_of_one(
    registry: Registry,
) -> None:
    await registry.listen_to_all()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    async def count_statements(moves: Sequence[RegistryMove]) -> int:
        def telling(connection: Connection) -> None:
            event.listen(connection, "before_cursor_execute", note)
            webhook_outbox.stages_changed(connection, "default", moves=moves)
            event.remove(connection, "before_cursor_execute", note)

        statements.clear()
        await registry.tell(telling)
        return len(statements)

    assert await count_statements([MOVE]) == await count_statements([MOVE, *([DISPLACED] * 1_099)]) <= 3
    one, all_of_them = await registry.queued()
    assert (one["data"]["move_count"], len(one["data"]["moves"])) == (1, 1)
    assert (all_of_them["data"]["move_count"], len(all_of_them["data"]["moves"])) == (1_100, 100)
    assert all_of_them["data"]["moves"][0]["version"] == "3"


async def test_the_longest_change_of_stages_fits(registry: Registry) -> None:
    await registry.listen_to_all()
    smile = "\N{SMILING FACE WITH OPEN MOUTH}"
    gate = json.dumps(smile * (MAX_GATE_BYTES // 4 - 1), ensure_ascii=False)
    move = msgspec.structs.replace(MOVE, name=smile * 250, reason=smile * MAX_REASON_LENGTH, gate=gate)
    await registry.tell(lambda c: webhook_outbox.stages_changed(c, "default", moves=[move] * 1_000))
    (body,) = await registry.queued()
    assert body["data"]["reason"] == move.reason


async def test_the_password_in_a_source_is_not_told(registry: Registry) -> None:
    await registry.listen_to_all()
    version = msgspec.structs.replace(VERSION, source="https://joe:swordfish@example.com/model")
    await registry.tell(lambda c: webhook_outbox.model_version_created(c, "default", version=version))
    (body,) = await registry.queued()
    assert body["data"]["source"] == "https://joe:***@example.com/model"


async def test_what_is_finished_is_kept_for_a_while(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_outbox, "LOOK_EVERY", 4)
    monkeypatch.setattr(webhook_room, "KEPT_FINISHED", 3)
    webhook = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    for _ in range(8):
        await registry.tell(tag_set)
        taken = await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=1)
        assert taken
        await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.DELIVERED, 200))
    assert len(await registry.webhooks.deliveries(webhook.webhook_id, max_results=100)) == 4


async def test_a_body_beyond_all_measure_is_kept_as_failed(registry: Registry) -> None:
    webhook = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.tell(tag_set_to("x" * webhook_outbox.MAX_BODY_BYTES))
    (kept,) = await registry.webhooks.deliveries(webhook.webhook_id, max_results=100)
    assert (kept.state, kept.fault) == (DeliveryState.FAILED, webhook_outbox.BODY_TOO_LARGE)


async def test_disabling_gives_up_what_waits_and_deleting_removes_it(registry: Registry) -> None:
    webhook = await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.tell(tag_set)
    taken = await registry.queue.take("me", lease_milliseconds=LEASE, busy=(), limit=1)
    assert taken
    await registry.webhooks.update(webhook.webhook_id, WebhookChanges(status=WebhookStatus.DISABLED))
    await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.WAITING, 503, "x"))
    (kept,) = await registry.webhooks.deliveries(webhook.webhook_id, max_results=100)
    assert (kept.state, kept.fault) == (DeliveryState.FAILED, "webhook.disabled")
    assert await registry.queue.next_due(busy=(), was_rung=False) is None
    await registry.webhooks.delete(webhook.webhook_id)
    assert await registry.queued() == []
    await registry.queue.finish(taken[0].number, DeliveryOutcome(DeliveryState.DELIVERED, 200))
    assert await registry.queued() == []


async def test_a_bell_rings_when_something_is_queued_and_only_then(registry: Registry) -> None:
    rung: list[int] = []
    await registry.queue.ring_when_queued(lambda: rung.append(1))
    await registry.tell(tag_set)
    assert rung == []
    await registry.listen((WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET))
    await registry.tell(tag_set)
    assert rung == [1]
    await registry.queue.ring_when_queued(None)
    await registry.tell(tag_set)
    assert rung == [1]
