"""Messages about runs that clients begin by themselves, and streams of what they log to them."""

from msgspec import UNSET, UnsetType, field

from trialog.entities import Int64, RequiredText, Tag
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class BeginRun(StrictRequestMessage, frozen=True):
    """Begin a run with an id that the client chose; one that is there already stays as it is."""

    run_id: RequiredText
    experiment_id: RequiredText
    user_id: str = ""
    run_name: str | None = None
    start_time: Int64 | UnsetType = UNSET
    tags: list[Tag] = field(default_factory=list)


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
