"""How a store is: how much there is, and how much room it takes."""

from pathlib import Path

from sqlalchemy import Connection, Table, func, literal, select

from trialog.entities.store_state import StoreState
from trialog.store.bin_content import free_bytes
from trialog.store.registry_tables import model_versions, registered_models
from trialog.store.removal_tables import removals
from trialog.store.schema import NEWEST_VERSION
from trialog.store.tables import experiments, is_sealable, logged_models, runs, series

COUNTED_SERIES = 10_000
"""So many series that wait to be sealed are counted."""

_SQLITE = "sqlite"


def read_store_state(connection: Connection) -> StoreState:
    """Return how the store is.

    Args:
        connection: Where to read.
    """
    waiting = select(literal(1)).select_from(series).where(is_sealable).limit(COUNTED_SERIES).subquery()
    return StoreState(
        size_bytes=_size_bytes(connection),
        free_bytes=free_bytes(connection),
        # A store of another version is not open.
        schema_version=NEWEST_VERSION,
        series_to_seal=connection.execute(select(func.count()).select_from(waiting)).scalar_one(),
        being_removed=_count(connection, removals),
        experiments=_count(connection, experiments),
        runs=_count(connection, runs),
        logged_models=_count(connection, logged_models),
        registered_models=_count(connection, registered_models),
        model_versions=_count(connection, model_versions),
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _size_bytes(connection: Connection) -> int:
    if connection.dialect.name != _SQLITE:
        return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    pages, page_size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size"))
    return int(pages or 0) * int(page_size or 0) + _log_bytes(connection)


def _log_bytes(connection: Connection) -> int:
    """Return the size of the write-ahead log, which SQLite keeps beside its file."""
    file = connection.engine.url.database
    try:
        return Path(f"{file}-wal").stat().st_size
    except OSError:
        # It is not there while nothing was written.
        return 0
