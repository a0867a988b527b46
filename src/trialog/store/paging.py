"""Pages of rows in a total order, fetched by position."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_

from trialog.entities.limits import MAX_PAGE_ITEMS
from trialog.errors import InvalidParameter
from trialog.store.page_tokens import decode_page_token, encode_page_token
from trialog.store.rows import AnyRow

LARGEST_KEPT_QUERY = 20


class SortTerm(NamedTuple):
    """One column of a total order.

    Args:
        value: What is sorted by; never NULL.
        kind: Its type, as page tokens hold it.
        descending: Largest first.
    """

    value: ColumnElement[Any]
    kind: type[int] | type[str]
    descending: bool = False


def check_max_results(max_results: int, limit: int = MAX_PAGE_ITEMS) -> None:
    """Refuse a page size out of bounds.

    Raises:
        InvalidParameter: It is below 1 or above the limit.
    """
    if max_results < 1:
        raise InvalidParameter(
            "max_results.invalid",
            f"Invalid value {max_results} for parameter 'max_results' supplied. It must be a positive integer.",
            max_results=max_results,
        )
    if max_results > limit:
        raise InvalidParameter(
            "max_results.invalid",
            f"Invalid value {max_results} for parameter 'max_results' supplied. It must be at most {limit}.",
            max_results=max_results,
            limit=limit,
        )


class PagedQuery(NamedTuple):
    """What to fetch page by page.

    Args:
        statement: Rows to choose from, without order.
        terms: A total order: no two rows are equal in all of them.
        fingerprint: Binds page tokens to this query.
        size: How many clauses and sort keys it was made from.
        now: What `now()` means in it; its page tokens keep that, so that all pages are of one question.
    """

    statement: Select[*tuple[Any, ...]]
    terms: Sequence[SortTerm]
    fingerprint: str
    size: int = 0
    now: int | None = None


def fetch_page(
    connection: Connection, query: PagedQuery, max_results: int, page_token: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Fetch one page.

    Args:
        connection: Where to read.
        query: What to fetch.
        max_results: Largest page wanted.
        page_token: Where to go on, None for the first page.

    Returns:
        Rows, whose first columns are the statement's, and the token of the next page if there is one.

    Raises:
        InvalidParameter: The token is not one of this query.
    """
    position = position_of(query, page_token)
    return cut_page(query, fetch_rows(connection, query, query.statement, position, max_results + 1), max_results)


def position_of(query: PagedQuery, page_token: str | None) -> list[int | str] | None:
    """Return the sort values of the last row of the page before; None for the first page.

    Args:
        query: What is fetched.
        page_token: Where to go on.

    Raises:
        InvalidParameter: The token is not one of this query.
    """
    if not page_token:
        return None
    return decode_page_token(page_token, query.fingerprint, [term.kind for term in query.terms])


def fetch_rows(
    connection: Connection,
    query: PagedQuery,
    statement: Select[*tuple[Any, ...]],
    position: Sequence[int | str] | None,
    limit: int,
    order: Sequence[ColumnElement[Any]] | None = None,
) -> list[AnyRow]:
    """Fetch the first rows of a statement behind a position.

    Args:
        connection: Where to read.
        query: What it is part of.
        statement: Rows to choose from, without order; all of the query or some of it.
        position: Sort values of the row to go on behind.
        limit: How many rows are wanted.
        order: What sorts the rows of the statement as the query's terms do, where an index has that.

    Returns:
        Rows, whose first columns are the statement's and the last their sort values.
    """
    terms = query.terms
    if position is not None:
        statement = statement.where(_after(terms, position))
    statement = statement.add_columns(*(term.value.label(f"sort_{index}") for index, term in enumerate(terms)))
    if order is None:
        order = [term.value.desc() if term.descending else term.value.asc() for term in terms]
    # SQLAlchemy keeps the shape of each statement for the next time; endless many large shapes would fill the memory.
    options = {} if query.size <= LARGEST_KEPT_QUERY else {"compiled_cache": None}
    return list(connection.execute(statement.order_by(*order).limit(limit), execution_options=options).all())


def merge_rows(query: PagedQuery, rows: list[AnyRow]) -> list[AnyRow]:
    """Return rows of several statements in the order of the query.

    Args:
        query: What they are part of.
        rows: As `fetch_rows` gives them.
    """
    for index in range(len(query.terms) - 1, -1, -1):
        place = index - len(query.terms)
        rows = sorted(rows, key=itemgetter(place), reverse=query.terms[index].descending)
    return rows


def cut_page(query: PagedQuery, rows: list[AnyRow], max_results: int) -> tuple[Sequence[AnyRow], str | None]:
    """Return a page of rows in order, and the token of the next page if there are more of them.

    Args:
        query: What they are of.
        rows: As `fetch_rows` gives them, one more than the page holds if there is one.
        max_results: Largest page wanted.
    """
    if len(rows) <= max_results:
        return rows, None
    rows = rows[:max_results]
    return rows, encode_page_token(query.fingerprint, list(rows[-1])[-len(query.terms) :], query.now)


def _after(terms: Sequence[SortTerm], position: Sequence[int | str]) -> ColumnElement[bool]:
    """Return the condition that a row stands behind a position: greater in one term, equal in all before it."""
    alternatives = []
    for index, (term, held) in enumerate(zip(terms, position, strict=True)):
        equal = [before.value == value for before, value in zip(terms[:index], position[:index], strict=True)]
        alternatives.append(and_(*equal, term.value < held if term.descending else term.value > held))
    # Follows from the rest, but a database sees only here that an index of the first term can begin at the position.
    leading = terms[0].value <= position[0] if terms[0].descending else terms[0].value >= position[0]
    return and_(leading, or_(false(), *alternatives))
