"""Messages about streams of what processes log."""

from msgspec import field

from trialog.entities import Int64, RequiredText
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class ApplyLog(StrictRequestMessage, frozen=True):
    """Apply a part of a stream; the body is the part, as `application/vnd.trialog.log-stream`."""

    run_id: RequiredText
    writer: RequiredText
    start: Int64
    end: Int64
    model_ids: list[str] = field(default_factory=list)


class ApplyLogResponse(ResponseMessage, frozen=True):
    """How far the stream is applied."""

    applied: int
