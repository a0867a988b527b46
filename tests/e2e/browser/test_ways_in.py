"""Other ways to the same pages: below a prefix, by the addresses that MLflow prints, by keyboard, in a workspace."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import row_of, settled
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

PREFIX = "/my/tracking"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    arguments = ("--static-prefix", PREFIX, "--enable-workspaces")
    with start_trialog(tmp_path_factory.mktemp("server"), *arguments) as started, Stored(started.url) as stored:
        stored.experiment("iris/forests")
        run_id = stored.run("1", "first forest", metrics={"accuracy": [0.9, 0.95]}, params={"depth": 3})
        stored.file("1", run_id, "notes.txt", b"in the default workspace")
        stored.post("registered-models/create", name="forests")
        stored.send("POST", "/api/3.0/mlflow/workspaces", name="team-a", description="")
        with Stored(started.url, workspace="team-a") as team:
            experiment = team.experiment("of team a")
            team.run(experiment, "run of team a", metrics={"loss": [1]})
        yield started


def test_all_of_it_works_below_a_prefix(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Experiments").click()
    page.get_by_role("link", name="iris").click()
    page.get_by_role("link", name="forests").click()
    page.get_by_role("link", name="first forest").click()
    page.get_by_role("navigation", name="Parts of the run").get_by_role("link", name="Artifacts").click()
    page.get_by_role("treeitem", name="notes.txt").click()
    expect(page.get_by_text("in the default workspace")).to_be_visible()
    assert page.url.startswith(f"{server.url}/runs/")
    page.reload()
    expect(page.get_by_text("in the default workspace")).to_be_visible()
    page.go_back()
    settled(page)
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Models").click()
    expect(page.get_by_role("link", name="forests")).to_be_visible()
    assert all(url.startswith(f"{server.url}/") for url in asked if not url.startswith("blob:")), asked
    for address in ("settings/about", "bin"):
        page.goto(address)
        settled(page)


def test_the_addresses_that_mlflow_prints_lead_to_the_same_pages(server: RunningServer, visit: Visit) -> None:
    with Stored(server.url) as stored:
        run_id = stored.post("runs/search", experiment_ids=["1"])["runs"][0]["info"]["run_id"]
    page = visit(server, f"#/experiments/1/runs/{run_id}")
    expect(page.get_by_role("heading", name="first forest")).to_be_visible()
    for address, heading in {"#/experiments/1": "forests", "#/models/forests": "forests", "#/models": "Models"}.items():
        page.goto("about:blank")
        page.goto(address)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert "#" not in page.url


def test_somebody_with_a_keyboard_alone_goes_everywhere(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    settled(page)
    page.keyboard.press("Control+k")
    line = page.get_by_role("combobox", name="Go to or do…")
    expect(line).to_be_focused()
    page.keyboard.type("forests")
    expect(page.get_by_role("option", name="Experiment: iris/forests")).to_be_visible()
    options = page.get_by_role("option")
    while "Experiment: iris/forests" not in page.get_by_role("option", selected=True).inner_text():
        assert options.count() > 0
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row_of(page, "first forest")).to_be_visible()
    # From the table to the run and back.
    page.get_by_role("grid", name="Runs as a table").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 selected", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="first forest Finished")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    # Whoever comes by the Tab key passes the bar at once, and sees where she is.
    page.goto("experiments")
    settled(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the content")
    expect(skip).to_be_focused()
    assert skip.evaluate("(button) => getComputedStyle(button).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_workspace_is_chosen_and_stays(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    page.get_by_role("button", name="Workspace: default").click()
    page.get_by_role("menuitemradio", name="team-a").click()
    expect(page).to_have_url(re.compile("workspace=team-a"))
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Experiments").click()
    expect(page.get_by_role("link", name="of team a")).to_be_visible()
    expect(page.get_by_role("link", name="iris")).to_have_count(0)
    page.get_by_role("link", name="of team a").click()
    page.get_by_role("link", name="run of team a").click()
    expect(page.get_by_role("heading", name="run of team a Finished")).to_be_visible()
    address = page.url
    assert "workspace=team-a" in address
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_role("heading", name="run of team a Finished")).to_be_visible()


def test_what_belongs_to_another_workspace_is_not_there(server: RunningServer, visit: Visit) -> None:
    with Stored(server.url, workspace="team-a") as team:
        found = team.post("experiments/search", max_results=10)["experiments"]
        experiment = next(each["experiment_id"] for each in found if each["name"] == "of team a")
        run_id = team.post("runs/search", experiment_ids=[experiment])["runs"][0]["info"]["run_id"]
    page = visit(server, f"runs/{run_id}", expected=("status of 404",))
    expect(page.get_by_role("heading", name="There is no such run")).to_be_visible()
    page.goto(f"runs/{run_id}?workspace=team-a")
    expect(page.get_by_role("heading", name="run of team a Finished")).to_be_visible()
    page.goto("experiments?workspace=nowhere")
    expect(page.get_by_role("heading", name="No such workspace").first).to_be_visible()
    page.get_by_role("main").get_by_text("Go to the default workspace").click()
    expect(page.get_by_role("button", name="Workspace: default")).to_be_visible()


def test_the_page_of_all_requests_asks_nobody_else(server: RunningServer, visit: Visit) -> None:
    # What others put into the address must not name another document.
    query = "url=http://elsewhere.example/a.json&configUrl=http://elsewhere.example/b.json"
    page = visit(server, f"docs?{query}#/mlflow")
    expect(page.get_by_text("Move a version into a stage and say why")).to_be_visible()
    expect(page.locator(".opblock-tag-section.is-open")).to_have_count(1)
    expect(page.locator("#operations-mlflow-promote_model")).to_be_visible()
    assert "elsewhere.example" not in page.content()
