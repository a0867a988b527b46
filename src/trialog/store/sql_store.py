"""The store in SQL, put together from its parts."""

import asyncio

from trialog.errors import require
from trialog.store.accounts import SqlAccounts
from trialog.store.address import postgresql_url, sqlite_file
from trialog.store.audit_log import SqlAuditLog
from trialog.store.bin import SqlBin
from trialog.store.database import Database
from trialog.store.experiments import SqlExperiments, make_default_experiment
from trialog.store.inputs import SqlDatasets
from trialog.store.logged_models import SqlLoggedModels
from trialog.store.metric_meanings import SqlMetricMeanings
from trialog.store.metrics import SqlMetrics
from trialog.store.model_versions import SqlModelVersions
from trialog.store.registered_models import SqlRegisteredModels
from trialog.store.resources import SqlResources
from trialog.store.runs import SqlRuns
from trialog.store.sealing import DEFAULT_RULE, SealingRule
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.webhook_deliveries import SqlWebhookQueue
from trialog.store.webhooks import SqlWebhooks


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
        self.registered_models = SqlRegisteredModels(database)
        self.model_versions = SqlModelVersions(database)
        self.webhooks = SqlWebhooks(database)
        self.webhook_deliveries = SqlWebhookQueue(database)
        self.metric_meanings = SqlMetricMeanings(database)
        self.bin = SqlBin(database)
        self.accounts = SqlAccounts(database)
        self.audit_log = SqlAuditLog(database)
        self.resources = SqlResources(database)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._database.close()


async def open_store(
    uri: str, *, default_artifact_root: str, auto_upgrade: bool = True, sealing: SealingRule = DEFAULT_RULE
) -> SqlStore:
    """Open the store at an address, and make it if it is not there.

    Args:
        uri: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://user:password@host/database`.
        default_artifact_root: As for `SqlStore`.
        auto_upgrade: Whether a store of an older version is upgraded (a file with a backup beside it); otherwise it
            is refused.
        sealing: When points of metrics are moved from rows into chunks.

    Raises:
        ConfigurationError: The address names nothing that can be opened.
        MissingDependency: It names a PostgreSQL database, and the extra `postgres` is not installed.
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
    """
    # An upgrade takes its time, and so does waiting for a lock; whoever else runs here need not wait with it.
    database = await _opened(uri, auto_upgrade=auto_upgrade, sealing=sealing)
    try:
        await database.write(lambda connection: make_default_experiment(connection, default_artifact_root))
    except BaseException:
        await database.close()
        raise
    return SqlStore(database, default_artifact_root)


async def _opened(uri: str, *, auto_upgrade: bool, sealing: SealingRule) -> Database:
    opening = asyncio.create_task(asyncio.to_thread(_open, uri, auto_upgrade, sealing))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        # The thread goes on all the same; what it opens in the end must not stay open.
        await (await opening).close()
        raise


def _open(uri: str, auto_upgrade: bool, sealing: SealingRule) -> Database:
    url = postgresql_url(uri)
    if url is None:
        return SqliteDatabase(sqlite_file(uri), auto_upgrade=auto_upgrade, sealing=sealing)
    require("psycopg", extra="postgres")
    # psycopg is an extra, which a store in a file does without.
    from trialog.store.postgresql_database import PostgresqlDatabase

    return PostgresqlDatabase(url, auto_upgrade=auto_upgrade, sealing=sealing)
