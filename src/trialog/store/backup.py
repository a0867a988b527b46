"""A copy of a SQLite store in a file of its own, checked before it gets its name."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from trialog.errors import ConfigurationError, StoreVersionError
from trialog.store.schema import VERSION_TABLE

Progress = Callable[[int, int], None]

# Pages that are copied between two calls of the progress: some 16 MB.
_PAGES_AT_ONCE = 4096
# What an upgrade itself and the server behind it want beside the copy.
_MARGIN_BYTES = 16 * 1024 * 1024
_UNFINISHED = ".unfinished"


def free_bytes(directory: Path) -> int:
    """Return how many bytes can still be written to the disk of a directory."""
    return shutil.disk_usage(directory).free


def bytes_for_backup(file: Path) -> int:
    """Return how much free disk a backup of a store asks for: its size, its log's, and a margin."""
    log = file.with_name(f"{file.name}-wal")
    size = file.stat().st_size + (log.stat().st_size if log.exists() else 0)
    return size + size // 10 + _MARGIN_BYTES


def back_up(file: Path, *, version: str, before: str, on_progress: Progress | None = None) -> Path:
    """Copy a store to a file beside it, such as `trialog.db.before-0002.20261121T093000Z.bak`.

    The copy is made under another name, and gets its own when it is whole, checked and on disk. What an earlier
    attempt that was cut short left behind is removed.

    Args:
        file: The store. The caller holds its write lock, so that it stays as it is, and no other backup is under way.
        version: Its version, which the copy must have too.
        before: The version that it is about to be upgraded to.
        on_progress: Called again and again with the pages copied and the pages there are.

    Returns:
        The backup: a database without a log beside it.

    Raises:
        ConfigurationError: The copy could not be written.
        StoreVersionError: The copy is damaged, because the store is.
    """
    stem = f"{file.name}.before-{before}."
    try:
        unfinished = _unfinished_name(file.with_name(f"{stem}bak{_UNFINISHED}"))
        _remove(unfinished)
        try:
            # Made beforehand, so that whoever may not read the store may not read its copy.
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, file.stat().st_mode & 0o777))
            _copy(file, unfinished, on_progress)
            _check(unfinished, version)
            _flush(unfinished)
            backup = _free_name(file.with_name(f"{stem}{datetime.now(UTC):%Y%m%dT%H%M%SZ}.bak"))
            unfinished.rename(backup)
            _flush_directory(backup.parent)
        except BaseException:
            _remove(unfinished)
            raise
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(
            "store.backup_failed",
            f"No backup of the store {file} could be made: {error}. The store was left untouched. Make it possible to"
            " write beside it, or back it up yourself and run `trialog db upgrade --no-backup` with the same"
            " --backend-store-uri.",
            place=str(file),
        ) from error
    return backup


def _copy(file: Path, target: Path, on_progress: Progress | None) -> None:
    def report(_status: int, remaining: int, total: int) -> None:
        if on_progress is not None:
            on_progress(total - remaining, total)

    source = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, isolation_level=None)
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        # Written once and flushed at the end; a crash in between leaves nothing that anybody would use.
        copy.execute("PRAGMA synchronous=OFF")
        source.backup(copy, pages=_PAGES_AT_ONCE, progress=report)
        # One file without a log beside it, so that copying it elsewhere copies all of it.
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        copy.close()
        source.close()


def _check(copy: Path, version: str) -> None:
    connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        query = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608  the name is a constant of our own
        (found,) = connection.execute(query).fetchone()
    finally:
        connection.close()
    if verdict != "ok" or found != version:
        raise StoreVersionError(
            "store.backup_damaged",
            f"The backup of the store was checked and is not whole ({verdict}; version {found}), so the store itself is"
            " damaged or its disk is. It was left untouched. Restore it from an earlier copy, or see what SQLite's"
            " .recover saves of it.",
        )


def _free_name(wanted: Path) -> Path:
    number, name = 1, wanted
    while name.exists():
        number += 1
        name = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return name


def _unfinished_name(wanted: Path) -> Path:
    """Return a name under which nothing is but what an earlier attempt may have left."""
    number, name = 1, wanted
    while any(one.is_dir() and not one.is_symlink() for one in _files_of(name)):
        number += 1
        name = wanted.with_name(f"{wanted.name}-{number}")
    return name


def _remove(unfinished: Path) -> None:
    for one in _files_of(unfinished):
        one.unlink(missing_ok=True)


def _files_of(database: Path) -> list[Path]:
    """Return a database and the files that SQLite may have put beside it."""
    return [database.with_name(f"{database.name}{suffix}") for suffix in ("", "-journal", "-wal", "-shm")]


def _flush(file: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_directory(directory: Path) -> None:
    if sys.platform == "win32":
        # There a directory cannot be opened; the file system keeps names in its own journal.
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
