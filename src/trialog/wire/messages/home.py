"""Messages about the page that is seen first."""

from typing import Annotated

from msgspec import Meta

from trialog.entities import RunStatus
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage
from trialog.wire.messages.model_overviews import VersionSummaryMessage


class GetHome(StrictRequestMessage, frozen=True):
    """Say what runs now, what failed lately and what is in Production.

    Args:
        max_results: So many of each at most.
    """

    max_results: Annotated[int, Meta(ge=1, le=100)] = 10


class RecentRunMessage(ResponseMessage, frozen=True):
    """A run in a list of those that began last.

    Args:
        run_id: The run.
        run_name: Its name.
        experiment_id: Where it belongs.
        experiment_name: The name of that.
        user_id: Who started it, as the client said.
        status: Where it stands.
        start_time: When it began, in milliseconds since 1970 UTC.
        end_time: When it ended; null while it runs.
    """

    run_id: str
    run_name: str
    experiment_id: str
    experiment_name: str
    user_id: str
    status: RunStatus
    start_time: int
    end_time: int | None


class HomeCountsMessage(ResponseMessage, frozen=True):
    """How much of what there is may be read by who asks.

    Args:
        experiments: Active experiments.
        runs: Active runs in them.
        running: Those of them that run now.
        registered_models: Registered models.
        are_exact: Whether all runs were counted: of each experiment, counting ends at 10,000 runs of one status.
    """

    experiments: int
    runs: int
    running: int
    registered_models: int
    are_exact: bool


class ProductionMessage(ResponseMessage, frozen=True):
    """A registered model that has a version in Production.

    Args:
        name: The registered model.
        version: The newest version in Production.
    """

    name: str
    version: VersionSummaryMessage


class HomeResponse(ResponseMessage, frozen=True):
    """What is seen first.

    Args:
        is_empty: Whether there is nothing that who asks may read: no run, no model, no more than one experiment.
        counts: How much there is.
        running: What runs now, the newest first.
        failed: What failed lately, the newest first.
        in_production: What is in Production, the model that was changed last first.
    """

    is_empty: bool
    counts: HomeCountsMessage
    running: list[RecentRunMessage]
    failed: list[RecentRunMessage]
    in_production: list[ProductionMessage]
