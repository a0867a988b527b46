"""The first tables."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Identity, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of an empty store."""
    op.create_table(
        "trialog_chunks",
        sa.Column("id", Identity, nullable=False),
        sa.Column("series", sa.BigInteger(), nullable=False),
        sa.Column("first_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("first_value", sa.BigInteger(), nullable=False),
        sa.Column("last_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_value", sa.BigInteger(), nullable=False),
        sa.Column("min_value", sa.BigInteger(), nullable=True),
        sa.Column("max_value", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("codec", Text, nullable=False),
        sa.Column("checksum", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("series", "first_timestamp", "first_step", "first_value", name="trialog_chunks_range"),
    )
    op.create_table(
        "trialog_dataset_input_tags",
        sa.Column("input", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("input", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_dataset_inputs",
        sa.Column("id", Identity, nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("dataset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run", "dataset", name="trialog_dataset_inputs_identity"),
    )
    op.create_index("trialog_dataset_inputs_by_dataset", "trialog_dataset_inputs", ["dataset"], unique=False)
    op.create_table(
        "trialog_datasets",
        sa.Column("id", Identity, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("digest", Text, nullable=False),
        sa.Column("source_type", Text, nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("schema", Text, nullable=True),
        sa.Column("profile", Text, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("experiment", "name", "digest", name="trialog_datasets_identity"),
    )
    op.create_table(
        "trialog_experiment_tags",
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("experiment", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_experiments",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workspace", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("artifact_location", Text, nullable=False),
        sa.Column("lifecycle_stage", Text, nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "name", name="trialog_experiments_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trialog_leases",
        sa.Column("name", Text, nullable=False),
        sa.Column("holder", Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_logged_model_params",
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("model", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_logged_model_tags",
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("model", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_logged_models",
        sa.Column("id", Identity, nullable=False),
        sa.Column("model_id", Text, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("artifact_uri", Text, nullable=False),
        sa.Column("creation_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("lifecycle_stage", Text, nullable=False),
        sa.Column("model_type", Text, nullable=True),
        sa.Column("source_run_id", Text, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_id", name="trialog_logged_models_model_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_logged_models_by_creation",
        "trialog_logged_models",
        ["experiment", "creation_timestamp", "model_id"],
        unique=False,
    )
    op.create_table(
        "trialog_model_inputs",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("model_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "model_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_model_outputs",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("model_id", Text, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", "model_id", "step"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_params",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_points",
        sa.Column("series", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "timestamp", "step", "value"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trialog_runs",
        sa.Column("id", Identity, nullable=False),
        sa.Column("run_id", Text, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("start_time", sa.BigInteger(), nullable=True),
        sa.Column("end_time", sa.BigInteger(), nullable=True),
        sa.Column("deleted_time", sa.BigInteger(), nullable=True),
        sa.Column("lifecycle_stage", Text, nullable=False),
        sa.Column("artifact_uri", Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", name="trialog_runs_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_runs_by_start", "trialog_runs", ["experiment", "lifecycle_stage", "start_time", "run_id"], unique=False
    )
    op.create_table(
        "trialog_series",
        sa.Column("id", Identity, nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("dataset_name", Text, nullable=False),
        sa.Column("dataset_digest", Text, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_value", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("first_value", sa.BigInteger(), nullable=False),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("first_timestamp", sa.BigInteger(), nullable=False),
        sa.Column("min_value", sa.BigInteger(), nullable=True),
        sa.Column("min_step", sa.BigInteger(), nullable=True),
        sa.Column("max_value", sa.BigInteger(), nullable=True),
        sa.Column("max_step", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run", "key", "model", "dataset_name", "dataset_digest", name="trialog_series_identity"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "trialog_series_by_last_value", "trialog_series", ["experiment", "key", "last_value", "run"], unique=False
    )
    op.create_index("trialog_series_by_model", "trialog_series", ["model", "key"], unique=False)
    op.create_table(
        "trialog_tags",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "key"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION trialog_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            f" AS $$ SELECT {_folded(op.get_bind())} $$"
        )


def _folded(connection: sa.Connection) -> str:
    """Return how PostgreSQL makes letters that differ in case alone the same, as well as it can.

    Its own folding of all alphabets came with 18, its own small and capital letters with 17; before, it has those of a
    library that it may be built with. Text itself is kept and sorted by its bytes, which knows ASCII alone.
    """
    if connection.scalar(sa.text("SELECT to_regproc('pg_catalog.casefold') IS NOT NULL")):
        return 'casefold(value COLLATE "pg_unicode_fast")'
    known = sa.text("SELECT collname FROM pg_collation WHERE collname IN ('pg_c_utf8', 'und-x-icu') ORDER BY collname")
    found = connection.scalar(known) or "default"
    return f'lower(upper(value COLLATE "{found}") COLLATE "{found}")'


def downgrade() -> None:
    """Remove everything."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trialog_fold(text)")
    op.drop_table("trialog_tags")
    op.drop_index("trialog_series_by_model", table_name="trialog_series")
    op.drop_index("trialog_series_by_last_value", table_name="trialog_series")
    op.drop_table("trialog_series")
    op.drop_index("trialog_runs_by_start", table_name="trialog_runs")
    op.drop_table("trialog_runs")
    op.drop_table("trialog_points")
    op.drop_table("trialog_params")
    op.drop_table("trialog_model_outputs")
    op.drop_table("trialog_model_inputs")
    op.drop_index("trialog_logged_models_by_creation", table_name="trialog_logged_models")
    op.drop_table("trialog_logged_models")
    op.drop_table("trialog_logged_model_tags")
    op.drop_table("trialog_logged_model_params")
    op.drop_table("trialog_leases")
    op.drop_table("trialog_experiments")
    op.drop_table("trialog_experiment_tags")
    op.drop_table("trialog_datasets")
    op.drop_index("trialog_dataset_inputs_by_dataset", table_name="trialog_dataset_inputs")
    op.drop_table("trialog_dataset_inputs")
    op.drop_table("trialog_dataset_input_tags")
    op.drop_table("trialog_chunks")
