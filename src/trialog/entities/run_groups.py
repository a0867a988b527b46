"""Runs in groups of one value, with what their metrics come to."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.run import RunSearch


class GroupEntity(StrEnum):
    """What of a run says to which group it belongs."""

    PARAM = "param"
    TAG = "tag"
    ATTRIBUTE = "attribute"


class GroupOrder(StrEnum):
    """What groups are ordered by."""

    VALUE = "value"
    COUNT = "count"
    METRIC_MIN = "metric_min"
    METRIC_MEAN = "metric_mean"
    METRIC_MAX = "metric_max"


class RunGroupSearch(Struct, frozen=True):
    """Which groups to make.

    Args:
        runs: Of which runs; its order and its page do not count.
        group_by: What makes the groups.
        key: Name of the param, tag or attribute.
        metrics: Metrics to look at.
        order_by: What comes first.
        order_metric: The metric that orders, if one does.
        descending: The other way round.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
    """

    runs: RunSearch
    group_by: GroupEntity
    key: str
    metrics: tuple[str, ...] = ()
    order_by: GroupOrder = GroupOrder.COUNT
    order_metric: str | None = None
    descending: bool = True
    max_results: int = 50
    page_token: str | None = None


class GroupMetric(Struct, frozen=True):
    """The latest finite values of a metric in a group.

    Args:
        count: How many runs have one.
        least: The least; None if there is none.
        mean: The mean; None likewise.
        greatest: The greatest; None likewise.
    """

    count: int
    least: float | None
    mean: float | None
    greatest: float | None


class RunGroup(Struct, frozen=True):
    """Runs that have one value.

    Args:
        value: The value, of a long one its beginning; None for runs that have none.
        count: How many there are.
        metrics: What their metrics come to, by name.
    """

    value: str | None
    count: int
    metrics: dict[str, GroupMetric]


class RunGroups(Struct, frozen=True):
    """One page of groups.

    Args:
        groups: The groups.
        total: How many there are on all pages.
        runs: How many runs were looked at.
        is_complete: Whether those are all that match.
        next_page_token: As `Page` has it.
    """

    groups: list[RunGroup]
    total: int
    runs: int
    is_complete: bool
    next_page_token: str | None = None
