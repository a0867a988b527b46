"""The store in SQL, put together from its parts."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from trialog.errors import ConfigurationError
from trialog.store.database import Database
from trialog.store.experiments import SqlExperiments, make_default_experiment
from trialog.store.inputs import SqlDatasets
from trialog.store.logged_models import SqlLoggedModels
from trialog.store.metrics import SqlMetrics
from trialog.store.runs import SqlRuns


class SqlStore:
    """Everything that is kept, in a SQL database. Implements `trialog.contracts.Store`.

    Args:
        database: Where it is kept.
        default_artifact_root: URI under which experiments without a location of their own keep artifacts.
    """

    def __init__(self, database: Database, default_artifact_root: str) -> None:
        self._database = database
        self.experiments = SqlExperiments(database, default_artifact_root)
        self.runs = SqlRuns(database)
        self.metrics = SqlMetrics(database)
        self.datasets = SqlDatasets(database)
        self.logged_models = SqlLoggedModels(database)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._database.close()


async def open_store(uri: str, *, default_artifact_root: str) -> SqlStore:
    """Open the store at an address, and make it if it is not there.

    Args:
        uri: `sqlite:///relative.db` or `sqlite:////absolute.db`.
        default_artifact_root: As for `SqlStore`.

    Raises:
        ConfigurationError: The address names nothing that can be opened.
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
    """
    database = Database(_sqlite_file(uri))
    try:
        await database.write(lambda connection: make_default_experiment(connection, default_artifact_root))
    except BaseException:
        await database.close()
        raise
    return SqlStore(database, default_artifact_root)


def _sqlite_file(uri: str) -> Path:
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
