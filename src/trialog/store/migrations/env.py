"""How Alembic runs the migrations: on the connection it is given, inside the caller's transaction."""

from alembic import context

from trialog.store.schema import VERSION_TABLE
from trialog.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
