"""What pages show, in SQL."""

import asyncio

from sqlalchemy import Connection

from trialog.entities import DEFAULT_WORKSPACE, RunStatus, Visibility
from trialog.entities.experiment_overview import ExperimentOverviews, ExperimentOverviewSearch, Home
from trialog.entities.model_overview import ModelDetails, ModelOverviews, ModelOverviewSearch
from trialog.entities.run_groups import RunGroups, RunGroupSearch
from trialog.entities.run_keys import RunKeys, RunKeySearch
from trialog.entities.run_overview import RunOverview
from trialog.entities.store_state import Changes, ChangeSearch, StoreState
from trialog.store.changes import check_change_search, read_changes
from trialog.store.database import Database
from trialog.store.experiment_overviews import (
    count_active_runs,
    find_recent_runs,
    read_experiment_overviews,
    visible_experiments,
)
from trialog.store.model_overviews import find_in_production, read_model_details, read_model_overviews
from trialog.store.paging import check_max_results
from trialog.store.run_groups import check_group_search, read_groups
from trialog.store.run_keys import check_key_search, read_keys
from trialog.store.run_overview import read_run_overview
from trialog.store.store_state import read_store_state

_MOST_EXPERIMENTS = 1000
_MOST_MODELS = 200
_MOST_KEYS = 1000
_MOST_RECENT = 100


class SqlOverviews:
    """What pages show of a SQL store.

    Args:
        database: Where it is.
        workspace: Of which workspace it is shown.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace
        # To put a hundred thousand runs into groups keeps a reader for seconds: a handful must not keep them all.
        self._grouping = asyncio.Semaphore(1)

    async def home(
        self, max_results: int, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> Home:
        """See `OverviewStore.home`."""
        check_max_results(max_results, _MOST_RECENT)

        def job(connection: Connection) -> Home:
            numbers = visible_experiments(connection, self._workspace, experiments)
            by_status, are_exact = count_active_runs(connection, numbers)
            in_production, registered_models = find_in_production(
                connection, self._workspace, max_results, models=models, experiments=experiments
            )
            return Home(
                experiments=len(numbers),
                runs=sum(by_status.values()),
                running_count=by_status.get(RunStatus.RUNNING, 0),
                registered_models=registered_models,
                are_exact=are_exact,
                running=find_recent_runs(connection, numbers, RunStatus.RUNNING, max_results),
                failed=find_recent_runs(connection, numbers, RunStatus.FAILED, max_results),
                in_production=in_production,
            )

        return await self._database.read(job)

    async def experiments(self, query: ExperimentOverviewSearch) -> ExperimentOverviews:
        """See `OverviewStore.experiments`."""
        check_max_results(query.max_results, _MOST_EXPERIMENTS)
        return await self._database.read(
            lambda connection: read_experiment_overviews(connection, self._workspace, query)
        )

    async def keys(self, query: RunKeySearch) -> RunKeys:
        """See `OverviewStore.keys`."""
        check_max_results(query.max_results, _MOST_KEYS)
        check_key_search(query)
        return await self._database.read(lambda connection: read_keys(connection, self._workspace, query))

    async def groups(self, query: RunGroupSearch) -> RunGroups:
        """See `OverviewStore.groups`."""
        check_group_search(query)
        async with self._grouping:
            return await self._database.read(lambda connection: read_groups(connection, self._workspace, query))

    async def run(
        self, run_id: str, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> RunOverview:
        """See `OverviewStore.run`."""
        return await self._database.read(
            lambda connection: read_run_overview(connection, self._workspace, run_id, experiments, models)
        )

    async def models(self, query: ModelOverviewSearch) -> ModelOverviews:
        """See `OverviewStore.models`."""
        check_max_results(query.max_results, _MOST_MODELS)
        return await self._database.read(lambda connection: read_model_overviews(connection, self._workspace, query))

    async def model(
        self, name: str, *, max_results: int, before_version: int | None = None, experiments: Visibility | None = None
    ) -> ModelDetails:
        """See `OverviewStore.model`."""
        check_max_results(max_results, _MOST_MODELS)
        return await self._database.read(
            lambda connection: read_model_details(
                connection, self._workspace, name, max_results, before_version, experiments
            )
        )

    async def changes(self, query: ChangeSearch) -> Changes:
        """See `OverviewStore.changes`."""
        check_change_search(query)
        return await self._database.read(lambda connection: read_changes(connection, self._workspace, query))

    async def state(self) -> StoreState:
        """See `OverviewStore.state`."""
        return await self._database.read(read_store_state)
