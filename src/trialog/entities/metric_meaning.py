"""What the numbers of a metric mean: which way is better, in what unit they stand, and what counts as good."""

from enum import StrEnum

from msgspec import Struct

FRACTION = "fraction"
PERCENT = "percent"
NO_UNIT = "none"
THRESHOLD_COUNT = 4


class Direction(StrEnum):
    """Which values of a metric are better."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"
    """Neither, or nobody knows."""


class Band(StrEnum):
    """How good a value is; the words are stable, for pages to translate."""

    BAD = "bad"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    EXCELLENT = "excellent"


class MeaningOrigin(StrEnum):
    """Who said what a metric means; the first of these that says something counts."""

    EXPERIMENT = "experiment"
    SERVER = "server"
    DEFAULT = "default"
    """Trialog knows the name."""
    NONE = "none"
    """Nobody."""


class MeaningNote(StrEnum):
    """What to bear in mind when reading a metric; the words are stable, for pages to translate."""

    DEPENDS_ON_SCALE = "depends_on_scale"
    """It has the unit of what is predicted: what is good for one series is bad for another."""
    DEPENDS_ON_DATA = "depends_on_data"
    """What is good depends on how hard the task is or how much data there is."""
    SCALE_UNKNOWN = "scale_unknown"
    """The same number may be a fraction or a percentage; somebody has to say which."""
    SIGN_UNKNOWN = "sign_unknown"
    """Some write it as a negative number and others as a positive one; somebody has to say which."""
    VALUES_OUT_OF_RANGE = "values_out_of_range"
    """Values were logged that it cannot have as it is usually written."""


class MeaningPart(StrEnum):
    """A part of a meaning that can be said not to be there."""

    THRESHOLDS = "thresholds"
    TARGET = "target"


class MeaningStatement(Struct, frozen=True):
    """What somebody says of a metric; what is None is left to whoever says something more general.

    Args:
        direction: Which values are better.
        unit: What shown numbers are in: `fraction`, `percent`, `none` or any other word, such as `USD`.
        scale: What a stored number is multiplied by to be shown in the unit: 100 if 0.032 stored is 3.2 percent.
        thresholds: Four stored numbers between the five bands, from the worst to the best.
        target: A stored number to be reached.
        without: Parts that the metric does not have, whatever more general statements say.
    """

    direction: Direction | None = None
    unit: str | None = None
    scale: float | None = None
    thresholds: tuple[float, ...] | None = None
    target: float | None = None
    without: tuple[MeaningPart, ...] = ()


class MetricMeaningOverride(Struct, frozen=True):
    """What metrics of a name mean on this server, or in one experiment.

    Args:
        pattern: Name of a metric, or a pattern in which `*` stands for any characters.
        experiment_id: The experiment it holds in; None for the whole server.
        statement: What it says.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        actor: Who said it, as the access layer knows.
    """

    pattern: str
    experiment_id: str | None
    statement: MeaningStatement
    last_updated_timestamp: int
    actor: str


class MeaningSource(Struct, frozen=True):
    """Where a part of a meaning comes from.

    Args:
        origin: Who said it.
        pattern: The name or pattern under which it was said; None if nobody said it.
    """

    origin: MeaningOrigin
    pattern: str | None = None


class MeaningSources(Struct, frozen=True):
    """Where each part of a meaning comes from."""

    direction: MeaningSource
    unit: MeaningSource
    scale: MeaningSource
    thresholds: MeaningSource
    target: MeaningSource


class MeaningChoice(Struct, frozen=True):
    """One way in which the numbers of an ambiguous metric may be meant.

    Args:
        direction: Which values would be better.
        scale: What stored numbers would be multiplied by to be shown in the unit.
        thresholds: Thresholds of the bands, in stored numbers; None if there are none.
        target: In stored numbers; None if there is none.
        suggested: Whether the values logged so far look like it: a hint, never an answer.
    """

    direction: Direction
    scale: float
    thresholds: tuple[float, ...] | None
    target: float | None
    suggested: bool = False


class MetricRange(Struct, frozen=True):
    """Between what the latest values of a metric lie in an experiment.

    Args:
        experiment_id: The experiment.
        key: Name of the metric.
        least: The least finite one; None if there is none.
        greatest: The greatest finite one; None if there is none.
    """

    experiment_id: str
    key: str
    least: float | None
    greatest: float | None


class MetricMeaning(Struct, frozen=True):
    """What a metric means, all that is known taken together.

    Args:
        metric: Name of the metric.
        direction: Which values are better; `none` as long as that is ambiguous.
        unit: What shown numbers are in.
        scale: What a stored number is multiplied by to be shown; None as long as that is ambiguous.
        thresholds: Four stored numbers between the five bands, from the worst to the best; None if there are none or
            the scale is ambiguous.
        target: A stored number to be reached; None if there is none or the scale is ambiguous.
        ambiguous: Whether somebody has to choose.
        choices: What there is to choose from; empty unless ambiguous.
        offered_thresholds: Thresholds that are usual for some data and not used before somebody takes them over.
        notes: What to bear in mind.
        sources: Where each part comes from.
        logged: Between what the values lie that were logged in the experiment; None if it has none or none is named.
    """

    metric: str
    direction: Direction
    unit: str
    scale: float | None
    thresholds: tuple[float, ...] | None
    target: float | None
    ambiguous: bool
    choices: tuple[MeaningChoice, ...]
    offered_thresholds: tuple[float, ...] | None
    notes: tuple[MeaningNote, ...]
    sources: MeaningSources
    logged: MetricRange | None = None


class Assessment(Struct, frozen=True):
    """How good a value is.

    Args:
        band: None if there are no bands, the value is not finite, or the answer depends on an ambiguous scale.
        meets_target: Whether the target is reached; None likewise.
    """

    band: Band | None = None
    meets_target: bool | None = None
