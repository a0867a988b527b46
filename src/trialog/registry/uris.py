"""What the text of a source says, before anything is asked of the store."""

import posixpath
import re
from typing import Final
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from msgspec import Struct

from trialog.errors import InvalidParameter

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL_FILE: Final = re.compile(r"file:(?://(?:localhost)?)?(?P<path>/(?!/).*)", re.IGNORECASE | re.DOTALL)
_PROXY_SEGMENTS: Final = ("api", "2.0", "mlflow-artifacts", "artifacts")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_REPEATED_SLASHES: Final = re.compile(r"/+")


class ModelsUri(Struct, frozen=True):
    """What a `models:` URI names: a logged model alone, or a version of a registered model.

    Args:
        model_id: Id of a logged model; None if a registered model is named.
        name: Name of a registered model; empty if a logged model is named.
        version: A version of it as people write it: number, stage, label, `latest` or `@alias`.
    """

    model_id: str | None
    name: str
    version: str


def split_source(source: str) -> SplitResult:
    """Take a source apart.

    Raises:
        InvalidParameter: It is no URI.
    """
    try:
        return urlsplit(source, allow_fragments=False)
    except ValueError as error:
        raise InvalidParameter("model_version.invalid_source", f"Invalid model version source: '{source}'.") from error


def is_local(parts: SplitResult) -> bool:
    """Tell whether a source is a path rather than a URI of another system."""
    # One letter is the drive of a Windows path.
    return len(parts.scheme) <= 1 or parts.scheme == "file"


def is_proxied(source: str) -> bool:
    """Tell whether a source names artifacts behind a tracking server."""
    parts = split_source(source)
    names = _names(parts)
    count = len(_PROXY_SEGMENTS)
    return parts.scheme == "mlflow-artifacts" or (
        parts.scheme in {"http", "https"}
        and any(names[start : start + count] == _PROXY_SEGMENTS for start in range(len(names) - count + 1))
    )


def lies_within(source: str, root: str) -> bool:
    """Tell whether a URI lies in, or is, the folder that another names; both name scheme and host in the same way."""
    inner, outer = split_source(source), split_source(root)
    names = _names(outer)
    return (
        inner.scheme == outer.scheme
        and inner.netloc.lower() == outer.netloc.lower()
        and bool(names)
        and _names(inner)[: len(names)] == names
    )


def local_path(uri: str) -> str | None:
    """Return the absolute path that a path or a `file:` URI names; None if it names none, or one that leads upwards."""
    match = _LOCAL_FILE.fullmatch(uri)
    path = uri if match is None else unquote(match["path"])
    path = path.replace("\\", "/")
    if re.match(r"/?[A-Za-z]:/", path):
        path = f"/{path.removeprefix('/')}"
    return path.rstrip("/") if path.startswith("/") and not _leads_upwards(path) else None


def check_relative(source: str) -> None:
    """Refuse a relative path that could be read as another.

    It is kept as text, and never opened by the server.

    Raises:
        InvalidParameter: Read in any way, it has `..`, a back-slash, a drive letter or a control character, or is
            absolute.
    """
    text = _fully_unquoted(source)
    for form in (source, text):
        if "\\" in form or form.startswith(("/", "~")) or _SCHEME.match(form) or _CONTROL.search(form):
            raise _not_opaque(source)
    if _leads_upwards(text):
        raise _not_opaque(source)


def check_absolute(source: str) -> None:
    """Refuse a URI whose path is not absolute, or leads upwards in any way of reading it.

    Raises:
        InvalidParameter: So it is.
    """
    text = _fully_unquoted(source)
    path = _REPEATED_SLASHES.sub("/", split_source(text).path.partition("#")[0].rstrip("/"))
    if _CONTROL.search(text) or _leads_upwards(text) or not path.startswith("/") or posixpath.normpath(path) != path:
        raise InvalidParameter(
            "model_version.relative_source",
            f"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, "
            "objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references "
            "present. Please provide an absolute path.",
        )


def _fully_unquoted(text: str) -> str:
    while (unquoted := unquote_plus(text)) != text:
        text = unquoted
    return text


def parse_models_uri(source: str, parts: SplitResult) -> ModelsUri:
    """Read a `models:` URI.

    Raises:
        InvalidParameter: It names neither a logged model nor a version.
    """
    names = parts.path.lstrip("/").split("/")
    if not parts.path.startswith("/") or len(names) > 2 or not all(name.strip() for name in names):
        raise no_owner(source, "model_id")
    if len(names) == 2:
        return ModelsUri(None, names[0], names[1])
    name, at, alias = names[0].rpartition("@")
    if not at:
        return ModelsUri(names[0], "", "")
    if not name or not alias.strip():
        raise no_owner(source, "model_id")
    return ModelsUri(None, name, f"@{alias}")


def parse_runs_uri(source: str) -> tuple[str, str]:
    """Return run id and path of a `runs:` URI.

    Raises:
        InvalidParameter: It names none.
    """
    parts = split_source(source)
    run_id, _, path = parts.path.removeprefix("/").partition("/")
    if parts.scheme != "runs" or parts.netloc or not parts.path.startswith("/") or not run_id:
        raise no_owner(source, "run_id")
    return run_id, path.strip("/")


def no_owner(source: str, parameter: str) -> InvalidParameter:
    """Return the error for a source that lies within no run or logged model that the request names.

    Args:
        source: The source.
        parameter: What should name it: `run_id` or `model_id`.
    """
    return InvalidParameter(
        "model_version.source_without_owner",
        f"Invalid model version source: '{source}'. The {parameter} request parameter must identify the resource that "
        "contains the source.",
        parameter=parameter,
    )


def _names(parts: SplitResult) -> tuple[str, ...]:
    return tuple(_fully_unquoted_name(name) for name in parts.path.split("/") if name)


def _fully_unquoted_name(name: str) -> str:
    # Here a plus sign stays one.
    while (unquoted := unquote(name)) != name:
        name = unquoted
    return name


def _leads_upwards(text: str) -> bool:
    return any(segment.strip() == ".." for segment in re.split(r"[/\\]", text))


def _not_opaque(source: str) -> InvalidParameter:
    return InvalidParameter(
        "model_version.invalid_source",
        f"Invalid model version source: '{source}'. A relative path is kept as it is and never opened by the server, "
        "but it must not hold '..', '\\', a drive letter or control characters, in any way of reading it.",
    )
