"""The version of a store, whichever database it is in, and its upgrade."""

from pathlib import Path

from trialog.errors import ConfigurationError, StoreVersionError, require
from trialog.store.address import place_of, postgresql_url, sqlite_file
from trialog.store.backup import Progress
from trialog.store.schema import NEWEST_VERSION
from trialog.store.upgrade import Upgrade, upgrade_file, version_of_file


def stored_version(uri: str) -> str | None:
    """Return the version of a store without changing anything.

    Args:
        uri: Its address.

    Returns:
        The newest version or an older one; None if the database is empty.

    Raises:
        StoreVersionError: The store is of a version that is not known here, or belongs to something else.
        ConfigurationError: There is none, or it cannot be read.
    """
    url = postgresql_url(uri)
    if url is None:
        return version_of_file(_existing(sqlite_file(uri)))
    require("psycopg", extra="postgres")
    # psycopg is an extra, which a store in a file does without.
    from trialog.store.postgresql_upgrade import database_version

    return database_version(url)


def upgrade_store(uri: str, *, with_backup: bool, on_progress: Progress | None = None) -> Upgrade | None:
    """Upgrade a store to the newest version.

    Args:
        uri: Its address.
        with_backup: Whether a copy is made first, which only one in a file can have.
        on_progress: Called while the backup is made, with the pages copied and the pages there are.

    Returns:
        What was done; None if the store was of the newest version already, or has no tables yet.

    Raises:
        StoreVersionError: The store is of a version that is not known here, belongs to something else, or a backup was
            asked for that cannot be made.
        ConfigurationError: There is none, or it could not be changed. It is as it was.
    """
    url = postgresql_url(uri)
    if url is None:
        return upgrade_file(_existing(sqlite_file(uri)), with_backup=with_backup, on_progress=on_progress)
    version = stored_version(uri)
    # As above; `stored_version` saw that it is installed.
    from trialog.store.postgresql_upgrade import upgrade_database

    if with_backup and version is not None and version != NEWEST_VERSION:
        raise StoreVersionError(
            "store.no_backup_of_postgresql",
            f"The store {place_of(url)} is of version {version}, and Trialog cannot make a backup of a PostgreSQL"
            " database. It was left untouched. Make one with pg_dump, then run `trialog db upgrade --no-backup` with"
            " the same --backend-store-uri.",
            place=place_of(url),
            version=version,
            newest_known=NEWEST_VERSION,
        )
    return upgrade_database(url)


def _existing(file: Path) -> Path:
    """Return the file of a store, which must be there: looking and upgrading make none."""
    if not file.is_file():
        raise ConfigurationError(
            "store.not_there",
            f"There is no store at {file}. Name the one you mean with --backend-store-uri, for example"
            " sqlite:///trialog.db, or start `trialog server`, which makes it.",
            place=str(file),
        )
    return file
