"""From what is known of a metric by its name, and what was said of it, to what it means.

As long as the same number may be meant in several ways, each way is a `Reading`; what is said more specifically leaves
fewer of them. If more than one is left, the metric is ambiguous, and somebody has to choose.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from trialog.entities.metric_meaning import (
    FRACTION,
    NO_UNIT,
    PERCENT,
    Direction,
    MeaningChoice,
    MeaningNote,
    MeaningOrigin,
    MeaningPart,
    MeaningSource,
    MeaningSources,
    MeaningStatement,
    MetricMeaning,
    MetricRange,
)
from trialog.registry.well_known_metrics import FRACTION_STORED, PERCENT_STORED, RecognisedMetric, recognise_metric

LOOKS_LIKE_PERCENT = 1.5
"""Values beyond it look like percentages rather than fractions: a hint to whoever has to choose, and no more."""

_NOBODY = MeaningSource(MeaningOrigin.NONE)
_NOTHING_SAID = MeaningSources(_NOBODY, _NOBODY, _NOBODY, _NOBODY, _NOBODY)
# Units that can be turned into each other, with what one of each comes to.
_SIZES: Mapping[str, float] = MappingProxyType({NO_UNIT: 1.0, FRACTION: 1.0, PERCENT: 0.01})

_SOMEBODY = frozenset({MeaningOrigin.SERVER, MeaningOrigin.EXPERIMENT})
_WITHOUT_DEFAULTS: Mapping[str, float | None] = MappingProxyType({"scale": 1.0, "thresholds": None, "target": None})

Numbers = tuple[float, ...] | None


class Reading(Struct, frozen=True):
    """One way in which the numbers of a metric may be meant.

    Args:
        direction: Which values are better.
        scale: What stored numbers are multiplied by to be shown.
        thresholds: Stored numbers between the bands.
        target: A stored number to be reached.
        offered: Stored numbers between bands that are only offered.
        scale_fits: Whether the values logged so far look like this scale.
        direction_fits: Whether they look like this direction.
    """

    direction: Direction = Direction.NONE
    scale: float = 1.0
    thresholds: Numbers = None
    target: float | None = None
    offered: Numbers = None
    scale_fits: bool = False
    direction_fits: bool = False


class Draft(Struct, frozen=True):
    """What is known of a metric so far.

    Args:
        unit: What shown numbers are in.
        readings: The ways in which its numbers may be meant, at least one.
        sources: Where each part comes from.
        notes: What to bear in mind.
        as_stored: Whether the thresholds or target were said while the scale was open, and so do not follow it.
    """

    unit: str = NO_UNIT
    readings: tuple[Reading, ...] = (Reading(),)
    sources: MeaningSources = _NOTHING_SAID
    notes: tuple[MeaningNote, ...] = ()
    as_stored: bool = False


def known_by_name(metric: str, logged: MetricRange | None) -> Draft:
    """Return what a metric means as far as its name tells.

    Args:
        metric: Its name.
        logged: Between what its values lie; None if that is not known.
    """
    recognised = recognise_metric(metric)
    if recognised is None:
        return Draft()
    known = recognised.metric
    shown_as_percent = recognised.says_percent and (known.unit in {FRACTION, PERCENT} or known.bounds is not None)
    unit = PERCENT if shown_as_percent else known.unit
    factor = _SIZES[known.unit] / _SIZES[PERCENT] if shown_as_percent else 1.0
    scales, out_of_range = _possible_scales(recognised, logged, factor)
    directions = _possible_directions(recognised)
    suggested_scale, suggested_direction = _suggestions(scales, logged)
    readings = tuple(
        Reading(
            direction,
            scale,
            _times(known.thresholds, sign * factor / scale),
            None if known.target is None else _round(known.target * sign * factor / scale),
            _times(known.offered_thresholds, sign * factor / scale),
            scale == suggested_scale,
            direction is suggested_direction,
        )
        for (direction, sign), scale in product(directions, scales)
    )
    source = MeaningSource(MeaningOrigin.DEFAULT, recognised.pattern)
    has_thresholds, has_target = known.thresholds is not None, known.target is not None
    sources = MeaningSources(
        source, source, source, source if has_thresholds else _NOBODY, source if has_target else _NOBODY
    )
    notes = (*known.notes, MeaningNote.VALUES_OUT_OF_RANGE) if out_of_range else known.notes
    return Draft(unit, readings, sources, notes)


def with_statement(draft: Draft, statement: MeaningStatement, source: MeaningSource) -> Draft:
    """Return what is known when something more specific has been said too.

    Args:
        draft: What was known before.
        statement: What was said; parts left out stay as they were.
        source: Who said it.
    """
    if statement.direction is not None:
        draft = _with_direction(draft, statement.direction, source)
    if statement.unit is not None:
        draft = _with_unit(draft, statement.unit, source)
    if statement.scale is not None:
        draft = _with_scale(draft, statement.scale, source)
    if statement.thresholds is not None:
        changed = [replace(each, thresholds=statement.thresholds, offered=None) for each in draft.readings]
        draft = replace(_changed(draft, changed, thresholds=source), as_stored=_is_open(draft))
    if statement.target is not None:
        changed = [replace(each, target=statement.target) for each in draft.readings]
        draft = replace(_changed(draft, changed, target=source), as_stored=_is_open(draft))
    if MeaningPart.THRESHOLDS in statement.without:
        changed = [replace(each, thresholds=None) for each in draft.readings]
        draft = _changed(draft, changed, thresholds=source)
    if MeaningPart.TARGET in statement.without:
        draft = _changed(draft, [replace(each, target=None) for each in draft.readings], target=source)
    return draft


def meaning_of(metric: str, draft: Draft, logged: MetricRange | None = None) -> MetricMeaning:
    """Return what a metric means when all that was said has been taken in.

    Args:
        metric: Its name.
        draft: What is known.
        logged: Between what its values lie.
    """
    readings = draft.readings
    directions = {each.direction for each in readings}
    scales = {each.scale for each in readings}
    thresholds = {each.thresholds for each in readings}
    targets = {each.target for each in readings}
    offered = {each.offered for each in readings if each.thresholds is None}
    one_direction, one_scale = len(directions) == 1, len(scales) == 1
    settled = draft.sources.scale.origin in _SOMEBODY
    notes = [note for note in draft.notes if note is not MeaningNote.VALUES_OUT_OF_RANGE or not settled]
    notes += [] if one_scale else [MeaningNote.SCALE_UNKNOWN]
    notes += [] if one_direction else [MeaningNote.SIGN_UNKNOWN]
    choices = tuple(
        MeaningChoice(
            each.direction,
            each.scale,
            each.thresholds,
            each.target,
            suggested=(one_scale or each.scale_fits) and (one_direction or each.direction_fits),
        )
        for each in readings
    )
    return MetricMeaning(
        metric=metric,
        direction=readings[0].direction if one_direction else Direction.NONE,
        unit=draft.unit,
        scale=readings[0].scale if one_scale else None,
        thresholds=readings[0].thresholds if len(thresholds) == 1 else None,
        target=readings[0].target if len(targets) == 1 else None,
        ambiguous=len(readings) > 1,
        choices=choices if len(readings) > 1 else (),
        offered_thresholds=readings[0].offered if len(offered) == 1 else None,
        notes=tuple(notes),
        sources=replace(
            draft.sources,
            direction=draft.sources.direction if one_direction else _NOBODY,
            scale=draft.sources.scale if one_scale else _NOBODY,
        ),
        logged=logged,
    )


def _possible_scales(
    recognised: RecognisedMetric, logged: MetricRange | None, factor: float
) -> tuple[tuple[float, ...], bool]:
    """Return how stored numbers may have to be scaled, and whether values were logged that call that into question."""
    known = recognised.metric
    if recognised.says_percent:
        return (PERCENT_STORED,), False
    if known.bounds is None or logged is None or logged.least is None or logged.greatest is None:
        return known.scales, False
    least, greatest = (bound * factor for bound in known.bounds)
    if least <= logged.least and logged.greatest <= greatest:
        return known.scales, False
    as_percent = _SIZES[PERCENT]
    if least <= logged.least * as_percent and logged.greatest * as_percent <= greatest:
        return (*known.scales, as_percent), True
    return known.scales, True


def _possible_directions(recognised: RecognisedMetric) -> tuple[tuple[Direction, float], ...]:
    """Return which values may be better, each with the sign of the metric's numbers then."""
    known = recognised.metric
    if known.either_sign:
        return (Direction.LOWER, 1.0), (Direction.HIGHER, -1.0)
    return ((known.direction, 1.0),)


def _suggestions(scales: Sequence[float], logged: MetricRange | None) -> tuple[float | None, Direction | None]:
    """Return the scale and the direction of a metric with either sign that the values logged look like."""
    if logged is None or logged.least is None or logged.greatest is None or logged.least == logged.greatest == 0:
        return None, None
    farthest = max(abs(logged.least), abs(logged.greatest))
    scale = scales[0]
    if FRACTION_STORED in scales:
        scale = PERCENT_STORED if farthest > LOOKS_LIKE_PERCENT else FRACTION_STORED
    elif _SIZES[PERCENT] in scales:
        scale = _SIZES[PERCENT]
    if logged.least >= 0:
        return scale, Direction.LOWER
    return scale, Direction.HIGHER if logged.greatest <= 0 else None


def _with_direction(draft: Draft, direction: Direction, source: MeaningSource) -> Draft:
    if kept := [each for each in draft.readings if each.direction is direction]:
        return _changed(draft, kept, direction=source)
    # Bands and targets of the other direction say nothing now.
    turned = [replace(each, direction=direction, thresholds=None, target=None, offered=None) for each in draft.readings]
    return _changed(draft, turned, direction=source, thresholds=_NOBODY, target=_NOBODY)


def _with_unit(draft: Draft, unit: str, source: MeaningSource) -> Draft:
    if unit == draft.unit:
        return _changed(draft, draft.readings, unit=source)
    if unit in _SIZES and draft.unit in _SIZES:
        factor = _SIZES[draft.unit] / _SIZES[unit]
        changed = [replace(each, scale=_round(each.scale * factor)) for each in draft.readings]
        return replace(_changed(draft, changed, unit=source), unit=unit)
    # What is known by the name alone says nothing about another unit; what somebody said in stored numbers stays.
    known = {
        name: default
        for name, default in _WITHOUT_DEFAULTS.items()
        if getattr(draft.sources, name).origin not in _SOMEBODY
    }
    changed = [replace(each, offered=None, **known) for each in draft.readings]
    origins = dict.fromkeys(known, _NOBODY)
    return replace(_changed(draft, changed, unit=source, **origins), unit=unit)


def _with_scale(draft: Draft, scale: float, source: MeaningSource) -> Draft:
    changed = [each for each in draft.readings if each.scale == scale]
    if not changed:
        changed = [_rescaled(each, scale, as_stored=draft.as_stored) for each in draft.readings]
    return _changed(draft, changed, scale=source)


def _rescaled(reading: Reading, scale: float, *, as_stored: bool) -> Reading:
    factor = 1.0 if as_stored else reading.scale / scale
    return replace(
        reading,
        scale=scale,
        thresholds=_times(reading.thresholds, factor),
        target=None if reading.target is None else _round(reading.target * factor),
        offered=_times(reading.offered, factor),
        scale_fits=False,
    )


def _changed(draft: Draft, readings: Iterable[Reading], **sources: MeaningSource) -> Draft:
    different = tuple(dict.fromkeys(readings))
    return replace(draft, readings=different, sources=replace(draft.sources, **sources))


def _is_open(draft: Draft) -> bool:
    return len({each.scale for each in draft.readings}) > 1


def _times(numbers: Numbers, factor: float) -> Numbers:
    return None if numbers is None else tuple(_round(number * factor) for number in numbers)


def _round(number: float) -> float:
    """Take away what multiplying by 100 adds behind the digits that somebody wrote; -0.0 is 0.0."""
    return float(f"{number:.12g}") + 0.0
