"""Room in the queue of deliveries: what waits is bounded in number and in bytes, what is finished in number.

Looked after once in so many events and for all webhooks together: looking costs as much as the queue is long, and
whoever changes the registry waits for it.
"""

from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from trialog.entities import DeliveryState
from trialog.store.registry_tables import webhook_bodies, webhook_deliveries

MAX_WAITING = 1_000
"""Most deliveries that wait for one webhook: past it the oldest are given up, so that an address that does not answer
cannot fill the disk."""

MAX_WAITING_BYTES = 64 * 1024 * 1024
"""Most bytes of bodies that wait for all webhooks together; past it the oldest are given up."""

KEPT_FINISHED = 100
"""How many deliveries of one webhook are kept for the operator to look at once they were delivered or given up."""

LOOK_EVERY = 20
"""So many events are queued from one look to the next; by so many the bounds may be passed in between."""

QUEUE_FULL = "webhook.queue_full"

_waiting: Final = webhook_deliveries.c.state == DeliveryState.WAITING.value


def make_room(connection: Connection) -> None:
    """Give up what waits beyond the bounds, the oldest first, and forget what was finished long ago.

    Args:
        connection: Inside a writing transaction.
    """
    counted = select(webhook_deliveries.c.webhook).where(_waiting).group_by(webhook_deliveries.c.webhook)
    over = connection.execute(counted.having(func.count() > MAX_WAITING)).scalars().all()
    if over:
        among = _waiting & webhook_deliveries.c.webhook.in_(over)
        give_up(connection, _is_older_than_the_newest(MAX_WAITING, among), QUEUE_FULL)
    last_to_go = _last_beyond_bytes(connection)
    if last_to_go is not None:
        give_up(connection, webhook_deliveries.c.body <= last_to_go, QUEUE_FULL)
    connection.execute(delete(webhook_deliveries).where(_is_older_than_the_newest(KEPT_FINISHED, ~_waiting)))
    forget_bodies(connection)


def give_up(connection: Connection, which: ColumnElement[bool], fault: str) -> None:
    """Give up deliveries that wait; their bodies are left to `forget_bodies`.

    Args:
        connection: Inside a writing transaction.
        which: Condition on deliveries.
        fault: Why, as a stable code.
    """
    given_up = {"state": DeliveryState.FAILED.value, "fault": fault, "body": None}
    connection.execute(update(webhook_deliveries).where(_waiting, which).values(given_up))


def forget_bodies(connection: Connection, number: int | None = None) -> None:
    """Remove the bodies that wait for nobody any more.

    Args:
        connection: Inside a writing transaction.
        number: The only one to look at; None looks at all.
    """
    is_wanted = exists().where(webhook_deliveries.c.body == webhook_bodies.c.id)
    statement = delete(webhook_bodies).where(~is_wanted)
    connection.execute(statement if number is None else statement.where(webhook_bodies.c.id == number))


def _is_older_than_the_newest(kept: int, among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a delivery is not among the newest ones of its webhook."""
    place = func.row_number().over(partition_by=webhook_deliveries.c.webhook, order_by=webhook_deliveries.c.id.desc())
    placed = select(webhook_deliveries.c.id, place.label("place")).where(among).subquery()
    return webhook_deliveries.c.id.in_(select(placed.c.id).where(placed.c.place > kept))


def _last_beyond_bytes(connection: Connection) -> int | None:
    """Return the number of the newest body that does not fit any more; None if all do."""
    total = func.sum(webhook_bodies.c.size).over(order_by=webhook_bodies.c.id.desc())
    summed = select(webhook_bodies.c.id, total.label("total")).subquery()
    last: int | None = connection.execute(
        select(func.max(summed.c.id)).where(summed.c.total > MAX_WAITING_BYTES)
    ).scalar()
    return last
