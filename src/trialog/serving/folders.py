"""Model folders that worker processes share: fetched once, and removed when the last of them needs it no more."""

import contextlib
import hashlib
import importlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

Fetch = Callable[[Path], Path]
_ACCEPTED: Final = "accepted.json"
_KEY_CHARACTERS: Final = 24


class HeldFolder(NamedTuple):
    """A model folder that stays as long as it is held.

    Args:
        path: The folder.
        release: Lets go of it.
    """

    path: Path
    release: Callable[[], None]


class ModelFolders:
    """The model folders of one server. Several processes may use it, where the system has locks of files.

    Each folder has a file beside it that those who use the folder hold a shared lock on, and who fetches or removes it
    an exclusive one. The system takes back the locks of a process that dies.

    Args:
        root: Folder that they lie in.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def take(self, name: str, fetch: Fetch) -> HeldFolder:
        """Return a folder, which is fetched if no process has it.

        Args:
            name: Stands for one content for good.
            fetch: Fetches it into an empty folder, and returns where it is in there.
        """
        key = hashlib.sha256(name.encode()).hexdigest()[:_KEY_CHARACTERS]
        folder = self._root / key
        while True:
            with ExitStack() as opened:
                lock = opened.enter_context((self._root / f"{key}.lock").open("ab"))
                _lock(lock, "LOCK_SH")
                if not folder.exists():
                    _lock(lock, "LOCK_EX")
                    if not folder.exists():
                        self._fetch(folder, fetch)
                    _lock(lock, "LOCK_SH")
                # From one lock to the other there is a moment without any.
                if folder.exists():
                    opened.pop_all()
                    return HeldFolder(folder, partial(_release, lock, folder))

    def accept(self, description: Mapping[str, str | None]) -> None:
        """Note which model was put in place, for a worker that begins when nobody can be asked.

        Args:
            description: What the server of the model said of it.
        """
        part = self._root / f"{_ACCEPTED}.{os.getpid()}.part"
        part.write_text(json.dumps(dict(description)), encoding="utf-8")
        part.replace(self._root / _ACCEPTED)

    def accepted(self) -> dict[str, str | None] | None:
        """Return what was noted last of a model that was put in place; None if none was."""
        try:
            found: dict[str, str | None] = json.loads((self._root / _ACCEPTED).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found

    def _fetch(self, folder: Path, fetch: Fetch) -> None:
        part = folder.with_suffix(".part")
        # Whoever began to fetch it may have died.
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            fetch(part).rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _release(lock: IO[bytes], folder: Path) -> None:
    with lock, contextlib.suppress(BlockingIOError):
        _lock(lock, "LOCK_EX", "LOCK_NB")
        # What the model still has open cannot be removed on Windows; the whole folder goes when the server ends.
        shutil.rmtree(folder, ignore_errors=True)


def _lock(file: IO[bytes], *kinds: str) -> None:
    fcntl = _file_locks()
    # Where there are none, one process alone serves.
    if fcntl is not None:
        flags = 0
        for kind in kinds:
            flags |= getattr(fcntl, kind)
        fcntl.flock(file, flags)


def _file_locks() -> Any:
    try:
        return importlib.import_module("fcntl")
    except ModuleNotFoundError:
        return None
