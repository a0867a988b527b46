"""Finds out what a run was made of."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.sdk.source.artifact_names import CHANGES, FOLDER, REQUIREMENTS, SURROUNDINGS
from trialog.sdk.source.changes import uncommitted_changes
from trialog.sdk.source.contexts import DIRTY, PLATFORM, SCRIPT
from trialog.sdk.source.git_files import Repository, read_head
from trialog.sdk.source.git_program import Git, find_git
from trialog.sdk.source.packages import requirements
from trialog.sdk.source.place import SourcePlace
from trialog.sdk.source.secrets import holds_secret, is_private_file
from trialog.sdk.source.surroundings import platform_name, surroundings

_LARGEST_SCRIPT: Final = 1024 * 1024
# What a process loaded stays what it was when the process began; cells of a notebook are written anew.
_NOTEBOOK_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Findings:
    """What a run was made of.

    Attributes:
        tags: Tags of the run.
        files: Artifacts of the run, by their paths.
    """

    tags: dict[str, str]
    files: dict[str, bytes]


class _Known:
    """What was found out for an earlier run of this process."""

    lock = threading.Lock()
    found: Findings | None = None
    process_id = 0
    time = 0.0


def find(place: SourcePlace) -> Findings:
    """Find out what a run was made of, once for all runs of this process.

    Args:
        place: Where its program lies.
    """
    # Runs that begin together wait for the first of them.
    if not _Known.lock.acquire(timeout=60.0):
        return _found_anew(place)
    try:
        age = time.monotonic() - _Known.time
        is_fresh = _Known.process_id == os.getpid() and (not place.is_notebook or age < _NOTEBOOK_SECONDS)
        if _Known.found is None or not is_fresh:
            _Known.found = _found_anew(place)
            _Known.process_id, _Known.time = os.getpid(), time.monotonic()
        return _Known.found
    finally:
        _Known.lock.release()


def _after_fork() -> None:
    # Another thread of the parent may have held it.
    _Known.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _found_anew(place: SourcePlace) -> Findings:
    root = place.repository.root if place.repository is not None else None
    tags = {PLATFORM: platform_name()}
    files = {REQUIREMENTS: requirements(root), SURROUNDINGS: surroundings()}
    if place.repository is not None:
        dirty, content = changes_of(place.repository)
        if dirty is not None:
            tags[DIRTY] = "true" if dirty else "false"
        if content:
            files[CHANGES] = content
    elif place.script is not None and not place.is_notebook:
        content = _script(place.script)
        if content:
            tags[SCRIPT] = place.script.name
            files[f"{FOLDER}/{place.script.name}"] = content
    return Findings(tags, files)


def changes_of(repository: Repository) -> tuple[bool | None, bytes]:
    """Return whether a repository holds changes that no commit holds, if that can be told, and those.

    Args:
        repository: A repository of this machine.
    """
    commit, program = read_head(repository).commit, find_git()
    if commit is None or program is None:
        return None, b""
    changes = uncommitted_changes(Git(program, repository.root), repository.root, commit)
    return (None, b"") if changes is None else (changes.is_dirty, changes.content)


def _script(path: Path) -> bytes:
    """Return the script, which no repository holds; nothing if it may hold secrets, or is none."""
    try:
        if path.suffix != ".py" or is_private_file(path.name) or path.stat().st_size > _LARGEST_SCRIPT:
            return b""
        content = path.read_bytes()
    except OSError:
        return b""
    return b"" if holds_secret(content) else content
