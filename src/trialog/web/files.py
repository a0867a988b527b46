"""HTTP's rules for files: which part is asked for, whether the client has it already, and what its headers say."""

import mimetypes
import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from trialog.contracts.artifact_store import ArtifactInfo, ByteRange
from trialog.web.request import Request
from trialog.web.response import Headers

_RANGE = re.compile(rb"bytes=\s*(?P<first>[0-9]{0,18})\s*-\s*(?P<last>[0-9]{0,18})\s*")
_PLAIN_CHARACTERS = re.compile(r"[^A-Za-z0-9 ._+()-]")
# What MLflow shows as text; the last two are names of files without an ending.
_TEXT_ENDINGS: Final = frozenset(
    {
        "txt",
        "log",
        "err",
        "cfg",
        "conf",
        "cnf",
        "cf",
        "ini",
        "properties",
        "prop",
        "hocon",
        "toml",
        "yaml",
        "yml",
        "xml",
        "json",
        "js",
        "py",
        "py3",
        "csv",
        "tsv",
        "md",
        "rst",
        "ipynb",
        "MLmodel",
        "MLproject",
    }
)


_BYTES: Final = "application/octet-stream"
_PAGE: Final = "text/html; charset=utf-8"
# What browsers show by themselves. Everything else is text, or nothing that they show.
_SHOWN_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".apng": "image/apng",
        ".avif": "image/avif",
        ".bmp": "image/bmp",
        ".gif": "image/gif",
        ".ico": "image/x-icon",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".webp": "image/webp",
        ".flac": "audio/flac",
        ".m4a": "audio/mp4",
        ".mp3": "audio/mpeg",
        ".oga": "audio/ogg",
        ".ogg": "audio/ogg",
        ".wav": "audio/wav",
        ".m4v": "video/mp4",
        ".mp4": "video/mp4",
        ".ogv": "video/ogg",
        ".webm": "video/webm",
        ".pdf": "application/pdf",
        ".htm": _PAGE,
        ".html": _PAGE,
    }
)
_NOTHING_REACHED: Final = (
    b"default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:;"
    b" form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_VIEW_POLICY: Final = b"sandbox; " + _NOTHING_REACHED
_SCRIPT_POLICY: Final = b"sandbox allow-scripts; script-src 'unsafe-inline' 'unsafe-eval' blob:; " + _NOTHING_REACHED


def requested_range(request: Request) -> ByteRange | None:
    """Return the part of a file that a request asks for.

    Returns:
        None for the whole: no part was named, or several at once, or not in a way that HTTP knows.
    """
    header = request.headers.get(b"range")
    match = _RANGE.fullmatch(header) if header is not None else None
    if match is None:
        return None
    if not match["first"]:
        if not match["last"]:
            return None
        suffix = int(match["last"])
        return ByteRange(-suffix) if suffix else ByteRange(0, 0)
    first = int(match["first"])
    if not match["last"]:
        return ByteRange(first)
    length = int(match["last"]) - first + 1
    return ByteRange(first, length) if length > 0 else None


def is_range_current(request: Request, info: ArtifactInfo) -> bool:
    """Tell whether a part of this content fits the parts that the client has."""
    header = request.headers.get(b"if-range")
    return header is None or header in {_quoted(info), _date(info)}


def is_known_to_client(request: Request, info: ArtifactInfo) -> bool:
    """Tell whether the client already has this content."""
    known = request.headers.get(b"if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix(b"W/") for tag in known.split(b",")}
        return b"*" in tags or _quoted(info) in tags
    since = request.headers.get(b"if-modified-since")
    if since is None:
        return False
    try:
        seconds = parsedate_to_datetime(since.decode("latin-1")).timestamp()
    except (ValueError, OverflowError):
        return False
    return info.modified_time // 1000 <= seconds


def version_headers(info: ArtifactInfo) -> Headers:
    """Return what tells one content of a file from another."""
    return (
        (b"etag", _quoted(info)),
        (b"last-modified", _date(info)),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"no-cache"),
    )


def content_headers(name: str) -> Headers:
    """Return what a file of this name is, and that a browser must save it and run nothing in it."""
    return (
        (b"content-type", content_type(name).encode("ascii")),
        (b"content-disposition", _disposition(name)),
        # Even opened in the browser, a page that somebody logged must not act for whoever looks at it.
        (b"content-security-policy", b"sandbox"),
    )


def view_headers(name: str, *, allow_scripts: bool = False) -> Headers:
    """Return what a file of this name is to a browser that shows it beside what is ours, and what it may do there.

    Whatever it holds, it gets an origin of its own that nothing else has, and reaches no other address.

    Args:
        name: Name of the file.
        allow_scripts: Whether the scripts of a page run. Even so it sees nothing but itself.
    """
    kind = _SHOWN_TYPES.get(PurePosixPath(name.lower()).suffix)
    policy = _VIEW_POLICY
    if kind is None:
        kind = "text/plain; charset=utf-8" if content_type(name) == "text/plain; charset=utf-8" else _BYTES
    elif allow_scripts and kind == _PAGE:
        policy = _SCRIPT_POLICY
    shown = b"attachment" if kind == _BYTES else b"inline"
    return (
        (b"content-type", kind.encode("ascii")),
        (b"content-disposition", shown + _disposition(name).removeprefix(b"attachment")),
        (b"content-security-policy", policy),
        (b"cross-origin-resource-policy", b"same-origin"),
    )


def attachment_header(name: str) -> tuple[bytes, bytes]:
    """Return what has a browser save an answer under a name."""
    return b"content-disposition", _disposition(name)


def content_type(name: str) -> str:
    """Return the media type of a file, guessed from its name as MLflow does."""
    ending = PurePosixPath(name).suffix.removeprefix(".") or name
    if ending in _TEXT_ENDINGS:
        return "text/plain; charset=utf-8"
    guess, _ = mimetypes.guess_type(name)
    # A table of the operating system may hold anything.
    return guess if guess is not None and guess.isascii() and guess.isprintable() else "application/octet-stream"


def _disposition(name: str) -> bytes:
    plain = _PLAIN_CHARACTERS.sub("_", name)
    coded = quote(name, safe="", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}".encode("ascii")


def _quoted(info: ArtifactInfo) -> bytes:
    return f'"{info.etag}"'.encode("ascii")


def _date(info: ArtifactInfo) -> bytes:
    return formatdate(info.modified_time // 1000, usegmt=True).encode("ascii")
