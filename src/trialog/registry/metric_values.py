"""How good the metrics of runs are, and which of them tells best how good a model is."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from trialog.contracts import Store
from trialog.entities import Metric
from trialog.entities.limits import MAX_EXPERIMENTS_AT_ONCE, MAX_METRICS_AT_ONCE
from trialog.entities.metric_meaning import Assessment, Direction, MetricMeaning, MetricMeaningOverride, MetricRange
from trialog.registry.metric_meanings import Sayings, assess, without_blocking


class MeasuredRun(Struct, frozen=True):
    """A run with metrics, of which one is to be chosen.

    Args:
        experiment_id: Where it belongs.
        metrics: Latest values.
        preferred: The metric that was said to tell best; None if nobody said.
    """

    experiment_id: str
    metrics: Sequence[Metric]
    preferred: str | None = None


class AssessedMetric(Struct, frozen=True):
    """The value of a metric, what it means and how good it is.

    Args:
        metric: The latest value.
        meaning: What the metric means where it was logged.
        assessment: How good the value is.
    """

    metric: Metric
    meaning: MetricMeaning
    assessment: Assessment


async def metric_meanings_of(store: Store, experiment_id: str, keys: Sequence[str]) -> dict[str, MetricMeaning]:
    """Return what metrics mean in an experiment, by name.

    Args:
        store: Where that is kept.
        experiment_id: The experiment.
        keys: Names of metrics, any number of them.
    """
    sayings = Sayings(await store.metric_meanings.overrides([experiment_id]))
    logged: dict[str, MetricRange] = {}
    for start in range(0, len(keys), MAX_METRICS_AT_ONCE):
        some = keys[start : start + MAX_METRICS_AT_ONCE]
        logged |= {one.key: one for one in await store.metrics.ranges([experiment_id], some)}
    return await without_blocking(
        lambda: {key: sayings.resolve(key, logged.get(key)) for key in keys}, len(keys) * sayings.cost
    )


async def choose_key_metrics(store: Store, measured: Sequence[MeasuredRun]) -> list[AssessedMetric | None]:
    """Return of each run the metric that tells best how good it is.

    That is the one which was said to; else the first by name that has a target, else bands, and of which it is known
    what is better. None if no metric does.

    Args:
        store: Where meanings are kept.
        measured: The runs, of at most 1,000 experiments.
    """
    places = list(dict.fromkeys(run.experiment_id for run in measured))[:MAX_EXPERIMENTS_AT_ONCE]
    overrides = await store.metric_meanings.overrides(places)
    sayings = {place: Sayings(_said_in(overrides, place)) for place in places}
    cost = sum(len(run.metrics) * sayings[run.experiment_id].cost for run in measured if run.experiment_id in sayings)
    chosen = await without_blocking(lambda: [_choose(sayings, run) for run in measured], cost)
    # What is ambiguous by the values that were logged is found out of the few that are shown.
    keys_of: dict[str, set[str]] = {}
    for run, metric in zip(measured, chosen, strict=True):
        if metric is not None:
            keys_of.setdefault(run.experiment_id, set()).add(metric.key)
    logged: dict[tuple[str, str], MetricRange] = {}
    for place, keys in keys_of.items():
        logged |= {(place, one.key): one for one in await store.metrics.ranges([place], sorted(keys))}
    return [
        None if metric is None else _assessed(sayings, run.experiment_id, metric, logged)
        for run, metric in zip(measured, chosen, strict=True)
    ]


def _said_in(overrides: Sequence[MetricMeaningOverride], experiment_id: str) -> list[MetricMeaningOverride]:
    return [one for one in overrides if one.experiment_id in (None, experiment_id)]


def _choose(sayings: Mapping[str, Sayings], run: MeasuredRun) -> Metric | None:
    if run.experiment_id not in sayings:
        return None
    best, rank = None, 0
    for metric in run.metrics:
        if metric.key == run.preferred:
            return metric
        found = _rank(sayings[run.experiment_id].resolve(metric.key))
        if found > rank:
            best, rank = metric, found
    return best


def _rank(meaning: MetricMeaning) -> int:
    """Return how much a metric tells: 0 if nothing."""
    if meaning.ambiguous or meaning.direction is Direction.NONE:
        return 0
    if meaning.target is not None:
        return 3
    return 2 if meaning.thresholds is not None else 0


def _assessed(
    sayings: Mapping[str, Sayings],
    experiment_id: str,
    metric: Metric,
    logged: Mapping[tuple[str, str], MetricRange],
) -> AssessedMetric:
    meaning = sayings[experiment_id].resolve(metric.key, logged.get((experiment_id, metric.key)))
    return AssessedMetric(metric, meaning, assess(metric.value, meaning))
