"""Names of what runs logged, and the commonest values of one param or tag."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from trialog.entities import LifecycleStage
from trialog.entities.limits import MAX_KEYS_EXPERIMENTS, check_at_once, parse_experiment_id
from trialog.entities.run_keys import CommonValue, KeyKind, RunKeys, RunKeySearch, choose_names, choose_values
from trialog.errors import InvalidParameter
from trialog.store.metric_ranking import list_names
from trialog.store.planning import along_indexes
from trialog.store.sets import is_one_of
from trialog.store.tables import params, runs, tags
from trialog.store.workspace_scope import experiments_inside

SAMPLED_RUNS = 2000
"""Of so many runs params and tags are looked at: the newest."""

LONGEST_VALUE = 500
"""Longer values are not offered."""

_TABLES = {KeyKind.PARAM: params, KeyKind.TAG: tags}


def check_key_search(query: RunKeySearch) -> None:
    """Refuse a question that has no answer.

    Raises:
        InvalidParameter: Values of a metric are asked for, there are too many experiments, or an id is no id.
    """
    check_at_once("experiments", query.experiment_ids, MAX_KEYS_EXPERIMENTS)
    if query.key is not None and query.kind is KeyKind.METRIC:
        raise InvalidParameter(
            "run_keys.values_of_metric",
            "Of a metric there are no common values: leave out key, or ask for a param or tag.",
            parameter="key",
        )


def read_keys(connection: Connection, workspace: str, query: RunKeySearch) -> RunKeys:
    """Return names, or values of one of them.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: Which.
    """
    named = {parse_experiment_id(experiment_id) for experiment_id in query.experiment_ids}
    numbers = experiments_inside(connection, workspace, named)
    if query.kind is KeyKind.METRIC:
        names = {name for number in numbers for name in list_names(connection, number)}
        return choose_names(names, query, is_complete=True)
    table = _TABLES[query.kind]
    newest, is_complete = _newest_runs(connection, numbers)
    mine = is_one_of(table.c.run, newest)
    if query.key is None:
        found = connection.execute(select(table.c.key).where(mine).distinct()).scalars()
        return choose_names(set(found), query, is_complete=is_complete)
    common = (
        select(table.c.value, func.count())
        .where(mine, table.c.key == query.key, func.length(table.c.value) <= LONGEST_VALUE)
        .group_by(table.c.value)
    )
    counts = [CommonValue(value, count) for value, count in connection.execute(common)]
    return choose_values(counts, query, is_complete=is_complete)


def _newest_runs(connection: Connection, experiments: Sequence[int]) -> tuple[list[int], bool]:
    """Return the numbers of the newest active runs, as many of each experiment, and whether those are all."""
    each = max(1, SAMPLED_RUNS // max(1, len(experiments)))
    found: list[int] = []
    is_complete = True
    for experiment in experiments:
        newest = (
            select(runs.c.id)
            .where(runs.c.experiment == experiment, runs.c.lifecycle_stage == LifecycleStage.ACTIVE.value)
            .order_by(runs.c.start_time.desc())
            .limit(each + 1)
        )
        with along_indexes(connection):
            numbers = connection.execute(newest).scalars().all()
        found += numbers[:each]
        is_complete = is_complete and len(numbers) <= each
    return found, is_complete
