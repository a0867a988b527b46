"""The laboratory work of a Russian student, read in a browser that asks for Russian by the address."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import row_of
from tests.servers import RunningServer, start_trialog


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        programs.run("ru_iris_lab", started.url, tmp_path_factory.mktemp("work"))
        yield started


@pytest.fixture
def page(server: RunningServer, visit: Visit) -> Page:
    opened = visit(server, "experiments?lang=ru")
    opened.get_by_role("link", name="Iris_Classification_Baseline").click()
    expect(opened.get_by_text("3 запуска", exact=True)).to_be_visible()
    return opened


def test_the_program_that_failed_is_seen_at_once(server: RunningServer, page: Page) -> None:
    failed = page.get_by_role("row").filter(has_text="no_such_parameter")
    expect(page.get_by_role("gridcell", name="Ошибка", exact=True)).to_have_count(1)
    expect(page.get_by_role("gridcell", name="Завершён", exact=True)).to_have_count(2)
    expect(failed).to_have_count(1)
    page.get_by_role("link", name="Trialog").click()
    expect(page.get_by_role("heading", name="Недавние ошибки")).to_be_visible()
    page.get_by_role("region", name="Недавние ошибки").or_(
        page.locator("section", has=page.get_by_role("heading", name="Недавние ошибки"))
    ).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile("Ошибка$"))).to_be_visible()


def test_two_trials_have_the_same_metrics_and_the_page_says_so(page: Page) -> None:
    finished = page.get_by_role("row").filter(has_text="Завершён")
    expect(finished).to_have_count(2)
    for row in finished.all():
        row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Сравнить").click()
    expect(page.get_by_text("2 запуска с одинаковыми метриками (4 значения):")).to_be_visible()
    page.get_by_role("checkbox", name="Только различия").check()
    solver = row_of(page, "Здесь запуски различаются Параметр: solver")
    assert {cell.inner_text() for cell in solver.get_by_role("gridcell").all()} == {"lbfgs", "newton-cg"}
    expect(page.get_by_role("rowheader", name=re.compile("Метрика: "))).to_have_count(0)


def test_the_plot_of_the_work_is_there_and_the_model_has_its_signature(page: Page) -> None:
    page.get_by_role("row").filter(has_text="newton-cg").get_by_role("link").first.click()
    tabs = page.get_by_role("navigation", name="Разделы запуска")
    tabs.get_by_role("link", name="Артефакты").click()
    page.get_by_role("treeitem", name="metrics_plot.png").click()
    expect(page.get_by_role("img", name="metrics_plot.png")).to_be_visible()
    # The model that was logged lies beside the files of the run.
    page.get_by_role("treeitem", name=re.compile("^model")).first.click()
    expect(page.get_by_role("treeitem", name="MLmodel")).to_be_visible()
    page.get_by_role("treeitem", name="MLmodel").click()
    expect(page.get_by_text("flavors:")).to_be_visible()
    tabs.get_by_role("link", name="Модель").click()
    expect(page.get_by_role("heading", name="Сигнатура")).to_be_visible()
    expect(page.get_by_text("Пример входных данных")).to_be_visible()
    page.get_by_role("button", name="Копировать: mlflow.pyfunc").or_(
        page.get_by_role("button", name=re.compile("^Копировать: "))
    ).first.click()
    expect(page.get_by_text("Скопировано").first).to_be_attached()
