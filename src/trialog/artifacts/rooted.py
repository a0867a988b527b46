"""File operations below one folder, none of which follows a symbolic link.

`DescriptorFolder` walks from name to name with open directories, so that a folder swapped for a link in the middle of
an operation changes nothing. `ResolvingFolder` serves systems without such calls (Windows): it looks at every name,
and again after opening.
"""

import contextlib
import errno
import os
import shutil
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trialog.contracts.artifact_store import ArtifactPath
from trialog.errors import InvalidParameter

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise translate line ends
_PRIVATE = _BINARY | getattr(os, "O_CLOEXEC", 0)
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)
# A pipe planted in the tree must not keep the opening thread waiting for its other end.
_NOT_WAITING = getattr(os, "O_NONBLOCK", 0)
_READ = os.O_RDONLY | _PRIVATE | _NOT_FOLLOWED | _NOT_WAITING
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PRIVATE | _NOT_FOLLOWED
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _PRIVATE
_REPARSE_TAGS = frozenset({0xA0000003, 0xA000000C})  # Windows: a junction, a symbolic link
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or folder in a folder; links, pipes and devices are left out."""

    name: str
    is_directory: bool
    size: int | None


class RootedFolder(ABC):
    """A folder of the server's own and what may be done below it.

    Methods block, and raise `OSError` as the system gives it, or `InvalidParameter("artifact.symbolic_link")`.

    Args:
        root: The folder; it must be there. It may be reached through a link: the operator chose it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve(strict=True)

    @abstractmethod
    def open_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that reads a regular file."""

    @abstractmethod
    def create_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that writes a new file, making the folders above it."""

    @abstractmethod
    def status(self, path: ArtifactPath) -> os.stat_result:
        """Return what the system knows of a file or folder."""

    @abstractmethod
    def scan(self, path: ArtifactPath) -> list[FolderEntry]:
        """Return what a folder holds, in no particular order."""

    @abstractmethod
    def make_folder(self, path: ArtifactPath) -> None:
        """Make a folder and those above it, durably; those that are there already stay."""

    @abstractmethod
    def delete_tree(self, path: ArtifactPath) -> None:
        """Delete a file, a link (not what it leads to), or a folder with all under it."""

    @abstractmethod
    def synchronize(self, path: ArtifactPath) -> None:
        """Make the names in a folder durable."""

    @abstractmethod
    def _replace(self, source: ArtifactPath, target: ArtifactPath) -> None:
        """Give a file or folder another path, in one step, making the folders above it."""

    def move(self, source: ArtifactPath, target: ArtifactPath) -> None:
        """Give a file or folder another path in one step; a file there is replaced.

        Raises:
            IsADirectoryError: A folder stands at the target.
            NotADirectoryError: The target lies below a file.
        """
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(FileNotFoundError):
                if stat.S_ISDIR(self.status(target).st_mode):
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target[-1])
            try:
                return self._replace(source, target)
            except FileNotFoundError:
                # Either the source is gone, which this raises, or a folder above the target was deleted just now.
                self.status(source)
        raise BlockingIOError(errno.EAGAIN, "folders above it are deleted again and again", target[-1])


class DescriptorFolder(RootedFolder):
    """A rooted folder for systems that open files relative to an open directory (Linux, macOS, BSD)."""

    def open_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that reads a regular file."""
        with self._parent(path) as (parent, name):
            try:
                descriptor = os.open(name, _READ, dir_fd=parent)
            except OSError:
                _refuse_link(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
                raise
        return _checked_regular(descriptor, path)

    def create_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that writes a new file, making the folders above it."""
        with self._parent(path, create=True) as (parent, name):
            return os.open(name, _CREATE, 0o666, dir_fd=parent)

    def status(self, path: ArtifactPath) -> os.stat_result:
        """Return what the system knows of a file or folder."""
        with self._parent(path) as (parent, name):
            status = os.stat(name, dir_fd=parent, follow_symlinks=False)
        _refuse_link(status, path)
        return status

    def scan(self, path: ArtifactPath) -> list[FolderEntry]:
        """Return what a folder holds, in no particular order."""
        with self._opened(path) as folder:
            return _entries(folder)

    def make_folder(self, path: ArtifactPath) -> None:
        """Make a folder and those above it, durably; those that are there already stay."""
        with self._opened(path, create=True):
            pass

    def delete_tree(self, path: ArtifactPath) -> None:
        """Delete a file, a link (not what it leads to), or a folder with all under it."""
        with self._parent(path) as (parent, name):
            if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
                shutil.rmtree(name, dir_fd=parent)
            else:
                os.unlink(name, dir_fd=parent)

    def synchronize(self, path: ArtifactPath) -> None:
        """Make the names in a folder durable."""
        with self._opened(path) as folder:
            os.fsync(folder)

    def _replace(self, source: ArtifactPath, target: ArtifactPath) -> None:
        with (
            self._parent(source) as (source_parent, source_name),
            self._parent(target, create=True) as (target_parent, target_name),
        ):
            os.replace(source_name, target_name, src_dir_fd=source_parent, dst_dir_fd=target_parent)

    @contextlib.contextmanager
    def _parent(self, path: ArtifactPath, *, create: bool = False) -> Iterator[tuple[int, str]]:
        """Open the folder that holds a path, and give the last name beside it."""
        _check_names(path)
        with self._opened(path[:-1], create=create) as parent:
            yield parent, path[-1]

    @contextlib.contextmanager
    def _opened(self, path: ArtifactPath, *, create: bool = False) -> Iterator[int]:
        """Open a folder, from the root down, name by name."""
        _check_names(path)
        current = os.open(self.root, _DIRECTORY)
        try:
            for name in path:
                below = self._step(current, name, path, create=create)
                os.close(current)
                current = below
            yield current
        finally:
            os.close(current)

    @staticmethod
    def _step(folder: int, name: str, path: ArtifactPath, *, create: bool) -> int:
        """Open the folder of this name in an open folder."""
        with contextlib.suppress(FileNotFoundError):
            return _open_folder(folder, name, path)
        if create:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=folder)
            # Also if somebody else made it just now: this caller may answer before the other has synchronised.
            os.fsync(folder)
        return _open_folder(folder, name, path)


class ResolvingFolder(RootedFolder):
    """A rooted folder for systems that only know whole paths (Windows)."""

    def open_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that reads a regular file."""
        for _ in range(_ATTEMPTS):
            with contextlib.ExitStack() as opened:
                descriptor = _checked_regular(os.open(self._place(path), _READ), path)
                opened.callback(os.close, descriptor)
                # A link that came in between the look and the opening shows here; a new upload does too.
                if os.path.samestat(os.fstat(descriptor), os.lstat(self._place(path))):
                    opened.pop_all()
                    return descriptor
        raise BlockingIOError(errno.EAGAIN, "the file is replaced again and again", path[-1])

    def create_file(self, path: ArtifactPath) -> int:
        """Return a descriptor that writes a new file, making the folders above it."""
        self.make_folder(path[:-1])
        return os.open(self._place(path), _CREATE, 0o666)

    def status(self, path: ArtifactPath) -> os.stat_result:
        """Return what the system knows of a file or folder."""
        return os.lstat(self._place(path))

    def scan(self, path: ArtifactPath) -> list[FolderEntry]:
        """Return what a folder holds, in no particular order."""
        return _entries(self._place(path))

    def make_folder(self, path: ArtifactPath) -> None:
        """Make a folder and those above it, durably; those that are there already stay."""
        for length in range(1, len(path) + 1):
            place = self._place(path[:length])
            try:
                place.mkdir()
            except FileExistsError:
                if not stat.S_ISDIR(os.lstat(place).st_mode):
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path[-1]) from None
            else:
                self.synchronize(path[: length - 1])

    def delete_tree(self, path: ArtifactPath) -> None:
        """Delete a file, a link (not what it leads to), or a folder with all under it."""
        _check_names(path)
        place = self._place(path[:-1]) / path[-1]
        status = os.lstat(place)
        if stat.S_ISDIR(status.st_mode) and not _is_link(status):
            shutil.rmtree(place)
        else:
            place.unlink()

    def synchronize(self, path: ArtifactPath) -> None:
        """Make the names in a folder durable, where the system has a call for it."""
        if os.name != "nt":
            descriptor = os.open(self._place(path), _DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _replace(self, source: ArtifactPath, target: ArtifactPath) -> None:
        self.make_folder(target[:-1])
        self._place(source).replace(self._place(target))

    def _place(self, path: ArtifactPath) -> Path:
        """Return the path as the system knows it, after a look at each name on the way."""
        _check_names(path)
        place = self.root
        for index, name in enumerate(path):
            place = place / name
            try:
                status = os.lstat(place)
            except FileNotFoundError:
                return self.root.joinpath(*path)
            _refuse_link(status, path)
            if index < len(path) - 1 and not stat.S_ISDIR(status.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)
        if not place.resolve().is_relative_to(self.root):
            raise _link_error(path)
        return place


def rooted_folder(root: Path) -> RootedFolder:
    """Return the strongest rooted folder that this system has calls for."""
    needed = {os.open, os.stat, os.mkdir, os.unlink, os.rename}
    if _NOT_FOLLOWED and needed <= os.supports_dir_fd and os.scandir in os.supports_fd:
        return DescriptorFolder(root)
    return ResolvingFolder(root)


def _check_names(path: ArtifactPath) -> None:
    """Refuse what are not names: the second ring, in case a path came here without being parsed."""
    for name in path:
        if name in ("", ".", "..") or any(character in "/\\\0" for character in name):
            raise InvalidParameter("artifact.invalid_path", f"Invalid path: {name!r} is not a name.", path=name)


def _open_folder(parent: int, name: str, path: ArtifactPath) -> int:
    """Open the folder of this name in an open folder, unless it is a link."""
    try:
        return os.open(name, _DIRECTORY | _NOT_FOLLOWED, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError:
        # Systems differ in the error for a link here, so it is looked at.
        _refuse_link(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
        raise


def _is_link(status: os.stat_result) -> bool:
    """Tell whether the name leads elsewhere."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _REPARSE_TAGS


def _refuse_link(status: os.stat_result, path: ArtifactPath) -> None:
    if _is_link(status):
        raise _link_error(path)


def _link_error(path: ArtifactPath) -> InvalidParameter:
    text = "/".join(path)
    return InvalidParameter(
        "artifact.symbolic_link",
        f"Invalid path {text!r}: it leads over a symbolic link, and the server follows none.",
        path=text,
    )


def _checked_regular(descriptor: int, path: ArtifactPath) -> int:
    """Return the descriptor if it reads a regular file, else close it and raise."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path[-1])
    raise FileNotFoundError(errno.ENOENT, "not a regular file", path[-1])


def _entries(folder: int | Path) -> list[FolderEntry]:
    """Return the regular files and folders in a folder."""
    found: list[FolderEntry] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # A file may be deleted between the listing and the look at it.
            with contextlib.suppress(FileNotFoundError):
                if entry.is_dir(follow_symlinks=False):
                    # On Windows a junction calls itself a folder.
                    if not (os.name == "nt" and _is_link(entry.stat(follow_symlinks=False))):
                        found.append(FolderEntry(entry.name, is_directory=True, size=None))
                elif entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    found.append(FolderEntry(entry.name, is_directory=False, size=size))
    return found
