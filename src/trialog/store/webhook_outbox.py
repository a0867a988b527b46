"""What webhooks are to be told, queued in the transaction of the change that they are told of.

Whoever changes the registry calls these inside its own writing transaction: a delivery is queued exactly if the change
is kept. Where no webhook asks for the event, a call is one look into an index.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select

from trialog.config import redact
from trialog.entities import (
    PROMPT_TAG,
    STAGE_CHANGED,
    DeliveryState,
    ModelVersion,
    RegistryMove,
    Tag,
    WebhookAction,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
    says_prompt,
)
from trialog.entities.clock import now_milliseconds
from trialog.store.database import equipment
from trialog.store.prepared import Prepared
from trialog.store.registry_tables import (
    registered_model_tags,
    registered_models,
    webhook_bodies,
    webhook_deliveries,
    webhook_events,
    webhooks,
)
from trialog.store.webhook_room import LOOK_EVERY, make_room
from trialog.wire.webhook_bodies import delivery_body

MAX_BODY_BYTES = 128 * 1024
"""Largest body that is sent; one above it is kept as failed, without its text. A change of stages always fits."""

MAX_LISTED_MOVES = 100
"""How many moves of one change are sent; their number is sent in any case."""

BELL = "trialog.webhooks.bell"
"""Under this name a connection holds what is to be called when something was queued on it."""

BODY_TOO_LARGE = "webhook.body_too_large"

_PROMPT_TEXT_TAG = "mlflow.prompt.text"
_PROMPT_TYPE_TAG = "_mlflow_prompt_type"
_INTERNAL_PROMPT_TAGS = frozenset({PROMPT_TAG, _PROMPT_TEXT_TAG, _PROMPT_TYPE_TAG})

_listeners = Prepared(
    select(webhook_events.c.webhook)
    .join(webhooks, webhooks.c.id == webhook_events.c.webhook)
    .where(
        webhook_events.c.entity == bindparam("entity"),
        webhook_events.c.action == bindparam("action"),
        webhooks.c.workspace == bindparam("workspace"),
        webhooks.c.status == WebhookStatus.ACTIVE.value,
    )
    .order_by(webhook_events.c.webhook),
    ["entity", "action", "workspace"],
)


def registered_model_created(
    connection: Connection, workspace: str, *, name: str, description: str | None, tags: Iterable[Tag]
) -> None:
    """Tell of a registered model, or a prompt, that was made.

    Args:
        connection: Inside the writing transaction that makes it.
        workspace: Where it happens: webhooks of others are not told.
        name: Its name.
        description: What it is for.
        tags: Its first tags.
    """
    kept = {tag.key: tag.value for tag in tags}
    entity = WebhookEntity.REGISTERED_MODEL
    if _says_prompt(kept):
        entity = WebhookEntity.PROMPT
        kept = _without_internal(kept)
    _queue(
        connection,
        workspace,
        entity,
        WebhookAction.CREATED,
        lambda: {"name": name, "tags": kept, "description": description},
    )


def registered_model_tag_set(connection: Connection, workspace: str, *, name: str, key: str, value: str) -> None:
    """Tell of a tag that was set on a prompt; of those of other registered models nobody is told, as with MLflow.

    Args:
        connection: Inside the writing transaction that sets it.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        key: Name of the tag.
        value: Its text.
    """
    if _is_told(connection, workspace, WebhookEntity.PROMPT_TAG, WebhookAction.SET) and _is_prompt(
        connection, workspace, name
    ):
        data = {"name": name, "key": key, "value": value}
        _queue(connection, workspace, WebhookEntity.PROMPT_TAG, WebhookAction.SET, lambda: data)


def registered_model_tag_deleted(connection: Connection, workspace: str, *, name: str, key: str) -> None:
    """Tell of a tag that was taken from a prompt; of those of other registered models nobody is told, as with MLflow.

    Args:
        connection: Inside the writing transaction that takes it away.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        key: Name of the tag.
    """
    if _is_told(connection, workspace, WebhookEntity.PROMPT_TAG, WebhookAction.DELETED) and _is_prompt(
        connection, workspace, name
    ):
        _queue(
            connection, workspace, WebhookEntity.PROMPT_TAG, WebhookAction.DELETED, lambda: {"name": name, "key": key}
        )


def model_version_created(connection: Connection, workspace: str, *, version: ModelVersion) -> None:
    """Tell of a version that was registered, of a model or a prompt.

    Args:
        connection: Inside the writing transaction that registers it.
        workspace: Where it happens: webhooks of others are not told.
        version: The version as it was made, with its tags.
    """
    tags = {tag.key: tag.value for tag in version.tags}
    common = {"name": version.name, "version": str(version.version)}
    if _says_prompt(tags):
        prompt = {
            **common,
            "template": tags.get(_PROMPT_TEXT_TAG),
            "tags": _without_internal(tags),
            "description": version.description or None,
        }
        _queue(connection, workspace, WebhookEntity.PROMPT_VERSION, WebhookAction.CREATED, lambda: prompt)
        return
    model = {
        **common,
        # Clients of MLflow may read a password in a source; the receivers are others.
        "source": redact(version.source),
        "run_id": version.run_id or None,
        "tags": tags,
        "description": version.description or None,
    }
    _queue(connection, workspace, WebhookEntity.MODEL_VERSION, WebhookAction.CREATED, lambda: model)


def model_version_tag_set(
    connection: Connection, workspace: str, *, name: str, version: int, key: str, value: str
) -> None:
    """Tell of a tag that was set on a version.

    Args:
        connection: Inside the writing transaction that sets it.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        version: The version.
        key: Name of the tag.
        value: Its text.
    """
    data = {"name": name, "version": str(version), "key": key, "value": value}
    _queue_by_kind(
        connection,
        workspace,
        (WebhookEntity.MODEL_VERSION_TAG, WebhookEntity.PROMPT_VERSION_TAG),
        WebhookAction.SET,
        data,
    )


def model_version_tag_deleted(connection: Connection, workspace: str, *, name: str, version: int, key: str) -> None:
    """Tell of a tag that was taken from a version.

    Args:
        connection: Inside the writing transaction that takes it away.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        version: The version.
        key: Name of the tag.
    """
    _queue_by_kind(
        connection,
        workspace,
        (WebhookEntity.MODEL_VERSION_TAG, WebhookEntity.PROMPT_VERSION_TAG),
        WebhookAction.DELETED,
        {"name": name, "version": str(version), "key": key},
    )


def model_version_alias_created(connection: Connection, workspace: str, *, name: str, alias: str, version: int) -> None:
    """Tell of an alias that was given to a version, or moved to it.

    Args:
        connection: Inside the writing transaction that gives it.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        alias: The alias.
        version: The version that bears it now.
    """
    _queue_by_kind(
        connection,
        workspace,
        (WebhookEntity.MODEL_VERSION_ALIAS, WebhookEntity.PROMPT_ALIAS),
        WebhookAction.CREATED,
        {"name": name, "alias": alias, "version": str(version)},
    )


def model_version_alias_deleted(connection: Connection, workspace: str, *, name: str, alias: str) -> None:
    """Tell of an alias that was taken away.

    Args:
        connection: Inside the writing transaction that takes it away.
        workspace: Where it happens: webhooks of others are not told.
        name: Name of the registered model.
        alias: The alias.
    """
    _queue_by_kind(
        connection,
        workspace,
        (WebhookEntity.MODEL_VERSION_ALIAS, WebhookEntity.PROMPT_ALIAS),
        WebhookAction.DELETED,
        {"name": name, "alias": alias},
    )


def stages_changed(connection: Connection, workspace: str, *, moves: Sequence[RegistryMove]) -> None:
    """Tell of versions that changed their stage by one change, or were deleted in one: all in one delivery.

    Args:
        connection: Inside the writing transaction that moves them.
        workspace: Where it happens: webhooks of others are not told.
        moves: The moves of the change as history keeps them, in its order; those of aliases are left to the functions
            of aliases.
    """
    stages = [move for move in moves if move.alias is None]
    if not stages:
        return
    # They have all but the version and its stages in common.
    first = stages[0]

    def data() -> Mapping[str, Any]:
        return {
            "name": first.name,
            "operation": first.operation,
            "actor": first.actor,
            "reason": first.reason,
            "gate": None if first.gate is None else json.loads(first.gate),
            "change_id": first.change_id,
            "moved_at": first.timestamp,
            "move_count": len(stages),
            "moves": [_move_data(move) for move in stages[:MAX_LISTED_MOVES]],
        }

    _queue(connection, workspace, STAGE_CHANGED.entity, STAGE_CHANGED.action, data)


def _move_data(move: RegistryMove) -> Mapping[str, Any]:
    return {
        "version": None if move.version is None else str(move.version),
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "move_id": move.move_id,
    }


def _says_prompt(tags: Mapping[str, str]) -> bool:
    return says_prompt(tags.get(PROMPT_TAG))


def _without_internal(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in _INTERNAL_PROMPT_TAGS}


def _is_prompt(connection: Connection, workspace: str, name: str) -> bool:
    statement = (
        select(registered_model_tags.c.value)
        .join(registered_models, registered_models.c.id == registered_model_tags.c.model)
        .where(
            registered_models.c.workspace == workspace,
            registered_models.c.name == name,
            registered_model_tags.c.key == PROMPT_TAG,
        )
    )
    return says_prompt(connection.execute(statement).scalar())


def _is_told(connection: Connection, workspace: str, entity: WebhookEntity, action: WebhookAction) -> bool:
    return bool(_listeners.rows(connection, (entity.value, action.value, workspace)))


def _queue_by_kind(
    connection: Connection,
    workspace: str,
    entities: tuple[WebhookEntity, WebhookEntity],
    action: WebhookAction,
    data: Mapping[str, Any],
) -> None:
    """Queue as the first entity for a model, as the second for a prompt."""
    if any(_is_told(connection, workspace, entity, action) for entity in entities):
        _queue(connection, workspace, entities[_is_prompt(connection, workspace, data["name"])], action, lambda: data)


def _queue(
    connection: Connection,
    workspace: str,
    entity: WebhookEntity,
    action: WebhookAction,
    data: Callable[[], Mapping[str, Any]],
) -> None:
    told = [row[0] for row in _listeners.rows(connection, (entity.value, action.value, workspace))]
    if not told:
        return
    now = now_milliseconds()
    body = delivery_body(WebhookEvent(entity, action), now, data())
    fits = len(body) <= MAX_BODY_BYTES
    # One that does not fit takes its number too, since room is made by number; it goes when room is made.
    content = body if fits else ""
    kept = insert(webhook_bodies).values(size=len(content), content=content).returning(webhook_bodies.c.id)
    number: int = connection.execute(kept).scalar_one()
    common = {
        "entity": entity.value,
        "action": action.value,
        "timestamp": now,
        "body": number if fits else None,
        "state": (DeliveryState.WAITING if fits else DeliveryState.FAILED).value,
        "attempts": 0,
        "next_attempt_at": now,
        "fault": None if fits else BODY_TOO_LARGE,
    }
    rows: Sequence[dict[str, Any]] = [{**common, "webhook": webhook, "delivery_id": str(uuid4())} for webhook in told]
    connection.execute(insert(webhook_deliveries), rows)
    if number % LOOK_EVERY == 0:
        make_room(connection)
    if (ring := equipment(connection).get(BELL)) is not None:
        ring()
