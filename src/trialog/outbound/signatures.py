"""Headers by which a receiver knows a delivery: MLflow's, after the Standard Webhooks."""

import hmac
from base64 import b64encode

SIGNATURE_HEADER = "X-MLflow-Signature"
TIMESTAMP_HEADER = "X-MLflow-Timestamp"
DELIVERY_ID_HEADER = "X-MLflow-Delivery-Id"


def signed_headers(delivery_id: str, timestamp: int, body: bytes, secret: str | None) -> dict[str, str]:
    """Return the headers of one attempt.

    Args:
        delivery_id: The same at every attempt.
        timestamp: When the attempt is made, seconds since 1970 UTC: receivers refuse what is not fresh.
        body: What is sent.
        secret: What the receiver knows too; None sends no signature.
    """
    headers = {DELIVERY_ID_HEADER: delivery_id, TIMESTAMP_HEADER: str(timestamp)}
    if secret:
        signed = b".".join([delivery_id.encode(), str(timestamp).encode(), body])
        digest = hmac.digest(secret.encode(), signed, "sha256")
        headers[SIGNATURE_HEADER] = f"v1,{b64encode(digest).decode()}"
    return headers
