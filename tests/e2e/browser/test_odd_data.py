"""Data that nobody tidied up: metrics without numbers, thousands of them, names of any length, script and direction."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import expect_drawn, row_of, settled
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

LONG = "ж" * 500
ARABIC = "تجربة التنبؤ بالأسعار (الإصدار 2)"
EMOJI = "🚀 rocket 👩‍🔬 🏳️‍🌈"
SPACES = 'a name/with spaces, commas & 100 % "quotes" <b>and</b> ?signs#'
NAMES = {"long": LONG, "arabic": ARABIC, "emoji": EMOJI, "signs": SPACES}
IS_TOO_WIDE = """() => {
  const main = document.querySelector("main");
  const root = document.documentElement;
  return root.scrollWidth > root.clientWidth || main.scrollWidth > main.clientWidth + 1;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started, Stored(started.url) as stored:
        odd = stored.experiment("odd")
        nothing: dict[str, list[float | str]] = {
            "nan": ["NaN"] * 5,
            "mixed": [1, "NaN", 3, "Infinity", "-Infinity"],
            "huge": [1e300],
            "tiny": [1e-300],
        }
        stored.run(odd, "without numbers", metrics=nothing)
        for name in NAMES.values():
            key = re.sub(r"[^\w ./:-]", "-", name[:240]).strip(" ./")
            stored.run(odd, name, metrics={"loss": [1, 0.5]}, params={key: "значение " * 40}, tags={key: name})
        stored.experiment("empty one")
        for name in NAMES.values():
            stored.experiment(f"names/{name[:480]}")
        wide = stored.experiment("wide")
        stored.run(wide, "five thousand", metrics={f"metric_{number:04}": [number] for number in range(5000)})
        once = stored.experiment("once")
        for number in range(2):
            measured: dict[str, list[float]] = {"loss": [3, 2, 1 + number], "accuracy": [0.75 + number / 8]}
            stored.run(once, f"measured {number}", metrics=measured)
        for name in (ARABIC, EMOJI, "m" * 200):
            stored.post("registered-models/create", name=name, description=name * 5)
        yield started


def run_id(server: RunningServer, name: str) -> str:
    with Stored(server.url) as stored:
        runs = stored.post("runs/search", experiment_ids=["1", "7", "8"], max_results=100)["runs"]
    return next(str(run["info"]["run_id"]) for run in runs if run["info"]["run_name"] == name)


def test_metrics_without_numbers_are_shown_as_what_they_are(server: RunningServer, visit: Visit) -> None:
    page = visit(server, f"runs/{run_id(server, 'without numbers')}/metrics")
    expect(page.get_by_role("article", name="nan")).to_contain_text("5 NaN, marked at the edge")
    expect(page.get_by_role("article", name="mixed")).to_contain_text("1 NaN, marked at the edge")
    expect(page.get_by_role("article", name="mixed")).to_contain_text("2 infinite, marked at the edge")
    page.get_by_role("button", name="Table", exact=True).click()
    expect(row_of(page, "nan")).to_contain_text("NaN")
    expect(row_of(page, "mixed")).to_contain_text("−∞")
    expect(row_of(page, "huge")).to_contain_text("1E300")
    expect(row_of(page, "tiny")).to_contain_text("1E-300")
    page.goto("experiments/1?view=compare&compare=scatter&up=metrics.nan")
    settled(page)
    expect(page.get_by_role("main")).to_contain_text(re.compile("NaN|without"))


def test_a_run_with_five_thousand_metrics_can_be_used(server: RunningServer, visit: Visit) -> None:
    address = f"runs/{run_id(server, 'five thousand')}"
    page = visit(server, f"{address}/metrics")
    expect(page.get_by_text("5,000 of 5,000")).to_be_visible()
    assert page.get_by_role("article").count() < 100
    page.get_by_role("searchbox", name="Find a metric").fill("metric_4321")
    expect(page.get_by_text("1 of 5,000")).to_be_visible()
    expect(page.get_by_role("article", name="metric_4321")).to_be_visible()
    page.get_by_role("searchbox", name="Find a metric").fill("")
    page.get_by_role("button", name="Table", exact=True).click()
    grid = page.get_by_role("grid", name="Metrics")
    expect(grid).to_have_attribute("aria-rowcount", "5001")
    assert page.get_by_role("row").count() < 400
    grid.focus()
    page.keyboard.press("End")
    expect(row_of(page, "metric_4999")).to_be_visible()
    page.goto(address)
    settled(page)
    assert page.locator("main *").count() < 3000
    page.goto("experiments/7")
    expect(row_of(page, "five thousand")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("textbox", name="Find a metric").fill("4999")
    page.get_by_role("button", name="Add metric_4999").click()
    page.keyboard.press("Escape")
    page.get_by_role("grid", name="Runs as a table").evaluate("(grid) => { grid.scrollLeft = grid.scrollWidth; }")
    expect(page.get_by_role("columnheader", name="metric_4999")).to_be_visible()
    expect(row_of(page, "five thousand")).to_contain_text("4,999")


def test_a_metric_logged_once_is_a_value_beside_curves(server: RunningServer, visit: Visit) -> None:
    page = visit(server, f"runs/{run_id(server, 'measured 1')}/metrics")
    value, curve = (page.get_by_role("article", name=name) for name in ("accuracy", "loss"))
    expect(value).to_contain_text("0.875")
    expect_drawn(curve)
    expect(value.locator("canvas")).to_have_count(0)
    expect(page.get_by_role("heading", name="Logged once")).to_be_visible()
    page.get_by_role("searchbox", name="Find a metric").fill("acc")
    expect(curve).to_have_count(0)
    expect(value).to_be_visible()
    expect(page.get_by_label("Horizontal axis")).to_have_count(0)


def test_charts_of_runs_are_curves_and_bars_side_by_side(server: RunningServer, visit: Visit) -> None:
    page = visit(server, "experiments/8?view=charts")
    bars = page.get_by_role("region", name="accuracy · last")
    curve = page.get_by_role("article", name="loss", exact=True)
    expect(page.get_by_role("button", name="Both")).to_have_attribute("aria-pressed", "true")
    expect_drawn(curve)
    expect_drawn(bars)
    page.get_by_role("button", name="Curves").click()
    expect(page.get_by_role("article", name="accuracy", exact=True)).to_be_visible()
    expect(bars).to_have_count(0)
    page.get_by_role("button", name="Bars").click()
    expect(page.get_by_role("region", name="loss · last")).to_be_visible()


@pytest.mark.parametrize("kind", list(NAMES))
def test_any_name_has_a_page_that_holds_it(server: RunningServer, visit: Visit, kind: str) -> None:
    name = NAMES[kind]
    page = visit(server, f"runs/{run_id(server, name)}")
    for tab in ("", "/parameters", "/metrics", "/artifacts"):
        page.goto(f"runs/{run_id(server, name)}{tab}")
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(name[:40])
        assert not page.evaluate(IS_TOO_WIDE), tab


@pytest.mark.parametrize("address", ["experiments", "experiments?folder=names", "experiments/1", "models", ""])
def test_lists_hold_names_of_any_kind(server: RunningServer, visit: Visit, address: str) -> None:
    page = visit(server, address)
    settled(page)
    assert not page.evaluate(IS_TOO_WIDE)


@pytest.mark.parametrize("name", [ARABIC, EMOJI, "m" * 200])
def test_models_of_any_name_have_their_page(server: RunningServer, visit: Visit, name: str) -> None:
    page = visit(server, f"models/{quote(name, safe='')}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name[:40])
    assert not page.evaluate(IS_TOO_WIDE)


def test_an_empty_experiment_gives_the_lines_that_fill_it(server: RunningServer, visit: Visit) -> None:
    page = visit(server, "experiments/2")
    expect(page.get_by_role("heading", name="No run was logged here yet")).to_be_visible()
    code = page.get_by_role("main").locator("code").last
    expect(code).to_contain_text(f'mlflow.set_tracking_uri("{server.url}")')
    expect(code).to_contain_text('mlflow.set_experiment("empty one")')
    for view in ("charts", "compare"):
        page.goto(f"experiments/2?view={view}")
        expect(page.get_by_role("heading", name="No run was logged here yet")).to_be_visible()


def test_an_empty_store_gives_the_lines_of_each_client(tmp_path_factory: pytest.TempPathFactory, visit: Visit) -> None:
    with start_trialog(tmp_path_factory.mktemp("empty")) as server:
        page = visit(server, locale="pt-BR")
        expect(page.get_by_role("heading", name="Nada foi registrado ainda")).to_be_visible()
        for client in ("mlflow", "curl"):
            page.get_by_role("button", name=client, exact=True).click()
            expect(page.get_by_role("main").locator("code").last).to_contain_text(server.url)
        page.goto("models")
        settled(page)
        page.goto("bin")
        expect(page.get_by_role("heading", name="A lixeira está vazia")).to_be_visible()
