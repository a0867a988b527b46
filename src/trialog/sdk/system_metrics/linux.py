"""What Linux says of itself in files: it needs no package, and a fiftieth of a millisecond a file."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from trialog.sdk.system_metrics.control_group import memory_limit, processor_limit
from trialog.sdk.system_metrics.sensor import MEGABYTE, NotMeasured, Sensor

_KIBIBYTE: Final = 1024
_ROOT: Final = Path("/")
# Columns of /proc/stat: idle, and waiting for a disk. What guests use is told a second time behind the eighth.
_IDLE: Final = slice(3, 5)
_TIMES: Final = slice(0, 8)
_RECEIVED: Final = 0
_SENT: Final = 8


def linux_sensors(root: Path = _ROOT) -> list[Sensor]:
    """Return the sensors of a machine that runs Linux.

    Args:
        root: Root of the file system.
    """
    return [
        Sensor("processors", Processors(root).read),
        Sensor("memory", Memory(root).read),
        Sensor("memory of this process", ProcessMemory(root).read),
        Sensor("network", Network(root).read, is_count=True),
    ]


class Processors:
    """How busy the processors are that this process may use.

    Args:
        root: Root of the file system.
    """

    def __init__(self, root: Path = _ROOT) -> None:
        self._stat = root / "proc" / "stat"
        self._usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
        self._limit = processor_limit(root, len(self._usable))
        self._before = self._measure()

    def read(self) -> Mapping[str, float]:
        """Return the share of the time since the last reading in which they were busy."""
        before, self._before = self._before, self._measure()
        busy, passed = (after - earlier for after, earlier in zip(self._before, before, strict=True))
        cores = self._limit.cores() if self._limit is not None else None
        values = {} if cores is None else {"cpu_limit_cores": cores}
        if passed > 0:
            values["cpu_utilization_percentage"] = min(max(busy / passed * 100 / (cores or 1), 0.0), 100.0)
        return values

    def _measure(self) -> tuple[float, float]:
        """Return time in which processors were busy, and time that passed."""
        if self._limit is not None and self._limit.cores() is not None:
            return self._limit.used_seconds(), time.monotonic()
        usable = {f"cpu{number}" for number in self._usable}
        busy = passed = 0
        with self._stat.open(encoding="utf-8") as file:
            for line in file:
                name, *columns = line.split()
                if not name.startswith("cpu"):
                    break
                if name in usable:
                    times = [int(column) for column in columns]
                    passed += sum(times[_TIMES])
                    busy += sum(times[_TIMES]) - sum(times[_IDLE])
        return busy, passed


class Memory:
    """How much memory is used, of the machine or of what its container lets this process use.

    Args:
        root: Root of the file system.
    """

    def __init__(self, root: Path = _ROOT) -> None:
        self._information = root / "proc" / "meminfo"
        self._limit = memory_limit(root, self._machine()[1])

    def read(self) -> Mapping[str, float]:
        """Return how much is used."""
        values: dict[str, float] = {}
        limit = self._limit.limit() if self._limit is not None else None
        if self._limit is not None and limit:
            used, total = self._limit.used(), limit
            values["system_memory_limit_megabytes"] = limit / MEGABYTE
        else:
            used, total = self._machine()
        values["system_memory_usage_megabytes"] = used / MEGABYTE
        values["system_memory_usage_percentage"] = used / total * 100
        return values

    def _machine(self) -> tuple[int, int]:
        sizes: dict[str, int] = {}
        with self._information.open(encoding="utf-8") as file:
            for line in file:
                name, _, size = line.partition(":")
                if name in {"MemTotal", "MemAvailable"}:
                    sizes[name] = int(size.split()[0]) * _KIBIBYTE
                if len(sizes) == 2:
                    break
        return sizes["MemTotal"] - sizes["MemAvailable"], sizes["MemTotal"]


class ProcessMemory:
    """How much memory this process holds.

    Args:
        root: Root of the file system.
    """

    def __init__(self, root: Path = _ROOT) -> None:
        self._path = root / "proc" / "self" / "statm"
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")

    def read(self) -> Mapping[str, float]:
        """Return what of its memory is not on disk."""
        pages = int(self._path.read_text(encoding="utf-8").split()[1])
        return {"process_memory_usage_megabytes": pages * self._page_bytes / MEGABYTE}


class Network:
    """What went over the network since the beginning; what processes of this machine say to each other does not count.

    Args:
        root: Root of the file system.
    """

    def __init__(self, root: Path = _ROOT) -> None:
        self._path = root / "proc" / "net" / "dev"
        self._before = self._counts()
        self._received = self._sent = 0

    def read(self) -> Mapping[str, float]:
        """Return how much was received and sent."""
        counts = self._counts()
        if not counts:
            raise NotMeasured
        for name, (received, sent) in counts.items():
            earlier = self._before.get(name, (0, 0))
            # An interface that went and came back counts from 0 again.
            self._received += received - earlier[0] if received >= earlier[0] else received
            self._sent += sent - earlier[1] if sent >= earlier[1] else sent
        self._before = counts
        return {
            "network_receive_megabytes": self._received / MEGABYTE,
            "network_transmit_megabytes": self._sent / MEGABYTE,
        }

    def _counts(self) -> dict[str, tuple[int, int]]:
        counts = {}
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, colon, columns = line.rpartition(":")
            if colon and name.strip() != "lo":
                numbers = columns.split()
                counts[name.strip()] = (int(numbers[_RECEIVED]), int(numbers[_SENT]))
        return counts
