"""Accounts and the audit log in SQL: what holds between processes, and which indexes answer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import event, make_url

from tests.new_store import open_new_store
from tests.postgresql import new_database
from trialog.access import Authenticator, HashingCost, Passwords
from trialog.entities import (
    ApiToken,
    AuditRecord,
    Cause,
    NewRegisteredModel,
    Operation,
    PermissionLevel,
    ResourceType,
)
from trialog.entities.account_limits import MAX_TOKENS_OF_USER
from trialog.entities.bin import BinKind, BinSelection
from trialog.entities.clock import now_milliseconds
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, Unauthenticated
from trialog.store import open_store
from trialog.store.audit_log import compile_audit_search
from trialog.store.paging import PagedQuery, fetch_page
from trialog.store.postgresql import create_postgresql_engine
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite import create_sqlite_engine

pytestmark = pytest.mark.anyio

MANAGE = PermissionLevel.MANAGE
RECORD = AuditRecord(0, 1, "ada", "password", "203.0.113.5", "login", "", 200)


async def open_file(file: Path) -> SqlStore:
    return await open_new_store(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqlStore]:
    opened = await open_file(file)
    await opened.accounts.users.create("root", "h", is_admin=True)
    await opened.accounts.users.create("ada", "h")
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_pair(request: pytest.FixtureRequest, file: Path) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """A store twice, as two processes have it open; nobody has an account."""
    with nullcontext(f"sqlite:///{file.as_posix()}") if request.param == "sqlite" else new_database() as uri:
        stores = [await open_store(uri, default_artifact_root="mlflow-artifacts:/") for _ in range(2)]
        yield stores[0], stores[1]
        for store in stores:
            await store.close()


@pytest.fixture
async def pair(empty_pair: tuple[SqlStore, SqlStore]) -> tuple[SqlStore, SqlStore]:
    """Likewise, with an administrator and a user."""
    await empty_pair[0].accounts.users.create("root", "h", is_admin=True)
    await empty_pair[0].accounts.users.create("ada", "h")
    return empty_pair


async def permitted(store: SqlStore, username: str) -> set[str]:
    found = await store.accounts.permissions.direct_of_user(username)
    return {f"{item.resource_type.value} {item.resource_pattern}" for items in found.values() for item in items}


async def test_two_stores_over_one_database_see_each_others_changes(pair: tuple[SqlStore, SqlStore]) -> None:
    store, other = pair
    version = await other.accounts.version()
    await store.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, "1", MANAGE)
    assert await other.accounts.version() > version
    assert await permitted(other, "ada") == {"experiment 1"}

    await other.accounts.users.delete("ada")
    assert [user.username for user in await store.accounts.users.all()] == ["root"]
    assert await store.accounts.version() == await other.accounts.version()


async def test_a_user_whom_another_process_deletes_is_out_within_a_second(pair: tuple[SqlStore, SqlStore]) -> None:
    store, other = pair
    passwords, now = Passwords(HashingCost(memory_kib=8, passes=1)), [0.0]
    door = Authenticator(store.accounts, passwords, clock=lambda: now[0])
    await store.accounts.users.update("ada", password_hash=await passwords.hash("correct horse battery"))
    assert (await door.by_password("ada", "correct horse battery", "203.0.113.5")).actor == "ada"

    await other.accounts.users.delete("ada")
    now[0] = 1.0

    with pytest.raises(Unauthenticated, match="not logged in"):
        await door.by_password("ada", "correct horse battery", "203.0.113.5")
    await door.close()
    passwords.close()


async def test_two_processes_leave_one_administrator(pair: tuple[SqlStore, SqlStore]) -> None:
    store, other = pair
    for _ in range(10):
        await store.accounts.users.update("ada", is_admin=True)
        await store.accounts.users.update("root", is_admin=True)

        outcomes = await asyncio.gather(
            store.accounts.users.update("root", is_admin=False),
            other.accounts.users.update("ada", is_admin=False),
            return_exceptions=True,
        )

        assert [type(outcome) for outcome in outcomes if outcome is not None] == [Conflict]
        assert len([user for user in await store.accounts.users.all() if user.is_admin]) == 1


async def test_two_processes_make_one_first_administrator(
    empty_pair: tuple[SqlStore, SqlStore],
) -> None:
    store, other = empty_pair
    # Who came by an identity provider before is no administrator.
    await store.accounts.users.create("eve", None)
    with pytest.raises(ResourceAlreadyExists, match="EVE"):
        await store.accounts.users.create_first_administrator("EVE", "h")
    outcomes = await asyncio.gather(
        store.accounts.users.create_first_administrator("first", "h"),
        other.accounts.users.create_first_administrator("second", "h"),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True]
    assert len([user for user in await store.accounts.users.all() if user.is_admin]) == 1


async def test_the_number_of_a_user_who_is_gone_comes_never_back(store: SqlStore, file: Path) -> None:
    last = (await store.accounts.users.create("eve", "h")).user_id
    await store.accounts.users.delete("eve")
    await store.close()

    again = await open_file(file)
    assert (await again.accounts.users.create("eve", "h")).user_id > last
    await again.close()


async def test_tokens_that_expired_take_no_room(store: SqlStore, file: Path) -> None:
    now = now_milliseconds()
    ends = [now + 3_600_000, None] * (MAX_TOKENS_OF_USER // 2 - 1) + [now - 1] * MAX_TOKENS_OF_USER
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO trialog_api_tokens (token_id, user_id, name, scope, created_at, expires_at, secret_hash)"
            " SELECT ?, id, 'ci', 'EDIT', 5, ?, x'00' FROM trialog_users WHERE username = 'ada'",
            [(f"t{number}", end) for number, end in enumerate(ends)],
        )
    for name in ("one", "two"):
        await store.accounts.tokens.create(ApiToken(name, "ada", "ci", PermissionLevel.EDIT, 5), b"hash")
    with pytest.raises(InvalidParameter, match=f"ada has {MAX_TOKENS_OF_USER} tokens already that have not expired"):
        await store.accounts.tokens.create(ApiToken("three", "ada", "ci", PermissionLevel.EDIT, 5), b"hash")
    assert len(await store.accounts.tokens.of_user("ada")) == 2 * MAX_TOKENS_OF_USER
    await store.accounts.tokens.delete("t0")
    await store.accounts.tokens.create(ApiToken("three", "ada", "ci", PermissionLevel.EDIT, 5), b"hash")


async def test_permissions_go_with_an_experiment_that_is_removed_for_good(store: SqlStore) -> None:
    gone = (await store.experiments.create("gone")).experiment_id
    kept = (await store.experiments.create("kept")).experiment_id
    role = await store.accounts.roles.create("default", "readers")
    for number in (gone, kept):
        await store.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, number, MANAGE)
        await store.accounts.roles.add_permission(role.role_id, ResourceType.EXPERIMENT, number, MANAGE)
    version = await store.accounts.version()
    await store.experiments.delete(gone)
    assert await permitted(store, "ada") == {f"experiment {gone}", f"experiment {kept}"}

    named = BinSelection(experiment_ids=(gone,))
    await store.bin.begin("me", await store.bin.find(named, BinKind.EXPERIMENT), named)

    assert await permitted(store, "ada") == {f"experiment {kept}"}
    said = (await store.accounts.roles.get(role.role_id)).permissions
    assert [each.resource_pattern for each in said] == [kept]
    assert await store.accounts.version() > version


async def test_permissions_go_with_a_registered_model(store: SqlStore, file: Path) -> None:
    await store.registered_models.create(NewRegisteredModel("m"))
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute("SELECT id FROM trialog_registered_models").fetchone()
    await store.accounts.permissions.grant("ada", "default", ResourceType.REGISTERED_MODEL, str(number), MANAGE)
    await store.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, str(number), MANAGE)

    await store.registered_models.delete("m", Cause(Operation.DELETE))
    await store.registered_models.create(NewRegisteredModel("m"))

    assert await permitted(store, "ada") == {f"experiment {number}"}


REWRITINGS = {
    "changed": "UPDATE trialog_audit_records SET actor = 'eve'",
    "removed": "DELETE FROM trialog_audit_records",
    "replaced": (
        "REPLACE INTO trialog_audit_records SELECT id, timestamp, 'eve', via, address, operation, resource, status,"
        " code, times FROM trialog_audit_records"
    ),
}


@pytest.mark.parametrize("statement", REWRITINGS.values(), ids=REWRITINGS.keys())
async def test_the_audit_log_cannot_be_rewritten(store: SqlStore, file: Path, statement: str) -> None:
    await store.audit_log.add([RECORD])
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)

    assert [each.actor for each in (await store.audit_log.search(max_results=10)).items] == ["ada"]


@pytest.mark.parametrize("statement", REWRITINGS.values(), ids=REWRITINGS.keys())
async def test_nor_after_old_records_were_removed(store: SqlStore, file: Path, statement: str) -> None:
    assert await store.audit_log.prune(5, replace(RECORD, timestamp=9)) == 0
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)

    assert [each.actor for each in (await store.audit_log.search(max_results=10)).items] == ["ada"]


@pytest.mark.parametrize("is_pruned", [False, True])
async def test_the_audit_log_cannot_be_rewritten_in_postgresql(is_pruned: bool) -> None:
    with new_database() as uri:
        store = await open_store(uri, default_artifact_root="mlflow-artifacts:/")
        if is_pruned:
            await store.audit_log.prune(0, RECORD)
        else:
            await store.audit_log.add([RECORD])
        [before] = (await store.audit_log.search(max_results=10)).items
        engine = create_postgresql_engine(make_url(uri))
        for statement in ("DELETE FROM", "TRUNCATE", "UPDATE"):
            rest = " SET actor = 'eve'" if statement == "UPDATE" else ""
            with engine.connect() as connection, pytest.raises(Exception, match="the audit log is only added to"):
                connection.exec_driver_sql(f"{statement} trialog_audit_records{rest}")
        engine.dispose()
        assert (await store.audit_log.search(max_results=10)).items == [before]
        await store.close()


async def test_no_record_appears_behind_one_with_a_greater_number(pair: tuple[SqlStore, SqlStore]) -> None:
    async def add(store: SqlStore) -> None:
        for _ in range(20):
            await store.audit_log.add([RECORD] * 3)

    async def exported() -> list[int]:
        blocks = [block async for block in pair[0].audit_log.export()]
        return [msgspec.json.decode(line)["record_id"] for block in blocks for line in block.splitlines()]

    seen: list[int] = []
    async with asyncio.TaskGroup() as group:
        adding = [group.create_task(add(store)) for store in pair for _ in range(4)]
        while not all(task.done() for task in adding):
            now = await exported()
            # Whoever goes on behind the last number that she has, misses nothing.
            assert now[: len(seen)] == seen
            seen = now
    assert len(await exported()) == 480


SEARCHES = {
    "all": (compile_audit_search(), "by_time"),
    "span": (compile_audit_search(since=5, until=9), "by_time"),
    "actor": (compile_audit_search(actor="ada", since=5), "by_actor"),
    "operation": (compile_audit_search(operation="login"), "by_operation"),
}


@pytest.mark.parametrize(("search", "index"), SEARCHES.values(), ids=SEARCHES.keys())
async def test_a_page_of_the_audit_log_is_read_along_an_index(
    store: SqlStore, file: Path, search: PagedQuery, index: str
) -> None:
    await store.audit_log.add([RECORD] * 3)
    sent: list[tuple[str, Any]] = []
    engine = create_sqlite_engine(file)
    event.listen(engine, "before_cursor_execute", lambda _c, _k, text, values, *_: sent.append((text, values)))
    with engine.connect() as connection:
        _, token = fetch_page(connection, search, 1, None)
        fetch_page(connection, search, 1, token)
        pages = tuple(sent)
        for text, values in pages:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            told = " ".join(str(row[-1]) for row in rows)
            assert f"INDEX trialog_audit_records_{index} " in f"{told} "
            assert "TEMP B-TREE" not in told
