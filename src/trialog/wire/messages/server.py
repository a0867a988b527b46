"""Messages about the server itself."""

from enum import StrEnum

from msgspec import Struct, field


class FeaturesEnabled(Struct, frozen=True):
    """Large parts of MLflow that a server may lack.

    Args:
        gateway: Whether it passes requests on to providers of language models.
    """

    gateway: bool


class AnotherServerKind(StrEnum):
    """What the other server is."""

    MLFLOW = "mlflow"
    TRIALOG = "trialog"


class Lack(StrEnum):
    """What another server may not have, so that pages leave it out."""

    METRIC_MEANINGS = "metric_meanings"
    """A place for what somebody says that metrics mean."""
    METRIC_SUMMARIES = "metric_summaries"
    """The least, the greatest and the first value of a metric in the table of runs."""
    MOVE_HISTORY = "move_history"
    """A history of moves between stages, with reasons, and so a way back."""
    REMOVAL = "removal"
    """A way to remove for good what is in the bin, and what it weighs."""
    STORE_STATE = "store_state"
    """How the data is kept."""


class AnotherServerMessage(Struct, frozen=True):
    """The server whose data is shown.

    Args:
        url: Its address, without name and password.
        kind: What it is; null as long as it was not reached.
        version: Which version of MLflow's API it speaks; null if it does not say.
        lacks: What it does not have of that which pages show.
    """

    url: str
    kind: AnotherServerKind | None
    version: str | None
    lacks: list[Lack] = field(default_factory=list)


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
        another_server: The server whose data is shown; left out if that is this server's own.
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
    another_server: AnotherServerMessage | None = None
