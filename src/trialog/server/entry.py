"""Whether everybody has to log in: what the operator said, and what the store says."""

from trialog.config import Settings
from trialog.contracts.accounts import AccountStore
from trialog.errors import ConfigurationError
from trialog.store.address import postgresql_url, sqlite_file


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
    return postgresql_url(uri) is None and not sqlite_file(uri).exists()


def check_not_open(settings: Settings) -> None:
    """Refuse to listen beyond this machine without accounts, unless the operator said that this is meant.

    Args:
        settings: What the operator chose.

    Raises:
        ConfigurationError: It is not said (`server.open_address`).
    """
    if not settings.allow_open:
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
    has_accounts = settings.accounts is None and bool(await accounts.list_users())
    if has_accounts or are_accounts_asked_for(settings):
        if settings.allow_open:
            # Often it was said long before there were accounts.
            raise ConfigurationError(
                "server.open_with_accounts",
                "There are accounts, and --allow-open (TRIALOG_ALLOW_OPEN) would let everybody past them. Leave it "
                "out, so that everybody has to log in; or say --no-accounts too, if everybody may do everything.",
            )
        return True
    if is_reachable:
        check_not_open(settings)
    return False


def are_accounts_asked_for(settings: Settings) -> bool:
    """Tell whether the operator said that everybody has to log in, whatever the store says.

    Args:
        settings: What the operator chose.
    """
    return settings.accounts is True or (settings.accounts is None and settings.oidc_issuer is not None)
