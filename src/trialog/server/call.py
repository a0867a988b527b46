"""What a handler is given beside the message: the data, the artifacts, and who asks."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from msgspec import Struct

from trialog.access import Administration, may_administer, permission_on, visibility
from trialog.artifacts import ArtifactRoots
from trialog.contracts import WorkspaceStores
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
from trialog.errors import EndpointNotFound, ResourceNotFound
from trialog.server.access import Access
from trialog.server.workspaces import Workspaces


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
        workspace: Name of the workspace that the request is made in; store and roots are of it.
        known_workspaces: Which workspaces there are; None where there is the default one alone.
        left_out: Ids that the request named and that were taken out of it, by field, as for `Request`.
    """

    store: WorkspaceStores
    roots: ArtifactRoots
    identity: Identity
    default_permission: PermissionLevel = PermissionLevel.READ
    guarded: Access | None = None
    address: str = ""
    workspace: str = DEFAULT_WORKSPACE
    known_workspaces: Workspaces | None = None
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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

    def administration_in(self, workspace: str) -> Administration:
        """Return what changes accounts, where the things that are named are of a workspace.

        Args:
            workspace: Which.

        Raises:
            ResourceNotFound: Nobody logs in here.
        """
        if workspace == self.workspace:
            return self.administration
        return self.access.in_workspace(workspace, self.store.in_workspace(workspace).resources).administration

    @property
    def workspaces(self) -> Workspaces:
        """Which workspaces there are.

        Raises:
            EndpointNotFound: There is the default one alone.
        """
        if self.known_workspaces is None:
            # By this, clients of MLflow know it.
            raise EndpointNotFound(
                "workspace.no_endpoint",
                "This server runs without workspaces. Start it with --enable-workspaces to have them.",
            )
        return self.known_workspaces

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
        return visibility(self.identity, self.workspace, resource_type, default=self.default_permission)

    def may_read(self, resource_type: ResourceType, resource_id: str) -> bool:
        """Tell whether who asks may read one thing.

        Args:
            resource_type: Of what type it is.
            resource_id: By what permissions speak of it: id of an experiment, number of a registered model.
        """
        visible = self.visible(resource_type)
        return visible is None or visible.shows(resource_id)

    def permission(self, resource_type: ResourceType, resource_id: str) -> PermissionLevel:
        """Return what who asks may do with a thing.

        Args:
            resource_type: Of what type it is.
            resource_id: Its id, or the number of a registered model.
        """
        return permission_on(self.identity, self.workspace, resource_type, resource_id, default=self.default_permission)

    @property
    def author(self) -> str | None:
        """The name of the user who asks; None where nobody logs in."""
        return None if self.actor == ANYBODY else self.actor

    def author_of_run(self, said: str) -> str:
        """Return by whom a run is: by who logged in; where nobody does, by whom the client names.

        Args:
            said: Whom the client names; empty if it names nobody.
        """
        is_logged_in = self.identity.user_id is not None
        return (self.author or said) if is_logged_in else (said or self.author or "")

    def cause(self, operation: Operation, reason: str | None = None, gate: str | None = None) -> Cause:
        """Return what history is to keep of this call."""
        return Cause(operation, self.actor, reason or None, gate)


# Each handler takes the request type that its route names; a mapping of all of them cannot say that.
ActingHandler: TypeAlias = Callable[[Call, Any], Coroutine[Any, Any, Struct]]
