"""What each series has in chunks."""

import sqlalchemy as sa
from alembic import op

from trialog.store.chunk_codec import decode_points

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SEALABLE = "count - sealed_count >= 64 AND model = 0"


def upgrade() -> None:
    """Add how many points of a series are sealed and until when; so far none are."""
    op.add_column("trialog_series", sa.Column("sealed_count", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("trialog_series", sa.Column("sealed_timestamp", sa.BigInteger()))
    op.create_index(
        "trialog_series_to_seal",
        "trialog_series",
        ["id"],
        sqlite_where=sa.text(_SEALABLE),
        postgresql_where=sa.text(_SEALABLE),
    )


def downgrade() -> None:
    """Make rows of what is sealed, which an older Trialog cannot read, and remove the columns."""
    connection = op.get_bind()
    numbers = connection.execute(sa.text("SELECT id FROM trialog_chunks")).scalars().all()
    chunk = sa.text("SELECT series, codec, data FROM trialog_chunks WHERE id = :id")
    insert = sa.text("INSERT INTO trialog_points VALUES (:series, :timestamp, :step, :value)")
    for found in numbers:
        series, codec, data = connection.execute(chunk, {"id": found}).one()
        rows = zip(*decode_points(data, codec), strict=True)
        names = ("series", "timestamp", "step", "value")
        connection.execute(insert, [dict(zip(names, (series, *row), strict=True)) for row in rows])
    connection.execute(sa.text("DELETE FROM trialog_chunks"))
    op.drop_index("trialog_series_to_seal", table_name="trialog_series")
    op.drop_column("trialog_series", "sealed_timestamp")
    op.drop_column("trialog_series", "sealed_count")
