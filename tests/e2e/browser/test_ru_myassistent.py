"""The walk of a Russian guide for a crypto trading assistant, by a browser that asks for Russian."""
from collections.abc import Iterator
import pytest
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.guides import run_guide
from tests.servers import RunningServer, start_trialog

@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        run_guide("ru_myassistent", started.url, tmp_path_factory.mktemp("work"))
        yield started

def test_look(server, visit):
    page = visit(server, locale="ru-RU")
    for a in ("", "experiments", "experiments/1", "models", "models/xgboost_trading_model","bin","settings","settings/about"):
        page.goto(a)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"/tmp/e2e/s-{a.replace('/','_')}.png", caret="initial")
        print(a, page.locator("main").aria_snapshot())
