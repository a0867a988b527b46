"""What sensors read: files as systems write them, and this machine as psutil sees it."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from trialog.sdk.system_metrics.control_group import memory_limit, processor_limit
from trialog.sdk.system_metrics.graphics import amd_sensors, nvidia_sensors
from trialog.sdk.system_metrics.linux import Memory, Network, Processors, linux_sensors
from trialog.sdk.system_metrics.portable import psutil_sensors
from trialog.sdk.system_metrics.sensor import NotMeasured, Sensor

MEGABYTE = 1_000_000
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of itself")


def write(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


MEMINFO = "MemTotal:       8000000 kB\nMemFree:         100000 kB\nMemAvailable:   6000000 kB\nBuffers: 1 kB\n"


@on_linux
def test_linux_says_of_itself_what_psutil_says() -> None:
    ours = {name: value for sensor in linux_sensors() for name, value in sensor.read().items()}
    theirs = {name: value for sensor in psutil_sensors(psutil) for name, value in sensor.read().items()}
    assert set(theirs) <= set(ours) | {"cpu_utilization_percentage"}
    machine = psutil.virtual_memory()
    if "system_memory_limit_megabytes" not in ours:
        assert ours["system_memory_usage_percentage"] == pytest.approx(machine.percent, abs=10)
    assert ours["process_memory_usage_megabytes"] == pytest.approx(theirs["process_memory_usage_megabytes"], rel=0.2)


def test_memory_is_that_of_the_machine_where_nothing_bounds_it(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/meminfo": MEMINFO})
    assert Memory(root).read() == {
        "system_memory_usage_megabytes": 2_000_000 * 1024 / MEGABYTE,
        "system_memory_usage_percentage": 25.0,
    }


@pytest.mark.parametrize("path", ["/", "/docker/abc", "/../up"])
def test_memory_is_what_a_container_of_version_2_may_use(tmp_path: Path, path: str) -> None:
    root = write(
        tmp_path,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": f"0::{path}\n",
            "sys/fs/cgroup/memory.max": "1000000000\n",
            "sys/fs/cgroup/memory.current": "700000000\n",
            "sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 200000000\nactive_file 7\n",
        },
    )
    assert Memory(root).read() == {
        "system_memory_limit_megabytes": 1000.0,
        "system_memory_usage_megabytes": 500.0,
        "system_memory_usage_percentage": 50.0,
    }


def test_memory_is_what_a_container_of_version_1_may_use(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000000\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "1100000000\n",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 5\ntotal_inactive_file 100000000\n",
        },
    )
    assert Memory(root).read()["system_memory_usage_percentage"] == 50.0


def test_the_tightest_bound_of_groups_within_each_other_counts(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/pod/container\n",
            "sys/fs/cgroup/pod/memory.max": "3000\n",
            "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/pod/container/memory.max": "max\n",
            "sys/fs/cgroup/pod/container/cpu.max": "max 100000\n",
        },
    )
    memory, processors = memory_limit(root, 10_000), processor_limit(root, 8)
    assert memory is not None
    assert memory.limit() == 3000
    assert processors is not None
    assert processors.cores() == 1.5
    # What the machine does not have is no bound.
    assert memory_limit(root, 3000) is None
    assert processor_limit(root, 1.5) is None


@pytest.mark.parametrize(
    "files",
    [
        {"proc/self/cgroup": "1:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"},
        {"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"},
        {"proc/self/cgroup": "rubbish\n::\n0::/a/b\n"},
        {},
    ],
)
def test_groups_that_bound_nothing_are_none(tmp_path: Path, files: dict[str, str]) -> None:
    root = write(tmp_path, files)
    assert memory_limit(root, 2**40) is None
    assert processor_limit(root, 64) is None


@on_linux
def test_processors_are_busy_by_what_a_container_may_use_of_them(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "2:cpuacct:/\n1:cpu:/\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpuacct/cpuacct.usage": "0\n",
        },
    )
    processors = Processors(root)
    # Far more than could have been used meanwhile.
    write(root, {"sys/fs/cgroup/cpuacct/cpuacct.usage": f"{10**15}\n"})
    assert processors.read() == {"cpu_limit_cores": 0.5, "cpu_utilization_percentage": 100.0}
    assert processors.read() == {"cpu_limit_cores": 0.5, "cpu_utilization_percentage": 0.0}


@on_linux
def test_processors_are_those_that_this_process_may_run_on(tmp_path: Path) -> None:
    mine = sorted(os.sched_getaffinity(0))
    other = max(mine) + 1

    def stat(busy: int, idle: int) -> str:
        lines = [f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0"]
        lines += [f"cpu{number} {busy} 0 0 {idle} 0 0 0 0 9 9" for number in mine]
        return "\n".join([*lines, f"cpu{other} 5 0 0 {idle * 50} 0 0 0 0 0 0", "intr 1 2 3"]) + "\n"

    root = write(tmp_path, {"proc/stat": stat(100, 100)})
    processors = Processors(root)
    # Nothing passed since.
    assert processors.read() == {}
    write(root, {"proc/stat": stat(130, 110)})
    assert processors.read() == {"cpu_utilization_percentage": 75.0}


def test_a_network_counts_what_comes_and_goes_without_the_loopback(tmp_path: Path) -> None:
    def counts(received: int, sent: int) -> dict[str, str]:
        head = "Inter-|   Receive  |  Transmit\n face |bytes    packets|bytes\n"
        rest = " 1 0 0 0 0 0 0 "
        lines = f"    lo:99999{rest}99999 1 0 0 0 0 0 0\n  eth0:{received}{rest}{sent} 1 0 0 0 0 0 0\n"
        return {"proc/net/dev": head + lines}

    root = write(tmp_path, counts(5_000_000, 1_000_000))
    network = Network(root)
    assert network.read() == {"network_receive_megabytes": 0.0, "network_transmit_megabytes": 0.0}
    write(root, counts(7_000_000, 1_500_000))
    assert network.read() == {"network_receive_megabytes": 2.0, "network_transmit_megabytes": 0.5}
    # The interface was taken away and came back.
    write(root, counts(1_000_000, 0))
    assert network.read() == {"network_receive_megabytes": 3.0, "network_transmit_megabytes": 0.5}


def values(sensors: list[Sensor]) -> dict[str, float]:
    found: dict[str, float] = {}
    for sensor in sensors:
        try:
            found |= sensor.read()
        except NotMeasured:
            continue
    return found


def test_cards_of_amd_are_read_from_what_their_driver_says(tmp_path: Path) -> None:
    card = "sys/class/drm/card{}/device/"
    files = {
        card.format(10) + "gpu_busy_percent": "7\n",
        card.format(2) + "gpu_busy_percent": "93\n",
        card.format(2) + "mem_info_vram_used": "4000000000\n",
        card.format(2) + "mem_info_vram_total": "16000000000\n",
        card.format(2) + "hwmon/hwmon3/power1_average": "150000000\n",
        card.format(2) + "hwmon/hwmon3/power1_cap": "300000000\n",
        "sys/class/drm/card0/device/vendor": "0x8086\n",
        "sys/class/drm/card2-DP-1/status": "connected\n",
    }
    assert values(amd_sensors(write(tmp_path, files), first_number=1)) == {
        "gpu_1_memory_usage_percentage": 25.0,
        "gpu_1_memory_usage_megabytes": 4000.0,
        "gpu_1_utilization_percentage": 93.0,
        "gpu_1_power_usage_watts": 150.0,
        "gpu_1_power_usage_percentage": 50.0,
        "gpu_2_utilization_percentage": 7.0,
    }
    assert amd_sensors(tmp_path / "elsewhere") == []


class Unsupported(Exception):
    pass


def test_cards_of_nvidia_are_read_as_far_as_they_can_be() -> None:
    def unsupported(card: int) -> int:
        if card == 1:
            raise Unsupported
        return 75_000

    # There is no card where tests run: what its driver answers is written here.
    library: Any = SimpleNamespace(
        NVMLError_NotSupported=Unsupported,
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda number: number,
        nvmlDeviceGetMemoryInfo=lambda card: SimpleNamespace(used=10_000_000 * (card + 1), total=40_000_000),
        nvmlDeviceGetUtilizationRates=lambda card: SimpleNamespace(gpu=50 + card),
        nvmlDeviceGetPowerUsage=unsupported,
        nvmlDeviceGetEnforcedPowerLimit=lambda card: 300_000,
    )
    assert values(nvidia_sensors(library)) == {
        "gpu_0_memory_usage_percentage": 25.0,
        "gpu_0_memory_usage_megabytes": 10.0,
        "gpu_0_utilization_percentage": 50.0,
        "gpu_0_power_usage_watts": 75.0,
        "gpu_0_power_usage_percentage": 25.0,
        "gpu_1_memory_usage_percentage": 50.0,
        "gpu_1_memory_usage_megabytes": 20.0,
        "gpu_1_utilization_percentage": 51.0,
    }
