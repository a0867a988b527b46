"""What a server with accounts has beside the data."""

from dataclasses import dataclass, field, replace

from trialog.access import Administration, Authenticator, FirstAdministrator, OidcAccounts, OidcClient
from trialog.contracts import AuditLog
from trialog.contracts.resources import ResourceStore
from trialog.entities import DEFAULT_WORKSPACE, PermissionLevel
from trialog.server.audit_writer import AuditWriter


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
        audit: Takes records of what was done or refused.
        default_permission: What members of a workspace may do with things of others.
        first_administrator: Makes the first account; None if there is one.
        provider: Where users may log in instead of with a password; None if there is no such place.
        audit_log: Where the records are read.
        workspace: In which workspace is asked; the resources are of it.
    """

    authenticator: Authenticator
    resources: ResourceStore
    audit: AuditWriter
    default_permission: PermissionLevel = PermissionLevel.READ
    first_administrator: FirstAdministrator | None = None
    provider: ProviderLogin | None = None
    audit_log: AuditLog = field(kw_only=True)
    workspace: str = DEFAULT_WORKSPACE
    administration: Administration = field(init=False)
    """What changes accounts."""

    def __post_init__(self) -> None:
        """Put together what changes accounts, once for all requests."""
        authenticator = self.authenticator
        administration = Administration(
            authenticator.accounts, self.resources, authenticator.passwords, workspace=self.workspace
        )
        # The one way to set a field of what cannot be changed.
        object.__setattr__(self, "administration", administration)

    def in_workspace(self, workspace: str, resources: ResourceStore) -> "Access":
        """Return who may do what in another workspace.

        Args:
            workspace: Its name.
            resources: Knows what things in it belong to.
        """
        return replace(self, workspace=workspace, resources=resources)
