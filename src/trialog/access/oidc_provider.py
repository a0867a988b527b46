"""An identity provider: what it says of itself, its keys, and talking to it within bounds."""

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, TypeVar
from urllib.parse import urlsplit

from trialog.access.shared_calls import SharedCalls
from trialog.entities.account_limits import MAX_ISSUER_LENGTH
from trialog.errors import ConfigurationError, TemporarilyUnavailable

_LARGEST_ANSWER = 1024 * 1024
_KEPT_SECONDS = 3600.0
_Answer = TypeVar("_Answer")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ASKED_AGAIN_AFTER_SECONDS = 5.0
_LONGEST_SHOWN = 200
_OK = 200


class ProviderRequest(NamedTuple):
    """What is asked of the provider.

    Args:
        method: GET or POST.
        url: Of one of its endpoints.
        headers: To send along.
        body: Empty for GET.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class ProviderAnswer(NamedTuple):
    """What came back.

    Args:
        status: HTTP status.
        body: All of the body.
    """

    status: int
    body: bytes


Fetch: TypeAlias = Callable[[ProviderRequest], Awaitable[ProviderAnswer]]
"""Sends a request to the provider, following no redirect; raises `TemporarilyUnavailable` if no answer came."""


@dataclass(frozen=True)
class ProviderMetadata:
    """What a provider says of itself.

    Attributes:
        issuer: By which name it signs.
        authorization_endpoint: Where browsers are sent.
        token_endpoint: Where codes are exchanged.
        jwks_uri: Where its keys are.
        token_auth_methods: How clients may show who they are at the token endpoint.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_auth_methods: tuple[str, ...] = field(default=("client_secret_basic",))


class _Failed(NamedTuple):
    """Why something could not be asked for, and until when it is not asked for again."""

    error: TemporarilyUnavailable
    until: float


class OidcProvider:
    """Asks the provider for what it publishes, and keeps that for an hour.

    Args:
        issuer: Its address, exactly as it writes it.
        fetch: Sends requests.
        clock: Tells the time in seconds; it never goes back.

    Raises:
        ConfigurationError: The address is neither HTTPS nor on this machine.
    """

    def __init__(self, issuer: str, fetch: Fetch, clock: Callable[[], float]) -> None:
        is_bounded = issuer.isascii() and issuer.isprintable() and len(issuer) <= MAX_ISSUER_LENGTH
        if not is_bounded or not _is_safe(issuer, may_be_plain=_is_loopback(issuer)) or urlsplit(issuer).query:
            raise ConfigurationError(
                "oidc.bad_issuer",
                f"The identity provider {issuer!r} must be an https:// address without a query, as it calls itself in"
                " its tokens.",
                issuer=issuer,
            )
        self._issuer = issuer
        self._fetch = fetch
        self._clock = clock
        self._metadata: ProviderMetadata | None = None
        self._keys: dict[str, Any] | None = None
        self._metadata_read = self._keys_read = 0.0
        self._asking_for_metadata: SharedCalls[ProviderMetadata] = SharedCalls()
        self._asking_for_keys: SharedCalls[dict[str, Any]] = SharedCalls()
        self._failed: dict[str, _Failed] = {}

    async def metadata(self) -> ProviderMetadata:
        """Return what the provider says of itself.

        Raises:
            TemporarilyUnavailable: It says nothing that makes sense.
        """
        if self._metadata is None or self._clock() >= self._metadata_read + _KEPT_SECONDS:
            return await self._asked("metadata", self._asking_for_metadata, self._ask_for_metadata)
        return self._metadata

    async def keys(self, *, older_than: float = _KEPT_SECONDS) -> dict[str, Any]:
        """Return the provider's public keys, as JSON says them.

        Args:
            older_than: Ask anew if those that are known are this many seconds old.

        Raises:
            TemporarilyUnavailable: It says nothing that makes sense.
        """
        if self._keys is None or self._clock() >= self._keys_read + older_than:
            return await self._asked("keys", self._asking_for_keys, self._ask_for_keys)
        return self._keys

    async def get(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address of the provider.

        Raises:
            TemporarilyUnavailable: There is none.
        """
        status, found = await self.ask(ProviderRequest("GET", url, {"accept": "application/json"}, b""))
        if status != _OK or found is None:
            raise _no_sense(f"GET {url} was answered with status {status}")
        return found

    async def ask(self, request: ProviderRequest) -> tuple[int, dict[str, Any] | None]:
        """Send a request and return the status and, if it is one, the JSON object that came back.

        Raises:
            TemporarilyUnavailable: No answer came.
        """
        answer = await self._fetch(request)
        if len(answer.body) > _LARGEST_ANSWER:
            raise _no_sense(f"{request.url} answered with too much")
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        return answer.status, found if isinstance(found, dict) else None

    async def _asked(
        self, what: str, together: SharedCalls[_Answer], asking: Callable[[], Coroutine[Any, Any, _Answer]]
    ) -> _Answer:
        """Ask for something once for all who wait for it, and after a failure not again for some seconds.

        Anybody can make this server ask: it must not become many requests, nor many who wait.
        """
        failed = self._failed.get(what)
        if failed is not None and self._clock() < failed.until:
            raise failed.error.with_traceback(None)
        try:
            return await together.call(what, asking)
        except TemporarilyUnavailable as error:
            self._failed[what] = _Failed(error, self._clock() + _ASKED_AGAIN_AFTER_SECONDS)
            raise

    async def _ask_for_metadata(self) -> ProviderMetadata:
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = self._metadata = self._read_metadata(await self.get(url))
        self._metadata_read = self._clock()
        return found

    async def _ask_for_keys(self) -> dict[str, Any]:
        metadata = await self.metadata()
        found = self._keys = await self.get(metadata.jwks_uri)
        self._keys_read = self._clock()
        return found

    def _read_metadata(self, found: Mapping[str, Any]) -> ProviderMetadata:
        if found.get("issuer") != self._issuer:
            # Else one provider could speak for another.
            itself = ascii(found.get("issuer"))[:_LONGEST_SHOWN]
            raise _no_sense(f"it calls itself {itself}, and is called {self._issuer!r} in the settings")
        endpoints = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        may_be_plain = _is_loopback(self._issuer)
        if not all(isinstance(url, str) and _is_safe(url, may_be_plain=may_be_plain) for url in endpoints):
            raise _no_sense("an endpoint is missing or no https:// address")
        authorization, token, keys = (str(url) for url in endpoints)
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        names = tuple(str(name) for name in methods) if isinstance(methods, list) else ()
        return ProviderMetadata(self._issuer, authorization, token, keys, names)


def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


def _is_safe(url: str, *, may_be_plain: bool) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    schemes = ("https", "http") if may_be_plain else ("https",)
    return parts.scheme in schemes and bool(parts.hostname) and parts.username is None and not parts.fragment


def _no_sense(reason: str) -> TemporarilyUnavailable:
    return TemporarilyUnavailable(
        "oidc.provider_unusable", f"The identity provider cannot be used now: {reason}. Try again later."
    )
