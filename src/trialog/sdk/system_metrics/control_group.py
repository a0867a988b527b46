"""What a container lets its processes use: limits of Linux' control groups, of both versions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MICROSECONDS: Final = 1_000_000
_NANOSECONDS: Final = 1_000_000_000


class MemoryLimit:
    """A bound on memory, and how much of it is used.

    Args:
        folder: The control group that sets it.
        version: Version of control groups, 1 or 2.
    """

    def __init__(self, folder: Path, version: int) -> None:
        self._limit = folder / ("memory.max" if version == 2 else "memory.limit_in_bytes")
        self._usage = folder / ("memory.current" if version == 2 else "memory.usage_in_bytes")
        self._parts = folder / "memory.stat"
        self._reclaimed = "inactive_file" if version == 2 else "total_inactive_file"

    def limit(self) -> int | None:
        """Return the bound in bytes; None where there is none."""
        return _whole_number(_text(self._limit))

    def used(self) -> int:
        """Return how much is used, without files that are only remembered and given up where memory is short.

        Raises:
            OSError: The system does not say it.
            ValueError: As above.
        """
        parts = dict(line.split(maxsplit=1) for line in self._parts.read_text().splitlines())
        return int(self._usage.read_text()) - int(parts.get(self._reclaimed, "0"))


class ProcessorLimit:
    """A bound on the time of processors, and how much was used.

    Args:
        folder: The control group that sets it.
        version: Version of control groups, 1 or 2.
        accounts: The control group that says how much was used.
    """

    def __init__(self, folder: Path, version: int, accounts: Path) -> None:
        self._folder = folder
        self._version = version
        self._accounts = accounts

    def cores(self) -> float | None:
        """Return how many processors' time may be used; None where there is no bound."""
        if self._version == 2:
            quota, _, period = _text(self._folder / "cpu.max").partition(" ")
        else:
            quota, period = _text(self._folder / "cpu.cfs_quota_us"), _text(self._folder / "cpu.cfs_period_us")
        allowed, of = _whole_number(quota), _whole_number(period)
        return allowed / of if allowed and of else None

    def used_seconds(self) -> float:
        """Return how much time of processors was used.

        Raises:
            OSError: The system does not say it.
            ValueError: As above.
        """
        if self._version == 1:
            return int((self._accounts / "cpuacct.usage").read_text()) / _NANOSECONDS
        for line in (self._accounts / "cpu.stat").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == "usage_usec":
                return int(value) / _MICROSECONDS
        raise ValueError("cpu.stat does not say usage_usec")


def memory_limit(root: Path, most: int) -> MemoryLimit | None:
    """Return the tightest bound on the memory of this process.

    Args:
        root: Root of the file system.
        most: Bytes that the machine has; a bound beyond it is none.
    """
    found = [
        (limit, bound)
        for folder, version, _ in _groups(root, "memory")
        if (limit := (bound := MemoryLimit(folder, version)).limit()) is not None and limit < most
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def processor_limit(root: Path, most: float) -> ProcessorLimit | None:
    """Return the tightest bound on the time of processors of this process.

    Args:
        root: Root of the file system.
        most: How many processors it may run on; a bound beyond it is none.
    """
    accounts = {path: folder for folder, _, path in _groups(root, "cpuacct")}
    found = []
    for folder, version, path in _groups(root, "cpu"):
        bound = ProcessorLimit(folder, version, folder if version == 2 else accounts.get(path, folder))
        cores = bound.cores()
        if cores is not None and cores < most:
            found.append((cores, bound))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _groups(root: Path, controller: str) -> Iterator[tuple[Path, int, str]]:
    """Yield the control group of this process and those around it, as far as they can be seen.

    Each as its folder, the version of control groups, and its path from the outermost one.
    """
    mounted = root / "sys" / "fs" / "cgroup"
    paths: dict[str, str] = {}
    for line in _text(root / "proc" / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        paths.update(dict.fromkeys(controllers.split(","), path))
    if controller in paths and (mounted / controller).is_dir():
        base, version, path = mounted / controller, 1, paths[controller]
    elif "" in paths:
        base, version, path = mounted, 2, paths[""]
    else:
        return
    names = [name for name in path.split("/") if name]
    # Inside a container the path may be that of the machine outside, where it leads nowhere here.
    if ".." in names or not base.joinpath(*names).is_dir():
        names = []
    for depth in range(len(names), -1, -1):
        yield base.joinpath(*names[:depth]), version, "/".join(names[:depth])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _whole_number(text: str) -> int | None:
    """Return a number of a file; None for what says that there is no bound, such as `max` and -1."""
    return int(text) if text.isascii() and text.isdigit() else None
