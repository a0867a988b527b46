"""What a backend gets, and what it gives back: a command of a project that runs somewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from trialog.projects.environment_plan import EnvironmentPlan


@dataclass(frozen=True, kw_only=True)
class Work:
    """One command of a project.

    Attributes:
        command: The command, as a shell takes it.
        folder: Folder of the project, which it runs in; a backend that runs elsewhere sends it there.
        variables: Variables that it gets beside those of the place it runs in.
        environment: What it runs in, made where it runs.
    """

    command: str
    folder: Path
    variables: Mapping[str, str]
    environment: EnvironmentPlan


class Job(Protocol):
    """A command that runs somewhere."""

    @property
    def tags(self) -> Mapping[str, str]:
        """What is to be known of the place it runs in, as tags of the run; all of them once there is output."""

    def output(self) -> Iterator[bytes]:
        """Hand out what the command writes, piece by piece as it comes, until it has ended."""

    def wait(self) -> int:
        """Wait until the command has ended and return its exit code; of one that a signal ended, minus its number."""

    def cancel(self) -> None:
        """Ask the command to end, and end it after a while if it does not."""


class Backend(Protocol):
    """A place that commands of projects run in; it is closed when the last of them has ended."""

    def start(self, work: Work) -> Job:
        """Begin a command.

        Args:
            work: The command.
        """

    def __enter__(self) -> Self:
        """Return the backend itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the place, whatever happened."""
