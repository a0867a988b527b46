"""A server as the destination of a stream."""

from collections.abc import Mapping

from trialog.sdk.spool.parts import Part
from trialog.sdk.transport import Transport
from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.messages.log_streams import ApplyLogResponse
from trialog.wire.messages.runs import RunResponse


class HttpDestination:
    """A run of a server.

    Args:
        transport: Asks the server.
        run_id: The run.
        writer: Name of the stream.
        begun: What to begin the run with, as `BeginRun` has it; None for a run that is there.
    """

    def __init__(
        self, transport: Transport, run_id: str, writer: str, begun: Mapping[str, object] | None = None
    ) -> None:
        self._transport = transport
        self._run_id = run_id
        self._writer = writer
        self._begun = begun

    def begin(self) -> None:
        """See `Destination.begin`."""
        if self._begun is not None:
            self._transport.call("begin_run", RunResponse, run_id=self._run_id, **self._begun)

    def apply(self, part: Part) -> None:
        """See `Destination.apply`."""
        self._transport.send(
            "apply_log",
            ApplyLogResponse,
            part.content,
            LOG_STREAM_TYPE,
            run_id=self._run_id,
            writer=self._writer,
            start=part.start,
            end=part.end,
        )
