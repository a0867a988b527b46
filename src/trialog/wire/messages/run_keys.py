"""Messages about the names of what runs logged, and about runs in groups."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import RequiredText, ViewType
from trialog.entities.limits import MAX_GROUPED_METRICS, MAX_KEYS_AT_ONCE, MAX_KEYS_EXPERIMENTS
from trialog.entities.run_groups import GroupEntity, GroupOrder
from trialog.entities.run_keys import KeyKind
from trialog.wire.messages.base import ResponseMessage, SearchText, StrictRequestMessage


class FindRunKeys(StrictRequestMessage, frozen=True):
    """Say which metrics, params or tags runs of experiments have, or the commonest values of one param or tag.

    Metrics are those of all runs. Params, tags and values are those of the newest 2,000 runs of all experiments
    together.

    Args:
        experiment_ids: Where to look: at most 100 experiments.
        kind: What is asked for.
        search: Only names, or values, that hold this text, in any case of letters; those that begin with it are first.
        key: The param or tag whose values are asked for; names are asked for without it.
        max_results: So many at most.
    """

    experiment_ids: Annotated[list[RequiredText], Meta(max_length=MAX_KEYS_EXPERIMENTS)]
    kind: KeyKind
    search: SearchText = ""
    key: str | None = None
    max_results: Annotated[int, Meta(ge=1, le=MAX_KEYS_AT_ONCE)] = 100


class CommonValueMessage(ResponseMessage, frozen=True):
    """A value of a param or tag.

    Args:
        value: The value; those of more than 500 characters are left out.
        runs: How many of the runs that were looked at have it.
    """

    value: str
    runs: int


class RunKeysResponse(ResponseMessage, frozen=True):
    """Names of metrics, params or tags, or values of one of them.

    Args:
        keys: The names, in order; empty if values were asked for.
        values: The values, the commonest first; empty if names were asked for.
        total: How many there are, also those that were not asked for because of `max_results`.
        is_complete: Whether all runs were looked at.
    """

    keys: list[str]
    values: list[CommonValueMessage]
    total: int
    is_complete: bool


class FindRunGroups(StrictRequestMessage, frozen=True):
    """Put the runs of a search into groups by a param, a tag or an attribute.

    Filter and view are those of `runs/search`. At most 100,000 runs are looked at.

    Args:
        experiment_ids: Where to look.
        filter: Which runs.
        run_view_type: Active runs, those in the bin, or all.
        group_by: Whether a param, a tag or an attribute makes the groups.
        key: Name of the param or tag; of attributes `status`, `user_id` or `experiment_id`.
        metrics: Of these, the least, mean and greatest latest value of each group is told: at most 10.
        order_by: What comes first.
        order_metric: One of `metrics`, if it is a metric that orders.
        descending: The other way round. Groups without a value come last in any case.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before; groups are put together anew for each page.
    """

    experiment_ids: list[str]
    group_by: GroupEntity
    key: RequiredText
    filter: str | None = None
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    metrics: Annotated[list[RequiredText], Meta(max_length=MAX_GROUPED_METRICS)] = field(default_factory=list)
    order_by: GroupOrder = GroupOrder.COUNT
    order_metric: str | None = None
    descending: bool = True
    max_results: Annotated[int, Meta(ge=1, le=1000)] = 50
    page_token: str | None = None


class GroupMetricMessage(ResponseMessage, frozen=True):
    """The latest values of a metric in a group of runs; NaN and infinities do not count.

    Args:
        count: How many runs have a finite value.
        min: The least; null if there is none.
        mean: The mean; null likewise.
        max: The greatest; null likewise.
    """

    count: int
    min: float | None
    mean: float | None
    max: float | None


class RunGroupMessage(ResponseMessage, frozen=True):
    """Runs that have one value.

    Args:
        value: The value, of a long one the first 500 characters, which tell groups apart; null for runs that have none.
        count: How many runs there are.
        metrics: Their metrics, by name.
    """

    value: str | None
    count: int
    metrics: dict[str, GroupMetricMessage]


class RunGroupsResponse(ResponseMessage, frozen=True):
    """One page of groups.

    Args:
        groups: The groups.
        total: How many groups there are on all pages.
        runs: How many runs were looked at.
        is_complete: Whether those are all that match.
        next_page_token: Opaque text to send for the next page; absent on the last page.
    """

    groups: list[RunGroupMessage]
    total: int
    runs: int
    is_complete: bool
    next_page_token: str | None = None
