"""What a store promises about what pages show: much of it at once, each at one moment."""

from typing import Protocol

from trialog.entities import Visibility
from trialog.entities.experiment_overview import ExperimentOverviews, ExperimentOverviewSearch, Home
from trialog.entities.model_overview import ModelDetails, ModelOverviews, ModelOverviewSearch
from trialog.entities.run_groups import RunGroups, RunGroupSearch
from trialog.entities.run_keys import RunKeys, RunKeySearch
from trialog.entities.run_overview import RunOverview
from trialog.entities.store_state import Changes, ChangeSearch, StoreState


class OverviewStore(Protocol):
    """Reads what pages show. No point of a metric is looked at, and how much is read has a bound."""

    async def home(
        self, max_results: int, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> Home:
        """Return what runs now, what failed lately, what is in Production, and how much there is.

        Args:
            max_results: So many of each at most.
            experiments: Which experiments may be read; None for all.
            models: Which registered models may be read, by their numbers; None for all.
        """
        ...

    async def experiments(self, query: ExperimentOverviewSearch) -> ExperimentOverviews:
        """Find experiments, with what is in them. Experiments without runs come last by last activity.

        Raises:
            InvalidParameter: Page size or token are wrong.
        """
        ...

    async def keys(self, query: RunKeySearch) -> RunKeys:
        """Return names of metrics, params or tags of runs, or the commonest values of one param or tag.

        Metrics are those of all runs, in the bin or not. Params, tags and values are those of active runs: of the
        newest 2,000 of all experiments together.

        Raises:
            InvalidParameter: Values of a metric are asked for, or there are too many experiments.
        """
        ...

    async def groups(self, query: RunGroupSearch) -> RunGroups:
        """Put the runs of a search into groups, of which each page is made anew.

        At most 100,000 runs are looked at. NaN and infinities count for no metric; the mean of huge values may be
        infinite all the same. Groups without a value come last. Of long values the first 500 characters count.

        Raises:
            InvalidParameter: Filter, attribute, metric to order by, page size or token are wrong.
        """
        ...

    async def run(
        self, run_id: str, *, experiments: Visibility | None = None, models: Visibility | None = None
    ) -> RunOverview:
        """Return all that is to be seen of a run, active or deleted.

        Args:
            run_id: The run.
            experiments: Which experiments may be read, for parent, children and logged models; None for all.
            models: Which registered models may be read, by their numbers; None for all.

        Raises:
            ResourceNotFound: No run has this id.
        """
        ...

    async def models(self, query: ModelOverviewSearch) -> ModelOverviews:
        """Find registered models, with what is in their stages.

        Raises:
            InvalidParameter: Page size or token are wrong.
        """
        ...

    async def model(
        self, name: str, *, max_results: int, before_version: int | None = None, experiments: Visibility | None = None
    ) -> ModelDetails:
        """Return a registered model with its versions side by side.

        Args:
            name: Its name.
            max_results: So many versions at most, the newest first.
            before_version: Only versions with a lower number.
            experiments: Which experiments may be read, for the runs of versions; None for all.

        Raises:
            ResourceNotFound: No model has this name.
        """
        ...

    async def changes(self, query: ChangeSearch) -> Changes:
        """Return what has changed since a question before; the first time, nothing has.

        A token is good for every process that works on the same data. With other experiments than before, no run is
        new; a run that was not named before has not changed.

        Raises:
            InvalidParameter: The token is none, or there are too many experiments or runs.
        """
        ...

    async def state(self) -> StoreState:
        """Return how the store is, with all its workspaces."""
        ...
