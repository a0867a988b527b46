"""Which database the address of a store names."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from trialog.config import redact
from trialog.errors import ConfigurationError

_POSTGRESQL = ("postgresql", "postgres")


def postgresql_url(uri: str) -> URL | None:
    """Return the address of a PostgreSQL database; None if another kind of database is named.

    Args:
        uri: `postgresql://user:password@host:port/database`, whichever driver it names behind a `+`.
    """
    url = _parse(uri)
    return url if url.drivername.partition("+")[0] in _POSTGRESQL else None


def place_of(url: URL) -> str:
    """Return an address for messages: without secrets, wherever they stand in it."""
    return redact(url.render_as_string(hide_password=True))


def sqlite_file(uri: str) -> Path:
    """Return the absolute path of the file that an address names.

    Args:
        uri: `sqlite:///relative.db` or `sqlite:////absolute.db`.

    Raises:
        ConfigurationError: The address names no file.
    """
    url = _parse(uri)
    if url.get_backend_name() != "sqlite":
        raise ConfigurationError(
            "store.unknown_address",
            f"A store cannot be opened at {place_of(url)}: data is kept in SQLite or"
            " PostgreSQL. Give --backend-store-uri sqlite:///trialog.db or postgresql://user@host/database, or leave"
            " the option out.",
        )
    if not url.database or url.database == ":memory:" or url.query:
        raise ConfigurationError(
            "store.no_file",
            f"The address {uri} names no file. A store is kept in a file, without options behind it: give for example"
            " --backend-store-uri sqlite:///trialog.db.",
        )
    return Path(url.database).expanduser().absolute()


def check_folder_of_file(uri: str) -> None:
    """Refuse the address of a file in a folder that is not there, before anything is made beside the file.

    Args:
        uri: The address of a database.

    Raises:
        ConfigurationError: The folder is not there (`store.cannot_open`), or the address names no database.
    """
    if postgresql_url(uri) is not None:
        return
    file = sqlite_file(uri)
    if not file.parent.is_dir():
        raise ConfigurationError(
            "store.cannot_open",
            f"The store {file} cannot be opened: there is no folder {file.parent}. Make that folder, or name a file in"
            " another one.",
            place=str(file),
        )


def shown_address(uri: str) -> str:
    """Return what messages call a store: its file, or the address of its database without secrets.

    Args:
        uri: Its address.
    """
    url = postgresql_url(uri)
    return str(sqlite_file(uri)) if url is None else place_of(url)


def _parse(uri: str) -> URL:
    try:
        return make_url(uri)
    except ArgumentError as error:
        raise ConfigurationError(
            "store.unknown_address",
            "The address of the store is no database address. Give for example --backend-store-uri sqlite:///trialog.db.",
        ) from error
