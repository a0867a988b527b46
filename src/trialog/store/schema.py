"""Which version a store is of, and making it one that this Trialog can use.

The version is read before Alembic is imported: a store that is up to date opens without it.
"""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from trialog.errors import StoreVersionError

# The newest migration in `migrations/versions`; a test holds the two together.
NEWEST_VERSION = "0001"
VERSION_TABLE = "trialog_version"

_version = table(VERSION_TABLE, column("version_num"))


def prepare_schema(connection: Connection, place: str) -> None:
    """Make the tables of an empty store, or check that a store is of this version.

    Args:
        connection: Inside a writing transaction: of two processes one makes the tables and the other finds them.
        place: The store's address without secrets, for messages.

    Raises:
        StoreVersionError: The store is of another version, or belongs to something else.
    """
    if not is_prepared(connection, place):
        _create(connection)


def is_prepared(connection: Connection, place: str) -> bool:
    """Tell whether a store has its tables, or refuse it; reads only.

    Args:
        connection: To the store.
        place: The store's address without secrets, for messages.

    Returns:
        False if the store is empty.

    Raises:
        StoreVersionError: The store is of another version, or belongs to something else.
    """
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        _refuse_foreign(tables, place)
        return False
    version = connection.execute(select(_version.c.version_num)).scalar_one()
    if version != NEWEST_VERSION:
        raise StoreVersionError(
            "store.newer_version",
            f"The store at {place} is of version {version}, written by a newer Trialog; this one knows versions up to"
            f" {NEWEST_VERSION}. It was left untouched. Install the newer Trialog, or name another store with"
            " --backend-store-uri.",
            place=place,
            version=str(version),
            newest_known=NEWEST_VERSION,
        )
    return True


def _refuse_foreign(tables: set[str], place: str) -> None:
    if not tables:
        return
    if {"experiments", "runs", "alembic_version"} <= tables:
        raise StoreVersionError(
            "store.belongs_to_mlflow",
            f"The database at {place} is MLflow's own. Trialog keeps its data in other tables and left it untouched."
            " Name another file with --backend-store-uri, for example sqlite:///trialog.db.",
            place=place,
        )
    raise StoreVersionError(
        "store.foreign",
        f"The database at {place} holds tables that are not Trialog's ({', '.join(sorted(tables)[:5])}) and was left"
        " untouched. Name another one with --backend-store-uri.",
        place=place,
    )


def _create(connection: Connection) -> None:
    # Imported here because it takes longer than all the rest of the start, and an existing store does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    command.upgrade(config, "head")
