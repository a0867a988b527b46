"""Roles and permissions by MLflow's routes, of 3.x and of 2.x: what they answer, whom they refuse, what they do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.account_api import MLFLOW_2, MLFLOW_3, Caller, new_caller
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import PermissionLevel, ResourceType

pytestmark = pytest.mark.anyio

ROLES = f"{MLFLOW_3}/roles"
GRANTS = f"{MLFLOW_3}/users/permissions"
DENIED = (403, "auth.permission_denied")


@dataclass(frozen=True)
class World:
    """A server on which nothing is permitted unless it is said; `owner` has an experiment and a model."""

    server: GuardedServer
    admin: Caller
    owner: Caller
    ada: Caller
    experiment_id: str

    async def may_read(self, who: Caller) -> bool:
        """Whether somebody may read the owner's experiment."""
        path = f"{MLFLOW_2}/experiments/get"
        answer = await who.client.get(path, params={"experiment_id": self.experiment_id})
        assert answer.status_code in (200, 403)
        return answer.status_code == 200

    async def may_read_model(self, who: Caller, name: str = "lstm") -> bool:
        """Whether somebody may read the owner's model."""
        answer = await who.client.get(f"{MLFLOW_2}/registered-models/get", params={"name": name})
        assert answer.status_code in (200, 403)
        return answer.status_code == 200


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    guarded = guarded_server(tmp_path, default_permission=PermissionLevel.NO_PERMISSIONS, enable_workspaces=True)
    async with guarded as server:
        admin = await new_caller(server, "root", is_admin=True)
        owner, ada = [await new_caller(server, name) for name in ("owner", "ada")]
        made = await owner.send("POST", f"{MLFLOW_2}/experiments/create", name="training")
        await owner.send("POST", f"{MLFLOW_2}/registered-models/create", name="lstm")
        yield World(server, admin, owner, ada, made["experiment_id"])


def on_experiment(world: World, **more: str) -> dict[str, str]:
    return {"username": "ada", "resource_type": "experiment", "resource_id": world.experiment_id, **more}


async def test_who_owns_something_permits_it_to_others(world: World) -> None:
    assert not await world.may_read(world.ada)
    fields = on_experiment(world, permission="READ")
    assert await world.ada.refused("POST", f"{GRANTS}/grant", **fields) == DENIED
    assert await world.owner.send("POST", f"{GRANTS}/grant", **fields) == {}
    assert await world.may_read(world.ada)
    assert await world.owner.refused("POST", f"{GRANTS}/grant", **fields) == (400, "permission.exists")
    assert await world.ada.get(f"{GRANTS}/get", **on_experiment(world)) == {"allowed": False, "permission": "READ"}

    rows = await world.ada.get(f"{MLFLOW_3}/users/current/permissions")
    assert rows == {
        "is_admin": False,
        "permissions": [
            {
                "role_id": 0,
                "role_name": "__user_3__",
                "workspace": "default",
                "resource_type": "experiment",
                "resource_pattern": world.experiment_id,
                "permission": "READ",
            }
        ],
    }
    assert await world.admin.get(f"{GRANTS}/list", username="ada") == rows
    assert await world.owner.send("POST", f"{GRANTS}/revoke", **on_experiment(world)) == {}
    assert not await world.may_read(world.ada)
    assert await world.owner.refused("POST", f"{GRANTS}/revoke", **on_experiment(world)) == (
        404,
        "permission.not_found",
    )


async def test_a_permission_on_a_model_follows_its_name(world: World) -> None:
    fields = {"username": "ada", "resource_type": "registered_model", "resource_id": "lstm"}
    await world.owner.send("POST", f"{GRANTS}/grant", **fields, permission="EDIT")
    assert await world.may_read_model(world.ada)
    rename = f"{MLFLOW_2}/registered-models/rename"
    await world.owner.send("POST", rename, name="lstm", new_name="renamed")
    assert await world.may_read_model(world.ada, "renamed")
    rows = (await world.ada.get(f"{GRANTS}/list", username="ada"))["permissions"]
    assert [row["resource_pattern"] for row in rows] == ["renamed"]

    await world.admin.send("POST", f"{MLFLOW_2}/registered-models/create", name="lstm")
    assert not await world.may_read_model(world.ada, "lstm")
    assert await world.ada.get(f"{GRANTS}/get", **{**fields, "resource_id": "renamed"}) == {
        "allowed": True,
        "permission": "EDIT",
    }


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"resource_id": "987654"}, (404, "permission.no_resource")),
        ({"resource_id": "none"}, (404, "permission.no_resource")),
        ({"resource_type": "registered_model", "resource_id": "none"}, (404, "permission.no_resource")),
        ({"username": "nobody"}, (404, "user.not_found")),
        ({"permission": "NO_PERMISSIONS"}, (400, "permission.nothing_permitted")),
        ({"permission": "ALL"}, (400, "request.invalid_value")),
        ({"resource_type": "workspace", "resource_id": "*"}, (400, "permission.workspace")),
        ({"resource_type": "scorer"}, (400, "request.invalid_value")),
        ({"resource_id": ""}, (400, "request.missing_parameter")),
    ],
)
async def test_a_grant_that_makes_no_sense_is_refused(
    world: World, change: dict[str, str], refusal: tuple[int, str]
) -> None:
    fields = {**on_experiment(world, permission="READ"), **change}
    status, code = await world.admin.refused("POST", f"{GRANTS}/grant", **fields)
    assert (status, code) == refusal or (status == refusal[0] == 400 and code.startswith("value."))
    assert (await world.admin.get(f"{GRANTS}/list", username="ada"))["permissions"] == []


async def test_who_may_not_grant_learns_nothing(world: World) -> None:
    missing = {**on_experiment(world, permission="READ"), "resource_id": "987654"}
    there = on_experiment(world, permission="READ")
    answers = [(await world.ada.client.post(f"{GRANTS}/grant", json=fields)) for fields in (there, missing)]
    assert answers[0].status_code == answers[1].status_code == 403
    assert answers[0].content == answers[1].content


async def test_on_all_things_grants_who_administers_the_workspace(world: World) -> None:
    fields = {**on_experiment(world, permission="READ"), "resource_id": "*"}
    assert await world.owner.refused("POST", f"{GRANTS}/grant", **fields) == DENIED
    accounts = world.server.store.accounts
    role = await accounts.roles.create("default", "leads")
    await accounts.roles.add_permission(role.role_id, ResourceType.WORKSPACE, "*", PermissionLevel.MANAGE)
    await accounts.roles.assign(role.role_id, username="owner")
    world.server.authenticator.accounts_changed()
    await world.owner.send("POST", f"{GRANTS}/grant", **fields)
    assert await world.may_read(world.ada)


async def test_a_role_permits_what_it_says_as_long_as_it_does(world: World) -> None:
    admin, ada = world.admin, world.ada
    made = (await admin.send("POST", f"{ROLES}/create", workspace="default", name="readers", description="d"))["role"]
    assert made == {"id": 1, "name": "readers", "workspace": "default", "description": "d", "permissions": []}
    fields = {"role_id": 1, "resource_type": "registered_model", "resource_pattern": "lstm", "permission": "READ"}
    added = (await admin.send("POST", f"{ROLES}/permissions/add", **fields))["role_permission"]
    assert added == {**fields, "id": 1}
    assert await admin.refused("POST", f"{ROLES}/permissions/add", **fields) == (400, "role.permission_exists")

    assigned = await admin.send("POST", f"{ROLES}/assign", username="ada", role_id=1)
    assert {name: assigned["assignment"][name] for name in ("user_id", "role_id")} == {"user_id": 3, "role_id": 1}
    assert await admin.get(f"{ROLES}/users/list", role_id=1) == {"assignments": [assigned["assignment"]]}
    assert await world.may_read_model(ada)
    whole = {**made, "permissions": [added]}
    assert await ada.get(f"{ROLES}/get", role_id=1) == {"role": whole}
    assert await ada.get(f"{ROLES}/permissions/list", role_id=1) == {"role_permissions": [added]}
    assert await ada.get(f"{MLFLOW_3}/users/roles/list", username="ada") == {"roles": [whole]}
    assert await ada.get(f"{ROLES}/list", workspace="default") == {"roles": [whole]}

    changed = await admin.send("PATCH", f"{ROLES}/permissions/update", role_permission_id=1, permission="DENY")
    assert changed == {"role_permission": {**added, "permission": "DENY"}}
    assert not await world.may_read_model(ada)
    await admin.send("DELETE", f"{ROLES}/permissions/remove", role_permission_id=1)
    renamed = await admin.send("PATCH", f"{ROLES}/update", role_id=1, name="others")
    assert (renamed["role"]["name"], renamed["role"]["description"]) == ("others", "d")
    await admin.send("DELETE", f"{ROLES}/unassign", username="ada", role_id=1)
    assert await admin.refused("DELETE", f"{ROLES}/unassign", username="ada", role_id=1) == (404, "role.not_assigned")
    await admin.send("DELETE", f"{ROLES}/delete", role_id=1)
    assert await admin.refused("GET", f"{ROLES}/get", role_id=1) == (404, "role.not_found")


async def test_roles_are_shown_to_who_has_them_and_kept_from_others(world: World) -> None:
    for name in ("readers", "writers"):
        await world.admin.send("POST", f"{ROLES}/create", workspace="default", name=name)
    await world.admin.send("POST", f"{ROLES}/assign", username="owner", role_id=1)
    assert [role["name"] for role in (await world.owner.get(f"{ROLES}/list"))["roles"]] == ["readers"]
    assert (await world.ada.get(f"{ROLES}/list"))["roles"] == []
    assert len((await world.admin.get(f"{ROLES}/list"))["roles"]) == 2
    assert await world.owner.get(f"{ROLES}/get", role_id=1)
    for who in (world.ada, world.owner):
        assert await who.refused("GET", f"{ROLES}/get", role_id=2) == DENIED
        assert await who.refused("GET", f"{ROLES}/get", role_id=987) == DENIED
        assert await who.refused("GET", f"{ROLES}/users/list", role_id=1) == DENIED
        assert await who.refused("DELETE", f"{ROLES}/delete", role_id=1) == DENIED
        assert await who.refused("POST", f"{ROLES}/create", workspace="default", name="mine") == DENIED
        assert await who.refused("POST", f"{ROLES}/assign", username="ada", role_id=1) == DENIED
    assert await world.ada.refused("GET", f"{MLFLOW_3}/users/roles/list", username="owner") == DENIED
    assert await world.ada.refused("GET", f"{GRANTS}/list", username="owner") == DENIED


async def test_who_administers_a_workspace_has_its_roles_and_no_other(world: World) -> None:
    accounts = world.server.store.accounts
    assert (await world.admin.client.post(f"{MLFLOW_3}/workspaces", json={"name": "team"})).status_code == 201
    lead = await accounts.roles.create("team", "leads")
    await accounts.roles.add_permission(lead.role_id, ResourceType.WORKSPACE, "*", PermissionLevel.MANAGE)
    await accounts.roles.assign(lead.role_id, username="owner")
    other = await accounts.roles.create("default", "others")
    world.server.authenticator.accounts_changed()
    owner = world.owner
    made = (await owner.send("POST", f"{ROLES}/create", workspace="team", name="mates"))["role"]["id"]
    add = {"resource_type": "experiment", "resource_pattern": "*", "permission": "READ"}
    permission = await owner.send("POST", f"{ROLES}/permissions/add", role_id=made, **add)
    await owner.send("POST", f"{ROLES}/assign", username="ada", role_id=made)
    number = permission["role_permission"]["id"]
    await owner.send("PATCH", f"{ROLES}/permissions/update", role_permission_id=number, permission="EDIT")
    # What is permitted in another workspace says nothing of things in this one.
    assert not await world.may_read(world.ada)
    for method, path, fields in (
        ("POST", "create", {"workspace": "default", "name": "mine"}),
        ("POST", "permissions/add", {"role_id": other.role_id, **add}),
        ("POST", "assign", {"role_id": other.role_id, "username": "owner"}),
        ("PATCH", "update", {"role_id": other.role_id, "name": "mine"}),
    ):
        assert await owner.refused(method, f"{ROLES}/{path}", **fields) == DENIED, path


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("PATCH", "update", {"role_id": 1}),
        ("PATCH", "update", {"role_id": "one", "name": "x"}),
        ("GET", "get", {"role_id": "0"}),
        ("GET", "get", {}),
        ("POST", "create", {"workspace": "", "name": "x"}),
        ("GET", "list", {"workspace": " "}),
        (
            "POST",
            "permissions/add",
            {"role_id": 1, "resource_type": "workspace", "resource_pattern": "*", "permission": "READ"},
        ),
        (
            "POST",
            "permissions/add",
            {"role_id": 1, "resource_type": "experiment", "resource_pattern": "*", "permission": "NO_PERMISSIONS"},
        ),
    ],
)
async def test_a_role_that_makes_no_sense_is_refused(
    world: World, method: str, path: str, fields: dict[str, Any]
) -> None:
    await world.admin.send("POST", f"{ROLES}/create", workspace="default", name="readers")
    status, _ = await world.admin.refused(method, f"{ROLES}/{path}", **fields)
    assert status == 400


@pytest.mark.parametrize(
    ("folder", "field", "wrapper"),
    [
        ("experiments", "experiment_id", "experiment_permission"),
        ("registered-models", "name", "registered_model_permission"),
    ],
)
async def test_permissions_by_the_routes_of_2x(world: World, folder: str, field: str, wrapper: str) -> None:
    path = f"{MLFLOW_2}/{folder}/permissions"
    named = {field: world.experiment_id if field == "experiment_id" else "lstm", "username": "ada"}
    may_read = world.may_read if field == "experiment_id" else world.may_read_model
    assert await world.ada.refused("GET", f"{path}/get", **named) == DENIED
    assert await world.owner.refused("GET", f"{path}/get", **named) == (404, "permission.not_found")
    assert await world.owner.refused("PATCH", f"{path}/update", **named, permission="READ") == (
        404,
        "permission.not_found",
    )
    made = await world.owner.send("POST", f"{path}/create", **named, permission="READ")
    assert made == {wrapper: {field: named[field], "user_id": 3, "permission": "READ"}}
    assert await may_read(world.ada)
    assert await world.owner.refused("POST", f"{path}/create", **named, permission="EDIT") == (
        400,
        "permission.exists",
    )
    user = (await world.ada.get(f"{MLFLOW_2}/users/get", username="ada"))["user"]
    assert user[f"{wrapper}s"] == [made[wrapper]]

    # In 2.x this takes everything away, which is DENY here.
    await world.owner.send("PATCH", f"{path}/update", **named, permission="NO_PERMISSIONS")
    assert not await may_read(world.ada)
    assert (await world.owner.get(f"{path}/get", **named))[wrapper]["permission"] == "NO_PERMISSIONS"
    rows = (await world.ada.get(f"{GRANTS}/list", username="ada"))["permissions"]
    assert [row["permission"] for row in rows] == ["DENY"]
    await world.owner.send("DELETE", f"{path}/delete", **named)
    assert await world.owner.refused("DELETE", f"{path}/delete", **named) == (404, "permission.not_found")
