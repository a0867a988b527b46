"""The store in SQL: tables, migrations, one module per noun; and MLflow's folder, read as one."""

from trialog.store.opening import open_store
from trialog.store.sql_store import SqlStore

__all__ = ["SqlStore", "open_store"]
