"""How far streams of what processes log were applied."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "trialog_log_streams",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("writer", Text, nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", "writer"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove it; clients then send again what was applied, and points and params that stand stay as they are."""
    op.drop_table("trialog_log_streams")
