"""Another server's data as a store."""

from typing import Self

from trialog.remote.absent import (
    AbsentBin,
    AbsentMetricMeanings,
    AbsentResources,
    AbsentWebhooks,
    AbsentWorkspaces,
)
from trialog.remote.experiment_overviews import ExperimentOverviewReader
from trialog.remote.experiments import RemoteExperiments
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.logged_models import RemoteDatasets, RemoteLoggedModels
from trialog.remote.metrics import RemoteMetrics
from trialog.remote.model_overviews import ModelOverviewReader
from trialog.remote.model_versions import RemoteModelVersions
from trialog.remote.overviews import RemoteOverviews
from trialog.remote.registered_models import RemoteRegisteredModels
from trialog.remote.run_finder import RunFinder
from trialog.remote.run_overview import RunOverviewReader
from trialog.remote.runs import RemoteRuns
from trialog.remote.server import RemoteServer


class RemoteStore:
    """Implements `WorkspaceStores` over MLflow's REST API; nothing is kept here but what was read a moment ago.

    What that API has not is answered with `NotImplementedHere`.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        kept = KeptRuns()
        finder = RunFinder(server, kept)
        experiments = RemoteExperiments(server, kept)
        logged_models = RemoteLoggedModels(server)
        registered_models, versions = RemoteRegisteredModels(server), RemoteModelVersions(server)
        self.server = server
        self.experiments = experiments
        self.runs = RemoteRuns(server, finder, kept)
        self.metrics = RemoteMetrics(server, finder)
        self.datasets = RemoteDatasets(server)
        self.logged_models = logged_models
        self.registered_models = registered_models
        self.model_versions = versions
        self.overviews = RemoteOverviews(
            finder,
            kept,
            ExperimentOverviewReader(server, experiments, finder),
            ModelOverviewReader(server, registered_models, versions, finder),
            RunOverviewReader(server, finder, experiments, logged_models, versions),
        )
        self.webhooks = AbsentWebhooks()
        self.metric_meanings = AbsentMetricMeanings()
        self.bin = AbsentBin()
        self.workspaces = AbsentWorkspaces()
        self.resources = AbsentResources()

    def in_workspace(self, workspace: str) -> Self:
        """Return this store: of the other server one workspace is shown."""
        del workspace
        return self

    async def close(self) -> None:
        """Close the connections."""
        await self.server.close()
