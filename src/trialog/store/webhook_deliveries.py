"""The queue of deliveries to webhooks, in SQL: whoever holds the lease sends what is due."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from trialog.entities import DeliveryOutcome, DeliveryState, DueDelivery
from trialog.entities.clock import now_milliseconds
from trialog.store.database import Database
from trialog.store.registry_tables import webhook_bodies, webhook_deliveries, webhooks
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.tables import leases
from trialog.store.upserts import upsert
from trialog.store.webhook_outbox import BELL
from trialog.store.webhook_room import forget_bodies

LEASE = "webhooks"
"""Name of the lease under which deliveries are sent."""

_waiting = webhook_deliveries.c.state == DeliveryState.WAITING.value


class SqlWebhookQueue:
    """Deliveries of a SQL store that wait. Implements `trialog.contracts.WebhookQueue`.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ring_when_queued(self, ring: Callable[[], None] | None) -> None:
        """See `WebhookQueue.ring_when_queued`."""
        self._database.equip(BELL, ring)

    async def next_due(self, *, busy: Collection[int], was_rung: bool) -> int | None:
        """See `WebhookQueue.next_due`."""

        def job(connection: Connection) -> int | None:
            waiting = is_one_of(webhook_deliveries.c.id, _heads(connection, busy))
            due = select(func.min(webhook_deliveries.c.next_attempt_at)).where(waiting)
            moment: int | None = connection.execute(due).scalar()
            return moment

        # The bell rings within the transaction that queues: only the writer's queue is sure to stand behind that.
        return await (self._database.write(job) if was_rung else self._database.read(job))

    async def take(
        self, holder: str, *, lease_milliseconds: int, busy: Collection[int], limit: int
    ) -> list[DueDelivery] | None:
        """See `WebhookQueue.take`."""

        def job(connection: Connection) -> list[DueDelivery] | None:
            now = now_milliseconds()
            lease = connection.execute(select(leases).where(leases.c.name == LEASE)).one_or_none()
            if lease is not None and lease.holder != holder and lease.expires_at > now:
                return None
            upsert(connection, leases, [(LEASE, holder, now + lease_milliseconds)])
            return _due(connection, now, busy, limit)

        return await self._database.write(job)

    async def finish(self, number: int, outcome: DeliveryOutcome) -> None:
        """See `WebhookQueue.finish`."""

        def job(connection: Connection) -> None:
            now = now_milliseconds()
            values: dict[str, Any] = {
                "state": outcome.state.value,
                "attempts": webhook_deliveries.c.attempts + 1,
                "last_attempt_at": now,
                "next_attempt_at": now + outcome.wait_milliseconds,
                "response_status": outcome.response_status,
                "fault": outcome.fault,
            }
            mine = webhook_deliveries.c.id == number
            # What was given up meanwhile is not called back to wait, yet it may turn out to have arrived.
            if outcome.state is not DeliveryState.DELIVERED:
                mine &= _waiting
            is_finished = outcome.state is not DeliveryState.WAITING
            body = connection.execute(select(webhook_deliveries.c.body).where(mine)).scalar() if is_finished else None
            if is_finished:
                values["body"] = None
            connection.execute(update(webhook_deliveries).where(mine).values(values))
            if body is not None:
                forget_bodies(connection, body)

        await self._database.write(job)

    async def release(self, holder: str) -> None:
        """See `WebhookQueue.release`."""
        mine = (leases.c.name == LEASE) & (leases.c.holder == holder)
        await self._database.write(lambda connection: connection.execute(delete(leases).where(mine)).rowcount)


def _heads(connection: Connection, busy: Collection[int]) -> dict[int, AnyRow]:
    """Return the webhooks that are not busy and for which something waits, by the number of what waits longest.

    A statement of its own: put into the one that reads deliveries, it makes SQLite look at all of them.
    """
    head = (
        select(func.min(webhook_deliveries.c.id))
        .where(webhook_deliveries.c.webhook == webhooks.c.id, _waiting)
        .correlate(webhooks)
        .scalar_subquery()
    )
    statement = select(webhooks.c.id, webhooks.c.url, webhooks.c.secret, head.label("head"))
    rows = connection.execute(statement.where(webhooks.c.id.not_in(list(busy)))).all()
    return {row.head: row for row in rows if row.head is not None}


def _due(connection: Connection, now: int, busy: Collection[int], limit: int) -> list[DueDelivery]:
    heads = _heads(connection, busy)
    statement = (
        select(*webhook_deliveries.c, webhook_bodies.c.content)
        .join(webhook_bodies, webhook_bodies.c.id == webhook_deliveries.c.body)
        .where(is_one_of(webhook_deliveries.c.id, heads), webhook_deliveries.c.next_attempt_at <= now)
        .order_by(webhook_deliveries.c.next_attempt_at, webhook_deliveries.c.id)
        .limit(limit)
    )
    return [
        DueDelivery(
            number=row.id,
            delivery_id=row.delivery_id,
            webhook=row.webhook,
            url=heads[row.id].url,
            sealed_secret=heads[row.id].secret,
            body=row.content,
            attempts=row.attempts,
        )
        for row in connection.execute(statement)
    ]
