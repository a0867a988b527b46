"""The first start of a server with accounts: nobody is in, and one secret lets one in."""

from pathlib import Path

import httpx
import pytest

from tests.login_server import LoginServer, hidden_fields, log_in, login_server
from trialog.errors import ConfigurationError

pytestmark = pytest.mark.anyio
PASSWORD = "a password of her own"
FORM = "/login/first"


async def create(
    browser: httpx.AsyncClient, secret: str | None, username: str = "root", password: str = PASSWORD
) -> httpx.Response:
    page = await browser.get(FORM)
    assert page.status_code == 200
    fields = {**hidden_fields(page), "secret": secret or "", "username": username, "password": password}
    return await browser.post(FORM, data=fields)


async def usernames(server: LoginServer) -> list[str]:
    return [user.username for user in await server.store.accounts.users.all()]


async def test_the_secret_makes_the_first_administrator_once(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        answer = await create(browser, server.first_secret)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        session = (await browser.get("/login/session")).json()
        assert (session["username"], session["is_admin"]) == ("root", True)
        assert await usernames(server) == ["root"]
    async with login_server(tmp_path) as server, server.browser() as browser:
        assert server.first_secret is None
        assert (await browser.get(FORM, headers={"accept": "*/*"})).status_code == 401
        assert (await log_in(browser, "root", PASSWORD)).status_code == 303


async def test_the_login_leads_to_it_as_long_as_there_is_no_account(tmp_path: Path) -> None:
    async with login_server(tmp_path, static_prefix="/tracking") as server, server.browser() as browser:
        assert 'href="/tracking/login/first"' in (await browser.get("/tracking/login")).text
        wrong = await log_in(browser, "root", "not yet anybody's", page="/tracking/login")
        assert 'href="/tracking/login/first"' in wrong.text
        # By a command, beside the server.
        await server.add_user("root", is_admin=True)
        assert "/login/first" not in (await browser.get("/tracking/login")).text
        led = await browser.get("/tracking/login/first")
        assert (led.status_code, led.headers["location"]) == (303, "/tracking/login")


async def test_a_form_that_was_opened_before_makes_no_second_administrator(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser, server.browser() as other:
        page = await other.get(FORM)
        await create(browser, server.first_secret)
        fields = {"secret": server.first_secret or "", "username": "mallory", "password": PASSWORD}
        late = await other.post(FORM, data={**hidden_fields(page), **fields})
        assert (late.status_code, late.headers["location"]) == (303, "/login")
        assert await usernames(server) == ["root"]


async def test_users_of_a_provider_do_not_keep_the_administrator_out(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        await server.store.accounts.users.create("comes-by-oidc", None)
        taken = await create(browser, server.first_secret, "comes-by-oidc")
        assert taken.status_code == 400
        assert "This user name cannot be taken." in taken.text
        assert (await create(browser, server.first_secret)).status_code == 303
    async with login_server(tmp_path) as server:
        assert server.first_secret is None


async def test_automation_makes_her_beside_users_of_a_provider(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server:
        await server.store.accounts.users.create("comes-by-oidc", None)
    with pytest.raises(ConfigurationError, match="a user who is no administrator has this name"):
        async with login_server(tmp_path, admin_username="comes-by-oidc", admin_password=PASSWORD):
            pytest.fail("it serves")
    async with (
        login_server(tmp_path, admin_username="root", admin_password=PASSWORD) as server,
        server.browser() as browser,
    ):
        assert (await log_in(browser, "root", PASSWORD)).status_code == 303


async def test_a_wrong_secret_is_told_of(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        refused = await create(browser, "not the secret")
        assert refused.status_code == 401
        assert "This secret is wrong or has expired." in refused.text
        assert await usernames(server) == []


async def test_each_start_shows_another_secret(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server:
        first = server.first_secret
    async with login_server(tmp_path) as server, server.browser() as browser:
        assert server.first_secret != first
        assert (await create(browser, first)).status_code == 401
        assert await usernames(server) == []


@pytest.mark.parametrize(
    ("username", "password", "status", "part"),
    [
        ("root", "short", 400, "12 to 1024 characters"),
        ("root", "long" * 300, 400, "12 to 1024 characters"),
        ("a name as password", "a name as password", 400, "12 to 1024 characters"),
        ("root", "password1234", 400, "This password is among those that are tried first."),
        ("", PASSWORD, 400, "This user name cannot be taken."),
        ("a\x00b", PASSWORD, 400, "This user name cannot be taken."),
        ("a" * 300, PASSWORD, 400, "This user name cannot be taken."),
    ],
)
async def test_a_slip_does_not_use_the_secret_up(
    tmp_path: Path, username: str, password: str, status: int, part: str
) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        refused = await create(browser, server.first_secret, username, password)
        assert refused.status_code == status
        assert part in refused.text
        assert await usernames(server) == []
        assert (await create(browser, server.first_secret)).status_code == 303


@pytest.mark.parametrize("secret", ["", "x", "a" * 32, "й" * 40])
async def test_another_secret_makes_nobody(tmp_path: Path, secret: str) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        assert (await create(browser, secret)).status_code == 401
        assert await usernames(server) == []


async def test_another_site_cannot_send_the_form(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser() as browser:
        fields = {"secret": server.first_secret or "", "username": "mallory", "password": PASSWORD}
        assert (await browser.post(FORM, data=fields)).status_code == 403
        assert await usernames(server) == []


async def test_automation_makes_her_by_settings(tmp_path: Path) -> None:
    async with login_server(tmp_path, admin_username="root", admin_password=PASSWORD) as server:
        assert server.first_secret is None
        async with server.browser() as browser:
            assert (await log_in(browser, "root", PASSWORD)).status_code == 303
    # Later starts leave the account as it is.
    async with (
        login_server(tmp_path, admin_username="root", admin_password="some other password") as server,
        server.browser() as browser,
    ):
        assert (await log_in(browser, "root", "some other password")).status_code == 401
        assert (await log_in(browser, "root", PASSWORD)).status_code == 303


@pytest.mark.parametrize("password", ["password1234", "short", "administrator"])
async def test_a_password_that_anybody_would_try_is_refused(tmp_path: Path, password: str) -> None:
    with pytest.raises(ConfigurationError, match="MLFLOW_AUTH_ADMIN_PASSWORD") as refused:
        async with login_server(tmp_path, admin_username="administrator", admin_password=password):
            pytest.fail("it serves")
    assert refused.value.code == "access.bad_administrator"
    async with login_server(tmp_path) as server:
        assert await usernames(server) == []
