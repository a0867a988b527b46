"""The table of what is being removed for good."""

from sqlalchemy import BigInteger, Column, Table

from trialog.store.column_types import Identity, Text
from trialog.store.tables import metadata

# A row takes the place of the row of a run, logged model or experiment, and stays until nothing of that is left.
removals = Table(
    "trialog_removals",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("artifact_uri", Text),  # NULL for an experiment: its files belong to its runs and models
    Column("begun_at", BigInteger, nullable=False),
    Column("workspace", Text, nullable=False, server_default="default"),
    sqlite_autoincrement=True,  # order is by number: none may come back
)
