"""What a handler is given beside the message: the data, the artifacts, and who asks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec import Struct

from trialog.access import Administration, may_administer, visibility
from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.entities import (
    ANYBODY,
    DEFAULT_WORKSPACE,
    Cause,
    Identity,
    Operation,
    PermissionLevel,
    ResourceType,
    Visibility,
)
from trialog.errors import ResourceNotFound
from trialog.server.access import Access


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody.

    Args:
        store: All data.
        roots: The artifacts that this server keeps.
        identity: Who asks, as the access layer knows.
        default_permission: What members may do with things of others, as for `Access`.
        guarded: Who may get in, and do what; None where nobody logs in.
        address: IP address of the client.
    """

    store: Store
    roots: ArtifactRoots
    identity: Identity
    default_permission: PermissionLevel = PermissionLevel.READ
    guarded: Access | None = None
    address: str = ""

    @property
    def access(self) -> Access:
        """Who may get in, and do what.

        Raises:
            ResourceNotFound: Nobody logs in here.
        """
        if self.guarded is None:
            # Whoever could make accounts here would be let in by them later, when they count.
            raise ResourceNotFound(
                "accounts.not_in_use",
                "This server runs without accounts: it has no users, groups, roles or tokens, and keeps no record of"
                " who did what. Start it with --accounts to have them.",
            )
        return self.guarded

    @property
    def administration(self) -> Administration:
        """What changes accounts.

        Raises:
            ResourceNotFound: Nobody logs in here.
        """
        return self.access.administration

    @property
    def actor(self) -> str:
        """The name of who asks; `ANYBODY` where nobody logs in."""
        return self.identity.actor

    def visible(self, resource_type: ResourceType) -> Visibility | None:
        """Return which things of a type a search shows to who asks; None for all.

        Args:
            resource_type: Of what type they are.
        """
        if may_administer(self.identity):
            return None
        return visibility(self.identity, DEFAULT_WORKSPACE, resource_type, default=self.default_permission)

    @property
    def user_id(self) -> str | None:
        """The user who asks; None where nobody logs in."""
        return None if self.actor == ANYBODY else self.actor

    def cause(self, operation: Operation, reason: str | None = None, gate: str | None = None) -> Cause:
        """Return what history is to keep of this call."""
        return Cause(operation, self.actor, reason or None, gate)


# Each handler takes the request type that its route names; a mapping of all of them cannot say that.
ActingHandler: TypeAlias = Callable[[Call, Any], Coroutine[Any, Any, Struct]]
