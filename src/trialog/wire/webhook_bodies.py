"""What is sent to webhooks: MLflow's JSON, and an example of each kind for those who try a webhook out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from trialog.entities import STAGE_CHANGED, WebhookAction, WebhookEntity, WebhookEvent

_MODEL: Final = {"name": "example_model"}
_PROMPT: Final = {"name": "example_prompt"}
_TAG: Final = {"key": "example_key", "value": "example_value"}
_TAGS: Final = {"tags": {"example_key": "example_value"}}
_VERSION: Final = {"version": "1"}
_ALIAS: Final = {"alias": "example_alias"}
_KEY: Final = {"key": "example_key"}

_EXAMPLES: Final[Mapping[tuple[WebhookEntity, WebhookAction], Mapping[str, Any]]] = MappingProxyType(
    {
        (WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED): _MODEL | _TAGS | {"description": "An example"},
        (WebhookEntity.MODEL_VERSION, WebhookAction.CREATED): _MODEL
        | _VERSION
        | {"source": "models:/m-0123456789abcdef", "run_id": "0123456789abcdef"}
        | _TAGS
        | {"description": "An example"},
        (WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET): _MODEL | _VERSION | _TAG,
        (WebhookEntity.MODEL_VERSION_TAG, WebhookAction.DELETED): _MODEL | _VERSION | _KEY,
        (WebhookEntity.MODEL_VERSION_ALIAS, WebhookAction.CREATED): _MODEL | _ALIAS | _VERSION,
        (WebhookEntity.MODEL_VERSION_ALIAS, WebhookAction.DELETED): _MODEL | _ALIAS,
        (WebhookEntity.PROMPT, WebhookAction.CREATED): _PROMPT | _TAGS | {"description": "An example"},
        (WebhookEntity.PROMPT_VERSION, WebhookAction.CREATED): _PROMPT
        | _VERSION
        | {"template": "Hello {{name}}!"}
        | _TAGS
        | {"description": "An example"},
        (WebhookEntity.PROMPT_TAG, WebhookAction.SET): _PROMPT | _TAG,
        (WebhookEntity.PROMPT_TAG, WebhookAction.DELETED): _PROMPT | _KEY,
        (WebhookEntity.PROMPT_VERSION_TAG, WebhookAction.SET): _PROMPT | _VERSION | _TAG,
        (WebhookEntity.PROMPT_VERSION_TAG, WebhookAction.DELETED): _PROMPT | _VERSION | _KEY,
        (WebhookEntity.PROMPT_ALIAS, WebhookAction.CREATED): _PROMPT | _ALIAS | _VERSION,
        (WebhookEntity.PROMPT_ALIAS, WebhookAction.DELETED): _PROMPT | _ALIAS,
        (WebhookEntity.BUDGET_POLICY, WebhookAction.EXCEEDED): {
            "budget_policy_id": "bp-example",
            "budget_unit": "USD",
            "budget_amount": 100.0,
            "current_spend": 105.5,
            "duration_unit": "MONTHS",
            "duration_value": 1,
            "target_scope": "GLOBAL",
            "workspace": "default",
            "target_value": None,
            "window_start": 1704067200000,
        },
        (STAGE_CHANGED.entity, STAGE_CHANGED.action): _MODEL
        | {
            "operation": "promote",
            "actor": "anybody",
            "reason": "An example",
            "gate": None,
            "change_id": 1,
            "moved_at": 1704067200000,
            "move_count": 1,
            "moves": [_VERSION | {"from_stage": "Staging", "to_stage": "Production", "move_id": 1}],
        },
    }
)


def delivery_body(event: WebhookEvent, timestamp: int, data: Mapping[str, Any]) -> str:
    """Return the body of a delivery, in ASCII.

    Args:
        event: What it tells of.
        timestamp: When that happened, milliseconds since 1970 UTC.
        data: What there is to say of it.
    """
    return json.dumps(
        {
            "entity": event.entity.value.lower(),
            "action": event.action.value.lower(),
            "timestamp": datetime.fromtimestamp(timestamp / 1000, UTC).isoformat(timespec="milliseconds"),
            "data": data,
        }
    )


def example_data(event: WebhookEvent) -> Mapping[str, Any]:
    """Return what a delivery of a kind might say."""
    return _EXAMPLES[event.entity, event.action]
