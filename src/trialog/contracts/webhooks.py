"""What a store promises about webhooks and the deliveries that wait for them."""

from collections.abc import Callable, Collection
from typing import Protocol

from trialog.entities import DeliveryOutcome, DueDelivery, NewWebhook, Page, Webhook, WebhookChanges, WebhookDelivery


class WebhookStore(Protocol):
    """Webhooks. Every write is atomic and durable when it returns; a refused write changes nothing."""

    async def create(self, new_webhook: NewWebhook) -> Webhook:
        """Make a webhook with a new id.

        Raises:
            InvalidParameter: A name, an address, a description or the events break a limit.
            Conflict: The store holds as many webhooks as may be.
        """
        ...

    async def get(self, webhook_id: str) -> Webhook:
        """Return a webhook.

        Raises:
            ResourceNotFound: No webhook has this id.
        """
        ...

    async def list_page(self, *, max_results: int, page_token: str | None = None) -> Page[Webhook]:
        """Return webhooks, the newest first.

        Args:
            max_results: Largest page wanted, up to 1000.
            page_token: Where to go on, from the page before.

        Raises:
            InvalidParameter: The page size is out of bounds, or the token is not one of this list.
        """
        ...

    async def update(self, webhook_id: str, changes: WebhookChanges) -> Webhook:
        """Change a webhook. What waits for one that is disabled is given up.

        Raises:
            InvalidParameter: As for `create`.
            ResourceNotFound: No webhook has this id.
        """
        ...

    async def delete(self, webhook_id: str) -> None:
        """Remove a webhook and what waits for it.

        Raises:
            ResourceNotFound: No webhook has this id.
        """
        ...

    async def deliveries(self, webhook_id: str, *, max_results: int) -> list[WebhookDelivery]:
        """Return what became of the latest deliveries to a webhook, the newest first.

        What is finished is kept in a bounded number.

        Args:
            webhook_id: The webhook.
            max_results: Most to return, up to 1000.

        Raises:
            InvalidParameter: The number is out of bounds.
            ResourceNotFound: No webhook has this id.
        """
        ...


class WebhookQueue(Protocol):
    """Deliveries that wait, for the one process at a time that sends them."""

    async def ring_when_queued(self, ring: Callable[[], None] | None) -> None:
        """Have a function called whenever this process queues something.

        Args:
            ring: Called in any thread, maybe before what was queued can be seen. None calls nothing any more.
        """
        ...

    async def next_due(self, *, busy: Collection[int], was_rung: bool) -> int | None:
        """Return when the next delivery is due, in milliseconds since 1970 UTC; None if none waits.

        A delivery waits behind all earlier ones of its webhook.

        Args:
            busy: Numbers of webhooks that are not looked at.
            was_rung: Whether the bell rang since: then what it rang for is seen, however lately it was queued.
        """
        ...

    async def take(
        self, holder: str, *, lease_milliseconds: int, busy: Collection[int], limit: int
    ) -> list[DueDelivery] | None:
        """Take or renew the lease and return what is due: of each webhook the oldest delivery alone.

        Args:
            holder: Who asks; another holder gets nothing until the lease has ended or is released.
            lease_milliseconds: How long from now the lease lasts.
            busy: Numbers of webhooks of which nothing is wanted, because something is under way to them.
            limit: Most to return; 0 renews the lease and no more.

        Returns:
            What is due, the longest due first; None if another holds the lease.
        """
        ...

    async def finish(self, number: int, outcome: DeliveryOutcome) -> None:
        """Keep what an attempt came to.

        Args:
            number: The delivery; if it is gone by now, nothing happens.
            outcome: What it came to.
        """
        ...

    async def release(self, holder: str) -> None:
        """Let go of the lease, if this holder has it."""
        ...
