"""Webhooks in SQL."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from trialog.entities import (
    OWN_EVENTS,
    DeliveryState,
    NewWebhook,
    Page,
    Webhook,
    WebhookAction,
    WebhookChanges,
    WebhookDelivery,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
    check_event,
)
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import check_length, invalid_value
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound
from trialog.store.database import Database
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm, check_max_results, fetch_page
from trialog.store.registry_tables import webhook_deliveries, webhook_events, webhooks
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.tables import DEFAULT_WORKSPACE
from trialog.store.webhook_room import forget_bodies, give_up
from trialog.store.workspace_roots import check_is_there

MAX_WEBHOOKS = 100
"""Every change of the registry is queued for each of them, in the transaction of the change."""

MAX_EVENTS = 100
MAX_LISTED = 1000
MAX_URL_LENGTH = 2048
MAX_DESCRIPTION_LENGTH = 5000
MAX_SEALED_LENGTH = 8192

DISABLED = "webhook.disabled"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NEWEST_FIRST = (
    SortTerm(webhooks.c.creation_timestamp, int, descending=True),
    SortTerm(webhooks.c.id, int, descending=True),
)


class SqlWebhooks:
    """Webhooks of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def create(self, new_webhook: NewWebhook) -> Webhook:
        """See `WebhookStore.create`."""
        _check_texts(new_webhook.name, new_webhook.url, new_webhook.description, new_webhook.sealed_secret)
        events = _checked(new_webhook.events)

        def job(connection: Connection) -> Webhook:
            check_is_there(connection, self._workspace)
            mine = select(func.count()).select_from(webhooks).where(webhooks.c.workspace == self._workspace)
            if connection.execute(mine).scalar_one() >= MAX_WEBHOOKS:
                raise Conflict(
                    "webhook.too_many",
                    f"There are {MAX_WEBHOOKS} webhooks already, which is as many as there may be. Delete one first.",
                    limit=MAX_WEBHOOKS,
                )
            now = now_milliseconds()
            values = {
                "webhook_id": str(uuid4()),
                "workspace": self._workspace,
                "name": new_webhook.name,
                "description": new_webhook.description or None,
                "url": new_webhook.url,
                "secret": new_webhook.sealed_secret,
                "status": new_webhook.status.value,
                "creation_timestamp": now,
                "last_updated_timestamp": now,
            }
            row = connection.execute(insert(webhooks).values(values).returning(*webhooks.c)).one()
            _set_events(connection, row.id, events)
            return _load(connection, [row])[0]

        return await self._database.write(job)

    async def get(self, webhook_id: str) -> Webhook:
        """See `WebhookStore.get`."""
        return await self._database.read(lambda connection: _load(connection, [self._row(connection, webhook_id)])[0])

    async def list_page(self, *, max_results: int, page_token: str | None = None) -> Page[Webhook]:
        """See `WebhookStore.list_page`."""
        check_max_results(max_results, MAX_LISTED)
        mine = select(*webhooks.c).where(webhooks.c.workspace == self._workspace)
        query = PagedQuery(mine, _NEWEST_FIRST, query_fingerprint("webhooks"))

        def job(connection: Connection) -> Page[Webhook]:
            rows, token = fetch_page(connection, query, max_results, page_token)
            return Page(_load(connection, rows), token)

        return await self._database.read(job)

    async def update(self, webhook_id: str, changes: WebhookChanges) -> Webhook:
        """See `WebhookStore.update`."""
        _check_texts(changes.name, changes.url, changes.description, changes.sealed_secret)

        def job(connection: Connection) -> Webhook:
            row = self._row(connection, webhook_id)
            values = _changed_columns(changes) | {"last_updated_timestamp": now_milliseconds()}
            connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(values))
            if changes.events is not None or changes.own_events is not None:
                _change_events(connection, row, changes)
            if changes.status is WebhookStatus.DISABLED:
                give_up(connection, webhook_deliveries.c.webhook == row.id, DISABLED)
                forget_bodies(connection)
            return _load(connection, [self._row(connection, webhook_id)])[0]

        return await self._database.write(job)

    async def delete(self, webhook_id: str) -> None:
        """See `WebhookStore.delete`."""

        def job(connection: Connection) -> None:
            number = self._row(connection, webhook_id).id
            connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook == number))
            connection.execute(delete(webhook_events).where(webhook_events.c.webhook == number))
            connection.execute(delete(webhooks).where(webhooks.c.id == number))
            forget_bodies(connection)

        await self._database.write(job)

    async def deliveries(self, webhook_id: str, *, max_results: int) -> list[WebhookDelivery]:
        """See `WebhookStore.deliveries`."""
        check_max_results(max_results, MAX_LISTED)

        def job(connection: Connection) -> list[WebhookDelivery]:
            number = self._row(connection, webhook_id).id
            statement = (
                select(webhook_deliveries)
                .where(webhook_deliveries.c.webhook == number)
                .order_by(webhook_deliveries.c.id.desc())
                .limit(max_results)
            )
            return [_delivery(row) for row in connection.execute(statement)]

        return await self._database.read(job)

    def _row(self, connection: Connection, webhook_id: str) -> AnyRow:
        mine = (webhooks.c.webhook_id == webhook_id) & (webhooks.c.workspace == self._workspace)
        row = connection.execute(select(webhooks).where(mine)).one_or_none()
        if row is None:
            raise ResourceNotFound(
                "webhook.not_found", f"Webhook with ID {webhook_id} not found.", webhook_id=webhook_id
            )
        return row


def _check_texts(name: str | None, url: str | None, description: str | None, sealed_secret: str | None) -> None:
    if name is not None and not _NAME.fullmatch(name):
        raise invalid_value(
            "name",
            name,
            "A webhook's name has 1 to 63 letters, digits, dots, underscores and hyphens, and begins and ends with a"
            " letter or digit.",
        )
    for path, text, limit in (
        ("url", url, MAX_URL_LENGTH),
        ("description", description, MAX_DESCRIPTION_LENGTH),
        ("secret", sealed_secret, MAX_SEALED_LENGTH),
    ):
        check_length(path, text or "", limit)


def _checked(events: Sequence[WebhookEvent]) -> list[WebhookEvent]:
    """Return events in order and each once, or refuse them."""
    if len(events) > MAX_EVENTS:
        raise InvalidParameter(
            "webhook.too_many_events",
            f"A webhook can ask for at most {MAX_EVENTS} events; this one asks for {len(events)}.",
            limit=MAX_EVENTS,
        )
    for event in events:
        check_event(event)
    if not set(events) - OWN_EVENTS:
        raise InvalidParameter(
            "webhook.no_events",
            "A webhook must ask for at least one of MLflow's events in 'events', such as"
            ' {"entity": "MODEL_VERSION", "action": "CREATED"}: without, clients of MLflow could not list webhooks.',
        )
    return sorted(set(events))


def _changed_columns(changes: WebhookChanges) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if changes.name is not None:
        values["name"] = changes.name
    if changes.url is not None:
        values["url"] = changes.url
    if changes.description is not None:
        values["description"] = changes.description or None
    if changes.sealed_secret is not None:
        values["secret"] = changes.sealed_secret or None
    if changes.status is not None:
        values["status"] = changes.status.value
    return values


def _change_events(connection: Connection, row: AnyRow, changes: WebhookChanges) -> None:
    before = _events_of(connection, [row.id])[row.id]
    kept = [event for event in before if event not in OWN_EVENTS] if changes.events is None else changes.events
    own = [event for event in before if event in OWN_EVENTS] if changes.own_events is None else changes.own_events
    _set_events(connection, row.id, _checked([*kept, *own]))


def _set_events(connection: Connection, webhook: int, events: Sequence[WebhookEvent]) -> None:
    connection.execute(delete(webhook_events).where(webhook_events.c.webhook == webhook))
    rows = [{"entity": event.entity.value, "action": event.action.value, "webhook": webhook} for event in events]
    connection.execute(insert(webhook_events), rows)


def _events_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[WebhookEvent]]:
    events: dict[int, list[WebhookEvent]] = defaultdict(list)
    for row in connection.execute(select(webhook_events).where(is_one_of(webhook_events.c.webhook, numbers))):
        events[row.webhook].append(WebhookEvent(WebhookEntity(row.entity), WebhookAction(row.action)))
    return events


def _load(connection: Connection, rows: Sequence[AnyRow]) -> list[Webhook]:
    events = _events_of(connection, [row.id for row in rows])
    return [
        Webhook(
            webhook_id=row.webhook_id,
            name=row.name,
            url=row.url,
            events=tuple(sorted(events[row.id])),
            description=row.description,
            status=WebhookStatus(row.status),
            creation_timestamp=row.creation_timestamp,
            last_updated_timestamp=row.last_updated_timestamp,
            sealed_secret=row.secret,
        )
        for row in rows
    ]


def _delivery(row: AnyRow) -> WebhookDelivery:
    return WebhookDelivery(
        delivery_id=row.delivery_id,
        event=WebhookEvent(WebhookEntity(row.entity), WebhookAction(row.action)),
        timestamp=row.timestamp,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_attempt_at=row.last_attempt_at,
        response_status=row.response_status,
        fault=row.fault,
    )
