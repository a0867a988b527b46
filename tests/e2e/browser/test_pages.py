"""Every page, in both looks and all languages: nothing that keeps somebody out, nothing that does not fit, pictures."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from scripts.build_ui import fetch_packages
from tests.architecture.code import ROOT
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import settled
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

PICTURES = ROOT / ".cache" / "e2e" / "screenshots"
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# Whatever axe knows but for what it calls experimental.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
LANGUAGES = {"en": "English", "ru": "Русский", "pt": "Português", "fr": "Français"}
# The pages as the bar and links lead to them; their pictures are kept in all languages.
ROOMS = {
    "home": "",
    "experiments": "experiments",
    "runs": "experiments/1",
    "charts": "experiments/1?view=charts",
    "compare": "experiments/1?view=compare",
    "run": "runs/RUN",
    "parameters": "runs/RUN/parameters",
    "metrics": "runs/RUN/metrics",
    "artifacts": "runs/RUN/artifacts?path=feature_importance.png",
    "logged-model": "runs/RUN/model",
    "models": "models",
    "model": "models/xgboost_trading_model",
    "version": "models/xgboost_trading_model/versions/1",
    "bin": "bin",
    "settings-metrics": "settings/metrics",
    "settings-users": "settings/users",
}
# The same pages in other states.
STATES = {
    "experiments-folder": "experiments?folder=risk",
    "experiments-none": "experiments?search=nothing+is+called+so",
    "runs-empty": "experiments/2",
    "runs-groups": "experiments/1?group=params.max_depth",
    "runs-filtered": "experiments/1?filter=metrics.roc_auc+%3E+0.99",
    "runs-curves": "experiments/1?curves=1&differing=1&order=-metrics.roc_auc",
    "compare-parallel": "experiments/1?view=compare&compare=parallel",
    "compare-scatter": "experiments/1?view=compare&compare=scatter",
    "compare-contour": "experiments/1?view=compare&compare=contour",
    "compare-box": "experiments/1?view=compare&compare=box",
    "metrics-table": "runs/RUN/metrics?show=table",
    "system": "runs/RUN/system",
    "artifacts-json": "runs/RUN/artifacts?path=metrics.json",
    "artifacts-files": "runs/RUN/artifacts",
    "model-compare": "models/xgboost_trading_model?tab=compare",
    "model-history": "models/xgboost_trading_model?tab=history",
    "version-files": "models/xgboost_trading_model/versions/1?tab=files",
    "settings-account": "settings/account",
    "settings-tokens": "settings/tokens",
    "settings-groups": "settings/groups",
    "settings-roles": "settings/roles",
    "settings-record": "settings/record",
    "settings-storage": "settings/storage",
    "settings-about": "settings/about",
    "nothing": "nothing/at/all",
}


class Site(NamedTuple):
    """A server with something of everything.

    Attributes:
        server: The server.
        run_id: A run with all that a run can have.
    """

    server: RunningServer
    run_id: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[Site]:
    fetch_packages()
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        programs.run("ru_myassistent", server.url, tmp_path_factory.mktemp("work"))
        with Stored(server.url) as stored:
            stored.experiment("empty")
            stored.experiment("risk/models/garch")
            stored.run("3", "running", status="RUNNING", metrics={"loss": [2, 1]})
            stored.run("3", "failed", status="FAILED")
            deleted = stored.run("3", "deleted", metrics={"loss": [3]})
            stored.post("runs/delete", run_id=deleted)
            found = stored.post("runs/search", experiment_ids=["1"], filter="run_name LIKE '%162229'")
            run_id = found["runs"][0]["info"]["run_id"]
            stored.post(
                "runs/set-tag", run_id=run_id, key="mlflow.note.content", value="# Phase 3\n\nBetter **features**."
            )
            stored.send(
                "POST",
                "/mlflow/models/promote",
                model_name="xgboost_trading_model",
                version=2,
                stage="Production",
                reason="roc_auc 0.5129",
            )
        yield Site(server, run_id)


def faults_of(page: Page, **options: Any) -> list[str]:
    """Return what axe finds on a page, each with the first of the elements."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:300]}" for each in found["violations"]]


@pytest.mark.parametrize("name", [*ROOMS, *STATES])
def test_a_page_keeps_nobody_out_and_is_pictured(site: Site, visit: Visit, name: str) -> None:
    address = {**ROOMS, **STATES}[name].replace("RUN", site.run_id)
    # That an address leads nowhere is said by the server as well.
    page = visit(site.server, address, expected=("status of 404",) if name == "nothing" else ())
    settled(page)
    keep_picture(page, name, "en", "light")
    assert faults_of(page, runOnly={"type": "tag", "values": TAGS}) == []
    page.emulate_media(color_scheme="dark")
    keep_picture(page, name, "en", "dark")
    assert faults_of(page, runOnly={"type": "rule", "values": COLOURS}) == []
    if name not in ROOMS:
        return
    for before, language in (("en", "ru"), ("ru", "pt"), ("pt", "fr")):
        choose_language(page, before, language)
        keep_picture(page, name, language, "dark")
        page.emulate_media(color_scheme="light")
        keep_picture(page, name, language, "light")
        page.emulate_media(color_scheme="dark")


def choose_language(page: Page, before: str, language: str) -> None:
    words = {"en": "Language", "ru": "Язык", "pt": "Idioma", "fr": "Langue"}
    page.get_by_role("button", name=words[before], exact=True).click()
    page.get_by_role("menuitemradio", name=LANGUAGES[language]).click()
    expect(page.get_by_role("button", name=words[language], exact=True)).to_be_visible()


def keep_picture(page: Page, name: str, language: str, theme: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    # The page's policy lets nobody hide the caret or stop what moves; there is little of both.
    path = PICTURES / f"{name}-{language}-{theme}.jpg"
    page.screenshot(path=path, type="jpeg", quality=70, caret="initial", animations="allow")


# What stands on a page that is no text of ours: names, code, values of clients, dates, numbers.
UNTRANSLATED = """() => {
  const skipped = "bdi, code, pre, time, kbd, svg, script, noscript, option, textarea, [lang], .axe, .trialog";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.data.trim();
    if (!/[A-Za-z]{3}/.test(text) || node.parentElement.closest(skipped)) continue;
    if (!node.parentElement.checkVisibility()) continue;
    if (!/^\\[.*~\\]$/s.test(text)) found.push(text.slice(0, 80));
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (element.closest("svg, [lang]")) continue;
    for (const attribute of ["aria-label", "placeholder", "title"]) {
      const text = (element.getAttribute(attribute) ?? "").trim();
      if (/[A-Za-z]{3}/.test(text) && !text.includes("~]")) found.push(`${attribute}: ${text.slice(0, 80)}`);
    }
  }
  return [...new Set(found)];
}"""
OVERFLOWING = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
  const main = document.querySelector("main");
  if (main.scrollWidth > main.clientWidth + 1) found.push(`main is ${main.scrollWidth - main.clientWidth} px too wide`);
  const scrolls = (element) => {
    for (let above = element.parentElement; above; above = above.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(above).overflowX)) return true;
    }
    return false;
  };
  const holders = "button, a, label, h1, h2, h3, p, dt, dd, li, th, td, summary";
  for (const element of document.body.querySelectorAll(holders)) {
    if (!element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || element.closest("[class*='visually-hidden'], [class*='_skip_']")) continue;
    const style = getComputedStyle(element);
    const words = element.textContent.trim().slice(0, 60);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && style.textOverflow !== "ellipsis"
        && style.display !== "inline" && !["auto", "scroll"].includes(style.overflowX)) {
      found.push(`${element.tagName} does not hold its text: ${words}`);
    }
    if (box.right > innerWidth + 1 && !scrolls(element)) found.push(`${element.tagName} leaves the window: ${words}`);
  }
  return [...new Set(found)];
}"""


@pytest.mark.parametrize("name", [*ROOMS, *STATES])
def test_longer_words_fit_and_none_is_forgotten(site: Site, visit: Visit, name: str) -> None:
    address = {**ROOMS, **STATES}[name].replace("RUN", site.run_id)
    page = visit(site.server, f"{address}{'&' if '?' in address else '?'}lang=pseudo", expected=("status of 404",))
    settled(page)
    keep_picture(page, name, "pseudo", "light")
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(UNTRANSLATED) == []
