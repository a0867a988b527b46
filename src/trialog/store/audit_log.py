"""The record of who did what, in SQL.

It is only added to: the database itself refuses every change of a record. How long records are kept is the operator's
own affair, who answers for them: none is removed but by `prune`, which records that.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from trialog.entities import INT64_MAX, INT64_MIN, AuditRecord, Page
from trialog.store.account_tables import audit_records
from trialog.store.database import Database
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm, check_max_results, fetch_page
from trialog.store.prepared import Prepared

MAX_RECORDS_PER_PAGE = 1_000
LONGEST_TEXT = 1_000

_EXPORTED_AT_ONCE = 1_000
_REMOVED_AT_ONCE = 5_000
_NO_DELETE = f"{audit_records.name}_no_delete"
_NAMES = [column.name for column in audit_records.c if column.name != "id"]
_insert = Prepared(insert(audit_records).values({name: bindparam(name) for name in _NAMES}), _NAMES)
_select_some = Prepared(
    select(*audit_records.c)
    .where(audit_records.c.id > bindparam("after"), audit_records.c.id <= bindparam("last"))
    .order_by(audit_records.c.id)
    .limit(_EXPORTED_AT_ONCE),
    ["after", "last"],
)
_delete_some = Prepared(
    delete(audit_records).where(
        audit_records.c.id.in_(
            select(audit_records.c.id)
            .where(audit_records.c.timestamp < bindparam("before"))
            .order_by(audit_records.c.timestamp, audit_records.c.id)
            .limit(_REMOVED_AT_ONCE)
        )
    ),
    ["before"],
)
_encoder = msgspec.json.Encoder()


class SqlAuditLog:
    """The audit log of a SQL store. Implements `trialog.contracts.AuditLog`.

    Args:
        database: Where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, records: Sequence[AuditRecord]) -> None:
        """See `AuditLog.add`."""
        if not records:
            return
        rows = [_row_of(record) for record in records]
        await self._database.write(lambda connection: _insert.many(connection, rows))

    async def search(
        self,
        *,
        max_results: int,
        page_token: str | None = None,
        actor: str | None = None,
        operation: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> Page[AuditRecord]:
        """See `AuditLog.search`."""
        check_max_results(max_results, MAX_RECORDS_PER_PAGE)
        query = compile_audit_search(actor, operation, since, until)

        def job(connection: Connection) -> Page[AuditRecord]:
            rows, token = fetch_page(connection, query, max_results, page_token)
            return Page([_record_of(row) for row in rows], token)

        return await self._database.read(job)

    async def export(self) -> AsyncIterator[bytes]:
        """See `AuditLog.export`."""
        last = await self._database.read(_last_number)
        after = 0
        while after < last:
            # Each in a read of its own: who takes long to receive an export holds up nothing in the store.
            some = await self._database.read(partial(_some_records, after, last))
            after = some[-1].record_id if some else last
            yield _encoder.encode_lines(some)

    async def prune(self, before: int, record: AuditRecord) -> int:
        """See `AuditLog.prune`."""
        rows, removed = [_row_of(record)], 0
        while True:
            # Each in a transaction of its own: nothing else is written meanwhile, and what is free is used again.
            count = await self._database.write(partial(_remove_some, _in_bounds(before), rows))
            rows, removed = [], removed + count
            if count < _REMOVED_AT_ONCE:
                return removed


def _last_number(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(audit_records.c.id), 0))).scalar_one())


def _some_records(after: int, last: int, connection: Connection) -> list[AuditRecord]:
    return [_record_of(row) for row in _select_some.rows(connection, (after, last))]


def _remove_some(before: int, rows: Sequence[Sequence[Any]], connection: Connection) -> int:
    if rows:
        _insert.many(connection, rows)
    with _removable(connection):
        return _delete_some.many(connection, [(before,)])


@contextmanager
def _removable(connection: Connection) -> Iterator[None]:
    """Let this transaction remove records; no other one can, for it is undone as a whole or ends with all as it was."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {audit_records.name} DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {audit_records.name} ENABLE TRIGGER USER")
        return
    found = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    trigger = connection.exec_driver_sql(found, (_NO_DELETE,)).scalar_one()
    connection.exec_driver_sql(f"DROP TRIGGER {_NO_DELETE}")
    yield
    connection.exec_driver_sql(trigger)


def compile_audit_search(
    actor: str | None = None, operation: str | None = None, since: int | None = None, until: int | None = None
) -> PagedQuery:
    """Return the query for records, the newest first.

    Args:
        actor: As for `AuditLog.search`.
        operation: Likewise.
        since: Likewise.
        until: Likewise.
    """
    statement = select(*audit_records.c)
    if actor is not None:
        statement = statement.where(audit_records.c.actor == _kept(actor))
    if operation is not None:
        statement = statement.where(audit_records.c.operation == _kept(operation))
    if since is not None:
        statement = statement.where(audit_records.c.timestamp >= _in_bounds(since))
    if until is not None:
        statement = statement.where(audit_records.c.timestamp < _in_bounds(until))
    terms = [
        SortTerm(audit_records.c.timestamp, int, descending=True),
        SortTerm(audit_records.c.id, int, descending=True),
    ]
    return PagedQuery(statement, terms, query_fingerprint("audit", actor, operation, since, until))


def _row_of(record: AuditRecord) -> tuple[Any, ...]:
    return (
        record.timestamp,
        *map(_kept, (record.actor, record.via, record.address, record.operation, record.resource)),
        record.status,
        _kept(record.code),
        record.times,
    )


def _record_of(row: Sequence[Any]) -> AuditRecord:
    return AuditRecord(*row[: len(_NAMES) + 1])


def _kept(text: str) -> str:
    """Return a text as it is kept: nobody escapes the record by a name that no database takes, or an endless one."""
    written = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return written if len(written) <= LONGEST_TEXT else f"{written[: LONGEST_TEXT - 1]}…"


def _in_bounds(moment: int) -> int:
    return min(max(moment, INT64_MIN), INT64_MAX)
