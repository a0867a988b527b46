"""A server on which people log in: from the first secret on, through the settings, to the end of a session."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import log_in, row_of, settled
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

ADMIN = ("ada", "a long password of hers")
READER = ("bob", "a long password of his")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0], "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1]}
    with (
        start_trialog(tmp_path_factory.mktemp("server"), "--accounts", environment=environment) as started,
        Stored(started.url, ADMIN) as stored,
    ):
        stored.send("POST", "/api/2.0/mlflow/users/create", username=READER[0], password=READER[1])
        experiment = stored.experiment("of ada")
        stored.run(experiment, "seen by all", metrics={"loss": [1]})
        yield started


def as_somebody(server: RunningServer, visit: Visit, who: tuple[str, str], address: str = "") -> Page:
    page = visit(server, address, expected=("status of 401", "status of 40"))
    log_in(page, *who)
    return page


def test_a_reader_is_asked_who_she_is_and_comes_where_she_wanted(server: RunningServer, visit: Visit) -> None:
    page = visit(server, "experiments/1", locale="ru-RU", expected=("status of 401",))
    expect(page).to_have_url(re.compile("/login"))
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    log_in(page, *READER)
    expect(page).to_have_url(re.compile("/experiments/1$"))
    expect(page.get_by_role("link", name="seen by all")).to_be_visible()
    page.get_by_role("button", name="Учётная запись bob").click()
    page.get_by_role("menuitem", name="Выйти").click()
    expect(page).to_have_url(re.compile("/login"))


def test_a_reader_is_offered_nothing_that_is_not_his(server: RunningServer, visit: Visit) -> None:
    page = as_somebody(server, visit, READER, "experiments/1")
    page.get_by_role("link", name="seen by all").click()
    expect(page.get_by_role("heading", name="seen by all Finished")).to_be_visible()
    expect(page.get_by_role("button", name="What can be done with the run")).to_have_count(0)
    page.goto("settings")
    tabs = page.get_by_role("navigation", name="Settings")
    expect(tabs.get_by_role("link", name="Tokens")).to_be_visible()
    expect(tabs.get_by_role("link", name="Users")).to_have_count(0)
    page.goto("settings/users")
    expect(page.get_by_role("heading", name="For administrators")).to_be_visible()


def test_a_user_is_made_once_and_with_a_password_that_is_long_enough(server: RunningServer, visit: Visit) -> None:
    page = as_somebody(server, visit, ADMIN, "settings/users")
    page.get_by_role("button", name="New user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill("carol")
    dialog.locator("input[type=password]").first.fill("short")
    expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    dialog.locator("input[type=password]").first.fill("a long password of carol")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_text("The user carol was made.")).to_be_visible()
    expect(row_of(page, "carol")).to_be_visible()
    page.get_by_role("button", name="New user").click()
    dialog.get_by_label("User name").fill("carol")
    dialog.locator("input[type=password]").first.fill("another password of carol")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_text("A user of this name is there already.")).to_be_visible()


def test_the_last_administrator_stays_one(server: RunningServer, visit: Visit) -> None:
    page = as_somebody(server, visit, ADMIN, "settings/users?open=ada")
    right = page.get_by_role("dialog", name="ada").get_by_role("checkbox", name=re.compile("^Administers this server"))
    right.click()
    page.get_by_role("button", name="Stop administering").click()
    expect(page.get_by_text("This is the last administrator. Make somebody else one first.").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(right).to_be_checked()


def test_a_token_is_made_shown_once_used_and_revoked(server: RunningServer, visit: Visit) -> None:
    page = as_somebody(server, visit, READER, "settings/tokens")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("nightly training")
    dialog.get_by_role("button", name=re.compile("Create|New token|Make")).last.click()
    expect(dialog.get_by_text("Copy it now: it is shown this once.")).to_be_visible()
    secret = re.search(r"trl_[\w.~-]+|[\w-]{30,}[\w.-]*", dialog.inner_text())
    assert secret is not None, dialog.inner_text()
    dialog.get_by_role("button", name="I have copied it").click()
    expect(row_of(page, "nightly training")).to_be_visible()
    page.get_by_role("button", name="Revoke nightly training").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The token “nightly training” was revoked.")).to_be_visible()


@pytest.mark.parametrize("part", ["account", "tokens", "users", "groups", "roles", "record", "storage", "metrics"])
def test_each_part_of_the_settings_shows_what_it_is_for(server: RunningServer, visit: Visit, part: str) -> None:
    page = as_somebody(server, visit, ADMIN, f"settings/{part}")
    settled(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Settings").locator("[aria-current=page]")).to_have_count(1)


def test_a_session_that_ended_elsewhere_leads_to_the_login_and_back(server: RunningServer, visit: Visit) -> None:
    page = as_somebody(server, visit, ADMIN, "experiments")
    expect(page.get_by_role("link", name="of ada")).to_be_visible()
    # In another window of the same browser she logs out.
    other = page.context.new_page()
    other.goto("")
    other.get_by_role("button", name="Account of ada").click()
    other.get_by_role("menuitem", name="Log out").click()
    expect(other).to_have_url(re.compile("/login"))
    page.get_by_role("link", name="of ada").click()
    expect(page).to_have_url(re.compile(r"/login\?next=.*experiments"))
    log_in(page, *ADMIN)
    expect(page.get_by_role("link", name="seen by all")).to_be_visible()
