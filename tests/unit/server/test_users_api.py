"""Users by MLflow's routes: what they answer, and whom they refuse."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.account_api import MLFLOW_2, OWN, PASSWORD, Caller, caller, new_caller, reading_caller
from tests.in_process import in_process_client
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import PermissionLevel, ResourceType

pytestmark = pytest.mark.anyio

USERS = f"{MLFLOW_2}/users"
DENIED = (403, "auth.permission_denied")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[GuardedServer]:
    async with guarded_server(tmp_path) as opened:
        yield opened


@pytest.fixture
async def admin(server: GuardedServer) -> Caller:
    return await new_caller(server, "root", is_admin=True)


async def test_a_user_is_made_read_and_removed(server: GuardedServer, admin: Caller) -> None:
    made = await admin.send("POST", f"{USERS}/create", username="Ada", password=PASSWORD)
    assert made == {
        "user": {
            "id": 2,
            "username": "Ada",
            "is_admin": False,
            "experiment_permissions": [],
            "registered_model_permissions": [],
        }
    }
    assert await admin.get(f"{USERS}/get", username="ada") == made

    ada = caller(server, password_of="Ada")
    assert await ada.get(f"{USERS}/get", username="Ada") == made
    assert await ada.get(f"{USERS}/current") == {
        "user": {"id": 2, "username": "Ada", "is_admin": False},
        "is_basic_auth": True,
    }
    assert await admin.send("DELETE", f"{USERS}/delete", username="Ada") == {}
    assert await admin.refused("GET", f"{USERS}/get", username="Ada") == (404, "user.not_found")
    assert await ada.refused("GET", f"{USERS}/current") == (401, "auth.unauthenticated")


async def test_only_administrators_make_change_and_remove_users(server: GuardedServer, admin: Caller) -> None:
    ada = await new_caller(server, "ada")
    await new_caller(server, "bob")
    refused: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "create", {"username": "eve", "password": PASSWORD}),
        ("POST", "create", {"username": "bob", "password": PASSWORD}),
        ("GET", "get", {"username": "bob"}),
        ("GET", "get", {"username": "nobody"}),
        ("PATCH", "update-password", {"username": "bob", "password": PASSWORD}),
        ("PATCH", "update-password", {"username": "nobody", "password": PASSWORD}),
        ("PATCH", "update-admin", {"username": "ada", "is_admin": True}),
        ("DELETE", "delete", {"username": "bob"}),
        ("DELETE", "delete", {"username": "nobody"}),
    ]
    for method, path, fields in refused:
        assert await ada.refused(method, f"{USERS}/{path}", **fields) == DENIED, path
    names = [user["username"] for user in (await admin.get(f"{USERS}/list"))["users"]]
    assert names == ["ada", "bob", "root"]


async def test_a_name_is_taken_in_whatever_case(admin: Caller) -> None:
    create = f"{USERS}/create"
    await admin.send("POST", create, username="Ada", password=PASSWORD)
    assert await admin.refused("POST", create, username="ADA", password=PASSWORD) == (400, "user.exists")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"username": "eve", "password": "short"}, "password.too_short"),
        ({"username": "eve", "password": "x" * 1025}, "password.too_long"),
        ({"username": "very-long-name", "password": "Very-Long-Name"}, "password.is_username"),
        ({"username": " eve", "password": PASSWORD}, "account.bad_name"),
        ({"username": "e\nve", "password": PASSWORD}, "account.bad_name"),
        ({"username": "", "password": PASSWORD}, "request.missing_parameter"),
        ({"username": "eve", "password": ""}, "request.missing_parameter"),
        ({"username": "eve"}, "request.missing_parameter"),
    ],
)
async def test_what_may_not_be_is_refused(admin: Caller, fields: dict[str, str], code: str) -> None:
    assert await admin.refused("POST", f"{USERS}/create", **fields) == (400, code)
    assert [user["username"] for user in (await admin.get(f"{USERS}/list"))["users"]] == ["root"]


async def test_a_password_of_a_wrong_type_is_not_told_back(admin: Caller) -> None:
    answer = await admin.client.post(f"{USERS}/create", json={"username": "eve", "password": 87654321})
    assert answer.status_code == 400
    assert "87654321" not in answer.text


async def test_ones_own_password_takes_the_one_till_now(server: GuardedServer, admin: Caller) -> None:
    await admin.send("POST", f"{USERS}/create", username="ada", password=PASSWORD)
    ada = caller(server, password_of="ada")
    path = f"{USERS}/update-password"
    new = "another horse battery"
    assert await ada.refused("PATCH", path, username="ada", password=new) == (400, "password.current_missing")
    wrong = {"username": "ADA", "password": new, "current_password": "wrong horse battery"}
    assert await ada.refused("PATCH", path, **wrong) == (400, "password.current_wrong")
    same = {"username": "ada", "password": PASSWORD, "current_password": PASSWORD}
    assert await ada.refused("PATCH", path, **same) == (400, "password.unchanged")
    short = {"username": "ada", "password": "short", "current_password": PASSWORD}
    assert await ada.refused("PATCH", path, **short) == (400, "password.too_short")
    assert await ada.get(f"{USERS}/current")

    assert await ada.send("PATCH", path, username="ada", password=new, current_password=PASSWORD) == {}
    assert await ada.refused("GET", f"{USERS}/current") == (401, "auth.unauthenticated")
    await admin.send("PATCH", path, username="ada", password=PASSWORD)
    assert await ada.get(f"{USERS}/current")


async def test_a_new_password_ends_logins(server: GuardedServer, admin: Caller) -> None:
    await admin.send("POST", f"{USERS}/create", username="ada", password=PASSWORD)
    identity = await server.authenticator.by_password("ada", PASSWORD, "127.0.0.1")
    begun = await server.authenticator.begin_session(identity)
    assert (await server.authenticator.by_session(begun.secret)).actor == "ada"

    await admin.send("PATCH", f"{USERS}/update-password", username="ada", password="another horse battery")
    with pytest.raises(Exception, match="not logged in"):
        await server.authenticator.by_session(begun.secret)


async def test_a_token_of_less_than_all_changes_no_password(server: GuardedServer) -> None:
    await new_caller(server, "ada")
    for scope in (PermissionLevel.READ, PermissionLevel.EDIT):
        program = await reading_caller(server, "ada", scope)
        fields = {"username": "ada", "password": "another horse battery", "current_password": PASSWORD}
        assert await program.refused("PATCH", f"{USERS}/update-password", **fields) == DENIED
        assert (await program.get(f"{USERS}/get", username="ada"))["user"]["username"] == "ada"


async def test_the_last_administrator_stays(server: GuardedServer, admin: Caller) -> None:
    answer = await admin.client.patch(f"{USERS}/update-admin", json={"username": "root", "is_admin": False})
    assert answer.status_code == 409
    assert "last administrator" in answer.json()["message"]
    assert await admin.refused("DELETE", f"{USERS}/delete", username="ROOT") == (400, "user.deletes_herself")

    other = await new_caller(server, "other")
    await admin.send("PATCH", f"{USERS}/update-admin", username="other", is_admin=True)
    await other.send("PATCH", f"{USERS}/update-admin", username="root", is_admin=False)
    assert await admin.refused("PATCH", f"{USERS}/update-admin", username="root", is_admin=True) == DENIED
    await other.send("DELETE", f"{USERS}/delete", username="root")


async def test_users_are_listed_with_the_roles_that_may_be_seen(server: GuardedServer, admin: Caller) -> None:
    ada, bob, lead = [await new_caller(server, name) for name in ("ada", "bob", "lead")]
    accounts = server.store.accounts
    readers = await accounts.roles.create("default", "readers")
    leads = await accounts.roles.create("default", "leads")
    elsewhere = await accounts.roles.create("other", "elsewhere")
    await accounts.roles.add_permission(leads.role_id, ResourceType.WORKSPACE, "*", PermissionLevel.MANAGE)
    for role, name in ((readers, "ada"), (elsewhere, "ada"), (leads, "lead"), (readers, "bob")):
        await accounts.roles.assign(role.role_id, username=name)
    server.authenticator.accounts_changed()

    async def seen_by(who: Caller) -> dict[str, list[str]]:
        users = (await who.get(f"{USERS}/list"))["users"]
        return {user["username"]: [role["name"] for role in user["roles"]] for user in users}

    nothing: list[str] = []
    assert await seen_by(admin) == {"ada": ["readers", "elsewhere"], "bob": ["readers"], "lead": ["leads"], "root": []}
    assert await seen_by(bob) == {"ada": nothing, "bob": ["readers"], "lead": nothing, "root": nothing}
    assert await seen_by(lead) == {"ada": ["readers"], "bob": ["readers"], "lead": ["leads"], "root": nothing}
    assert (await seen_by(ada))["ada"] == ["readers", "elsewhere"]


async def test_users_of_trialogs_own_api_may_have_no_password(server: GuardedServer, admin: Caller) -> None:
    made = await admin.send("POST", f"{OWN}/users", username="robot")
    assert {name: made[name] for name in ("username", "is_admin", "has_password")} == {
        "username": "robot",
        "is_admin": False,
        "has_password": False,
    }
    second = await admin.send("POST", f"{OWN}/users", username="second", password=PASSWORD, is_admin=True)
    assert (second["is_admin"], second["has_password"]) == (True, True)
    listed = (await caller(server, password_of="second").get(f"{OWN}/users"))["users"]
    assert [user["username"] for user in listed] == ["robot", "root", "second"]
    ada = await new_caller(server, "ada")
    assert await ada.refused("GET", f"{OWN}/users") == DENIED
    assert await ada.refused("POST", f"{OWN}/users", username="eve") == DENIED


async def test_an_account_is_made_for_somebody_of_the_identity_provider(admin: Caller) -> None:
    made = await admin.send("POST", f"{OWN}/users", username="carol", from_provider=True)
    assert (made["has_password"], made["awaits_provider"]) == (False, True)
    assert not (await admin.send("POST", f"{OWN}/users", username="robot"))["awaits_provider"]
    assert await admin.refused("POST", f"{OWN}/users", username="eve", password=PASSWORD, from_provider=True) == (
        400,
        "account.awaits_and_has",
    )
    changed = await admin.send("PATCH", f"{OWN}/users/robot", from_provider=True)
    assert (changed["username"], changed["awaits_provider"]) == ("robot", True)
    assert not (await admin.send("PATCH", f"{OWN}/users/robot", from_provider=False))["awaits_provider"]
    assert (await admin.refused("PATCH", f"{OWN}/users/nobody", from_provider=True))[0] == 404
    assert (await admin.refused("PATCH", f"{OWN}/users/robot"))[0] == 400


async def test_a_server_without_accounts_makes_none(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        for method, path in (
            ("POST", f"{USERS}/create"),
            ("POST", f"{OWN}/users"),
            ("POST", f"{OWN}/tokens"),
            ("GET", f"{OWN}/audit/export"),
        ):
            body = {"POST": {"username": "eve", "password": PASSWORD}, "GET": None}[method]
            if path.endswith("tokens"):
                body = {"name": "mine"}
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "accounts.not_in_use"), path
            assert "--accounts" in answer.json()["message"]
        me = (await client.get(f"{OWN}/me")).json()
        assert (me["has_accounts"], me["username"], me["is_admin"]) == (False, "anybody", True)
