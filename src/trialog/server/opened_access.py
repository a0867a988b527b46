"""What a server with accounts stands on: opened when it starts, closed in order when it stops."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import NamedTuple

from trialog.access import (
    Authenticator,
    FirstAdministrator,
    Passwords,
    check_password,
    has_administrator,
    new_first_secret,
)
from trialog.config import Settings
from trialog.contracts.accounts import AccountStore
from trialog.entities import PermissionLevel
from trialog.entities.clock import now_milliseconds
from trialog.errors import ConfigurationError, Conflict, InvalidParameter, ResourceAlreadyExists
from trialog.server.access import Access
from trialog.server.audit_records import command_identity, new_record
from trialog.server.audit_writer import AuditWriter
from trialog.server.provider_login import looked_at, provider_login
from trialog.store.sql_store import SqlStore
from trialog.version import __version__

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
        await opened.enter_async_context(looked_at(provider))
        passwords = Passwords()
        opened.callback(passwords.close)
        audit = AuditWriter(store.audit_log)
        opened.push_async_callback(audit.close)
        authenticator = Authenticator(store.accounts, passwords, session_seconds=settings.session_seconds)
        opened.push_async_callback(authenticator.close)
        audit.note_soon(new_record(command_identity(), "start", f"version:{__version__}"))
        shown, first = await _beginning(settings, store.accounts, passwords, audit)
        access = Access(
            authenticator,
            store.resources,
            audit,
            PermissionLevel(settings.default_permission),
            first_administrator=first,
            provider=provider,
            audit_log=store.audit_log,
        )
        yield OpenedAccess(access, shown)


async def _beginning(
    settings: Settings, accounts: AccountStore, passwords: Passwords, audit: AuditWriter
) -> tuple[str | None, FirstAdministrator | None]:
    """Make the first administrator, or return what makes her."""
    if await has_administrator(accounts):
        return None, None
    if settings.admin_password is not None:
        await _create_administrator(settings.admin_username, settings.admin_password, accounts, passwords, audit)
        return None, None
    shown, kept = new_first_secret(now_milliseconds())
    return shown, FirstAdministrator(accounts, passwords, kept)


async def _create_administrator(
    username: str, password: str, accounts: AccountStore, passwords: Passwords, audit: AuditWriter
) -> None:
    try:
        check_password(password, username)
        password_hash = await passwords.hash(password)
        # Another server on the same store may have been faster, with the same settings.
        with suppress(Conflict, ResourceAlreadyExists):
            await accounts.users.create_first_administrator(username, password_hash)
            await audit.note(new_record(command_identity(), "create_first_administrator", f"user:{username}"))
    except InvalidParameter as error:
        raise ConfigurationError(
            "access.bad_administrator",
            "The first administrator cannot be made of MLFLOW_AUTH_ADMIN_USERNAME and MLFLOW_AUTH_ADMIN_PASSWORD: "
            f"{error.message}",
        ) from error
    if not await has_administrator(accounts):
        raise ConfigurationError(
            "access.bad_administrator",
            f"The first administrator cannot be called {username!r}, as MLFLOW_AUTH_ADMIN_USERNAME says: a user who is "
            "no administrator has this name. Choose another.",
        )
    _logger.info("made the first administrator %r", username)
