"""What is being removed for good."""

import sqlalchemy as sa
from alembic import op

from trialog.store.column_types import Identity, Text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of removals."""
    op.create_table(
        "trialog_removals",
        sa.Column("id", Identity, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("item_id", Text, nullable=False),
        sa.Column("artifact_uri", Text, nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the table back; what a removal had not come to stays in the file, where nobody reaches it."""
    op.drop_table("trialog_removals")
