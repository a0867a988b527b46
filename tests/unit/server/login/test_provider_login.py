"""Logging in at an identity provider that runs on this machine."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.login_server import ADDRESS, LoginServer, login_server
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, oidc_provider
from trialog.config import Settings
from trialog.errors import ConfigurationError
from trialog.server.provider_login import provider_login

pytestmark = pytest.mark.anyio


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as running:
        yield running


@asynccontextmanager
async def server_at(directory: Path, issuer: str, **choices: Any) -> AsyncIterator[LoginServer]:
    usual = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "public_url": ADDRESS,
    }
    async with login_server(directory, **{**usual, **choices}) as opened:
        yield opened


async def go_there_and_back(browser: httpx.AsyncClient, start: str = "/login/oidc") -> httpx.Response:
    """Log in at the provider; return what the server says in the end."""
    return await browser.get(await way_back(browser, start))


async def way_back(browser: httpx.AsyncClient, start: str = "/login/oidc") -> str:
    """Go to the provider and return the address that it sends the browser to."""
    leaving = await browser.get(start)
    assert leaving.status_code == 303, leaving.text
    async with httpx.AsyncClient(trust_env=False) as outside:
        answer = await outside.get(leaving.headers["location"])
    address: str = answer.headers["location"]
    assert address.startswith(f"{ADDRESS}/login/oidc/callback?")
    return address


async def test_a_user_of_the_provider_logs_in(tmp_path: Path, provider: OidcProvider) -> None:
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        page = await browser.get("/login?next=/docs")
        assert '<a class="elsewhere" href="/login/oidc?next=%2Fdocs">Log in at 127.0.0.1</a>' in page.text
        answer = await go_there_and_back(browser, "/login/oidc?next=%2Fdocs")
        assert (answer.status_code, answer.headers["location"]) == (303, "/docs")
        session = (await browser.get("/login/session")).json()
        assert (session["username"], session["is_admin"]) == ("carol", False)
        assert "trialog_oidc" not in browser.cookies
        user = await server.store.accounts.users.get("carol")
        assert not user.has_password


async def test_she_is_in_the_groups_that_the_provider_names(tmp_path: Path, provider: OidcProvider) -> None:
    choices = {"oidc_groups_claim": "groups", "oidc_groups": (("ml", "team"), ("ops", "operators"))}
    async with server_at(tmp_path, provider.issuer, **choices) as server, server.browser() as browser:
        await server.store.accounts.groups.create("team")
        await server.store.accounts.groups.create("operators")
        for theirs, ours in ((["ml", "unknown"], ["team"]), (["ops"], ["operators"]), ([], [])):
            provider.claims = {"groups": theirs}
            assert (await go_there_and_back(browser)).status_code == 303
            groups = await server.store.accounts.groups.all()
            assert [group.name for group in groups if "carol" in group.members] == ours


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
        {"preferred_username": None},
        {"preferred_username": "a\nb"},
    ],
    ids=repr,
)
async def test_what_does_not_hold_lets_nobody_in(
    tmp_path: Path, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        answer = await go_there_and_back(browser)
        assert answer.status_code == 401
        assert "The login at 127.0.0.1 was not finished." in answer.text
        # Not to the address of this page.
        assert '<form method="post" action="/login">' in answer.text
        assert (await browser.get("/login/session")).status_code == 401
        assert await server.store.accounts.users.all() == []


async def test_the_signature_of_another_key_lets_nobody_in(tmp_path: Path, provider: OidcProvider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        assert (await go_there_and_back(browser)).status_code == 401
        assert await server.store.accounts.users.all() == []


async def test_a_login_ends_where_it_began(tmp_path: Path, provider: OidcProvider) -> None:
    async with (
        server_at(tmp_path, provider.issuer) as server,
        server.browser() as attacker,
        server.browser() as victim,
    ):
        address = await way_back(attacker)
        # Without a login of her own under way, and with one.
        assert (await victim.get(address)).status_code == 401
        mine = await way_back(victim)
        assert (await victim.get(address)).status_code == 401
        assert (await victim.get("/login/session")).status_code == 401
        # What was begun is spent by the attempt.
        assert (await victim.get(mine)).status_code == 401
        assert (await attacker.get(address)).status_code == 303
        assert (await attacker.get(address)).status_code == 401


async def test_another_state_lets_nobody_in(tmp_path: Path, provider: OidcProvider) -> None:
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        address = httpx.URL(await way_back(browser)).copy_set_param("state", "another")
        assert (await browser.get(address)).status_code == 401


async def test_who_does_not_agree_is_not_logged_in(tmp_path: Path, provider: OidcProvider) -> None:
    provider.agrees = False
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        assert (await go_there_and_back(browser)).status_code == 401


async def test_a_local_account_is_not_taken_over(tmp_path: Path, provider: OidcProvider) -> None:
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        await server.add_user("carol", is_admin=True)
        answer = await go_there_and_back(browser)
        assert answer.status_code == 403
        assert "An account of your name exists here already" in answer.text
        assert (await browser.get("/login/session")).status_code == 401


async def test_a_program_without_password_is_not_taken_over(tmp_path: Path, provider: OidcProvider) -> None:
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        await server.store.accounts.users.create("Carol", None, is_admin=True)
        assert (await go_there_and_back(browser)).status_code == 403
        assert (await browser.get("/login/session")).status_code == 401


async def test_a_name_that_the_provider_gives_to_another_opens_nothing(tmp_path: Path, provider: OidcProvider) -> None:
    async with (
        server_at(tmp_path, provider.issuer) as server,
        server.browser() as hers,
        server.browser() as mallorys,
    ):
        assert (await go_there_and_back(hers)).status_code == 303
        provider.claims = {"sub": "another"}
        assert (await go_there_and_back(mallorys)).status_code == 403
        # She is called otherwise there now, and is who she was here.
        provider.claims = {"preferred_username": "caroline"}
        assert (await go_there_and_back(hers)).status_code == 303
        assert (await hers.get("/login/session")).json()["username"] == "carol"


async def test_the_operator_is_told_why_a_login_failed(
    tmp_path: Path, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.claims = {"exp": int(time.time()) - 3600}
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        for _ in range(3):
            await go_there_and_back(browser)
    told = [record.getMessage() for record in caplog.records if "a login at 127.0.0.1 failed" in record.getMessage()]
    assert len(told) == 1
    assert "what the identity provider said of the user does not hold" in told[0]
    assert "ExpiredToken" in told[0]


async def test_a_provider_of_another_name_is_told_of_as_the_server_starts(
    tmp_path: Path, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    async with server_at(tmp_path, f"{provider.issuer}/") as server, server.browser() as browser:
        assert (await browser.get("/login/oidc")).status_code == 503
        refusals = await refusals_of(server)
    assert f"it calls itself '{provider.issuer}', and is called '{provider.issuer}/'" in caplog.text
    assert "nobody can log in at 127.0.0.1" in caplog.text
    assert refusals == [("login", "oidc.provider_unusable")]


async def test_only_who_has_an_account_where_the_operator_wants_that(tmp_path: Path, provider: OidcProvider) -> None:
    async with server_at(tmp_path, provider.issuer, oidc_creates_users=False) as server, server.browser() as browser:
        answer = await go_there_and_back(browser)
        assert answer.status_code == 403
        assert "You have no account here." in answer.text
        await server.store.accounts.users.create("carol", None, awaits_provider=True)
        assert (await go_there_and_back(browser)).status_code == 303


async def test_a_provider_that_does_not_answer_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with oidc_provider() as provider:
        issuer = provider.issuer
    async with server_at(tmp_path, issuer) as server, server.browser() as browser:
        answer = await browser.get("/login/oidc")
        assert answer.status_code == 503
        assert "127.0.0.1 does not answer." in answer.text
    # To the operator, with the reason.
    assert "127.0.0.1 does not answer. The connection failed: " in caplog.text


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri"])
async def test_the_provider_sends_the_server_nowhere_else(
    tmp_path: Path, provider: OidcProvider, endpoint: str
) -> None:
    # The same machine by another name is another host, and none that the operator named.
    elsewhere = provider.issuer.replace("127.0.0.1", "localhost")
    provider.metadata = {endpoint: f"{elsewhere}/secret"}
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        assert (await go_there_and_back(browser)).status_code == 503
    assert "/secret" not in provider.asked


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/login/oidc", "/\\evil.example"])
async def test_the_way_back_leads_nowhere_else(tmp_path: Path, provider: OidcProvider, target: str) -> None:
    async with server_at(tmp_path, provider.issuer) as server, server.browser() as browser:
        start = str(httpx.URL("/login/oidc", params={"next": target}))
        assert (await go_there_and_back(browser, start)).headers["location"] == "/"


@pytest.mark.parametrize("missing", ["oidc_client_id", "public_url"])
async def test_what_is_needed_has_to_be_said(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ConfigurationError, match="TRIALOG_OIDC_CLIENT_ID"):
        async with server_at(tmp_path, "https://login.example.com", **{missing: None}):
            pytest.fail("it serves")


async def test_an_address_in_the_clear_is_no_provider(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="must be an https:// address"):
        async with server_at(tmp_path, "http://login.example.com"):
            pytest.fail("it serves")


async def test_without_a_provider_there_is_no_way_to_one(tmp_path: Path) -> None:
    async with login_server(tmp_path) as server, server.browser(accept="*/*") as browser:
        assert provider_login(Settings(), server.store.accounts) is None
        for path in ("/login/oidc", "/login/oidc/callback"):
            assert (await browser.get(path)).status_code == 401


async def refusals_of(server: LoginServer) -> list[tuple[str, str]]:
    """Return operation and code of the refused logins in the record, once there are any."""
    deadline = time.monotonic() + 30
    while True:
        records = (await server.store.audit_log.search(max_results=100, operation="login")).items
        found = [(record.operation, record.code) for record in records if record.status != 200]
        if found:
            return found
        assert time.monotonic() < deadline, records
