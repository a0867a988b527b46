"""Fetches one file from a web server, within bounds."""

import re
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trialog.errors import ConnectionFailed, InvalidParameter
from trialog.sdk.source.secrets import without_credentials

MOST_BYTES: Final = 10 * 1024 * 1024 * 1024
_SECONDS: Final = 60.0
_PIECE_BYTES: Final = 1024 * 1024
_LONGEST_NAME: Final = 200
_LONGEST_SHOWN: Final = 200


def fetch_http(url: str, folder: Path, *, most_bytes: int = MOST_BYTES) -> Path:
    """Fetch a file into a folder, under the last name of its address, and return where it is.

    Args:
        url: Its address, `https://` or `http://`.
        folder: The folder.
        most_bytes: So large at most.

    Raises:
        ConnectionFailed: It cannot be had (`project.download_failed`).
        InvalidParameter: It is larger (`project.download_too_large`).
    """
    name = re.sub(r"[^\w.-]", "_", unquote(urlsplit(url).path.rpartition("/")[2]))[-_LONGEST_NAME:].lstrip(".")
    path = folder / (name or "download")
    shown = without_credentials(url)[:_LONGEST_SHOWN]
    try:
        with _opener().open(url, timeout=_SECONDS) as answer, path.open("wb") as file:
            left = most_bytes
            while piece := answer.read(_PIECE_BYTES):
                left -= len(piece)
                if left < 0:
                    raise InvalidParameter(
                        "project.download_too_large",
                        f"{shown!r} is larger than {most_bytes} bytes. Fetch it yourself and name the file.",
                        address=shown,
                    )
                file.write(piece)
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        reason = getattr(error, "reason", None) or error
        raise ConnectionFailed(
            "project.download_failed", f"{shown!r} cannot be fetched: {reason}.", address=shown
        ) from error
    return path


def _opener() -> urllib.request.OpenerDirector:
    """Return what speaks HTTP alone, also where it is led elsewhere."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener
