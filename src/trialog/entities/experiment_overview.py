"""Experiments with what is in them, and what is seen first of a store."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.experiment import Experiment
from trialog.entities.lifecycle import ViewType
from trialog.entities.model_overview import ModelOverview
from trialog.entities.run import RunInfo, RunStatus
from trialog.entities.visibility import Visibility


class ExperimentOrder(StrEnum):
    """What a list of experiments is ordered by."""

    NAME = "name"
    LAST_ACTIVITY = "last_activity"
    """When a run of it began last."""
    CREATION_TIME = "creation_time"


class ExperimentOverviewSearch(Struct, frozen=True):
    """Which experiments to look for.

    Args:
        search: Only those whose name holds this text, in any case of letters, or whose id it is.
        view_type: Which lifecycle stages to look at.
        order_by: What comes first.
        descending: The other way round.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
        visible: Which of them may be read; None for all.
    """

    search: str = ""
    view_type: ViewType = ViewType.ACTIVE_ONLY
    order_by: ExperimentOrder = ExperimentOrder.LAST_ACTIVITY
    descending: bool = True
    max_results: int = 100
    page_token: str | None = None
    visible: Visibility | None = None


class ExperimentOverview(Struct, frozen=True):
    """An experiment with what is in it.

    Args:
        experiment: The experiment.
        runs_by_status: How many runs of its own lifecycle stage have each status; those that none has are left out.
        deleted_runs: How many runs of it lie in the bin.
        counts_are_exact: Whether all were counted.
        last_run_time: When the one of them began that began last, in milliseconds since 1970 UTC; None if there is
            none that says when.
    """

    experiment: Experiment
    runs_by_status: dict[RunStatus, int]
    deleted_runs: int
    counts_are_exact: bool
    last_run_time: int | None


class ExperimentOverviews(Struct, frozen=True):
    """One page of experiments.

    Args:
        items: The experiments.
        total: How many match on all pages.
        next_page_token: As `Page` has it.
    """

    items: list[ExperimentOverview]
    total: int
    next_page_token: str | None = None


class RecentRun(Struct, frozen=True):
    """A run in a list of those that began last.

    Args:
        info: The run.
        experiment_name: Name of its experiment.
    """

    info: RunInfo
    experiment_name: str


class Home(Struct, frozen=True):
    """What is seen first of a store.

    Args:
        experiments: How many active experiments there are.
        runs: How many active runs they have.
        running_count: How many of these run now.
        registered_models: How many registered models there are.
        are_exact: Whether all runs were counted.
        running: What runs now, the newest first.
        failed: What failed lately, the newest first.
        in_production: Registered models with the newest version in Production, the last changed first.
    """

    experiments: int
    runs: int
    running_count: int
    registered_models: int
    are_exact: bool
    running: list[RecentRun]
    failed: list[RecentRun]
    in_production: list[ModelOverview]
