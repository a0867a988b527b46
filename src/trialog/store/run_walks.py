"""Runs in an asked order, read along an index instead of sorted: the first 100 of a million cost what they cost of few.

The order of runs falls into segments: those with a value in the order of that value, for a metric then those that are
NaN, then those without one. Values are read from their index in bounded ranges, each longer than the one before; within
a range rows are sorted, so that ties fall as they must. Where a great many runs share one value, and in segments
without values, runs are read by their start, which is what orders ties.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, select, true

from trialog.entities import INT64_MAX, INT64_MIN
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, to_key
from trialog.store.paging import PagedQuery, fetch_rows, merge_rows
from trialog.store.planning import along_indexes, is_common
from trialog.store.rows import AnyRow
from trialog.store.tables import runs

# The first range has this many values or more; each next one so many times more.
SHORTEST_RANGE = 128
GROWTH = 4
# So many runs of one value are sorted; more are read by their start.
MANY_TIES = 512

_ZEROS = (to_key(-0.0), to_key(0.0))
_IS_NUMBER, _IS_NAN, _IS_MISSING = range(3)

_Values: TypeAlias = tuple[int | str, ...]


class Axis(NamedTuple):
    """What a search orders by first, where an index has it.

    Args:
        column: The value; of a metric, in an alias of the table of series.
        ascending: Smallest first.
        nullable: Whether a run may have none.
        key: Name of the metric; None for an attribute of runs.
        low: No metric below this is asked for.
        high: No metric above this is asked for.
        only_numbers: Whether runs whose metric is NaN or missing are not asked for.
    """

    column: ColumnElement[Any]
    ascending: bool
    nullable: bool
    key: str | None = None
    low: int = LEAST_NUMBER
    high: int = GREATEST_NUMBER
    only_numbers: bool = False

    def block(self, value: Any) -> tuple[Any, Any]:
        """Return the first and the last value, in the direction of the order, that tie with one: zeros are equal."""
        if self.key is None or value not in _ZEROS:
            return value, value
        return _ZEROS if self.ascending else _ZEROS[::-1]

    def before(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a value comes before one."""
        return self._holds(operator.lt if self.ascending else operator.gt, value)

    def until(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a value comes before one or equals it."""
        return self._holds(operator.le if self.ascending else operator.ge, value)

    def behind(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a value comes behind one."""
        return self._holds(operator.gt if self.ascending else operator.lt, value)

    def since(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a value equals one or comes behind it."""
        return self._holds(operator.ge if self.ascending else operator.le, value)

    def _holds(self, compare: Callable[[Any, Any], Any], value: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = compare(self.column, value)
        return condition


class Partition(NamedTuple):
    """Runs of one experiment in one lifecycle stage: what indexes of runs begin with.

    Args:
        experiment: Number of the experiment.
        stage: The lifecycle stage.
    """

    experiment: int
    stage: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """That a run is in it."""
        return and_(runs.c.experiment == self.experiment, runs.c.lifecycle_stage == self.stage)


class Walk:
    """One partition of a search, read in its order.

    Args:
        connection: Where to read.
        query: What is asked, whose terms begin with those of the axis, or of the start if there is none.
        partition: Where to look.
        tables: What the query's statement reads from.
        axis: What is ordered by first; None for newest start first.
        by_start: Whether nothing but the start, newest first, and the run's id order ties of the axis.
    """

    def __init__(
        self,
        connection: Connection,
        query: PagedQuery,
        partition: Partition,
        tables: FromClause,
        axis: Axis | None,
        *,
        by_start: bool,
    ) -> None:
        self._connection = connection
        self._query = query
        self._partition = partition
        self._tables = tables
        self._axis = axis
        self._by_start = by_start

    def rows(self, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        """Return the first rows behind a position, in order.

        Args:
            position: Sort values of the row to go on behind; None for the first rows.
            wanted: How many at most.
        """
        if self._axis is None:
            return self._newest_first(true(), (), position, wanted)
        with along_indexes(self._connection):
            if self._axis.key is not None:
                return self._by_metric(self._axis, position, wanted)
            return self._by_attribute(self._axis, position, wanted)

    def _by_metric(self, axis: Axis, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        rank = _IS_NUMBER if position is None else position[0]
        found: list[AnyRow] = []
        if rank == _IS_NUMBER:
            first = axis.low if axis.ascending else axis.high
            if position is not None:
                held = axis.block(position[1])[0]
                first = max(first, held) if axis.ascending else min(first, held)
            last = axis.high if axis.ascending else axis.low
            found = self._values(axis, axis.since(first), axis.until(last), position, wanted)
        if not axis.only_numbers and rank != _IS_MISSING and len(found) < wanted:
            found += self._not_numbers(axis, position, wanted - len(found))
        if not axis.only_numbers and len(found) < wanted:
            found += self._without_number(_IS_MISSING, position, wanted - len(found))
        return found

    def _by_attribute(self, axis: Axis, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        found: list[AnyRow] = []
        if position is None or not axis.nullable or position[0] == 0:
            held = None if position is None else position[1 if axis.nullable else 0]
            since = axis.column.is_not(None) if held is None else axis.since(held)
            found = self._values(axis, since, axis.column.is_not(None), position, wanted)
        if axis.nullable and len(found) < wanted:
            missing = (1, self._query.terms[1].kind())
            found += self._tied(axis.column.is_(None), missing, position, wanted - len(found))
        return found

    def _values(
        self,
        axis: Axis,
        since: ColumnElement[bool],
        within: ColumnElement[bool],
        position: Sequence[int | str] | None,
        wanted: int,
    ) -> list[AnyRow]:
        """Return rows along the index of values, in ranges that grow until there are enough of them."""
        found: list[AnyRow] = []
        length = max(wanted, SHORTEST_RANGE)
        while True:
            edge = self._peek(axis, and_(since, within), length)
            if edge is None:
                return found + self._of_values(axis, and_(since, within), position, wanted - len(found))
            first, last = axis.block(edge)
            tie = and_(axis.since(first), axis.until(last))
            if self._by_start and self._are_many(axis, tie):
                found += self._of_values(axis, and_(since, axis.before(first)), position, wanted - len(found))
                if len(found) < wanted:
                    found += self._many_tied(axis, edge, position, wanted - len(found))
            else:
                found += self._of_values(axis, and_(since, axis.until(last)), position, wanted - len(found))
            if len(found) >= wanted:
                return found
            since = axis.behind(last)
            length *= GROWTH

    def _not_numbers(self, axis: Axis, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        halves = (axis.column < LEAST_NUMBER, axis.column > GREATEST_NUMBER)
        if self._by_start and any(self._are_many(axis, half) for half in halves):
            return self._without_number(_IS_NAN, position, wanted)
        rows = [row for half in halves for row in self._of_values(axis, half, position, wanted)]
        return merge_rows(self._query, rows)[:wanted]

    def _without_number(self, rank: int, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        return self._tied(self._leads((rank,)), (rank, to_key(0.0)), position, wanted)

    def _many_tied(self, axis: Axis, value: Any, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        if axis.key is None:
            leading = (0, value) if axis.nullable else (value,)
            return self._tied(axis.column == value, leading, position, wanted)
        leading = (_IS_NUMBER, to_key(0.0) if value in _ZEROS else value)
        return self._tied(self._leads(leading), leading, position, wanted)

    def _leads(self, leading: _Values) -> ColumnElement[bool]:
        """Return the condition that the first terms of the order have these values."""
        # Not said of the column: else a database would begin with the series and sort all of them.
        return is_common(and_(*(term.value == held for term, held in zip(self._query.terms, leading, strict=False))))

    def _tied(
        self, tie: ColumnElement[bool], leading: _Values, position: Sequence[int | str] | None, wanted: int
    ) -> list[AnyRow]:
        """Return rows that have the same values in the first terms of the order."""
        if self._by_start:
            return self._newest_first(tie, leading, position, wanted)
        return self._fetch(self._of_runs().where(tie), position, wanted)

    def _newest_first(
        self, tie: ColumnElement[bool], leading: _Values, position: Sequence[int | str] | None, wanted: int
    ) -> list[AnyRow]:
        """Return rows along the index of starts: newest first, then those without a start; ties by id."""
        statement = self._of_runs().where(tie)
        # Where the page before ended among these rows, the index is entered there.
        held: Sequence[Any] = ()
        if position is not None and tuple(position[: len(leading)]) == leading:
            held = position[len(leading) :]
        is_after = runs.c.run_id > held[-1] if held else true()
        if len(self._query.terms) - len(leading) == 1:
            return self._fetch(statement.where(is_after), position, wanted, (runs.c.run_id,))
        found: list[AnyRow] = []
        if not held or held[0] == 0:
            # A range, not IS NOT NULL, because that is what an index is searched by.
            started = runs.c.start_time.between(INT64_MIN, held[1] if held else INT64_MAX)
            newest = (runs.c.start_time.desc(), runs.c.run_id)
            found = self._fetch(statement.where(started), position, wanted, newest)
            is_after = true()
        if len(found) < wanted:
            never = statement.where(runs.c.start_time.is_(None), is_after)
            found += self._fetch(never, position, wanted - len(found), (runs.c.run_id,))
        return found

    def _of_runs(self) -> Select[*tuple[Any, ...]]:
        return self._query.statement.select_from(self._tables).where(self._partition.condition)

    def _of_values(
        self, axis: Axis, range_: ColumnElement[bool], position: Sequence[int | str] | None, wanted: int
    ) -> list[AnyRow]:
        statement = self._query.statement.where(range_)
        if axis.key is None:
            return self._fetch(statement.select_from(self._tables).where(self._partition.condition), position, wanted)
        statement = statement.select_from(self._tables).where(
            self._measured(axis), runs.c.lifecycle_stage == self._partition.stage
        )
        return self._fetch(statement, position, wanted)

    def _fetch(
        self,
        statement: Select[*tuple[Any, ...]],
        position: Sequence[int | str] | None,
        wanted: int,
        order: Sequence[ColumnElement[Any]] | None = None,
    ) -> list[AnyRow]:
        return fetch_rows(self._connection, self._query, statement, position, wanted, order)

    def _peek(self, axis: Axis, range_: ColumnElement[bool], length: int) -> Any:
        """Return the value that stands so many places further in the index; None if there are not as many."""
        order = axis.column.asc() if axis.ascending else axis.column.desc()
        statement = select(axis.column).where(self._indexed(axis), range_).order_by(order)
        return self._connection.execute(statement.offset(length).limit(1)).scalar()

    def _are_many(self, axis: Axis, tie: ColumnElement[bool]) -> bool:
        some = select(axis.column).where(self._indexed(axis), tie).limit(MANY_TIES + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one() > MANY_TIES

    def _indexed(self, axis: Axis) -> ColumnElement[bool]:
        return self._partition.condition if axis.key is None else self._measured(axis)

    def _measured(self, axis: Axis) -> ColumnElement[bool]:
        table = axis.column.table
        return and_(table.c.experiment == self._partition.experiment, table.c.key == axis.key)
