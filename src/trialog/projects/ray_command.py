"""Runs a command of a project on a node of Ray. It is sent there as it is, so that the node needs no Trialog."""

import os
import platform
import re
import shutil
import signal
import socket
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from trialog.errors import TrialogError
from trialog.projects.environment_plan import EnvironmentPlan
from trialog.projects.environments import make_environment
from trialog.projects.execution import Work
from trialog.projects.group_watch import GroupWatch
from trialog.projects.local_command import LocalJob, shell_argv

_CONNECT_SECONDS: Final = 10.0


NODE: Final = "node"
SAID: Final = "said"
OUTPUT: Final = "output"
# Plain values come back, because a class that was sent is another one there.
Report: TypeAlias = tuple[str, str | bytes]
Outcome: TypeAlias = int | tuple[str, str]


@dataclass(frozen=True)
class CommandAssignment:
    """A command that is to run on a node, in the folder that was sent there.

    Attributes:
        work: The command.
        folder: The project's folder, as the command names it.
    """

    work: Work
    folder: str

    def __call__(self, report: Callable[[Report], None], stopping: Callable[[Callable[[], None]], None]) -> Outcome:
        """Run the command.

        Args:
            report: Takes the name of the node, sentences, and what the command writes, each behind the word for it.
            stopping: Takes what stops it.

        Returns:
            Its exit code, or the code and the sentence of the error why it could not be begun.
        """
        report((NODE, platform.node()))
        fault = unreachable(self.work.variables.get("MLFLOW_TRACKING_URI", ""))
        if fault is not None:
            return "project.tracking_unreachable", f"The node {platform.node()} {fault}"
        sent = Path.cwd()
        # The folder that Ray made is taken for all that send the same files.
        place = Path(tempfile.mkdtemp(prefix="trialog-project-"))
        try:
            folder = place / "project"
            shutil.copytree(sent, folder, symlinks=True)
            return self._run(folder, sent, report, stopping)
        except TrialogError as error:
            return error.code, error.message
        except (OSError, shutil.Error) as error:
            return "project.not_started", f"The command could not be begun on {platform.node()}: {error}."
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _run(
        self,
        folder: Path,
        sent: Path,
        report: Callable[[Report], None],
        stopping: Callable[[Callable[[], None]], None],
    ) -> int:
        is_stopped = False

        def stop() -> None:
            nonlocal is_stopped
            is_stopped = True

        # A stop while the environment is made counts when it is ready.
        stopping(stop)
        environment = make_environment(
            _moved(self.work.environment, Path(self.folder), folder), lambda sentence: report((SAID, sentence))
        )
        variables = environment.variables({**without_ray(dict(os.environ), str(sent)), **self.work.variables})
        if is_stopped:
            return -signal.SIGTERM
        command = in_folder(self.work.command, self.folder, str(folder))
        if hasattr(signal, "pthread_sigmask"):
            # Ray's processes take no Ctrl-C, and the command would come after them.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        job = LocalJob(environment.command(shell_argv(command)), folder, variables)
        try:
            with GroupWatch(job.pid, folder.parent):
                stopping(job.cancel)
                for piece in job.output():
                    report((OUTPUT, piece))
                return job.wait()
        except BaseException:
            job.kill()
            raise


def unreachable(tracking_uri: str) -> str | None:
    """Return why the tracking server cannot be reached from this machine, or None if it can.

    Args:
        tracking_uri: Address of the server.
    """
    parts = urllib.parse.urlsplit(tracking_uri)
    host = parts.hostname
    if host is None or (parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)):
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), _CONNECT_SECONDS).close()
    except OSError as error:
        return (
            f"cannot reach the tracking server at {parts.scheme}://{host}:{port}: {error}. Start the server so that "
            "the nodes reach it (--host), and give the address that they know it by (MLFLOW_TRACKING_URI)."
        )
    return None


def without_ray(variables: dict[str, str], sent: str) -> dict[str, str]:
    """Return variables so that Python does not import from the folder that Ray made of the sent files.

    Args:
        variables: The variables of Ray's process.
        sent: That folder.
    """
    paths = [path for path in variables.get("PYTHONPATH", "").split(os.pathsep) if path and path != sent]
    return {**variables, "PYTHONPATH": os.pathsep.join(paths)}


def in_folder(command: str, given: str, place: str) -> str:
    """Return a command with another folder in the place of the one that it names.

    Args:
        command: The command.
        given: The folder that it names.
        place: The other one.
    """
    return re.sub(rf"(?<![\w.-]){re.escape(given)}(?![\w.-])", lambda _: place, command)


def _moved(plan: EnvironmentPlan, given: Path, place: Path) -> EnvironmentPlan:
    file = plan.conda_file
    return replace(plan, folder=place, conda_file=None if file is None else place / file.relative_to(given))
