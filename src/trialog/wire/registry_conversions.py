"""Entities of the model registry as answers show them."""

import msgspec

from trialog.entities import ModelContent, ModelVersion, PastOccupant, RegisteredModel, RegistryMove, Run
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.model_versions import ModelVersionMessage
from trialog.wire.messages.promotion import PastOccupantMessage, RegistryMoveMessage, VersionDetailsResponse
from trialog.wire.messages.registered_models import RegisteredModelAliasMessage, RegisteredModelMessage

_decode_object = msgspec.json.Decoder(dict[str, object]).decode


def model_version_message(version: ModelVersion) -> ModelVersionMessage:
    """Return a version as MLflow's answers show it."""
    return ModelVersionMessage(
        name=version.name,
        version=str(version.version),
        creation_timestamp=version.creation_timestamp,
        last_updated_timestamp=version.last_updated_timestamp,
        current_stage=version.current_stage,
        source=version.source,
        status=version.status,
        user_id=version.user_id,
        description=version.description,
        # MLflow shows these two even when they are empty.
        run_id=version.run_id or "",
        status_message=version.status_message or None,
        tags=version.tags,
        run_link=version.run_link or "",
        aliases=version.aliases,
    )


def model_version_messages(versions: list[ModelVersion]) -> list[ModelVersionMessage]:
    """Return versions as MLflow's answers show them."""
    return [model_version_message(version) for version in versions]


def registered_model_message(model: RegisteredModel) -> RegisteredModelMessage:
    """Return a registered model as answers show it."""
    return RegisteredModelMessage(
        name=model.name,
        creation_timestamp=model.creation_timestamp,
        last_updated_timestamp=model.last_updated_timestamp,
        description=model.description or "",
        latest_versions=model_version_messages(model.latest_versions),
        tags=model.tags,
        aliases=[RegisteredModelAliasMessage(alias.alias, str(alias.version)) for alias in model.aliases],
    )


def registered_model_messages(models: list[RegisteredModel]) -> list[RegisteredModelMessage]:
    """Return registered models as answers show them."""
    return [registered_model_message(model) for model in models]


def version_details(
    version: ModelVersion, content: ModelContent, run: Run | None, arrival: RegistryMove | None
) -> VersionDetailsResponse:
    """Return all there is to know of a version.

    Args:
        version: The version.
        content: What its files say.
        run: The run that made it, if it is known.
        arrival: The move that brought it into its stage, if it ever moved.
    """
    return VersionDetailsResponse(
        model_path=version.source,
        version=version.version,
        stage=version.current_stage,
        metrics={metric.key: metric.value for metric in metric_messages(run.metrics)} if run else {},
        model_uri=f"models:/{version.name}/{version.version}",
        name=version.name,
        label=version.label,
        description=version.description or None,
        creation_timestamp=version.creation_timestamp,
        last_updated_timestamp=version.last_updated_timestamp,
        user_id=version.user_id,
        status=version.status,
        run_id=version.run_id or None,
        run_name=run.info.run_name if run else None,
        params={param.key: param.value for param in run.params} if run else {},
        model_id=version.model_id,
        storage_location=version.storage_location,
        signature=_object(content.signature),
        flavors=list(content.flavors),
        size_bytes=content.size_bytes,
        tags={tag.key: tag.value for tag in version.tags},
        aliases=version.aliases,
        since=arrival.timestamp if arrival else None,
        by=arrival.actor if arrival else None,
        reason=arrival.reason if arrival else None,
        operation=arrival.operation if arrival else None,
        gate=_object(arrival.gate) if arrival else None,
    )


def registry_move_messages(moves: list[RegistryMove]) -> list[RegistryMoveMessage]:
    """Return moves as answers show them."""
    return [
        RegistryMoveMessage(
            move_id=move.move_id,
            change_id=move.change_id,
            registered_model_id=move.registered_model_id,
            name=move.name,
            version=move.version,
            alias=move.alias,
            from_stage=move.from_stage,
            to_stage=move.to_stage,
            from_version=move.from_version,
            timestamp=move.timestamp,
            actor=move.actor,
            operation=move.operation,
            reason=move.reason,
            gate=_object(move.gate),
        )
        for move in moves
    ]


def past_occupant_message(occupant: PastOccupant) -> PastOccupantMessage:
    """Return what was in a stage as answers show it."""
    return PastOccupantMessage(
        name=occupant.name,
        version=occupant.version,
        since=occupant.since.timestamp,
        by=occupant.since.actor,
        reason=occupant.since.reason,
        operation=occupant.since.operation,
        gate=_object(occupant.since.gate),
    )


def _object(text: str | None) -> dict[str, object] | None:
    return _decode_object(text) if text else None
