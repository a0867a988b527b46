"""Messages about what metrics mean."""

from msgspec import UNSET, UnsetType, field

from trialog.entities import RequiredText
from trialog.entities.metric_meaning import (
    Direction,
    MeaningChoice,
    MeaningNote,
    MeaningPart,
    MeaningSources,
)
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class GetMetricMeanings(StrictRequestMessage, frozen=True):
    """Say what metrics mean: those named, or all of an experiment."""

    experiment_id: str | None = None
    metric: list[str] = field(default_factory=list)


class ListMetricMeaningOverrides(StrictRequestMessage, frozen=True):
    """List what was said about metrics on the server, and in an experiment if one is named."""

    experiment_id: str | None = None


class SetMetricMeaning(StrictRequestMessage, frozen=True):
    """Say what metrics of a name or pattern mean on this server; replaces what was said under it before."""

    pattern: RequiredText
    direction: Direction | UnsetType = UNSET
    unit: str | None = None
    scale: float | UnsetType = UNSET
    thresholds: list[float] | None = None
    target: float | UnsetType = UNSET
    without: list[MeaningPart] = field(default_factory=list)


class SetExperimentMetricMeaning(SetMetricMeaning, frozen=True, kw_only=True):
    """Say what metrics of a name or pattern mean in one experiment."""

    experiment_id: RequiredText


class DeleteMetricMeaning(StrictRequestMessage, frozen=True):
    """Take back what was said about metrics of a name or pattern on this server."""

    pattern: RequiredText


class DeleteExperimentMetricMeaning(StrictRequestMessage, frozen=True):
    """Take back what was said about metrics of a name or pattern in one experiment."""

    experiment_id: RequiredText
    pattern: RequiredText


class LoggedRange(ResponseMessage, frozen=True):
    """Between what the latest finite values of the runs of an experiment lie; null if there are none."""

    least: float | None
    greatest: float | None


class MetricMeaningMessage(ResponseMessage, frozen=True):
    """What a metric means, as answers show it; see `trialog.entities.metric_meaning.MetricMeaning`."""

    metric: str
    direction: Direction
    unit: str
    scale: float | None
    thresholds: list[float] | None
    target: float | None
    ambiguous: bool
    choices: list[MeaningChoice]
    offered_thresholds: list[float] | None
    notes: list[MeaningNote]
    sources: MeaningSources
    logged: LoggedRange | None


class MetricMeaningsResponse(ResponseMessage, frozen=True):
    """What metrics mean, in the order asked, or by name."""

    meanings: list[MetricMeaningMessage]


class MetricMeaningOverrideMessage(ResponseMessage, frozen=True):
    """What was said about metrics of a name or pattern; parts that were not said are absent."""

    pattern: str
    last_updated_timestamp: int
    actor: str
    experiment_id: str | None = None
    direction: Direction | None = None
    unit: str | None = None
    scale: float | None = None
    thresholds: list[float] | None = None
    target: float | None = None
    without: list[MeaningPart] = field(default_factory=list)


class MetricMeaningOverrideResponse(ResponseMessage, frozen=True):
    """One thing that was said, as it is kept now."""

    override: MetricMeaningOverrideMessage


class MetricMeaningOverridesResponse(ResponseMessage, frozen=True):
    """All that was said, the server's own first, each in the order of patterns."""

    overrides: list[MetricMeaningOverrideMessage]
