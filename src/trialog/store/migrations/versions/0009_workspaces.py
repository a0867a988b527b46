"""Workspaces."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Identity, Text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and say of each removal where it belongs."""
    op.create_table(
        "trialog_workspaces",
        sa.Column("id", Identity, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=True),
        sa.Column("default_artifact_root", Text, nullable=True),
        sa.Column("folder", Text, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("is_left_to_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="trialog_workspaces_name"),
        sqlite_autoincrement=True,
    )
    op.add_column("trialog_removals", sa.Column("workspace", Text, nullable=False, server_default="default"))


def downgrade() -> None:
    """Remove them; what is in other workspaces than the default one stays, and is not seen."""
    op.drop_column("trialog_removals", "workspace")
    op.drop_table("trialog_workspaces")
