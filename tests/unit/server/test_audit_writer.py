"""The record of what was done is written in the end, whatever comes between, and keeps nobody waiting for a refusal."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from trialog.entities import AuditRecord
from trialog.errors import TemporarilyUnavailable
from trialog.server.audit_writer import AuditWriter
from trialog.server.refusal_counts import RefusalCounts

pytestmark = pytest.mark.anyio

FULL = TemporarilyUnavailable("store.full", "The disk is full.")


class FailingLog:
    """A log that takes nothing for a while.

    Args:
        failures: What it raises, one after the other, before it takes something.
    """

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.has_taken_some = asyncio.Event()
        self.written: list[AuditRecord] = []

    @property
    def operations(self) -> list[str]:
        return [record.operation for record in self.written]

    async def add(self, records: Sequence[AuditRecord]) -> None:
        await self.is_open.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.written += records
        self.has_taken_some.set()

    async def search(self, **_choices: Any) -> Any:
        raise NotImplementedError

    def export(self) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def prune(self, before: int, record: AuditRecord) -> int:
        raise NotImplementedError


class ClosedLog(FailingLog):
    """A log that never takes anything."""

    async def add(self, records: Sequence[AuditRecord]) -> None:
        raise FULL


def record(number: int) -> AuditRecord:
    return AuditRecord(0, 1, "ada", "password", "127.0.0.1", f"operation-{number}", "", 200)


def refusal(number: int, *, actor: str = "anybody") -> AuditRecord:
    via = "" if actor == "anybody" else "password"
    return AuditRecord(0, number, actor, via, "203.0.113.5", "login", f"path-{number}", 401, "auth.unauthenticated")


async def test_what_was_done_is_kept_before_it_is_answered() -> None:
    log = FailingLog()
    log.is_open.clear()
    writer = AuditWriter(log)
    noting = asyncio.create_task(writer.note(record(1)))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not noting.done()
    log.is_open.set()
    await noting
    assert log.operations == ["operation-1"]
    await writer.close()


async def test_many_at_once_are_written_together_and_in_order() -> None:
    log = FailingLog()
    writer = AuditWriter(log)
    await asyncio.gather(*(writer.note(record(number)) for number in range(1200)))
    assert log.operations == [f"operation-{number}" for number in range(1200)]
    await writer.close()


@pytest.mark.parametrize("error", [FULL, RuntimeError("nobody foresaw this")], ids=["full", "unforeseen"])
async def test_what_could_not_be_written_is_tried_again(error: Exception) -> None:
    log = FailingLog(error, error, error)
    writer = AuditWriter(log, retry_seconds=0.0)
    await writer.note(record(1))
    assert log.operations == ["operation-1"]
    await writer.close()


async def test_a_failure_that_nobody_foresaw_stops_nothing_while_there_is_no_room() -> None:
    log = FailingLog(RuntimeError("nobody foresaw this"))
    writer = AuditWriter(log, room=2, retry_seconds=0.0)
    for number in range(5):
        writer.note_soon(refusal(number))
    await writer.note(record(1))
    await writer.note(record(2))
    assert log.operations[-1] == "operation-2"
    await writer.close()


async def test_refusals_keep_nobody_waiting_and_what_finds_no_room_is_counted() -> None:
    log = FailingLog()
    log.is_open.clear()
    writer = AuditWriter(log, room=3)
    for number in range(10):
        writer.note_soon(refusal(number))
    log.is_open.set()
    await writer.close()
    assert [one.resource for one in log.written[:3]] == ["path-0", "path-1", "path-2"]
    [dropped] = log.written[3:]
    assert (dropped.operation, dropped.times, dropped.status) == ("drop_audit_records", 7, 503)


async def test_a_storm_of_strangers_makes_two_records() -> None:
    log = FailingLog()
    writer = AuditWriter(log)
    for number in range(1000):
        writer.note_refusal(refusal(number))
    await writer.note(record(1))
    await writer.close()
    assert [(one.operation, one.times, one.timestamp) for one in log.written] == [
        ("login", 1, 0),
        ("operation-1", 1, 1),
        ("login", 999, 999),
    ]


async def test_what_repeats_is_written_when_its_minute_is_over() -> None:
    log = FailingLog()
    writer = AuditWriter(log, refusals=RefusalCounts(0.01))
    for number in range(3):
        writer.note_refusal(refusal(number))
    while len(log.written) < 2:
        log.has_taken_some.clear()
        await log.has_taken_some.wait()
    assert [one.times for one in log.written] == [1, 2]
    await writer.close()


async def test_what_cannot_be_written_at_all_is_in_the_servers_log(caplog: pytest.LogCaptureFixture) -> None:
    writer = AuditWriter(ClosedLog(), retry_seconds=0.001, close_seconds=0.02)
    writer.note_soon(record(7))
    noting = asyncio.create_task(writer.note(record(8)))
    await asyncio.sleep(0)
    with caplog.at_level(logging.ERROR, "trialog.server"):
        await writer.close()
    assert "operation-7" in caplog.text
    with pytest.raises(TemporarilyUnavailable, match="This was done, but no record of it"):
        await noting


async def test_who_does_not_wait_any_more_loses_no_record() -> None:
    log = FailingLog()
    log.is_open.clear()
    writer = AuditWriter(log)
    noting = asyncio.create_task(writer.note(record(1)))
    await asyncio.sleep(0)
    noting.cancel()
    log.is_open.set()
    await writer.note(replace(record(2), actor="eve"))
    assert log.operations == ["operation-1", "operation-2"]
    await writer.close()
