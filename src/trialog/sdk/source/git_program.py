"""The program git, called so that nothing in a repository can make it run something else, ask or wait."""

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_SECONDS: Final = 20.0
_MOST_BYTES: Final = 16 * 1024 * 1024
# What a repository says in its own settings must not start a program, and nothing is fetched.
_SAFE: Final = (
    "-c",
    "core.fsmonitor=",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.pager=cat",
    "-c",
    "core.quotePath=true",
)


class Answer(NamedTuple):
    """What git answered.

    Args:
        content: What it wrote to its standard output, as far as it was taken.
        is_whole: Whether that is all.
        code: Its exit code.
    """

    content: bytes
    is_whole: bool
    code: int


class Git:
    """The program, working in one folder.

    Args:
        program: Path of the program.
        root: Root of the repository.
    """

    def __init__(self, program: str, root: Path) -> None:
        self._program = program
        self._root = root
        self._filters: list[str] | None = None

    def ask(self, *arguments: str, most_bytes: int = _MOST_BYTES, seconds: float = _SECONDS) -> Answer | None:
        """Ask something that changes nothing and runs nothing.

        Args:
            arguments: What to ask.
            most_bytes: So much of the answer at most.
            seconds: How long it may take.

        Returns:
            The answer; None if there was none in time.
        """
        if self._filters is None:
            self._filters = self._found_filters()
            if self._filters is None:
                return None
        options = ["-C", str(self._root), f"--work-tree={self._root}", *_SAFE, *self._filters]
        return self._run([*options, *arguments], _environment(), most_bytes, seconds)

    def _found_filters(self) -> list[str] | None:
        """Return options that switch off the programs which the repository wants its files to pass through.

        Those of the user's own settings stay.
        """
        # Without the settings of the user and the machine, those of the repository are left.
        own = {**_environment(), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        options = ["-C", str(self._root), *_SAFE, "config", "--includes", "--null", "--name-only", "--list"]
        listed = self._run(options, own, _MOST_BYTES, _SECONDS)
        if listed is None or listed.code != 0 or not listed.is_whole:
            return None
        found: list[str] = []
        for name in listed.content.decode(errors="surrogateescape").split("\0"):
            section, _, key = name.rpartition(".")
            if section.startswith("filter."):
                if "=" in section:
                    # It cannot be switched off, and nobody calls one so who means well.
                    return None
                found += ["-c", f"{section}.{key}={'false' if key == 'required' else ''}"]
        return found

    def _run(
        self, arguments: Sequence[str], environment: Mapping[str, str], most_bytes: int, seconds: float
    ) -> Answer | None:
        try:
            process = subprocess.Popen(  # noqa: S603  the program was looked up, and options are ours
                [self._program, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return None
        assert process.stdout is not None  # noqa: S101  for the type: a pipe was asked for
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            content = process.stdout.read(most_bytes)
            is_whole = not process.stdout.read(1)
            if not is_whole:
                process.kill()
            code = process.wait()
        finally:
            has_expired = not timer.is_alive()
            timer.cancel()
            process.stdout.close()
        if has_expired:
            return None
        return Answer(content, is_whole, code if is_whole else 0)


def find_git() -> str | None:
    """Return the path of the program git; None where there is none, or only one in the working directory."""
    program = shutil.which("git")
    if program is None or Path(program).absolute().parent == Path.cwd():
        # Windows looks there first; the folder may have come from others.
        return None
    return program


def git_environment(*protocols: str) -> dict[str, str]:
    """Return variables with which git and ssh ask no questions, and git speaks over nothing else than what is named.

    Args:
        protocols: What it may speak over, such as `https`, whatever the repository says in its settings.
    """
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    said = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": ":".join(protocols) or "none", "LC_ALL": "C"}
    return {**kept, **said, "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}


def _environment() -> dict[str, str]:
    # No locks that a user's own git would meet, and no fetching.
    return {**git_environment(), "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
