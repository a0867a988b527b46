"""Experiments of another server with what is in them, and what is seen first of it.

MLflow's API counts nothing. What is told is what the newest runs tell, and that it is not all where it is not.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from trialog.entities import (
    Experiment,
    ExperimentSearch,
    LifecycleStage,
    Run,
    RunStatus,
    ViewType,
)
from trialog.entities.experiment_overview import (
    ExperimentOrder,
    ExperimentOverview,
    ExperimentOverviews,
    ExperimentOverviewSearch,
    Home,
    RecentRun,
)
from trialog.entities.model_overview import ModelOverview
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.remote.experiments import RemoteExperiments
from trialog.remote.pages import page_of
from trialog.remote.run_finder import RunFinder, RunSample
from trialog.remote.server import RemoteServer
from trialog.remote.texts import name_filter

_MOST_EXPERIMENTS: Final = 1_000
_ORDERS: Final[Mapping[ExperimentOrder, str]] = {
    ExperimentOrder.NAME: "name",
    ExperimentOrder.CREATION_TIME: "creation_time",
    # It knows nothing nearer.
    ExperimentOrder.LAST_ACTIVITY: "last_update_time",
}


class _Runs(Struct, frozen=True):
    """What is known of the runs of some experiments.

    Args:
        by_status: How many runs of each experiment have each status.
        last_times: When the newest of each began.
        is_complete: Whether all were looked at.
    """

    by_status: dict[str, Counter[RunStatus]]
    last_times: dict[str, int]
    is_complete: bool


class ExperimentOverviewReader:
    """Reads what pages show of experiments.

    Args:
        server: The other server.
        experiments: Experiments of it.
        finder: Finds runs of it.
    """

    def __init__(self, server: RemoteServer, experiments: RemoteExperiments, finder: RunFinder) -> None:
        self._server = server
        self._experiments = experiments
        self._finder = finder

    async def find(self, query: ExperimentOverviewSearch) -> ExperimentOverviews:
        """See `OverviewStore.experiments`; of more than a thousand, the first thousand are found."""
        found = await self._matching(query)
        stage = ViewType.DELETED_ONLY if query.view_type is ViewType.DELETED_ONLY else ViewType.ACTIVE_ONLY
        ids = [one.experiment_id for one in found]
        seen = _seen(await self._finder.sample(ids, stage))
        if query.order_by is ExperimentOrder.LAST_ACTIVITY:
            found = _by_activity(found, seen.last_times, descending=query.descending)
        page, token = page_of(found, query.max_results, query.page_token)
        empty = set()
        if not seen.is_complete:
            unseen = [one.experiment_id for one in page if one.experiment_id not in seen.last_times]
            samples = await self._server.each(
                lambda place: self._finder.find_newest([place], view_type=stage, max_results=1), unseen
            )
            for place, sample in zip(unseen, samples, strict=True):
                _add(seen, sample.runs)
                if not sample.runs:
                    empty.add(place)
        deleted = {}
        if stage is ViewType.ACTIVE_ONLY and ids:
            deleted = _seen(await self._finder.sample(ids, ViewType.DELETED_ONLY)).by_status
        return ExperimentOverviews(
            [
                ExperimentOverview(
                    experiment=one,
                    runs_by_status=dict(seen.by_status.get(one.experiment_id, {})),
                    deleted_runs=deleted[one.experiment_id].total() if one.experiment_id in deleted else 0,
                    counts_are_exact=seen.is_complete or one.experiment_id in empty,
                    last_run_time=seen.last_times.get(one.experiment_id),
                )
                for one in page
            ],
            len(found),
            token,
        )

    async def home(self, max_results: int, registered_models: int, in_production: list[ModelOverview]) -> Home:
        """See `OverviewStore.home`.

        Args:
            max_results: So many of each at most.
            registered_models: How many registered models there are.
            in_production: Those of them that have a version in Production.
        """
        page = await self._experiments.search(
            ExperimentSearch(max_results=_MOST_EXPERIMENTS, order_by=("last_update_time DESC",))
        )
        names = {one.experiment_id: one.name for one in page.items}
        sample = await self._finder.sample(names)
        running, failed = await self._server.each(
            lambda status: self._finder.find_newest(
                list(names), filter_text=f"attributes.status = '{status}'", max_results=max_results + 1
            ),
            [RunStatus.RUNNING.value, RunStatus.FAILED.value],
        )
        return Home(
            experiments=len(names),
            runs=len(sample.runs),
            running_count=len(running.runs),
            registered_models=registered_models,
            are_exact=sample.is_complete and page.next_page_token is None,
            running=_recent(running.runs[:max_results], names),
            failed=_recent(failed.runs[:max_results], names),
            in_production=in_production,
        )

    async def _matching(self, query: ExperimentOverviewSearch) -> list[Experiment]:
        order = f"{_ORDERS[query.order_by]} {'DESC' if query.descending else 'ASC'}"
        page = await self._experiments.search(
            ExperimentSearch(
                max_results=_MOST_EXPERIMENTS,
                filter=name_filter(query.search),
                order_by=(order,),
                view_type=query.view_type,
            )
        )
        folded = query.search.casefold()
        found = [one for one in page.items if folded in one.name.casefold()]
        if query.search.isdigit() and query.search not in {one.experiment_id for one in found}:
            found += await self._by_id(query)
        return found

    async def _by_id(self, query: ExperimentOverviewSearch) -> list[Experiment]:
        try:
            one = await self._experiments.get(query.search)
        except (ResourceNotFound, InvalidParameter):
            return []
        is_deleted = one.lifecycle_stage is LifecycleStage.DELETED
        wanted = {ViewType.ALL: True, ViewType.DELETED_ONLY: is_deleted, ViewType.ACTIVE_ONLY: not is_deleted}
        return [one] if wanted[query.view_type] else []


def _seen(sample: RunSample) -> _Runs:
    seen = _Runs({}, {}, sample.is_complete)
    _add(seen, sample.runs)
    return seen


def _add(seen: _Runs, runs: Collection[Run]) -> None:
    for run in runs:
        place, began = run.info.experiment_id, run.info.start_time
        seen.by_status.setdefault(place, Counter())[run.info.status] += 1
        if began is not None:
            seen.last_times[place] = max(began, seen.last_times.get(place, began))


def _by_activity(found: list[Experiment], last_times: Mapping[str, int], *, descending: bool) -> list[Experiment]:
    active = [one for one in found if one.experiment_id in last_times]
    active.sort(key=lambda one: last_times[one.experiment_id], reverse=descending)
    return [*active, *(one for one in found if one.experiment_id not in last_times)]


def _recent(runs: Collection[Run], names: Mapping[str, str]) -> list[RecentRun]:
    return [RecentRun(run.info, names.get(run.info.experiment_id, "")) for run in runs]
