"""A cluster of Ray, or a Ray of its own on this machine, that runs functions: each with what it reports meanwhile."""

import contextlib
import logging
import math
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self

from trialog.errors import ConfigurationError, ConnectionFailed, require
from trialog.projects.ray_config import RayConfig
from trialog.projects.ray_worker import Assignment, RayWorker

_TAKE_SECONDS: Final = 1.0
_FIRST_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 15.0
_LONGEST_FAULT: Final = 1000
# Projects exchange nothing by Ray's memory, which it would make a third of the machine's.
_OBJECT_STORE_BYTES: Final = 128 * 1024 * 1024
# What no project runs with, and what would make each run's files other ones.
_NEVER_SENT: Final = (".git", ".venv", "venv", "__pycache__", "mlruns", "mlartifacts", ".trialog")
_SETTINGS: Final = {
    # Ray tells its makers of each start, unless it is told not to.
    "RAY_USAGE_STATS_ENABLED": "0",
    # What git ignores a project may need all the same, such as its data.
    "RAY_RUNTIME_ENV_IGNORE_GITIGNORE": "1",
    # Under `uv run`, Ray would have each worker do the same.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}


class RayTask:
    """A function that runs on a node.

    Args:
        ray: The module.
        worker: What runs it there.
        say: Takes a sentence where it has to wait for a node.
        wanted: What it needs, as a sentence names it.
    """

    def __init__(self, ray: ModuleType, worker: Any, say: Callable[[str], None], wanted: str) -> None:
        self._ray = ray
        self._worker = worker
        self._say = say
        self._wanted = wanted
        self._has_begun = False
        self._has_ended = False
        self.is_stopped = False

    def reports(self) -> Iterator[Any]:
        """Hand out what the function reports, as it comes, until it has ended.

        Raises:
            ConnectionFailed: The node is gone (`project.ray_lost`).
        """
        while not self._has_ended:
            try:
                taken, self._has_ended = self._wait_for(self._worker.take.remote(_TAKE_SECONDS))
            except self._ray.exceptions.RayError as error:
                self._has_ended = True
                if not self.is_stopped:
                    raise _lost(error) from error
                return
            yield from taken

    def result(self) -> Any:
        """Return what the function returned; None if it was stopped and did not end by itself.

        Raises:
            ConnectionFailed: It raised something, or the node is gone (`project.ray_lost`).
        """
        try:
            return self._ray.get(self._worker.result.remote())
        except self._ray.exceptions.RayError as error:
            if self.is_stopped:
                return None
            raise _lost(error) from error

    def stop(self) -> None:
        """Stop the function; if it does not end within a while, its process is ended."""
        self.is_stopped = True
        has_ended = False
        with contextlib.suppress(self._ray.exceptions.RayError):
            if self._has_begun:
                answer = self._worker.stop.remote(_STOP_SECONDS)
                has_ended = self._ray.get(answer, timeout=2 * _STOP_SECONDS)
        if not has_ended:
            self._ray.kill(self._worker)

    def _wait_for(self, answer: Any) -> Any:
        if not self._has_begun:
            try:
                taken = self._ray.get(answer, timeout=_FIRST_SECONDS)
            except self._ray.exceptions.GetTimeoutError:
                self._say(f"Waiting for a node of Ray with {self._wanted} free")
                taken = self._ray.get(answer)
            self._has_begun = True
            return taken
        return self._ray.get(answer)


class RayCluster:
    """A connection to Ray; see `open`.

    Args:
        ray: The module.
        config: Where it is, and what each function gets.
        say: Takes a sentence where a function has to wait for a node.
    """

    def __init__(self, ray: ModuleType, config: RayConfig, say: Callable[[str], None]) -> None:
        self._ray = ray
        self._config = config
        self._say = say

    @classmethod
    def open(cls, config: RayConfig, say: Callable[[str], None], *, folder: Path | None = None) -> Self:
        """Connect to a cluster, or start a Ray of its own on this machine.

        Args:
            config: Where it is, and what each function gets.
            say: Takes a sentence where a function has to wait for a node.
            folder: Folder that is sent to the nodes, where functions run in it.

        Raises:
            MissingDependency: Ray is not installed.
            ConfigurationError: It cannot be started or reached (`project.ray_failed`).
        """
        for name, value in _SETTINGS.items():
            os.environ.setdefault(name, value)
        ray = require("ray", extra="ray")
        if ray.is_initialized():
            raise _failed("This process is connected to Ray already; call ray.shutdown() first.")
        sent = {} if folder is None else {"working_dir": str(folder), "excludes": [*_NEVER_SENT, *config.excludes]}
        own = {
            "address": "local",
            "num_cpus": max(1, math.ceil(config.num_cpus)),
            "resources": dict(config.resources),
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE_BYTES,
        }
        where = own if config.is_local else {"address": config.address}
        try:
            with _own_signals(), warnings.catch_warnings():
                # Ray warns of what it will change some day; nobody here can do anything about that.
                warnings.simplefilter("ignore")
                ray.init(**where, runtime_env=sent, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            place = "started" if config.is_local else f"reached at {config.address}"
            raise _failed(f"Ray could not be {place}: {str(error).strip()[-_LONGEST_FAULT:]}") from error
        cluster = cls(ray, config, say)
        try:
            cluster._check_size()
        except BaseException:
            cluster.close()
            raise
        return cluster

    def run(self, assignment: Assignment) -> RayTask:
        """Begin a function on a node, as soon as one has room for it.

        Args:
            assignment: The function; it is sent with all of Trialog that it is made of.
        """
        config = self._config
        with _sent_as_it_is(self._ray):
            worker = (
                self._ray.remote(RayWorker)
                .options(
                    num_cpus=config.num_cpus,
                    num_gpus=config.num_gpus,
                    resources=dict(config.resources),
                    max_restarts=0,
                    # One that takes, one that stops, and one to spare.
                    max_concurrency=3,
                )
                .remote(assignment)
            )
        return RayTask(self._ray, worker, self._say, self._wanted())

    def is_elsewhere(self) -> bool:
        """Tell whether a node is another machine than this one."""
        return not self._config.is_local and any(not _is_here(node["NodeManagerAddress"]) for node in self._nodes())

    def close(self) -> None:
        """Let go of the cluster, with all that runs for this process; a Ray of its own ends."""
        self._ray.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _nodes(self) -> list[Mapping[str, Any]]:
        return [node for node in self._ray.nodes() if node["Alive"]]

    def _check_size(self) -> None:
        """Refuse what no node of a Ray of its own will ever have, and say it of a cluster, which may grow."""
        wanted = {"CPU": self._config.num_cpus, "GPU": self._config.num_gpus, **self._config.resources}
        if any(
            all(node["Resources"].get(name, 0) >= value for name, value in wanted.items()) for node in self._nodes()
        ):
            return
        if self._config.is_local:
            raise _failed(f"This machine does not have {self._wanted()}. Name a cluster that has, by its address.")
        self._say(f"No node of the cluster has {self._wanted()}; waiting for one that has.")

    def _wanted(self) -> str:
        config = self._config
        parts = [("CPU", config.num_cpus), ("GPU", config.num_gpus), *config.resources.items()]
        return ", ".join(f"{value:g} {name}" for name, value in parts if value) or "nothing in particular"


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Keep who handles SIGTERM: Ray would end its processes at once, before what runs in them could be stopped."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if callable(handler) and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)


@contextlib.contextmanager
def _sent_as_it_is(ray: ModuleType) -> Iterator[None]:
    """Have Trialog's classes and functions sent whole, and not by name, so that the nodes need no Trialog."""
    package = sys.modules[__name__.partition(".")[0]]
    ray.cloudpickle.register_pickle_by_value(package)
    try:
        yield
    finally:
        ray.cloudpickle.unregister_pickle_by_value(package)


def _is_here(address: str) -> bool:
    """Tell whether an address is one of this machine: from there alone it can be reached as the sender."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Nothing is sent.
            probe.connect((address, 9))
            return bool(probe.getsockname()[0] == address)
    except OSError:
        return False


def _failed(sentence: str) -> ConfigurationError:
    return ConfigurationError("project.ray_failed", sentence)


def _lost(error: Exception) -> ConnectionFailed:
    said = str(error).strip()[-_LONGEST_FAULT:]
    return ConnectionFailed("project.ray_lost", f"What ran on the cluster of Ray did not come to its end: {said}")
