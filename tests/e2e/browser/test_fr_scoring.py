"""The walk of a French guide for credit scoring, in a browser that asks for French."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.programs import Programs
from tests.e2e.browser.reading import expect_drawn, row_of
from tests.servers import RunningServer, start_trialog

BEST = "LightGBM-200-undersampling"
FOREST = "RandomForest-300-smote"
MODEL = "credit-scoring"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        programs.run("fr_scoring", started.url, tmp_path_factory.mktemp("work"))
        yield started


@pytest.fixture
def page(server: RunningServer, visit: Visit) -> Page:
    opened = visit(server, locale="fr-FR", size={"width": 1800, "height": 900})
    opened.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Expériences").click()
    opened.get_by_role("link", name="credit-scoring").click()
    expect(opened.get_by_text("5 exécutions", exact=True)).to_be_visible()
    return opened


def test_the_dashboard_tells_what_there_is_in_french(server: RunningServer, visit: Visit) -> None:
    page = visit(server, locale="fr-CA")
    expect(page.get_by_role("heading", name="Accueil")).to_be_visible()
    expect(page.get_by_text("5 exécutions", exact=True)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=MODEL)).to_contain_text("Version 3")
    # An English browser can be told as well.
    page = visit(server)
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitemradio", name="Français").click()
    expect(page.get_by_role("heading", name="Accueil")).to_be_visible()
    page.get_by_role("button", name="Langue").click()
    page.get_by_role("menuitemradio", name="Português").click()
    expect(page.get_by_role("heading", name="Início")).to_be_visible()


def test_the_best_is_marked_and_runs_are_sorted_by_a_metric(page: Page) -> None:
    best_by = page.get_by_role("combobox", name="Meilleure selon")
    best_by.select_option("auc_score")
    expect(row_of(page, BEST)).to_contain_text("Meilleure exécution selon auc_score")
    # A score of their own: nobody can know which way is better before somebody says it.
    best_by.select_option("business_score")
    expect(page.get_by_text("Personne n’a dit si cette métrique doit être élevée ou basse.")).to_be_visible()
    head = page.get_by_role("columnheader", name="business_score")
    head.get_by_role("button", name="business_score").click()
    expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    if head.get_attribute("aria-sort") == "ascending":
        head.get_by_role("button", name="business_score").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("row").nth(1)).to_contain_text(BEST)
    expect(page.get_by_role("row").nth(5)).to_contain_text("DummyClassifier")
    expect(row_of(page, BEST)).to_contain_text("0,874")
    # It stands in the address.
    page.reload()
    expect(page.get_by_role("row").nth(1)).to_contain_text(BEST)


def test_a_run_is_read_as_the_guide_says(page: Page) -> None:
    page.get_by_role("link", name=FOREST).click()
    expect(page.get_by_role("heading", name=f"{FOREST} Terminée")).to_be_visible()
    tabs = page.get_by_role("navigation", name="Parties de l’exécution")
    tabs.get_by_role("link", name="Paramètres").click()
    for name, value in {"model_type": "RandomForest", "n_estimators": "300", "sampling_strategy": "smote"}.items():
        expect(row_of(page, name).get_by_role("gridcell")).to_contain_text(value)
    tabs.get_by_role("link", name=re.compile("^Métriques[^ ]*$")).click()
    expect_drawn(page.get_by_role("article", name="learning_curve"))
    page.get_by_role("button", name="Tableau", exact=True).click()
    expect(row_of(page, "auc_score")).to_contain_text("0,741")
    # A French thousand has a narrow space that does not break.
    expect(row_of(page, "false_positives")).to_contain_text(re.compile("3[\u202f\u00a0]054"))
    logged = row_of(page, "auc_score").get_by_role("time").inner_text()
    assert re.fullmatch(r"\d{1,2} \S+ 20\d\d(,| à) \d\d:\d\d:\d\d", logged), logged
    tabs.get_by_role("link", name="Artefacts").click()
    page.get_by_role("treeitem", name="reports").click()
    page.get_by_role("treeitem", name="rapport.md").click()
    expect(page.get_by_role("heading", name="Rapport", exact=True)).to_be_visible()
    page.get_by_role("treeitem", name="feature_importance.png").click()
    expect(page.get_by_role("img", name="feature_importance.png")).to_be_visible()


def test_models_are_compared_and_drawn(page: Page) -> None:
    for name in (FOREST, BEST):
        page.get_by_role("checkbox", name=f"Sélectionner {name}").check()
    expect(page.get_by_text("2 sélectionnées", exact=True)).to_be_visible()
    page.get_by_role("button", name="Comparer").click()
    expect(page.get_by_role("grid", name="Exécutions côte à côte")).to_be_visible()
    score = row_of(page, "Les exécutions diffèrent ici Métrique")
    assert score.count() >= 6
    page.get_by_role("checkbox", name="Différences seulement").check()
    expect(page.get_by_role("rowheader", name=re.compile("sampling_strategy"))).to_be_visible()
    page.get_by_role("button", name="Nuage de points").click()
    expect_drawn(page.get_by_role("slider", name=re.compile("les flèches vont d’un repère à l’autre")))
    page.get_by_role("button", name="Coordonnées parallèles").click()
    expect_drawn(page.get_by_role("slider", name=re.compile("les flèches vont d’un repère à l’autre")))


def test_a_contour_of_all_runs(page: Page) -> None:
    page.get_by_role("navigation", name="Affichage des exécutions").get_by_role("link", name="Comparaison").click()
    page.get_by_role("button", name="Lignes de niveau").click()
    page.get_by_role("combobox", name="Hauteur").select_option(label="business_score · Métrique")
    page.get_by_role("combobox", name="Axe horizontal").select_option(label="n_estimators · Paramètre")
    page.get_by_role("combobox", name="Axe vertical").select_option(label="auc_score · Métrique")
    title = "business_score en fonction de n_estimators et auc_score"
    expect_drawn(page.get_by_role("slider", name=title, exact=False))


def test_a_version_goes_to_production_and_back(page: Page) -> None:
    page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Modèles").click()
    page.get_by_role("link", name=MODEL).click()
    page.get_by_role("link", name="Version 4").first.click()
    page.get_by_role("button", name="Changer d’étape").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Étape").select_option("Production")
    dialog.get_by_role("textbox", name="Motif").fill("meilleur score métier")
    dialog.get_by_role("button", name="Passer à Production").click()
    expect(page.get_by_text("La version 4 est maintenant en Production.")).to_be_visible()
    page.get_by_role("link", name=MODEL).click()
    expect(row_of(page, "Version 3")).to_contain_text("Archived")
    page.get_by_role("button", name="Revenir en arrière").first.click()
    expect(page.get_by_text("La version 3 est de nouveau en Production.")).to_be_visible()
    expect(row_of(page, "Version 4")).to_contain_text("Archived")


def test_a_run_goes_to_the_bin_and_comes_back(page: Page) -> None:
    page.get_by_role("link", name="DummyClassifier-0-none").click()
    page.get_by_role("button", name="Actions sur l’exécution").click()
    page.get_by_role("menuitem", name="Supprimer").click()
    page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
    expect(page.get_by_text("DummyClassifier-0-none est dans la corbeille.")).to_be_visible()
    page.get_by_role("button", name="Actions sur l’exécution").click()
    page.get_by_role("menuitem", name="Restaurer").click()
    expect(page.get_by_text("Cette exécution est dans la corbeille.")).to_have_count(0)
    page.get_by_role("navigation", name="Vous êtes ici").get_by_role("link", name="credit-scoring").click()
    expect(page.get_by_text("5 exécutions", exact=True)).to_be_visible()


def test_a_mistake_in_a_filter_is_told_in_french(page: Page, server: RunningServer, visit: Visit) -> None:
    page = visit(server, page.url.removeprefix(f"{server.url}/"), locale="fr-FR", expected=("status of 400",))
    line = page.get_by_role("combobox", name="Filtre des exécutions")
    line.fill("metric.auc_score >> 0.7")
    line.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("caractère|position"))
    page.get_by_role("button", name="Effacer le filtre").first.click()
    expect(page.get_by_text("5 exécutions", exact=True)).to_be_visible()
