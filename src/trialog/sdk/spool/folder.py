"""The spool on disk: a folder for each process, held while it lives, and in it one for each run that it logs to."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from trialog.sdk.spool.files import make_folder, remove_folder
from trialog.sdk.spool.lock import FileLock
from trialog.sdk.spool.spooled_run import RUN_FILE, SpooledRun

LOCK_FILE: Final = "lock"
# How the folders of processes, and of runs in them, are called: what is called otherwise is somebody else's.
_PROCESS_NAME: Final = re.compile(r"\d{8}T\d{6}-\d+-[0-9a-f]{8}")
_NO_NAME: Final = re.compile("[^A-Za-z0-9]")
_LONGEST_NAME: Final = 64


class ProcessFolder:
    """The folder of one process, that this process holds: its own, or one that a dead process left.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def make(cls, root: Path) -> Self:
        """Make a folder for this process.

        Args:
            root: The folder of all of them.

        Raises:
            OSError: It cannot be made or held.
        """
        while True:
            # Names tell people when and who; what is random keeps them apart.
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{os.urandom(4).hex()}"
            folder = cls.hold(make_folder(root / name))
            # Somebody who looks for what dead processes left may have taken it before it was held.
            if folder is not None:
                return folder

    @classmethod
    def hold(cls, path: Path) -> Self | None:
        """Hold the folder of a process that is dead; None if it lives, or somebody else holds it.

        Args:
            path: The folder.

        Raises:
            OSError: It cannot be held.
        """
        lock = FileLock.take(path / LOCK_FILE)
        return None if lock is None else cls(path, lock)

    def make_run(self, run: SpooledRun) -> Path:
        """Make the folder of a run.

        Args:
            run: The run.

        Raises:
            OSError: It cannot be made, or is there.
        """
        path = self.path / f"{_NO_NAME.sub('_', run.run_id)[:_LONGEST_NAME]}-{run.writer}"
        path.mkdir(mode=0o700)
        return path

    def runs(self) -> list[Path]:
        """Return the folders of runs in it."""
        return run_folders(self.path)

    def unused(self) -> list[Path]:
        """Return the folders in which nothing was ever logged, because the process ended before."""
        return [path for path in _folders(self.path) if not (path / RUN_FILE).exists()]

    def let_go(self) -> None:
        """Hold it no more, and remove it if no run is left in it."""
        if not _folders(self.path):
            if os.name != "nt":
                # While it is held: who opens it at this moment finds that it is gone.
                remove_folder(self.path)
            self._lock.let_go()
            remove_folder(self.path)
            return
        self._lock.let_go()

    def forget(self) -> None:
        """Leave it to the process that this one was forked from."""
        self._lock.let_go()


def process_folders(root: Path) -> Iterator[Path]:
    """Hand out the folders of all processes, the oldest first.

    Args:
        root: The folder that they are in, or one of them; it need not be there.
    """
    for path in [root, *_entries(root)]:
        if _PROCESS_NAME.fullmatch(path.name) and (path / LOCK_FILE).exists():
            yield path


def run_folders(process: Path) -> list[Path]:
    """Return the folders of the runs that a process logs to."""
    return [path for path in _entries(process) if (path / RUN_FILE).exists()]


def _folders(path: Path) -> list[Path]:
    return [entry for entry in _entries(path) if entry.is_dir()]


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
