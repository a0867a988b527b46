"""Attacks on the way in: known passwords, guessing, sessions that somebody else chose, forms of other sites."""

import asyncio
import base64
import logging
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

from tests.login_server import PASSWORD, LoginServer, hidden_fields, log_in, login_server
from trialog.access import new_token
from trialog.entities import ApiToken, PermissionLevel

pytestmark = pytest.mark.anyio
SEARCH = "/api/2.0/mlflow/experiments/search?max_results=5"
COOKIE = "trialog_session"
PLANTED = "A" * 43

DEFAULT_CREDENTIALS = [
    ("admin", "password1234"),
    ("admin", "password"),
    ("admin", "admin"),
    ("admin", ""),
    ("root", "root"),
    ("mlflow", "mlflow"),
    ("trialog", "trialog"),
    ("administrator", "changeme"),
]
REDIRECTS = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example",
    "\t//evil.example/",
    " //evil.example/",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "evil.example",
    "@evil.example",
    "/a\r\nSet-Cookie: trialog_session=x",
    "/a\x00b",
    "/é",
    "/" + "a" * 5000,
    "",
    "/login",
    "/login?next=/login",
    "/logout",
]
OTHER_SITES = [
    "https://evil.example",
    "null",
    "http://localhost:8888",
    "http://localhost",
    "http://localhost:5000.evil.example",
]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LoginServer]:
    async with login_server(tmp_path) as opened:
        await opened.add_user("ada", is_admin=True)
        await opened.add_user("bob")
        await opened.store.accounts.users.create("comes-by-oidc", None)
        yield opened


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoginServer]:
    """For what leaves nothing behind."""
    async with login_server(tmp_path_factory.mktemp("server")) as opened:
        await opened.add_user("ada", is_admin=True)
        yield opened


def basic(username: str, password: str) -> dict[str, str]:
    shown = base64.b64encode(f"{username}:{password}".encode()).decode()
    return {"authorization": f"Basic {shown}", "accept": "*/*"}


def plant(browser: httpx.AsyncClient, secret: str) -> None:
    browser.cookies.set(COOKIE, secret, domain="localhost.local")


async def is_logged_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/login/session")).status_code == 200


async def test_no_password_is_shipped(tmp_path: Path) -> None:
    async with login_server(tmp_path) as fresh:
        for number, (username, password) in enumerate(DEFAULT_CREDENTIALS):
            async with fresh.browser(client=f"203.0.113.{number}") as browser:
                # The same name is tried too often to be heard each time.
                assert (await browser.get(SEARCH, headers=basic(username, password))).status_code in {401, 429}
                assert (await log_in(browser, username, password)).status_code in {401, 429}
                assert not await is_logged_in(browser)
        assert await fresh.store.accounts.users.all() == []


async def test_a_session_that_somebody_else_chose_is_not_taken(server: LoginServer) -> None:
    async with server.browser() as victim, server.browser() as attacker:
        plant(victim, PLANTED)
        assert (await log_in(victim, "ada")).status_code == 303
        assert PLANTED not in victim.cookies.values()
        plant(attacker, PLANTED)
        assert not await is_logged_in(attacker)


async def test_a_login_ends_the_one_before(server: LoginServer) -> None:
    async with server.browser() as browser, server.browser() as attacker:
        await log_in(browser, "bob")
        before = browser.cookies[COOKIE]
        await log_in(browser, "ada")
        assert browser.cookies[COOKIE] != before
        plant(attacker, before)
        assert not await is_logged_in(attacker)


@pytest.mark.parametrize("origin", OTHER_SITES)
@pytest.mark.parametrize("allowed", [(), ("*",)])
async def test_another_site_logs_nobody_in_or_out(tmp_path: Path, origin: str, allowed: tuple[str, ...]) -> None:
    async with (
        login_server(tmp_path, cors_allowed_origins=allowed) as server,
        server.browser() as victim,
        server.browser() as attacker,
    ):
        await server.add_user("mallory")
        page = await victim.get("/login")
        form = {**hidden_fields(page), "username": "mallory", "password": PASSWORD}
        refused = await victim.post("/login", data=form, headers={"origin": origin})
        assert refused.status_code == 403
        assert COOKIE not in victim.cookies
        # Nor with the token of a form that was shown to the attacker.
        stolen = {**form, **hidden_fields(await attacker.get("/login"))}
        assert (await victim.post("/login", data=stolen)).status_code == 403
        assert (await log_in(victim, "mallory")).status_code == 303
        token = (await victim.get("/login/session")).json()["csrf_token"]
        await victim.post("/logout", headers={"origin": origin, "x-trialog-csrf": token})
        await victim.post("/logout", data={"csrf": "a" * 64})
        assert await is_logged_in(victim)


@pytest.mark.parametrize("origin", OTHER_SITES)
async def test_a_login_serves_no_page_of_another_origin(shared: LoginServer, origin: str) -> None:
    async with shared.browser() as victim:
        await log_in(victim, "ada")
        for path in ("/login/session", SEARCH):
            answer = await victim.get(path, headers={"origin": origin, "sec-fetch-mode": "cors"})
            assert answer.status_code in {401, 403}
            assert "csrf_token" not in answer.text


@pytest.mark.parametrize("origin", OTHER_SITES)
@pytest.mark.parametrize("allowed", [(), ("*",)])
async def test_a_page_of_another_origin_learns_nothing_of_a_login(
    tmp_path: Path, origin: str, allowed: tuple[str, ...]
) -> None:
    async with login_server(tmp_path, cors_allowed_origins=allowed) as server, server.browser() as victim:
        await server.add_user("ada")
        await log_in(victim, "ada")
        for path in ("/login", "/logout", "/login/session"):
            answer = await victim.get(path, headers={"origin": origin, "sec-fetch-mode": "cors"})
            assert "access-control-allow-origin" not in answer.headers
            assert "access-control-allow-credentials" not in answer.headers
            # As a word: these three letters can stand in a token.
            assert not re.search(r"\bada\b", answer.text)


@pytest.mark.parametrize("origin", OTHER_SITES)
async def test_a_password_that_a_browser_remembers_serves_no_page_of_another_origin(
    tmp_path: Path, origin: str
) -> None:
    made = new_token()
    async with login_server(tmp_path, cors_allowed_origins=("*",)) as server, server.browser() as browser:
        await server.add_user("ada", is_admin=True)
        token = ApiToken(made.token_id, "ada", "test", PermissionLevel.MANAGE, 0)
        await server.store.accounts.tokens.create(token, made.secret_hash)
        assert (await browser.get(SEARCH, headers=basic("ada", PASSWORD))).status_code == 200
        for shown in (basic("ada", PASSWORD), {**basic("ada", PASSWORD), "origin": "http://localhost:5000"}):
            assert (await browser.get(SEARCH, headers=shown)).status_code == 200
        foreign = await browser.get(SEARCH, headers={**basic("ada", PASSWORD), "origin": origin})
        assert foreign.status_code == 401
        # No dialog opens that would ask whoever reads that page for it.
        assert "www-authenticate" not in foreign.headers
        by_token = {"authorization": f"Bearer {made.text}", "origin": origin}
        assert (await browser.get(SEARCH, headers=by_token)).status_code == 200


@pytest.mark.parametrize("target", REDIRECTS)
async def test_a_login_leads_nowhere_else(shared: LoginServer, target: str) -> None:
    async with shared.browser() as browser:
        answer = await log_in(browser, "ada", changes={"next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        shown = await browser.get(str(httpx.URL("/login", params={"next": target})))
        assert hidden_fields(shown)["next"] == "/"


async def test_what_was_typed_runs_nowhere(server: LoginServer) -> None:
    async with server.browser() as browser:
        answer = await log_in(browser, '"><script>alert(1)</script>', "x")
        assert "<script" not in answer.text
        assert "&quot;&gt;&lt;script&gt;" in answer.text


def told(answer: httpx.Response, username: str) -> tuple[int, str, list[str]]:
    """Return all that an answer tells, without what is chance or was typed."""
    text = re.sub(r'(name="csrf" value=")[0-9a-f]+', r"\1", answer.text.replace(username, ""))
    return answer.status_code, text, sorted(answer.headers)


async def test_no_answer_tells_which_users_there_are(server: LoginServer) -> None:
    async with server.browser() as browser:
        pages, answers = [], []
        for username in ("ada", "nobody", "comes-by-oidc"):
            pages.append(told(await log_in(browser, username, "wrong password"), username))
            answers.append(told(await browser.get(SEARCH, headers=basic(username, "wrong password")), username))
    assert pages == [pages[0]] * 3
    assert answers == [answers[0]] * 3


@contextmanager
def steps_of_threads() -> Iterator[list[str]]:
    """Note which functions are called in threads that begin meanwhile."""
    steps: list[str] = []

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and ("argon2" in frame.f_code.co_filename or "trialog" in frame.f_code.co_filename):
            steps.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}")

    threading.setprofile(note)
    try:
        yield steps
    finally:
        threading.setprofile(None)


async def test_no_user_takes_another_way_through_the_check(tmp_path: Path) -> None:
    # What is done tells more than how long it took, and is the same on every machine.
    with steps_of_threads() as steps:
        async with login_server(tmp_path, admin_username="root", admin_password=PASSWORD) as server:
            await server.store.accounts.users.create("comes-by-oidc", None)
            ways: dict[str, list[str]] = {}
            # The first two times something is made that lasts.
            for username in ("root", "nobody", "root", "nobody", "comes-by-oidc", "nobody else"):
                async with server.browser(client=f"203.0.113.{len(username)}") as browser:
                    steps.clear()
                    await browser.get(SEARCH, headers=basic(username, "wrong password"))
                    ways[username] = [step for step in steps if step.startswith(("passwords.py", "_password_hasher"))]
    assert any("verify" in step for step in ways["root"])
    assert list(ways.values()) == [ways["root"]] * 4


async def test_a_storm_of_wrong_passwords_leaves_others_served(server: LoginServer) -> None:
    made = new_token()
    token = ApiToken(made.token_id, "bob", "test", PermissionLevel.MANAGE, 0)
    await server.store.accounts.tokens.create(token, made.secret_hash)
    statuses: list[int] = []
    is_over = asyncio.Event()

    async def guess(number: int) -> None:
        async with server.browser(client=f"198.51.100.{number}") as browser:
            attempt = 0
            while not is_over.is_set():
                attempt += 1
                answer = await browser.get(SEARCH, headers=basic(f"user{number % 7}", f"{number} {attempt}"))
                statuses.append(answer.status_code)
                # What is refused at once waits for nothing, and would never let the others have their turn.
                await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for number in range(40):
            group.create_task(guess(number))
        async with server.browser() as browser:
            for _ in range(20):
                answer = await browser.get(SEARCH, headers={"authorization": f"Bearer {made.text}"})
                assert answer.status_code == 200
            before = len(statuses)
            while len(statuses) < before + 40:
                await browser.get(SEARCH, headers={"authorization": f"Bearer {made.text}"})
        is_over.set()
    assert set(statuses) == {401, 429}
    assert statuses.count(429) > statuses.count(401)


async def test_nobody_locks_a_user_out_of_where_she_is_known(server: LoginServer) -> None:
    async with server.browser(client="203.0.113.7") as home, server.browser(client="198.51.100.66") as elsewhere:
        assert (await log_in(home, "ada")).status_code == 303
        attempts = [(await log_in(elsewhere, "ada", f"guess {number}")).status_code for number in range(8)]
        assert attempts[-1] == 429
        assert (await log_in(home, "ada")).status_code == 303


async def test_what_somebody_shows_is_in_no_log(server: LoginServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = new_token()
    token = ApiToken(made.token_id, "bob", "test", PermissionLevel.MANAGE, 0)
    await server.store.accounts.tokens.create(token, made.secret_hash)
    async with server.browser() as browser:
        await browser.get(SEARCH, headers={"authorization": f"Bearer {made.text}"})
        await browser.get(SEARCH, headers={"authorization": f"Bearer {made.text}x"})
        await browser.get(SEARCH, headers=basic("ada", "a wrong secret"))
        await log_in(browser, "ada", "a wrong secret")
        await log_in(browser, "ada")
        session = browser.cookies[COOKIE]
        csrf = (await browser.get("/login/session")).json()["csrf_token"]
        await browser.get("/api/2.0/mlflow/no/such/path")
    # httpx writes the address of what it asks for; what the server writes is looked at.
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("trialog"))
    for secret in (made.text, PASSWORD, "a wrong secret", session, csrf):
        assert secret not in written
    assert secret_free(await audit_of(server), made.text, PASSWORD, "a wrong secret", session, csrf)


async def audit_of(server: LoginServer) -> str:
    found: list[Any] = []
    deadline = time.monotonic() + 30
    while not any(record.operation == "login" and record.status == 200 for record in found):
        assert time.monotonic() < deadline, found
        found = list((await server.store.audit_log.search(max_results=100)).items)
    return repr(found)


def secret_free(text: str, *secrets: str) -> bool:
    return not any(secret in text for secret in secrets)
