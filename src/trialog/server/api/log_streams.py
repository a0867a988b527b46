"""Answers requests that bring a part of what a process logs."""

import asyncio
from functools import partial

from trialog.contracts import Store
from trialog.errors import InvalidParameter
from trialog.web import Answer, Request, json_response
from trialog.wire.log_stream_conversions import read_log_part
from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.messages.log_streams import ApplyLog, ApplyLogResponse

_TYPE = LOG_STREAM_TYPE.encode()
# What is longer takes so long to read that others should get their turn meanwhile.
_SHORT_BYTES = 16 * 1024


async def apply_log(store: Store, request: Request, message: ApplyLog) -> Answer:
    """Apply a part of a stream once, however often it is sent."""
    kind = request.headers.get(b"content-type", b"")
    if kind.partition(b";")[0].strip().lower() != _TYPE:
        raise InvalidParameter(
            "log_stream.wrong_type",
            f"A part of a stream comes as {LOG_STREAM_TYPE}, not as {kind.decode('latin-1')!r}.",
        )
    content = await request.json_body()
    read = partial(
        read_log_part,
        content,
        writer=message.writer,
        start=message.start,
        end=message.end,
        model_ids=message.model_ids,
    )
    part = read() if len(content) <= _SHORT_BYTES else await asyncio.to_thread(read)
    await store.runs.apply_log(message.run_id, part)
    return json_response(ApplyLogResponse(message.end))
