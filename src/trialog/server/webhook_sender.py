"""Sends one delivery to one webhook, signed and guarded, as the operator's settings say."""

import time

from trialog.config import Settings
from trialog.outbound import AddressPolicy, Answer, GuardedClient, OutboundFault, SecretBox, signed_headers


class WebhookSender:
    """What the API and the worker send with.

    Args:
        client: Reaches the receivers.
        secrets: Keeps what deliveries are signed with.
    """

    def __init__(self, client: GuardedClient, secrets: SecretBox) -> None:
        self.client = client
        self.secrets = secrets

    async def send(self, url: str, sealed_secret: str | None, delivery_id: str, body: str) -> Answer:
        """Make one attempt.

        Args:
            url: Where to.
            sealed_secret: What it is signed with, encrypted; None sends it unsigned.
            delivery_id: The same at every attempt.
            body: What is sent.

        Raises:
            OutboundFault: No answer came, or the secret cannot be read: then nothing is sent rather than unsigned.
        """
        secret = None
        if sealed_secret is not None:
            secret = self.secrets.unseal(sealed_secret)
            if secret is None:
                raise OutboundFault(
                    "webhook.secret_unreadable",
                    "The webhook's secret was encrypted with a key that this server does not have. Add that key behind"
                    " the others in MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY, or give the webhook a new secret.",
                    is_final=True,
                )
        content = body.encode()
        return await self.client.post(url, content, signed_headers(delivery_id, int(time.time()), content, secret))


def create_webhook_sender(settings: Settings) -> WebhookSender:
    """Return what sends as the operator chose.

    Args:
        settings: What the operator chose.

    Raises:
        ConfigurationError: A key is no key, or the certificates cannot be read.
    """
    client = GuardedClient(
        AddressPolicy(settings.webhook_allow_private_ips, settings.webhook_allowed_networks),
        schemes=settings.webhook_allowed_schemes,
        seconds=settings.webhook_request_timeout,
        ca_certs=settings.webhook_ca_certs,
    )
    return WebhookSender(client, SecretBox(settings.webhook_secret_encryption_keys))
