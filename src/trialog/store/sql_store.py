"""The store in SQL, put together from its parts."""

import asyncio

from trialog.entities import DEFAULT_WORKSPACE
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
from trialog.store.overviews import SqlOverviews
from trialog.store.registered_models import SqlRegisteredModels
from trialog.store.resources import SqlResources
from trialog.store.runs import SqlRuns
from trialog.store.sealing import DEFAULT_RULE, SealingRule
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.webhook_deliveries import SqlWebhookQueue
from trialog.store.webhooks import SqlWebhooks
from trialog.store.workspaces import SqlWorkspaces


class SqlStore:
    """Everything that is kept of one workspace, in a SQL database. Implements `trialog.contracts.Store`.

    Whatever is named to it, by name or by id, is looked for in that workspace alone; what is of another is not there.
    Accounts, the audit log, the workspaces and what works in the background are of all of them.

    Args:
        database: Where it is kept.
        default_artifact_root: URI under which experiments without a location of their own keep artifacts.
        workspace: Which workspace.
    """

    def __init__(self, database: Database, default_artifact_root: str, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._default_artifact_root = default_artifact_root
        self.experiments = SqlExperiments(database, default_artifact_root, workspace)
        self.runs = SqlRuns(database, workspace)
        self.metrics = SqlMetrics(database, workspace)
        self.datasets = SqlDatasets(database, workspace)
        self.logged_models = SqlLoggedModels(database, workspace)
        self.registered_models = SqlRegisteredModels(database, workspace)
        self.model_versions = SqlModelVersions(database, workspace)
        self.webhooks = SqlWebhooks(database, workspace)
        self.metric_meanings = SqlMetricMeanings(database, workspace)
        self.bin = SqlBin(database, workspace)
        self.resources = SqlResources(database, workspace)
        self.workspaces = SqlWorkspaces(database)
        self.webhook_deliveries = SqlWebhookQueue(database)
        self.overviews = SqlOverviews(database, workspace)
        self.every_bin = SqlBin(database, None)
        self.accounts = SqlAccounts(database)
        self.audit_log = SqlAuditLog(database)

    def in_workspace(self, workspace: str) -> "SqlStore":
        """See `WorkspaceStores.in_workspace`."""
        return SqlStore(self._database, self._default_artifact_root, workspace)

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
