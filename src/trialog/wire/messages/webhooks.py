"""Messages about webhooks.

A secret stands in requests alone. What MLflow does not know stands in fields of its own: its clients cannot read a
webhook that shows an unknown event among its `events`.
"""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from trialog.entities import (
    DeliveryState,
    RequiredText,
    WebhookAction,
    WebhookEntity,
    WebhookStatus,
)
from trialog.wire.messages.base import RequestMessage, ResponseMessage

DEFAULT_PAGE_SIZE = 100
MAX_SECRET_LENGTH = 1000
_MAX_EVENTS = 100
_MAX_LISTED = 1000

PageOfWebhooks = Annotated[int, Meta(ge=0, le=_MAX_LISTED)]


class WebhookEventMessage(RequestMessage, frozen=True):
    """One kind of event."""

    entity: WebhookEntity
    action: WebhookAction


Events = Annotated[list[WebhookEventMessage], Meta(max_length=_MAX_EVENTS)]
RequiredEvents = Annotated[list[WebhookEventMessage], Meta(min_length=1, max_length=_MAX_EVENTS)]


class CreateWebhook(RequestMessage, frozen=True):
    """Make a webhook; `trialog_events` are those that MLflow does not know."""

    name: RequiredText
    url: RequiredText
    events: RequiredEvents
    trialog_events: Events = field(default_factory=list)
    description: str | None = None
    secret: str | None = None
    status: WebhookStatus | UnsetType = UNSET


class ListWebhooks(RequestMessage, frozen=True):
    """List webhooks; a page size of 0 asks for MLflow's own, which is 100."""

    max_results: PageOfWebhooks = DEFAULT_PAGE_SIZE
    page_token: str | None = None


class GetWebhook(RequestMessage, frozen=True):
    """Read a webhook."""

    webhook_id: RequiredText


class UpdateWebhook(RequestMessage, frozen=True):
    """Change a webhook: `events` replaces MLflow's events, `trialog_events` the others; an empty secret takes it away.

    An empty `events` changes nothing, as with MLflow; an empty `trialog_events` takes them away.
    """

    webhook_id: RequiredText
    name: str | None = None
    description: str | None = None
    url: str | None = None
    events: Events = field(default_factory=list)
    trialog_events: Events | None = None
    secret: str | None = None
    status: WebhookStatus | UnsetType = UNSET


class DeleteWebhook(RequestMessage, frozen=True):
    """Remove a webhook."""

    webhook_id: RequiredText


class TestWebhook(RequestMessage, frozen=True):
    """Send an example to a webhook; of its first event if none is named."""

    webhook_id: RequiredText
    event: WebhookEventMessage | None = None


class ListWebhookDeliveries(RequestMessage, frozen=True):
    """Look at the latest deliveries to a webhook."""

    webhook_id: RequiredText
    max_results: PageOfWebhooks = DEFAULT_PAGE_SIZE


class WebhookMessage(ResponseMessage, frozen=True):
    """A webhook as answers show it."""

    webhook_id: str
    name: str
    url: str
    events: list[WebhookEventMessage]
    creation_timestamp: int
    last_updated_timestamp: int
    status: WebhookStatus
    description: str | None = None
    trialog_events: list[WebhookEventMessage] = field(default_factory=list)


class WebhookResponse(ResponseMessage, frozen=True):
    """One webhook."""

    webhook: WebhookMessage


class ListWebhooksResponse(ResponseMessage, frozen=True):
    """One page of webhooks."""

    webhooks: list[WebhookMessage] = field(default_factory=list)
    next_page_token: str | None = None


class WebhookTestResultMessage(ResponseMessage, frozen=True):
    """What an example came to; what the receiver wrote is never shown."""

    success: bool
    response_status: int | None = None
    error_message: str | None = None


class TestWebhookResponse(ResponseMessage, frozen=True):
    """What an example came to."""

    result: WebhookTestResultMessage


class WebhookDeliveryMessage(ResponseMessage, frozen=True):
    """What became of one delivery."""

    delivery_id: str
    event: WebhookEventMessage
    timestamp: int
    state: DeliveryState
    attempts: int
    next_attempt_at: int | None = None
    last_attempt_at: int | None = None
    response_status: int | None = None
    fault: str | None = None


class ListWebhookDeliveriesResponse(ResponseMessage, frozen=True):
    """The latest deliveries to a webhook, the newest first."""

    deliveries: list[WebhookDeliveryMessage] = field(default_factory=list)
