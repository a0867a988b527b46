"""Webhooks: addresses that are told when something happens in the registry."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from trialog.errors import InvalidParameter


class WebhookStatus(StrEnum):
    """Whether a webhook is told anything."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class WebhookEntity(StrEnum):
    """What an event is about, in MLflow's words and one of ours; deliveries write them small."""

    REGISTERED_MODEL = "REGISTERED_MODEL"
    MODEL_VERSION = "MODEL_VERSION"
    MODEL_VERSION_TAG = "MODEL_VERSION_TAG"
    MODEL_VERSION_ALIAS = "MODEL_VERSION_ALIAS"
    PROMPT = "PROMPT"
    PROMPT_VERSION = "PROMPT_VERSION"
    PROMPT_TAG = "PROMPT_TAG"
    PROMPT_VERSION_TAG = "PROMPT_VERSION_TAG"
    PROMPT_ALIAS = "PROMPT_ALIAS"
    BUDGET_POLICY = "BUDGET_POLICY"
    """Taken because MLflow's clients may ask for it; nothing here has a budget, so it never happens."""
    MODEL_VERSION_STAGE = "MODEL_VERSION_STAGE"
    """Trialog's own: MLflow tells nobody of a promotion."""


class WebhookAction(StrEnum):
    """What happened to it."""

    CREATED = "CREATED"
    DELETED = "DELETED"
    SET = "SET"
    EXCEEDED = "EXCEEDED"
    CHANGED = "CHANGED"
    """Trialog's own, of `MODEL_VERSION_STAGE` alone."""


class WebhookEvent(Struct, frozen=True, gc=False, order=True):
    """One kind of event that a webhook can ask for.

    Args:
        entity: What it is about.
        action: What happened.
    """

    entity: WebhookEntity
    action: WebhookAction

    def __str__(self) -> str:
        """Return it as MLflow's users write it, such as `model_version.created`."""
        return f"{self.entity.value}.{self.action.value}".lower()


ACTIONS: Final = MappingProxyType(
    {
        WebhookEntity.REGISTERED_MODEL: (WebhookAction.CREATED,),
        WebhookEntity.MODEL_VERSION: (WebhookAction.CREATED,),
        WebhookEntity.MODEL_VERSION_TAG: (WebhookAction.SET, WebhookAction.DELETED),
        WebhookEntity.MODEL_VERSION_ALIAS: (WebhookAction.CREATED, WebhookAction.DELETED),
        WebhookEntity.PROMPT: (WebhookAction.CREATED,),
        WebhookEntity.PROMPT_VERSION: (WebhookAction.CREATED,),
        WebhookEntity.PROMPT_TAG: (WebhookAction.SET, WebhookAction.DELETED),
        WebhookEntity.PROMPT_VERSION_TAG: (WebhookAction.SET, WebhookAction.DELETED),
        WebhookEntity.PROMPT_ALIAS: (WebhookAction.CREATED, WebhookAction.DELETED),
        WebhookEntity.BUDGET_POLICY: (WebhookAction.EXCEEDED,),
        WebhookEntity.MODEL_VERSION_STAGE: (WebhookAction.CHANGED,),
    }
)
"""Which actions each entity has."""


def check_event(event: WebhookEvent) -> None:
    """Refuse an event that does not exist.

    Raises:
        InvalidParameter: Its entity has no such action.
    """
    if event.action not in ACTIONS[event.entity]:
        known = ", ".join(action.value for action in ACTIONS[event.entity])
        raise InvalidParameter(
            "webhook.unknown_event",
            f"There is no event {event}: the actions of {event.entity.value} are {known}.",
            event=str(event),
        )


STAGE_CHANGED: Final = WebhookEvent(WebhookEntity.MODEL_VERSION_STAGE, WebhookAction.CHANGED)
"""Versions changed their stage, or were deleted in one: all of one change together."""

OWN_EVENTS: Final = frozenset({STAGE_CHANGED})
"""The events that MLflow does not know: its clients cannot read a webhook that shows one among its `events`."""


class Webhook(Struct, frozen=True):
    """An address that is told when something happens.

    Args:
        webhook_id: Its id.
        name: What people call it; several may have the same name.
        url: Where deliveries go.
        events: What it is told of, in order and each once.
        description: What it is for; None if nobody said.
        status: Whether it is told anything.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        sealed_secret: What deliveries are signed with, encrypted with the operator's key; None for no signature, and
            wherever the webhook came over the wire, which never carries it.
    """

    webhook_id: str
    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    description: str | None
    status: WebhookStatus
    creation_timestamp: int
    last_updated_timestamp: int
    sealed_secret: str | None = None


class NewWebhook(Struct, frozen=True):
    """A webhook to be made; its address has been checked.

    Args:
        name: What people call it.
        url: Where deliveries go.
        events: What it is to be told of.
        description: What it is for.
        sealed_secret: What deliveries are signed with, encrypted with the operator's key; None for no signature.
        status: Whether it is told anything yet.
    """

    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    description: str | None = None
    sealed_secret: str | None = None
    status: WebhookStatus = WebhookStatus.ACTIVE


class WebhookChanges(Struct, frozen=True):
    """What to change of a webhook; None leaves as it is.

    Args:
        name: Its new name.
        url: Its new address, checked.
        events: What of MLflow's it is told of from now on.
        own_events: What it is told of from now on that MLflow does not know.
        description: Its new description; empty takes it away.
        sealed_secret: Its new secret, encrypted; empty takes it away.
        status: Whether it is told anything from now on.
    """

    name: str | None = None
    url: str | None = None
    events: tuple[WebhookEvent, ...] | None = None
    own_events: tuple[WebhookEvent, ...] | None = None
    description: str | None = None
    sealed_secret: str | None = None
    status: WebhookStatus | None = None


class DeliveryState(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(Struct, frozen=True):
    """What became of one event on its way to one webhook.

    Args:
        delivery_id: Its id, the same at every attempt.
        event: What it tells of.
        timestamp: When that happened, milliseconds since 1970 UTC.
        state: What became of it.
        attempts: How often it was sent.
        next_attempt_at: When it is due, milliseconds since 1970 UTC.
        last_attempt_at: When it was sent last.
        response_status: Status of the last answer, if there was one.
        fault: Why the last attempt failed, as a stable code; None if it did not.
    """

    delivery_id: str
    event: WebhookEvent
    timestamp: int
    state: DeliveryState
    attempts: int
    next_attempt_at: int
    last_attempt_at: int | None
    response_status: int | None
    fault: str | None


class DueDelivery(Struct, frozen=True):
    """A delivery that is to be sent now.

    Args:
        number: Place in the order of all deliveries.
        delivery_id: Its id, the same at every attempt.
        webhook: Number of the webhook it is for.
        url: Where it goes.
        sealed_secret: What it is signed with, encrypted; None for no signature.
        body: What is sent: JSON.
        attempts: How often it was sent before.
    """

    number: int
    delivery_id: str
    webhook: int
    url: str
    sealed_secret: str | None
    body: str
    attempts: int


class DeliveryOutcome(Struct, frozen=True):
    """What an attempt came to.

    Args:
        state: What becomes of the delivery; WAITING if it is to be tried again.
        response_status: Status of the answer, if there was one.
        fault: Why it failed, as a stable code.
        wait_milliseconds: How long to wait before the next attempt.
    """

    state: DeliveryState
    response_status: int | None = None
    fault: str | None = None
    wait_milliseconds: int = 0
