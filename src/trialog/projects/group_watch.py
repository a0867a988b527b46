"""Ends a command whose starter was killed and could not end it itself.

It needs nothing but Python, so that it can be handed to a machine that has no Trialog.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

# Its first process ends at once, so that the watching one is nobody's child, and is not ended with the starter.
_WATCH: Final = """
import os, shutil, signal, sys, time
if os.fork():
    os._exit(0)
os.setsid()
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if sys.stdin.buffer.read(1):
    os._exit(0)
group = int(sys.argv[1])
for number in (signal.SIGTERM, signal.SIGKILL):
    try:
        os.killpg(group, number)
        for _ in range(50):
            time.sleep(0.1)
            os.killpg(group, 0)
    except OSError:
        break
if sys.argv[2]:
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


class GroupWatch:
    """Ends a group of processes, and removes a folder, if this process ends before the watch is let go of.

    Windows has no such groups: nothing is watched there.

    Args:
        group: Number of the group.
        folder: Folder that is removed then.

    Raises:
        OSError: It could not be started.
    """

    def __init__(self, group: int, folder: Path | None = None) -> None:
        self._pipe: int | None = None
        if os.name == "nt":
            return
        read_end, write_end = os.pipe()
        try:
            command = [sys.executable, "-I", "-S", "-c", _WATCH, str(group), str(folder or "")]
            # Nothing that comes from elsewhere: a number, and a folder that this process made.
            subprocess.run(  # noqa: S603
                command, stdin=read_end, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
            )
        except BaseException:
            os.close(write_end)
            raise
        finally:
            os.close(read_end)
        self._pipe = write_end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it: the group ended by itself, or was ended."""
        if self._pipe is not None:
            # Somebody may have ended the watch.
            with contextlib.suppress(BrokenPipeError):
                os.write(self._pipe, b".")
            os.close(self._pipe)
            self._pipe = None
