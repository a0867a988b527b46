"""What a server with accounts has beside the data."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from trialog.access import Authenticator
from trialog.contracts.resources import ResourceStore
from trialog.entities import AuditRecord, PermissionLevel

AuditSink: TypeAlias = Callable[[AuditRecord], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may get in, and do what.

    Args:
        authenticator: Knows by what is shown who somebody is.
        resources: Knows what things belong to.
        audit: Takes records of what was done or refused; awaited only as long as it has no room.
        default_permission: What members of a workspace may do with things of others.
    """

    authenticator: Authenticator
    resources: ResourceStore
    audit: AuditSink
    default_permission: PermissionLevel = PermissionLevel.READ
