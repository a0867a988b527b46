"""The tables of the model registry."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add models, versions, history, what metrics mean, and webhooks."""
    op.create_table(
        "trialog_metric_meanings",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "experiment_id", "pattern"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_model_signatures",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "trialog_model_version_tags",
        sa.Column("model_version", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model_version", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_model_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("current_stage", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("storage_location", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("run_link", sa.Text(), nullable=True),
        sa.Column("model_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("flavors", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model", "label", name="trialog_model_versions_label"),
        sa.UniqueConstraint("model", "version", name="trialog_model_versions_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("trialog_model_versions_by_run", "trialog_model_versions", ["run_id"], unique=False)
    op.create_index(
        "trialog_model_versions_by_stage", "trialog_model_versions", ["model", "current_stage", "version"], unique=False
    )
    op.create_index(
        "trialog_model_versions_by_update", "trialog_model_versions", ["last_updated_timestamp"], unique=False
    )
    op.create_index(
        "trialog_model_versions_by_creation", "trialog_model_versions", ["creation_timestamp"], unique=False
    )
    op.create_index("trialog_model_versions_by_label", "trialog_model_versions", ["label"], unique=False)
    op.create_index("trialog_model_versions_by_logged_model", "trialog_model_versions", ["model_id"], unique=False)
    op.create_index("trialog_model_versions_by_signature", "trialog_model_versions", ["signature"], unique=False)
    op.create_index("trialog_model_versions_in_stage", "trialog_model_versions", ["current_stage"], unique=False)
    op.create_table(
        "trialog_registered_model_aliases",
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model", "alias"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "trialog_registered_model_aliases_by_version",
        "trialog_registered_model_aliases",
        ["model", "version"],
        unique=False,
    )
    op.create_table(
        "trialog_registered_model_names",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_registered_model_names_by_name",
        "trialog_registered_model_names",
        ["workspace", "name", "id"],
        unique=False,
    )
    op.create_index(
        "trialog_registered_model_names_by_model", "trialog_registered_model_names", ["model", "id"], unique=False
    )
    op.create_table(
        "trialog_registered_model_tags",
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_registered_models",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "name", name="trialog_registered_models_name"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_registered_models_by_update", "trialog_registered_models", ["last_updated_timestamp"], unique=False
    )
    op.create_table(
        "trialog_registry_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("gate", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_registry_changes_by_model", "trialog_registry_changes", ["model", "timestamp", "id"], unique=False
    )
    op.create_table(
        "trialog_registry_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("alias", sa.Text(), nullable=True),
        sa.Column("from_stage", sa.Text(), nullable=True),
        sa.Column("to_stage", sa.Text(), nullable=True),
        sa.Column("from_version", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("trialog_registry_moves_by_model", "trialog_registry_moves", ["model", "id"], unique=False)
    op.create_index(
        "trialog_registry_moves_by_stage_after", "trialog_registry_moves", ["model", "to_stage", "id"], unique=False
    )
    op.create_index(
        "trialog_registry_moves_by_stage_before", "trialog_registry_moves", ["model", "from_stage", "id"], unique=False
    )
    op.create_index(
        "trialog_registry_moves_by_version",
        "trialog_registry_moves",
        ["model", "version", "to_stage", "id"],
        unique=False,
    )
    op.create_table(
        "trialog_webhook_bodies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_webhook_deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("webhook", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("response_status", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery_id", name="trialog_webhook_deliveries_delivery_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_webhook_deliveries_by_webhook",
        "trialog_webhook_deliveries",
        ["webhook", "state", "id"],
        unique=False,
    )
    op.create_index("trialog_webhook_deliveries_by_body", "trialog_webhook_deliveries", ["body"], unique=False)
    op.create_table(
        "trialog_webhook_events",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("webhook", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "action", "webhook"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_webhooks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webhook_id", name="trialog_webhooks_webhook_id"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in ("trialog_registry_changes", "trialog_registry_moves"):
            # INSERT OR REPLACE takes the row away that is in its way, and no trigger of deletions hears of it.
            replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608  names of our own
            for change, condition in (("UPDATE", ""), ("DELETE", ""), ("INSERT", replaced)):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {condition}"
                    " BEGIN SELECT RAISE(ABORT, 'the history of the registry is only added to'); END"
                )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("trialog_webhooks")
    op.drop_table("trialog_webhook_events")
    op.drop_index("trialog_webhook_deliveries_by_body", table_name="trialog_webhook_deliveries")
    op.drop_index("trialog_webhook_deliveries_by_webhook", table_name="trialog_webhook_deliveries")
    op.drop_table("trialog_webhook_deliveries")
    op.drop_table("trialog_webhook_bodies")
    op.drop_index("trialog_registry_moves_by_version", table_name="trialog_registry_moves")
    op.drop_index("trialog_registry_moves_by_stage_before", table_name="trialog_registry_moves")
    op.drop_index("trialog_registry_moves_by_stage_after", table_name="trialog_registry_moves")
    op.drop_index("trialog_registry_moves_by_model", table_name="trialog_registry_moves")
    op.drop_table("trialog_registry_moves")
    op.drop_index("trialog_registry_changes_by_model", table_name="trialog_registry_changes")
    op.drop_table("trialog_registry_changes")
    op.drop_index("trialog_registered_models_by_update", table_name="trialog_registered_models")
    op.drop_table("trialog_registered_models")
    op.drop_table("trialog_registered_model_tags")
    op.drop_index("trialog_registered_model_names_by_model", table_name="trialog_registered_model_names")
    op.drop_index("trialog_registered_model_names_by_name", table_name="trialog_registered_model_names")
    op.drop_table("trialog_registered_model_names")
    op.drop_index("trialog_registered_model_aliases_by_version", table_name="trialog_registered_model_aliases")
    op.drop_table("trialog_registered_model_aliases")
    op.drop_index("trialog_model_versions_in_stage", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_signature", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_logged_model", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_label", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_creation", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_update", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_stage", table_name="trialog_model_versions")
    op.drop_index("trialog_model_versions_by_run", table_name="trialog_model_versions")
    op.drop_table("trialog_model_versions")
    op.drop_table("trialog_model_version_tags")
    op.drop_table("trialog_model_signatures")
    op.drop_table("trialog_metric_meanings")
