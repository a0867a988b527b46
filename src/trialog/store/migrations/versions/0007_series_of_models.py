"""The index of logged models' series holds those alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAME, _TABLE, _COLUMNS = "trialog_series_by_model", "trialog_series", ["model", "key"]


def upgrade() -> None:
    """Leave the series of runs out of the index."""
    of_model = sa.text("model != 0")
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, _COLUMNS, sqlite_where=of_model, postgresql_where=of_model)


def downgrade() -> None:
    """Put them back."""
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, _COLUMNS)
