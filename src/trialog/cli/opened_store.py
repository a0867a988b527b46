"""A store that a command opens itself, beside a server that may have it open too."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from trialog.config import Settings
from trialog.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trialog.store.sql_store import SqlStore


@asynccontextmanager
async def opened_store(settings: Settings) -> "AsyncIterator[SqlStore]":
    """Open a store that is there, and close it in the end.

    Args:
        settings: Where it is.

    Raises:
        ConfigurationError: There is no store.
    """
    # SQLAlchemy, which the store comes with, would slow down every --help.
    from trialog.store import open_store
    from trialog.store.address import postgresql_url, sqlite_file

    if postgresql_url(settings.backend_store_uri) is None:
        file = sqlite_file(settings.backend_store_uri)
        if not file.is_file():
            raise ConfigurationError(
                "store.not_there",
                f"There is no store at {file}. Name the one you mean with --backend-store-uri, for example"
                " sqlite:///trialog.db.",
                place=str(file),
            )
    store = await open_store(
        settings.backend_store_uri,
        default_artifact_root=settings.default_artifact_root,
        auto_upgrade=settings.auto_upgrade,
    )
    try:
        yield store
    finally:
        await store.close()
