"""Which file the address of a store names."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from trialog.errors import ConfigurationError


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
            f"A store cannot be opened at {url.render_as_string(hide_password=True)}: this release keeps data in"
            " SQLite. Give --backend-store-uri sqlite:///trialog.db, or leave the option out.",
        )
    if not url.database or url.database == ":memory:" or url.query:
        raise ConfigurationError(
            "store.no_file",
            f"The address {uri} names no file. A store is kept in a file, without options behind it: give for example"
            " --backend-store-uri sqlite:///trialog.db.",
        )
    return Path(url.database).expanduser().absolute()


def _parse(uri: str) -> URL:
    try:
        return make_url(uri)
    except ArgumentError as error:
        raise ConfigurationError(
            "store.unknown_address",
            "The address of the store is no database address. Give for example --backend-store-uri sqlite:///trialog.db.",
        ) from error
