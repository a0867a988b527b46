"""Pages that are open while a program logs through `mlflow` show what it logs, and nobody loads them again."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import expect_drawn, row_of
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

Step = Callable[..., None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started, Stored(started.url) as stored:
        stored.experiment("live")
        yield started


@pytest.fixture
def step(server: RunningServer, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Step]:
    """Lets the program take a step; a run that it began ends with the test."""
    directory = tmp_path_factory.mktemp("work")

    def take(*arguments: str) -> None:
        programs.run("live", server.url, directory, *arguments)

    yield take
    take("end")


def mark(page: Page) -> None:
    """Leave a mark that is gone when the page is loaded again."""
    page.evaluate("() => { window.wasThereBefore = true; }")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("() => window.wasThereBefore === true"))


def test_the_first_run_of_an_experiment_and_its_points_appear_by_themselves(
    server: RunningServer, visit: Visit, step: Step
) -> None:
    page = visit(server, "experiments/1")
    expect(page.get_by_role("heading", name="No run was logged here yet")).to_be_visible()
    mark(page)
    step("begin", "night shift")
    expect(row_of(page, "night shift")).to_contain_text("Running")
    step("0", "0.875")
    expect(row_of(page, "night shift")).to_contain_text("0.875")
    step("1", "0.4321")
    expect(row_of(page, "night shift")).to_contain_text("0.4321")
    step("end")
    expect(row_of(page, "night shift").get_by_text("Running")).to_have_count(0)
    assert is_same_page(page)


def test_curves_of_a_run_grow_while_it_runs(server: RunningServer, visit: Visit, step: Step) -> None:
    step("begin", "growing")
    step("0", "2.5")
    page = visit(server, "experiments/1")
    page.get_by_role("link", name="growing").click()
    expect(page.get_by_role("heading", name="growing Running")).to_be_visible()
    page.get_by_role("navigation", name="Parts of the run").get_by_role("link", name="Metrics").first.click()
    card = page.get_by_role("article", name="loss")
    # Of one point there is no curve yet.
    expect(card).to_contain_text("2.5")
    expect(card.get_by_role("slider")).to_have_count(0)
    mark(page)
    curve = card.get_by_role("slider")
    for number, value in ((1, "1.75"), (2, "1.25"), (3, "0.625")):
        step(str(number), value)
        expect(card).to_contain_text(value)
    expect_drawn(card)
    curve.focus()
    page.keyboard.press("End")
    expect(curve).to_have_attribute("aria-valuetext", re.compile(r"^(Step )?3\b.*0\.625"))
    step("end")
    expect(page.get_by_role("heading", name="growing Finished")).to_be_visible()
    assert is_same_page(page)


def test_new_runs_are_told_and_move_nothing_until_asked(server: RunningServer, visit: Visit, step: Step) -> None:
    step("begin", "the first")
    page = visit(server, "experiments/1")
    first = row_of(page, "the first")
    expect(first).to_be_visible()
    before = first.bounding_box()
    with Stored(server.url) as stored:
        stored.run("1", "the second", metrics={"loss": [1]})
    offered = page.get_by_role("button", name="1 new run: show")
    expect(offered).to_be_visible()
    assert first.bounding_box() == before
    offered.click()
    expect(row_of(page, "the second")).to_be_visible()


def test_home_shows_what_runs_now(server: RunningServer, visit: Visit, step: Step) -> None:
    step("begin", "seen at home")
    page = visit(server)
    running = page.locator("section", has=page.get_by_role("heading", name="Running now"))
    expect(running.get_by_role("link", name="seen at home")).to_be_visible()
    mark(page)
    step("end")
    expect(running.get_by_role("link", name="seen at home")).to_have_count(0)
    assert is_same_page(page)
