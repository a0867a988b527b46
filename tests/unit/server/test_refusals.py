"""What somebody is told who may not do something: what she lacks where she may read it, nothing where she may not."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.in_process import HOST, ask
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import NewRegisteredModel, NewRun, PermissionLevel, ResourceType

pytestmark = pytest.mark.anyio
API = "/api/2.0/mlflow"
NOTHING_SAID = (
    "You are not permitted to do this, or there is nothing of this name. Ask who owns it, or an administrator."
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[GuardedServer]:
    async with guarded_server(tmp_path) as opened:
        yield opened


async def refused(server: GuardedServer, shown: str, path: str, content: Any) -> str:
    headers = [HOST, ("authorization", shown), ("content-type", "application/json")]
    answer = await ask(server.app, "POST", f"{API}/{path}", headers, json.dumps(content).encode())
    told = json.loads(answer.body)
    assert (answer.status, told["code"]) == (403, "auth.permission_denied"), told
    message: str = told["message"]
    return message


async def test_who_may_read_a_thing_learns_what_she_lacks(server: GuardedServer) -> None:
    ada = await server.new_user("ada")
    run = await server.store.runs.create(NewRun("0"))
    await server.store.registered_models.create(NewRegisteredModel("model"))
    lacks = "it takes EDIT on experiment 0, and you have READ."
    assert lacks in await refused(server, ada, "runs/create", {"experiment_id": "0"})
    assert lacks in await refused(server, ada, "runs/set-tag", {"run_id": run.info.run_id, "key": "a", "value": "b"})
    assert "it takes EDIT on registered model model, and you have READ." in await refused(
        server, ada, "registered-models/set-tag", {"name": "model", "key": "a", "value": "b"}
    )


async def test_who_may_edit_one_thing_learns_that_it_takes_more(tmp_path: Path) -> None:
    async with guarded_server(tmp_path, default_permission=PermissionLevel.NO_PERMISSIONS) as server:
        ada = await server.new_user("ada")
        mine = await server.store.experiments.create("mine")
        hidden = await server.store.experiments.create("hidden")
        await server.store.accounts.permissions.grant(
            "ada", "default", ResourceType.EXPERIMENT, mine.experiment_id, PermissionLevel.EDIT
        )
        server.authenticator.accounts_changed()
        told = await refused(server, ada, "experiments/delete", {"experiment_id": mine.experiment_id})
        assert f"it takes MANAGE on experiment {mine.experiment_id}, and you have EDIT." in told
        for experiment_id in (hidden.experiment_id, "987654"):
            assert await refused(server, ada, "experiments/delete", {"experiment_id": experiment_id}) == NOTHING_SAID


async def test_a_token_of_less_scope_says_so(server: GuardedServer) -> None:
    await server.new_user("root", is_admin=True)
    reading = await server.token_of("root", PermissionLevel.READ)
    told = await refused(server, reading, "runs/create", {"experiment_id": "0"})
    assert "it takes EDIT on experiment 0, and you have READ with this token." in told


async def test_what_somebody_is_denied_is_as_if_it_were_not_there(server: GuardedServer) -> None:
    ada = await server.new_user("ada")
    await server.store.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, "0", PermissionLevel.DENY)
    server.authenticator.accounts_changed()
    for experiment_id in ("0", "987654"):
        assert await refused(server, ada, "runs/create", {"experiment_id": experiment_id}) == NOTHING_SAID
