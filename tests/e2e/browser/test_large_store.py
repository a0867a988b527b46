"""A store of 100,000 runs: its table opens, scrolls to its end, sorts and filters."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks import rows, search_data
from tests.architecture.code import PACKAGE, ROOT
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import settled
from tests.servers import RunningServer, start_trialog

RUNS = 100_000
KEYS = 3
# Of so many, the first answer counts no further than it must.
MANY = re.compile(r"^[1-9]\d+,000\+? runs$")
KEPT = ROOT / ".cache" / "e2e"


def large_store(directory: Path) -> Path:
    """Return a file with the runs, made once for each version of the tables and of what fills them."""
    digest = hashlib.sha256(f"{RUNS} {KEYS}".encode())
    migrations = sorted((PACKAGE / "store" / "migrations").rglob("*.py"))
    for source in (*migrations, Path(str(rows.__file__)), Path(str(search_data.__file__))):
        digest.update(source.read_bytes())
    kept = KEPT / f"runs-{digest.hexdigest()[:16]}.db"
    if not kept.is_file():
        with start_trialog(directory):
            pass  # makes the store
        search_data.fill_trialog(directory / "trialog.db", RUNS, KEYS)
        for old in KEPT.glob("runs-*.db"):
            old.unlink(missing_ok=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a test run that is broken off leaves no half of it.
        part = kept.with_suffix(f".{os.getpid()}")
        shutil.copyfile(directory / "trialog.db", part)
        part.replace(kept)
    return kept


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    kept = large_store(tmp_path_factory.mktemp("filled"))
    directory = tmp_path_factory.mktemp("server")
    shutil.copyfile(kept, directory / "trialog.db")
    with start_trialog(directory) as started:
        yield started


@pytest.fixture
def page(server: RunningServer, visit: Visit) -> Page:
    opened = visit(server, f"experiments/{search_data.BIG_EXPERIMENT}")
    expect(opened.get_by_text(MANY)).to_be_visible()
    settled(opened)
    return opened


def first_name(page: Page) -> str:
    return page.get_by_role("rowheader").first.inner_text()


def test_the_table_opens_and_holds_few_rows_at_once(page: Page) -> None:
    assert 10 < page.get_by_role("row").count() < 100


def test_it_scrolls_to_the_end_and_back(page: Page) -> None:
    grid = page.get_by_role("grid")
    begin = first_name(page)
    grid.focus()
    # Each time to the end of what is known; there more becomes known.
    while (known := grid.get_attribute("aria-rowcount")) != str(RUNS + 1):
        page.keyboard.press("End")
        expect(grid).not_to_have_attribute("aria-rowcount", known or "")
    page.keyboard.press("End")
    last = page.locator(f"[role=row][aria-rowindex='{RUNS + 1}']")
    expect(last.get_by_role("rowheader")).to_have_text(re.compile(r"run-\d{8}"))
    expect(page.get_by_text("100,000 runs", exact=True)).to_be_visible()
    # Somewhere in the middle, by the bar at the side.
    grid.evaluate("(box) => { box.scrollTop = box.scrollHeight / 2; }")
    middle = page.locator(f"[role=row][aria-rowindex='{RUNS // 2 + 2}']")
    expect(middle.get_by_role("rowheader")).to_have_text(re.compile(r"run-\d{8}"))
    grid.focus()
    page.keyboard.press("Home")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text(begin)


def test_it_sorts_by_a_metric_both_ways(page: Page) -> None:
    head = page.get_by_role("columnheader", name="metric_00")
    cells = page.locator("[role=row][aria-rowindex='2'] [role=gridcell]")
    for order, shown in (("ascending", re.compile(r"^([1-9].*E-|0\.000)")), ("descending", re.compile(r"^(1|0\.999)"))):
        head.get_by_role("button", name="metric_00").click()
        expect(head).to_have_attribute("aria-sort", order)
        expect(cells.filter(has_text=shown)).not_to_have_count(0)


@pytest.mark.parametrize("column", ["param_00", "metric_00", "Run Name"])
def test_sorting_asks_once_for_the_order_and_the_values_of_the_first_rows(page: Page, column: str) -> None:
    asked: list[dict[str, object]] = []
    page.on(
        "request", lambda request: asked.append(request.post_data_json or {}) if "/columns" in request.url else None
    )
    begin = first_name(page)
    page.get_by_role("columnheader", name=column).get_by_role("button", name=column).click()
    expect(page.get_by_role("rowheader").first).not_to_have_text(begin)
    settled(page)
    assert asked
    assert [request for request in asked if "run_ids" in request] == []


def test_it_filters_and_groups(page: Page) -> None:
    line = page.get_by_role("combobox", name="Filter of runs")
    line.fill("params.param_00 = '7' AND metrics.metric_00 > 0.999")
    line.press("Enter")
    expect(page.get_by_text(re.compile(r"^\d{1,2} runs$"))).to_be_visible()
    line.fill("")
    line.press("Enter")
    expect(page.get_by_text(MANY)).to_be_visible()
    page.get_by_role("combobox", name="Group by").select_option(label="param_00 · Parameter")
    expect(page.get_by_role("grid", name="Runs in groups").get_by_role("rowheader")).to_have_count(10)


def test_home_and_experiments_open_too(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    expect(page.get_by_text(re.compile("runs$")).first).to_be_visible()
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Experiments").click()
    page.get_by_role("link", name="big").click()
    expect(page.get_by_text(MANY)).to_be_visible()
