"""The best run of one or more experiments by a metric whose direction is known."""

from collections.abc import Mapping, Sequence

from trialog.contracts import Store
from trialog.entities.best_run import BestRun, BestRunSearch, MetricSummaryKind, RunRanking
from trialog.entities.limits import MAX_EXPERIMENTS_AT_ONCE, MAX_METRIC_PATTERNS, check_at_once
from trialog.entities.metric_meaning import Direction, MeaningSource, MetricMeaning, MetricMeaningOverride
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.metric_meanings import Sayings, assess, without_blocking
from trialog.registry.metric_patterns import fits
from trialog.search.suggestions import close_names, did_you_mean

MAX_TIES = 100
_SHOWN_EXPERIMENTS = 10
_SHOWN_OF_NAME = 100


async def find_best_run(store: Store, search: BestRunSearch) -> BestRun:
    """Find the best active run.

    NaN and infinities never win. Of runs with the very same value the one that started first is the best, then the one
    with the smallest id. A handful of questions to the store, however many runs there are.

    Args:
        store: Where runs are.
        search: What to look for.

    Raises:
        InvalidParameter: No experiment is named, the filter is wrong, or it is not known which values are better or
            whether they can be compared; the message says what to do.
        ResourceNotFound: An experiment is not there, or no run that matches has a finite value of the metric.
    """
    names = await _experiments_of(store, search)
    meanings = await _meanings_where_measured(store, search.metric, list(names))
    if not meanings:
        raise await _never_measured(store, search.metric, names)
    _check_comparable(search.metric, meanings, names)
    direction, source = _direction_of(search, meanings, names)
    ranking = await store.metrics.rank(
        list(meanings),
        search.metric,
        highest=direction is Direction.HIGHER,
        summary=search.summary,
        filter_text=search.filter,
        max_results=MAX_TIES,
    )
    if ranking.value is None:
        raise _nothing_to_compare(search, ranking)
    run = await store.runs.get(ranking.run_ids[0])
    meaning = meanings[run.info.experiment_id]
    return BestRun(
        run=run,
        search=search,
        value=ranking.value,
        direction=direction,
        direction_source=source,
        meaning=meaning,
        assessment=assess(ranking.value, meaning),
        ties=ranking.run_ids,
        tie_count=ranking.tie_count,
        compared=ranking.compared,
        skipped=ranking.skipped,
    )


async def _experiments_of(store: Store, search: BestRunSearch) -> dict[str, str]:
    """Return the names of the experiments that are meant, by id."""
    named = (*search.experiment_ids, *search.experiment_names)
    if not named:
        raise InvalidParameter(
            "best_run.no_experiment",
            "Say in which experiments to look: give experiment_ids, experiment_names, or both.",
        )
    check_at_once("experiments", named, MAX_EXPERIMENTS_AT_ONCE)
    found = [await store.experiments.get(experiment_id) for experiment_id in dict.fromkeys(search.experiment_ids)]
    found += [await store.experiments.get_by_name(name) for name in dict.fromkeys(search.experiment_names)]
    return {experiment.experiment_id: experiment.name for experiment in found}


async def _meanings_where_measured(
    store: Store, metric: str, experiment_ids: Sequence[str]
) -> dict[str, MetricMeaning]:
    """Return what the metric means in each experiment that has it."""
    overrides = await store.metric_meanings.overrides(experiment_ids, metric=metric)
    ranges = await store.metrics.ranges(experiment_ids, [metric])

    def resolve_everywhere() -> dict[str, MetricMeaning]:
        said: dict[str | None, list[MetricMeaningOverride]] = {}
        for one in overrides:
            if fits(one.pattern, metric):
                said.setdefault(one.experiment_id, []).append(one)
        server = said.get(None, [])
        return {
            logged.experiment_id: Sayings([*server, *said.get(logged.experiment_id, [])]).resolve(metric, logged)
            for logged in ranges
        }

    return await without_blocking(resolve_everywhere, len(overrides) + len(ranges) * (1 + MAX_METRIC_PATTERNS))


def _check_comparable(metric: str, meanings: Mapping[str, MetricMeaning], names: Mapping[str, str]) -> None:
    """Refuse to compare percentages with fractions, and dollars with euros."""
    manners: dict[tuple[str, float | None], list[str]] = {}
    for experiment_id, meaning in meanings.items():
        manners.setdefault((meaning.unit, _likely_scale(meaning)), []).append(experiment_id)
    if len(manners) > 1:
        described = "; ".join(
            f"unit {unit}, scale {'unknown' if scale is None else f'{scale:g}'} in {_listed(experiment_ids, names)}"
            for (unit, scale), experiment_ids in list(manners.items())[:_SHOWN_EXPERIMENTS]
        )
        raise InvalidParameter(
            "best_run.different_units",
            f"The values of '{metric}' cannot be compared: {described}. If they are alike, say the unit and scale of"
            " the metric for the whole server or in each experiment; else look in one experiment at a time.",
            metric=metric,
        )


def _likely_scale(meaning: MetricMeaning) -> float | None:
    """Return the scale; where it is ambiguous, the one that the values look like."""
    if meaning.scale is not None:
        return meaning.scale
    likely = {choice.scale for choice in meaning.choices if choice.suggested}
    return likely.pop() if len(likely) == 1 else None


def _direction_of(
    search: BestRunSearch, meanings: Mapping[str, MetricMeaning], names: Mapping[str, str]
) -> tuple[Direction, MeaningSource | None]:
    """Return which values are better, and who says so; None if the question does."""
    if search.direction is not None:
        if search.direction is Direction.NONE:
            raise InvalidParameter(
                "best_run.no_direction",
                "A best run needs a direction: give 'higher' if higher values are better, else 'lower'.",
                parameter="direction",
            )
        return search.direction, None
    said = {meaning.direction for meaning in meanings.values()}
    first = next(iter(meanings.values()))
    if len(said) == 1 and first.direction is not Direction.NONE:
        return first.direction, first.sources.direction
    raise _unknown_direction(search.metric, meanings, names)


def _unknown_direction(
    metric: str, meanings: Mapping[str, MetricMeaning], names: Mapping[str, str]
) -> InvalidParameter:
    ways: dict[str, list[str]] = {}
    for experiment_id, meaning in meanings.items():
        source = meaning.sources.direction
        way = "is not known" if meaning.direction is Direction.NONE else f"'{meaning.direction}' (from {source.origin})"
        ways.setdefault(way, []).append(experiment_id)
    described = "; ".join(f"{way} in {_listed(experiment_ids, names)}" for way, experiment_ids in ways.items())
    if len(ways) > 1:
        described = f"differs between the experiments: {described}"
    likely = {choice.direction for meaning in meanings.values() for choice in meaning.choices if choice.suggested}
    hint = f" By the values logged it looks like '{likely.pop()}'." if len(likely) == 1 else ""
    return InvalidParameter(
        "best_run.unknown_direction",
        f"Whether higher or lower values of '{metric}' are better {described}.{hint} Give direction 'higher'"
        " or 'lower' with the question, or say it for good with"
        f" PUT /api/trialog/v1/metric-meanings/overrides/{metric}.",
        metric=metric,
    )


async def _never_measured(store: Store, metric: str, experiments: Mapping[str, str]) -> ResourceNotFound:
    names = list(dict.fromkeys(one.key for one in await store.metrics.ranges(list(experiments))))
    similar = [name for name in names if metric.lower() in name.lower() or name.lower() in metric.lower()]
    # Comparing spellings takes a moment for each name.
    close = await without_blocking(lambda: close_names(metric, names), len(names))
    likely = list(dict.fromkeys([*close, *similar]))[:3]
    return ResourceNotFound(
        "best_run.metric_not_found",
        f"No run of {_listed(list(experiments), experiments)} has the metric '{metric[:300]}'.{did_you_mean(likely)}",
        metric=metric[:300],
        suggestion=likely[0] if likely else None,
    )


def _nothing_to_compare(search: BestRunSearch, ranking: RunRanking) -> ResourceNotFound:
    kind = "" if search.summary is MetricSummaryKind.LAST else f"{search.summary} of "
    matching = " that matches the filter" if search.filter and search.filter.strip() else ""
    if ranking.skipped:
        return ResourceNotFound(
            "best_run.not_finite",
            f"The {kind}'{search.metric}' of every active run{matching} is NaN or infinite, which never wins:"
            f" {ranking.skipped} runs were skipped.",
            metric=search.metric,
            skipped=ranking.skipped,
        )
    return ResourceNotFound(
        "best_run.no_run",
        f"No active run{matching} has the metric '{search.metric}'.",
        metric=search.metric,
    )


def _listed(experiment_ids: Sequence[str], names: Mapping[str, str]) -> str:
    shown = ", ".join(
        f"'{names[experiment_id][:_SHOWN_OF_NAME]}' (id {experiment_id})"
        for experiment_id in experiment_ids[:_SHOWN_EXPERIMENTS]
    )
    more = len(experiment_ids) - _SHOWN_EXPERIMENTS
    noun = "experiment" if len(experiment_ids) == 1 else "experiments"
    return f"{noun} {shown}" + (f" and {more} more" if more > 0 else "")
