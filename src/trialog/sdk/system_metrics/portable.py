"""What any system says: of disk and of this process by itself, and of the rest through the package psutil."""

import os
import shutil
import time
from collections.abc import Mapping
from types import ModuleType
from typing import Final

from trialog.sdk.system_metrics.sensor import MEGABYTE, Sensor

_LOOPBACKS: Final = ("lo", "Loopback")


def disk_usage() -> Mapping[str, float]:
    """Return how full the disk is on which the system lies."""
    usage = shutil.disk_usage(os.sep)
    # What only administrators may fill belongs to nobody.
    return {
        "disk_usage_percentage": usage.used / (usage.used + usage.free) * 100,
        "disk_usage_megabytes": usage.used / MEGABYTE,
        "disk_available_megabytes": usage.free / MEGABYTE,
    }


class ProcessTime:
    """How busy this process is: 100 % is one processor."""

    def __init__(self) -> None:
        self._before = (time.process_time(), time.monotonic())

    def read(self) -> Mapping[str, float]:
        """Return the time of processors that was used since the last reading, by the time that passed."""
        before, self._before = self._before, (time.process_time(), time.monotonic())
        used, passed = self._before[0] - before[0], self._before[1] - before[1]
        return {"process_cpu_utilization_percentage": used / passed * 100} if passed > 0 else {}


def psutil_sensors(psutil: ModuleType) -> list[Sensor]:
    """Return the sensors of a machine on which psutil is installed.

    Args:
        psutil: The package.
    """
    process = psutil.Process()
    network = _Network(psutil)
    # The first answer says how busy it was since some other time.
    psutil.cpu_percent()

    def memory() -> Mapping[str, float]:
        found = psutil.virtual_memory()
        used = found.total - found.available
        return {
            "system_memory_usage_megabytes": used / MEGABYTE,
            "system_memory_usage_percentage": used / found.total * 100,
        }

    return [
        Sensor("processors", lambda: {"cpu_utilization_percentage": psutil.cpu_percent()}),
        Sensor("memory", memory),
        Sensor(
            "memory of this process",
            lambda: {"process_memory_usage_megabytes": process.memory_info().rss / MEGABYTE},
        ),
        Sensor("network", network.read, is_count=True),
    ]


class _Network:
    def __init__(self, psutil: ModuleType) -> None:
        self._psutil = psutil
        self._before = self._counts()

    def read(self) -> Mapping[str, float]:
        received, sent = (now - before for now, before in zip(self._counts(), self._before, strict=True))
        return {
            "network_receive_megabytes": max(received, 0) / MEGABYTE,
            "network_transmit_megabytes": max(sent, 0) / MEGABYTE,
        }

    def _counts(self) -> tuple[int, int]:
        found = self._psutil.net_io_counters(pernic=True)
        counted = [counts for name, counts in found.items() if not name.startswith(_LOOPBACKS)]
        return sum(counts.bytes_recv for counts in counted), sum(counts.bytes_sent for counts in counted)
