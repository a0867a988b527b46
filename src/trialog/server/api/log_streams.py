"""Answers clients that begin runs by themselves, and bring what they log to them part by part."""

import asyncio
from functools import partial

from trialog.contracts import Store
from trialog.entities import NewRun
from trialog.errors import InvalidParameter
from trialog.server.call import Call
from trialog.web import Answer, Request, json_response
from trialog.wire.conversions import run_message
from trialog.wire.log_stream_conversions import read_log_part
from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.messages.base import none_if_unset
from trialog.wire.messages.log_streams import ApplyLog, ApplyLogResponse, BeginRun
from trialog.wire.messages.runs import RunResponse

_TYPE = LOG_STREAM_TYPE.encode()
# What is longer takes so long to read that others should get their turn meanwhile.
_SHORT_BYTES = 16 * 1024


async def begin_run(call: Call, request: BeginRun) -> RunResponse:
    """Begin a run with an id that the client chose; where people log in it is by whoever did."""
    run = await call.store.runs.create(
        NewRun(
            experiment_id=request.experiment_id,
            user_id=call.author_of_run(request.user_id),
            run_name=request.run_name,
            start_time=none_if_unset(request.start_time),
            tags=tuple(request.tags),
            run_id=request.run_id,
        )
    )
    return RunResponse(run_message(run))


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
