"""How many runs the first page of the table says there are."""

from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.entities import NewRun, RunSearch, Tag
from trialog.entities.run_columns import RunColumnChoice, RunCount
from trialog.store import run_table

pytestmark = pytest.mark.anyio

EVEN = "tags.parity = 'even'"


@pytest.mark.parametrize(
    ("filter_", "limit", "page", "expected"),
    [
        (None, 10, 3, RunCount(10, is_exact=True)),
        (None, 9, 3, RunCount(9, is_exact=False)),
        (None, 2, 10, RunCount(10, is_exact=True)),
        (EVEN, 10, 3, RunCount(5, is_exact=True)),
        (EVEN, 2, 4, RunCount(5, is_exact=False)),
        (EVEN, 2, 5, RunCount(5, is_exact=True)),
    ],
)
async def test_counting_ends_where_it_would_take_long(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    filter_: str | None,
    limit: int,
    page: int,
    expected: RunCount,
) -> None:
    monkeypatch.setattr(run_table, "COUNTED_RUNS" if filter_ is None else "COMPARED_RUNS", limit)
    store = await open_new_store(tmp_path / "store.db")
    for number in range(10):
        parity = "odd" if number % 2 else "even"
        await store.runs.create(NewRun("0", start_time=number, tags=(Tag("parity", parity),)))

    found = await store.runs.search_columns(RunSearch(("0",), filter_, max_results=page), RunColumnChoice())
    await store.close()
    assert found.total == expected
