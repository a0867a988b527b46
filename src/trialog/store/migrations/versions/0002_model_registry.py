"""The tables of the model registry."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Identity, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add models, versions, history, what metrics mean, and webhooks."""
    op.create_table(
        "trialog_metric_meanings",
        sa.Column("workspace", Text, nullable=False),
        sa.Column("experiment_id", Text, nullable=False),
        sa.Column("pattern", Text, nullable=False),
        sa.Column("meaning", Text, nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "experiment_id", "pattern"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_model_signatures",
        sa.Column("digest", Text, nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "trialog_model_version_tags",
        sa.Column("model_version", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("model_version", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_model_versions",
        sa.Column("id", Identity, nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("description", Text, nullable=True),
        sa.Column("user_id", Text, nullable=True),
        sa.Column("current_stage", Text, nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("storage_location", Text, nullable=False),
        sa.Column("run_id", Text, nullable=True),
        sa.Column("run_link", Text, nullable=True),
        sa.Column("model_id", Text, nullable=True),
        sa.Column("status", Text, nullable=False),
        sa.Column("status_message", Text, nullable=True),
        sa.Column("label", Text, nullable=True),
        sa.Column("signature", Text, nullable=True),
        sa.Column("flavors", Text, nullable=False),
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
        sa.Column("alias", Text, nullable=False),
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
        sa.Column("id", Identity, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
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
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("model", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_registered_models",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=True),
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
        sa.Column("id", Identity, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", Text, nullable=False),
        sa.Column("operation", Text, nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("gate", Text, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_registry_changes_by_model", "trialog_registry_changes", ["model", "timestamp", "id"], unique=False
    )
    op.create_table(
        "trialog_registry_moves",
        sa.Column("id", Identity, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("alias", Text, nullable=True),
        sa.Column("from_stage", Text, nullable=True),
        sa.Column("to_stage", Text, nullable=True),
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
        sa.Column("id", Identity, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_webhook_deliveries",
        sa.Column("id", Identity, nullable=False),
        sa.Column("delivery_id", Text, nullable=False),
        sa.Column("webhook", sa.BigInteger(), nullable=False),
        sa.Column("entity", Text, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.BigInteger(), nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("response_status", sa.BigInteger(), nullable=True),
        sa.Column("fault", Text, nullable=True),
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
        sa.Column("entity", Text, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("webhook", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "action", "webhook"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_webhooks",
        sa.Column("id", Identity, nullable=False),
        sa.Column("webhook_id", Text, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=True),
        sa.Column("url", Text, nullable=False),
        sa.Column("secret", Text, nullable=True),
        sa.Column("status", Text, nullable=False),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webhook_id", name="trialog_webhooks_webhook_id"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION trialog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the history of the registry is only added to'; END $$"
        )
        for table in ("trialog_registry_changes", "trialog_registry_moves"):
            op.execute(
                f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION trialog_refuse_change()"
            )
    else:
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
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trialog_refuse_change()")
