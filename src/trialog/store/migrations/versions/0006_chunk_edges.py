"""Where the least and the greatest value of a chunk stand."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAMES = ("min_timestamp", "min_step", "max_timestamp", "max_step")


def upgrade() -> None:
    """Add the columns; chunks that are there already have nothing in them, and are opened instead."""
    for name in _NAMES:
        op.add_column("trialog_chunks", sa.Column(name, sa.BigInteger()))


def downgrade() -> None:
    """Take the columns back."""
    for name in reversed(_NAMES):
        op.drop_column("trialog_chunks", name)
