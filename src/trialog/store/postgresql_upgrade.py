"""Makes the tables of a store in PostgreSQL, and brings those that an older Trialog made to the version of this one.

All happens in one transaction that has the store to itself: it is done as a whole or not at all, and of several
processes that start at once one does it while the others wait and find it done. A backup is the operator's to make,
with `pg_dump`.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import DBAPIError

from trialog.errors import ConfigurationError
from trialog.store.address import place_of
from trialog.store.postgresql import (
    ALONE,
    begin_text,
    cause_of,
    commit,
    create_postgresql_engine,
    driver_of,
    execute,
)
from trialog.store.schema import NEWEST_VERSION, migrate, older_store, version_of
from trialog.store.tables import is_sealable, series
from trialog.store.upgrade import Upgrade

_LOOKING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PATIENTLY = "SET LOCAL lock_timeout = 0"  # another process that upgrades takes as long as it takes
_ADVICE = "It makes no backup; make one with pg_dump first."

_log = logging.getLogger(__name__)


def prepare_database(url: URL, *, auto_upgrade: bool) -> bool:
    """Make the tables of a store, or bring them up to date, one process at a time.

    Args:
        url: Where the database is.
        auto_upgrade: Whether a store of an older version is upgraded; otherwise it is refused.

    Returns:
        Whether some of its points wait to be sealed.

    Raises:
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
        ConfigurationError: The database cannot be reached, or is not one that a store can be in.
    """
    place = place_of(url)
    with _transaction(url, _alone(url)) as connection:
        version = version_of(connection, place)
        if version is not None and version != NEWEST_VERSION and not auto_upgrade:
            raise older_store(place, version, _ADVICE)
        _bring_up_to_date(connection, place, version)
        return connection.execute(select(series.c.id).where(is_sealable).limit(1)).first() is not None


def database_version(url: URL) -> str | None:
    """Return the version of a store without changing anything.

    Args:
        url: Where the database is.

    Returns:
        The newest version or an older one; None if the database is empty.

    Raises:
        StoreVersionError: The store is of a version that is not known here, or belongs to something else.
        ConfigurationError: The database cannot be reached, or is not one that a store can be in.
    """
    with _transaction(url, begin_text(url, _LOOKING)) as connection:
        return version_of(connection, place_of(url))


def upgrade_database(url: URL) -> Upgrade | None:
    """Upgrade a store to the newest version, without a backup.

    Args:
        url: Where the database is.

    Returns:
        What was done; None if the store was of the newest version already, or has no tables yet.

    Raises:
        StoreVersionError: The store is of a version that is not known here, or belongs to something else.
        ConfigurationError: The database cannot be reached or changed. The store is as it was.
    """
    place = place_of(url)
    with _transaction(url, _alone(url)) as connection:
        version = version_of(connection, place)
        if version is None or version == NEWEST_VERSION:
            return None
        _bring_up_to_date(connection, place, version)
        return Upgrade(version, NEWEST_VERSION, None)


def _bring_up_to_date(connection: Connection, place: str, version: str | None) -> None:
    if version == NEWEST_VERSION:
        return
    migrate(connection)
    if version is not None:
        _log.info("upgraded store=%s from=%s to=%s backup=none", place, version, NEWEST_VERSION)


def _alone(url: URL) -> bytes:
    beginning, _, lock = ALONE.partition(";")
    return begin_text(url, f"{beginning}; {_PATIENTLY};{lock}")


@contextmanager
def _transaction(url: URL, begin: bytes) -> Iterator[Connection]:
    """Open a connection for one transaction, which happens as a whole or not at all."""
    place = place_of(url)
    try:
        engine = create_postgresql_engine(url)
        with engine.connect() as connection:
            driver = driver_of(connection)
            _check_encoding(driver, place)
            try:
                execute(driver, begin)
                yield connection
                commit(driver)
            except BaseException:  # whatever it is: nothing of it stays
                with suppress(psycopg.Error):
                    execute(driver, b"ROLLBACK")
                raise
    except (psycopg.Error, DBAPIError) as error:
        raise _cannot_open(place, cause_of(error)) from error


def _check_encoding(driver: psycopg.Connection[Any], place: str) -> None:
    encoding = driver.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigurationError(
            "store.wrong_encoding",
            f"The database {place} keeps text as {encoding}, which has no room for every language. Make one with"
            " ENCODING 'UTF8' and name that.",
            place=place,
        )


def _cannot_open(place: str, cause: BaseException) -> ConfigurationError:
    if isinstance(cause, psycopg.errors.ReadOnlySqlTransaction):
        advice = "It takes no writes, as a standby does; name the one that does."
    elif isinstance(cause, psycopg.errors.InsufficientPrivilege):
        advice = "The user must own the tables, or on first use be allowed to make them: GRANT CREATE ON SCHEMA public."
    else:
        advice = "Check that PostgreSQL runs there, that the database exists, and the user and password."
    text = " ".join(str(cause).split())
    return ConfigurationError(
        "store.cannot_open_database",
        f"The store {place} cannot be opened: {text.rstrip('.')}. {advice}",
        place=place,
    )
