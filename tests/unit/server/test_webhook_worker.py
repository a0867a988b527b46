"""The worker that delivers to webhooks: a real queue, real receivers."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from threading import Event

import anyio
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection

from tests.receivers import Received, Receiver, open_receiver
from trialog.entities import (
    DeliveryState,
    NewWebhook,
    Webhook,
    WebhookAction,
    WebhookChanges,
    WebhookDelivery,
    WebhookEntity,
    WebhookEvent,
)
from trialog.outbound import AddressPolicy, Answer, GuardedClient, SecretBox
from trialog.server.webhook_sender import WebhookSender
from trialog.server.webhook_worker import RetryRule, WebhookWorker
from trialog.store import webhook_outbox
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.webhook_deliveries import SqlWebhookQueue
from trialog.store.webhooks import SqlWebhooks

pytestmark = pytest.mark.anyio

TAG_SET = WebhookEvent(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET)
QUICK = RetryRule(retries=3, first_seconds=0.01)
HERE = AddressPolicy(allowed_networks=(ip_network("127.0.0.1/32"),))


class Registry:
    """A store whose changes webhooks are told of."""

    def __init__(self, file: Path) -> None:
        self.database = SqliteDatabase(file)
        self.webhooks = SqlWebhooks(self.database)
        self.secrets = SecretBox([Fernet.generate_key().decode()])

    async def listen(self, url: str, secret: str | None = None) -> Webhook:
        sealed = None if secret is None else self.secrets.seal(secret)
        return await self.webhooks.create(NewWebhook("w", url, (TAG_SET,), sealed_secret=sealed))

    async def set_tag(self, value: str) -> None:
        def job(connection: Connection) -> None:
            webhook_outbox.model_version_tag_set(connection, "default", name="m", version=1, key="k", value=value)

        await self.database.write(job)

    @asynccontextmanager
    async def working(
        self,
        rule: RetryRule = QUICK,
        *,
        policy: AddressPolicy = HERE,
        parallel: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> AsyncIterator[WebhookWorker]:
        client = GuardedClient(policy, schemes=("http",), seconds=20)
        sender = WebhookSender(client, self.secrets)
        queue = SqlWebhookQueue(self.database)
        worker = WebhookWorker(queue, sender, parallel=parallel, rule=rule, clock=clock)
        await worker.start()
        try:
            yield worker
        finally:
            await worker.stop()

    async def settled(self, webhook: Webhook, count: int = 1) -> list[WebhookDelivery]:
        """Wait until nothing waits any more, and return what became of it, the oldest first."""

        async def look() -> list[WebhookDelivery]:
            found = await self.webhooks.deliveries(webhook.webhook_id, max_results=100)
            is_settled = len(found) >= count and all(one.state is not DeliveryState.WAITING for one in found)
            return found[::-1] if is_settled else []

        return await until(look)


async def until(look: Callable[[], Awaitable[list[WebhookDelivery]]]) -> list[WebhookDelivery]:
    with anyio.fail_after(60):
        while not (found := await look()):
            await anyio.lowlevel.checkpoint()
    return found


async def received(receiver: Receiver, count: int) -> Sequence[Received]:
    return await asyncio.to_thread(receiver.wait_for, count)


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    opened = Registry(tmp_path / "trialog.db")
    yield opened
    await opened.database.close()


async def test_what_is_queued_arrives_signed_and_in_order(registry: Registry) -> None:
    with open_receiver() as receiver:
        webhook = await registry.listen(receiver.url, secret="swordfish")
        async with registry.working():
            for number in range(5):
                await registry.set_tag(str(number))
            arrived = await received(receiver, 5)
            kept = await registry.settled(webhook, 5)
    assert [one.content["data"]["value"] for one in arrived] == ["0", "1", "2", "3", "4"]
    assert all(one.is_signed_with("swordfish") for one in arrived)
    assert not arrived[0].is_signed_with("another")
    assert [one.delivery_id for one in arrived] == [one.delivery_id for one in kept]
    assert {(one.state, one.response_status, one.attempts) for one in kept} == {(DeliveryState.DELIVERED, 200, 1)}


async def test_what_waited_before_the_start_is_delivered_at_the_start(registry: Registry) -> None:
    with open_receiver() as receiver:
        await registry.listen(receiver.url)
        await registry.set_tag("early")
        async with registry.working():
            (arrived,) = await received(receiver, 1)
    assert arrived.content["data"]["value"] == "early"
    assert "X-MLflow-Signature" not in arrived.headers


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_receiver_in_trouble_is_tried_again_under_the_same_id(registry: Registry, status: int) -> None:
    with open_receiver() as receiver:
        receiver.answers = [status, status]
        webhook = await registry.listen(receiver.url)
        async with registry.working():
            await registry.set_tag("first")
            await registry.set_tag("second")
            arrived = await received(receiver, 4)
            kept = await registry.settled(webhook, 2)
    assert [one.content["data"]["value"] for one in arrived] == ["first", "first", "first", "second"]
    assert len({one.delivery_id for one in arrived}) == 2
    assert [(one.state, one.attempts) for one in kept] == [(DeliveryState.DELIVERED, 3), (DeliveryState.DELIVERED, 1)]


async def test_a_receiver_in_lasting_trouble_is_given_up(registry: Registry) -> None:
    with open_receiver() as receiver:
        receiver.answers = [500] * 4
        webhook = await registry.listen(receiver.url)
        async with registry.working():
            await registry.set_tag("lost")
            await registry.set_tag("next")
            kept = await registry.settled(webhook, 2)
    assert [(one.state, one.attempts, one.fault) for one in kept] == [
        (DeliveryState.FAILED, 4, "webhook.receiver_failed"),
        (DeliveryState.DELIVERED, 1, None),
    ]


@pytest.mark.parametrize(
    ("status", "fault"), [(302, "webhook.redirect"), (400, "webhook.refused"), (404, "webhook.refused")]
)
async def test_a_refusal_is_not_tried_again(registry: Registry, status: int, fault: str) -> None:
    with open_receiver() as receiver:
        receiver.answers = [status]
        webhook = await registry.listen(receiver.url)
        async with registry.working():
            await registry.set_tag("x")
            (kept,) = await registry.settled(webhook)
        assert len(receiver.received) == 1
    assert (kept.state, kept.response_status, kept.fault) == (DeliveryState.FAILED, status, fault)


async def test_a_receiver_that_is_not_there_yet_is_tried_again(registry: Registry) -> None:
    with open_receiver() as receiver:
        url = receiver.url
    webhook = await registry.listen(url)
    async with registry.working():
        await registry.set_tag("x")
        (kept,) = await registry.settled(webhook)
    assert (kept.state, kept.attempts, kept.fault) == (DeliveryState.FAILED, 4, "webhook.no_answer")


async def test_an_address_that_became_forbidden_gets_nothing(registry: Registry) -> None:
    with open_receiver() as receiver:
        webhook = await registry.listen(receiver.url)
        async with registry.working(policy=AddressPolicy()):
            await registry.set_tag("x")
            (kept,) = await registry.settled(webhook)
        assert receiver.received == ()
    # Tried again like a name that is not known: who counts attempts shall not learn which of the two it is.
    assert (kept.state, kept.attempts, kept.fault) == (DeliveryState.FAILED, 4, "webhook.unreachable_host")


async def test_a_secret_that_cannot_be_read_sends_nothing_rather_than_unsigned(registry: Registry) -> None:
    with open_receiver() as receiver:
        webhook = await registry.listen(receiver.url, secret="swordfish")
        registry.secrets = SecretBox([Fernet.generate_key().decode()])
        async with registry.working():
            await registry.set_tag("x")
            (kept,) = await registry.settled(webhook)
        assert receiver.received == ()
    assert kept.fault == "webhook.secret_unreadable"


async def test_a_slow_receiver_keeps_no_other_waiting(registry: Registry) -> None:
    go_on = Event()
    with open_receiver() as slow, open_receiver() as quick:
        slow.before_answer = lambda: go_on.wait(60)
        await registry.listen(slow.url)
        await registry.listen(quick.url)
        async with registry.working():
            await registry.set_tag("first")
            await received(slow, 1)
            await registry.set_tag("second")
            await received(quick, 2)
            assert len(slow.received) == 1
            go_on.set()
            await received(slow, 2)


async def test_many_slow_receivers_keep_no_quick_one_waiting(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialog.server.webhook_worker.LOOK_SECONDS", 0.05)
    seconds = 0.0
    go_on = Event()
    with ExitStack() as opened, open_receiver() as quick:
        slow = [opened.enter_context(open_receiver()) for _ in range(6)]
        for receiver in slow:
            receiver.before_answer = lambda: go_on.wait(60)
            await registry.listen(receiver.url)
        await registry.listen(quick.url)
        async with registry.working(parallel=4, clock=lambda: seconds):
            await registry.set_tag("first")
            for receiver in slow[:4]:
                await received(receiver, 1)
            assert quick.received == ()
            seconds += 3  # none of the four has answered: now they are slow
            for receiver in slow[4:]:
                await received(receiver, 1)
            seconds += 3
            await received(quick, 1)
            for number in range(5):
                await registry.set_tag(str(number))
            await received(quick, 6)
            assert {len(receiver.received) for receiver in slow} == {1}
            go_on.set()
            for receiver in slow:
                await received(receiver, 6)


async def test_those_known_to_be_slow_leave_half_of_the_places_to_others(registry: Registry) -> None:
    moments = itertools.count(step=3)  # by this clock everything is slow
    go_on = Event()
    go_on.set()
    with ExitStack() as opened:
        slow = [opened.enter_context(open_receiver()) for _ in range(4)]
        for receiver in slow:
            receiver.before_answer = lambda: go_on.wait(60)
            webhook = await registry.listen(receiver.url)
        async with registry.working(parallel=4, clock=lambda: next(moments)):
            await registry.set_tag("first")
            for receiver in slow:
                await received(receiver, 1)
            await registry.settled(webhook)
            go_on.clear()
            await registry.set_tag("second")
            with open_receiver() as other:
                await registry.listen(other.url)
                await registry.set_tag("third")
                await received(other, 1)
            assert sum(len(receiver.received) for receiver in slow) <= 6
            go_on.set()
            for receiver in slow:
                await received(receiver, 3)


class BrokenSender(WebhookSender):
    """Fails in a way nobody thought of."""

    async def send(self, url: str, sealed_secret: str | None, delivery_id: str, body: str) -> Answer:
        raise ZeroDivisionError(f"{url} {sealed_secret} {delivery_id} {body}")


async def test_an_attempt_that_fails_in_an_unknown_way_counts(registry: Registry) -> None:
    webhook = await registry.listen("http://127.0.0.1:1/")
    await registry.set_tag("x")
    broken = BrokenSender(GuardedClient(HERE), registry.secrets)
    worker = WebhookWorker(SqlWebhookQueue(registry.database), broken, rule=QUICK)
    await worker.start()
    try:
        (kept,) = await registry.settled(webhook)
    finally:
        await worker.stop()
    assert (kept.state, kept.attempts, kept.fault) == (DeliveryState.FAILED, 4, "webhook.internal")


async def test_several_processes_on_one_store_send_each_delivery_once(registry: Registry, tmp_path: Path) -> None:
    other = Registry(tmp_path / "trialog.db")
    try:
        with open_receiver() as receiver:
            webhook = await registry.listen(receiver.url)
            async with registry.working(), other.working():
                for number in range(10):
                    await (registry, other)[number % 2].set_tag(str(number))
                kept = await registry.settled(webhook, 10)
            assert [one.content["data"]["value"] for one in receiver.received] == [str(n) for n in range(10)]
        assert {one.attempts for one in kept} == {1}
    finally:
        await other.database.close()


async def test_what_was_under_way_when_the_server_stopped_is_sent_again_under_its_id(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialog.server.webhook_worker.STOP_SECONDS", 0.01)
    go_on = Event()
    with open_receiver() as receiver:
        receiver.before_answer = lambda: go_on.wait(60)
        webhook = await registry.listen(receiver.url)
        async with registry.working():
            await registry.set_tag("x")
            await received(receiver, 1)
        go_on.set()
        async with registry.working():
            first, second = await received(receiver, 2)
            await registry.settled(webhook)
    assert first.delivery_id == second.delivery_id
    assert first.body == second.body


async def test_a_changed_address_holds_for_what_waits(registry: Registry) -> None:
    with open_receiver() as before, open_receiver() as after:
        webhook = await registry.listen(before.url)
        await registry.set_tag("x")
        await registry.webhooks.update(webhook.webhook_id, WebhookChanges(url=after.url))
        async with registry.working():
            await received(after, 1)
        assert before.received == ()


def test_pauses_grow_and_are_bounded() -> None:
    rule = RetryRule()
    assert 1000 <= rule.wait_milliseconds(0, None) <= 1500
    assert 4000 <= rule.wait_milliseconds(2, None) <= 6000
    assert 600_000 <= rule.wait_milliseconds(500, None) <= 900_000
    assert 30_000 <= rule.wait_milliseconds(0, 30) <= 30_000
    assert 600_000 <= rule.wait_milliseconds(0, 999_999) <= 600_000
