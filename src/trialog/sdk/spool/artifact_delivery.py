"""The way of the files of a run to where its files are kept, one after the other."""

from trialog.errors import TrialogError
from trialog.sdk.spool.artifact_queue import ArtifactQueue, QueuedFile
from trialog.sdk.spool.destination import RunDestination
from trialog.sdk.spool.faults import concerns_run, is_refusal
from trialog.sdk.spool.refused import Refused, RefusedLog


class ArtifactDelivery:
    """The way of the files of a run. One thread uses it.

    Args:
        queue: The files.
        destination: The run.
        refused: Takes what is refused.
    """

    def __init__(self, queue: ArtifactQueue, destination: RunDestination, refused: RefusedLog) -> None:
        self._queue = queue
        self._destination = destination
        self._refused = refused
        self.is_given_up = False
        self.is_failing = False

    @property
    def left(self) -> int:
        """How many files have not arrived and may still."""
        return 0 if self.is_given_up else len(self._queue)

    @property
    def has_work(self) -> bool:
        """Whether there is something to send."""
        return self.left > 0

    def send(self) -> bool:
        """Send one file.

        Returns:
            Whether there are more.

        Raises:
            TrialogError: Nobody answers, or may send now.
            OSError: A file cannot be read, or what was refused not be kept.
        """
        file = None if self.is_given_up else self._queue.first()
        if file is None:
            return False
        try:
            self._destination.begun()
        except TrialogError as error:
            self.is_failing = True
            if not is_refusal(error):
                raise
            self._give_up(error)
            return False
        try:
            self._send(file)
        except (TrialogError, OSError):
            self.is_failing = True
            raise
        self.is_failing = False
        return self.has_work

    def _send(self, file: QueuedFile) -> None:
        if file.artifact_path is None:
            lost = f"Nobody knows where {file.path.name} belongs, or it is no copy that was made here. It was not sent."
            self._set_aside(file, "spool.damaged", lost)
            return
        try:
            self._destination.send_file(file.path, file.artifact_path)
        except TrialogError as error:
            if concerns_run(error):
                self._give_up(error)
            elif is_refusal(error):
                self._set_aside(file, error.code, error.message)
            else:
                raise
        else:
            self._queue.remove(file)

    def _set_aside(self, file: QueuedFile, code: str, message: str) -> None:
        aside = self._queue.set_aside(file)
        self._refused.add(
            Refused(what="artifact", code=code, message=message, path=file.artifact_path or aside.name, file=aside.name)
        )

    def _give_up(self, error: TrialogError) -> None:
        self._refused.add(
            Refused(what="artifacts", code=error.code, message=error.message, count=max(1, len(self._queue)))
        )
        self.is_given_up = True
