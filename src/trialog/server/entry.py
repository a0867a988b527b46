"""Whether everybody has to log in: what the operator said, and what the store says."""

from urllib.parse import urlsplit

from trialog.config import Settings, names_server
from trialog.contracts import WorkspaceStore
from trialog.contracts.accounts import AccountStore
from trialog.entities import DEFAULT_WORKSPACE
from trialog.errors import ConfigurationError
from trialog.store.address import postgresql_url, sqlite_file
from trialog.store.mlruns import mlruns_folder
from trialog.web.gate import is_loopback

_MOST_NAMED = 5


def is_surely_without_accounts(settings: Settings) -> bool:
    """Tell whether nobody will have to log in, as far as this is known before the store is opened.

    Args:
        settings: What the operator chose.

    Raises:
        ConfigurationError: The address of the store is none.
    """
    if are_accounts_asked_for(settings):
        return False
    if settings.accounts is False or settings.artifacts_only:
        return True
    uri = settings.backend_store_uri
    if names_server(uri) or mlruns_folder(uri) is not None:
        return True
    return postgresql_url(uri) is None and not sqlite_file(uri).exists()


def is_meant_for_others(settings: Settings) -> bool:
    """Tell whether the operator says that other machines reach the server, wherever it listens: through a proxy.

    Args:
        settings: What the operator chose.
    """
    return _way_in(settings) is not None


def check_not_open(settings: Settings) -> None:
    """Refuse to serve others than this machine without accounts, unless the operator said that this is meant.

    Args:
        settings: What the operator chose.

    Raises:
        ConfigurationError: It is not said (`server.open_address`).
    """
    if settings.allow_open:
        return
    way_in = _way_in(settings)
    if way_in is not None:
        raise ConfigurationError(
            "server.open_address",
            f"{way_in}, and without accounts everybody who comes that way could read and change everything. Give "
            "--accounts, so that everybody has to log in; or leave that out; or give --allow-open if that is what you "
            "want.",
            host=settings.host,
        )
    raise ConfigurationError(
        "server.open_address",
        f"The host {settings.host!r} is reachable from other machines, and without accounts everybody there could "
        "read and change everything. Give --accounts, so that everybody has to log in; or listen on 127.0.0.1; or "
        "give --allow-open if that is what you want.",
        host=settings.host,
    )


async def are_accounts_on(settings: Settings, accounts: AccountStore, *, is_reachable: bool) -> bool:
    """Tell whether everybody has to log in.

    Args:
        settings: What the operator chose.
        accounts: Those of the store.
        is_reachable: Whether other machines may reach the server.

    Raises:
        ConfigurationError: The server would be open to other machines and nobody said so (`server.open_address`), or
            --allow-open was said of a server that has accounts (`server.open_with_accounts`).
    """
    has_accounts = settings.accounts is None and bool(await accounts.users.all())
    if has_accounts or are_accounts_asked_for(settings):
        if settings.allow_open:
            # Often it was said long before there were accounts.
            raise ConfigurationError(
                "server.open_with_accounts",
                "There are accounts, and --allow-open (TRIALOG_ALLOW_OPEN) would let everybody past them. Leave it "
                "out, so that everybody has to log in; or say --no-accounts too, if everybody may do everything.",
            )
        return True
    if is_reachable or is_meant_for_others(settings):
        check_not_open(settings)
    return False


def _way_in(settings: Settings) -> str | None:
    """Say which setting tells of other machines that reach the server; None if none does."""
    if settings.public_url is not None and not is_loopback(urlsplit(settings.public_url).netloc):
        return f"TRIALOG_PUBLIC_URL says that the server is reached as {settings.public_url}"
    if settings.trusted_proxies:
        return "TRIALOG_TRUSTED_PROXIES says that a proxy leads to the server"
    for host in settings.allowed_hosts:
        if not is_loopback(host):
            return f"--allowed-hosts says that the server is called {host!r}"
    return None


def are_accounts_asked_for(settings: Settings) -> bool:
    """Tell whether the operator said that everybody has to log in, whatever the store says.

    Args:
        settings: What the operator chose.
    """
    return settings.accounts is True or (settings.accounts is None and settings.oidc_issuer is not None)


async def check_workspaces(settings: Settings, workspaces: WorkspaceStore) -> None:
    """Refuse to serve a store with workspaces as if it had none.

    Args:
        settings: What the operator chose.
        workspaces: Those of the store.

    Raises:
        ConfigurationError: There are workspaces, and the server was not told to keep them apart
            (`server.workspaces_not_enabled`).
    """
    if settings.enable_workspaces:
        return
    others = [one.name for one in (await workspaces.catalog()).workspaces if one.name != DEFAULT_WORKSPACE]
    if others:
        shown = ", ".join(others[:_MOST_NAMED])
        raise ConfigurationError(
            "server.workspaces_not_enabled",
            f"The store has other workspaces than the default one ({shown}), whose artifacts everybody could reach"
            " here. Start the server with --enable-workspaces, or delete them first with `trialog workspaces delete`"
            " and --backend-store-uri.",
            workspaces=shown,
        )
