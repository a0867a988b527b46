"""Threads that take work until they are shut down, also when a process ends."""

import os
import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from trialog.contracts.lasting_threads import LastingThreads


def test_what_a_call_returns_or_raises_comes_back() -> None:
    threads = LastingThreads(2, "t")
    assert threads.submit(divmod, 7, 2).result() == (3, 1)
    with pytest.raises(ZeroDivisionError, match="zero"):
        threads.submit(divmod, 1, 0).result()
    assert list(threads.map(str, range(50))) == [str(number) for number in range(50)]
    threads.shutdown()


def test_what_waits_is_done_before_the_threads_end() -> None:
    threads, gate = LastingThreads(1, "t"), threading.Event()
    first, second = threads.submit(gate.wait), threads.submit(str, 1)
    threads.shutdown(wait=False)
    with pytest.raises(RuntimeError, match="after shutdown"):
        threads.submit(str, 2)
    gate.set()
    threads.shutdown()
    assert (first.result(), second.result()) == (True, "1")


def test_what_nobody_began_with_can_be_left_undone() -> None:
    threads, gate, began = LastingThreads(1, "t"), threading.Event(), threading.Event()

    def wait() -> bool:
        began.set()
        return gate.wait()

    first, second = threads.submit(wait), threads.submit(str, 1)
    began.wait()
    threads.shutdown(wait=False, cancel_futures=True)
    gate.set()
    threads.shutdown()
    assert first.result()
    with pytest.raises(CancelledError, match=r"^$"):
        second.result()


AT_EXIT = """
import atexit
from trialog.contracts.lasting_threads import LastingThreads
threads = LastingThreads(1, "t")
atexit.register(lambda: print(threads.submit(str, "done at the very end").result()))
"""


def test_they_work_when_the_main_thread_has_ended() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", AT_EXIT], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "done at the very end"
