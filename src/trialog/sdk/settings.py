"""How a process logs: what its environment says, and what it says itself."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from trialog.config import boolean
from trialog.errors import ConfigurationError

_MEBIBYTE: Final = 1024 * 1024


class Mode(StrEnum):
    """What becomes of what is logged."""

    ONLINE = "online"
    """It is kept in files and sent at once."""
    OFFLINE = "offline"
    """It is kept in files, which `trialog sync` sends."""
    DISABLED = "disabled"
    """It is thrown away."""


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """How a process logs.

    Attributes:
        mode: What becomes of what is logged (TRIALOG_MODE).
        strict: Whether what cannot be logged is an error of the training, and not a warning (TRIALOG_STRICT).
        spool_folder: Where it is kept until it was sent (TRIALOG_SPOOL_FOLDER).
        spool_bytes: How much of one run is kept at most that was not sent, in bytes (TRIALOG_SPOOL_MEGABYTES).
        start_seconds: How long a server may take to answer before a run goes on without it (TRIALOG_START_SECONDS).
        flush_seconds: How long the end of a run and of the process wait for what was not sent
            (TRIALOG_FLUSH_SECONDS).
    """

    mode: Mode = Mode.ONLINE
    strict: bool = False
    spool_folder: Path
    spool_bytes: int = 1024 * _MEBIBYTE
    start_seconds: float = 10.0
    flush_seconds: float = 30.0


class _Kept:
    settings: ClientSettings | None = None


def client_settings() -> ClientSettings:
    """Return how this process logs.

    Raises:
        ConfigurationError: A variable of the environment has a value that it cannot have.
    """
    if _Kept.settings is None:
        _Kept.settings = _read_environment()
    return _Kept.settings


def set_strict(strict: bool) -> None:
    """Say whether what cannot be logged is an error of the training, and not a warning.

    Args:
        strict: Whether it is.
    """
    _Kept.settings = replace(client_settings(), strict=strict)


def forget_settings() -> None:
    """Read the environment again when somebody asks next."""
    _Kept.settings = None


def _read_environment() -> ClientSettings:
    folder = os.environ.get("TRIALOG_SPOOL_FOLDER")
    usual = ClientSettings(spool_folder=Path(folder).expanduser().absolute() if folder else _default_spool_folder())
    return ClientSettings(
        mode=_mode(usual.mode),
        strict=_truth("TRIALOG_STRICT", usual.strict),
        spool_folder=usual.spool_folder,
        spool_bytes=int(_number("TRIALOG_SPOOL_MEGABYTES", usual.spool_bytes / _MEBIBYTE) * _MEBIBYTE),
        start_seconds=_number("TRIALOG_START_SECONDS", usual.start_seconds),
        flush_seconds=_number("TRIALOG_FLUSH_SECONDS", usual.flush_seconds),
    )


def _default_spool_folder() -> Path:
    variable, below = ("LOCALAPPDATA", "AppData/Local") if os.name == "nt" else ("XDG_STATE_HOME", ".local/state")
    try:
        base = Path(os.environ.get(variable) or Path.home() / below)
    except RuntimeError:
        # A container may run as a user whom its system does not know.
        return _temporary_folder() / "spool"
    if not _can_be_written(base):
        # In another one the home is read-only.
        return _temporary_folder() / "spool"
    return base / "trialog" / "spool"


def _can_be_written(folder: Path) -> bool:
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _temporary_folder() -> Path:
    """Return a folder of the user's own among temporary files, the same for all processes if nobody else took it."""
    # Loaded where it is used: most processes have a home.
    import tempfile

    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"trialog-{user}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == user and not stat.S_IMODE(status.st_mode) & 0o022:
        return folder
    return folder if os.name == "nt" else Path(tempfile.mkdtemp(prefix="trialog-"))


def _mode(usual: Mode) -> Mode:
    text = os.environ.get("TRIALOG_MODE")
    if not text:
        return usual
    try:
        return Mode(text.strip().lower())
    except ValueError as error:
        raise _bad_value("TRIALOG_MODE", text, "it must be online, offline or disabled") from error


def _truth(name: str, usual: bool) -> bool:
    text = os.environ.get(name)
    if not text:
        return usual
    try:
        return boolean(text)
    except ValueError as error:
        raise _bad_value(name, text, str(error)) from error


def _number(name: str, usual: float) -> float:
    text = os.environ.get(name)
    if not text:
        return usual
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise _bad_value(name, text, "it must be a number from 0 on")
    return number


def _bad_value(name: str, text: str, fault: str) -> ConfigurationError:
    return ConfigurationError(
        "settings.bad_value", f"The variable {name} is {text[:100]!r}: {fault}.", setting=name.lower()
    )
