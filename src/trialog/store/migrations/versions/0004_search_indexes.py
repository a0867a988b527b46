"""Indexes for what runs are searched and ordered by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PARTITION = ["experiment", "lifecycle_stage"]


def upgrade() -> None:
    """Order the index of starts as pages are, and index end, name, status, and values of params and tags."""
    newest = sa.text("start_time DESC")
    op.drop_index("trialog_runs_by_start", "trialog_runs")
    op.create_index("trialog_runs_by_start", "trialog_runs", [*_PARTITION, newest, "run_id"], unique=False)
    op.create_index("trialog_runs_by_end", "trialog_runs", [*_PARTITION, "end_time", newest], unique=False)
    op.create_index("trialog_runs_by_name", "trialog_runs", [*_PARTITION, "name", newest], unique=False)
    op.create_index("trialog_runs_by_status", "trialog_runs", [*_PARTITION, "status", newest], unique=False)
    beginning = sa.text("substr(value, 1, 64)")
    op.create_index("trialog_params_by_value", "trialog_params", ["key", beginning, "run"], unique=False)
    op.create_index("trialog_tags_by_value", "trialog_tags", ["key", beginning, "run"], unique=False)


def downgrade() -> None:
    """Take the indexes back."""
    for table, name in (("tags", "tags_by_value"), ("params", "params_by_value")):
        op.drop_index(f"trialog_{name}", f"trialog_{table}")
    for name in ("status", "name", "end", "start"):
        op.drop_index(f"trialog_runs_by_{name}", "trialog_runs")
    op.create_index("trialog_runs_by_start", "trialog_runs", [*_PARTITION, "start_time", "run_id"], unique=False)
