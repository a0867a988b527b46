"""What a server with accounts has beside the data."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from trialog.access import Administration, Authenticator, FirstAdministrator, OidcAccounts, OidcClient
from trialog.contracts import AuditLog
from trialog.contracts.resources import ResourceStore
from trialog.entities import AuditRecord, PermissionLevel

AuditSink: TypeAlias = Callable[[AuditRecord], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ProviderLogin:
    """An identity provider that users may log in at.

    Args:
        name: What pages call it.
        client: Sends users there and understands what they come back with.
        accounts: Finds or makes their accounts.
    """

    name: str
    client: OidcClient
    accounts: OidcAccounts


@dataclass(frozen=True, slots=True)
class Access:
    """Who may get in, and do what.

    Args:
        authenticator: Knows by what is shown who somebody is.
        resources: Knows what things belong to.
        audit: Takes records of what was done or refused; awaited only as long as it has no room.
        default_permission: What members of a workspace may do with things of others.
        first_administrator: Makes the first account; None if there is one.
        provider: Where users may log in instead of with a password; None if there is no such place.
        audit_log: Where the records are read.
    """

    authenticator: Authenticator
    resources: ResourceStore
    audit: AuditSink
    default_permission: PermissionLevel = PermissionLevel.READ
    first_administrator: FirstAdministrator | None = None
    provider: ProviderLogin | None = None
    audit_log: AuditLog = field(kw_only=True)

    @property
    def administration(self) -> Administration:
        """What changes accounts."""
        authenticator = self.authenticator
        return Administration(
            authenticator.accounts, self.resources, authenticator.passwords, authenticator.accounts_changed
        )
