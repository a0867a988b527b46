"""Messages about the state of the server."""

from enum import StrEnum

from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class GetStatus(StrictRequestMessage, frozen=True):
    """Say how the server is."""


class StoreKind(StrEnum):
    """What keeps the data."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    ANOTHER_SERVER = "another_server"
    """Its data is shown, and none is kept here."""


class StoreStatusMessage(ResponseMessage, frozen=True):
    """How the data is kept; told to administrators.

    Args:
        address: Where, without passwords.
        size_bytes: How much room it takes, with its log.
        free_bytes: How much of that is free for what comes.
        schema_version: Of which version its tables are.
        series_to_seal: How many metrics have points that wait to be compressed; counting ends at 10,000.
        being_removed: How many things are on their way out of the bin.
        bin_retention_days: After so many days what is in the bin is removed for good; null if never by itself.
        artifacts: Where artifacts are kept, without passwords; null if this server keeps none.
    """

    address: str
    size_bytes: int
    free_bytes: int
    schema_version: str
    series_to_seal: int
    being_removed: int
    bin_retention_days: int | None
    artifacts: str | None


class StoreCountsMessage(ResponseMessage, frozen=True):
    """How much there is, in the bin or not; told to administrators.

    Args:
        experiments: Experiments.
        runs: Runs.
        logged_models: Logged models.
        registered_models: Registered models, prompts among them.
        model_versions: Their versions.
    """

    experiments: int
    runs: int
    logged_models: int
    registered_models: int
    model_versions: int


class StatusResponse(ResponseMessage, frozen=True):
    """The state of the server.

    Args:
        version: Version of Trialog.
        mlflow_version: Version of MLflow whose API it speaks.
        python_version: Version of Python it runs on.
        started_at: Since when it runs, in milliseconds since 1970 UTC.
        store_kind: What keeps the data.
        has_accounts: Whether one has to log in.
        is_open: Whether everybody who can reach it may do everything, because it was started with --allow-open.
        has_workspaces: Whether requests may name another workspace than the default one.
        serves_artifacts: Whether it keeps artifacts.
        store: How the data is kept; null but for administrators.
        counts: How much there is; null but for administrators.
    """

    version: str
    mlflow_version: str
    python_version: str
    started_at: int
    store_kind: StoreKind
    has_accounts: bool
    is_open: bool
    has_workspaces: bool
    serves_artifacts: bool
    store: StoreStatusMessage | None
    counts: StoreCountsMessage | None
