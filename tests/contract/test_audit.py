"""The record of who did what, as the contract promises it, wherever it is kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.contract.account_stores import sql
from tests.contract.samples import all_items
from tests.contract.trialog_store import open_postgresql_store, open_sqlite_store
from trialog.contracts import AuditLog
from trialog.entities import INT64_MAX, AuditRecord
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio

OPENED = {"sqlite": open_sqlite_store, "postgresql": open_postgresql_store}


@pytest.fixture(params=list(OPENED.values()), ids=list(OPENED))
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AuditLog]:
    async with request.param(tmp_path) as store:
        yield sql(store).audit_log


def record(timestamp: int, actor: str = "ada", operation: str = "createRun", code: str = "") -> AuditRecord:
    return AuditRecord(0, timestamp, actor, "password", "203.0.113.5", operation, "experiment:3", 200, code)


async def found(log: AuditLog, **search: str | int | None) -> list[tuple[int, str]]:
    page = await log.search(max_results=1000, **search)  # type: ignore[arg-type]  # each test names what there is
    return [(each.timestamp, each.actor) for each in page.items]


async def exported(log: AuditLog) -> list[AuditRecord]:
    lines = [line async for block in log.export() for line in block.splitlines()]
    return [msgspec.json.decode(line, type=AuditRecord) for line in lines]


async def test_what_was_recorded_is_found_newest_first(log: AuditLog) -> None:
    await log.add([])
    await log.add([record(5), record(9, "eve", "login", "account.unauthenticated")])
    await log.add([record(7, "eve"), record(9)])

    items = (await log.search(max_results=10)).items
    assert [(each.timestamp, each.actor, each.operation) for each in items] == [
        (9, "ada", "createRun"),
        (9, "eve", "login"),
        (7, "eve", "createRun"),
        (5, "ada", "createRun"),
    ]
    assert {each.times for each in items} == {1}
    assert items[1] == replace(record(9, "eve", "login", "account.unauthenticated"), record_id=items[1].record_id)
    assert len({each.record_id for each in items}) == 4
    assert await found(log, actor="eve") == [(9, "eve"), (7, "eve")]
    assert await found(log, operation="login") == [(9, "eve")]
    assert await found(log, actor="ada", operation="login") == []
    assert await found(log, since=7, until=9) == [(7, "eve")]
    assert await found(log, since=-(2**70), until=2**70) == await found(log)
    assert await found(log, actor="nobody") == []


async def test_pages_hold_every_record_once_while_more_are_added(log: AuditLog) -> None:
    await log.add([record(moment // 3) for moment in range(25)])
    first = await log.search(max_results=7, since=1)
    await log.add([record(1000)])

    rest = await all_items(lambda token: log.search(max_results=7, since=1, page_token=token or first.next_page_token))

    every = [each.record_id for each in [*first.items, *rest]]
    assert len(every) == len(set(every)) == 22
    assert [each.timestamp for each in [*first.items, *rest]] == sorted(
        (moment // 3 for moment in range(3, 25)), reverse=True
    )


async def test_a_page_of_another_search_is_refused(log: AuditLog) -> None:
    await log.add([record(1), record(2)])
    token = (await log.search(max_results=1)).next_page_token

    for search in ({"actor": "ada"}, {"operation": "login"}, {"since": 1}, {"until": 9}):
        with pytest.raises(InvalidParameter, match="another filter or order"):
            await log.search(max_results=1, page_token=token, **search)
    with pytest.raises(InvalidParameter, match="Invalid page token"):
        await log.search(max_results=1, page_token="junk")
    for size in (0, 1001):
        with pytest.raises(InvalidParameter, match="max_results"):
            await log.search(max_results=size)


async def test_nobody_escapes_the_record_by_an_odd_text(log: AuditLog) -> None:
    await log.add([record(1, "a\0b"), record(2, "\ud800"), record(3, "x" * 5000), record(INT64_MAX, "a\nb")])

    items = (await log.search(max_results=10)).items
    assert [each.actor for each in items] == ["a\nb", "x" * 999 + "…", "\\ud800", "a\\x00b"]
    assert await found(log, actor="a\0b") == [(1, "a\\x00b")]
    assert [each.actor for each in await exported(log)] == ["a\\x00b", "\\ud800", "x" * 999 + "…", "a\nb"]


async def test_an_export_has_all_there_is_when_it_begins(log: AuditLog) -> None:
    assert await exported(log) == []
    await log.add([record(moment) for moment in range(2500)])

    blocks = []
    async for block in log.export():
        blocks.append(block)
        await log.add([record(9999)])

    lines = [line for block in blocks for line in block.splitlines()]
    assert [msgspec.json.decode(line)["timestamp"] for line in lines] == list(range(2500))
    # Nobody has to hold all of it at once.
    assert [len(block.splitlines()) for block in blocks] == [1000, 1000, 500]


async def test_what_was_counted_is_told(log: AuditLog) -> None:
    await log.add([replace(record(1), times=2**40)])
    assert [each.times for each in (await log.search(max_results=10)).items] == [2**40]
    assert [each.times for each in await exported(log)] == [2**40]


@pytest.mark.parametrize("count", [0, 3, 5001])
async def test_old_records_go_when_the_operator_says_so_and_that_is_recorded(log: AuditLog, count: int) -> None:
    await log.add([record(moment) for moment in range(count)])
    await log.add([record(10_000), record(10_001, "eve")])
    pruning = record(20_000, "anybody", "prune_audit_records")

    assert await log.prune(10_001, pruning) == count + 1

    left = (await log.search(max_results=10)).items
    assert [(each.timestamp, each.operation) for each in left] == [
        (20_000, "prune_audit_records"),
        (10_001, "createRun"),
    ]
    # The record of one removal goes by another, which is recorded too.
    assert await log.prune(INT64_MAX - 1, record(INT64_MAX, "anybody", "prune_audit_records")) == 2
    assert await found(log) == [(INT64_MAX, "anybody")]


async def test_numbers_go_on_after_records_were_removed(log: AuditLog) -> None:
    await log.add([record(1)])
    [first] = (await log.search(max_results=1)).items
    await log.prune(5, record(9))
    await log.add([record(10)])
    assert [each.record_id - first.record_id for each in (await log.search(max_results=5)).items] == [2, 1]
