"""Runs in groups of one value, with what their metrics come to."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import fsum, isfinite

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


NOTHING_MEASURED = GroupMetric(0, None, None, None)
"""Of a group in which no run has a finite value."""


def measure_group(values: Iterable[float]) -> GroupMetric:
    """Return what the values of a metric in a group come to.

    Args:
        values: The latest value of each run; those that are not finite do not count.
    """
    numbers = [value for value in values if isfinite(value)]
    if not numbers:
        return NOTHING_MEASURED
    return GroupMetric(len(numbers), min(numbers), _mean(numbers), max(numbers))


def order_groups(groups: Sequence[RunGroup], query: RunGroupSearch) -> list[RunGroup]:
    """Return groups in order: those without a value last, ties by value.

    Args:
        groups: All groups.
        query: Says in which order.
    """

    def number_of(group: RunGroup) -> float | None:
        if query.order_metric is None:
            return None
        found = group.metrics[query.order_metric]
        return {
            GroupOrder.METRIC_MIN: found.least,
            GroupOrder.METRIC_MEAN: found.mean,
            GroupOrder.METRIC_MAX: found.greatest,
        }.get(query.order_by)

    by_value = sorted((group for group in groups if group.value is not None), key=lambda group: _as_number(group.value))
    match query.order_by:
        case GroupOrder.VALUE:
            ordered = by_value[::-1] if query.descending else by_value
        case GroupOrder.COUNT:
            ordered = sorted(by_value, key=lambda group: group.count, reverse=query.descending)
        case _:
            measured = [(number, group) for group in by_value if (number := number_of(group)) is not None]
            measured.sort(key=lambda pair: pair[0], reverse=query.descending)
            ordered = [group for _, group in measured]
            ordered += [group for group in by_value if number_of(group) is None]
    return [*ordered, *(group for group in groups if group.value is None)]


def _as_number(text: str | None) -> tuple[int, float, str]:
    """Return what sorts values: numbers by size before other texts."""
    shown = text or ""
    try:
        number = float(shown)
    except ValueError:
        return 1, 0.0, shown
    # NaN compares with nothing.
    return (0, number, shown) if number == number else (1, 0.0, shown)


def _mean(numbers: Sequence[float]) -> float:
    # Divided first, so that numbers near the greatest there are do not add up to infinity.
    count = len(numbers)
    try:
        return fsum(numbers) / count
    except OverflowError:
        return fsum(number / count for number in numbers)
