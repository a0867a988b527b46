"""Finds out what can be measured on this machine."""

import contextlib
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from trialog.errors import MissingDependency, TrialogError
from trialog.sdk.background import report_aside
from trialog.sdk.system_metrics.graphics import amd_sensors, nvidia_sensors
from trialog.sdk.system_metrics.linux import linux_sensors
from trialog.sdk.system_metrics.portable import ProcessTime, disk_usage, psutil_sensors
from trialog.sdk.system_metrics.sensor import Sensor


def load_packages() -> None:
    """Load the packages that `find_sensors` needs, if they are installed.

    Not in its thread: in a process that is forked meanwhile they would stay half loaded.
    """
    for name in ("pynvml",) if sys.platform == "linux" else ("pynvml", "psutil"):
        # Whatever is wrong with a package is told where it is used.
        with contextlib.suppress(Exception):
            import_module(name)


def find_sensors() -> list[Sensor]:
    """Return the sensors of this machine; what cannot be measured is warned of once and left out."""
    sensors = [Sensor("disk", disk_usage), Sensor("processors of this process", ProcessTime().read)]
    sensors += _found("machine", linux_sensors if sys.platform == "linux" else _with_psutil)
    cards = _found("graphics cards of NVIDIA", _nvidia)
    sensors += cards
    if sys.platform == "linux":
        numbers = len({sensor.name.rpartition(" ")[2] for sensor in cards})
        sensors += _found("graphics cards of AMD", lambda: amd_sensors(Path("/"), numbers))
    return sensors


def _found(what: str, find: Callable[[], list[Sensor]]) -> list[Sensor]:
    try:
        return find()
    except (OSError, ValueError, LookupError, AttributeError, RuntimeError) as error:
        # A driver, or a file of the system that is other than it should be.
        report_aside(sensor_failed(what, error))
        return []


def sensor_failed(what: str, error: Exception) -> TrialogError:
    """Return what is told where something cannot be measured.

    Args:
        what: The sensor.
        error: What it raised.
    """
    return TrialogError(
        "system_metrics.sensor_failed",
        f"System metrics are logged without some of them: the {what} cannot be measured ({error!r}). The training is "
        "not concerned.",
    )


def _with_psutil() -> list[Sensor]:
    try:
        # Optional, and slow to load.
        psutil = import_module("psutil")
    except ModuleNotFoundError:
        report_aside(
            MissingDependency(
                "system_metrics.psutil_missing",
                "System metrics are logged without processors, memory and network, for which this system needs the "
                "package psutil; install it with: pip install psutil",
            )
        )
        return []
    return psutil_sensors(psutil)


def _nvidia() -> list[Sensor]:
    try:
        # Optional, and of no use without a card.
        nvml = import_module("pynvml")
    except ImportError:
        return []
    try:
        nvml.nvmlInit()
        return nvidia_sensors(nvml)
    except (nvml.NVMLError_LibraryNotFound, nvml.NVMLError_DriverNotLoaded):
        # The package is often installed along with others where there is no card.
        return []
    except nvml.NVMLError as error:
        raise OSError(str(error)) from error
