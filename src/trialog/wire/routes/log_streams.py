"""The routes for clients that begin runs by themselves, and log to them as streams."""

from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.messages import log_streams
from trialog.wire.messages.runs import RunResponse
from trialog.wire.routes.route import Route, log
from trialog.wire.routes.target import EXPERIMENT, RUN, Permission, TargetKind, mentioned

_RUN = "/api/trialog/v1/runs/{run_id}"

LOG_STREAM_ROUTES: tuple[Route, ...] = (
    log("begin_run", _RUN, log_streams.BeginRun, EXPERIMENT, response=RunResponse, method="PUT"),
    Route(
        "apply_log",
        "POST",
        f"{_RUN}/log",
        log_streams.ApplyLog,
        log_streams.ApplyLogResponse,
        Permission.EDIT,
        (RUN, mentioned(TargetKind.LOGGED_MODEL, "model_ids", Permission.EDIT)),
        bytes_flow=True,
        body_type=LOG_STREAM_TYPE,
        is_logging=True,
    ),
)
