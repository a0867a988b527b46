"""Faults of the database in words a user can act on."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from trialog.errors import ConfigurationError, DamagedData, TemporarilyUnavailable, TrialogError

_REFUSED_BY_DISK = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)


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
    if _is_damaged(error):
        return DamagedData(
            "store.damaged",
            f"The file of the store is damaged: {consequence} ({text}). What lies elsewhere in it is served. Check its"
            " disk, and restore the store from a backup.",
        )
    if _is_refused_by_disk(error):
        return TemporarilyUnavailable(
            "store.failed",
            f"The disk of the store did not take what was written: {consequence}. It may be full, over a quota or"
            " broken, or files may not grow larger there. See to it, then send the request again.",
        )
    return TemporarilyUnavailable(
        "store.failed", f"The store could not be reached: {consequence} ({text}). See the log of the server."
    )


def _is_damaged(error: BaseException) -> bool:
    code = getattr(cause_of(error), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # the rest says where


def _is_refused_by_disk(error: BaseException) -> bool:
    """Tell whether the system refused to write, and SQLite does not say why: a quota, or no room for its index."""
    return getattr(cause_of(error), "sqlite_errorcode", None) in _REFUSED_BY_DISK


def cannot_open(file: Path, error: BaseException) -> ConfigurationError:
    """Return the error that says that a file cannot be opened as a store.

    Args:
        file: The file.
        error: What the driver or SQLAlchemy raised.
    """
    text = str(cause_of(error))
    advice = "Check that the directory exists, that you may write there, and that the file is a database of Trialog."
    if "full" in text or _is_refused_by_disk(error):
        advice = "Make room on its disk, then start again; a quota or a broken disk may be the reason, too."
    return ConfigurationError(
        "store.cannot_open",
        f"The store {file} cannot be opened: {text}. {advice}",
        place=str(file),
    )
