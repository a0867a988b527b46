"""Answers requests about webhooks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import uuid4

from msgspec import Struct

from trialog.contracts import Store
from trialog.entities import (
    OWN_EVENTS,
    NewWebhook,
    Webhook,
    WebhookChanges,
    WebhookDelivery,
    WebhookEvent,
    WebhookStatus,
    check_event,
)
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import check_length
from trialog.errors import InvalidParameter, TemporarilyUnavailable
from trialog.outbound import OutboundFault
from trialog.server.webhook_sender import WebhookSender
from trialog.wire.messages.base import EmptyResponse, none_if_unset
from trialog.wire.messages.webhooks import (
    DEFAULT_PAGE_SIZE,
    MAX_SECRET_LENGTH,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    ListWebhookDeliveries,
    ListWebhookDeliveriesResponse,
    ListWebhooks,
    ListWebhooksResponse,
    TestWebhook,
    TestWebhookResponse,
    UpdateWebhook,
    WebhookDeliveryMessage,
    WebhookEventMessage,
    WebhookMessage,
    WebhookResponse,
    WebhookTestResultMessage,
)
from trialog.wire.webhook_bodies import delivery_body, example_data

# Each takes the request type that its route names; a mapping of all of them cannot say that.
WebhookHandler: TypeAlias = Callable[[Any], Awaitable[Struct]]

# Examples, and checks of addresses, that are under way at the same time; who asks for more waits, but not for long.
_TESTS_AT_ONCE = 10
_CHECKS_AT_ONCE = 10
WAIT_SECONDS = 5.0


class WebhookHandlers:
    """Answers about webhooks of one store.

    Args:
        store: Where they are kept.
        sender: Reaches their addresses and keeps their secrets.
    """

    def __init__(self, store: Store, sender: WebhookSender) -> None:
        self._store = store
        self._sender = sender
        self._tests = asyncio.Semaphore(_TESTS_AT_ONCE)
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    def of(self, store: Store) -> "WebhookHandlers":
        """Return what answers about webhooks of another workspace; of what is under way at a time, they share it.

        Args:
            store: Where those are kept.
        """
        others = WebhookHandlers(store, self._sender)
        others._tests, others._checks = self._tests, self._checks
        return others

    def handlers(self) -> Mapping[str, WebhookHandler]:
        """Return the handlers by the operation that each answers."""
        return {
            "create_webhook": self.create,
            "list_webhooks": self.list_page,
            "get_webhook": self.get,
            "update_webhook": self.update,
            "delete_webhook": self.delete,
            "test_webhook": self.test,
            "list_webhook_deliveries": self.list_deliveries,
        }

    async def create(self, request: CreateWebhook) -> WebhookResponse:
        """Make a webhook."""
        new_webhook = NewWebhook(
            name=request.name,
            url=request.url,
            events=(*_mlflow_events(request.events), *_own_events(request.trialog_events)),
            description=request.description or None,
            sealed_secret=self._seal(request.secret) or None,
            status=none_if_unset(request.status) or WebhookStatus.ACTIVE,
        )
        await self._check(request.url)
        return WebhookResponse(_message(await self._store.webhooks.create(new_webhook)))

    async def list_page(self, request: ListWebhooks) -> ListWebhooksResponse:
        """List webhooks."""
        page = await self._store.webhooks.list_page(
            max_results=request.max_results or DEFAULT_PAGE_SIZE, page_token=request.page_token or None
        )
        return ListWebhooksResponse([_message(webhook) for webhook in page.items], page.next_page_token)

    async def get(self, request: GetWebhook) -> WebhookResponse:
        """Read a webhook."""
        return WebhookResponse(_message(await self._store.webhooks.get(request.webhook_id)))

    async def update(self, request: UpdateWebhook) -> WebhookResponse:
        """Change a webhook."""
        own_events = request.trialog_events
        changes = WebhookChanges(
            name=request.name or None,
            url=request.url or None,
            events=_mlflow_events(request.events) if request.events else None,
            own_events=None if own_events is None else _own_events(own_events),
            description=request.description,
            sealed_secret=self._seal(request.secret),
            status=none_if_unset(request.status),
        )
        if changes.url is not None:
            await self._check(changes.url)
        return WebhookResponse(_message(await self._store.webhooks.update(request.webhook_id, changes)))

    async def delete(self, request: DeleteWebhook) -> EmptyResponse:
        """Remove a webhook."""
        await self._store.webhooks.delete(request.webhook_id)
        return EmptyResponse()

    async def test(self, request: TestWebhook) -> TestWebhookResponse:
        """Send an example to a webhook, once and now."""
        webhook = await self._store.webhooks.get(request.webhook_id)
        event = webhook.events[0] if request.event is None else _event(request.event)
        body = delivery_body(event, now_milliseconds(), example_data(event))
        try:
            async with _place(self._tests, "tests of webhooks"):
                answer = await self._sender.send(webhook.url, webhook.sealed_secret, str(uuid4()), body)
        except OutboundFault as fault:
            failure = f"Failed to test webhook: {fault.message}"
            return TestWebhookResponse(WebhookTestResultMessage(success=False, error_message=failure))
        is_taken = 200 <= answer.status < 300
        remark = None if is_taken else f"The receiver answered with status {answer.status}."
        return TestWebhookResponse(WebhookTestResultMessage(is_taken, answer.status, remark))

    async def list_deliveries(self, request: ListWebhookDeliveries) -> ListWebhookDeliveriesResponse:
        """Show what became of the latest deliveries."""
        deliveries = await self._store.webhooks.deliveries(
            request.webhook_id, max_results=request.max_results or DEFAULT_PAGE_SIZE
        )
        return ListWebhookDeliveriesResponse([_delivery_message(delivery) for delivery in deliveries])

    async def _check(self, url: str) -> None:
        async with _place(self._checks, "checks of addresses"):
            await self._sender.client.check(url)

    def _seal(self, secret: str | None) -> str | None:
        """Return a secret as it is kept; an empty one stays empty."""
        if not secret:
            return secret
        check_length("secret", secret, MAX_SECRET_LENGTH)
        return self._sender.secrets.seal(secret)


@asynccontextmanager
async def _place(places: asyncio.Semaphore, of_what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await places.acquire()
    except TimeoutError as error:
        raise TemporarilyUnavailable(
            "webhook.busy",
            f"As many {of_what} as may be at once are under way, and none of them ended in {WAIT_SECONDS:g} seconds."
            " Nothing was done. Try again in a moment.",
        ) from error
    try:
        yield
    finally:
        places.release()


def _event(message: WebhookEventMessage) -> WebhookEvent:
    event = WebhookEvent(message.entity, message.action)
    check_event(event)
    return event


def _mlflow_events(messages: Sequence[WebhookEventMessage]) -> tuple[WebhookEvent, ...]:
    events = tuple(WebhookEvent(message.entity, message.action) for message in messages)
    if own := OWN_EVENTS.intersection(events):
        raise InvalidParameter(
            "webhook.own_event",
            f"The event {min(own)} stands in 'trialog_events': clients of MLflow could not read a webhook that shows"
            " it among its 'events'.",
        )
    return events


def _own_events(messages: Sequence[WebhookEventMessage]) -> tuple[WebhookEvent, ...]:
    events = tuple(WebhookEvent(message.entity, message.action) for message in messages)
    if other := set(events) - OWN_EVENTS:
        known = ", ".join(str(event) for event in sorted(OWN_EVENTS))
        raise InvalidParameter(
            "webhook.not_own_event", f"The event {min(other)} is none of 'trialog_events', which are: {known}."
        )
    return events


def _message(webhook: Webhook) -> WebhookMessage:
    return WebhookMessage(
        webhook_id=webhook.webhook_id,
        name=webhook.name,
        url=webhook.url,
        events=[_event_message(event) for event in webhook.events if event not in OWN_EVENTS],
        creation_timestamp=webhook.creation_timestamp,
        last_updated_timestamp=webhook.last_updated_timestamp,
        status=webhook.status,
        description=webhook.description,
        trialog_events=[_event_message(event) for event in webhook.events if event in OWN_EVENTS],
    )


def _event_message(event: WebhookEvent) -> WebhookEventMessage:
    return WebhookEventMessage(event.entity, event.action)


def _delivery_message(delivery: WebhookDelivery) -> WebhookDeliveryMessage:
    return WebhookDeliveryMessage(
        delivery_id=delivery.delivery_id,
        event=_event_message(delivery.event),
        timestamp=delivery.timestamp,
        state=delivery.state,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
        last_attempt_at=delivery.last_attempt_at,
        response_status=delivery.response_status,
        fault=delivery.fault,
    )
