"""Login at an identity provider by OpenID Connect: authorization code with PKCE, state and nonce.

Nothing is kept between the two halves of a login but one secret in a cookie of the browser; state, nonce and the code
verifier are made of it. So the second half may reach another process, and counts in the browser of the first alone.
"""

import base64
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialog.access.networks import site_of
from trialog.access.oidc_provider import Fetch, OidcProvider, ProviderMetadata, ProviderRequest
from trialog.access.places import Places
from trialog.access.throttle import LoginThrottle
from trialog.entities import ProviderIdentity
from trialog.entities.account_limits import check_provider_identity, is_username
from trialog.errors import InvalidParameter, Unauthenticated, require

OIDC_COOKIE_SECONDS = 600
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LEEWAY_SECONDS = 60
_KEYS_ASKED_AGAIN_AFTER_SECONDS = 60.0
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_PARAMETER = 4096
_AT_ONCE = 8
_AT_ONCE_OF_ONE_CLIENT = 4
_OK = 200
# What RFC 6749 and OpenID Connect call what went wrong: whatever else is said may be anybody's text.
_FAULTS = frozenset(
    {
        "access_denied",
        "consent_required",
        "interaction_required",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    }
)


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """How users log in at an identity provider.

    Attributes:
        issuer: The provider's address, as it calls itself.
        client_id: By which name it knows this server.
        client_secret: What this server shows it; None for a public client, which PKCE alone guards.
        redirect_uri: Where it sends browsers back to; it must know this address.
        scopes: What is asked for.
        username_claim: Which claim is the user's name: one that users cannot choose for themselves.
        groups_claim: Which claim names the user's groups; None if none does.
        groups: The group of ours for each of the provider's that counts here.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    username_claim: str = "preferred_username"
    groups_claim: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OidcStart:
    """The first half of a login.

    Attributes:
        url: Where to send the browser.
        cookie: What the browser keeps until it comes back.
    """

    url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class OidcLogin:
    """Who logged in at the provider.

    Attributes:
        username: Her name, which may be another tomorrow, and may be somebody else's then.
        provider: Who she is there, whatever her name.
        groups: Those groups of ours that she is in by the provider.
    """

    username: str
    provider: ProviderIdentity
    groups: frozenset[str]


class OidcClient:
    """Sends users to the provider and understands what they come back with.

    Args:
        settings: How users log in there.
        fetch: Sends requests to the provider.
        now: Tells the time in seconds since 1970.
        clock: Tells the time in seconds; it never goes back.

    Raises:
        ConfigurationError: The provider's address is no good.
        MissingDependency: The packages for it are not installed.
    """

    def __init__(
        self,
        settings: OidcSettings,
        fetch: Fetch,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._provider = OidcProvider(settings.issuer, fetch, clock)
        self._now = now
        # Whoever comes back is asked after at the provider, and nobody has to log in for that.
        self._places = Places(_AT_ONCE, _AT_ONCE_OF_ONE_CLIENT)
        self._throttle = LoginThrottle(clock)
        # Heavy, and needed by servers with a provider alone; here, so that no login waits for it.
        self._oauth = require("authlib.oauth2.auth", extra="oidc")
        self._parameters = require("authlib.oauth2.rfc6749.parameters", extra="oidc")
        self._pkce = require("authlib.oauth2.rfc7636", extra="oidc")
        self._claims = require("authlib.oidc.core", extra="oidc")
        self._jose = require("joserfc.jwt", extra="oidc")
        self._keys = require("joserfc.jwk", extra="oidc")
        self._faults = require("joserfc.errors", extra="oidc")

    async def look(self) -> None:
        """Look at the provider, so that an operator is told at once what is wrong with it.

        Raises:
            TemporarilyUnavailable: It cannot be used now.
        """
        await self._provider.metadata()

    async def begin(self) -> OidcStart:
        """Begin a login.

        Raises:
            TemporarilyUnavailable: The provider cannot be used now.
        """
        metadata = await self._provider.metadata()
        cookie = secrets.token_urlsafe(_SECRET_BYTES)
        url = self._parameters.prepare_grant_uri(
            metadata.authorization_endpoint,
            self._settings.client_id,
            "code",
            redirect_uri=self._settings.redirect_uri,
            scope=list(self._settings.scopes),
            state=_derived(cookie, "state"),
            nonce=_derived(cookie, "nonce"),
            code_challenge=self._pkce.create_s256_code_challenge(_derived(cookie, "verifier")),
            code_challenge_method="S256",
        )
        return OidcStart(url, cookie)

    async def finish(self, parameters: Mapping[str, str], cookie: str | None, address: str = "") -> OidcLogin:
        """Finish a login with what the browser came back with.

        Args:
            parameters: Of the query of the address that it was sent to.
            cookie: What it kept.
            address: IP address of the client.

        Raises:
            Unauthenticated: The login did not come to a good end, or was begun elsewhere.
            TooManyRequests: Too many from there failed, or too many wait for the provider.
            TemporarilyUnavailable: The provider cannot be used now.
        """
        if cookie is None or not _SECRET.fullmatch(cookie):
            raise _refused("it was not begun in this browser, or too long ago")
        state = parameters.get("state", "")
        if not hmac.compare_digest(_derived(cookie, "state").encode(), state.encode("utf-8", "surrogatepass")):
            raise _refused("it was not begun in this browser, or too long ago")
        if parameters.get("iss", self._settings.issuer) != self._settings.issuer:
            raise _refused("another provider answered")
        code = parameters.get("code", "")
        if not code or "error" in parameters or len(code) > _LONGEST_PARAMETER:
            raise _refused("the identity provider did not agree to it" + _said(parameters.get("error")))
        attempt = self._throttle.begin_unnamed(address)
        is_refused = False
        try:
            with self._places.taken(site_of(address)):
                tokens = await self._exchange(await self._provider.metadata(), code, cookie)
                return self._login(await self._checked_claims(tokens, _derived(cookie, "nonce")))
        except Unauthenticated:
            is_refused = True
            raise
        finally:
            if not is_refused:
                self._throttle.abandoned(attempt)

    async def _exchange(self, metadata: ProviderMetadata, code: str, cookie: str) -> dict[str, Any]:
        body = self._parameters.prepare_token_request(
            "authorization_code",
            redirect_uri=self._settings.redirect_uri,
            code=code,
            code_verifier=_derived(cookie, "verifier"),
        )
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        client = self._oauth.ClientAuth(
            self._settings.client_id, self._settings.client_secret, self._auth_method(metadata)
        )
        url, headers, body = client.prepare("POST", metadata.token_endpoint, headers, body)
        status, tokens = await self._provider.ask(ProviderRequest("POST", url, headers, body.encode("ascii")))
        if status != _OK or tokens is None:
            error = None if tokens is None else tokens.get("error")
            raise _refused(f"the identity provider did not take the code: status {status}{_said(error)}")
        return tokens

    def _auth_method(self, metadata: ProviderMetadata) -> str:
        if self._settings.client_secret is None:
            return "none"
        if "client_secret_basic" not in metadata.token_auth_methods:
            return "client_secret_post"
        return "client_secret_basic"

    async def _checked_claims(self, tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise _refused("the identity provider did not say who logged in")
        keys = await self._provider.keys()
        try:
            try:
                token = self._decode(id_token, keys)
            except (self._faults.InvalidKeyIdError, self._faults.BadSignatureError):
                # The provider may have changed its keys; asking is bounded, because anybody can send junk.
                keys = await self._provider.keys(older_than=_KEYS_ASKED_AGAIN_AFTER_SECONDS)
                token = self._decode(id_token, keys)
            claims = self._claims.CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=int(self._now()), leeway=_LEEWAY_SECONDS)
        except (self._faults.JoseError, ValueError, TypeError, KeyError) as error:
            # Whatever the provider, or somebody in its place, put into it: it is no proof.
            raise _refused("what the identity provider said of the user does not hold") from error
        return dict(claims)

    def _decode(self, id_token: str, keys: Mapping[str, Any]) -> Any:
        key_set = self._keys.KeySet.import_key_set(keys)
        return self._jose.decode(
            id_token,
            key_set,
            registry=self._jose.JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False),
        )

    def _login(self, claims: Mapping[str, Any]) -> OidcLogin:
        settings = self._settings
        username, subject = claims.get(settings.username_claim), claims["sub"]
        if not isinstance(username, str) or not isinstance(subject, str) or not is_username(username):
            raise _refused(
                f"the identity provider gave no usable name of the user in the claim {settings.username_claim!r}"
            )
        provider = ProviderIdentity(settings.issuer, subject)
        try:
            check_provider_identity(provider)
        except InvalidParameter as error:
            raise _refused("the identity provider's own name for the user is none") from error
        if settings.username_claim == "email" and claims.get("email_verified") is not True:
            raise _refused("the identity provider has not made sure that the address is the user's")
        theirs = claims.get(settings.groups_claim, []) if settings.groups_claim else []
        named = [theirs] if isinstance(theirs, str) else theirs
        known = {name for name in named if isinstance(name, str)} if isinstance(named, list) else set()
        groups = frozenset(settings.groups[name] for name in known & settings.groups.keys())
        return OidcLogin(username, provider, groups)


def _derived(cookie: str, purpose: str) -> str:
    """Return 43 characters that only who has the cookie can know; another purpose gives others."""
    digest = hmac.digest(cookie.encode("ascii"), purpose.encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _said(error: object) -> str:
    """Return what a provider calls a fault, if it is one of the names there are."""
    return f" ({error})" if isinstance(error, str) and error in _FAULTS else ""


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated("oidc.refused", f"The login did not come to its end: {reason}. Begin it again.")
