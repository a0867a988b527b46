"""The tables of the model registry: models, versions, their history, what metrics mean, webhooks."""

from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint

from trialog.store.column_types import Identity, Text
from trialog.store.tables import metadata

registered_models = Table(
    "trialog_registered_models",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("last_version", BigInteger, nullable=False),  # the highest number ever given: none is used again
    UniqueConstraint("workspace", "name", name="trialog_registered_models_name"),
    Index("trialog_registered_models_by_update", "last_updated_timestamp"),
    sqlite_autoincrement=True,  # history of a model that is gone must never fall to another
)

registered_model_tags = Table(
    "trialog_registered_model_tags",
    metadata,
    Column("model", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

registered_model_aliases = Table(
    "trialog_registered_model_aliases",
    metadata,
    Column("model", BigInteger, primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Index("trialog_registered_model_aliases_by_version", "model", "version"),
    sqlite_with_rowid=False,
)

# Which model had which name when; only ever added to, but for the end of a span.
registered_model_names = Table(
    "trialog_registered_model_names",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("model", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),  # NULL while the model has the name
    Index("trialog_registered_model_names_by_name", "workspace", "name", "id"),
    Index("trialog_registered_model_names_by_model", "model", "id"),
    sqlite_autoincrement=True,
)

model_versions = Table(
    "trialog_model_versions",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("model", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("description", Text),
    Column("user_id", Text),
    Column("current_stage", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("storage_location", Text, nullable=False),
    Column("run_id", Text),
    Column("run_link", Text),
    Column("model_id", Text),
    Column("status", Text, nullable=False),
    Column("status_message", Text),
    Column("label", Text),
    Column("signature", Text),  # digest of one in the table of signatures
    Column("flavors", Text, nullable=False),  # a JSON list
    Column("size_bytes", BigInteger),
    UniqueConstraint("model", "version", name="trialog_model_versions_number"),
    UniqueConstraint("model", "label", name="trialog_model_versions_label"),
    Index("trialog_model_versions_by_stage", "model", "current_stage", "version"),
    Index("trialog_model_versions_by_run", "run_id"),
    Index("trialog_model_versions_by_update", "last_updated_timestamp"),
    Index("trialog_model_versions_by_creation", "creation_timestamp"),
    Index("trialog_model_versions_in_stage", "current_stage"),
    Index("trialog_model_versions_by_label", "label"),
    Index("trialog_model_versions_by_logged_model", "model_id"),
    Index("trialog_model_versions_by_signature", "signature"),
    sqlite_autoincrement=True,  # tags of a version that is gone must never fall to another
)

# Each once, however many versions share it.
model_signatures = Table(
    "trialog_model_signatures",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the content, in hexadecimal
    Column("content", Text, nullable=False),
)

model_version_tags = Table(
    "trialog_model_version_tags",
    metadata,
    Column("model_version", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What one call moved together, who asked for it and why. Only ever added to: triggers refuse every change of a row.
# `model` finds the changes of a model under all its names; in the order of their numbers their times never go back.
registry_changes = Table(
    "trialog_registry_changes",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("model", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("reason", Text),
    Column("gate", Text),
    Index("trialog_registry_changes_by_model", "model", "timestamp", "id"),
    sqlite_autoincrement=True,
)

# The moves of a change. Only ever added to, likewise.
registry_moves = Table(
    "trialog_registry_moves",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("change", BigInteger, nullable=False),
    Column("model", BigInteger, nullable=False),
    Column("version", BigInteger),
    Column("alias", Text),
    Column("from_stage", Text),
    Column("to_stage", Text),
    Column("from_version", BigInteger),
    Index("trialog_registry_moves_by_model", "model", "id"),
    Index("trialog_registry_moves_by_version", "model", "version", "to_stage", "id"),
    Index("trialog_registry_moves_by_stage_after", "model", "to_stage", "id"),
    Index("trialog_registry_moves_by_stage_before", "model", "from_stage", "id"),
    sqlite_autoincrement=True,
)

# What a metric means on this server (no experiment) or in one experiment.
metric_meanings = Table(
    "trialog_metric_meanings",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("experiment_id", Text, primary_key=True),  # empty for the whole server
    Column("pattern", Text, primary_key=True),
    Column("meaning", Text, nullable=False),  # a JSON object
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    sqlite_with_rowid=False,
)

webhooks = Table(
    "trialog_webhooks",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("webhook_id", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("url", Text, nullable=False),
    Column("secret", Text),  # encrypted with the operator's key
    Column("status", Text, nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    UniqueConstraint("webhook_id", name="trialog_webhooks_webhook_id"),
    sqlite_autoincrement=True,  # deliveries of a webhook that is gone must never fall to another
)

webhook_events = Table(
    "trialog_webhook_events",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("webhook", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# What is sent: once for all webhooks that are told the same, and only as long as it waits for one of them.
webhook_bodies = Table(
    "trialog_webhook_bodies",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes of the content
    Column("content", Text, nullable=False),
    sqlite_autoincrement=True,  # room is made by number: none may come back
)

# Written with the change they tell of, sent by whoever holds the lease.
webhook_deliveries = Table(
    "trialog_webhook_deliveries",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("delivery_id", Text, nullable=False),
    Column("webhook", BigInteger, nullable=False),
    Column("entity", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("body", BigInteger),  # NULL once it is finished
    Column("state", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("last_attempt_at", BigInteger),
    Column("response_status", BigInteger),
    Column("fault", Text),
    UniqueConstraint("delivery_id", name="trialog_webhook_deliveries_delivery_id"),
    Index("trialog_webhook_deliveries_by_webhook", "webhook", "state", "id"),
    Index("trialog_webhook_deliveries_by_body", "body"),
    sqlite_autoincrement=True,  # order is by number: none may come back
)
