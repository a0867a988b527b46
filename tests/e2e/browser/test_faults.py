"""What somebody sees when something goes wrong: nothing that was there is lost, and it can be tried again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import row_of, settled
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

# The browser says so of requests that fail; that they fail is the test.
FAILING = (r"Failed to load resource", r"net::ERR_")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started, Stored(started.url) as stored:
        fill(stored)
        yield started


def fill(stored: Stored) -> None:
    experiment = stored.experiment("faulty")
    stored.run(experiment, "one", metrics={"loss": [2, 1, 0.5]}, params={"lr": 0.1})
    stored.run(experiment, "two", metrics={"loss": [3, 2, 1.5]}, params={"lr": 0.2})


def test_a_server_that_is_gone_takes_nothing_away_and_may_come_back(tmp_path: Path, visit: Visit) -> None:
    with start_trialog(tmp_path) as server:
        with Stored(server.url) as stored:
            fill(stored)
        port = int(server.url.rsplit(":", 1)[1])
        page = visit(server, "experiments/1", locale="ru-RU", expected=FAILING)
        expect(row_of(page, "two")).to_be_visible()
        server.process.kill()
        server.process.wait()
        notice = page.get_by_role("alert").filter(has_text="Не получилось")
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("Показаны прежние данные.")
        expect(row_of(page, "two")).to_contain_text("1,5")
    with start_trialog(tmp_path, port=port):
        # The page asks again by itself as well, and the button goes with the notice.
        again = notice.get_by_role("button", name="Повторить")
        for button in again.element_handles():
            button.dispatch_event("click")
        expect(notice).to_have_count(0)
        page.get_by_role("link", name="two").click()
        expect(page.get_by_role("heading", name="two Завершён")).to_be_visible()


@pytest.mark.parametrize("address", ["experiments", "experiments/1", "models", "", "bin", "settings/storage"])
def test_an_error_of_the_server_is_told_with_its_code_and_tried_again(
    server: RunningServer, visit: Visit, address: str
) -> None:
    page = visit(server, expected=FAILING)
    fault = {"error_code": "INTERNAL_ERROR", "message": "It broke.", "code": "internal"}
    page.context.route("**/api/**", lambda route: route.fulfill(status=500, json=fault))
    page.goto(address)
    notice = page.get_by_role("alert").filter(has_text="This did not work").first
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Code: internal")
    page.context.unroute_all()
    page.get_by_role("button", name="Try again").first.click()
    expect(page.get_by_role("alert").filter(has_text="This did not work")).to_have_count(0)
    settled(page)


def test_a_slow_server_shows_what_will_be_there(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    waiting: list[Route] = []
    page.context.route("**/api/**", lambda route: waiting.append(route))
    page.goto("experiments/1")
    expect(page.locator("[class*='_skeleton_']").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
    # It can be left meanwhile.
    page.get_by_role("link", name="Trialog").click()
    page.context.unroute_all()
    assert waiting
    page.goto("experiments/1")
    expect(row_of(page, "one")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "heading", "way_out"),
    [
        (f"runs/{'0' * 32}", "There is no such run", "Go to the experiments"),
        ("experiments/999999", "There is no such experiment", "All experiments"),
        ("models/nothing", "There is no model named nothing", "All models"),
        ("nothing/at/all", "Nothing is here", "Go to the start page"),
        ("runs/1/2/3/4", "Nothing is here", "Go to the start page"),
        (f"runs/{'0' * 32}/nonsense", "Nothing is here", "Go to the start page"),
    ],
)
def test_an_address_of_nothing_says_so_and_leads_on(
    server: RunningServer, visit: Visit, address: str, heading: str, way_out: str
) -> None:
    page = visit(server, address, expected=FAILING)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=way_out).first.click()
    settled(page)
    expect(page.get_by_role("heading", name=heading)).to_have_count(0)


def test_a_run_that_somebody_else_deletes_says_so_by_itself(server: RunningServer, visit: Visit) -> None:
    with Stored(server.url) as stored:
        run_id = stored.run("1", "in use", metrics={"loss": [1]}, status="RUNNING")
        page = visit(server, f"runs/{run_id}", expected=FAILING)
        expect(page.get_by_role("heading", name="in use Running")).to_be_visible()
        stored.post("runs/delete", run_id=run_id)
        expect(page.get_by_text("This run is in the bin.")).to_be_visible()
        expect(page.get_by_role("heading", name="in use")).to_be_visible()
        page.get_by_role("button", name="Restore").first.click()
        expect(page.get_by_text("This run is in the bin.")).to_have_count(0)
        stored.post("runs/update", run_id=run_id, status="FINISHED")


def test_a_run_deleted_meanwhile_is_missing_from_a_comparison_and_it_says_so(
    server: RunningServer, visit: Visit
) -> None:
    with Stored(server.url) as stored:
        run_ids = [stored.run("1", name, metrics={"loss": [number]}) for number, name in enumerate("ab")]
        page = visit(server, f"experiments/1?view=compare&runs={','.join([*run_ids, '0' * 32])}", expected=FAILING)
        expect(page.get_by_role("grid", name="Runs side by side")).to_be_visible()
        expect(page.get_by_text("1 run is not there any more")).to_be_visible()
        stored.post("runs/delete", run_id=run_ids[1])
        page.reload()
        expect(page.get_by_role("columnheader", name="b").get_by_text("In the bin")).to_be_visible()
        stored.post("runs/delete", run_id=run_ids[0])


def test_an_answer_that_is_no_json_is_told(server: RunningServer, visit: Visit) -> None:
    """As what stands between server and browser may answer."""
    page = visit(server, expected=FAILING)
    page.context.route(
        "**/api/**", lambda route: route.fulfill(status=503, content_type="text/html", body="<h1>Maintenance</h1>")
    )
    page.goto("experiments")
    expect(page.get_by_role("alert").first).to_contain_text("503")
    page.context.unroute_all()
    page.get_by_role("button", name="Try again").first.click()
    expect(page.get_by_role("link", name="faulty")).to_be_visible()
