"""The walk of a Brazilian guide for forecasts of share prices, in a browser that asks for Portuguese of Brazil."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import expect_drawn, row_of
from tests.servers import RunningServer, start_trialog

MODEL = "lstm_petr4"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        programs.run("pt_stock_forecast", started.url, tmp_path_factory.mktemp("work"))
        yield started


@pytest.fixture
def page(server: RunningServer, visit: Visit) -> Page:
    # Wide enough for all columns: those out of sight are not drawn.
    opened = visit(server, locale="pt-BR", size={"width": 2400, "height": 900})
    opened.get_by_role("navigation", name="Navegação principal").get_by_role("link", name="Experimentos").click()
    opened.get_by_role("link", name="stock-price-prediction").click()
    expect(opened.get_by_text("6 execuções", exact=True)).to_be_visible()
    return opened


def test_the_filters_of_the_guide_find_what_they_say(page: Page) -> None:
    line = page.get_by_role("combobox", name="Filtro de execuções")
    for text, found in {
        "params.ticker = 'VALE3.SA'": "2 execuções",
        "metrics.rmse < 5.0": "4 execuções",
        'attributes.start_time > "2026-01-01"': "6 execuções",
        "tags.environment = 'production' AND metrics.rmse < 1.5": "1 execução",
    }.items():
        line.fill(text)
        line.press("Enter")
        expect(page.get_by_text(found, exact=True)).to_be_visible()
    expect(row_of(page, "ITUB4.SA-64")).to_contain_text("1,2087")
    line.fill("params.ticker = 'ABEV3.SA'")
    line.press("Enter")
    expect(page.get_by_role("heading", name="Nenhuma execução corresponde ao filtro")).to_be_visible()
    page.get_by_role("button", name="Limpar o filtro").last.click()
    expect(page.get_by_text("6 execuções", exact=True)).to_be_visible()


def test_the_filter_completes_names_and_values_by_keyboard(page: Page) -> None:
    # As soon as the rows are there the page takes keys.
    expect(row_of(page, "ITUB4.SA-64")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("params.tic")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text([re.compile("params.ticker")])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("= 'VA")
    expect(page.get_by_role("option", name="VALE3.SA")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 execuções", exact=True)).to_be_visible()
    expect(row_of(page, "PETR4.SA-64")).to_have_count(0)


def test_a_value_can_be_taken_while_the_server_still_looks_for_fewer(page: Page) -> None:
    held: list[Route] = []
    asks_for_fewer = re.compile(r'"search":\s*"VA"')

    def hold(route: Route) -> None:
        if asks_for_fewer.search(route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    line = page.get_by_role("combobox", name="Filtro de execuções")
    page.route("**/api/trialog/v1/runs/keys", hold)
    line.press_sequentially("params.ticker = '")
    expect(page.get_by_role("option", name="VALE3.SA")).to_be_visible()
    with page.expect_request(lambda request: asks_for_fewer.search(request.post_data or "") is not None):
        line.press_sequentially("VA")
    line.press("ArrowDown")
    line.press("Tab")
    expect(line).to_have_value("params.ticker = 'VALE3.SA' ")
    expect(line).to_be_focused()
    for route in held:
        route.continue_()


def test_the_least_error_is_the_best_and_tickers_make_groups(page: Page) -> None:
    page.get_by_role("combobox", name="Melhor por").select_option("rmse")
    expect(page.get_by_text("menor é melhor")).to_be_visible()
    expect(row_of(page, "ITUB4.SA-64")).to_contain_text("Melhor execução por rmse")
    page.get_by_role("combobox", name="Agrupar por").select_option(label="ticker · Parâmetro")
    groups = page.get_by_role("grid", name="Execuções em grupos")
    expect(groups.get_by_role("rowheader")).to_have_count(3)
    groups.evaluate("(grid) => { grid.scrollLeft = grid.scrollWidth; }")
    expect(row_of(page, "PETR4.SA")).to_contain_text("2,076")
    row_of(page, "VALE3.SA").get_by_role("rowheader").click()
    expect(page.get_by_text("2 execuções", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("filter=params.ticker"))


def test_she_reads_a_run_as_a_brazilian_writes_numbers_and_dates(page: Page) -> None:
    page.get_by_role("link", name="PETR4.SA-64").click()
    tabs = page.get_by_role("navigation", name="Partes da execução")
    expect(page.get_by_role("heading", name="PETR4.SA-64 Concluída")).to_be_visible()
    tabs.get_by_role("link", name="Parâmetros").click()
    for name, value in {"ticker": "PETR4.SA", "seq_length": "30", "learning_rate": "0.001"}.items():
        expect(row_of(page, name).get_by_role("gridcell")).to_contain_text(value)
    tabs.get_by_role("link", name=re.compile("^Métricas[^ ]*$")).click()
    expect_drawn(page.get_by_role("article", name="rmse"))
    page.get_by_role("button", name="Tabela", exact=True).click()
    expect(row_of(page, "rmse")).to_contain_text("1,7342")
    expect(row_of(page, "data_points")).to_contain_text("1.234.567")
    logged = row_of(page, "rmse").get_by_role("time").inner_text()
    assert re.fullmatch(r"\d{1,2} de \S+ de 20\d\d, \d\d:\d\d:\d\d", logged), logged
    tabs.get_by_role("link", name="Artefatos").click()
    page.get_by_role("treeitem", name="previsoes.csv").click()
    expect(page.get_by_role("columnheader", name="preço")).to_be_visible()
    expect(page.get_by_role("gridcell", name="38.71")).to_be_visible()
    page.get_by_role("treeitem", name="lstm_model_PETR4.SA.pth").click()
    expect(page.get_by_role("link", name="Baixar").first).to_be_visible()


def test_he_ticks_runs_of_two_tickers_and_compares_them(page: Page) -> None:
    for name in ("PETR4.SA-64", "VALE3.SA-64"):
        page.get_by_role("checkbox", name=f"Selecionar {name}").check()
    expect(page.get_by_text("2 selecionadas", exact=True)).to_be_visible()
    page.get_by_role("button", name="Comparar").click()
    expect(page.get_by_role("grid", name="Execuções lado a lado")).to_be_visible()
    differing = row_of(page, "As execuções diferem aqui Métrica: rmse")
    assert [cell.inner_text() for cell in differing.get_by_role("gridcell").all()] == ["1,7342", "4,1275"]
    page.get_by_role("navigation", name="Como as execuções são mostradas").get_by_role("link", name="Gráficos").click()
    expect_drawn(page.get_by_role("article", name="rmse"))


def test_a_contour_and_boxes_of_all_runs(page: Page) -> None:
    page.get_by_role("navigation", name="Como as execuções são mostradas").get_by_role(
        "link", name="Comparação"
    ).click()
    page.get_by_role("button", name="Gráfico de contorno").click()
    page.get_by_role("combobox", name="Altura").select_option(label="rmse · Métrica")
    expect_drawn(page.get_by_role("slider", name=re.compile("^rmse sobre .* e .*: as setas")))
    page.get_by_role("button", name="Diagrama de caixa").click()
    page.get_by_role("combobox", name="Grupos por").select_option(label="ticker · Parâmetro")
    page.get_by_role("combobox", name="Eixo vertical").select_option(label="rmse · Métrica")
    expect_drawn(page.get_by_role("slider", name="rmse por ticker", exact=False))


def test_version_goes_to_production_and_back(page: Page) -> None:
    page.get_by_role("navigation", name="Navegação principal").get_by_role("link", name="Modelos").click()
    page.get_by_role("link", name=MODEL).click()
    row_of(page, "Versão 1").get_by_role("button", name="Mover a versão 1 para outro estágio").click()
    page.get_by_role("menuitem", name="Production").or_(page.get_by_role("dialog")).first.wait_for()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Estágio").select_option("Production")
    dialog.get_by_role("textbox", name="Motivo").fill("RMSE 1,73 contra 2,42")
    dialog.get_by_role("button", name="Mover para Production").click()
    expect(page.get_by_text("A versão 1 está agora em Production.")).to_be_visible()
    expect(row_of(page, "Versão 2")).to_contain_text("Archived")
    page.get_by_role("button", name="Reverter").first.click()
    expect(page.get_by_text("A versão 2 está de novo em Production.")).to_be_visible()
    expect(row_of(page, "Versão 2")).to_contain_text("Production")


def test_runs_go_to_the_bin_and_are_taken_back_at_once(page: Page) -> None:
    page.get_by_role("checkbox", name="Selecionar ITUB4.SA-32").check()
    page.get_by_role("button", name="Mover para a lixeira").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mover 1 execução para a lixeira?")
    expect(dialog).to_contain_text("ITUB4.SA-32")
    dialog.get_by_role("button", name="Mover para a lixeira").click()
    expect(page.get_by_text("1 execução está na lixeira.")).to_be_visible()
    expect(page.get_by_text("5 execuções", exact=True)).to_be_visible()
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_text("1 execução restaurada.")).to_be_visible()
    expect(page.get_by_text("6 execuções", exact=True)).to_be_visible()
