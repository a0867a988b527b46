"""What graphics cards do: NVIDIA's through the package nvidia-ml-py, AMD's through what the driver of Linux says."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from trialog.sdk.system_metrics.sensor import MEGABYTE, NotMeasured, Sensor

_CARD = re.compile(r"card\d+")
_MICROWATT = 1_000_000
_MILLIWATT = 1000


def nvidia_sensors(nvml: ModuleType) -> list[Sensor]:
    """Return the sensors of NVIDIA's cards.

    Args:
        nvml: The package pynvml, set up already.
    """
    sensors = []
    for number in range(nvml.nvmlDeviceGetCount()):
        card = nvml.nvmlDeviceGetHandleByIndex(number)
        for what, measure in (("memory", _nvidia_memory), ("use", _nvidia_use), ("power", _nvidia_power)):
            sensors.append(Sensor(f"{what} of graphics card {number}", _nvidia_reader(nvml, measure, card, number)))
    return sensors


def _nvidia_reader(
    nvml: ModuleType, measure: Callable[[Any, Any], Mapping[str, float]], card: object, number: int
) -> Callable[[], Mapping[str, float]]:
    def read() -> Mapping[str, float]:
        try:
            found = measure(nvml, card)
        except nvml.NVMLError_NotSupported as error:
            raise NotMeasured from error
        return {f"gpu_{number}_{name}": value for name, value in found.items()}

    return read


def _nvidia_memory(nvml: Any, card: object) -> Mapping[str, float]:
    memory = nvml.nvmlDeviceGetMemoryInfo(card)
    return {
        "memory_usage_percentage": memory.used / memory.total * 100,
        "memory_usage_megabytes": memory.used / MEGABYTE,
    }


def _nvidia_use(nvml: Any, card: object) -> Mapping[str, float]:
    return {"utilization_percentage": float(nvml.nvmlDeviceGetUtilizationRates(card).gpu)}


def _nvidia_power(nvml: Any, card: object) -> Mapping[str, float]:
    used, limit = nvml.nvmlDeviceGetPowerUsage(card), nvml.nvmlDeviceGetEnforcedPowerLimit(card)
    return {"power_usage_watts": used / _MILLIWATT, "power_usage_percentage": used / limit * 100}


def amd_sensors(root: Path, first_number: int = 0) -> list[Sensor]:
    """Return the sensors of AMD's cards.

    Args:
        root: Root of the file system.
        first_number: Number of the first card, behind those of other makers.
    """
    folder = root / "sys" / "class" / "drm"
    cards = [path for path in folder.iterdir() if _CARD.fullmatch(path.name)] if folder.is_dir() else []
    devices = [
        card / "device"
        for card in sorted(cards, key=lambda path: int(path.name.removeprefix("card")))
        if (card / "device" / "gpu_busy_percent").is_file()
    ]
    sensors = []
    for number, device in enumerate(devices, first_number):
        for what, measure in (("memory", _amd_memory), ("use", _amd_use), ("power", _amd_power)):
            sensors.append(Sensor(f"{what} of graphics card {number}", _amd_reader(measure, device, number)))
    return sensors


def _amd_reader(
    measure: Callable[[Path], Mapping[str, float]], device: Path, number: int
) -> Callable[[], Mapping[str, float]]:
    def read() -> Mapping[str, float]:
        try:
            found = measure(device)
        except FileNotFoundError as error:
            raise NotMeasured from error
        return {f"gpu_{number}_{name}": value for name, value in found.items()}

    return read


def _amd_memory(device: Path) -> Mapping[str, float]:
    used, total = _number(device / "mem_info_vram_used"), _number(device / "mem_info_vram_total")
    return {"memory_usage_percentage": used / total * 100, "memory_usage_megabytes": used / MEGABYTE}


def _amd_use(device: Path) -> Mapping[str, float]:
    return {"utilization_percentage": float(_number(device / "gpu_busy_percent"))}


def _amd_power(device: Path) -> Mapping[str, float]:
    monitors = sorted((device / "hwmon").iterdir())
    for monitor in monitors:
        # Newer drivers say what is used now, older ones the mean of a moment.
        for name in ("power1_average", "power1_input"):
            if (monitor / name).is_file():
                used = _number(monitor / name)
                found = {"power_usage_watts": used / _MICROWATT}
                if (monitor / "power1_cap").is_file() and (limit := _number(monitor / "power1_cap")):
                    found["power_usage_percentage"] = used / limit * 100
                return found
    raise NotMeasured


def _number(path: Path) -> int:
    return int(path.read_text(encoding="utf-8"))
