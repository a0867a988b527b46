"""The packages of this environment with their versions.

The names of the folders that installers leave beside each package say both; reading what is in them would take a
hundred times as long.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trialog.sdk.source.secrets import without_credentials

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_ENDINGS: Final = (".dist-info", ".egg-info")
_PYTHON_OF_EGG: Final = re.compile(r"-py\d[\d.]*.*")
_LARGEST_INFORMATION: Final = 64 * 1024


def requirements(root: Path | None = None, places: Iterable[str] | None = None) -> bytes:
    """Return the packages of this environment as pip and uv take them.

    A package that was installed from a folder of the repository stands there as `-e ./folder`, one from another folder
    of this machine as a comment.

    Args:
        root: Root of the repository, if there is one.
        places: Folders to look in; those that Python imports from if None.
    """
    lines = dict[str, str]()
    for place in sys.path if places is None else places:
        for name, version, folder in _installed(place):
            # What is imported is what comes first.
            if name not in lines:
                lines[name] = _line(name, version, folder, root)
    head = f"# Packages of Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}\n"
    return (head + "".join(f"{lines[name]}\n" for name in sorted(lines))).encode()


def _installed(place: str) -> Iterator[tuple[str, str, Path]]:
    """Yield the name and version of each package of a folder, and what its installer left of it."""
    try:
        with os.scandir(place or ".") as entries:
            found = [entry.name for entry in entries if entry.name.endswith(_ENDINGS)]
    except OSError:
        return
    for entry in found:
        name, _, version = entry.rpartition(".")[0].partition("-")
        folder = Path(place, entry)
        version = _PYTHON_OF_EGG.sub("", version) or _said_version(folder)
        if _NAME.fullmatch(name) and version:
            yield _SEPARATORS.sub("-", name).lower(), version, folder


def _said_version(folder: Path) -> str:
    for name in ("METADATA", "PKG-INFO"):
        for line in _text(folder / name).splitlines():
            if line.startswith("Version:"):
                return line.removeprefix("Version:").strip()
    return ""


def _line(name: str, version: str, folder: Path, root: Path | None) -> str:
    plain = f"{name}=={version}"
    text = _text(folder / "direct_url.json") if folder.suffix == ".dist-info" else ""
    if not text:
        return plain
    try:
        said = json.loads(text)
        url = str(said["url"])
        scheme = urlsplit(url).scheme
        if scheme == "file":
            return _line_of_folder(plain, url, root, is_editable=bool(said.get("dir_info", {}).get("editable")))
        source = said.get("vcs_info")
        address = without_credentials(url)
        if source is None:
            return f"{name} @ {address}"
        return f"{name} @ {source['vcs']}+{address}@{source['commit_id']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return plain


def _line_of_folder(plain: str, url: str, root: Path | None, *, is_editable: bool) -> str:
    if root is not None and is_editable:
        try:
            path = unquote(urlsplit(url).path)
            # On Windows a slash stands before the drive.
            inside = Path(path[1:] if os.name == "nt" else path).resolve().relative_to(root)
        except (OSError, ValueError):
            pass
        else:
            return f"-e ./{inside.as_posix()}" if inside.parts else "-e ."
    return f"# {plain} was installed from a folder of that machine"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_INFORMATION).decode(errors="replace")
    except OSError:
        return ""
