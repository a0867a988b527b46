"""The store in SQL: tables, migrations, one module per noun."""

from trialog.store.sql_store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
