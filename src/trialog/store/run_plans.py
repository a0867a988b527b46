"""How a search of runs is answered: which index it reads, and in what order.

SQLite knows nothing of how many rows a condition leaves unless somebody counts for it, and what it was told of a store
is wrong a day later. So the plan is chosen here, from counts that stop at a limit, and the statements leave SQLite one
index to use:

1. few runs of all experiments satisfy a clause that an index answers: those are looked at, and sorted;
2. an experiment has few runs: they are sorted;
3. an index has the order: it is read until the page is full (`run_walks`, `run_text_walks`);
4. otherwise all runs of the experiment are sorted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, func, select

from trialog.entities import RunSearch
from trialog.search import Comparison, Entity, Field, Filter, Operator, OrderBy, Summary
from trialog.store.comparisons import compare, compare_metric, metric_interval
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER
from trialog.store.paging import cut_page, fetch_rows, merge_rows, position_of
from trialog.store.planning import along_indexes, unindexed
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.run_search import ATTRIBUTES, NULLABLE, TEXT_TABLES, ReadSearch, read_run_search
from trialog.store.run_text_walks import TextAxis, TextWalk, runs_worth_a_walk
from trialog.store.run_walks import Axis, Partition, Walk
from trialog.store.sets import is_one_of
from trialog.store.tables import INDEXED_CHARACTERS, indexed_text, runs, series

# An experiment of so many runs is sorted whole.
FEW_RUNS = 2_000
# A clause that so many runs satisfy is answered first.
FEW_MATCHES = 3_000
# Where no index has the order, so large a share of the runs may; these are counted up to a limit.
MATCHED_SHARE = 4
COUNTED_RUNS = 100_000
# A page of more parts than this is sorted whole.
MANY_PARTITIONS = 200

_INDEXED_ATTRIBUTES = frozenset({"end_time", "run_name", "start_time", "status"})
_SEARCHED = frozenset({Operator.EQUAL, Operator.IN})
_RANGES = frozenset(
    {Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL, Operator.BETWEEN}
)
_START = Field(Entity.ATTRIBUTE, "start_time")
_LATEST = frozenset({None, Summary.LAST})

_count_partition = Prepared(
    select(func.count()).select_from(
        select(runs.c.start_time)
        .where(runs.c.experiment == bindparam("experiment"), runs.c.lifecycle_stage == bindparam("stage"))
        .limit(bindparam("limit"))
        .subquery()
    ),
    ["experiment", "stage", "limit"],
)


def find_run_rows(connection: Connection, workspace: str, query: RunSearch) -> tuple[Sequence[AnyRow], str | None]:
    """Fetch one page of a search.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: What to look for.

    Returns:
        Rows that begin with `RUN_COLUMNS`, and the token of the next page if there is one.

    Raises:
        InvalidParameter: Filter, order, an experiment's id or the token are wrong.
    """
    search = read_run_search(connection, workspace, query)
    position = position_of(search.paged, query.page_token)
    wanted = query.max_results + 1
    partitions = [Partition(experiment, stage) for experiment in search.experiments for stage in search.stages]
    sizes: dict[Partition, int] = {}
    matches = None
    if len(partitions) <= MANY_PARTITIONS:
        sizes = {partition: _size(connection, partition, FEW_RUNS + 1) for partition in partitions}
    if not sizes or any(size > FEW_RUNS for size in sizes.values()):
        matches = _few_matches(connection, search, sizes)
    if matches is not None:
        with along_indexes(connection):
            rows = fetch_rows(connection, search.paged, _matching(search, matches), position, wanted)
    elif len(partitions) > MANY_PARTITIONS:
        rows = fetch_rows(connection, search.paged, search.everywhere(), position, wanted)
    else:
        rows = _rows_of_partitions(connection, search, sizes, position, wanted)
    return cut_page(search.paged, rows, query.max_results)


def _size(connection: Connection, partition: Partition, limit: int) -> int:
    """Return how many runs a partition has; of many, no more than that there are so many."""
    [[count]] = _count_partition.rows(connection, (partition.experiment, partition.stage, limit))
    return int(count)


def _matching(search: ReadSearch, matches: Select[int]) -> Select[*tuple[Any, ...]]:
    # What is left to search by is the number.
    experiment, stage = unindexed(runs.c.experiment), unindexed(runs.c.lifecycle_stage)
    statement = search.paged.statement.select_from(search.tables)
    return statement.where(runs.c.id.in_(matches), is_one_of(experiment, search.experiments), stage.in_(search.stages))


def _rows_of_partitions(
    connection: Connection,
    search: ReadSearch,
    sizes: Mapping[Partition, int],
    position: Sequence[int | str] | None,
    wanted: int,
) -> list[AnyRow]:
    found: list[list[AnyRow]] = []
    is_walked, axis = _axis(search)
    for partition, size in sizes.items():
        if size > FEW_RUNS and is_walked:
            found.append(_walk(connection, search, partition, axis, wanted).rows(position, wanted))
        elif size:
            statement = search.paged.statement.select_from(search.tables).where(partition.condition)
            found.append(fetch_rows(connection, search.paged, statement, position, wanted))
    if len(found) == 1:
        return found[0]
    return merge_rows(search.paged, [row for rows in found for row in rows])[:wanted]


def _walk(
    connection: Connection, search: ReadSearch, partition: Partition, axis: Axis | TextAxis | None, wanted: int
) -> Walk:
    by_start = _is_by_start(search.order)
    if not isinstance(axis, TextAxis):
        return Walk(connection, search.paged, partition, search.tables, axis, by_start=by_start)
    size = _size(connection, partition, runs_worth_a_walk(wanted))
    return TextWalk(connection, search.paged, partition, search.tables, axis, size=size, by_start=by_start)


def _axis(search: ReadSearch) -> tuple[bool, Axis | TextAxis | None]:
    """Return whether an index has the order, and what comes first in it; None for newest start first."""
    if not search.order:
        return True, None
    first = search.order[0]
    key = first.field.key
    value = search.indexed[0]
    if value is not None and first.field.entity is Entity.METRIC:
        return True, _metric_axis(search, value, first)
    if value is not None:
        return True, TextAxis(value, key, first.ascending)
    if first.field.entity is not Entity.ATTRIBUTE or key not in _INDEXED_ATTRIBUTES:
        return False, None
    if key == "start_time" and not first.ascending and len(search.order) == 1:
        return True, None
    return True, Axis(ATTRIBUTES[key], first.ascending, key in NULLABLE)


def _metric_axis(search: ReadSearch, latest: ColumnElement[int], item: OrderBy) -> Axis:
    low, high, only_numbers = LEAST_NUMBER, GREATEST_NUMBER, False
    for clause in search.clauses:
        if _is_of_latest(clause) and clause.field.key == item.field.key:
            interval = metric_interval(clause)
            if interval is not None:
                low, high, only_numbers = max(low, interval[0]), min(high, interval[1]), True
    return Axis(
        latest, item.ascending, nullable=True, key=item.field.key, low=low, high=high, only_numbers=only_numbers
    )


def _is_by_start(order: Sequence[OrderBy]) -> bool:
    """Tell whether ties of the first item go by start, newest first, and then by id."""
    match order[1:]:
        case []:
            return True
        case [second]:
            return second.field == _START and not second.ascending and order[0].field != _START
        case _:
            return False


def _few_matches(connection: Connection, search: ReadSearch, sizes: Mapping[Partition, int]) -> Select[int] | None:
    """Return the numbers of runs that satisfy the clause that fewest do, where an index has them and they are few."""
    clauses = [matches for clause in search.clauses if (matches := _indexed_matches(search, clause)) is not None]
    if not clauses:
        return None
    with along_indexes(connection):
        fewest = _fewest(connection, clauses, FEW_MATCHES)
        is_walked, axis = _axis(search)
        if fewest is not None or (is_walked and not isinstance(axis, TextAxis)):
            return fewest
        # Else nearly all runs would be sorted.
        many = [partition for partition, size in sizes.items() if size > FEW_RUNS]
        total = sum(_size(connection, partition, COUNTED_RUNS) for partition in many)
        return _fewest(connection, clauses, total // MATCHED_SHARE)


def _fewest(connection: Connection, clauses: Sequence[Select[int]], limit: int) -> Select[int] | None:
    """Return the clause that fewest runs satisfy; None if each is satisfied by more than a limit."""
    best, fewest = None, limit + 1
    for matches in clauses:
        count = _count(connection, matches, fewest)
        if count < fewest:
            best, fewest = matches, count
    return best


def _count(connection: Connection, matches: Select[int], limit: int) -> int:
    """Return how many runs satisfy a clause; of many, no more than that there are so many."""
    return connection.execute(select(func.count()).select_from(matches.limit(limit).subquery())).scalar_one()


def _indexed_matches(search: ReadSearch, clause: Filter) -> Select[int] | None:
    """Return the numbers of all runs that may satisfy a clause, read from an index; None if none has them."""
    if not isinstance(clause, Comparison):
        return None
    key = clause.field.key
    match clause.field.entity:
        case Entity.METRIC if _is_of_latest(clause) and metric_interval(clause) is not None:
            mine = and_(is_one_of(series.c.experiment, search.experiments), series.c.key == key)
            return select(series.c.run).where(mine, compare_metric(series.c.last_value, clause))
        case Entity.PARAM | Entity.TAG if clause.operator in _SEARCHED:
            return _noted_matches(TEXT_TABLES[clause.field.entity], clause)
        case Entity.ATTRIBUTE if key == "run_id" and clause.operator in _SEARCHED:
            other = runs.alias()
            return select(other.c.id).where(compare(other.c.run_id, clause))
        case Entity.ATTRIBUTE if key in _INDEXED_ATTRIBUTES and clause.operator in _SEARCHED | _RANGES:
            other = runs.alias()
            stages = other.c.lifecycle_stage.in_(search.stages)
            mine = and_(is_one_of(other.c.experiment, search.experiments), stages)
            return select(other.c.id).where(mine, compare(other.c[ATTRIBUTES[key].name], clause))
        case _:
            return None


def _noted_matches(table: Table, clause: Comparison) -> Select[int]:
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    prefixes = [str(value)[:INDEXED_CHARACTERS] for value in values]
    return select(table.c.run).where(table.c.key == clause.field.key, is_one_of(indexed_text(table.c.value), prefixes))


def _is_of_latest(clause: Filter) -> TypeGuard[Comparison]:
    return isinstance(clause, Comparison) and clause.field.entity is Entity.METRIC and clause.field.summary in _LATEST
