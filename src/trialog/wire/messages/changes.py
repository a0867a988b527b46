"""Messages about what has changed since a page was drawn."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import RequiredText
from trialog.entities.limits import MAX_CHANGES_EXPERIMENTS, MAX_CHANGES_RUNS, MAX_CHANGES_TOKEN
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class FindChanges(StrictRequestMessage, frozen=True):
    """Say what has changed of runs and experiments that are on the screen.

    Args:
        experiment_ids: Of these, new runs are told: at most 100.
        run_ids: Of these, everything is told but points and files: at most 500.
        since: The token of the answer before; without it, nothing has changed and there is a token.
    """

    experiment_ids: Annotated[list[RequiredText], Meta(max_length=MAX_CHANGES_EXPERIMENTS)] = field(
        default_factory=list
    )
    run_ids: Annotated[list[RequiredText], Meta(max_length=MAX_CHANGES_RUNS)] = field(default_factory=list)
    since: Annotated[str, Meta(max_length=MAX_CHANGES_TOKEN)] = ""


class ChangesResponse(ResponseMessage, frozen=True):
    """What has changed.

    Args:
        token: To be sent as `since` with the next question; it is good on every server of the same store.
        has_changed: Whether anything below is to be acted on.
        new_runs: How many runs were made in the experiments since; counting ends at 1,000.
        running: How many runs of the experiments run now; counting ends at 1,000.
        changed_run_ids: Those of the runs to which something was logged, or whose name, status, end, tags, datasets or
            models changed, or that went into the bin or came back. A run that was not asked for before is not among
            them.
        gone_run_ids: Those of the runs that are not there, or may not be read.
    """

    token: str
    has_changed: bool
    new_runs: int
    running: int
    changed_run_ids: list[str]
    gone_run_ids: list[str]
