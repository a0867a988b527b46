"""A server with accounts as it starts for real, without a socket, and browsers that log in to it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.new_store import open_new_store
from trialog.access import HashingCost, Passwords
from trialog.artifacts import open_artifact_roots
from trialog.config import Settings
from trialog.server.access import Access
from trialog.server.app import create_app
from trialog.server.opened_access import opened_access
from trialog.store.sql_store import SqlStore
from trialog.web import Application

PASSWORD = "correct horse battery"
ADDRESS = "http://localhost:5000"
SECURE_ADDRESS = "https://localhost:5000"
_INPUT = re.compile(r'<input type="hidden" name="(?P<name>\w+)" value="(?P<value>[^"]*)">')


@dataclass(frozen=True)
class LoginServer:
    """A server that people log in to.

    Attributes:
        app: Answers.
        store: What it stands on.
        access: Who may get in.
        first_secret: Makes the first administrator; None if there was an account.
    """

    app: Application
    store: SqlStore
    access: Access
    first_secret: str | None

    async def add_user(self, username: str, *, is_admin: bool = False) -> None:
        """Make a user with the usual password, whose hash is a cheap one."""
        passwords = Passwords(HashingCost(memory_kib=8, passes=1))
        try:
            await self.store.accounts.users.create(username, await passwords.hash(PASSWORD), is_admin=is_admin)
        finally:
            passwords.close()

    def browser(self, address: str = ADDRESS, client: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        """Return a browser with no cookies yet; it follows no redirect by itself.

        Args:
            address: Of the server, as the browser calls it.
            client: IP address of the browser.
            headers: Sent with every request.
        """
        transport = httpx.ASGITransport(self.app, client=(client, 40000))
        return httpx.AsyncClient(transport=transport, base_url=address, headers={"accept": "text/html,*/*", **headers})


@asynccontextmanager
async def login_server(directory: Path, **choices: Any) -> AsyncIterator[LoginServer]:
    """Open a server with accounts whose store and artifacts lie in `directory`.

    Args:
        directory: Is there already.
        choices: Settings that differ from the usual ones.
    """
    settings = Settings(**choices)
    roots = open_artifact_roots(str(directory / "artifacts"), settings.default_artifact_root)
    store = await open_new_store(directory / "trialog.db", default_artifact_root=settings.default_artifact_root)
    try:
        async with opened_access(settings, store) as opened:
            app = create_app(store, roots, settings, access=opened.access)
            yield LoginServer(app, store, opened.access, opened.first_secret)
    finally:
        await store.close()
        await roots.close()


def hidden_fields(page: httpx.Response) -> dict[str, str]:
    """Return the hidden fields of the form on a page."""
    return {match["name"]: unescape(match["value"]) for match in _INPUT.finditer(page.text)}


async def log_in(
    browser: httpx.AsyncClient,
    username: str,
    password: str = PASSWORD,
    *,
    page: str = "/login",
    changes: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Open the login page in a browser, fill the form in and send it.

    Args:
        browser: Keeps the cookies.
        username: What to fill in.
        password: Likewise.
        page: Address of the page, with where to go next.
        changes: Fields to send otherwise than the page has them.
    """
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    fields = {**hidden_fields(shown), "username": username, "password": password, **(changes or {})}
    return await browser.post(page.partition("?")[0], data=fields)
