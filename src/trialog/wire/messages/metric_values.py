"""The value of a metric together with how good it is, as pages show it."""

from trialog.entities.metric_meaning import Band, Direction
from trialog.wire.messages.base import ResponseMessage


class MetricReadingMessage(ResponseMessage, frozen=True):
    """What a metric means, as far as a value of it needs to be shown; `metric-meanings` says where that comes from.

    Args:
        direction: Which values are better.
        unit: What shown numbers are in.
        scale: What a stored number is multiplied by to be shown; null as long as that is ambiguous.
        is_ambiguous: Whether somebody has to say what is meant.
    """

    direction: Direction
    unit: str
    scale: float | None
    is_ambiguous: bool


class MetricValueMessage(ResponseMessage, frozen=True):
    """The latest value of a metric of a run, and how good it is.

    Args:
        key: Name of the metric.
        value: The value; NaN and infinities as text.
        step: Its step.
        timestamp: Milliseconds since 1970 UTC.
        band: How good it is; null where there are no bands.
        meets_target: Whether the target is reached; null where there is none.
        reading: What the metric means.
    """

    key: str
    value: float | str
    step: int
    timestamp: int
    band: Band | None
    meets_target: bool | None
    reading: MetricReadingMessage


class MetricSummaryMessage(ResponseMessage, frozen=True):
    """All values of a metric of a run, in short.

    Args:
        key: Name of the metric.
        count: How many points were logged.
        last: The latest value; NaN and infinities as text, here and below.
        last_step: Its step.
        last_timestamp: Milliseconds since 1970 UTC.
        first: The first value.
        first_step: Its step.
        first_timestamp: Milliseconds since 1970 UTC.
        min: The least value; null while all are NaN.
        min_step: Its step.
        max: The greatest value; null while all are NaN.
        max_step: Its step.
        band: How good the latest value is; null where there are no bands.
        meets_target: Whether the target is reached; null where there is none.
        reading: What the metric means.
    """

    key: str
    count: int
    last: float | str
    last_step: int
    last_timestamp: int
    first: float | str
    first_step: int
    first_timestamp: int
    min: float | str | None
    min_step: int | None
    max: float | str | None
    max_step: int | None
    band: Band | None
    meets_target: bool | None
    reading: MetricReadingMessage
