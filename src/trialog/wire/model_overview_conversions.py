"""Registered models and their versions as pages show them."""

import msgspec

from trialog.entities import ModelStage, PermissionLevel
from trialog.entities.model_overview import ModelOverview, VersionOverview, VersionRow
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.metric_values import MetricValueMessage
from trialog.wire.messages.model_overviews import (
    ModelAliasMessage,
    ModelOverviewMessage,
    ModelVersionRowMessage,
    VersionSummaryMessage,
)
from trialog.wire.overview_conversions import tags_message

_decode_object = msgspec.json.Decoder(dict[str, object]).decode


def version_summary_message(overview: VersionOverview, key_metric: MetricValueMessage | None) -> VersionSummaryMessage:
    """Return a version in short.

    Args:
        overview: The version and its run.
        key_metric: What tells best how good it is, if anything does.
    """
    version, run = overview.version, overview.run
    return VersionSummaryMessage(
        version=version.version,
        label=version.label,
        stage=version.current_stage,
        status=version.status,
        aliases=version.aliases,
        creation_timestamp=version.creation_timestamp,
        since=None if overview.arrival is None else overview.arrival.timestamp,
        by=None if overview.arrival is None else overview.arrival.actor,
        run_id=version.run_id or None,
        run_name=None if run is None else run.run_name,
        experiment_id=None if run is None else run.experiment_id,
        key_metric=key_metric,
    )


def version_row_message(row: VersionRow, summary: VersionSummaryMessage) -> ModelVersionRowMessage:
    """Return a version beside others.

    Args:
        row: The version, its run and what its files say.
        summary: The version in short.
    """
    version = row.overview.version
    return ModelVersionRowMessage(
        summary=summary,
        description=version.description or None,
        last_updated_timestamp=version.last_updated_timestamp,
        user_id=version.user_id,
        source=version.source,
        storage_location=version.storage_location,
        model_id=version.model_id,
        status_message=version.status_message,
        tags=tags_message(version.tags),
        flavors=list(row.content.flavors),
        size_bytes=row.content.size_bytes,
        signature_id=row.signature_id,
        metrics={metric.key: metric.value for metric in metric_messages(row.overview.metrics)},
        params={param.key: param.value for param in row.params},
    )


def model_overview_message(
    overview: ModelOverview, summaries: dict[int, VersionSummaryMessage], permission: PermissionLevel
) -> ModelOverviewMessage:
    """Return a registered model with what is in its stages.

    Args:
        overview: The model.
        summaries: Its versions in short, by number.
        permission: What who asks may do with it.
    """
    model = overview.model
    in_stage = {
        summary.stage: summary
        for summary in sorted(summaries.values(), key=lambda summary: summary.version)
        if summary.version in overview.versions
    }
    return ModelOverviewMessage(
        name=model.name,
        description=model.description or None,
        creation_timestamp=model.creation_timestamp,
        last_updated_timestamp=model.last_updated_timestamp,
        tags=tags_message(model.tags),
        aliases=[ModelAliasMessage(one.alias, one.version) for one in model.aliases],
        version_count=overview.version_count,
        production=in_stage.get(ModelStage.PRODUCTION),
        staging=in_stage.get(ModelStage.STAGING),
        latest=None if overview.latest is None else summaries.get(overview.latest),
        permission=permission,
    )


def signature_message(text: str | None) -> dict[str, object] | None:
    """Return a signature that is kept as text; None if it is too long to be shown."""
    return None if text is None else _decode_object(text)
