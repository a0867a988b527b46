"""People and programs that ask a server with accounts about accounts, for tests of what it answers them."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.in_process import ADDRESS
from tests.with_accounts import GuardedServer
from trialog.entities import PermissionLevel

PASSWORD = "correct horse battery"
MLFLOW_2 = "/api/2.0/mlflow"
MLFLOW_3 = "/api/3.0/mlflow"
OWN = "/api/trialog/v1"


@dataclass(frozen=True)
class Caller:
    """Somebody who asks.

    Attributes:
        client: Sends what she asks, with what shows who she is.
    """

    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> Any:
        """Read something that is there and may be read."""
        return await self.ask("GET", path, params=params)

    async def send(self, method: str, path: str, **fields: Any) -> Any:
        """Change something that may be changed so."""
        return await self.ask(method, path, json=fields)

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        """Ask, and fail unless it is done."""
        answer = await self.client.request(method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, **fields: Any) -> tuple[int, str]:
        """Ask for what is refused, and return the status and the code of the refusal."""
        options: dict[str, Any] = {"params": fields} if method == "GET" else {"json": fields}
        answer = await self.client.request(method, path, **options)
        assert answer.status_code != 200, answer.text
        content = answer.json()
        assert content["message"].strip()
        return answer.status_code, content["code"]


def caller(server: GuardedServer, authorization: str | None = None, *, password_of: str = "") -> Caller:
    """Return somebody who asks a server.

    Args:
        server: The server.
        authorization: Header that shows who she is, if it is a token.
        password_of: Her name, if she shows the usual password.
    """
    auth = httpx.BasicAuth(password_of, PASSWORD) if password_of else None
    headers = {} if authorization is None else {"Authorization": authorization}
    transport = httpx.ASGITransport(server.app)
    return Caller(httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers, auth=auth))


async def new_caller(server: GuardedServer, username: str, *, is_admin: bool = False) -> Caller:
    """Make a user and return her, with a token."""
    return caller(server, await server.new_user(username, is_admin=is_admin))


async def reading_caller(server: GuardedServer, username: str, scope: PermissionLevel) -> Caller:
    """Return a program that acts for a user with a token of less than all."""
    return caller(server, await server.token_of(username, scope))
