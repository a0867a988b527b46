"""What one client is measured by: a program in a process of its own, with the packages of that client.

Usage: `python client_program.py CLIENT TASK NUMBER`. It prints one line of JSON. Nothing of Trialog is imported but by
its own client.
"""

import json
import struct
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

# What a training computes between two points: it keeps its processor busy for most of the time.
_WORK = 20_000
_RATE = 1_000
_KEY = "loss"
_COMPUTED = 4


class Client(NamedTuple):
    """A client that is ready to log.

    Args:
        log: Logs a value at a step.
        end: Ends the run, and waits until all was handed over.
    """

    log: Callable[[float, int], object]
    end: Callable[[], object]


def begin_trialog() -> Client:
    """Log through `trialog`."""
    import trialog

    trialog.start_run()
    log_metric = trialog.log_metric
    return Client(lambda value, step: log_metric(_KEY, value, step), trialog.end_run)


def begin_mlflow(*, synchronous: bool = True) -> Client:
    """Log through `mlflow`."""
    import mlflow

    mlflow.start_run()

    def log(value: float, step: int) -> None:
        mlflow.log_metric(_KEY, value, step=step, synchronous=synchronous)

    return Client(log, mlflow.end_run)


def begin_mlflow_asynchronously() -> Client:
    """Log through `mlflow` in the background."""
    return begin_mlflow(synchronous=False)


def begin_wandb() -> Client:
    """Log through `wandb`, which writes to files."""
    import wandb

    run: Any = wandb.init(mode="offline", project="benchmark", dir=str(Path.cwd()))
    return Client(lambda value, step: run.log({_KEY: value}, step=step), run.finish)


def begin_aim() -> Client:
    """Log through `aim`, which writes to files."""
    import aim

    run: Any = aim.Run(repo=str(Path.cwd()), system_tracking_interval=None, log_system_params=False)
    return Client(lambda value, step: run.track(value, name=_KEY, step=step), run.close)


def begin_trackio() -> Client:
    """Log through `trackio`, which writes to a database of its own."""
    import trackio

    trackio.init(project="benchmark")
    return Client(lambda value, step: trackio.log({_KEY: value}, step=step), trackio.finish)


def begin_tensorboard() -> Client:
    """Log through the writer of TensorBoard."""
    from tensorboard.summary import Writer

    writer: Any = Writer(str(Path.cwd()))
    return Client(lambda value, step: writer.add_scalar(_KEY, value, step), writer.close)


def begin_nothing() -> Client:
    """Log nothing: the loop alone."""
    return Client(lambda value, step: None, lambda: None)


def begin_computing() -> Client:
    """Compute for about half as long as a call of `trialog` takes: what else the machine does shows in this too."""
    point = struct.Struct("<IqdqI")

    def compute(value: float, step: int) -> None:
        for _ in range(_COMPUTED):
            zlib.crc32(point.pack(1, step, value, step, 2))

    return Client(compute, lambda: None)


CLIENTS: dict[str, Callable[[], Client]] = {
    "trialog": begin_trialog,
    "mlflow": begin_mlflow,
    "mlflow, asynchronous": begin_mlflow_asynchronously,
    "wandb, offline": begin_wandb,
    "aim": begin_aim,
    "trackio": begin_trackio,
    "tensorboard": begin_tensorboard,
    "nothing": begin_nothing,
    "computing": begin_computing,
}


def time_calls(begin: Callable[[], Client], number: int) -> dict[str, float]:
    """Log points one after the other, and return what the calls took, in microseconds.

    Args:
        begin: Begins a run.
        number: How many points.
    """
    client = begin()
    clock = time.perf_counter_ns
    taken = []
    for step in range(number):
        before = clock()
        client.log(1 / (step + 1), step)
        taken.append(clock() - before)
    ended = clock()
    client.end()
    taken.sort()
    return {
        "median": taken[number // 2] / 1000,
        "p99": taken[int(number * 0.99)] / 1000,
        "p99.9": taken[int(number * 0.999)] / 1000,
        "most": taken[-1] / 1000,
        "end_seconds": (clock() - ended) / 1e9,
    }


def log_much(begin: Callable[[], Client], number: int) -> dict[str, float]:
    """Log points as fast as they go, and return the seconds and by how many MiB the process grew.

    Args:
        begin: Begins a run.
        number: How many points.
    """
    client = begin()
    # The first point loads what is loaded late.
    client.log(1.0, 0)
    grown = _Memory()
    began = time.perf_counter()
    for step in range(1, number):
        client.log(1 / step, step)
        if step % 1000 == 0:
            grown.look()
    logged = time.perf_counter() - began
    client.end()
    grown.look()
    return {"logged_seconds": logged, "seconds": time.perf_counter() - began, "mebibytes": grown.most}


def work_and_log(begin: Callable[[], Client], number: int) -> dict[str, float]:
    """Compute, log a point, compute again, a thousand times a second.

    Args:
        begin: Begins a run.
        number: How many points.

    Returns:
        Seconds of the processor: of the process, of its other threads alone, and those that the calls took.
    """
    client = begin()
    client.log(1.0, 0)
    for step in range(1, _RATE):
        client.log(_work(), step)
    # Of this thread alone: what a call waits for is not spent.
    spent = time.thread_time
    calls = 0.0
    own, whole = spent(), time.process_time()
    next_point = time.perf_counter()
    for step in range(_RATE, _RATE + number):
        value = _work()
        before = spent()
        client.log(value, step)
        calls += spent() - before
        next_point += 1 / _RATE
        time.sleep(max(0.0, next_point - time.perf_counter()))
    whole, own = time.process_time() - whole, spent() - own
    client.end()
    return {"seconds": whole, "others": whole - own, "calls": calls}


def time_import(name: str, number: int) -> dict[str, float]:
    """Import the package of a client once, and return how long it took until that was done, and until it can be used.

    Args:
        name: Name of the client.
        number: Counts for nothing.

    Returns:
        Milliseconds: of the import, and with what is loaded only when somebody asks for the first function.
    """
    del number
    package = name.partition(",")[0]
    function = {"trialog": "start_run", "mlflow": "start_run", "wandb": "init", "aim": "Run", "trackio": "init"}
    began = time.perf_counter()
    module = __import__(package)
    imported = time.perf_counter()
    if package in function:
        getattr(module, function[package])
    else:
        __import__("tensorboard.summary")
    return {"import": (imported - began) * 1000, "use": (time.perf_counter() - began) * 1000}


def _work() -> float:
    total = 0.0
    for number in range(_WORK):
        total += number
    return total


class _Memory:
    """By how much this process grew, in MiB."""

    def __init__(self) -> None:
        self._first = _resident()
        self.most = 0.0

    def look(self) -> None:
        self.most = max(self.most, _resident() - self._first)


def _resident() -> float:
    import psutil

    # Pages of files that are mapped are the system's to take back.
    memory = psutil.Process().memory_info()
    return (memory.rss - getattr(memory, "shared", 0)) / 2**20


def main() -> None:
    """Do one task, and print what it took."""
    name, task, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if task == "import":
        measured = time_import(name, number)
    else:
        do = {"calls": time_calls, "much": log_much, "work": work_and_log}[task]
        measured = do(CLIENTS[name], number)
    print("\n" + json.dumps(measured))


if __name__ == "__main__":
    main()
