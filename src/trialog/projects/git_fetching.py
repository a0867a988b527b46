"""Fetches a git repository so that nothing in it, and nothing in its address, makes git run something."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.errors import InvalidParameter, TemporarilyUnavailable
from trialog.sdk.recipe import checked_address
from trialog.sdk.source.git_files import is_commit
from trialog.sdk.source.git_program import find_git, git_environment
from trialog.sdk.source.secrets import without_credentials

_SECONDS: Final = 1800.0
_LONGEST_SHOWN: Final = 200
_PROTOCOLS: Final = ("https", "ssh")
_VERSION: Final = re.compile(r"(?!.*(?:\.\.|//|@\{))[A-Za-z0-9_][A-Za-z0-9_./+@=-]*")
_SAFE: Final = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=", "-c", "submodule.recurse=false")
_CLONE: Final = ("clone", "--quiet", "--no-recurse-submodules", "--template=")


@dataclass(frozen=True)
class GitAddress:
    """Where a repository can be had.

    Attributes:
        text: As git takes it.
        protocols: What git may speak over.
    """

    text: str
    protocols: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The address without passwords."""
        return without_credentials(self.text)[:_LONGEST_SHOWN]


def remote_address(text: str) -> GitAddress:
    """Return the address of a repository elsewhere.

    Args:
        text: What the user names: `https://host/path`, `ssh://host/path` or `user@host:path`.

    Raises:
        InvalidParameter: It is none of these (`project.unsafe_address`).
    """
    try:
        address = checked_address(text)
    except InvalidParameter as error:
        raise _refused(text) from error
    if address.is_local:
        raise _refused(text)
    return GitAddress(address.text, _PROTOCOLS)


def local_address(folder: Path) -> GitAddress:
    """Return the address of a repository in a folder of this machine."""
    return GitAddress(folder.resolve().as_uri(), ("file",))


def fetch_repository(address: GitAddress, version: str | None, folder: Path) -> None:
    """Fetch a repository and check out a commit of it. Submodules are left out.

    Args:
        address: Where it can be had.
        version: A commit, branch or tag; the branch that counts there if None.
        folder: Folder that takes the files; it must not be there.

    Raises:
        InvalidParameter: There is no git (`project.no_git`), it fails (`project.git_failed`), or the version is none
            that is there (`project.no_version`).
        TemporarilyUnavailable: It takes too long (`project.git_slow`).
    """
    if version is None:
        _must(address, [*_CLONE, "--depth=1", "--", address.text, str(folder)])
        return
    if not _VERSION.fullmatch(version):
        raise _no_version(address, version)
    if not is_commit(version):
        done = _git(address, [*_CLONE, "--depth=1", f"--branch={version}", "--", address.text, str(folder)])
        if done.returncode == 0:
            return
    # A commit, be it by the beginning of its hash.
    _must(address, [*_CLONE, "--no-checkout", "--", address.text, str(folder)])
    inside = ["-C", str(folder)]
    commit = f"{version}^{{commit}}"
    if _git(address, [*inside, "rev-parse", "--quiet", "--verify", "--end-of-options", commit]).returncode != 0:
        # No branch has it any more; some servers hand it out by its hash.
        fetch = [*inside, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", "origin", version]
        if not is_commit(version) or _git(address, fetch).returncode != 0:
            raise _no_version(address, version)
    if _git(address, [*inside, "checkout", "--quiet", "--detach", version]).returncode != 0:
        raise _no_version(address, version)


def _must(address: GitAddress, arguments: Sequence[str]) -> None:
    done = _git(address, arguments)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-500:].rstrip(".").replace(address.text, address.shown)
        raise InvalidParameter(
            "project.git_failed",
            f"git cannot fetch {address.shown!r}: {said or 'it does not say why'}. Where a password is needed, git's "
            "credential helper or an SSH key gives it; or clone the repository yourself and name the folder.",
            address=address.shown,
        )


def _git(address: GitAddress, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    program = find_git()
    if program is None:
        raise InvalidParameter(
            "project.no_git", "The program git is needed to fetch a project from a repository, and is not installed."
        )
    try:
        return subprocess.run(  # noqa: S603  the program was looked up, and arguments were checked
            [program, *_SAFE, *arguments],
            env=git_environment(*address.protocols),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TemporarilyUnavailable(
            "project.git_slow", f"git did not fetch {address.shown!r} within {_SECONDS / 60:.0f} minutes."
        ) from error


def _refused(text: str) -> InvalidParameter:
    shown = without_credentials(text)[:_LONGEST_SHOWN]
    return InvalidParameter(
        "project.unsafe_address",
        f"{shown!r} is no folder of this machine, and no address that a project is fetched from: those are https://, "
        "ssh:// and user@host:path, without a password in them. Is it spelled right? Anything else clone or unpack "
        "yourself, and name the folder.",
        address=shown,
    )


def _no_version(address: GitAddress, version: str) -> InvalidParameter:
    return InvalidParameter(
        "project.no_version",
        f"The repository {address.shown!r} has no commit, branch or tag {version[:_LONGEST_SHOWN]!r}.",
        version=version[:_LONGEST_SHOWN],
    )
