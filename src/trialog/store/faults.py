"""Faults of the database in words a user can act on."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from trialog.errors import ConfigurationError, TemporarilyUnavailable, TrialogError


def cause_of(error: BaseException) -> BaseException:
    """Return what the driver raised behind an error of SQLAlchemy, or the error itself."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def is_fault(error: BaseException) -> bool:
    """Tell whether the database itself failed, rather than the request or our own statement."""
    cause = cause_of(error)
    wrong_statement = (sqlite3.IntegrityError, sqlite3.ProgrammingError)
    return isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, wrong_statement)


def unavailable(error: BaseException, consequence: str) -> TrialogError:
    """Return the error to answer with when the database could not do its work.

    Args:
        error: What the driver or SQLAlchemy raised.
        consequence: What did not happen, such as "nothing was written".
    """
    text = str(cause_of(error))
    if "full" in text:
        return TemporarilyUnavailable(
            "store.full", f"The disk of the store is full: {consequence}. Make room, then send the request again."
        )
    if "locked" in text or "busy" in text:
        return TemporarilyUnavailable(
            "store.locked", f"Another process holds the store: {consequence}. Send the request again in a moment."
        )
    return TemporarilyUnavailable(
        "store.failed", f"The store could not be reached: {consequence} ({text}). See the log of the server."
    )


def cannot_open(file: Path, error: BaseException) -> ConfigurationError:
    """Return the error that says that a file cannot be opened as a store.

    Args:
        file: The file.
        error: What the driver or SQLAlchemy raised.
    """
    return ConfigurationError(
        "store.cannot_open",
        f"The store {file} cannot be opened: {cause_of(error)}. Check that the directory exists,"
        " that you may write there, and that the file is a database of Trialog.",
        place=str(file),
    )
