"""MLflow's routes of webhooks, and one that shows what became of deliveries.

All are the administrator's: a webhook makes the server speak to another, and the URLs of many services are secrets.
"""

from trialog.wire.messages import webhooks
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.routes.route import MLFLOW, Route
from trialog.wire.routes.target import SERVER, Permission

_WEBHOOKS = f"{MLFLOW}/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{webhook_id}}"

WEBHOOK_ROUTES: tuple[Route, ...] = (
    Route(
        "create_webhook",
        "POST",
        _WEBHOOKS,
        webhooks.CreateWebhook,
        webhooks.WebhookResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
    Route(
        "list_webhooks",
        "GET",
        _WEBHOOKS,
        webhooks.ListWebhooks,
        webhooks.ListWebhooksResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
    Route("get_webhook", "GET", _WEBHOOK, webhooks.GetWebhook, webhooks.WebhookResponse, Permission.ADMIN, (SERVER,)),
    Route(
        "update_webhook",
        "PATCH",
        _WEBHOOK,
        webhooks.UpdateWebhook,
        webhooks.WebhookResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
    Route("delete_webhook", "DELETE", _WEBHOOK, webhooks.DeleteWebhook, EmptyResponse, Permission.ADMIN, (SERVER,)),
    Route(
        "test_webhook",
        "POST",
        f"{_WEBHOOK}/test",
        webhooks.TestWebhook,
        webhooks.TestWebhookResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
    Route(
        "list_webhook_deliveries",
        "GET",
        f"{_WEBHOOK}/deliveries",
        webhooks.ListWebhookDeliveries,
        webhooks.ListWebhookDeliveriesResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
)
