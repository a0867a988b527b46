"""A store of an older version: upgraded with a backup beside it, or left exactly as it was."""

import asyncio
import hashlib
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.store.older import OLDER, address_of, content_of, make_older_store, migrate_to, tables_in, version_in
from trialog.errors import ConfigurationError, StoreVersionError
from trialog.store import open_store
from trialog.store.schema import NEWEST_VERSION
from trialog.store.sqlite_database import SqliteDatabase
from trialog.store.upgrade import upgrade_file

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits and owners")

OPEN = """
import asyncio, sys
from trialog.store import open_store
async def main():
    await (await open_store(sys.argv[1], default_artifact_root="mlflow-artifacts:/")).close()
print("begins", flush=True)
asyncio.run(main())
"""
# Stops for good at a statement of the migration, or, for 0, when the backup was copied and has no name yet.
STOP = """
import sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from trialog.store.upgrade import upgrade_file
stop, seen = int(sys.argv[2]), 0
def wait(*_):
    print("here", flush=True)
    sys.stdin.read()
def count(_connection, _cursor, statement, *_):
    global seen
    seen += statement.lstrip().startswith(("CREATE", "UPDATE trialog_version"))
    if seen == stop:
        wait()
if stop:
    event.listen(Engine, "before_cursor_execute", count)
upgrade_file(Path(sys.argv[1]), on_progress=None if stop else wait)
print("done", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store is, alone in its directory."""
    directory = tmp_path / "my data % ü"
    directory.mkdir()
    return directory / "trialog.db"


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def backups_of(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.before-{NEWEST_VERSION}.*.bak"))


def run(program: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_an_older_store_is_upgraded_when_it_is_opened_and_keeps_all_it_holds(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = make_older_store(file)

    with caplog.at_level("INFO", "trialog"):
        assert content_of(file) == content

    assert version_in(file) == NEWEST_VERSION
    (backup,) = backups_of(file)
    assert set(file.parent.iterdir()) == {file, backup}
    assert f"upgraded store={file} from=0001 to=0010 backup={backup}" in caplog.text
    assert content_of(file) == content
    assert backups_of(file) == [backup]


def test_a_backup_is_the_store_as_it_was_and_can_be_put_back(file: Path) -> None:
    content = make_older_store(file)
    tables = tables_in(file)
    content_of(file)
    (backup,) = backups_of(file)

    assert version_in(backup) == OLDER
    assert tables_in(backup) == tables
    backup.replace(file)
    assert content_of(file) == content
    assert version_in(file) == NEWEST_VERSION
    assert len(backups_of(file)) == 1


@on_posix
def test_who_may_not_read_the_store_may_not_read_its_backup(file: Path) -> None:
    make_older_store(file)
    file.chmod(0o600)
    content_of(file)

    (backup,) = backups_of(file)
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_store_is_not_upgraded_by_itself_where_that_is_not_wanted(file: Path) -> None:
    make_older_store(file)
    before = digest_of(file)

    with pytest.raises(StoreVersionError, match=r"version 0001 and must be upgraded to 0010.*`trialog db upgrade`"):
        SqliteDatabase(file, auto_upgrade=False)

    assert digest_of(file) == before
    assert backups_of(file) == []


def test_a_disk_without_room_for_the_backup_leaves_the_store_as_it_was(file: Path) -> None:
    make_older_store(file)
    before = digest_of(file)

    with pytest.raises(StoreVersionError, match=r"1000 bytes are free.*`trialog db upgrade --no-backup`"):
        upgrade_file(file, free_bytes=lambda _directory: 1000)

    assert digest_of(file) == before
    assert list(file.parent.iterdir()) == [file]
    done = upgrade_file(file, with_backup=False, free_bytes=lambda _directory: 1000)
    assert done is not None
    assert (done.before, done.after, done.backup) == (OLDER, NEWEST_VERSION, None)


def test_the_log_of_a_store_counts_as_its_size(file: Path) -> None:
    make_older_store(file)
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO trialog_tags VALUES (1, 'long', ?)", ("x" * 30_000_000,))
        writer.commit()

        with pytest.raises(StoreVersionError, match="are needed"):
            upgrade_file(file, free_bytes=lambda _directory: 40_000_000)


@on_posix
def test_a_disk_that_fills_up_meanwhile_leaves_the_store_as_it_was(file: Path) -> None:
    content = make_older_store(file, extra_bytes=600_000)
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n{OPEN}"

    output, _ = run(limited, address_of(file)).communicate(timeout=60)

    assert "No backup of the store" in output
    assert version_in(file) == OLDER
    assert list(file.parent.iterdir()) == [file]
    assert content_of(file) == content


@on_posix
def test_a_directory_that_cannot_be_written_leaves_the_store_as_it_was() -> None:
    # Not under tmp_path, which others may not enter; the administrator, whom nothing stops, becomes somebody else.
    become = "import concurrent.futures.thread, os, trialog.store.sql_store\nos.geteuid() or os.setuid(65534)\n"
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "trialog.db"
        make_older_store(file)
        file.chmod(0o666)
        Path(directory).chmod(0o555)
        before = digest_of(file)

        output, _ = run(become + OPEN, address_of(file)).communicate(timeout=60)

        Path(directory).chmod(0o755)
        assert "trialog.errors.ConfigurationError" in output
        assert f"The store {file} cannot be opened" in output
        assert digest_of(file) == before
        assert list(Path(directory).iterdir()) == [file]


def test_a_damaged_store_is_not_upgraded(file: Path) -> None:
    make_older_store(file, extra_bytes=600_000)
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(bytes(8192))
    before = digest_of(file)

    with pytest.raises(StoreVersionError, match="is not whole"):
        upgrade_file(file)

    assert digest_of(file) == before
    assert list(file.parent.iterdir()) == [file]


def test_a_migration_that_fails_leaves_the_store_as_it_was_and_no_backup(file: Path) -> None:
    content = make_older_store(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE trialog_webhooks (in_the_way INTEGER)")
        connection.commit()

    with pytest.raises(ConfigurationError, match=r"table trialog_webhooks already exists\. It is as it was"):
        upgrade_file(file)

    assert version_in(file) == OLDER
    assert list(file.parent.iterdir()) == [file]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE trialog_webhooks")
    assert content_of(file) == content


def test_processes_that_start_at_once_beside_a_writer_upgrade_once_and_lose_nothing(file: Path) -> None:
    make_older_store(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        processes = [run(OPEN, address_of(file)) for _ in range(3)]
        assert [process.stdout.readline() for process in processes if process.stdout] == ["begins\n"] * 3
        writer.execute("INSERT INTO trialog_tags VALUES (1, 'meanwhile', 'kept')")
        writer.execute("COMMIT")
        outputs = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    (backup,) = backups_of(file)
    assert "meanwhile" in content_of(file)
    backup.replace(file)
    assert "meanwhile" in content_of(file)


@pytest.mark.parametrize("statement", [0, 1, 12, 21], ids=["backup", "first table", "middle", "version"])
def test_a_process_that_is_killed_in_the_middle_leaves_the_older_store(file: Path, statement: int) -> None:
    content = make_older_store(file)
    tables = tables_in(file)
    process = run(STOP, str(file), str(statement))
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"

    process.kill()
    process.communicate()

    assert version_in(file) == OLDER
    assert tables_in(file) == tables
    assert [version_in(backup) for backup in backups_of(file)] == ([OLDER] if statement else [])
    assert content_of(file) == content
    assert version_in(file) == NEWEST_VERSION
    assert set(file.parent.iterdir()) == {file, *backups_of(file)}


def test_the_registry_can_be_taken_away_again_while_it_is_empty(file: Path) -> None:
    content = make_older_store(file)
    tables = tables_in(file)
    content_of(file)

    migrate_to(file, OLDER)

    assert version_in(file) == OLDER
    assert tables_in(file) == tables
    assert content_of(file) == content


def test_a_store_of_the_newest_version_and_an_empty_one_are_left_as_they_are(file: Path) -> None:
    file.touch()
    assert upgrade_file(file) is None
    content_of(file)
    assert upgrade_file(file) is None
    assert set(file.parent.iterdir()) == {file}


@on_posix
def test_the_backup_of_a_store_behind_a_link_lies_beside_the_store_and_counts_its_log(
    file: Path, tmp_path: Path
) -> None:
    make_older_store(file)
    link = tmp_path / "link.db"
    link.symlink_to(file)
    looked_at: list[Path] = []

    def little_room(directory: Path) -> int:
        looked_at.append(directory)
        return 40_000_000

    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO trialog_tags VALUES (1, 'long', ?)", ("x" * 30_000_000,))
        writer.commit()
        with pytest.raises(StoreVersionError, match="are needed"):
            upgrade_file(link, free_bytes=little_room)
    assert looked_at == [file.parent.resolve()]

    done = upgrade_file(link)
    assert done is not None
    assert done.backup is not None
    assert backups_of(file.resolve()) == [done.backup]
    assert link.is_symlink()
    assert list(tmp_path.glob("link.db?*")) == []


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_folder_in_the_place_of_the_unfinished_backup_stops_nothing(file: Path, suffix: str) -> None:
    make_older_store(file)
    name = f"{file.name}.before-{NEWEST_VERSION}.bak.unfinished"
    (file.parent / f"{name}{suffix}" / "kept").mkdir(parents=True)
    (file.parent / f"{name}-2").write_bytes(b"left by an attempt that was killed")

    done = upgrade_file(file)

    assert done is not None
    assert backups_of(file) == [done.backup]
    assert sorted(file.parent.iterdir()) == sorted([file, file.parent / f"{name}{suffix}", *backups_of(file)])
    assert (file.parent / f"{name}{suffix}" / "kept").is_dir()


def test_whoever_runs_beside_an_upgrade_that_waits_for_a_lock_is_not_held_up(file: Path) -> None:
    async def open_while_locked() -> None:
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            opening = asyncio.create_task(open_store(address_of(file), default_artifact_root="mlflow-artifacts:/"))
            for _ in range(5):
                await asyncio.sleep(0)
            assert not opening.done()
            other.rollback()
            await (await opening).close()

    asyncio.run(open_while_locked())
    assert version_in(file) == NEWEST_VERSION
