"""Where this process tracks: at a server, or in a store that it opens itself."""

import atexit
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from trialog.config import redact
from trialog.errors import InvalidParameter, require
from trialog.remote.address import TRACKING_URI_VARIABLE, find_address
from trialog.remote.settings import connection_settings, workspace_of
from trialog.sdk.transport import Transport

_SERVER: Final = ("http://", "https://")
_DATABASE: Final = re.compile(r"(sqlite|postgres|postgresql)(\+[a-z0-9_]+)?:", re.IGNORECASE)
_RELATIVE_FILE: Final = re.compile(r"(?P<scheme>sqlite(?:\+[a-z0-9_]+)?):///(?P<path>[^/?].*)", re.IGNORECASE)
_FILE: Final = re.compile(r"file:(?://(?:localhost)?(?=/))?(?P<path>.+)", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:[/\\]")
_LONGEST_SHOWN: Final = 300


class _Process:
    """What is of this whole process."""

    lock = threading.Lock()
    opening = threading.Lock()
    given: str | None = None
    """What `set_tracking_uri` was called with."""
    meant: str | None = None
    """The same, whatever the working directory becomes."""
    transports: dict[object, Transport] = {}  # noqa: RUF012  one for all, as everything here


def set_tracking_uri(uri: str | os.PathLike[str] | None) -> None:
    """Say where to track from now on; a run that is active stays where it is.

    Processes that this one starts track there too: the variable MLFLOW_TRACKING_URI is set.

    Args:
        uri: A server (`https://ml.example.org`), a store in a file (`sqlite:///trialog.db`) or in PostgreSQL
            (`postgresql://user@host/database`), or a folder `mlruns` of MLflow, which is read and not written. None or
            an empty text is as if nothing had been said.
    """
    text = _text_of(uri)
    with _Process.lock:
        if not text:
            _Process.given = _Process.meant = None
            os.environ.pop(TRACKING_URI_VARIABLE, None)
            return
        _Process.given, _Process.meant = text, absolute_uri(text)
        os.environ[TRACKING_URI_VARIABLE] = _Process.meant


def get_tracking_uri() -> str:
    """Return where this process tracks.

    It is what `set_tracking_uri` was told, else the variable MLFLOW_TRACKING_URI, else the address that a running
    server left in this folder, else `http://127.0.0.1:5000`.
    """
    with _Process.lock:
        if _Process.given is not None:
            return _Process.given
    return os.environ.get(TRACKING_URI_VARIABLE) or find_address(None, os.environ).url


def is_tracking_uri_set() -> bool:
    """Tell whether somebody said where to track, be it `set_tracking_uri` or the variable MLFLOW_TRACKING_URI."""
    with _Process.lock:
        return _Process.given is not None or bool(os.environ.get(TRACKING_URI_VARIABLE))


def current_uri() -> str | None:
    """Return what was said of where to track, as `open_transport` takes it; None if nobody said anything."""
    with _Process.lock:
        return _Process.meant or os.environ.get(TRACKING_URI_VARIABLE) or None


def shown_uri(uri: str) -> str:
    """Return an address for messages: without passwords.

    Args:
        uri: Any address.
    """
    return redact(uri[:_LONGEST_SHOWN])


def is_server(uri: str) -> bool:
    """Tell whether an address names a server, rather than a store that this process opens itself.

    Args:
        uri: Any address that `open_transport` takes.
    """
    return uri.strip().lower().startswith(_SERVER)


def open_transport(uri: str | os.PathLike[str] | None = None) -> Transport:
    """Return what asks a server, or a store that is opened in this process: one for all who name the same.

    It is closed when the process ends; whoever closes it before closes it for all. After a fork both processes may go
    on with it.

    Args:
        uri: As for `set_tracking_uri`; None for where this process tracks.

    Raises:
        InvalidParameter: The address is of no kind that is known here (`tracking_uri.unknown`).
        ConfigurationError: A variable of the environment cannot be understood, or the store cannot be opened.
        MissingDependency: The store needs what is not installed.
    """
    text = _text_of(uri) or current_uri()
    if text is None or is_server(text):
        settings = connection_settings(text)
        return _shared(settings, lambda: Transport(settings))
    _check_store(text)
    meant, workspace = absolute_uri(text), workspace_of(os.environ)
    return _shared((meant, workspace), lambda: _embedded(meant, workspace))


def close_transports() -> None:
    """Close all that `open_transport` opened; who asks for one after that is given a new one."""
    with _Process.opening:
        transports = list(_Process.transports.values())
        _Process.transports.clear()
    for transport in transports:
        transport.close()


def _shared(key: object, make: Callable[[], Transport]) -> Transport:
    with _Process.opening:
        transport = _Process.transports.get(key)
        if transport is None or transport.is_closed:
            transport = _Process.transports[key] = make()
        return transport


def _embedded(uri: str, workspace: str | None) -> Transport:
    # What a server is made of comes with the extra, and takes long to load.
    require("sqlalchemy", extra="server")
    from trialog.server.embedded import open_embedded

    return Transport.over(open_embedded(uri), shown_uri(uri), workspace=workspace)


def _check_store(uri: str) -> None:
    if _DATABASE.match(uri) or _folder_of(uri) is not None:
        return
    shown = shown_uri(uri)
    raise InvalidParameter(
        "tracking_uri.unknown",
        f"It is not known how to track at {shown!r}. Name a server (http://127.0.0.1:5000), a store in a file"
        " (sqlite:///trialog.db) or in PostgreSQL (postgresql://user@host/database), or a folder mlruns that is there.",
        uri=shown,
    )


def _text_of(uri: str | os.PathLike[str] | None) -> str:
    if uri is None:
        return ""
    return uri.strip() if isinstance(uri, str) else Path(uri).absolute().as_uri()


def _folder_of(uri: str) -> Path | None:
    """Return the folder that an address names; None if it names none."""
    if match := _FILE.fullmatch(uri):
        text = unquote(match["path"])
        return Path(text[1:] if _DRIVE.match(text[1:]) else text)
    path = Path(uri).expanduser()
    return path if path.is_dir() else None


def absolute_uri(uri: str) -> str:
    """Return an address that means the same in every working directory.

    Args:
        uri: Any address that `open_transport` takes.
    """
    if match := _RELATIVE_FILE.fullmatch(uri):
        if match["path"].startswith("~") or _DRIVE.match(match["path"]):
            return uri
        return f"{match['scheme']}:///{Path(match['path']).absolute().as_posix()}"
    if is_server(uri) or _DATABASE.match(uri):
        return uri
    folder = _folder_of(uri)
    return uri if folder is None else folder.absolute().as_uri()


def _renew_locks() -> None:
    # Those who held them are threads of the other process.
    _Process.lock, _Process.opening = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
# Registered early, so that it runs after whatever sends what is left.
atexit.register(close_transports)
