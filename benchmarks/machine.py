"""What the machine is and what its disk does, without which no figure means anything."""

import os
import platform
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SYNC_WRITES = 500
SYNC_SECONDS = 2.0
PAGE = bytes(4096)


@dataclass(frozen=True)
class SyncCost:
    """What it costs to bring 4 KiB to the disk, one after the other.

    Attributes:
        microseconds: Median of one write and sync.
        rate: How many per second.
    """

    microseconds: float
    rate: float


def describe(directory: Path) -> list[tuple[str, str]]:
    """Return what the machine is, as names and values; the machine's own name is not among them.

    Args:
        directory: Where the stores lie; the file system under it is named.
    """
    return [
        ("CPU", f"{_cpu_model()}, {os.cpu_count()} cores"),
        ("memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("file system of the stores", _file_system(directory)),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
    ]


def measure_sync(directory: Path) -> SyncCost:
    """Append pages to a file and sync each, at most 500 of them and for at most two seconds.

    Args:
        directory: Where the file is written and removed again.
    """
    # macOS has no fdatasync.
    sync = getattr(os, "fdatasync", os.fsync)
    path = directory / "sync-cost"
    costs: list[float] = []
    with path.open("wb", buffering=0) as file:
        end = time.perf_counter() + SYNC_SECONDS
        while len(costs) < SYNC_WRITES and (begin := time.perf_counter()) < end:
            file.write(PAGE)
            sync(file.fileno())
            costs.append(time.perf_counter() - begin)
    path.unlink()
    return SyncCost(statistics.median(costs) * 1e6, len(costs) / sum(costs))


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _file_system(directory: Path) -> str:
    place = directory.resolve()
    mounts = [mount for mount in psutil.disk_partitions(all=True) if place.is_relative_to(mount.mountpoint)]
    return max(mounts, key=lambda mount: len(mount.mountpoint)).fstype if mounts else "unknown"
