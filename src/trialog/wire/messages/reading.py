"""Messages about curves for charts, and about the table of runs in columns."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from trialog.entities import Int64, RequiredText, ViewType
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.curve import CurveAxis
from trialog.entities.limits import (
    MAX_COLUMNS_AT_ONCE,
    MAX_CURVE_POINTS,
    MAX_CURVES_AT_ONCE,
    MAX_RUNS_AT_ONCE,
    MAX_TABLE_RUNS,
    MIN_CURVE_POINTS,
)
from trialog.entities.metric_meaning import Direction
from trialog.entities.run_columns import RunAttribute
from trialog.wire.messages.base import PageSize, ResponseMessage, StrictRequestMessage

_Names = Annotated[list[RequiredText], Meta(max_length=MAX_COLUMNS_AT_ONCE)]


class GetCurves(StrictRequestMessage, frozen=True):
    """Read metrics of many runs for charts, each thinned to the points that a chart has room for.

    `start` and `end` are steps, or timestamps where `axis` is `timestamp`; what lies outside is left out. Without
    `max_points` it is 2,000 for each curve, less for more than 500 curves. The answer is binary unless `Accept` asks
    for JSON; both are described in `docs/guide/reading.md`.
    """

    run_ids: Annotated[list[RequiredText], Meta(min_length=1, max_length=MAX_RUNS_AT_ONCE)]
    keys: Annotated[list[RequiredText], Meta(min_length=1, max_length=MAX_CURVES_AT_ONCE)]
    axis: CurveAxis = CurveAxis.STEP
    start: Int64 | UnsetType = UNSET
    end: Int64 | UnsetType = UNSET
    max_points: Annotated[int, Meta(ge=MIN_CURVE_POINTS, le=MAX_CURVE_POINTS)] | UnsetType = UNSET


class CurveMessage(ResponseMessage, frozen=True):
    """One metric of one run.

    Args:
        run_id: The run.
        key: Name of the metric; without points, the run never logged it.
        total: How many points the metric has in the range that was asked for.
        is_thinned: Whether some of them are left out.
        steps: Step of each point that is shown.
        timestamps: Milliseconds since 1970 UTC of each.
        values: Value of each; NaN and infinities as text.
    """

    run_id: str
    key: str
    total: int
    is_thinned: bool
    steps: list[int]
    timestamps: list[int]
    values: list[float | str]


class DamagedCurveMessage(ResponseMessage, frozen=True):
    """A curve that cannot be shown.

    Args:
        run_id: The run.
        key: Name of the metric.
        message: What of it is damaged.
    """

    run_id: str
    key: str
    message: str


class CurvesResponse(ResponseMessage, frozen=True):
    """Curves, run by run in the order asked for, and of each run key by key.

    Args:
        axis: What points are ordered by.
        curves: The curves.
        unknown_run_ids: Runs that are not there.
        damaged_curves: Curves that are left out, because points of them are not what was written.
    """

    axis: CurveAxis
    curves: list[CurveMessage]
    unknown_run_ids: list[str]
    damaged_curves: list[DamagedCurveMessage]


class SearchRunColumns(StrictRequestMessage, frozen=True):
    """Find runs for a table, or take those that are named, and read nothing of them but some columns.

    Filter, order and page tokens are those of `runs/search`.

    Args:
        experiment_ids: Where to look.
        filter: Which runs; all without it.
        run_view_type: Active runs, those in the bin, or all.
        max_results: Largest page wanted.
        order_by: What comes first.
        page_token: Where to go on, from the page before.
        attributes: What every run has.
        metrics: Names of metrics.
        params: Names of params.
        tags: Names of tags.
        metric_summary: Which value of a metric stands in its column.
        run_ids: These runs, at most 1,000, active or in the bin, in this order: instead of a search.
        star: Name of a metric: which runs of all that match have the best latest value of it, by what the metric means,
            is told with the first page.
    """

    experiment_ids: list[str] = field(default_factory=list)
    filter: str | None = None
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: PageSize = 1000
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None
    attributes: Annotated[list[RunAttribute], Meta(max_length=MAX_COLUMNS_AT_ONCE)] = field(
        default_factory=lambda: [RunAttribute.RUN_ID]
    )
    metrics: _Names = field(default_factory=list)
    params: _Names = field(default_factory=list)
    tags: _Names = field(default_factory=list)
    metric_summary: MetricSummaryKind = MetricSummaryKind.LAST
    run_ids: Annotated[list[RequiredText], Meta(max_length=MAX_TABLE_RUNS)] = field(default_factory=list)
    star: str | None = None


class StarMessage(ResponseMessage, frozen=True):
    """The best runs by a metric, of active runs that match a search.

    Args:
        metric: The metric.
        run_ids: The runs with the very best value, the one that began first in front; at most 100. Empty if there is
            none.
        direction: Which values are better; null if there is no best run.
        code: Why there is no best run: the code of the error that `runs/best` answers with; null if there is one.
    """

    metric: str
    run_ids: list[str]
    direction: Direction | None
    code: str | None


class RunColumnsResponse(ResponseMessage, frozen=True):
    """One page of the table: in each column a value for each run, null where a run has none.

    Args:
        count: How many runs there are on the page.
        attributes: Columns by name.
        metrics: Columns by name; NaN and infinities as text.
        params: Columns by name.
        tags: Columns by name.
        total: How many runs match on all pages; said with the first page alone.
        total_is_exact: False if there may be more than `total`.
        next_page_token: Opaque text to send for the next page; absent on the last page.
        unknown_run_ids: Runs that were named and are not there, or may not be read.
        star: The best runs, if they were asked for.
    """

    count: int
    attributes: dict[str, list[str | int | list[str] | None]]
    metrics: dict[str, list[float | str | None]]
    params: dict[str, list[str | None]]
    tags: dict[str, list[str | None]]
    total: int | None = None
    total_is_exact: bool | None = None
    next_page_token: str | None = None
    unknown_run_ids: list[str] = field(default_factory=list)
    star: StarMessage | None = None
