"""The identity provider that the operator named, and the way to it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from trialog.access import OidcAccounts, OidcClient, OidcSettings, ProviderAnswer, ProviderRequest
from trialog.config import Settings
from trialog.contracts.accounts import AccountStore
from trialog.errors import ConfigurationError, TemporarilyUnavailable
from trialog.outbound import AddressPolicy, FetchingClient, OutboundFault
from trialog.server.access import ProviderLogin
from trialog.server.login.endpoints import CALLBACK

_SECONDS = 10.0
_OPENID = "openid"
_logger = logging.getLogger("trialog.server")


def provider_login(settings: Settings, accounts: AccountStore) -> ProviderLogin | None:
    """Return where users may log in besides with a password; None if nowhere.

    Args:
        settings: What the operator chose.
        accounts: Where accounts are kept.

    Raises:
        ConfigurationError: Something that is needed is not said, or is no good.
        MissingDependency: The packages for it are not installed.
    """
    issuer = settings.oidc_issuer
    if issuer is None:
        return None
    if settings.oidc_client_id is None or settings.public_url is None:
        raise ConfigurationError(
            "oidc.incomplete",
            "Logging in at an identity provider takes TRIALOG_OIDC_CLIENT_ID, by which the provider knows this server, "
            "and TRIALOG_PUBLIC_URL, by which browsers reach it, beside TRIALOG_OIDC_ISSUER.",
        )
    groups = dict(settings.oidc_groups)
    client = OidcClient(
        OidcSettings(
            issuer=issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            redirect_uri=settings.public_url + CALLBACK,
            scopes=(_OPENID, *(scope for scope in settings.oidc_scopes if scope != _OPENID)),
            username_claim=settings.oidc_username_claim,
            groups_claim=settings.oidc_groups_claim,
            groups=groups,
        ),
        ProviderFetch(settings, issuer),
    )
    name = urlsplit(issuer).hostname or issuer
    return ProviderLogin(
        name, client, OidcAccounts(accounts, set(groups.values()), creates_users=settings.oidc_creates_users)
    )


@asynccontextmanager
async def looked_at(provider: ProviderLogin | None) -> AsyncIterator[None]:
    """Look at the provider beside the start of the server, and say in the log what is wrong with it.

    Args:
        provider: Where users may log in; None if nowhere.
    """
    if provider is None:
        yield
        return
    looking = asyncio.create_task(_look_at(provider))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def _look_at(provider: ProviderLogin) -> None:
    try:
        await provider.client.look()
    except TemporarilyUnavailable as error:
        _logger.warning("nobody can log in at %s: %s", provider.name, error.message)


class ProviderFetch:
    """Sends requests to the provider; implements `trialog.access.Fetch`.

    The host that the operator named may be in a private network, or be this machine. Whatever other hosts the provider
    names may not: it is not the provider who decides what the server reaches.

    Args:
        settings: What the operator chose.
        issuer: Address of the provider.

    Raises:
        ConfigurationError: The certificates of authorities cannot be read (`oidc.ca_certs`).
    """

    def __init__(self, settings: Settings, issuer: str) -> None:
        self._host = urlsplit(issuer).hostname
        schemes = ("http", "https") if issuer.startswith("http://") else ("https",)
        try:
            self._named, self._others = (
                FetchingClient(policy, schemes=schemes, seconds=_SECONDS, ca_certs=settings.oidc_ca_certs)
                for policy in (AddressPolicy(allow_private=True), AddressPolicy())
            )
        except ConfigurationError as error:
            raise ConfigurationError(
                "oidc.ca_certs",
                f"The certificates in {str(settings.oidc_ca_certs)!r}, named by TRIALOG_OIDC_CA_CERTS, cannot be read.",
                path=str(settings.oidc_ca_certs),
            ) from error

    async def __call__(self, request: ProviderRequest) -> ProviderAnswer:
        """Send a request.

        Raises:
            TemporarilyUnavailable: No answer came.
        """
        client = self._named if urlsplit(request.url).hostname == self._host else self._others
        try:
            answer = await client.fetch(request.method, request.url, request.headers, request.body)
        except OutboundFault as error:
            # The host alone: the rest of the address may hold a secret.
            host = urlsplit(request.url).hostname
            raise TemporarilyUnavailable(
                "oidc.provider_unusable",
                f"The identity provider cannot be used now: {host} does not answer. {error.message} Try again later.",
            ) from error
        return ProviderAnswer(answer.status, answer.body)
