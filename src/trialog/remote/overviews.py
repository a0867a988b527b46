"""What pages show of another server."""

from trialog.entities import Visibility
from trialog.entities.experiment_overview import ExperimentOverviews, ExperimentOverviewSearch, Home
from trialog.entities.model_overview import ModelDetails, ModelOverviews, ModelOverviewSearch
from trialog.entities.run_groups import RunGroups, RunGroupSearch
from trialog.entities.run_keys import RunKeys, RunKeySearch
from trialog.entities.run_overview import RunOverview
from trialog.entities.store_state import Changes, ChangeSearch, StoreState
from trialog.errors import NotImplementedHere
from trialog.remote.changes import find_changes
from trialog.remote.experiment_overviews import ExperimentOverviewReader
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.model_overviews import ModelOverviewReader
from trialog.remote.run_finder import RunFinder
from trialog.remote.run_groups import find_groups
from trialog.remote.run_keys import find_keys
from trialog.remote.run_overview import RunOverviewReader


class RemoteOverviews:
    """Implements `OverviewStore`; what may be read, the other server decides by itself.

    Args:
        finder: Finds runs of it.
        kept: Runs that were just read.
        experiments: Reads what is shown of experiments.
        models: Reads what is shown of registered models.
        run: Reads what is shown of one run.
    """

    def __init__(
        self,
        finder: RunFinder,
        kept: KeptRuns,
        experiments: ExperimentOverviewReader,
        models: ModelOverviewReader,
        run: RunOverviewReader,
    ) -> None:
        self._finder = finder
        self._kept = kept
        self._experiments = experiments
        self._models = models
        self._run = run

    async def home(
        self, max_results: int, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> Home:
        """See `OverviewStore.home`; runs are counted among the newest."""
        del experiments, models
        in_production, count = await self._models.in_production(max_results)
        return await self._experiments.home(max_results, count, in_production)

    async def experiments(self, query: ExperimentOverviewSearch) -> ExperimentOverviews:
        """See `OverviewStore.experiments`; runs are counted among the newest."""
        return await self._experiments.find(query)

    async def keys(self, query: RunKeySearch) -> RunKeys:
        """See `OverviewStore.keys`; all are those of the newest runs."""
        return await find_keys(self._finder, query)

    async def groups(self, query: RunGroupSearch) -> RunGroups:
        """See `OverviewStore.groups`; of the newest runs."""
        return await find_groups(self._finder, query)

    async def run(
        self, run_id: str, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> RunOverview:
        """See `OverviewStore.run`."""
        del experiments, models
        return await self._run.read(run_id)

    async def models(self, query: ModelOverviewSearch) -> ModelOverviews:
        """See `OverviewStore.models`."""
        return await self._models.find(query)

    async def model(
        self, name: str, *, max_results: int, before_version: int | None = None, experiments: Visibility | None = None
    ) -> ModelDetails:
        """See `OverviewStore.model`."""
        del experiments
        return await self._models.read(name, max_results=max_results, before_version=before_version)

    async def changes(self, query: ChangeSearch) -> Changes:
        """See `OverviewStore.changes`; of runs that are not among the newest, of some alone."""
        return await find_changes(self._finder, self._kept, query)

    async def state(self) -> StoreState:
        """Refuse to tell how the other server keeps its data.

        Raises:
            NotImplementedHere: Always (`remote.no_store_state`).
        """
        raise NotImplementedHere("remote.no_store_state", "How the other server keeps its data, it does not tell.")
