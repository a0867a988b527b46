"""Runs commands of projects on this machine."""

import os
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from trialog.errors import InvalidParameter
from trialog.projects.environments import make_environment
from trialog.projects.execution import Work
from trialog.projects.group_watch import GroupWatch
from trialog.projects.local_command import LocalJob, shell_argv


class LocalBackend:
    """This machine.

    Args:
        say: Takes sentences on what is being done.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._held = ExitStack()

    def start(self, work: Work) -> LocalJob:
        """Make the environment of a command, unless it is there already, and begin the command.

        Args:
            work: The command.

        Raises:
            InvalidParameter: It cannot be begun (`project.not_started`), or the environment cannot be made.
        """
        environment = make_environment(work.environment, self._say)
        variables = environment.variables({**os.environ, **work.variables})
        try:
            job = LocalJob(environment.command(shell_argv(work.command)), work.folder, variables)
            self._held.callback(job.cancel)
            # Whoever kills this process at once leaves no training behind.
            self._held.enter_context(GroupWatch(job.pid))
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise InvalidParameter(
                "project.not_started", f"The command could not be begun in {str(work.folder)!r}: {error}."
            ) from error
        return job

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what still runs, because something went wrong."""
        self._held.close()
