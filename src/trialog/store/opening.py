"""Opens whatever the address of a store names: a database, or MLflow's folder `mlruns/`."""

from trialog.store.mlruns import mlruns_folder, open_mlruns
from trialog.store.sealing import DEFAULT_RULE, SealingRule
from trialog.store.sql_store import SqlStore
from trialog.store.sql_store import open_store as open_sql_store


async def open_store(
    uri: str, *, default_artifact_root: str, auto_upgrade: bool = True, sealing: SealingRule = DEFAULT_RULE
) -> SqlStore:
    """Open the store at an address; a database is made if it is not there.

    Args:
        uri: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://user:password@host/database`; or a
            folder that MLflow writes, `./mlruns` or `file:///data/mlruns`, which is only read.
        default_artifact_root: As for `SqlStore`.
        auto_upgrade: Whether a store of an older version is upgraded (a file with a backup beside it); otherwise it
            is refused.
        sealing: When points of metrics are moved from rows into chunks.

    Raises:
        ConfigurationError: The address names nothing that can be opened.
        MissingDependency: It names a PostgreSQL database, and the extra `postgres` is not installed.
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
    """
    folder = mlruns_folder(uri)
    if folder is not None:
        return await open_mlruns(folder)
    return await open_sql_store(
        uri, default_artifact_root=default_artifact_root, auto_upgrade=auto_upgrade, sealing=sealing
    )
