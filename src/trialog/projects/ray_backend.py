"""Runs commands of projects on Ray: on a cluster, or on a Ray of its own on this machine."""

import os
import signal
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Final, Self

from trialog.errors import ConfigurationError, InvalidParameter
from trialog.projects.execution import Work
from trialog.projects.ray_cluster import RayCluster, RayTask
from trialog.projects.ray_command import NODE, OUTPUT, SAID, CommandAssignment
from trialog.projects.ray_config import RayConfig, read_ray_config

NODE_TAG: Final = "trialog.project.node"
_TRACKING: Final = "MLFLOW_TRACKING_"
_TRACKING_URI: Final = "MLFLOW_TRACKING_URI"
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104  nothing listens there


class RayJob:
    """A command that runs on a node of Ray.

    Args:
        task: What runs it there.
        say: Takes sentences on what is being done there.
    """

    def __init__(self, task: RayTask, say: Callable[[str], None]) -> None:
        self._task = task
        self._say = say
        self._node: str | None = None
        self._code: int | None = None

    @property
    def tags(self) -> Mapping[str, str]:
        """The node; known once there is output."""
        return MappingProxyType({} if self._node is None else {NODE_TAG: self._node})

    def output(self) -> Iterator[bytes]:
        """Hand out what the command writes, piece by piece as it comes, until it has ended.

        Raises:
            ConnectionFailed: The node is gone (`project.ray_lost`).
        """
        for word, content in self._task.reports():
            if word == OUTPUT:
                yield content
            elif word == SAID:
                self._say(content)
            elif word == NODE:
                self._node = content
                self._say(f"The node {content} of Ray runs it.")

    def wait(self) -> int:
        """Return the exit code of the command, which has handed out all it wrote.

        Raises:
            ConfigurationError: It could not be begun there (`project.environment_not_made`,
                `project.tracking_unreachable`, `project.not_started`).
        """
        if self._code is None:
            outcome = self._task.result()
            if isinstance(outcome, tuple):
                raise ConfigurationError(*outcome)
            self._code = -signal.SIGTERM if outcome is None else outcome
        return self._code

    def cancel(self) -> None:
        """Ask the command to end, and end it after a while if it does not."""
        self._task.stop()


class RayBackend:
    """Ray; see `open`.

    Args:
        config: Where it is, and what each command gets.
        say: Takes sentences on what is being done.
    """

    def __init__(self, config: RayConfig, say: Callable[[str], None]) -> None:
        self._config = config
        self._say = say
        self._cluster: RayCluster | None = None

    @classmethod
    def open(cls, config: str | None, say: Callable[[str], None]) -> Self:
        """Return Ray as it is configured; it is started or reached with the command, whose files are sent there.

        Args:
            config: A JSON object, or the path of a file with one; None for a Ray of its own with one core.
            say: Takes sentences on what is being done.

        Raises:
            InvalidParameter: It is no such thing (`project.ray_config_invalid`).
        """
        return cls(read_ray_config(config), say)

    def start(self, work: Work) -> RayJob:
        """Begin a command.

        Args:
            work: The command.

        Raises:
            ConfigurationError: Ray cannot be started or reached (`project.ray_failed`), or the nodes cannot reach the
                tracking server (`project.tracking_unreachable`).
        """
        where = "on this machine" if self._config.is_local else f"at {self._config.address}"
        self._say(f"Sending {work.folder} to Ray {where}")
        self._cluster = RayCluster.open(self._config, self._say, folder=work.folder)
        variables = {**self._passed_on(), **work.variables}
        self._check_tracking(variables.get(_TRACKING_URI, ""), self._cluster)
        assignment = CommandAssignment(replace(work, variables=variables), str(work.folder))
        return RayJob(self._cluster.run(assignment), self._say)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of Ray."""
        if self._cluster is not None:
            self._cluster.close()

    def _passed_on(self) -> dict[str, str]:
        missing = [name for name in self._config.variables if name not in os.environ]
        if missing:
            raise InvalidParameter(
                "project.ray_config_invalid",
                f"The configuration of the backend ray names the variable {missing[0]!r}, which is not set.",
                fault=missing[0],
            )
        named = self._config.variables
        return {name: value for name, value in os.environ.items() if name.startswith(_TRACKING) or name in named}

    def _check_tracking(self, uri: str, cluster: RayCluster) -> None:
        """Refuse an address of the tracking server that means another machine on a node."""
        parts = urllib.parse.urlsplit(uri)
        if self._config.is_local or (parts.hostname is not None and parts.hostname not in _HERE):
            return
        if cluster.is_elsewhere():
            what = f"{parts.hostname} is each node itself" if parts.hostname else "the nodes cannot open that"
            raise ConfigurationError(
                "project.tracking_unreachable",
                f"The run is tracked at {uri.split('@')[-1]}, and Ray's nodes are other machines: {what}. Start the "
                "server so that they reach it (--host 0.0.0.0), and give the address that they know it by "
                "(MLFLOW_TRACKING_URI).",
            )
