"""The command that began this process, so that it can be given again elsewhere."""

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.sdk.source.secrets import MASK, masked_command

LONGEST_COMMAND: Final = 8000
# Options of Python that take what follows.
_WITH_VALUE: Final = frozenset({"-X", "-W", "--check-hash-based-pycs"})


@dataclass(frozen=True)
class Invocation:
    """How this process was begun.

    Attributes:
        arguments: The command; `python` stands for the interpreter.
        folder: Where it was given, from the root of the repository on, with `/` between the names; `.` for the root,
            and where there is no repository.
    """

    arguments: tuple[str, ...]
    folder: str

    @property
    def text(self) -> str | None:
        """The command as a POSIX shell takes it, with secrets masked; None if it is too long."""
        text = shlex.join(masked_command(self.arguments))
        return text if len(text) <= LONGEST_COMMAND else None


def main_file() -> Path | None:
    """Return the file that this process runs, if it runs one."""
    name = sys.argv[0] if sys.argv else ""
    return Path(name) if name and name not in {"-c", "-m", "-"} else None


def invocation(root: Path | None, given: Sequence[str] | None = None) -> Invocation | None:
    """Return how this process was begun; None where no command was given that could be given again.

    Args:
        root: Root of the repository that its program lies in, if it does.
        given: The command; that of this process if None.
    """
    arguments = list(sys.orig_argv if given is None else given)
    if not arguments or "--multiprocessing-fork" in arguments:
        return None
    place = _script_place(arguments)
    folder = _folder(root)
    command = ["python", *arguments[1:]]
    if place is not None:
        script = Path(arguments[place])
        if _is_installed_program(script):
            # What a package put beside the interpreter has another place in each environment.
            command = [script.name.removesuffix(".exe").removesuffix("-script.py"), *arguments[place + 1 :]]
        else:
            command[place] = _script_from(script, root, folder)
    return Invocation(tuple(command), folder)


def _script_place(arguments: Sequence[str]) -> int | None:
    """Return which of the arguments names the script; None where there is none."""
    place = 1
    while place < len(arguments):
        argument = arguments[place]
        if argument in {"-c", "-m", "-"} or (
            argument.startswith("-") and argument.endswith(("c", "m")) and len(argument) < 8
        ):
            return None
        if not argument.startswith("-"):
            return place
        place += 2 if argument in _WITH_VALUE else 1
    return None


def _folder(root: Path | None) -> str:
    if root is None:
        return "."
    try:
        return Path.cwd().resolve().relative_to(root).as_posix()
    except (OSError, ValueError):
        return "."


def _script_from(script: Path, root: Path | None, folder: str) -> str:
    """Return a script as it is called from a folder of the repository."""
    if root is None:
        return script.name if script.is_absolute() else script.as_posix()
    try:
        inside = script.resolve().relative_to(root)
    except (OSError, ValueError):
        return script.name
    return Path(os.path.relpath(inside, folder)).as_posix()


def _is_installed_program(script: Path) -> bool:
    return script.is_absolute() and script.parent in {Path(sys.prefix) / "bin", Path(sys.prefix) / "Scripts"}


def has_masked(arguments: Sequence[str]) -> bool:
    """Tell whether a value of a command was left out as a secret."""
    return any(MASK in argument for argument in arguments)
