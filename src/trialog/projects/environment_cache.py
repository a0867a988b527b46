"""Keeps environments in the user's cache: made once, taken by many, removed when nobody has wanted them for long."""

import contextlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from trialog.errors import ConfigurationError, TemporarilyUnavailable
from trialog.sdk.spool.lock import FileLock

_MARK: Final = "trialog-environment.json"
_LOCK: Final = ".lock"
_UNUSED_SECONDS: Final = 30 * 24 * 60 * 60
_LOOK_SECONDS: Final = 0.1
_MOST_WAITING_SECONDS: Final = 60 * 60


@dataclass(frozen=True)
class KeptEnvironment:
    """What is known of an environment that is ready.

    Attributes:
        seconds: How long it took to make.
        size_bytes: How much its files hold.
    """

    seconds: float
    size_bytes: int


def environments_folder() -> Path:
    """Return the folder that environments are kept in.

    Raises:
        ConfigurationError: The only place that is left is one that others can write to
            (`project.environment_not_made`).
    """
    given = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    with contextlib.suppress(RuntimeError):
        base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
        there = next((path for path in (base, *base.parents) if path.exists()), base)
        if os.access(there, os.W_OK | os.X_OK):
            return base / "trialog" / "environments"
    # A container may run as a user whom its system does not know, or with a home that is read-only.
    return _own_folder_among_others() / "environments"


def _own_folder_among_others() -> Path:
    """Return a folder that nobody else can write to, in one where everybody can."""
    if not hasattr(os, "getuid"):
        # Of Windows, each user has one of her own.
        return Path(tempfile.gettempdir(), "trialog")
    place = Path(tempfile.gettempdir(), f"trialog-{os.getuid()}")
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=0o700)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        # What stands there would be run.
        raise ConfigurationError(
            "project.environment_not_made",
            f"No environment can be kept in {place}, as others than you may write to it. Remove it, or set "
            "XDG_CACHE_HOME to a folder of your own.",
        )
    return place


@contextlib.contextmanager
def held(place: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the place of an environment, so that nobody else makes or removes it.

    Args:
        place: Folder of the environment.
        say: Told when somebody else has to be waited for.

    Raises:
        TemporarilyUnavailable: Somebody else has held it for an hour (`project.environment_busy`).
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + _MOST_WAITING_SECONDS
    has_said = False
    while (lock := FileLock.take(_lock_file(place))) is None:
        if time.monotonic() > until:
            raise TemporarilyUnavailable(
                "project.environment_busy",
                f"Another process has been making the environment {place} for an hour; end it, or remove the folder.",
                path=str(place),
            )
        if not has_said:
            say("Another process makes this environment; waiting for it.")
            has_said = True
        time.sleep(_LOOK_SECONDS)
    try:
        yield
    finally:
        lock.let_go()


def find_kept(place: Path, python: Path) -> KeptEnvironment | None:
    """Return what is known of an environment, or None if it is not there or not whole. Its place must be held.

    Args:
        place: Folder of the environment.
        python: Its Python, which is gone with the Python that it was made from.
    """
    try:
        kept = KeptEnvironment(**json.loads((place / _MARK).read_text(encoding="utf-8")))
        os.utime(place / _MARK)
    except (OSError, ValueError, TypeError):
        return None
    return kept if python.exists() else None


def empty(place: Path) -> None:
    """Remove what is left of an environment. Its place must be held."""
    with contextlib.suppress(OSError):
        # First of all it is not whole any more.
        (place / _MARK).unlink()
    shutil.rmtree(place, ignore_errors=True)


def mark_whole(place: Path, seconds: float) -> KeptEnvironment:
    """Note that an environment is ready. Its place must be held.

    Args:
        place: Folder of the environment.
        seconds: How long it took to make.

    Returns:
        What is known of it.
    """
    sizes = (path.lstat().st_size for path in place.rglob("*") if path.is_file() and not path.is_symlink())
    kept = KeptEnvironment(round(seconds, 3), sum(sizes))
    written = place / f"{_MARK}.new"
    written.write_text(json.dumps(asdict(kept)), encoding="utf-8")
    written.replace(place / _MARK)
    return kept


def remove_unused(folder: Path) -> None:
    """Remove the environments that nobody has wanted for thirty days, and those that were never finished.

    Args:
        folder: Folder that environments are kept in.
    """
    for place in folder.iterdir():
        if place.suffix == _LOCK or time.time() - _last_used(place) < _UNUSED_SECONDS:
            continue
        lock = FileLock.take(_lock_file(place))
        if lock is not None:
            empty(place)
            lock.let_go()


def _last_used(place: Path) -> float:
    for path in (place / _MARK, place):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return time.time()


def _lock_file(place: Path) -> Path:
    return place.with_name(place.name + _LOCK)
