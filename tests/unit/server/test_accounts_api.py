"""Trialog's own routes of accounts: tokens, groups, logins, who asks, and the record of who did what."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.account_api import MLFLOW_2, OWN, Caller, caller, new_caller, reading_caller
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import PermissionLevel, ResourceType
from trialog.entities.clock import now_milliseconds
from trialog.errors import Unauthenticated

pytestmark = pytest.mark.anyio

TOKENS = f"{OWN}/tokens"
GROUPS = f"{OWN}/groups"
AUDIT = f"{OWN}/audit"
DENIED = (403, "auth.permission_denied")
GONE = (404, "token.not_found")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[GuardedServer]:
    async with guarded_server(tmp_path, default_permission=PermissionLevel.NO_PERMISSIONS) as opened:
        yield opened


@pytest.fixture
async def admin(server: GuardedServer) -> Caller:
    return await new_caller(server, "root", is_admin=True)


@pytest.fixture
async def ada(server: GuardedServer, admin: Caller) -> Caller:
    return await new_caller(server, "ada")


async def test_a_token_is_shown_once_and_counts_until_it_is_revoked(server: GuardedServer, ada: Caller) -> None:
    expires_at = now_milliseconds() + 3_600_000
    made = await ada.send("POST", TOKENS, name="nightly", scope="READ", expires_at=expires_at)
    assert made["secret"].startswith(f"tlg_{made['token']['token_id']}_")
    assert {name: made["token"][name] for name in ("username", "name", "scope", "expires_at", "last_used_at")} == {
        "username": "ada",
        "name": "nightly",
        "scope": "READ",
        "expires_at": expires_at,
        "last_used_at": None,
    }
    program = caller(server, f"Bearer {made['secret']}")
    me = await program.get(f"{OWN}/me")
    assert (me["username"], me["via"], me["scope"]) == ("ada", f"token:{made['token']['token_id']}", "READ")

    listed = await ada.client.get(TOKENS)
    assert made["token"]["token_id"] in listed.text
    assert made["secret"] not in listed.text
    assert await ada.send("DELETE", f"{TOKENS}/{made['token']['token_id']}") == {}
    assert await program.refused("GET", f"{OWN}/me") == (401, "auth.unauthenticated")
    assert await ada.refused("DELETE", f"{TOKENS}/{made['token']['token_id']}") == GONE


async def test_tokens_of_others_are_the_administrators(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    bob = await new_caller(server, "bob")
    made = await ada.send("POST", TOKENS, name="mine")
    number = made["token"]["token_id"]
    # As for one that nobody has.
    assert await bob.refused("DELETE", f"{TOKENS}/{number}") == await bob.refused("DELETE", f"{TOKENS}/nothing") == GONE
    assert await bob.refused("GET", TOKENS, username="ada") == DENIED
    assert await bob.refused("GET", TOKENS, username="nobody") == DENIED
    assert await bob.refused("GET", f"{TOKENS}/all") == DENIED
    assert await bob.refused("POST", TOKENS, name="hers", username="ada") == DENIED
    assert number not in (await bob.client.get(TOKENS)).text

    owners = {token["username"] for token in (await admin.get(f"{TOKENS}/all"))["tokens"]}
    assert owners == {"root", "ada", "bob"}
    assert number in [token["token_id"] for token in (await admin.get(TOKENS, username="ADA"))["tokens"]]
    robots = await admin.send("POST", TOKENS, name="robot", username="ada", scope="EDIT")
    assert (await caller(server, f"Bearer {robots['secret']}").get(f"{OWN}/me"))["username"] == "ada"
    await admin.send("DELETE", f"{TOKENS}/{number}")


async def test_a_token_makes_no_token_that_may_more(server: GuardedServer, ada: Caller) -> None:
    assert await ada.get(TOKENS)
    for scope in (PermissionLevel.READ, PermissionLevel.EDIT):
        program = await reading_caller(server, "ada", scope)
        assert await program.refused("POST", TOKENS, name="more") == DENIED
        assert await program.refused("DELETE", f"{OWN}/sessions") == DENIED
        assert await program.refused("DELETE", f"{TOKENS}/nothing") == DENIED
    of_admin = await reading_caller(server, "root", PermissionLevel.EDIT)
    assert await of_admin.refused("POST", TOKENS, name="more") == DENIED
    assert await of_admin.refused("POST", f"{OWN}/users", username="eve") == DENIED
    assert await of_admin.refused("GET", AUDIT) == DENIED


async def test_a_token_that_ends_makes_none_that_lasts(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    end = now_milliseconds() + 3_600_000
    for who, of in ((ada, "ada"), (admin, "root")):
        found = await who.send("POST", TOKENS, name="found", expires_at=end)
        program = caller(server, f"Bearer {found['secret']}")
        assert await program.refused("POST", TOKENS, name="kept", expires_at=end + 1) == (
            400,
            "token.outlives_its_maker",
        )
        assert {token["name"] for token in (await who.get(TOKENS))["tokens"]} == {"found", "test"}
        for fields, expires_at in (({}, end), ({"expires_at": end}, end), ({"expires_at": end - 1}, end - 1)):
            made = await program.send("POST", TOKENS, name="next", **fields)
            assert (made["token"]["username"], made["token"]["expires_at"]) == (of, expires_at)
        last = caller(server, f"Bearer {made['secret']}")
        assert await last.refused("POST", TOKENS, name="kept", expires_at=end) == (400, "token.outlives_its_maker")
    # One that does not end makes what she likes.
    assert (await ada.send("POST", TOKENS, name="mine"))["token"]["expires_at"] is None
    assert (await ada.send("POST", TOKENS, name="mine", expires_at=end + 1))["token"]["expires_at"] == end + 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "request.missing_parameter"),
        ({"name": " x"}, "account.bad_name"),
        ({"name": "x", "scope": "USE"}, "token.bad_scope"),
        ({"name": "x", "scope": "DENY"}, "token.bad_scope"),
        ({"name": "x", "expires_at": 5}, "token.bad_expiry"),
        ({"name": "x", "expires": 5}, "request.unknown_field"),
    ],
)
async def test_a_token_that_makes_no_sense_is_refused(ada: Caller, fields: dict[str, object], code: str) -> None:
    before = await ada.get(TOKENS)
    assert await ada.refused("POST", TOKENS, **fields) == (400, code)
    assert len((await ada.get(TOKENS))["tokens"]) == len(before["tokens"])


async def test_who_am_i_says_what_counts(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    accounts = server.store.accounts
    role = await accounts.roles.create("default", "writers")
    await accounts.roles.add_permission(role.role_id, ResourceType.EXPERIMENT, "0", PermissionLevel.EDIT)
    await admin.send("POST", GROUPS, name="quants")
    await admin.send("PUT", f"{GROUPS}/quants/members/ADA")
    await admin.send("PUT", f"{GROUPS}/quants/roles/{role.role_id}")
    me = await ada.get(f"{OWN}/me")
    assert {name: me[name] for name in ("username", "is_admin", "has_accounts", "default_permission", "groups")} == {
        "username": "ada",
        "is_admin": False,
        "has_accounts": True,
        "default_permission": "NO_PERMISSIONS",
        "groups": ["quants"],
    }
    assert [(row["role_name"], row["resource_pattern"], row["permission"]) for row in me["permissions"]] == [
        ("writers", "0", "EDIT")
    ]


async def test_a_group_gives_its_roles_to_its_members(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    accounts = server.store.accounts
    role = await accounts.roles.create("default", "readers")
    await accounts.roles.add_permission(role.role_id, ResourceType.EXPERIMENT, "0", PermissionLevel.READ)
    read = {"experiment_id": "0"}
    get = f"{MLFLOW_2}/experiments/get"
    assert await ada.refused("GET", get, **read) == DENIED

    name = "a/b c"
    path = f"{GROUPS}/a%2Fb%20c"
    assert await admin.send("POST", GROUPS, name=name) == {"name": name, "members": []}
    assert await admin.refused("POST", GROUPS, name="A/B C") == (400, "group.exists")
    await admin.send("PUT", f"{path}/members/ada")
    await admin.send("PUT", f"{path}/roles/{role.role_id}")
    assert (await ada.get(get, **read))["experiment"]["experiment_id"] == "0"
    assert await admin.get(GROUPS) == {"groups": [{"name": name, "members": ["ada"]}]}
    found = await admin.get(path)
    assert (found["members"], [one["name"] for one in found["roles"]]) == (["ada"], ["readers"])

    await admin.send("DELETE", f"{path}/members/ada")
    assert await ada.refused("GET", get, **read) == DENIED
    await admin.send("PUT", f"{path}/members/ada")
    await admin.send("DELETE", f"{path}/roles/{role.role_id}")
    assert await ada.refused("GET", get, **read) == DENIED
    await admin.send("DELETE", path)
    assert await admin.refused("GET", path) == (404, "group.not_found")
    for method, address in (("GET", GROUPS), ("GET", path), ("DELETE", path), ("PUT", f"{path}/members/ada")):
        assert await ada.refused(method, address) == DENIED


async def test_logins_are_ended_all_at_once(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    bob = await new_caller(server, "bob")
    authenticator = server.authenticator
    identity = await authenticator.by_token((await ada.send("POST", TOKENS, name="login"))["secret"])
    begun = [await authenticator.begin_session(identity) for _ in range(2)]
    assert await bob.refused("DELETE", f"{OWN}/sessions", username="ada") == DENIED
    await bob.send("DELETE", f"{OWN}/sessions")
    assert (await authenticator.by_session(begun[0].secret)).actor == "ada"

    await ada.send("DELETE", f"{OWN}/sessions")
    for session in begun:
        with pytest.raises(Unauthenticated, match="not logged in"):
            await authenticator.by_session(session.secret)
    again = await authenticator.begin_session(identity)
    await admin.send("DELETE", f"{OWN}/sessions", username="ada")
    with pytest.raises(Unauthenticated, match="not logged in"):
        await authenticator.by_session(again.secret)


async def test_what_was_done_and_refused_is_read_by_administrators(
    server: GuardedServer, admin: Caller, ada: Caller
) -> None:
    await admin.send("POST", GROUPS, name="quants")
    assert await ada.refused("DELETE", f"{GROUPS}/quants") == DENIED
    await admin.send("DELETE", f"{MLFLOW_2}/users/delete", username="ada")
    await server.audit.close()

    records = (await admin.get(AUDIT, max_results=1000))["records"]
    seen = [(one["actor"], one["operation"], one["resource"], one["status"], one["code"]) for one in records]
    assert ("root", "create_group", "group:quants", 200, "") in seen
    assert ("ada", "delete_group", "group:quants", 403, "auth.permission_denied") in seen
    assert ("root", "delete_user", "user:ada", 200, "") in seen

    first = await admin.get(AUDIT, max_results=1)
    second = await admin.get(AUDIT, max_results=1, page_token=first["next_page_token"])
    assert second["records"][0]["record_id"] < first["records"][0]["record_id"]
    by_ada = (await admin.get(AUDIT, actor="ada", operation="delete_group"))["records"]
    assert [one["status"] for one in by_ada] == [403]
    assert (await admin.get(AUDIT, until=by_ada[0]["timestamp"], actor="ada"))["records"] == []
    assert await admin.refused("GET", AUDIT, page_token="nonsense") == (400, "page_token.invalid")


async def test_the_record_is_exported_whole_as_json_lines(server: GuardedServer, admin: Caller, ada: Caller) -> None:
    assert await ada.refused("GET", f"{AUDIT}/export") == DENIED
    for number in range(3):
        await admin.send("POST", GROUPS, name=f"group{number}")
    await server.audit.close()
    answer = await admin.client.get(f"{AUDIT}/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "content-length" not in answer.headers
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["record_id"] for line in lines] == sorted(line["record_id"] for line in lines)
    assert [line["resource"] for line in lines if line["operation"] == "create_group"] == [
        f"group:group{number}" for number in range(3)
    ]
