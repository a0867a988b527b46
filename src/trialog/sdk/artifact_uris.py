"""What a URI of artifacts names: a place behind the server, or a file or folder of this machine."""

import os
import re
import shutil
import uuid
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.uris import local_path
from trialog.sdk.artifact_places import LoggedModelPlace, Place, ProxiedPlace, RunPlace, VersionPlace
from trialog.sdk.transport import Transport

# One letter is the drive of a Windows path.
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):")
_RUN: Final = re.compile(r"runs:/(?P<run_id>[^/]+)(?:/(?P<path>.*))?", re.IGNORECASE | re.DOTALL)
_MODEL_ID: Final = re.compile(r"models:/(?P<model_id>m-[0-9a-f]{32})(?:/(?P<path>.*))?", re.IGNORECASE | re.DOTALL)
_ALIAS: Final = re.compile(r"models:/(?P<name>[^/]+)@(?P<alias>[^/@]+)(?:/(?P<path>.*))?", re.IGNORECASE | re.DOTALL)
_VERSION: Final = re.compile(r"models:/(?P<name>[^/]+)/(?P<version>[^/]+)(?:/(?P<path>.*))?", re.IGNORECASE | re.DOTALL)
_PROXIED: Final = re.compile(r"mlflow-artifacts:(?://(?P<host>[^/]*))?/(?P<path>.*)", re.IGNORECASE | re.DOTALL)
_DRIVE: Final = re.compile(r"/[A-Za-z]:/")


def local_source(uri: str) -> Path | None:
    """Return the file or folder of this machine that a URI or a path names; None if it names something else.

    Raises:
        InvalidParameter: It is a `file:` URI that names no file of this machine (`artifact.unknown_uri`).
    """
    match = _SCHEME.match(uri)
    if match is None:
        return Path(uri)
    if match["scheme"].lower() != "file":
        return None
    path = local_path(uri)
    if path is None:
        raise _unknown(uri)
    return Path(path[1:] if os.name == "nt" and _DRIVE.match(path) else path or "/")


def named_place(transport: Transport, uri: str) -> tuple[Place, str]:
    """Return the place behind the server that a URI names, and the path from there on.

    Args:
        transport: Asks the server.
        uri: The URI.

    Raises:
        InvalidParameter: It is none that is known here (`artifact.unknown_uri`), or one of another server
            (`artifact.other_host`).
    """
    if (match := _RUN.fullmatch(uri)) is not None:
        return RunPlace(transport, match["run_id"]), match["path"] or ""
    if (match := _MODEL_ID.fullmatch(uri)) is not None:
        return LoggedModelPlace(transport, match["model_id"]), match["path"] or ""
    if (match := _ALIAS.fullmatch(uri)) is not None:
        return VersionPlace(transport, match["name"], f"@{match['alias']}"), match["path"] or ""
    if (match := _VERSION.fullmatch(uri)) is not None:
        return VersionPlace(transport, match["name"], match["version"]), match["path"] or ""
    if (match := _PROXIED.fullmatch(uri)) is not None:
        host = match["host"]
        if host and host.lower() != urlsplit(transport.url).netloc.lower():
            raise InvalidParameter(
                "artifact.other_host",
                f"{uri[:200]!r} names artifacts of {host[:100]!r}, and the server that is asked is {transport.url}. "
                "Leave the host out, or ask the other server.",
                host=host[:100],
            )
        return ProxiedPlace(transport, ""), unquote(match["path"])
    raise _unknown(uri)


def copy_local(source: Path, destination: Path) -> Path:
    """Copy a file or folder of this machine into a folder, under its own name.

    Args:
        source: The file or folder.
        destination: The folder, which is made if it is not there.

    Raises:
        ResourceNotFound: There is no such file or folder (`artifact.not_found`).
        InvalidParameter: The destination lies in the folder that is to be copied (`artifact.copy_into_itself`).
    """
    if not source.exists():
        raise ResourceNotFound("artifact.not_found", f"There is no file or folder {str(source)!r}.", path=str(source))
    target = destination / source.resolve().name
    if target.exists() and target.samefile(source):
        return target
    if source.is_dir():
        if destination.resolve().is_relative_to(source.resolve()):
            raise InvalidParameter(
                "artifact.copy_into_itself", f"{str(source)!r} cannot be copied into itself.", path=str(source)
            )
        shutil.copytree(source, target, dirs_exist_ok=True)
        return target
    destination.mkdir(parents=True, exist_ok=True)
    part = destination / f".trialog-{uuid.uuid4().hex}.part"
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _unknown(uri: str) -> InvalidParameter:
    return InvalidParameter(
        "artifact.unknown_uri",
        f"{uri[:200]!r} names no artifacts that can be fetched here. Write runs:/ID/path, models:/NAME/VERSION, "
        "models:/NAME@ALIAS, models:/m-ID, mlflow-artifacts:/path, or a path or file: URI of this machine.",
        uri=uri[:200],
    )
