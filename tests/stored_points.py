"""What must be so of the tables that points are kept in, on every database."""

from collections.abc import Callable, Iterable
from typing import Any


def disagreements(ask: Callable[[str], Iterable[tuple[Any, ...]]]) -> list[str]:
    """Return where series, rows and chunks do not agree.

    Args:
        ask: Returns the rows of a statement, which any database understands.
    """
    wrong = ask(
        "SELECT id, count, sealed_count,"
        " (SELECT count(*) FROM trialog_points WHERE series = s.id),"
        " (SELECT coalesce(sum(count), 0) FROM trialog_chunks WHERE series = s.id)"
        " FROM trialog_series s"
    )
    found = [f"series {row}" for row in wrong if row[2] != row[4] or row[1] != row[3] + row[4]]
    overlaps = ask(
        "SELECT a.id, b.id FROM trialog_chunks a JOIN trialog_chunks b ON a.series = b.series AND a.id != b.id"
        " WHERE (a.first_timestamp, a.first_step, a.first_value)"
        " <= (b.first_timestamp, b.first_step, b.first_value)"
        " AND (b.first_timestamp, b.first_step, b.first_value) <= (a.last_timestamp, a.last_step, a.last_value)"
    )
    found += [f"chunks {pair} overlap" for pair in overlaps]
    late = ask(
        "SELECT s.id FROM trialog_series s JOIN trialog_chunks c ON c.series = s.id"
        " WHERE c.last_timestamp > coalesce(s.sealed_timestamp, -1)"
    )
    return found + [f"series {number} does not know of its latest chunk" for (number,) in late]
