"""Runs one command in a group of processes of its own.

It needs nothing but Python, so that it can be handed to a machine that has no Trialog.
"""

import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

_IS_WINDOWS: Final = os.name == "nt"
_PIECE_BYTES: Final = 64 * 1024
# So much output waits at most for whoever reads it; then the command waits.
_MOST_PIECES: Final = 64
_PATIENCE_SECONDS: Final = 5.0
_MOMENT_SECONDS: Final = 0.01


def shell_argv(command: str) -> list[str]:
    """Return how a shell is told to carry out a command: bash, as MLflow does, or `sh` where there is none.

    Args:
        command: The command.
    """
    if _IS_WINDOWS:
        return [os.environ.get("COMSPEC") or "cmd.exe", "/d", "/s", "/c", f'"{command}"']
    return [shutil.which("bash") or "/bin/sh", "-c", command]


class LocalJob:
    """A command that runs on this machine. It gets no input; what it leaves running is ended with it.

    Args:
        argv: The program and its arguments.
        folder: Where it runs.
        variables: Its whole environment.

    Raises:
        OSError: It could not be started.
    """

    def __init__(self, argv: Sequence[str], folder: str | Path, variables: Mapping[str, str]) -> None:
        self.tags: Mapping[str, str] = {}
        self._process = subprocess.Popen(  # noqa: S603  what a project says is what the user wants to run
            # Windows takes one text, which must not be quoted once more.
            " ".join(argv) if _IS_WINDOWS and argv[-1:] and argv[-1].startswith('"') else list(argv),
            cwd=folder,
            # What is printed is to be seen at once.
            env={"PYTHONUNBUFFERED": "1", **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._pieces: queue.Queue[bytes | None] = queue.Queue(_MOST_PIECES)
        self._is_read = threading.Event()
        self._has_ended = threading.Event()
        for work in (self._read, self._watch):
            threading.Thread(target=work, name="trialog-project", daemon=True).start()

    @property
    def pid(self) -> int:
        """Number of the command's process, and of its group."""
        return self._process.pid

    def output(self) -> Iterator[bytes]:
        """Hand out what the command writes, piece by piece as it comes, until it has ended."""
        while (piece := self._pieces.get()) is not None:
            yield piece

    def wait(self) -> int:
        """Wait until the command and what it left have ended; return its exit code, or minus the number of a signal."""
        self._has_ended.wait()
        return self._process.wait()

    def cancel(self) -> None:
        """Ask the command and all that it started to end, as Ctrl-C does, and end them after a while if they do not."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if self._process.poll() is not None:
                return
            self._send(number)
            try:
                self._process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return
        self.kill()

    def kill(self) -> None:
        """End the command and all that it started at once."""
        if _IS_WINDOWS:
            subprocess.run(  # noqa: S603  a program of the system, and a number
                [_of_system("taskkill.exe"), "/T", "/F", "/PID", str(self._process.pid)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        else:
            self._send(signal.SIGKILL)
        self._process.wait()

    def _send(self, number: int) -> None:
        if _IS_WINDOWS:
            self._process.send_signal(signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore]  # there alone
            return
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # None of them is left; of some systems' processes that have just ended it is said that one may not.
            return

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101  for the type: a pipe was asked for
        with pipe:
            while piece := pipe.read(_PIECE_BYTES):
                self._pieces.put(piece)
        self._is_read.set()
        self._pieces.put(None)

    def _watch(self) -> None:
        """End what the command leaves behind, and the output even if somebody else still holds it."""
        self._process.wait()
        # Of Windows, who started whom is not known any more.
        if not _IS_WINDOWS:
            self._send(signal.SIGTERM)
            until = time.monotonic() + _PATIENCE_SECONDS
            while self._is_group_there() and time.monotonic() < until:
                time.sleep(_MOMENT_SECONDS)
            self._send(signal.SIGKILL)
        self._has_ended.set()
        while not self._is_read.wait(_PATIENCE_SECONDS):
            if self._pieces.empty():
                # All was handed out, and somebody outside of the group still holds the pipe.
                self._pieces.put(None)
                return

    def _is_group_there(self) -> bool:
        try:
            os.killpg(self._process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def _of_system(program: str) -> str:
    return str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / program)
