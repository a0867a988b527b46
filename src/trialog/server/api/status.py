"""Answers requests for the state of the server."""

import platform
import time

from trialog.access import may_administer
from trialog.config import Settings, names_server, redact
from trialog.server.call import ActingHandler, Call
from trialog.server.mlflow_api.server_info import MLFLOW_VERSION
from trialog.version import __version__
from trialog.wire.messages.status import GetStatus, StatusResponse, StoreCountsMessage, StoreKind, StoreStatusMessage


def status_handler(settings: Settings, *, has_accounts: bool, has_workspaces: bool) -> ActingHandler:
    """Return what answers for the state of a server that begins now.

    Args:
        settings: What the operator chose.
        has_accounts: Whether one has to log in.
        has_workspaces: Whether requests may name a workspace.
    """
    started_at = time.time_ns() // 1_000_000
    kind = _kind_of(settings.backend_store_uri)

    async def get_status(call: Call, _request: GetStatus) -> StatusResponse:
        store, counts = None, None
        if may_administer(call.identity) and kind is not StoreKind.ANOTHER_SERVER:
            store, counts = await _of_store(call, settings)
        return StatusResponse(
            version=__version__,
            mlflow_version=MLFLOW_VERSION,
            python_version=platform.python_version(),
            started_at=started_at,
            store_kind=kind,
            has_accounts=has_accounts,
            is_open=settings.allow_open and not has_accounts,
            has_workspaces=has_workspaces,
            serves_artifacts=settings.serve_artifacts,
            store=store,
            counts=counts,
        )

    return get_status


def _kind_of(uri: str) -> StoreKind:
    if names_server(uri):
        return StoreKind.ANOTHER_SERVER
    # A folder of MLflow is shown by an index, which is SQLite.
    return StoreKind.POSTGRESQL if uri.startswith("postgres") else StoreKind.SQLITE


async def _of_store(call: Call, settings: Settings) -> tuple[StoreStatusMessage, StoreCountsMessage]:
    state = await call.store.overviews.state()
    kept = StoreStatusMessage(
        address=redact(settings.backend_store_uri),
        size_bytes=state.size_bytes,
        free_bytes=state.free_bytes,
        schema_version=state.schema_version,
        series_to_seal=state.series_to_seal,
        being_removed=state.being_removed,
        bin_retention_days=settings.bin_retention_days,
        artifacts=redact(settings.artifacts_destination) if settings.serve_artifacts else None,
    )
    counts = StoreCountsMessage(
        experiments=state.experiments,
        runs=state.runs,
        logged_models=state.logged_models,
        registered_models=state.registered_models,
        model_versions=state.model_versions,
    )
    return kept, counts
