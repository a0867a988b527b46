"""What metrics mean: said on the server or in an experiment, or known by name; and how good a value is."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, TypeVar

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
from trialog.registry.metric_patterns import ANY, Pattern, generality, is_pattern
from trialog.registry.metric_readings import Draft, known_by_name, meaning_of, with_statement

MAX_UNIT_LENGTH = 50
MAX_STARS = 5
_LEAST_SCALE, _GREATEST_SCALE = 1e-12, 1e12
_BANDS = tuple(Band)
# What takes a few milliseconds at most is done at once; more would keep all other requests waiting.
_DONE_AT_ONCE: Final = 500
_REMEMBERED_DRAFTS: Final = 10_000
# One at a time: others gain nothing by sharing the interpreter with several of them.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="trialog-meanings")

Result = TypeVar("Result")


class Sayings:
    """What was said of metrics, made ready to tell what many of them mean.

    Args:
        overrides: What was said on the server and in one experiment.
    """

    def __init__(self, overrides: Sequence[MetricMeaningOverride]) -> None:
        # The more specific is said later, and so counts.
        specific_last = sorted(overrides, key=lambda one: generality(one.pattern), reverse=True)
        self._said = sorted(specific_last, key=lambda one: one.experiment_id is not None)
        self._sources = [
            MeaningSource(MeaningOrigin.SERVER if one.experiment_id is None else MeaningOrigin.EXPERIMENT, one.pattern)
            for one in self._said
        ]
        self._patterns: list[tuple[int, Pattern]] = []
        self._names: dict[str, list[int]] = {}
        for place, one in enumerate(self._said):
            if is_pattern(one.pattern):
                self._patterns.append((place, Pattern(one.pattern)))
            else:
                self._names.setdefault(one.pattern, []).append(place)
        # Different metrics soon have alike drafts, so that few steps are taken more than once. Drafts go by number,
        # because it is quicker to look up.
        self._drafts: list[Draft] = []
        self._numbers: dict[Draft, int] = {}
        self._steps: dict[tuple[int, int], int] = {}

    @property
    def cost(self) -> int:
        """About how much has to be done for each metric."""
        return 1 + len(self._patterns)

    def resolve(self, metric: str, logged: MetricRange | None = None) -> MetricMeaning:
        """Return what a metric means, all that was said of it taken together; see `resolve`."""
        if len(self._drafts) > _REMEMBERED_DRAFTS:
            self._drafts, self._numbers, self._steps = [], {}, {}
        number = self._number(known_by_name(metric, logged))
        fitting = [place for place, pattern in self._patterns if pattern.fits(metric)]
        for place in sorted([*fitting, *self._names.get(metric, ())]):
            after = self._steps.get((number, place))
            if after is None:
                after = self._number(
                    with_statement(self._drafts[number], self._said[place].statement, self._sources[place])
                )
                self._steps[number, place] = after
            number = after
        return meaning_of(metric, self._drafts[number], logged)

    def _number(self, draft: Draft) -> int:
        number = self._numbers.setdefault(draft, len(self._drafts))
        if number == len(self._drafts):
            self._drafts.append(draft)
        return number


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
    return Sayings(overrides).resolve(metric, logged)


async def without_blocking(work: Callable[[], Result], cost: int) -> Result:
    """Return what some work comes to; other requests go on meanwhile if there is much of it.

    Args:
        work: Tells what metrics mean; touches nothing that others change.
        cost: About how many patterns are looked at for how many metrics, multiplied.
    """
    if cost <= _DONE_AT_ONCE:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)


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
            sayings = Sayings(await self._store.metric_meanings.overrides())
            return await _resolve_all(sayings, metrics, {})
        place = (await self._store.experiments.get(experiment_id)).experiment_id
        sayings = Sayings(await self._store.metric_meanings.overrides([place]))
        logged = {one.key: one for one in await self._store.metrics.ranges([place], metrics or None)}
        return await _resolve_all(sayings, metrics or list(logged), logged)

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


async def _resolve_all(
    sayings: Sayings, metrics: Sequence[str], logged: Mapping[str, MetricRange]
) -> list[MetricMeaning]:
    names = list(dict.fromkeys(metrics))
    return await without_blocking(
        lambda: [sayings.resolve(metric, logged.get(metric)) for metric in names], len(names) * sayings.cost
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
    stars = pattern.count(ANY)
    if stars > MAX_STARS:
        raise InvalidParameter(
            "metric_meaning.too_many_stars",
            f"The pattern has {stars} stars, and at most {MAX_STARS} are taken: say it with fewer, such as val_*_loss.",
            parameter="pattern",
            limit=MAX_STARS,
        )


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
