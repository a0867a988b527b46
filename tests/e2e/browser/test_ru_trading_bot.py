"""The walk of a Russian guide for a trading bot, in an English browser that is switched to Russian."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import expect_drawn, row_of
from tests.servers import RunningServer, start_trialog

MODEL = "hybrid_cnn_lstm"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        programs.run("ru_trading_bot", started.url, tmp_path_factory.mktemp("work"))
        yield started


def in_russian(page: Page) -> Page:
    """Choose Russian where everybody looks for it."""
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitemradio", name="Русский").click()
    expect(page.get_by_role("button", name="Язык")).to_be_visible()
    return page


def open_training(page: Page) -> None:
    page.get_by_role("link", name="Эксперименты").first.click()
    page.get_by_role("link", name="model_training").click()
    expect(page.get_by_text("5 запусков", exact=True)).to_be_visible()


def test_the_page_can_be_had_in_russian_and_stays_so(server: RunningServer, visit: Visit) -> None:
    page = visit(server)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    in_russian(page)

    expect(page.get_by_role("heading", name="Главная")).to_be_visible()
    expect(page.get_by_text("4 эксперимента", exact=True)).to_be_visible()
    expect(page.get_by_text("6 запусков", exact=True)).to_be_visible()
    expect(page).to_have_title(re.compile("Главная"))
    assert page.locator("html").get_attribute("lang") == "ru"
    page.reload()
    expect(page.get_by_role("heading", name="Главная")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Перейти или сделать…").fill("english")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_he_understands_why_there_are_three_experiments(server: RunningServer, visit: Visit) -> None:
    page = in_russian(visit(server, "experiments"))
    for name, runs in {"model_training": "5", "auto_retraining": "1", "trading_bot_ml": "0"}.items():
        expect(row_of(page, name).get_by_role("gridcell", name=runs, exact=True)).to_be_visible()
    # Two of them together.
    for name in ("model_training", "auto_retraining"):
        page.get_by_role("checkbox", name=f"Выбрать: {name}").check()
    page.get_by_role("link", name="Открыть вместе").or_(page.get_by_role("button", name="Открыть вместе")).click()
    expect(page.get_by_text("6 запусков", exact=True)).to_be_visible()
    expect(row_of(page, "nightly")).to_contain_text("auto_retraining")
    # A metric that came to nothing is said to be so, and is not made 0.
    expect(row_of(page, "nightly")).to_contain_text("NaN")


def test_the_filters_of_the_guide_find_what_they_say(server: RunningServer, visit: Visit) -> None:
    page = in_russian(visit(server))
    open_training(page)
    line = page.get_by_role("combobox", name="Фильтр запусков")
    for text, found in {
        "metrics.val_accuracy > 0.7": "3 запуска",
        "params.model_hidden_size = '128'": "1 запуск",
        "tags.training_mode = 'manual'": "5 запусков",
        "metrics.test_accuracy > 0.8 AND params.trainer_epochs = '50'": "1 запуск",
    }.items():
        line.fill(text)
        line.press("Enter")
        expect(page.get_by_text(found, exact=True)).to_be_visible()
    expect(row_of(page, "lstm_256")).to_be_visible()
    expect(row_of(page, "lstm_32")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("5 запусков", exact=True)).to_be_visible()
    expect(line).to_have_value("tags.training_mode = 'manual'")


def test_a_mistake_in_a_filter_is_shown_under_its_place_and_mended(server: RunningServer, visit: Visit) -> None:
    page = in_russian(visit(server, expected=("status of 400",)))
    open_training(page)
    line = page.get_by_role("combobox", name="Фильтр запусков")
    line.fill("statsu = 'FINISHED'")
    line.press("Enter")
    fault = page.get_by_role("alert")
    expect(fault).to_contain_text("Атрибута с таким именем нет")
    expect(line).to_have_attribute("aria-invalid", "true")
    # What was there stays there.
    expect(row_of(page, "lstm_256")).to_be_visible()
    fault.get_by_role("button", name="Заменить на status").click()
    expect(line).to_have_value("status = 'FINISHED'")
    expect(page.get_by_text("5 запусков", exact=True)).to_be_visible()

    line.fill("metrics.val_accuracy >")
    line.press("Enter")
    expect(fault).to_be_visible()
    caret = page.get_by_text("▲")
    expect(caret).to_be_visible()
    # It points behind the last character.
    measured = line.evaluate(
        """(box) => {
          const style = getComputedStyle(box);
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
          return box.getBoundingClientRect().left + parseFloat(style.paddingLeft) + pen.measureText(box.value).width;
        }"""
    )
    box = caret.bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - measured) < 12


def test_the_curves_of_training_are_drawn_and_read(server: RunningServer, visit: Visit) -> None:
    page = in_russian(visit(server))
    open_training(page)
    page.get_by_role("navigation", name="Как показаны запуски").get_by_role("link", name="Графики").click()
    expect(page.get_by_text("метрик: 5 из 5, 5 запусков")).to_be_visible()
    card = page.get_by_role("article", name="val_loss")
    expect_drawn(card)
    curves = card.get_by_role("slider", name=re.compile("^Кривые: val_loss"))
    curves.focus()
    page.keyboard.press("End")
    expect(curves).to_have_attribute("aria-valuetext", re.compile(r"45.*lstm_256"))
    page.get_by_role("slider", name="Сглаживание").fill("0.8")
    page.get_by_role("combobox", name="Горизонтальная ось").select_option(label="Время от начала")
    expect_drawn(card)
    card.get_by_role("button", name="Ещё: val_loss").click()
    page.get_by_role("menuitem", name="Показать точки таблицей").click()
    expect(page.get_by_role("dialog").get_by_role("row").nth(1)).to_be_visible()


def test_empty_tags_and_an_empty_schema_are_explained(server: RunningServer, visit: Visit) -> None:
    page = in_russian(visit(server))
    page.get_by_role("link", name="Модели").first.click()
    page.get_by_role("link", name=MODEL).click()
    page.get_by_role("link", name="Версия 1").first.click()
    expect(page.get_by_text("Тегов нет: при регистрации их не передали.")).to_be_visible()
    expect(page.get_by_text("У этой версии нет сигнатуры: модель записали без signature и без")).to_be_visible()
    expect(page.get_by_text("signature=infer_signature(")).to_be_visible()
    page.get_by_role("button", name="Добавить тег").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("training_mode")
    dialog.get_by_role("textbox").last.fill("ручной")
    dialog.get_by_role("button", name="Сохранить").click()
    expect(dialog).to_have_count(0)
    page.reload()
    expect(page.get_by_text("ручной")).to_be_visible()


def test_nothing_about_traces_is_promised(server: RunningServer, visit: Visit) -> None:
    """The guide wonders about an empty page of traces: what has no data has no place in the navigation."""
    page = in_russian(visit(server))
    links = page.get_by_role("navigation", name="Основное меню").get_by_role("link")
    assert [link.inner_text() for link in links.all()] == ["Главная", "Эксперименты", "Модели"]
