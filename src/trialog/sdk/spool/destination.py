"""A run of a server, or of a store in this process, as what a stream and its files are sent to."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from trialog.errors import ConnectionFailed, TrialogError
from trialog.sdk.artifact_places import RunPlace, checked_file_path
from trialog.sdk.spool.beginning import begin_run, find_experiment
from trialog.sdk.spool.faults import is_of_other_server
from trialog.sdk.spool.parts import Part
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport
from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.log_streams import ApplyLogResponse

TransportFactory: TypeAlias = Callable[[], Transport]

ASKED = (
    "apply_log",
    "begin_run",
    "create_experiment",
    "get_experiment_by_name",
    "set_tag",
    "write_run_artifact",
)
"""Operations that are asked for while something is sent."""
DROPPED_TAG = "trialog.dropped"
"""Tag of a run that says how much of what was logged to it there was no room for."""


class RunDestination:
    """A run, which is begun when the first thing is sent to it. Any number of threads may use it.

    Args:
        run: The run.
        open_transport: Returns what asks its server.
    """

    def __init__(self, run: SpooledRun, open_transport: TransportFactory) -> None:
        self._run = run
        self._open_transport = open_transport
        self._transport: Transport | None = None
        self._experiment_id = run.experiment_id
        self._is_begun = not run.begins
        self._lock = threading.Lock()

    def apply(self, part: Part, *, writer: str | None = None) -> None:
        """Apply a part of a stream.

        Args:
            part: The part.
            writer: Of which stream to the run; of that of the process if None.

        Raises:
            TrialogError: It is refused, or nobody answers.
            OSError: Nobody can be asked.
        """
        self.begun().send(
            "apply_log",
            ApplyLogResponse,
            part.content,
            LOG_STREAM_TYPE,
            run_id=self._run.run_id,
            writer=writer or self._run.writer,
            start=part.start,
            end=part.end,
            model_ids=list(part.model_ids),
        )

    def send_file(self, path: Path, artifact_path: str) -> None:
        """Send a file.

        Args:
            path: Where it is.
            artifact_path: Its path in the run's artifacts.

        Raises:
            TrialogError: It is refused, or nobody answers.
            OSError: It cannot be read.
        """
        place = RunPlace(self.begun(), self._run.run_id)
        with path.open("rb") as file:
            place.put(checked_file_path(artifact_path), file)

    def tell_dropped(self, count: int) -> None:
        """Tell in a tag of the run how much of what was logged to it there was no room for.

        Args:
            count: How many entries and files.

        Raises:
            TrialogError: As for `apply`.
            OSError: As for `apply`.
        """
        self.begun().call("set_tag", EmptyResponse, run_id=self._run.run_id, key=DROPPED_TAG, value=str(count))

    @property
    def is_begun(self) -> bool:
        """Whether the run is there, as far as is known."""
        return self._is_begun

    def begun(self) -> Transport:
        """Begin the run, if that is to be done and was not, and return what asks its server.

        Raises:
            TrialogError: It cannot be begun.
            OSError: Nobody can be asked.
        """
        with self._lock:
            if self._transport is None:
                self._transport = self._open_transport()
            if not self._is_begun:
                try:
                    self._begin(self._transport)
                except TrialogError as error:
                    if is_of_other_server(error):
                        raise _not_trialog(self._transport) from error
                    raise
                self._is_begun = True
            return self._transport

    def _begin(self, transport: Transport) -> None:
        if self._experiment_id is None:
            # Once: a server that fails now and then must not send it back to the beginning.
            self._experiment_id = find_experiment(transport, self._run)
        begin_run(transport, self._run, self._experiment_id)


def _not_trialog(transport: Transport) -> ConnectionFailed:
    return ConnectionFailed(
        "tracking.not_trialog",
        f"What answers at {transport.url} takes no streams: it is another server than Trialog, or an older one. What"
        " was logged is kept. Update that server, or log to it with the package mlflow; where the address is wrong,"
        " send it to the right one with `trialog sync --tracking-uri`.",
        address=transport.url,
    )
