"""Login at an identity provider."""

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.in_memory_accounts import InMemoryAccounts
from tests.unit.access.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    NOW,
    REDIRECT_URI,
    IdentityProvider,
    new_key,
)
from trialog.access import OidcAccounts, OidcClient, OidcLogin, OidcSettings, ProviderAnswer, ProviderRequest
from trialog.errors import ConfigurationError, PermissionDenied, TemporarilyUnavailable, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.anyio


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def client_of(provider: IdentityProvider, clock: Clock | None = None, **settings: Any) -> OidcClient:
    usual = {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": REDIRECT_URI,
    }
    return OidcClient(
        OidcSettings(**(usual | settings)), provider.fetch, now=lambda: float(NOW), clock=clock or Clock()
    )


async def login(provider: IdentityProvider, client: OidcClient | None = None) -> OidcLogin:
    client = client or client_of(provider)
    start = await client.begin()
    return await client.finish(provider.log_in(start.url), start.cookie)


async def test_a_user_of_the_provider_logs_in() -> None:
    assert await login(IdentityProvider()) == OidcLogin("ada", "248289761001", frozenset())


async def test_her_groups_are_those_of_ours_that_they_are_mapped_to() -> None:
    provider = IdentityProvider()
    mapping = {"/ml/editors": "editors", "/ml/readers": "readers"}
    for theirs, ours in (
        (["/ml/editors", "/hr", 7], {"editors"}),
        ("/ml/readers", {"readers"}),
        ([], set()),
        ({"/ml/editors": 1}, set()),
        (None, set()),
    ):
        provider.claims = {"groups": theirs}
        client = client_of(provider, groups_claim="groups", groups=mapping)
        assert (await login(provider, client)).groups == ours


async def test_the_secret_is_sent_as_the_provider_takes_it() -> None:
    provider = IdentityProvider()
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert (await login(provider)).username == "ada"
    assert b"client_secret=client-secret" in provider.requests[1].body


async def test_what_it_publishes_is_asked_for_once_an_hour() -> None:
    provider, clock = IdentityProvider(), Clock()
    client = client_of(provider, clock)
    for _ in range(3):
        await login(provider, client)
    assert [request.method for request in provider.requests].count("GET") == 2
    clock.seconds += 3600
    await login(provider, client)
    assert [request.method for request in provider.requests].count("GET") == 4


async def test_the_provider_may_change_its_keys() -> None:
    provider, clock = IdentityProvider(), Clock()
    client = client_of(provider, clock)
    await login(provider, client)
    provider.key = new_key()
    provider.published = [provider.key]
    clock.seconds += 61
    assert (await login(provider, client)).username == "ada"


async def test_a_key_that_it_does_not_publish_signs_nothing() -> None:
    provider, clock = IdentityProvider(), Clock()
    client = client_of(provider, clock)
    provider.key = new_key()
    for _ in range(5):
        with pytest.raises(Unauthenticated, match="does not hold"):
            await login(provider, client)
    # Junk makes us ask for keys no more often than once a minute.
    assert [request.url for request in provider.requests].count(f"{ISSUER}/keys") == 1


async def test_the_second_half_counts_in_the_browser_of_the_first_alone() -> None:
    provider = IdentityProvider()
    client = client_of(provider)
    mine, hers = await client.begin(), await client.begin()
    came_back = provider.log_in(mine.url)
    for cookie in (hers.cookie, None, "", "junk", mine.cookie + "0"):
        with pytest.raises(Unauthenticated, match="not begun in this browser"):
            await client.finish(came_back, cookie)
    with pytest.raises(Unauthenticated, match="not begun in this browser"):
        await client.finish({"code": came_back["code"]}, mine.cookie)
    # A code of another's login, planted into mine, fails at PKCE.
    planted = {"code": provider.log_in(hers.url)["code"], "state": came_back["state"]}
    with pytest.raises(Unauthenticated, match="did not take the code"):
        await client.finish(planted, mine.cookie)
    assert (await client.finish(came_back, mine.cookie)).username == "ada"
    with pytest.raises(Unauthenticated, match="did not take the code"):
        await client.finish(came_back, mine.cookie)


async def test_another_process_may_finish_what_one_began() -> None:
    provider = IdentityProvider()
    start = await client_of(provider).begin()
    assert (await client_of(provider).finish(provider.log_in(start.url), start.cookie)).username == "ada"


async def test_a_refusal_of_the_provider_is_one() -> None:
    provider = IdentityProvider()
    client = client_of(provider)
    start = await client.begin()
    came_back = provider.log_in(start.url)
    for parameters, message in (
        (came_back | {"error": "access_denied"}, "did not agree"),
        (came_back | {"code": ""}, "did not agree"),
        (came_back | {"code": "x" * 5000}, "did not agree"),
        (came_back | {"iss": "https://evil.example.com"}, "another provider"),
    ):
        with pytest.raises(Unauthenticated, match=message):
            await client.finish(parameters, start.cookie)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        # For us and another, without saying for whom it was made.
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"nonce": "of another login"},
        {"nonce": None},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
async def test_a_token_that_was_not_made_for_this_login_is_refused(claims: dict[str, Any]) -> None:
    provider = IdentityProvider()
    provider.claims = claims
    with pytest.raises(Unauthenticated, match="does not hold"):
        await login(provider)


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": None},
        {"preferred_username": ""},
        {"preferred_username": 7},
        {"preferred_username": ["root"]},
        {"preferred_username": "a\x00da"},
        {"preferred_username": "ada\u202e"},
        {"preferred_username": "a" * 257},
    ],
    ids=str,
)
async def test_a_name_that_is_none_is_refused(claims: dict[str, Any]) -> None:
    provider = IdentityProvider()
    provider.claims = claims
    with pytest.raises(Unauthenticated, match="no usable name"):
        await login(provider)


async def test_an_address_counts_as_a_name_once_the_provider_has_made_sure_of_it() -> None:
    provider = IdentityProvider()
    provider.claims = {"email": "ada@example.com"}
    client = client_of(provider, username_claim="email")
    with pytest.raises(Unauthenticated, match="has not made sure"):
        await login(provider, client)
    provider.claims = {"email": "ada@example.com", "email_verified": True}
    assert (await login(provider, client)).username == "ada@example.com"


def unsigned(claims: dict[str, Any], header: dict[str, Any], signature: str = "") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, signature])


async def test_a_token_that_nobody_signed_is_refused() -> None:
    provider = IdentityProvider()
    client = client_of(provider)
    key = provider.key
    public_key = OctKey.import_key(key.as_pem(private=False).replace(b"-----", b""))
    forged: list[Callable[[dict[str, Any]], str]] = [
        lambda claims: unsigned(claims, {"alg": "none"}),
        lambda claims: unsigned(claims, {"alg": "None", "kid": key.kid}),
        lambda claims: unsigned(claims, {"alg": "RS256", "kid": key.kid}),
        lambda claims: unsigned(claims, {"alg": "RS256", "kid": key.kid}, "AAAA"),
        lambda claims: unsigned(claims, {"alg": "RS256", "jwk": key.as_dict(private=False)}, "AAAA"),
        # Signed with the public key, as if it were a secret that both sides know.
        lambda claims: jwt.encode({"alg": "HS256", "kid": key.kid}, claims, public_key),
        lambda _: "junk",
        lambda _: "a.b.c",
        lambda _: "é.é.é",
        lambda _: provider.sign({"sub": "x"}) + "x",
        lambda _: "." * 200_000,
    ]
    for make in forged:
        start = await client.begin()
        came_back = provider.log_in(start.url)
        nonce = dict(item.split("=") for item in start.url.partition("?")[2].split("&"))["nonce"]
        provider.id_token = make(provider.all_claims(nonce))
        with pytest.raises(Unauthenticated, match="does not hold"):
            await client.finish(came_back, start.cookie)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example.com"},
        {"issuer": ISSUER + "/"},
        {"issuer": None},
        {"token_endpoint": "http://login.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "https://user@evil.example.com/"},
        {"token_endpoint": "https://[bad/"},
    ],
    ids=str,
)
async def test_a_provider_that_says_odd_things_of_itself_is_not_used(metadata: dict[str, Any]) -> None:
    provider = IdentityProvider()
    provider.metadata |= metadata
    with pytest.raises(TemporarilyUnavailable, match="cannot be used now"):
        await client_of(provider).begin()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"{", b"[" * 100_000, b"\xff", b" " * 1_100_000])
async def test_a_provider_that_talks_nonsense_is_not_used(body: bytes) -> None:
    async def nonsense(_: ProviderRequest) -> ProviderAnswer:
        return ProviderAnswer(200, body)

    provider = IdentityProvider()
    client = OidcClient(
        OidcSettings(issuer=ISSUER, client_id=CLIENT_ID, redirect_uri=REDIRECT_URI), nonsense, clock=Clock()
    )
    with pytest.raises(TemporarilyUnavailable, match="cannot be used now"):
        await client.begin()
    assert provider.requests == []


@pytest.mark.parametrize(
    "issuer", ["http://login.example.com", "ftp://x", "", "https://", "https://a/?x", "https://u:p@a/", "https://[bad"]
)
async def test_a_provider_is_reached_safely_or_not_at_all(issuer: str) -> None:
    with pytest.raises(ConfigurationError, match="must be an https:// address"):
        client_of(IdentityProvider(), issuer=issuer)
    client_of(IdentityProvider(), issuer="http://127.0.0.1:8080/realm")


async def test_who_comes_for_the_first_time_gets_an_account_and_her_groups() -> None:
    accounts = InMemoryAccounts()
    for name in ("editors", "readers", "ours"):
        await accounts.create_group(name)
    door = OidcAccounts(accounts, {"editors", "readers", "not there"})
    identity = await door.identity(OidcLogin("ada", "1", frozenset({"editors"})))
    assert (identity.actor, identity.is_admin, identity.via) == ("ada", False, "oidc")
    await accounts.set_membership("ours", "ada", is_member=True)
    before = await accounts.version()
    await door.identity(OidcLogin("ada", "1", frozenset({"editors"})))
    assert await accounts.version() == before
    await door.identity(OidcLogin("ada", "1", frozenset({"readers"})))
    assert {group.name for group in await accounts.list_groups() if "ada" in group.members} == {"readers", "ours"}


async def test_nobody_takes_the_place_of_a_user_with_a_password() -> None:
    accounts = InMemoryAccounts()
    await accounts.create_user("root", "a hash", is_admin=True)
    with pytest.raises(PermissionDenied, match="password of its own"):
        await OidcAccounts(accounts).identity(OidcLogin("ROOT", "1", frozenset()))


async def test_accounts_may_be_made_by_administrators_alone() -> None:
    accounts = InMemoryAccounts()
    door = OidcAccounts(accounts, creates_users=False)
    with pytest.raises(PermissionDenied, match="no account"):
        await door.identity(OidcLogin("ada", "1", frozenset()))
    await accounts.create_user("ada", None)
    assert (await door.identity(OidcLogin("ada", "1", frozenset()))).user_id is not None
