"""Messages about the list of experiments."""

from typing import Annotated

from msgspec import Meta

from trialog.entities import LifecycleStage, PermissionLevel, RunStatus, ViewType
from trialog.entities.experiment_overview import ExperimentOrder
from trialog.wire.messages.base import ResponseMessage, SearchText, StrictRequestMessage


class SearchExperimentOverviews(StrictRequestMessage, frozen=True):
    """List experiments with what is in them.

    Args:
        search: Only those whose name holds this text, in any case of letters, or whose id it is.
        view_type: Active experiments, those in the bin, or all.
        order_by: What comes first.
        descending: The other way round; by last activity, the newest are first unless this is false.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
    """

    search: SearchText = ""
    view_type: ViewType = ViewType.ACTIVE_ONLY
    order_by: ExperimentOrder = ExperimentOrder.LAST_ACTIVITY
    descending: bool = True
    max_results: Annotated[int, Meta(ge=1, le=1000)] = 100
    page_token: str | None = None


class ExperimentOverviewMessage(ResponseMessage, frozen=True):
    """An experiment with what is in it.

    Args:
        experiment_id: Its id.
        name: Its name; slashes make folders.
        lifecycle_stage: Active or in the bin.
        creation_time: Milliseconds since 1970 UTC.
        last_update_time: Milliseconds since 1970 UTC; of the experiment itself, not of its runs.
        artifact_location: Where its runs keep their artifacts.
        note: What it is for: the tag `mlflow.note.content`; null if nobody said.
        tags: Its tags, in order of their keys.
        run_count: How many active runs it has; of an experiment in the bin, how many lie there with it.
        runs_by_status: How many of them have each status; those that none has are left out.
        deleted_run_count: How many of its runs lie in the bin.
        counts_are_exact: False if counting ended at 10,000 runs of one status.
        last_run_time: When the one of them began that began last; null if there is none.
        permission: What who asks may do with it: READ, USE, EDIT or MANAGE.
    """

    experiment_id: str
    name: str
    lifecycle_stage: LifecycleStage
    creation_time: int
    last_update_time: int
    artifact_location: str
    note: str | None
    tags: dict[str, str]
    run_count: int
    runs_by_status: dict[RunStatus, int]
    deleted_run_count: int
    counts_are_exact: bool
    last_run_time: int | None
    permission: PermissionLevel


class ExperimentOverviewsResponse(ResponseMessage, frozen=True):
    """One page of experiments.

    Args:
        experiments: The experiments.
        total: How many match on all pages.
        next_page_token: Opaque text to send for the next page; absent on the last page.
    """

    experiments: list[ExperimentOverviewMessage]
    total: int
    next_page_token: str | None = None
