"""What metrics mean: said on the server or in an experiment, or known by name; and how good a value is."""

import math
from collections.abc import Sequence
from itertools import pairwise

from trialog.contracts import Store
from trialog.entities.limits import MAX_KEY_LENGTH, MAX_METRICS_AT_ONCE, check_at_once, check_key, check_length
from trialog.entities.metric_meaning import (
    PERCENT,
    THRESHOLD_COUNT,
    Assessment,
    Band,
    Direction,
    MeaningChoice,
    MeaningOrigin,
    MeaningPart,
    MeaningSource,
    MeaningStatement,
    MetricMeaning,
    MetricMeaningOverride,
    MetricRange,
)
from trialog.errors import InvalidParameter
from trialog.registry.metric_patterns import ANY, fits, generality, is_pattern
from trialog.registry.metric_readings import known_by_name, meaning_of, with_statement

MAX_UNIT_LENGTH = 50
_LEAST_SCALE, _GREATEST_SCALE = 1e-12, 1e12
_BANDS = tuple(Band)


def resolve(
    metric: str, overrides: Sequence[MetricMeaningOverride], logged: MetricRange | None = None
) -> MetricMeaning:
    """Return what a metric means, all that was said of it taken together.

    Args:
        metric: Its name.
        overrides: What was said on the server and in one experiment, of this metric and others.
        logged: Between what its values lie: what is ambiguous may look one way or the other by them, and values that
            the metric cannot have make it ambiguous.
    """
    draft = known_by_name(metric, logged)
    fitting = [one for one in overrides if fits(one.pattern, metric)]
    for origin in (MeaningOrigin.SERVER, MeaningOrigin.EXPERIMENT):
        said = [one for one in fitting if (one.experiment_id is None) is (origin is MeaningOrigin.SERVER)]
        # The more specific is said later, and so counts.
        for one in sorted(said, key=lambda each: generality(each.pattern), reverse=True):
            draft = with_statement(draft, one.statement, MeaningSource(origin, one.pattern))
    return meaning_of(metric, draft, logged)


def assess(value: float, meaning: MetricMeaning) -> Assessment:
    """Tell how good a value is.

    `bad` and `excellent` begin beyond the outermost thresholds; a value that equals one of the inner ones is in the
    better of its two bands. A target is met by reaching it. Where a metric is ambiguous, what all choices agree on is
    told: a loss is a loss, in percent or not.

    Args:
        value: A stored value.
        meaning: What its metric means.
    """
    if not math.isfinite(value):
        return Assessment()
    if not meaning.ambiguous:
        return Assessment(
            _band(value, meaning.thresholds, meaning.direction), _meets(value, meaning.target, meaning.direction)
        )
    found = {_assess_choice(value, choice) for choice in meaning.choices}
    bands, verdicts = {one.band for one in found}, {one.meets_target for one in found}
    return Assessment(
        next(iter(bands)) if len(bands) == 1 else None, next(iter(verdicts)) if len(verdicts) == 1 else None
    )


class MetricMeanings:
    """What metrics mean in one store.

    Args:
        store: Where metrics are, and what was said of them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, metrics: Sequence[str] = (), experiment_id: str | None = None) -> list[MetricMeaning]:
        """Return what metrics mean.

        Args:
            metrics: Their names; none for all that the experiment has.
            experiment_id: Where they were logged; None for what they mean on the server.

        Raises:
            InvalidParameter: Neither metrics nor an experiment are named, or too many metrics are.
            ResourceNotFound: No experiment has this id.
        """
        check_at_once("metrics", metrics, MAX_METRICS_AT_ONCE)
        if experiment_id is None:
            if not metrics:
                raise InvalidParameter(
                    "metric_meaning.nothing_asked",
                    "Say which metrics to look at: give experiment_id, metric, or both."
                    " metric may be repeated, as in ?metric=roc_auc&metric=total_return.",
                )
            overrides = await self._store.metric_meanings.overrides()
            return [resolve(metric, overrides) for metric in dict.fromkeys(metrics)]
        place = (await self._store.experiments.get(experiment_id)).experiment_id
        overrides = await self._store.metric_meanings.overrides([place])
        logged = {one.key: one for one in await self._store.metrics.ranges([place], metrics or None)}
        return [resolve(metric, overrides, logged.get(metric)) for metric in dict.fromkeys(metrics or logged)]

    async def overrides(self, experiment_id: str | None = None) -> list[MetricMeaningOverride]:
        """Return what was said on the server, and in an experiment if one is named.

        Raises:
            ResourceNotFound: No experiment has this id.
        """
        if experiment_id is None:
            return await self._store.metric_meanings.overrides()
        experiment = await self._store.experiments.get(experiment_id)
        return await self._store.metric_meanings.overrides([experiment.experiment_id])

    async def say(
        self, pattern: str, statement: MeaningStatement, *, experiment_id: str | None = None, actor: str
    ) -> MetricMeaningOverride:
        """Say what metrics of a name or pattern mean, in place of what was said under it before.

        Args:
            pattern: A name, or a pattern in which `*` stands for any characters.
            statement: What they mean; what is left out is as known from elsewhere.
            experiment_id: Where that holds; None for the whole server.
            actor: Who says it.

        Raises:
            InvalidParameter: It makes no sense; the message says why.
            ResourceNotFound: No experiment has this id.
        """
        _check_pattern(pattern)
        statement = _check_statement(statement)
        if statement.direction is None and (statement.thresholds is not None or statement.target is not None):
            statement = await self._with_known_direction(pattern, statement, experiment_id)
        if statement.thresholds is not None and statement.direction is not None:
            _check_order(statement.thresholds, statement.direction)
        return await self._store.metric_meanings.set(pattern, statement, experiment_id=experiment_id, actor=actor)

    async def forget(self, pattern: str, *, experiment_id: str | None = None) -> None:
        """Take back what was said under a name or pattern.

        Raises:
            ResourceNotFound: No experiment has this id, or nothing was said.
        """
        await self._store.metric_meanings.delete(pattern, experiment_id=experiment_id)

    async def _with_known_direction(
        self, pattern: str, statement: MeaningStatement, experiment_id: str | None
    ) -> MeaningStatement:
        """Write into a statement with bands or a target the direction that they are meant for.

        Else they would be read the wrong way round if the direction, left to others, were changed by them one day.
        """
        known = Direction.NONE
        if not is_pattern(pattern):
            overrides = await self.overrides(experiment_id)
            others = [one for one in overrides if (one.pattern, one.experiment_id) != (pattern, experiment_id)]
            known = resolve(pattern, others).direction
        if known is Direction.NONE:
            raise InvalidParameter(
                "metric_meaning.no_direction",
                f"Bands and a target need a direction, and that of '{pattern[:300]}' is not known: say direction"
                " 'higher' if higher values are better, else 'lower'.",
                pattern=pattern[:300],
            )
        return MeaningStatement(
            known, statement.unit, statement.scale, statement.thresholds, statement.target, statement.without
        )


def _assess_choice(value: float, choice: MeaningChoice) -> Assessment:
    return Assessment(_band(value, choice.thresholds, choice.direction), _meets(value, choice.target, choice.direction))


def _band(value: float, thresholds: Sequence[float] | None, direction: Direction) -> Band | None:
    if not thresholds or direction is Direction.NONE:
        return None
    sign = 1 if direction is Direction.HIGHER else -1
    number = sign * value
    first, *inner, last = (sign * threshold for threshold in thresholds)
    if number < first:
        return Band.BAD
    if number > last:
        return Band.EXCELLENT
    return _BANDS[1 + sum(number >= threshold for threshold in inner)]


def _meets(value: float, target: float | None, direction: Direction) -> bool | None:
    if target is None or direction is Direction.NONE:
        return None
    return value >= target if direction is Direction.HIGHER else value <= target


def _check_pattern(pattern: str) -> None:
    check_length("pattern", pattern, MAX_KEY_LENGTH)
    check_key(pattern.replace(ANY, "x"), "pattern")


def _check_statement(statement: MeaningStatement) -> MeaningStatement:
    """Refuse what makes no sense whatever else is known; return it with its unit as it is kept."""
    if statement == MeaningStatement():
        raise InvalidParameter(
            "metric_meaning.nothing_said",
            "Say at least one of direction, unit, scale, thresholds, target and without.",
        )
    for part, given in ((MeaningPart.THRESHOLDS, statement.thresholds), (MeaningPart.TARGET, statement.target)):
        if given is not None and part in statement.without:
            raise _contradiction(part, "is given and named under without")
        if given is not None and statement.direction is Direction.NONE:
            raise _contradiction(part, "is given, but with direction 'none' no value is better than another")
    if statement.thresholds is not None:
        _check_thresholds(statement.thresholds)
    if statement.target is not None and not math.isfinite(statement.target):
        raise InvalidParameter("metric_meaning.not_finite", "The target must be a finite number.", parameter="target")
    if statement.scale is not None and not _LEAST_SCALE <= statement.scale <= _GREATEST_SCALE:
        raise InvalidParameter(
            "metric_meaning.scale_out_of_bounds",
            "The scale is what a stored number is multiplied by to be shown: a number above 0, such as 100 if 0.032"
            " stored is 3.2 percent, and 1 if 3.2 stored is.",
            parameter="scale",
        )
    return statement if statement.unit is None else _with_unit(statement, statement.unit)


def _with_unit(statement: MeaningStatement, unit: str) -> MeaningStatement:
    check_length("unit", unit, MAX_UNIT_LENGTH)
    unit = PERCENT if unit.strip() == "%" else unit.strip()
    if not unit or not unit.isprintable():
        raise InvalidParameter(
            "metric_meaning.invalid_unit",
            "The unit must be a visible word: fraction, percent, none for none, or your own, such as USD.",
            parameter="unit",
        )
    return MeaningStatement(
        statement.direction, unit, statement.scale, statement.thresholds, statement.target, statement.without
    )


def _check_thresholds(thresholds: Sequence[float]) -> None:
    if len(thresholds) != THRESHOLD_COUNT:
        raise InvalidParameter(
            "metric_meaning.wrong_count",
            f"There are five bands (bad, weak, fair, good, excellent), so that {THRESHOLD_COUNT} thresholds stand"
            f" between them; {len(thresholds)} were given. To say that a metric has no bands, name thresholds under"
            " without.",
            parameter="thresholds",
            count=len(thresholds),
        )
    if not all(map(math.isfinite, thresholds)):
        raise InvalidParameter(
            "metric_meaning.not_finite", "Thresholds must be finite numbers.", parameter="thresholds"
        )


def _check_order(thresholds: Sequence[float], direction: Direction) -> None:
    rising = direction is Direction.HIGHER
    for before, after in pairwise(thresholds):
        if (after <= before) if rising else (after >= before):
            raise InvalidParameter(
                "metric_meaning.thresholds_out_of_order",
                f"Thresholds go from the worst to the best, and {direction} values are better: each must be"
                f" {'greater' if rising else 'less'} than the one before it, but {after:g} comes after {before:g}.",
                parameter="thresholds",
                before=before,
                after=after,
            )


def _contradiction(part: MeaningPart, what: str) -> InvalidParameter:
    return InvalidParameter("metric_meaning.contradiction", f"{part} {what}: say one of the two.", parameter=part)
