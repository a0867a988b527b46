"""What the files of a git repository say of its commit: read by themselves, which takes a fraction of a millisecond.

Nothing in a repository is believed that was not looked at: it may have come from somebody else.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.sdk.source.secrets import without_credentials

_HASH: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFERENCE: Final = re.compile(r"refs(?:/(?!\.)[^/\x00-\x20\\:?*\[~^\x7f]+)+")
_BRANCHES: Final = "refs/heads/"
_LONGEST_TEXT: Final = 64 * 1024
_LONGEST_CONFIG: Final = 1024 * 1024
_LONGEST_PACKED: Final = 64 * 1024 * 1024
_MOST_LINKS: Final = 5
_SECTION: Final = re.compile(r'\[\s*remote\s+"(?P<name>[^"]*)"\s*\]', re.IGNORECASE)
_ADDRESS: Final = re.compile(r"url\s*=\s*(?P<url>.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Repository:
    """A git repository on this machine.

    Attributes:
        root: Folder that holds the files.
        folder: Folder that holds what belongs to this working tree alone.
        common: Folder that holds what working trees of one repository share.
    """

    root: Path
    folder: Path
    common: Path


@dataclass(frozen=True)
class Head:
    """What is checked out.

    Attributes:
        commit: Hash of the commit; None where there is none yet, or where files do not say it.
        branch: Name of the branch, if one is checked out.
    """

    commit: str | None
    branch: str | None


def find_repository(start: Path) -> Repository | None:
    """Return the repository that a folder lies in.

    Args:
        start: The folder.
    """
    try:
        place = start.resolve()
        for root in (place, *place.parents):
            found = _repository_at(root)
            if found is not None:
                return found
    except (OSError, RuntimeError):
        # A folder that may not be looked into, or links that lead to each other.
        return None
    return None


def read_head(repository: Repository) -> Head:
    """Return what is checked out in a repository."""
    text = _text(repository.folder / "HEAD", _LONGEST_TEXT).strip()
    branch = None
    for _ in range(_MOST_LINKS):
        if not text.startswith("ref:"):
            break
        reference = text.removeprefix("ref:").strip()
        if not _REFERENCE.fullmatch(reference):
            return Head(None, branch)
        if branch is None and reference.startswith(_BRANCHES):
            branch = reference.removeprefix(_BRANCHES)
        text = _reference_text(repository, reference)
    # Where references are kept in tables, the name of this branch says that there is no other.
    return Head(text if _HASH.fullmatch(text) else None, None if branch == ".invalid" else branch)


def read_address(repository: Repository) -> str | None:
    """Return the address of the repository that this one is a clone of, without names and passwords in it.

    The remote called `origin` counts, or else the first one.
    """
    urls: dict[str, str] = {}
    section = None
    for line in _text(repository.common / "config", _LONGEST_CONFIG).splitlines():
        text = line.strip()
        if text.startswith("["):
            found = _SECTION.match(text)
            section = found["name"] if found else None
        elif section is not None and (address := _ADDRESS.fullmatch(text)):
            urls.setdefault(section, address["url"].strip().strip('"'))
    url = urls.get("origin") or next(iter(urls.values()), None)
    return without_credentials(url) if url else None


def is_commit(text: str) -> bool:
    """Tell whether a text is the hash of a commit."""
    return _HASH.fullmatch(text) is not None


def _repository_at(root: Path) -> Repository | None:
    entry = root / ".git"
    if entry.is_dir():
        folder = entry
    elif text := _text(entry, _LONGEST_TEXT).strip():
        # A further working tree, or a submodule.
        if not text.startswith("gitdir:"):
            return None
        folder = Path(os.path.normpath(root / text.removeprefix("gitdir:").strip()))
    else:
        return None
    if not (folder / "HEAD").is_file():
        return None
    shared = _text(folder / "commondir", _LONGEST_TEXT).strip()
    return Repository(root, folder, Path(os.path.normpath(folder / shared)) if shared else folder)


def _reference_text(repository: Repository, reference: str) -> str:
    for folder in (repository.folder, repository.common):
        text = _text(folder / reference, _LONGEST_TEXT).strip()
        if text:
            return text
    packed = _content(repository.common / "packed-refs", _LONGEST_PACKED)
    end = packed.find(b" " + reference.encode(errors="surrogateescape") + b"\n")
    return packed[packed.rfind(b"\n", 0, end) + 1 : end].decode(errors="replace") if end > 0 else ""


def _text(path: Path, most_bytes: int) -> str:
    return _content(path, most_bytes).decode(errors="surrogateescape")


def _content(path: Path, most_bytes: int) -> bytes:
    """Return what a file holds; nothing where there is none, or it is too long, or something else than a file."""
    try:
        # What others put here may be a pipe, which nobody writes to: opening it would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        return b""
    with open(descriptor, "rb") as file:  # noqa: PTH123  it is open already
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > most_bytes:
                return b""
            return file.read(most_bytes)
        except OSError:
            return b""
