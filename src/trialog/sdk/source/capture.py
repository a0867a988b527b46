"""Records what a run was made of, as far as it takes time: in a thread, while the run goes on.

Nothing is imported in that thread: in a process that is forked meanwhile, a module would stay half loaded.
"""

import os
import threading
from typing import Protocol

from trialog.errors import TrialogError
from trialog.sdk.background import report_aside
from trialog.sdk.source.findings import find
from trialog.sdk.source.mode import SourceMode, source_mode
from trialog.sdk.source.place import SourcePlace


class SourceRecorder(Protocol):
    """Takes what is recorded of a run."""

    def set_tag(self, key: str, value: str) -> None:
        """Set a tag of the run."""
        ...

    def add_content(self, content: bytes, artifact_path: str) -> None:
        """Keep a file among the artifacts of the run."""
        ...


class SourceCapture:
    """Records what a run was made of: uncommitted changes, packages, and what the process runs on.

    A process finds it out once, also for many runs.

    Args:
        recorder: Takes it; is called in another thread.
    """

    def __init__(self, recorder: SourceRecorder) -> None:
        self._recorder = recorder
        self._thread: threading.Thread | None = None
        self._process_id = 0

    def start(self) -> None:
        """Begin, unless TRIALOG_SOURCE says that only tags are wanted, or nothing. Nothing is raised."""
        if self._thread is not None or source_mode() is not SourceMode.FULL:
            return
        try:
            # Looked up here, for a training may change its working directory.
            place = SourcePlace()
            thread = threading.Thread(target=self._run, args=(place,), name="trialog-source", daemon=True)
            thread.start()
        except (OSError, RuntimeError) as error:
            # The working directory is gone, or the system has no room for another thread.
            report_aside(_failed(error))
        else:
            self._thread, self._process_id = thread, os.getpid()

    def wait(self, seconds: float) -> bool:
        """Wait until all is recorded, and tell whether it is.

        Args:
            seconds: So long at most.
        """
        if self._thread is None or self._process_id != os.getpid():
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self, place: SourcePlace) -> None:
        try:
            found = find(place)
            for key, value in found.tags.items():
                self._recorder.set_tag(key, value)
            for path, content in found.files.items():
                self._recorder.add_content(content, path)
        except (TrialogError, OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
            report_aside(_failed(error))


def _failed(error: Exception) -> TrialogError:
    return TrialogError(
        "source.failed",
        f"What the run was made of could not be recorded: {error!r}. The training goes on; TRIALOG_SOURCE=tags records "
        "tags alone.",
    )
