"""The route that takes what processes log as streams."""

from trialog.wire.messages import log_streams
from trialog.wire.routes.route import Route
from trialog.wire.routes.target import RUN, Permission, TargetKind, mentioned

LOG_STREAM_ROUTES: tuple[Route, ...] = (
    Route(
        "apply_log",
        "POST",
        "/api/trialog/v1/runs/{run_id}/log",
        log_streams.ApplyLog,
        log_streams.ApplyLogResponse,
        Permission.EDIT,
        (RUN, mentioned(TargetKind.LOGGED_MODEL, "model_ids", Permission.EDIT)),
        bytes_flow=True,
        is_logging=True,
    ),
)
