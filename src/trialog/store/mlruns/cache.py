"""Where the index of a folder lies: in the user's cache, never in the folder."""

import contextlib
import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from trialog.store.mlruns.index_tables import FORMAT
from trialog.store.schema import NEWEST_VERSION

LEFT_OUT_NAME: Final = "left-out.txt"
_PREFIX: Final = "index-"
_ENDINGS: Final = (".db", ".db-wal", ".db-shm")
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")


def index_file(folder: Path) -> tuple[Path, bool]:
    """Return the file for the index of a folder, whose own folder is made, and whether it is for this process alone.

    Nobody but the user may look into it. It may be deleted at any time: it is made again. Where the cache cannot be
    written to, a folder for this process takes its place.

    Args:
        folder: The folder `mlruns/`, absolute.
    """
    place = _cache_folder() / "trialog" / "mlruns" / _name_of(folder)
    name = f"{_PREFIX}{NEWEST_VERSION}-{FORMAT}.db"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(place, os.W_OK | os.X_OK) and _is_own(place):
            _remove_others(place, name)
            return place / name, False
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="trialog-mlruns-")) / name, True


def remove_index(file: Path) -> None:
    """Remove an index, as far as it is not in use.

    Args:
        file: Where it is.
    """
    for ending in _ENDINGS:
        with contextlib.suppress(OSError):
            file.with_suffix(ending).unlink()


def remove_private(file: Path) -> None:
    """Remove the index that was for this process alone, and its folder.

    Args:
        file: Where it is.
    """
    remove_index(file)
    with contextlib.suppress(OSError):
        (file.parent / LEFT_OUT_NAME).unlink()
    with contextlib.suppress(OSError):
        file.parent.rmdir()


def _cache_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".cache"


def _name_of(folder: Path) -> str:
    """Return a name that tells the folder from all others, and says a little of it."""
    digest = sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    said = _ODD.sub("-", "-".join(folder.parts[-2:])).strip("-.")[-60:]
    return f"{said or 'folder'}-{digest}"


def _is_own(place: Path) -> bool:
    """Tell whether the folder is this user's, with nobody else's rights in it."""
    if os.name == "nt":
        return True
    status = place.stat()
    if status.st_uid != os.geteuid():
        return False
    if status.st_mode & 0o077:
        place.chmod(0o700)
    return True


def _remove_others(place: Path, name: str) -> None:
    """Remove the indexes that older versions made."""
    for file in place.glob(f"{_PREFIX}*.db"):
        if file.name != name:
            remove_index(file)
