"""Holds what a store has against what its writers were told."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine, NullPool, create_engine, make_url, select

from tests.contract.http_connection import number_from_wire
from tests.soak.journal import Journal, Points, SeriesName, Triple, together
from tests.stored_points import disagreements
from trialog.store.double_keys import is_number, to_keys
from trialog.store.tables import NO_MODEL, runs, series

PAGE = 25_000
_POSTGRESQL = "postgresql"

Progress = Callable[[int, int], None]
"""Called with how many series are compared, and how many there are."""


class Source(Protocol):
    """Answers questions below `/api/2.0/mlflow/`."""

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        """See `RestClient.get`."""


def read_history(rest: Source, name: SeriesName) -> list[Triple]:
    """Return all points of a series, read page by page."""
    run_id, key = name
    found: list[Triple] = []
    more: dict[str, str] = {}
    while True:
        page = rest.get("metrics/get-history", run_id=run_id, metric_key=key, max_results=PAGE, **more)
        points = page.get("metrics", [])
        values = to_keys([number_from_wire(point["value"]) for point in points])
        found += [
            (int(point["timestamp"]), int(point["step"]), value) for point, value in zip(points, values, strict=True)
        ]
        if not page.get("next_page_token"):
            return found
        more = {"page_token": page["next_page_token"]}


def wrong_histories(rest: Source, journals: Sequence[Journal], progress: Progress) -> Iterator[str]:
    """Yield a sentence for each series that lost, doubled or invented points, or has them out of order.

    Args:
        rest: Where to read.
        journals: What the writers were told.
        progress: Called for each series.
    """
    acknowledged = together(journal.points for journal in journals)
    uncertain = together(journal.uncertain for journal in journals)
    for number, (name, theirs) in enumerate(acknowledged.items()):
        progress(number, len(acknowledged))
        stored = read_history(rest, name)
        wanted = _distinct(theirs)
        there = set(stored)
        lost, invented = wanted - there, there - wanted - _distinct(uncertain.get(name, []))
        where = f"run {name[0]}, metric {name[1]!r}:"
        if lost:
            yield f"{where} {len(lost)} of {len(wanted)} acknowledged points are lost, such as {min(lost)}"
        if invented:
            yield f"{where} {len(invented)} points were never sent, such as {min(invented)}"
        if len(there) != len(stored):
            yield f"{where} {len(stored) - len(there)} points are there twice"
        if stored != sorted(stored):
            yield f"{where} the history is out of order"
    progress(len(acknowledged), len(acknowledged))


def wrong_runs(rest: Source, journals: Sequence[Journal]) -> Iterator[str]:
    """Yield a sentence for each run that lost its status, a param or a tag.

    Args:
        rest: Where to read.
        journals: What the writers were told.
    """
    statuses = {run_id: status for journal in journals for run_id, status in journal.statuses.items()}
    run_ids = {run_id for journal in journals for run_id in (*journal.statuses, *journal.params, *journal.tags)}
    for run_id in sorted(run_ids):
        run = rest.get("runs/get", run_id=run_id)["run"]
        if run["info"]["status"] != statuses.get(run_id, "RUNNING"):
            yield f"run {run_id}: its status is {run['info']['status']}"
        for kind in ("params", "tags"):
            stored = {entry["key"]: entry["value"] for entry in run["data"].get(kind, [])}
            for journal in journals:
                for key, value in getattr(journal, kind).get(run_id, {}).items():
                    if stored.get(key) != value:
                        yield f"run {run_id}: {kind} {key!r} is {stored.get(key)!r}, not {value!r}"


def wrong_summaries(store_uri: str, journals: Sequence[Journal]) -> Iterator[str]:
    """Yield a sentence for each series whose summary is not that of its points, and for each fault of the tables.

    Args:
        store_uri: The store; its servers have ended, so that nothing changes meanwhile.
        journals: What the writers were told, all of it stored.
    """
    acknowledged = together(journal.points for journal in journals)
    with _engine(store_uri).connect() as connection:
        statement = select(runs.c.run_id, series).join(series, series.c.run == runs.c.id)
        for row in connection.execute(statement.where(series.c.model == NO_MODEL)).mappings():
            name = (row["run_id"], row["key"])
            if name not in acknowledged:
                continue
            points = _distinct(acknowledged[name])
            for column, expected in _summary(points).items():
                if row[column] != expected:
                    yield f"run {name[0]}, metric {name[1]!r}: its {column} is {row[column]}, not {expected}"
            for end in ("min", "max"):
                at = (row[f"{end}_step"], row[f"{end}_value"])
                if at != (None, None) and at not in {(step, value) for _, step, value in points}:
                    yield f"run {name[0]}, metric {name[1]!r}: its {end} is at no step where it was logged"
        yield from disagreements(lambda statement: map(tuple, connection.exec_driver_sql(statement)))
        if connection.dialect.name == "sqlite":
            for (text,) in connection.exec_driver_sql("PRAGMA integrity_check"):
                if text != "ok":
                    yield f"integrity_check: {text}"


def count_rows(store_uri: str) -> tuple[int, int]:
    """Return how many points are rows, and how many chunks there are."""
    with _engine(store_uri).connect() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM trialog_points").scalar_one()
        chunks = connection.exec_driver_sql("SELECT count(*) FROM trialog_chunks").scalar_one()
        return rows, chunks


def _engine(store_uri: str) -> Engine:
    url = make_url(store_uri)
    url = url.set(drivername="postgresql+psycopg") if url.drivername == _POSTGRESQL else url
    return create_engine(url, poolclass=NullPool)


def _distinct(theirs: Iterable[Points]) -> set[Triple]:
    found: set[Triple] = set()
    for points in theirs:
        found |= points.distinct()
    return found


def _summary(points: set[Triple]) -> dict[str, Any]:
    """Return what the row of a series must say of its points."""
    by_step = [(step, timestamp, value) for timestamp, step, value in points]
    first, last = min(by_step), max(by_step)
    numbers = [value for _, _, value in points if is_number(value)]
    return {
        "count": len(points),
        **dict(zip(("first_step", "first_timestamp", "first_value"), first, strict=True)),
        **dict(zip(("last_step", "last_timestamp", "last_value"), last, strict=True)),
        "min_value": min(numbers, default=None),
        "max_value": max(numbers, default=None),
    }
