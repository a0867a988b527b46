"""The table of workspaces.

What belongs to a workspace names it as text, which most rows do; there is no other row to look at when they are read.
"""

from sqlalchemy import BigInteger, Boolean, Column, Table, UniqueConstraint

from trialog.store.column_types import Identity, Text
from trialog.store.tables import metadata

workspaces = Table(
    "trialog_workspaces",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("default_artifact_root", Text),
    Column("folder", Text, nullable=False),  # under the folder of workspaces; empty for the default one, which has none
    # A deleted one keeps its row, under a name that no workspace can have: its folder falls to no other.
    Column("deleted_at", BigInteger),
    Column("is_left_to_default", Boolean, nullable=False),
    UniqueConstraint("name", name="trialog_workspaces_name"),
    sqlite_autoincrement=True,  # one of the same name that is made later is another
)
