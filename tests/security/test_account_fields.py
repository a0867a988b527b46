"""Every payload in every text of requests about accounts, sent by an administrator to a server that has accounts."""

import json
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.in_process import HOST, ask, error_of
from tests.security.effort import EFFORT
from tests.security.inventory import request_with, text_places
from tests.security.payloads import TEXTS
from tests.with_accounts import GuardedServer, guarded_server
from trialog.wire.routes.table import ACCOUNT_ROUTES, AUDIT_ROUTES, PERMISSION_ROUTES, ROLE_ROUTES, USER_ROUTES

if TYPE_CHECKING:
    from trialog.wire.routes import Route

pytestmark = pytest.mark.anyio

ATTACKED = [
    route
    for route in (*USER_ROUTES, *ROLE_ROUTES, *PERMISSION_ROUTES, *ACCOUNT_ROUTES, *AUDIT_ROUTES)
    if text_places(route)
]
PAYLOADS = [text for texts in TEXTS.values() for text in texts]
REFUSED = {400, 404, 409}
MANY = 12


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedServer]:
    async with guarded_server(tmp_path_factory.mktemp("guarded")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def admin(server: GuardedServer) -> str:
    return await server.new_user("root", is_admin=True)


@pytest.mark.parametrize("number", range(len(ATTACKED)), ids=lambda number: ATTACKED[number].operation)
async def test_no_text_about_accounts_gets_through(
    server: GuardedServer, admin: str, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    route: Route = ATTACKED[number]
    with caplog.at_level(logging.ERROR):
        for position, place in enumerate(text_places(route)):
            for index in range(min(MANY * EFFORT, len(PAYLOADS))):
                text = PAYLOADS[(number * 31 + position * 17 + index * 7) % len(PAYLOADS)]
                sent = request_with(route, place, text)
                headers = [HOST, ("authorization", admin), *sent.headers]
                answer = await ask(server.app, sent.method, sent.target, headers, sent.body)
                assert answer.status in {200, *REFUSED}, (text, answer)
                if answer.status == 200:
                    json.loads(answer.body)
                else:
                    assert error_of(answer)
    assert [record.getMessage() for record in caplog.records] == []
    # Nobody got in, or out, by any of it.
    users = await server.store.accounts.users.all()
    assert [user.username for user in users if user.is_admin] == ["root"]
