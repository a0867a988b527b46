"""Logging in and out in a browser."""

import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from tests.login_server import (
    ADDRESS,
    PASSWORD,
    SECURE_ADDRESS,
    LoginServer,
    hidden_fields,
    log_in,
    login_server,
)
from trialog import __version__
from trialog.entities import PermissionLevel

pytestmark = pytest.mark.anyio
EXPERIMENTS = "/api/2.0/mlflow/experiments/search?max_results=5"
CREATE = "/api/2.0/mlflow/experiments/create"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LoginServer]:
    async with login_server(tmp_path) as opened:
        await opened.add_user("ada", is_admin=True)
        yield opened


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoginServer]:
    """For what leaves nothing behind."""
    async with login_server(tmp_path_factory.mktemp("server")) as opened:
        await opened.add_user("ada", is_admin=True)
        yield opened


async def csrf_of(browser: httpx.AsyncClient) -> str:
    answer = await browser.get("/login/session")
    assert answer.status_code == 200
    token = answer.json()["csrf_token"]
    assert isinstance(token, str)
    return token


async def test_who_opens_an_address_is_led_to_the_login_and_back(server: LoginServer) -> None:
    async with server.browser() as browser:
        refused = await browser.get(EXPERIMENTS)
        assert refused.status_code == 303
        page = refused.headers["location"]
        assert page.startswith("/login?next=%2Fapi")
        answer = await log_in(browser, "ADA", page=page)
        assert (answer.status_code, answer.headers["location"]) == (303, EXPERIMENTS)
        experiments = await browser.get(EXPERIMENTS)
        assert experiments.json()["experiments"][0]["name"] == "Default"


async def test_a_login_changes_things_with_its_token_alone(server: LoginServer) -> None:
    async with server.browser() as browser:
        await log_in(browser, "ada")
        refused = await browser.post(CREATE, json={"name": "a"})
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.csrf")
        made = await browser.post(CREATE, json={"name": "a"}, headers={"x-trialog-csrf": await csrf_of(browser)})
        assert made.status_code == 200
        shown = await browser.get("/api/2.0/mlflow/experiments/get-by-name?experiment_name=a")
        assert shown.json()["experiment"]["experiment_id"] == made.json()["experiment_id"]


async def test_a_page_learns_who_is_logged_in(server: LoginServer) -> None:
    async with server.browser() as browser:
        before = await browser.get("/login/session")
        assert (before.status_code, before.json()["error_code"]) == (401, "UNAUTHENTICATED")
        assert "www-authenticate" not in before.headers
        await log_in(browser, "ada")
        session = (await browser.get("/login/session")).json()
        assert (session["username"], session["is_admin"]) == ("ada", True)


async def test_the_cookie_is_for_the_server_alone(shared: LoginServer) -> None:
    async with shared.browser() as browser:
        cookie = (await log_in(browser, "ada")).headers.get_list("set-cookie")[0]
        assert cookie.startswith("trialog_session=")
        assert cookie.endswith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax")
    async with shared.browser(SECURE_ADDRESS) as browser:
        cookie = (await log_in(browser, "ada")).headers.get_list("set-cookie")[0]
        assert cookie.startswith("__Host-trialog_session=")
        assert cookie.endswith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure")


async def test_behind_a_proxy_with_https_the_cookie_is_secure_too(shared: LoginServer) -> None:
    async with shared.browser(**{"x-forwarded-proto": "https"}) as browser:
        page = await browser.get("/login")
        assert page.headers["set-cookie"].startswith("__Host-trialog_form=")
        assert page.headers["set-cookie"].endswith("; HttpOnly; SameSite=Strict; Secure")


@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-proto": "http"}, {"x-forwarded-proto": "https,http"}])
async def test_the_cookie_is_secure_where_the_operator_says_https(tmp_path: Path, forwarded: dict[str, str]) -> None:
    async with login_server(tmp_path, public_url="https://ml.example.org") as server:
        await server.add_user("ada")
        # A proxy ended TLS, and need not say so.
        async with server.browser("http://ml.example.org", **forwarded) as browser:
            page = await browser.get("/login")
            assert page.headers["set-cookie"].startswith("__Host-trialog_form=")
            form, _, _ = page.headers["set-cookie"].partition(";")
            fields = {**hidden_fields(page), "username": "ada", "password": PASSWORD}
            answer = await browser.post("/login", data=fields, headers={"cookie": form})
            cookie = answer.headers.get_list("set-cookie")[0]
            assert cookie.startswith("__Host-trialog_session=")
            assert cookie.endswith("; Secure")
            session, _, _ = cookie.partition(";")
            assert (await browser.get("/login/session", headers={"cookie": session})).json()["username"] == "ada"
            assert (await browser.get(EXPERIMENTS, headers={"cookie": session})).status_code == 200


async def test_of_several_proxies_the_first_says_how_the_client_speaks(shared: LoginServer) -> None:
    async with shared.browser(**{"x-forwarded-proto": "https, http"}) as browser:
        assert (await browser.get("/login")).headers["set-cookie"].startswith("__Host-trialog_form=")


async def test_a_login_lasts_as_long_as_the_operator_says(tmp_path: Path) -> None:
    async with login_server(tmp_path, session_seconds=600) as server:
        await server.add_user("ada")
        async with server.browser() as browser:
            assert "; Max-Age=600;" in (await log_in(browser, "ada")).headers.get_list("set-cookie")[0]


async def test_a_wrong_password_shows_the_form_again(server: LoginServer) -> None:
    async with server.browser() as browser:
        answer = await log_in(browser, "ada", "not it")
        assert answer.status_code == 401
        assert "www-authenticate" not in answer.headers
        assert "The user name or the password is wrong." in answer.text
        assert 'value="ada"' in answer.text
        assert "not it" not in answer.text
        again = await browser.post("/login", data={**hidden_fields(answer), "username": "ada", "password": PASSWORD})
        assert again.status_code == 303


async def test_who_fails_too_often_is_told_to_wait(server: LoginServer) -> None:
    async with server.browser() as browser:
        answers = [await log_in(browser, "ada", f"wrong {number}") for number in range(7)]
        assert [answer.status_code for answer in answers[:5]] == [401] * 5
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert "Too many attempts to log in." in answers[-1].text


async def test_logging_out_ends_the_login(server: LoginServer) -> None:
    async with server.browser() as browser:
        await log_in(browser, "ada")
        secret = browser.cookies["trialog_session"]
        page = await browser.get("/logout")
        assert "You are logged in as ada." in page.text
        answer = await browser.post("/logout", data=hidden_fields(page))
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert "trialog_session" not in browser.cookies
        # The secret itself is worth nothing any more.
        browser.cookies.set("trialog_session", secret, domain="localhost.local")
        assert (await browser.get("/login/session")).status_code == 401


async def test_a_page_logs_out_by_its_token(server: LoginServer) -> None:
    async with server.browser() as browser:
        await log_in(browser, "ada")
        answer = await browser.post("/logout", headers={"x-trialog-csrf": await csrf_of(browser)})
        assert answer.headers["location"] == "/login"
        assert (await browser.get("/login/session")).status_code == 401
        assert (await browser.post("/logout")).headers["location"] == "/login"
        assert (await browser.get("/logout")).headers["location"] == "/login"


@pytest.mark.parametrize(
    ("headers", "status", "asks"),
    [
        # A program is asked for a password.
        ({"accept": "*/*"}, 401, True),
        ({"accept": "application/json"}, 401, True),
        # A page that calls is told, and no dialog opens.
        ({"accept": "*/*", "sec-fetch-mode": "cors"}, 401, False),
        ({"accept": "text/html", "sec-fetch-mode": "same-origin"}, 401, False),
        ({"accept": "*/*", "x-requested-with": "XMLHttpRequest"}, 401, False),
        ({"accept": "*/*", "referer": f"{ADDRESS}/"}, 401, False),
        # A person is led to the form.
        ({"accept": "text/html,application/xhtml+xml"}, 303, False),
        ({"accept": "*/*", "sec-fetch-mode": "navigate"}, 303, False),
        # Who shows something that does not count hears of that.
        ({"accept": "text/html", "authorization": "Bearer x"}, 401, True),
    ],
)
async def test_each_is_answered_as_she_understands(
    shared: LoginServer, headers: dict[str, str], status: int, asks: bool
) -> None:
    async with shared.browser() as browser:
        for path in (EXPERIMENTS, "/no/such/path"):
            answer = await browser.get(path, headers=headers)
            assert answer.status_code == status
            assert ("www-authenticate" in answer.headers) is asks


async def test_what_would_change_something_is_no_visit(shared: LoginServer) -> None:
    async with shared.browser() as browser:
        assert (await browser.post(CREATE, json={"name": "a"})).status_code == 401


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "Вход"),
        ("pt-BR", "Entrar"),
        ("pt", "Entrar"),
        ("de, fr;q=0.5, en;q=0.1", "Connexion"),
        ("en", "Log in"),
        ("de", "Log in"),
        ("ru;q=nonsense", "Log in"),
        ("", "Log in"),
        ("fr;q=0.1, ru;q=0.9", "Вход"),
    ],
)
async def test_the_form_speaks_the_language_of_the_reader(shared: LoginServer, language: str, text: str) -> None:
    async with shared.browser(**{"accept-language": language}) as browser:
        page = await browser.get("/login")
        assert f"<h1>{text}</h1>" in page.text
        assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_page_says_which_language_it_speaks(shared: LoginServer) -> None:
    async with shared.browser(**{"accept-language": "pt"}) as browser:
        assert '<html lang="pt-BR">' in (await browser.get("/login")).text


async def test_the_form_goes_to_the_very_address_of_the_page(shared: LoginServer) -> None:
    """So it takes along what stands behind the #, which no server is told: there MLflow says what is meant."""
    async with shared.browser() as browser:
        assert '<form method="post" action="">' in (await browser.get("/login?next=%2F")).text


async def test_a_page_runs_nothing_and_lies_in_no_frame(shared: LoginServer) -> None:
    async with shared.browser() as browser:
        page = await browser.get("/login")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        assert "<script" not in page.text
        assert page.headers["cache-control"] == "no-store"


async def test_the_start_page_shows_how_to_log_where_one_may(shared: LoginServer) -> None:
    await shared.add_user("grace")
    async with shared.browser() as browser:
        await log_in(browser, "grace")
        page = (await browser.get("/")).text
    # Nobody but administrators may log to the experiment that is there from the beginning.
    assert 'mlflow.set_experiment("mine")\nwith mlflow.start_run():' in page
    assert "MLFLOW_TRACKING_TOKEN" in page


async def test_a_prefix_stands_before_everything(tmp_path: Path) -> None:
    async with login_server(tmp_path, static_prefix="/tracking") as server:
        await server.add_user("ada")
        async with server.browser() as browser:
            location = (await browser.get("/tracking/api/2.0/mlflow/experiments/get?experiment_id=0")).headers[
                "location"
            ]
            assert location.startswith("/tracking/login?next=%2Ftracking%2Fapi")
            answer = await log_in(browser, "ada", page="/tracking/login?next=/elsewhere")
            assert answer.headers["location"] == "/tracking/"
            assert (await browser.get("/tracking/login/session")).json()["username"] == "ada"


async def records_of(server: LoginServer, count: int) -> list[tuple[str, str, str, int, str]]:
    """Return what was recorded of logins, the oldest first, once it is written."""
    records: list[tuple[str, str, str, int, str]] = []
    deadline = time.monotonic() + 30
    while len(records) < count:
        assert time.monotonic() < deadline, records
        found = await server.store.audit_log.search(max_results=10)
        records = [
            (item.operation, item.actor, item.via, item.status, item.address)
            for item in reversed(found.items)
            if item.operation in {"login", "logout"}
        ]
    return records


async def test_a_login_is_recorded(server: LoginServer) -> None:
    async with server.browser() as browser:
        await log_in(browser, "ada", "wrong")
        await log_in(browser, "ada")
        await browser.post("/logout", headers={"x-trialog-csrf": await csrf_of(browser)})
    records = await records_of(server, 3)
    assert records == [
        ("login", "anybody", "", 401, "127.0.0.1"),
        ("login", "ada", "password", 200, "127.0.0.1"),
        ("logout", "ada", "session", 200, "127.0.0.1"),
    ]


async def test_a_form_that_no_page_of_ours_sent_is_recorded(server: LoginServer) -> None:
    async with server.browser() as browser:
        answer = await browser.post("/login", data={"username": "ada", "password": PASSWORD})
        assert answer.status_code == 403
    assert await records_of(server, 1) == [("login", "anybody", "", 403, "127.0.0.1")]


async def test_a_start_is_recorded(server: LoginServer) -> None:
    await server.access.audit.close()
    [record] = (await server.store.audit_log.search(max_results=10, operation="start")).items
    assert (record.actor, record.resource, record.status) == ("anybody", f"version:{__version__}", 200)
    assert record.via.startswith("command")


async def test_what_users_may_do_by_default_is_the_operators_choice(tmp_path: Path) -> None:
    async with login_server(tmp_path, default_permission="NO_PERMISSIONS") as server:
        assert server.access.default_permission is PermissionLevel.NO_PERMISSIONS


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"content-type": "application/json"}, b"{}", 400, "form.unknown_type"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=" + b"b" * 20_000, 413, "form.too_large"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"username=%ff", 400, "form.unreadable"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"username=\xff", 400, "form.unreadable"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=b&" * 50, 400, "form.unreadable"),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(
    shared: LoginServer, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    async with shared.browser() as browser:
        answer = await browser.post("/login", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_public_address_is_one_that_the_server_is_called_by(tmp_path: Path) -> None:
    async with login_server(tmp_path, public_url="https://ml.example.org") as server:
        async with server.browser("https://ml.example.org") as browser:
            assert (await browser.get("/login")).status_code == 200
        async with server.browser("https://other.example.org") as browser:
            assert (await browser.get("/login")).status_code == 403


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://ml.example.org:8443", "https://ml.example.org:8443"),
        ("https://ML.example.org:8443/", "https://ml.example.org:8443"),
        ("https://ml.example.org:443", "https://ml.example.org"),
        ("http://ml.example.org:80", "http://ml.example.org"),
    ],
)
async def test_a_proxy_may_leave_the_port_out_of_the_host(tmp_path: Path, public_url: str, origin: str) -> None:
    async with login_server(tmp_path, public_url=public_url.rstrip("/")) as server:
        await server.add_user("ada", is_admin=True)
        # The Host that the server sees, and the Origin that the browser sends.
        async with server.browser("https://ml.example.org", origin=origin) as browser:
            assert (await log_in(browser, "ada")).status_code == 303
            token = await csrf_of(browser)
            made = await browser.post(CREATE, json={"name": "a"}, headers={"x-trialog-csrf": token})
            assert made.status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://ml.example.org:8444", "http://ml.example.org:8443", "https://evil.example", "null", ""]
)
async def test_no_other_origin_is_taken_for_the_public_one(tmp_path: Path, origin: str) -> None:
    async with login_server(tmp_path, public_url="https://ml.example.org:8443") as server:
        await server.add_user("ada")
        async with server.browser("https://ml.example.org") as browser:
            fields = {**hidden_fields(await browser.get("/login")), "username": "ada", "password": PASSWORD}
            refused = await browser.post("/login", data=fields, headers={"origin": origin})
            assert refused.status_code == 403
            assert "trialog_session" not in browser.cookies


async def test_a_proxy_that_changes_the_host_is_told_of_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with login_server(
        tmp_path, allowed_hosts=("ml.example.org",), cors_allowed_origins=("https://ml.example.org:8443",)
    ) as server:
        await server.add_user("ada")
        async with server.browser("https://ml.example.org", origin="https://ml.example.org:8443") as browser:
            for _ in range(3):
                refused = await log_in(browser, "ada")
                assert refused.status_code == 403
                assert "This form came from another address than the server is called by." in refused.text
    warnings = [record.getMessage() for record in caplog.records if record.name == "trialog.server"]
    assert len(warnings) == 1
    assert "'https://ml.example.org:8443'" in warnings[0]
    assert "'ml.example.org'" in warnings[0]
    assert "TRIALOG_PUBLIC_URL" in warnings[0]


async def test_without_cookies_the_page_says_what_may_be_wrong(shared: LoginServer) -> None:
    async with shared.browser() as browser:
        fields = {**hidden_fields(await browser.get("/login")), "username": "ada", "password": PASSWORD}
        browser.cookies.clear()
        refused = await browser.post("/login", data=fields)
        assert refused.status_code == 403
        assert "your browser keeps no cookies" in refused.text


async def test_a_proxy_that_nobody_named_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with login_server(tmp_path) as server:
        await server.add_user("ada")
        async with server.browser(**{"x-forwarded-for": "203.0.113.5"}) as browser:
            await log_in(browser, "ada")
        assert await records_of(server, 1) == [("login", "ada", "password", 200, "127.0.0.1")]
    warnings = [record.getMessage() for record in caplog.records if record.name == "trialog.web"]
    assert len(warnings) == 1
    assert warnings[0].startswith("a request from 127.0.0.1 says that it came through a proxy")
    assert "TRIALOG_TRUSTED_PROXIES" in warnings[0]


async def test_a_proxy_that_is_believed_says_where_somebody_came_from(tmp_path: Path) -> None:
    async with login_server(tmp_path, trusted_proxies=(ip_network("127.0.0.0/8"),)) as server:
        await server.add_user("ada")
        async with server.browser(**{"x-forwarded-for": "1.2.3.4, 203.0.113.5"}) as browser:
            await log_in(browser, "ada")
        assert await records_of(server, 1) == [("login", "ada", "password", 200, "203.0.113.5")]
