"""Several processes log to one run, by fork or side by side, and each point arrives once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.e2e.sdk.spooling import close_opened, new_run, opens, steps_on
from tests.servers import RunningServer, start_trialog
from trialog.sdk.spool.destination import RunDestination

PROGRAM = """
import os, sys, threading, warnings
from pathlib import Path
import msgspec
from trialog.remote.settings import Patience, connection_settings
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport

root, run = Path(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=SpooledRun)

def opens():
    return Transport(connection_settings(run.tracking_uri, {}, Patience(attempts=1)))

def log_points(log, first, count):
    for step in range(first, first + count):
        log.stream.log_point("loss", 1.0, 1000 + step, step)

spool = Spool(root)
"""
SIDE_BY_SIDE = """
log = spool.open_run(run, opens)
log_points(log, int(sys.argv[3]), 20_000)
left = spool.close(60)
assert not left, left
"""
FORKING = """
log = spool.open_run(run, opens)
log_points(log, 0, 5_000)
goes_on = threading.Event()
logged = 5_000

def log_on():
    global logged
    while not goes_on.is_set() or logged < 10_000:
        log_points(log, logged, 1)
        logged += 1

thread = threading.Thread(target=log_on)
thread.start()
children = []
for number in range(1, 4):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            own = spool.open_run(msgspec.structs.replace(run, writer=f"child{number}"), opens)
            log_points(own, number * 10_000_000, 2_000)
            code = 3 if spool.close(60) else 0
        finally:
            os._exit(code)
    children.append(child)
codes = [os.waitpid(child, 0)[1] for child in children]
goes_on.set()
thread.join()
left = spool.close(60)
assert not left and codes == [0, 0, 0], (left, codes)
print(logged)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    yield
    close_opened()


def test_two_processes_log_to_one_run(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    RunDestination(run, opens(server.url)).begun()
    processes = []
    for number, writer in enumerate(("first", "second")):
        own = msgspec.json.encode(msgspec.structs.replace(run, writer=writer)).decode()
        command = [sys.executable, "-c", PROGRAM + SIDE_BY_SIDE, str(tmp_path), own, str(number * 1_000_000)]
        processes.append(subprocess.Popen(command))
    assert [process.wait(120) for process in processes] == [0, 0]
    assert steps_on(server.url, run.run_id) == [*range(20_000), *range(1_000_000, 1_020_000)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_fork_while_another_thread_logs_loses_and_doubles_nothing(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    command = [sys.executable, "-c", PROGRAM + FORKING, str(tmp_path), msgspec.json.encode(run).decode()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=150)
    children = [step for number in range(1, 4) for step in range(number * 10_000_000, number * 10_000_000 + 2_000)]
    assert steps_on(server.url, run.run_id) == [*range(int(done.stdout)), *children]
    assert list(tmp_path.iterdir()) == []


LOADING = """
log = spool.open_run(run, opens)
before = set(sys.modules)
log_points(log, 0, 10)
log.add_content(b"hello", "hello.txt")
log.close("FINISHED", 9)
left = spool.close(60)
assert not left, left
print(sorted(set(sys.modules) - before))
"""


def test_what_sends_loads_nothing_that_a_fork_could_cut_off(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    command = [sys.executable, "-c", PROGRAM + LOADING, str(tmp_path), msgspec.json.encode(run).decode()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=150)
    assert done.stdout.strip() == "[]"


MEMORY = """
import gc, json
def memory():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
log = spool.open_run(run, opens)
log_points(log, 0, 1_000)
assert log.flush(60).is_nothing
before = memory()
log_points(log, 1_000, 1_000_000)
left = spool.close(120)
assert not left, left
print(memory() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read where Linux tells of it")
def test_a_million_points_take_little_memory(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    command = [sys.executable, "-c", PROGRAM + MEMORY, str(tmp_path), msgspec.json.encode(run).decode()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=200)
    assert int(done.stdout) < 50 * 1024
