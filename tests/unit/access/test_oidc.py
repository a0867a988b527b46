"""Login at an identity provider."""

import asyncio
import base64
import hmac
import json
from collections.abc import Awaitable
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
from trialog.access import OidcAccounts, OidcClient, OidcSettings, ProviderAnswer, ProviderRequest
from trialog.access.oidc import OidcLogin
from trialog.entities import ProviderIdentity
from trialog.errors import (
    ConfigurationError,
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
)

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


def logged_in(username: str, subject: str, *groups: str, issuer: str = ISSUER) -> OidcLogin:
    return OidcLogin(username, ProviderIdentity(issuer, subject), frozenset(groups))


async def test_a_user_of_the_provider_logs_in() -> None:
    assert await login(IdentityProvider()) == logged_in("ada", "248289761001")


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
        {"preferred_username": "anybody"},
        {"preferred_username": "ada:lovelace"},
    ],
    ids=str,
)
async def test_a_name_that_is_none_is_refused(claims: dict[str, Any]) -> None:
    provider = IdentityProvider()
    provider.claims = claims
    with pytest.raises(Unauthenticated, match=r"no usable name of the user in the claim 'preferred_username'"):
        await login(provider)


@pytest.mark.parametrize("subject", ["", "s" * 256, "schön", "a\x00b"], ids=ascii)
async def test_an_own_name_of_the_provider_that_is_none_is_refused(subject: str) -> None:
    provider = IdentityProvider()
    provider.claims = {"sub": subject}
    with pytest.raises(Unauthenticated, match=r"own name for the user is none|does not hold"):
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


async def test_what_is_wrong_is_told_to_the_operator() -> None:
    provider = IdentityProvider()
    with pytest.raises(Unauthenticated, match=r"status 401 \(invalid_client\)"):
        await login(provider, client_of(provider, client_secret="wrong"))
    client = client_of(provider)
    start = await client.begin()
    for said, shown in (("access_denied", r"agree to it \(access_denied\)\."), ("<b>", r"agree to it\.")):
        with pytest.raises(Unauthenticated, match=shown):
            await client.finish(provider.log_in(start.url) | {"error": said}, start.cookie)
    provider.metadata["issuer"] = ISSUER + "/"
    with pytest.raises(TemporarilyUnavailable, match=f"calls itself '{ISSUER}/', and is called '{ISSUER}' in the"):
        await client_of(provider).begin()


async def test_a_provider_that_is_away_is_asked_for_once_by_all_and_not_again_at_once() -> None:
    asked: list[str] = []
    answers = asyncio.Event()

    async def away(request: ProviderRequest) -> ProviderAnswer:
        asked.append(request.url)
        await answers.wait()
        raise TemporarilyUnavailable("oidc.provider_unusable", "It does not answer.")

    clock = Clock()
    client = OidcClient(OidcSettings(issuer=ISSUER, client_id=CLIENT_ID, redirect_uri=REDIRECT_URI), away, clock=clock)
    beginnings = [asyncio.ensure_future(client.begin()) for _ in range(50)]
    await asyncio.sleep(0)
    answers.set()
    outcomes = await asyncio.gather(*beginnings, return_exceptions=True)
    assert all(isinstance(outcome, TemporarilyUnavailable) for outcome in outcomes)
    for _ in range(50):
        with pytest.raises(TemporarilyUnavailable, match="does not answer"):
            await client.begin()
    assert len(asked) == 1
    clock.seconds += 5
    with pytest.raises(TemporarilyUnavailable, match="does not answer"):
        await client.look()
    assert len(asked) == 2


def forged(cookie: str) -> dict[str, str]:
    """Return what a browser would come back with that was never sent anywhere."""
    digest = hmac.digest(cookie.encode(), b"state", "sha256")
    return {"state": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code": "x"}


async def test_whoever_makes_up_logins_has_the_provider_asked_a_few_times() -> None:
    provider, clock = IdentityProvider(), Clock()
    client, cookie = client_of(provider, clock), "A" * 43
    outcomes = [await outcome_of(client.finish(forged(cookie), cookie, "198.51.100.1")) for _ in range(200)]
    assert outcomes.count(Unauthenticated) == 20
    assert outcomes.count(TooManyRequests) == 180
    assert [request.method for request in provider.requests].count("POST") == 20
    # Others log in meanwhile.
    start = await client.begin()
    assert (await client.finish(provider.log_in(start.url), start.cookie, "203.0.113.5")).username == "ada"


async def test_few_wait_for_a_slow_provider_at_once() -> None:
    provider, answers = IdentityProvider(), asyncio.Event()

    async def slow(request: ProviderRequest) -> ProviderAnswer:
        if request.method == "POST":
            await answers.wait()
        return await provider.fetch(request)

    settings = OidcSettings(issuer=ISSUER, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uri=REDIRECT_URI)
    client, cookie = OidcClient(settings, slow, now=lambda: float(NOW), clock=Clock()), "A" * 43
    await client.look()
    waiting = [
        asyncio.ensure_future(outcome_of(client.finish(forged(cookie), cookie, f"198.51.100.{number}")))
        for number in range(50)
    ]
    pending = set(waiting)
    while len(pending) > 8:
        _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    answers.set()
    outcomes = await asyncio.gather(*waiting)
    assert (outcomes.count(TooManyRequests), outcomes.count(Unauthenticated)) == (42, 8)


async def outcome_of(asking: Awaitable[OidcLogin]) -> type[TrialogError] | None:
    try:
        await asking
    except TrialogError as error:
        return type(error)
    return None


async def test_who_comes_for_the_first_time_gets_an_account_and_her_groups() -> None:
    accounts = InMemoryAccounts()
    for name in ("editors", "readers", "ours"):
        await accounts.groups.create(name)
    door = OidcAccounts(accounts, {"editors", "readers", "not there"})
    identity = await door.identity(logged_in("ada", "1", "editors"))
    assert (identity.actor, identity.is_admin, identity.via) == ("ada", False, "oidc")
    await accounts.groups.set_membership("ours", "ada", is_member=True)
    before = await accounts.version()
    await door.identity(logged_in("ada", "1", "editors"))
    assert await accounts.version() == before
    await door.identity(logged_in("ada", "1", "readers"))
    assert await accounts.groups.of_user("ada") == ["ours", "readers"]


@pytest.mark.parametrize("password_hash", ["a hash", None], ids=["password", "no password"])
@pytest.mark.parametrize("username", ["root", "ROOT"])
async def test_nobody_takes_the_place_of_a_local_user(password_hash: str | None, username: str) -> None:
    accounts = InMemoryAccounts()
    await accounts.users.create("root", password_hash, is_admin=True)
    for creates_users in (True, False):
        with pytest.raises(PermissionDenied, match="not yours at the identity provider"):
            await OidcAccounts(accounts, creates_users=creates_users).identity(logged_in(username, "1"))
    assert await accounts.users.of_provider(ProviderIdentity(ISSUER, "1")) is None


async def test_a_name_that_another_got_at_the_provider_opens_nothing() -> None:
    accounts = InMemoryAccounts()
    door = OidcAccounts(accounts)
    ada = await door.identity(logged_in("ada", "1"))
    for mallory in (logged_in("ada", "2"), logged_in("ADA", "2"), logged_in("ada", "1", issuer=ISSUER + "/other")):
        with pytest.raises(PermissionDenied, match="not yours at the identity provider"):
            await door.identity(mallory)
    # She herself may be called what she likes there.
    renamed = await door.identity(logged_in("augusta", "1"))
    assert (renamed.user_id, renamed.actor) == (ada.user_id, "ada")
    assert [user.username for user in await accounts.users.all()] == ["ada"]


async def test_an_account_that_was_made_for_her_becomes_hers() -> None:
    accounts = InMemoryAccounts()
    door = OidcAccounts(accounts, creates_users=False)
    with pytest.raises(PermissionDenied, match="no account"):
        await door.identity(logged_in("ada", "1"))
    made = await accounts.users.create("Ada", None, awaits_provider=True)
    assert (await door.identity(logged_in("ada", "1"))).user_id == made.user_id
    with pytest.raises(PermissionDenied, match="not yours at the identity provider"):
        await door.identity(logged_in("ada", "2"))


async def test_two_of_her_first_logins_at_once_make_one_account() -> None:
    accounts = InMemoryAccounts()
    door = OidcAccounts(accounts)
    identities = await asyncio.gather(*(door.identity(logged_in("ada", "1")) for _ in range(5)))
    assert len({identity.user_id for identity in identities}) == 1
