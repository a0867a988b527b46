"""Runs in the order of a param or tag, read along its index as long as that costs less than to sort all of them.

The index has the runs of all experiments, and the beginning of each value. So it is read in ranges of bounded length;
where an experiment turns out to have few of the runs in it, the rest is sorted whole after all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select, true

from trialog.store.paging import PagedQuery
from trialog.store.planning import along_indexes, unindexed
from trialog.store.rows import AnyRow
from trialog.store.run_walks import GROWTH, SHORTEST_RANGE, Partition, Walk
from trialog.store.tables import INDEXED_CHARACTERS, indexed_text, runs

# Entries of an index that are read before all runs are sorted, as a share of these: it may have been for nothing.
MOST_READ_SHARE = 8
# So many runs of one value are sorted; more are read by their start.
MANY_TEXT_TIES = 4_000

_IS_THERE, _IS_MISSING = range(2)
_NO_TEXT = ""


class TextAxis(NamedTuple):
    """The param or tag that a search orders by first.

    Args:
        value: Its value, in an alias of the table of params or tags.
        key: Its name.
        ascending: Smallest first.
    """

    value: ColumnElement[str]
    key: str
    ascending: bool

    @property
    def beginning(self) -> ColumnElement[str]:
        """The beginning of the value, as the index has it."""
        return indexed_text(self.value)

    @property
    def is_named(self) -> ColumnElement[bool]:
        """That a row of the table is of this param or tag."""
        condition: ColumnElement[bool] = self.value.table.c.key == self.key
        return condition

    def before(self, beginning: str) -> ColumnElement[bool]:
        """Return the condition that a value comes before all with a beginning."""
        return self.beginning < beginning if self.ascending else self.beginning > beginning

    def until(self, beginning: str) -> ColumnElement[bool]:
        """Return the condition that a value has a beginning or comes before it."""
        return self.beginning <= beginning if self.ascending else self.beginning >= beginning

    def behind(self, beginning: str) -> ColumnElement[bool]:
        """Return the condition that a value comes behind all with a beginning."""
        return self.beginning > beginning if self.ascending else self.beginning < beginning

    def since(self, beginning: str) -> ColumnElement[bool]:
        """Return the condition that a value has a beginning or comes behind it."""
        return self.beginning >= beginning if self.ascending else self.beginning <= beginning


def runs_worth_a_walk(wanted: int) -> int:
    """Return how many runs an experiment must have so that a second range may be read of the index.

    Args:
        wanted: How many rows are to be found.
    """
    return MOST_READ_SHARE * (1 + GROWTH) * max(wanted, SHORTEST_RANGE)


class TextWalk(Walk):
    """One partition of a search, read in the order of a param or tag.

    Args:
        connection: Where to read.
        query: What is asked, whose terms begin with those of the axis.
        partition: Where to look.
        tables: What the query's statement reads from.
        axis: What is ordered by first.
        size: How many runs the partition has; of many, any number that is not less than `runs_worth_a_walk`.
        by_start: Whether nothing but the start, newest first, and the run's id order ties of the axis.
    """

    def __init__(
        self,
        connection: Connection,
        query: PagedQuery,
        partition: Partition,
        tables: FromClause,
        axis: TextAxis,
        *,
        size: int,
        by_start: bool,
    ) -> None:
        super().__init__(connection, query, partition, tables, None, by_start=by_start)
        self._text = axis
        self._most_read = size // MOST_READ_SHARE

    def rows(self, position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        """See `Walk.rows`."""
        found: list[AnyRow] = []
        is_rest_unknown = False
        with along_indexes(self._connection):
            if position is None or position[0] == _IS_THERE:
                found, is_rest_unknown = self._of_texts(position, wanted)
            if not is_rest_unknown and len(found) < wanted:
                missing = (_IS_MISSING, _NO_TEXT)
                found += self._tied(self._leads(missing), missing, position, wanted - len(found))
                return found
        if is_rest_unknown:
            behind = list(found[-1])[-len(self._query.terms) :] if found else position
            found += self._fetch(self._of_runs(), behind, wanted - len(found))
        return found

    def _of_texts(self, position: Sequence[int | str] | None, wanted: int) -> tuple[list[AnyRow], bool]:
        """Return rows along the index of values, and whether it was given up before there were enough of them."""
        axis = self._text
        since = true() if position is None else axis.since(str(position[1])[:INDEXED_CHARACTERS])
        found: list[AnyRow] = []
        length, read = max(wanted, SHORTEST_RANGE), 0
        while True:
            read += length
            if read > self._most_read:
                return found, True
            edge = self._edge(since, length)
            if edge is None:
                return found + self._of_range(since, position, wanted - len(found)), False
            if not self._have_many(edge):
                found += self._of_range(and_(since, axis.until(edge)), position, wanted - len(found))
            elif self._by_start and len(edge) < INDEXED_CHARACTERS:
                found += self._of_range(and_(since, axis.before(edge)), position, wanted - len(found))
                tie = (_IS_THERE, edge)
                found += self._tied(self._leads(tie), tie, position, wanted - len(found))
                # All runs were looked at to find those: once is enough.
                return found, len(found) < wanted
            else:
                return found, True
            if len(found) >= wanted:
                return found, False
            since = axis.behind(edge)
            length *= GROWTH

    def _of_range(self, range_: ColumnElement[bool], position: Sequence[int | str] | None, wanted: int) -> list[AnyRow]:
        # What is left to begin with is the index of values.
        experiment, stage = unindexed(runs.c.experiment), unindexed(runs.c.lifecycle_stage)
        inside = and_(experiment == self._partition.experiment, stage == self._partition.stage)
        statement = self._query.statement.select_from(self._tables).where(self._text.is_named, range_, inside)
        return self._fetch(statement, position, wanted)

    def _edge(self, since: ColumnElement[bool], length: int) -> str | None:
        """Return the beginning that stands so many places further in the index; None if there are not as many."""
        beginning = self._text.beginning
        order = beginning.asc() if self._text.ascending else beginning.desc()
        statement = select(beginning).where(self._text.is_named, since).order_by(order)
        return self._connection.execute(statement.offset(length).limit(1)).scalar()

    def _have_many(self, beginning: str) -> bool:
        mine = and_(self._text.is_named, self._text.beginning == beginning)
        some = select(self._text.beginning).where(mine).limit(MANY_TEXT_TIES + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one() > MANY_TEXT_TIES
