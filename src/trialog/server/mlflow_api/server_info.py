"""Answers what clients of MLflow ask about the server itself."""

from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from trialog.contracts import Store
from trialog.errors import NotImplementedHere
from trialog.wire.messages.base import EmptyRequest, EmptyResponse
from trialog.wire.messages.server import AnotherServerMessage, FeaturesEnabled, ServerInfoResponse

MLFLOW_VERSION = "3.17.2"
HEALTH = "OK"

_SERVER_INFO = ServerInfoResponse(
    store_type="SqlStore",
    workspaces_enabled=False,
    trace_archival_enabled=False,
    multipart_uploads_enabled=True,
    # True would make the client ask for a presigned address before each download, and fail where there is none.
    multipart_downloads_enabled=False,
    # These say which parameters are understood, not that there is a storage that can do it.
    presigned_upload_run_id_supported=True,
    presigned_upload_model_id_supported=True,
    features_enabled=FeaturesEnabled(gateway=False),
)


async def server_info(_store: Store, _request: EmptyRequest) -> ServerInfoResponse:
    """Say what this server can do."""
    return _SERVER_INFO


def server_info_of(
    *,
    is_open: bool,
    has_workspaces: bool,
    describe: Callable[[], Coroutine[Any, Any, AnotherServerMessage]] | None = None,
) -> Callable[[Store, EmptyRequest], Coroutine[Any, Any, ServerInfoResponse]]:
    """Return what says what a server can do.

    Args:
        is_open: Whether its operator lets everybody do everything.
        has_workspaces: Whether requests may name a workspace.
        describe: Says whose data is shown; None if it is the own.
    """
    info = replace(_SERVER_INFO, is_open_to_everybody=is_open, workspaces_enabled=has_workspaces)

    async def answer(_store: Store, _request: EmptyRequest) -> ServerInfoResponse:
        return info if describe is None else replace(info, another_server=await describe())

    return answer


async def traces_intake(_store: Store, _request: None) -> EmptyResponse:
    """Refuse traces, in a way that makes clients give up at once.

    Raises:
        NotImplementedHere: Always.
    """
    raise NotImplementedHere("traces.not_implemented", "This release of the server does not take traces.")
