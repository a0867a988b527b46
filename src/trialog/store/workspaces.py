"""Workspaces in SQL."""

from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from trialog.entities import DEFAULT_WORKSPACE
from trialog.entities.clock import now_milliseconds
from trialog.entities.workspace import (
    MAX_WORKSPACES,
    Workspace,
    WorkspaceCatalog,
    WorkspaceDeletionMode,
    check_workspace_name,
    check_workspace_texts,
    workspace_not_found,
)
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists
from trialog.store.database import Database
from trialog.store.rows import AnyRow
from trialog.store.workspace_deletion import (
    check_is_empty,
    forget_permissions,
    forget_workspace,
    move_to_default,
    remove_content,
)
from trialog.store.workspace_tables import workspaces


class SqlWorkspaces:
    """Workspaces of a SQL store. Implements `trialog.contracts.WorkspaceStore`.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def catalog(self) -> WorkspaceCatalog:
        """See `WorkspaceStore.catalog`."""
        wanted = or_(workspaces.c.deleted_at.is_(None), workspaces.c.is_left_to_default)

        def job(connection: Connection) -> WorkspaceCatalog:
            rows = connection.execute(select(workspaces).where(wanted).order_by(workspaces.c.name)).all()
            return WorkspaceCatalog(
                tuple(_read(row) for row in rows if row.deleted_at is None),
                frozenset(row.folder for row in rows if row.deleted_at is not None),
            )

        return await self._database.read(job)

    async def get(self, name: str) -> Workspace:
        """See `WorkspaceStore.get`."""
        check_workspace_name(name)
        return await self._database.read(lambda connection: _read(_row(connection, name)))

    async def create(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """See `WorkspaceStore.create`."""
        check_workspace_name(name)
        check_workspace_texts(description, default_artifact_root)
        values = {
            "name": name,
            "description": description or None,
            "default_artifact_root": default_artifact_root or None,
            "folder": name,
            "is_left_to_default": False,
        }

        def job(connection: Connection) -> Workspace:
            living = select(func.count()).select_from(workspaces).where(workspaces.c.deleted_at.is_(None))
            if connection.execute(living).scalar_one() >= MAX_WORKSPACES:
                raise Conflict(
                    "workspace.too_many",
                    f"There are {MAX_WORKSPACES} workspaces already, which is as many as there may be. Delete one"
                    " first.",
                    limit=MAX_WORKSPACES,
                )
            try:
                made = connection.execute(insert(workspaces).values(values).returning(*workspaces.c)).one()
            except IntegrityError as error:
                raise ResourceAlreadyExists(
                    "workspace.name_taken", f"Workspace '{name}' already exists.", workspace=name
                ) from error
            # Whoever was about to permit something in one that had the name before may have come too late.
            forget_permissions(connection, name)
            # Files of one that had the name before may still lie in its folder.
            before = select(workspaces.c.id).where(workspaces.c.name.startswith(f"{name}#")).limit(1)
            if connection.execute(before).first() is not None:
                mine = update(workspaces).where(workspaces.c.id == made.id).values(folder=f"{name}.{made.id}")
                made = connection.execute(mine.returning(*workspaces.c)).one()
            return _read(made)

        return await self._database.write(job)

    async def update(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """See `WorkspaceStore.update`."""
        check_workspace_name(name)
        check_workspace_texts(description, default_artifact_root)
        given = {"description": description, "default_artifact_root": default_artifact_root}
        values: dict[str, Any] = {column: text or None for column, text in given.items() if text is not None}

        def job(connection: Connection) -> Workspace:
            number = _row(connection, name).id
            if values:
                connection.execute(update(workspaces).where(workspaces.c.id == number).values(values))
            return _read(_row(connection, name))

        return await self._database.write(job)

    async def delete(self, name: str, mode: WorkspaceDeletionMode, *, actor: str) -> None:
        """See `WorkspaceStore.delete`."""
        check_workspace_name(name)
        if name == DEFAULT_WORKSPACE:
            raise InvalidParameter(
                "workspace.is_default", f"The '{DEFAULT_WORKSPACE}' workspace is reserved and cannot be deleted."
            )

        def job(connection: Connection) -> None:
            found = _row(connection, name)
            match mode:
                case WorkspaceDeletionMode.RESTRICT:
                    check_is_empty(connection, name)
                case WorkspaceDeletionMode.SET_DEFAULT:
                    move_to_default(connection, name)
                case WorkspaceDeletionMode.CASCADE:
                    remove_content(connection, name, actor)
            # No workspace can be called so.
            retired = f"{name}#{found.id}"
            forget_workspace(connection, name, retired)
            gone = {
                "name": retired,
                "deleted_at": now_milliseconds(),
                "is_left_to_default": mode is WorkspaceDeletionMode.SET_DEFAULT,
            }
            connection.execute(update(workspaces).where(workspaces.c.id == found.id).values(gone))

        await self._database.write(job)


def _row(connection: Connection, name: str) -> AnyRow:
    row = connection.execute(select(workspaces).where(workspaces.c.name == name)).one_or_none()
    if row is None:
        raise workspace_not_found(name)
    return row


def _read(row: AnyRow) -> Workspace:
    return Workspace(row.id, row.name, row.description, row.default_artifact_root, row.folder)
