"""`WebhookStore` over MLflow's REST."""

import msgspec

from tests.contract.http_connection import HttpConnection, Json
from trialog.entities import (
    OWN_EVENTS,
    NewWebhook,
    Page,
    Webhook,
    WebhookChanges,
    WebhookDelivery,
    WebhookEvent,
)

WEBHOOKS = "/api/2.0/mlflow/webhooks"


class HttpWebhooks:
    """`WebhookStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(self, new_webhook: NewWebhook) -> Webhook:
        body = {
            "name": new_webhook.name,
            "url": new_webhook.url,
            "events": _events([event for event in new_webhook.events if event not in OWN_EVENTS]),
            "trialog_events": _events([event for event in new_webhook.events if event in OWN_EVENTS]),
            "description": new_webhook.description,
            "status": new_webhook.status.value,
        }
        return _webhook(await self._connection.post(WEBHOOKS, body))

    async def get(self, webhook_id: str) -> Webhook:
        return _webhook(await self._connection.get(f"{WEBHOOKS}/{webhook_id}", {}))

    async def list_page(self, *, max_results: int, page_token: str | None = None) -> Page[Webhook]:
        answer = await self._connection.get(WEBHOOKS, {"max_results": max_results, "page_token": page_token})
        items = [_webhook({"webhook": item}) for item in answer.get("webhooks", [])]
        return Page(items, answer.get("next_page_token"))

    async def update(self, webhook_id: str, changes: WebhookChanges) -> Webhook:
        body = {
            "name": changes.name,
            "url": changes.url,
            "events": None if changes.events is None else _events(changes.events),
            "trialog_events": None if changes.own_events is None else _events(changes.own_events),
            "description": changes.description,
            "status": changes.status,
        }
        return _webhook(await self._connection.send("PATCH", f"{WEBHOOKS}/{webhook_id}", body))

    async def delete(self, webhook_id: str) -> None:
        await self._connection.send("DELETE", f"{WEBHOOKS}/{webhook_id}", {})

    async def deliveries(self, webhook_id: str, *, max_results: int) -> list[WebhookDelivery]:
        answer = await self._connection.get(f"{WEBHOOKS}/{webhook_id}/deliveries", {"max_results": max_results})
        return msgspec.convert(answer.get("deliveries", []), list[WebhookDelivery])


def _events(events: list[WebhookEvent] | tuple[WebhookEvent, ...]) -> list[Json]:
    return [{"entity": event.entity.value, "action": event.action.value} for event in events]


def _webhook(answer: Json) -> Webhook:
    content = {"description": None, **answer["webhook"]}
    content["events"] = sorted(
        msgspec.convert([*content["events"], *content.pop("trialog_events", [])], list[WebhookEvent])
    )
    return msgspec.convert(content, Webhook)
