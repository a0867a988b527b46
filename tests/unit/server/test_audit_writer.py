"""The record of what was done is written in the end, whatever comes between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from trialog.entities import AuditRecord
from trialog.errors import TemporarilyUnavailable
from trialog.server.audit_writer import AuditWriter

pytestmark = pytest.mark.anyio


class FailingLog:
    """A log that takes nothing for a while."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.written: list[str] = []

    async def add(self, records: Sequence[AuditRecord]) -> None:
        if self.failures:
            self.failures -= 1
            raise TemporarilyUnavailable("store.full", "The disk is full.")
        self.written += [record.operation for record in records]

    async def search(self, **_choices: Any) -> Any:
        raise NotImplementedError

    def export(self) -> AsyncIterator[bytes]:
        raise NotImplementedError


def record(number: int) -> AuditRecord:
    return AuditRecord(0, 1, "ada", "password", "127.0.0.1", f"operation-{number}", "", 200)


async def test_closing_writes_what_is_left_in_order() -> None:
    log = FailingLog(0)
    writer = AuditWriter(log, pause_seconds=60.0)
    for number in range(1200):
        await writer.note(record(number))
    await writer.close()
    assert log.written == [f"operation-{number}" for number in range(1200)]


async def test_what_could_not_be_written_is_tried_again() -> None:
    log = FailingLog(3)
    writer = AuditWriter(log, pause_seconds=0.0, retry_seconds=0.0)
    await writer.note(record(1))
    await writer.close()
    assert log.written == ["operation-1"]


async def test_what_cannot_be_written_at_all_is_in_the_servers_log(caplog: pytest.LogCaptureFixture) -> None:
    writer = AuditWriter(FailingLog(10**9), pause_seconds=0.0, retry_seconds=0.001, close_seconds=0.02)
    await writer.note(record(7))
    with caplog.at_level(logging.ERROR, "trialog.server"):
        await writer.close()
    assert "operation-7" in caplog.text


async def test_requests_wait_while_there_is_no_room() -> None:
    log = FailingLog(1)
    writer = AuditWriter(log, pause_seconds=0.0, retry_seconds=0.0)
    await asyncio.gather(*(writer.note(record(number)) for number in range(15_000)))
    await writer.close()
    assert len(log.written) == 15_000
