"""What a store promises about workspaces."""

from typing import Protocol

from trialog.entities.workspace import Workspace, WorkspaceCatalog, WorkspaceDeletionMode


class WorkspaceStore(Protocol):
    """Names of the parts of a server that see nothing of each other; `default` is always there.

    What belongs to a workspace is reached through `WorkspaceStores.in_workspace`.
    """

    async def catalog(self) -> WorkspaceCatalog:
        """Return all workspaces; cheap, because every request names one of them."""
        ...

    async def get(self, name: str) -> Workspace:
        """Return a workspace.

        Raises:
            InvalidParameter: No workspace can be called so.
            ResourceNotFound: None is.
        """
        ...

    async def create(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """Make a workspace with nothing in it.

        Args:
            name: Its name.
            description: What it is for.
            default_artifact_root: URI under which its experiments keep their artifacts; None for a folder of its own
                under the server's.

        Raises:
            InvalidParameter: Something of it may not be.
            ResourceAlreadyExists: The name is taken.
            Conflict: There are as many as may be.
        """
        ...

    async def update(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """Change what is given of a workspace; experiments that are there keep their artifacts where they are.

        Args:
            name: Which.
            description: What it is for; empty for nothing.
            default_artifact_root: As for `create`; empty for the usual one.

        Raises:
            InvalidParameter: Something of it may not be.
            ResourceNotFound: There is no such workspace.
        """
        ...

    async def delete(self, name: str, mode: WorkspaceDeletionMode, *, actor: str) -> None:
        """Delete a workspace, its roles, and what was permitted in it.

        With RESTRICT, whatever is in it is a reason to refuse, in the bin or not. With SET_DEFAULT, what is in it moves
        to the default workspace as it is, artifacts stay where they are, and whoever owned something owns it there.
        With CASCADE, what is in it is removed for good: nobody reaches it from now on, and files go as with everything
        that is removed.

        History of registered models that are gone is kept, and shown to nobody: a workspace of the same name that is
        made later is another one.

        Args:
            name: Which.
            mode: What becomes of what is in it.
            actor: Who does it, for the history of what goes.

        Raises:
            InvalidParameter: It is the default workspace.
            ResourceNotFound: There is no such workspace.
            Conflict: Something is in it, or has a name that is taken in the default workspace; nothing was changed.
        """
        ...
