"""Sees what this process opens, runs and reaches while a server in it is attacked, whatever its answers say."""

import mimetypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What running, unpickling or fetching something cannot do without; see Python's table of audit events.
_FORBIDDEN = (
    "pickle.find_class",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.link",
    "shutil.unpack_archive",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "urllib.Request",
    "ftplib.connect",
    "ctypes.dlopen",
    "sqlite3.enable_load_extension",
    "sqlite3.load_extension",
)
_ON_FILES = ("open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir", "os.truncate")
# Its own code, and the tables of media types that the operating system has.
_OWN_CODE = (
    *(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, Path(__file__).parents[2])),
    *map(str, mimetypes.knownfiles),
)


class _Watch:
    """What is looked for, and what was seen.

    Attributes:
        place: Folder within which files may be touched; None while nobody looks.
        seen: What happened that must not.
    """

    def __init__(self) -> None:
        self.place: str | None = None
        self.seen: list[tuple[str, str]] = []

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.place is None:
            return
        if event in _FORBIDDEN:
            self.seen.append((event, repr(arguments)))
        elif event in _ON_FILES:
            for argument in arguments[:2] if event == "os.rename" else arguments[:1]:
                self._look_at(event, argument)

    def _look_at(self, event: str, argument: object) -> None:
        if not isinstance(argument, str | bytes | os.PathLike):
            return
        name = os.fsdecode(argument)
        if not Path(name).is_absolute():
            # Opened below a folder that is open already: only a plain name cannot lead elsewhere.
            if ".." in name.replace("\\", "/").split("/") or "/" in name:
                self.seen.append((event, name))
            return
        if not name.startswith((str(self.place), *_OWN_CODE)) or "/../" in name:
            self.seen.append((event, name))


_watch = _Watch()
# There is no way to take a hook away again; it is deaf while nobody looks.
sys.addaudithook(_watch.hear)


@contextmanager
def watching(place: Path) -> Iterator[list[tuple[str, str]]]:
    """Look at what this process does until the block ends.

    Args:
        place: Folder within which it may touch files.

    Yields:
        What it does that no server should: event and arguments, of everything run, unpickled, reached over the
        network, or touched outside of the folder.
    """
    _watch.place, _watch.seen = str(place), []
    try:
        yield _watch.seen
    finally:
        _watch.place = None
