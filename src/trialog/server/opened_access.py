"""What a server with accounts stands on: opened when it starts, closed in order when it stops."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final, NamedTuple

from trialog.access import Authenticator, FirstAdministrator, Passwords, check_password, new_first_secret
from trialog.config import Settings
from trialog.contracts.accounts import AccountStore
from trialog.entities import PermissionLevel
from trialog.errors import ConfigurationError, InvalidParameter, ResourceAlreadyExists
from trialog.server.access import Access
from trialog.server.audit_writer import AuditWriter
from trialog.server.provider_login import provider_login
from trialog.store.sql_store import SqlStore

# What older MLflow shipped as everybody's password, and what is tried first.
_KNOWN_PASSWORD: Final = "password1234"  # noqa: S105  refused, not used
_logger = logging.getLogger("trialog.server")


class OpenedAccess(NamedTuple):
    """What a server with accounts has.

    Args:
        access: Who may get in, and do what.
        first_secret: To be shown once to who started the server: it makes the first administrator. None if there is
            an account.
    """

    access: Access
    first_secret: str | None


@asynccontextmanager
async def opened_access(settings: Settings, store: SqlStore) -> AsyncIterator[OpenedAccess]:
    """Open what a server with accounts has, and close it in the end.

    Args:
        settings: What the operator chose.
        store: Where accounts are kept.

    Raises:
        ConfigurationError: The first administrator cannot be made as the operator said, or the identity provider
            cannot be used as he said.
    """
    async with AsyncExitStack() as opened:
        provider = provider_login(settings, store.accounts)
        passwords = Passwords()
        opened.callback(passwords.close)
        audit = AuditWriter(store.audit_log)
        opened.push_async_callback(audit.close)
        authenticator = Authenticator(store.accounts, passwords, session_seconds=settings.session_seconds)
        opened.push_async_callback(authenticator.close)
        shown, first = await _beginning(settings, store.accounts, passwords)
        access = Access(
            authenticator,
            store.resources,
            audit.note,
            PermissionLevel(settings.default_permission),
            first_administrator=first,
            provider=provider,
            audit_log=store.audit_log,
        )
        yield OpenedAccess(access, shown)


async def _beginning(
    settings: Settings, accounts: AccountStore, passwords: Passwords
) -> tuple[str | None, FirstAdministrator | None]:
    """Make the first administrator, or return what makes her."""
    if await accounts.list_users():
        return None, None
    if settings.admin_password is not None:
        await _create_administrator(settings.admin_username, settings.admin_password, accounts, passwords)
        return None, None
    shown, kept = new_first_secret(time.time_ns() // 1_000_000)
    return shown, FirstAdministrator(accounts, passwords, kept)


async def _create_administrator(username: str, password: str, accounts: AccountStore, passwords: Passwords) -> None:
    try:
        _check_password(password, username)
        password_hash = await passwords.hash(password)
        # Another server on the same store may have been faster, with the same settings.
        with suppress(ResourceAlreadyExists):
            await accounts.create_user(username, password_hash, is_admin=True)
    except InvalidParameter as error:
        raise ConfigurationError(
            "access.bad_administrator",
            "The first administrator cannot be made of MLFLOW_AUTH_ADMIN_USERNAME and MLFLOW_AUTH_ADMIN_PASSWORD: "
            f"{error.message}",
        ) from error
    _logger.info("made the first administrator %r", username)


def _check_password(password: str, username: str) -> None:
    check_password(password, username)
    if password == _KNOWN_PASSWORD:
        raise InvalidParameter("password.is_known", "Everybody knows this password: older MLflow shipped it.")
