"""Which metrics experiments have, between what their values lie, and which runs have the best one."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from trialog.entities import RunSearch
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.limits import MAX_METRICS_OF_EXPERIMENT
from trialog.entities.metric_meaning import MetricRange
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, from_key, to_key
from trialog.store.json_values import table_of
from trialog.store.run_search import compile_run_search
from trialog.store.tables import NO_MODEL, runs, series

_SUMMARIES = {
    MetricSummaryKind.LAST: "last_value",
    MetricSummaryKind.MIN: "min_value",
    MetricSummaryKind.MAX: "max_value",
    MetricSummaryKind.FIRST: "first_value",
}


def list_ranges(connection: Connection, experiment: int, keys: Sequence[str] | None) -> list[MetricRange]:
    """Return metrics of an experiment's runs with the range of their values, by key.

    A series of a logged model repeats points of its run, and does not count, as in `rank_runs`.
    The index on (experiment, key, last value) answers with a few steps for each key, however many runs there are.

    Args:
        connection: Where to read.
        experiment: Number of the experiment.
        keys: Names to look at; None for all.
    """
    names = (_all_names(experiment) if keys is None else _names_given(keys)).subquery("names")
    mine = (series.c.experiment == experiment) & (series.c.key == names.c.key) & (series.c.model == NO_MODEL)
    finite = mine & _is_finite(series.c.last_value)
    least = select(func.min(series.c.last_value)).where(finite).scalar_subquery()
    greatest = select(func.max(series.c.last_value)).where(finite).scalar_subquery()
    there = select(1).where(mine).limit(1).exists()
    statement = select(names.c.key, least, greatest).where(there).order_by(names.c.key)
    return [
        MetricRange(str(experiment), key, _number(low), _number(high))
        for key, low, high in connection.execute(statement)
    ]


def list_names(connection: Connection, experiment: int) -> list[str]:
    """Return the names of metrics that an experiment has, in order: the first 10,000.

    Args:
        connection: Where to read.
        experiment: Number of the experiment.
    """
    return list(connection.execute(_all_names(experiment).order_by("key")).scalars())


def rank_runs(
    connection: Connection,
    workspace: str,
    search: RunSearch,
    key: str,
    summary: MetricSummaryKind,
    *,
    highest: bool,
) -> RunRanking:
    """Return the runs with the best finite value of a metric.

    Args:
        connection: Where to read.
        workspace: Where to look.
        search: Which runs compete, and how many ids are wanted.
        key: Name of the metric.
        summary: Which of a run's values counts.
        highest: Whether the highest value is best.
    """
    measured = series.alias()
    mine = (measured.c.run == runs.c.id) & (measured.c.key == key) & (measured.c.model == NO_MODEL)
    value = measured.c[_SUMMARIES[summary]]
    # The two zeros are equal: they tie. What is not finite never wins.
    number = case((value == to_key(-0.0), to_key(0.0)), (_is_finite(value), value))
    matching = compile_run_search(connection, workspace, search).statement.join(measured, mine)
    competitors = matching.with_only_columns(runs.c.run_id, runs.c.start_time, number.label("number")).subquery()
    best_of = func.max if highest else func.min
    count = select(func.count(), func.count(competitors.c.number), best_of(competitors.c.number))
    measured_count, compared, best = connection.execute(count.select_from(competitors)).one()
    if best is None:
        return RunRanking(None, (), 0, compared, measured_count - compared)
    tied = select(competitors.c.run_id).where(competitors.c.number == best)
    by_start = (competitors.c.start_time.is_(None), competitors.c.start_time, competitors.c.run_id)
    found = connection.execute(tied.order_by(*by_start).limit(search.max_results + 1)).scalars().all()
    ties = len(found)
    if ties > search.max_results:
        ties = connection.execute(select(func.count()).select_from(tied.subquery())).scalar_one()
    return RunRanking(from_key(best), tuple(found[: search.max_results]), ties, compared, measured_count - compared)


def _all_names(experiment: int) -> Select[str]:
    """Return a query of all metrics of an experiment: from each name a step in the index to the next."""
    mine = series.c.experiment == experiment
    first = select(func.min(series.c.key).label("key")).where(mine)
    names = first.cte("found", recursive=True)
    after = select(func.min(series.c.key)).where(mine, series.c.key > names.c.key).scalar_subquery()
    names = names.union_all(select(after).where(names.c.key.is_not(None)))
    return select(names.c.key).where(names.c.key.is_not(None)).limit(MAX_METRICS_OF_EXPERIMENT)


def _names_given(keys: Sequence[str]) -> Select[str]:
    listed = table_of("listed", [(key,) for key in dict.fromkeys(keys)], key=str)
    return select(listed.c.key)


def _is_finite(value: ColumnElement[int]) -> ColumnElement[bool]:
    return value.between(LEAST_NUMBER + 1, GREATEST_NUMBER - 1)


def _number(key: int | None) -> float | None:
    return None if key is None else from_key(key)
