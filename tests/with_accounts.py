"""A server with accounts, without a socket: the real application, store and door, and users with tokens."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.new_store import open_new_store
from trialog.access import Authenticator, HashingCost, Passwords, new_token
from trialog.artifacts import ArtifactRoots, open_artifact_roots
from trialog.config import Settings
from trialog.entities import ApiToken, PermissionLevel
from trialog.server.access import Access
from trialog.server.app import create_app
from trialog.server.audit_writer import AuditWriter
from trialog.store.sql_store import SqlStore
from trialog.web import Application

HOST = ("host", "localhost:5000")


@dataclass(frozen=True)
class GuardedServer:
    """A server that has accounts.

    Attributes:
        app: Answers.
        store: What it stands on.
        roots: Its artifacts.
        authenticator: Knows who somebody is.
        audit: Writes what was done.
    """

    app: Application
    store: SqlStore
    roots: ArtifactRoots
    authenticator: Authenticator
    audit: AuditWriter

    async def token_of(self, username: str, scope: PermissionLevel = PermissionLevel.MANAGE) -> str:
        """Make a token of a user and return the header that shows it."""
        made = new_token()
        token = ApiToken(made.token_id, username, "test", scope, time.time_ns() // 1_000_000)
        await self.store.accounts.tokens.create(token, made.secret_hash)
        return f"Bearer {made.text}"

    async def new_user(self, username: str, *, is_admin: bool = False) -> str:
        """Make a user and return the header that shows her token."""
        await self.store.accounts.users.create(username, None, is_admin=is_admin)
        return await self.token_of(username)


@asynccontextmanager
async def guarded_server(
    directory: Path, *, default_permission: PermissionLevel = PermissionLevel.READ, **choices: Any
) -> AsyncIterator[GuardedServer]:
    """Open a server with accounts whose store and artifacts lie in `directory`.

    Args:
        directory: Is there already.
        default_permission: What members may do with things of others.
        choices: Settings that differ from the usual ones.
    """
    settings = Settings(**choices)
    roots = open_artifact_roots(str(directory / "artifacts"), settings.default_artifact_root)
    store = await open_new_store(directory / "trialog.db", default_artifact_root=settings.default_artifact_root)
    passwords = Passwords(HashingCost(memory_kib=8, passes=1))
    authenticator = Authenticator(store.accounts, passwords)
    audit = AuditWriter(store.audit_log)
    access = Access(authenticator, store.resources, audit, default_permission, audit_log=store.audit_log)
    try:
        app = create_app(store, roots, settings, access=access)
        yield GuardedServer(app, store, roots, authenticator, audit)
    finally:
        await authenticator.close()
        await audit.close()
        await store.close()
        await roots.close()
