"""What things are called, as the contract of finding out what they belong to promises it, wherever they are kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.account_stores import sql
from tests.contract.trialog_store import open_postgresql_store, open_sqlite_store
from trialog.entities import NewRegisteredModel
from trialog.store.sql_store import SqlStore

pytestmark = pytest.mark.anyio

OPENED = {"sqlite": open_sqlite_store, "postgresql": open_postgresql_store}


@pytest.fixture(params=list(OPENED.values()), ids=list(OPENED))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with request.param(tmp_path) as opened:
        yield sql(opened)


async def test_registered_models_go_by_number_and_by_name(store: SqlStore) -> None:
    for name in ("first", "second"):
        await store.registered_models.create(NewRegisteredModel(name))
    numbers = await store.resources.registered_models(["first", "second", "third"])
    assert set(numbers) == {"first", "second"}
    names = await store.resources.names_of_registered_models([*numbers.values(), "987654"])
    assert names == {number: name for name, number in numbers.items()}
    await store.registered_models.rename("first", "renamed")
    assert await store.resources.names_of_registered_models([numbers["first"]]) == {numbers["first"]: "renamed"}
    assert await store.resources.names_of_registered_models([]) == {}
