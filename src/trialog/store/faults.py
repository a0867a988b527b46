"""Faults of the database in words a user can act on."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from trialog.errors import TemporarilyUnavailable, TrialogError


def unavailable(error: Exception) -> TrialogError:
    """Return the error to answer with when the database could not do its work.

    Args:
        error: What SQLite or SQLAlchemy raised.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause)
    if "full" in text:
        return TemporarilyUnavailable(
            "store.full", "The disk of the store is full: nothing was written. Make room, then send the request again."
        )
    if "locked" in text or "busy" in text:
        return TemporarilyUnavailable(
            "store.locked", "Another process holds the store: nothing was written. Send the request again in a moment."
        )
    return TemporarilyUnavailable(
        "store.failed", f"The store could not be reached: nothing was written ({text}). See the log of the server."
    )


FAULTS = (sqlite3.OperationalError, OperationalError)
"""What the driver and SQLAlchemy raise when the database itself, not the request, failed."""
