"""The client: every question and every change, asked at once and checked.

client = trialog.Client("http://127.0.0.1:5000")
run = client.create_run(client.create_experiment("churn"))
client.log_metric(run.info.run_id, "f1", 0.93)
client.set_terminated(run.info.run_id)
"""

from os import PathLike

from trialog.sdk.client_parts.artifacts import ArtifactClient
from trialog.sdk.client_parts.experiments import ExperimentClient
from trialog.sdk.client_parts.logged_models import LoggedModelClient
from trialog.sdk.client_parts.logging import LoggingClient
from trialog.sdk.client_parts.model_versions import ModelVersionClient
from trialog.sdk.client_parts.registered_models import RegisteredModelClient
from trialog.sdk.client_parts.runs import RunClient
from trialog.sdk.client_parts.tables import TableClient
from trialog.sdk.tracking_uri import open_transport


class Client(
    ExperimentClient,
    RunClient,
    LoggingClient,
    ArtifactClient,
    TableClient,
    LoggedModelClient,
    RegisteredModelClient,
    ModelVersionClient,
):
    """All that can be asked of a server or store, under the names that MLflow's client has.

    Each call is carried out before it returns, and raises a `TrialogError` that says what is wrong, whatever the
    process is set to. `trialog.start_run` and its like are for training, where nothing may be slow and nothing is
    raised. Any number of threads may use one client.

    Args:
        tracking_uri: Where runs are: as `trialog.set_tracking_uri` takes it; where this process tracks if None.
        registry_uri: Where registered models are, if they are elsewhere.

    Raises:
        InvalidParameter: An address is of no kind that is known here.
        ConfigurationError: A variable of the environment cannot be understood, or the store cannot be opened.
    """

    def __init__(
        self, tracking_uri: str | PathLike[str] | None = None, registry_uri: str | PathLike[str] | None = None
    ) -> None:
        transport = open_transport(tracking_uri)
        super().__init__(transport, transport if registry_uri is None else open_transport(registry_uri))

    @property
    def tracking_uri(self) -> str:
        """Where runs are."""
        return self._transport.url
