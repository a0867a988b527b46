"""Which version a store is of, and the migrations that make it one that this Trialog can use.

The version is read before Alembic is imported: a store that is up to date opens without it.
"""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from trialog.errors import StoreVersionError

# The newest migration in `migrations/versions`; a test holds the two together.
NEWEST_VERSION = "0010"
# Those before it, which `trialog.store.upgrade` brings to the newest.
OLDER_VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
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
    version = version_of(connection, place)
    if version is None:
        migrate(connection)
    elif version != NEWEST_VERSION:
        raise older_store(place, version)


def version_of(connection: Connection, place: str) -> str | None:
    """Return the version of a store, or refuse it; reads only.

    Args:
        connection: To the store.
        place: The store's address without secrets, for messages.

    Returns:
        The newest version or an older one; None if the store is empty.

    Raises:
        StoreVersionError: The store is of a version that is not known here, or belongs to something else.
    """
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        _refuse_foreign(tables, place)
        return None
    version = ", ".join(sorted(connection.execute(select(_version.c.version_num)).scalars())) or "none"
    if version != NEWEST_VERSION and version not in OLDER_VERSIONS:
        raise StoreVersionError(
            "store.newer_version",
            f"The store at {place} is of version {version}, written by a newer Trialog; this one knows versions up to"
            f" {NEWEST_VERSION}. It was left untouched. Install the newer Trialog, or name another store with"
            " --backend-store-uri.",
            place=place,
            version=version,
            newest_known=NEWEST_VERSION,
        )
    return version


def older_store(place: str, version: str, of_backup: str = "It makes a backup first.") -> StoreVersionError:
    """Return the error that says that a store must be upgraded before it can be used.

    Args:
        place: The store's address without secrets.
        version: Its version.
        of_backup: What to say of a backup.
    """
    return StoreVersionError(
        "store.older_version",
        f"The store at {place} is of version {version} and must be upgraded to {NEWEST_VERSION} before this Trialog can"
        " use it. It was left untouched. Run `trialog db upgrade` with the same --backend-store-uri."
        f" {of_backup}",
        place=place,
        version=version,
        newest_known=NEWEST_VERSION,
    )


def migrate(connection: Connection) -> None:
    """Run the migrations that a store lacks.

    Args:
        connection: Inside a writing transaction, which stays open.
    """
    # Imported here because it takes longer than all the rest of the start, and an up-to-date store does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    command.upgrade(config, "head")


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
