"""Messages about the server itself."""

from msgspec import Struct


class FeaturesEnabled(Struct, frozen=True):
    """Large parts of MLflow that a server may lack.

    Args:
        gateway: Whether it passes requests on to providers of language models.
    """

    gateway: bool


class ServerInfoResponse(Struct, frozen=True, omit_defaults=True):
    """What clients of MLflow ask a server before they rely on it; told without login, so it holds nothing private.

    Args:
        store_type: Kind of store, for statistics of the client.
        workspaces_enabled: Whether requests may name a workspace.
        trace_archival_enabled: Whether old traces are moved to the artifact store.
        multipart_uploads_enabled: Whether the client sends large proxied artifacts in parts.
        multipart_downloads_enabled: Whether the client asks for a presigned address before every proxied download,
            whatever its size.
        presigned_upload_run_id_supported: Whether presigned uploads may be asked for by run.
        presigned_upload_model_id_supported: Whether presigned uploads may be asked for by logged model.
        features_enabled: Which large parts there are.
        is_open_to_everybody: Whether everybody who can reach the server may do everything, because its operator
            started it with --allow-open; left out if not.
    """

    store_type: str
    workspaces_enabled: bool
    trace_archival_enabled: bool
    multipart_uploads_enabled: bool
    multipart_downloads_enabled: bool
    presigned_upload_run_id_supported: bool
    presigned_upload_model_id_supported: bool
    features_enabled: FeaturesEnabled
    is_open_to_everybody: bool = False
