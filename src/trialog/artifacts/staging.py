"""Where files grow before they have their name, and where trees go to be deleted.

The folder `.trialog-staging` lies in the root itself, so that a rename brings a finished file to its place:

    <session>.lock      held by the living process that owns the session
    <session>/<token>   its uploads under way and trees being deleted
    uploads/<id>/       parts of multipart uploads, shared by all processes, kept over restarts

What a session of a dead process left is swept by the next process that starts.
"""

import contextlib
import os
import secrets
import sys
import time

from trialog.artifacts.paths import STAGING_NAME
from trialog.artifacts.rooted import RootedFolder
from trialog.contracts.artifact_store import ArtifactPath

if sys.platform != "win32":
    import fcntl

_HAS_LOCKS = os.name != "nt"
"""Elsewhere an open file cannot be deleted, so having it open is the lock."""

UPLOADS: ArtifactPath = (STAGING_NAME, "uploads")
_LOCK_SUFFIX = ".lock"
_ABANDONED_AFTER_SECONDS = 24 * 3600


class StagingArea:
    """One process's session in the staging folder.

    Args:
        folder: The root that the staging folder lies in.
    """

    def __init__(self, folder: RootedFolder) -> None:
        self._folder = folder
        folder.make_folder(UPLOADS)
        self._session, self._lock = self._begin_session()
        self.sweep()

    def new_path(self) -> ArtifactPath:
        """Return a path in the session that nothing has yet."""
        return (STAGING_NAME, self._session, secrets.token_hex(16))

    def discard(self, path: ArtifactPath) -> None:
        """Delete what lies at a staging path, if anything does."""
        # What cannot be deleted now (a foreign file without rights, a file open on Windows) is hidden already, and
        # the next sweep tries again.
        with contextlib.suppress(OSError):
            self._folder.delete_tree(path)

    def sweep(self) -> None:
        """Delete what dead processes left, and multipart uploads that got no part for a day."""
        names = {entry.name for entry in self._folder.scan((STAGING_NAME,))}
        for session in {name.removesuffix(_LOCK_SUFFIX) for name in names} - {self._session, UPLOADS[-1]}:
            if session + _LOCK_SUFFIX in names:
                self._sweep_locked(session)
            else:
                self.discard((STAGING_NAME, session))
        self.sweep_uploads()

    def sweep_uploads(self, *, now: float | None = None) -> None:
        """Delete multipart uploads that got no part for a day.

        Args:
            now: The time to reckon from, in seconds since the epoch; the present if None.
        """
        oldest = (time.time() if now is None else now) - _ABANDONED_AFTER_SECONDS
        for entry in self._folder.scan(UPLOADS):
            # Another process may complete or sweep the same upload at this moment.
            with contextlib.suppress(FileNotFoundError):
                if self._folder.status((*UPLOADS, entry.name)).st_mtime < oldest:
                    self.discard((*UPLOADS, entry.name))

    def close(self) -> None:
        """End the session and delete what is left of it."""
        self.discard((STAGING_NAME, self._session))
        if not _HAS_LOCKS:
            os.close(self._lock)
        self.discard((STAGING_NAME, self._session + _LOCK_SUFFIX))
        if _HAS_LOCKS:
            os.close(self._lock)

    def _begin_session(self) -> tuple[str, int]:
        """Make a session's lock and hold it, so that no other process takes the session for dead."""
        while True:
            session = secrets.token_hex(16)
            lock_path = (STAGING_NAME, session + _LOCK_SUFFIX)
            lock = self._folder.create_file(lock_path)
            if not _HAS_LOCKS:
                return session, lock
            # A file system without locks: others cannot lock either and leave the session alone.
            with contextlib.suppress(OSError):
                _hold(lock)
            # A sweep may have taken the file in the moment before it was locked.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), self._folder.status(lock_path)):
                    return session, lock
            os.close(lock)

    def _sweep_locked(self, session: str) -> None:
        """Delete a session unless a living process holds its lock."""
        lock_path = (STAGING_NAME, session + _LOCK_SUFFIX)
        if not _HAS_LOCKS:
            with contextlib.suppress(OSError):
                self._folder.delete_tree(lock_path)
                self.discard((STAGING_NAME, session))
            return
        # Held by its owner, gone already, or on a file system without locks: nothing is taken for dead then.
        with contextlib.suppress(OSError):
            lock = self._folder.open_file(lock_path)
            try:
                _hold(lock)
                self.discard((STAGING_NAME, session))
                self.discard(lock_path)
            finally:
                os.close(lock)


def _hold(lock: int) -> None:
    """Lock an open file, as long as it is open; raise OSError if another process or store holds it."""
    if sys.platform != "win32":
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
