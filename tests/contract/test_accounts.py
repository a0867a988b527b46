"""Accounts, as the contract promises them, wherever they are kept."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.contract.account_stores import ACCOUNT_STORES, OpenAccounts
from trialog.access import Authenticator, HashingCost, Passwords, new_token, permission_on
from trialog.contracts import AccountStore
from trialog.entities import ApiToken, Identity, PermissionLevel, ResourcePermission, ResourceType, Role, Session
from trialog.errors import (
    Conflict,
    InvalidParameter,
    ResourceAlreadyExists,
    ResourceNotFound,
    TrialogError,
    Unauthenticated,
)

pytestmark = pytest.mark.anyio

EXPERIMENT, MODEL, WORKSPACE = ResourceType.EXPERIMENT, ResourceType.REGISTERED_MODEL, ResourceType.WORKSPACE
READ, USE, EDIT, MANAGE = PermissionLevel.READ, PermissionLevel.USE, PermissionLevel.EDIT, PermissionLevel.MANAGE
HASH = b"\x00\xff" * 16
ODD_NAMES = ["", " ", "a\0b", "a\nb", "a\x7fb", "\ud800", "\u202eada", " ada", "ada ", "e\u0301va", "a" * 257]


@pytest.fixture(params=list(ACCOUNT_STORES.values()), ids=list(ACCOUNT_STORES))
async def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AccountStore]:
    """Accounts with an administrator and a user."""
    open_accounts: OpenAccounts = request.param
    async with open_accounts(tmp_path) as opened:
        await opened.create_user("root", "h0", is_admin=True)
        await opened.create_user("Ada", "h1")
        yield opened


def token(token_id: str, username: str = "ada", created_at: int = 5, expires_at: int | None = None) -> ApiToken:
    return ApiToken(token_id, username, "ci", EDIT, created_at, expires_at)


def session(user_id: int, seconds: int = 3600) -> Session:
    now = time.time_ns() // 1_000_000
    return Session(user_id, now, now + seconds * 1000)


def said(permissions: dict[str, tuple[ResourcePermission, ...]]) -> set[tuple[str, str, str, str]]:
    return {
        (workspace, item.resource_type.value, item.resource_pattern, item.permission.value)
        for workspace, items in permissions.items()
        for item in items
    }


async def test_a_user_is_known_by_name_in_whatever_case(accounts: AccountStore) -> None:
    made = await accounts.create_user("Straße", None)

    assert [user.username for user in await accounts.list_users()] == ["Ada", "root", "Straße"]
    assert await accounts.get_user("STRASSE") == made
    assert (made.has_password, made.is_admin) == (False, False)
    assert abs(made.created_at - time.time_ns() // 1_000_000) < 60_000
    with pytest.raises(ResourceAlreadyExists, match=r"strasse.*already exists"):
        await accounts.create_user("strasse", "h")
    with pytest.raises(ResourceAlreadyExists, match=r"aDA.*already exists"):
        await accounts.create_user("aDA", "h")


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
async def test_nobody_has_an_odd_name(accounts: AccountStore, name: str) -> None:
    version = await accounts.version()
    makings: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.create_user(name, "h"),
        lambda: accounts.create_group(name),
        lambda: accounts.create_role("default", name),
        lambda: accounts.create_role(name, "readers"),
    ]
    for making in makings:
        with pytest.raises(InvalidParameter, match="Invalid value for parameter"):
            await making()

    askings: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.get_user(name),
        lambda: accounts.delete_user(name),
        lambda: accounts.update_user(name, is_admin=True),
        lambda: accounts.delete_group(name),
        lambda: accounts.roles_of_user(name),
        lambda: accounts.direct_permissions_of_user(name),
        lambda: accounts.delete_token(name),
    ]
    for asking in askings:
        with pytest.raises(ResourceNotFound, match=r"."):
            await asking()
    assert await accounts.password_hash(name) is None
    assert await accounts.list_tokens(name) == []
    assert await accounts.find_token(name) is None
    assert await accounts.list_roles([name]) == []
    assert await accounts.version() == version


async def test_a_new_password_ends_logins_and_a_better_hash_does_not(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    await accounts.create_session(HASH, session(ada.user_id))

    await accounts.renew_password_hash("ADA", old_hash="another", new_hash="h9")
    assert await accounts.password_hash("ada") == "h1"
    await accounts.renew_password_hash("ADA", old_hash="h1", new_hash="h2")
    assert await accounts.password_hash("ada") == "h2"
    assert await accounts.find_session(HASH) is not None

    await accounts.update_user("ada", password_hash="h3")
    assert await accounts.password_hash("ada") == "h3"
    assert await accounts.find_session(HASH) is None


async def test_the_last_administrator_stays(accounts: AccountStore) -> None:
    version = await accounts.version()
    with pytest.raises(Conflict, match="last administrator"):
        await accounts.delete_user("ROOT")
    with pytest.raises(Conflict, match="last administrator"):
        await accounts.update_user("root", password_hash="new", is_admin=False)
    assert await accounts.password_hash("root") == "h0"
    assert await accounts.version() == version

    await accounts.update_user("ada", is_admin=True)
    await accounts.update_user("root", is_admin=False)
    assert [user.username for user in await accounts.list_users() if user.is_admin] == ["Ada"]
    await accounts.delete_user("root")


async def test_of_two_administrators_who_go_at_once_one_stays(accounts: AccountStore) -> None:
    for number in range(5):
        await accounts.create_user(f"admin{number}", "h", is_admin=True)
    leaving = [accounts.delete_user("root"), *(accounts.delete_user(f"admin{number}") for number in range(3))]
    demoted = [accounts.update_user(f"admin{number}", is_admin=False) for number in range(3, 5)]

    outcomes = await asyncio.gather(*leaving, *demoted, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Conflict]
    assert len([user for user in await accounts.list_users() if user.is_admin]) == 1


async def test_nothing_of_a_deleted_user_falls_to_another(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    group, role = await accounts.create_group("team"), await accounts.create_role("default", "readers")
    await accounts.add_role_permission(role.role_id, EXPERIMENT, "1", READ)
    await accounts.set_membership(group.name, "ada", is_member=True)
    await accounts.assign_role(role.role_id, username="ada")
    await accounts.grant("ada", "default", EXPERIMENT, "2", MANAGE)
    await accounts.create_token(token("t1"), HASH)
    await accounts.create_session(HASH, session(ada.user_id))

    await accounts.delete_user("ada")
    await accounts.create_session(b"late", session(ada.user_id))

    assert await accounts.find_token("t1") is None
    assert await accounts.list_tokens() == []
    assert await accounts.find_session(HASH) is None
    assert await accounts.find_session(b"late") is None
    assert [group.members for group in await accounts.list_groups()] == [[]]
    assert await accounts.users_of_role(role.role_id) == []
    assert said(await accounts.permissions_of_user(ada.user_id)) == set()

    again = await accounts.create_user("ada", "h1")
    assert again.user_id > ada.user_id
    assert await accounts.roles_of_user("ada") == []
    assert said(await accounts.permissions_of_user(again.user_id)) == set()


async def test_groups_have_members_once(accounts: AccountStore) -> None:
    await accounts.create_group("Öl")
    await accounts.create_group("a")
    for name in ("ada", "ROOT", "Ada"):
        await accounts.set_membership("öL", name, is_member=True)
    assert [(group.name, group.members) for group in await accounts.list_groups()] == [
        ("a", []),
        ("Öl", ["Ada", "root"]),
    ]

    await accounts.set_membership("öl", "ada", is_member=False)
    await accounts.set_membership("öl", "ada", is_member=False)
    assert [group.members for group in await accounts.list_groups()] == [[], ["root"]]
    with pytest.raises(ResourceAlreadyExists, match="ÖL"):
        await accounts.create_group("ÖL")
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.set_membership("a", "nobody", is_member=True)
    with pytest.raises(ResourceNotFound, match="nowhere"):
        await accounts.set_membership("nowhere", "ada", is_member=False)


async def test_roles_permit_by_themselves_and_by_groups(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    readers = await accounts.create_role("default", "readers", "may read")
    makers = await accounts.create_role("lab", "makers")
    await accounts.create_group("team")
    await accounts.set_membership("team", "ada", is_member=True)
    for _ in range(2):
        await accounts.assign_role(readers.role_id, username="ADA")
        await accounts.assign_role(readers.role_id, group="TEAM")
        await accounts.assign_role(makers.role_id, group="team")
    first = await accounts.add_role_permission(readers.role_id, EXPERIMENT, "*", READ)
    await accounts.add_role_permission(makers.role_id, WORKSPACE, "*", USE)
    await accounts.grant("ada", "lab", MODEL, "7", EDIT)
    await accounts.grant("ada", "lab", MODEL, "7", MANAGE)

    assert said(await accounts.permissions_of_user(ada.user_id)) == {
        ("default", "experiment", "*", "READ"),
        ("lab", "workspace", "*", "USE"),
        ("lab", "registered_model", "7", "MANAGE"),
    }
    assert said(await accounts.direct_permissions_of_user("ADA")) == {("lab", "registered_model", "7", "MANAGE")}
    assert [role.name for role in await accounts.roles_of_user("ada")] == ["readers", "makers"]
    assert await accounts.get_role(readers.role_id) == Role(readers.role_id, "default", "readers", "may read", [first])
    assert [user.username for user in await accounts.users_of_role(readers.role_id)] == ["Ada"]
    assert await accounts.users_of_role(makers.role_id) == []

    await accounts.unassign_role(readers.role_id, username="ada")
    assert len(await accounts.roles_of_user("ada")) == 2
    await accounts.unassign_role(readers.role_id, group="team")
    assert [role.name for role in await accounts.roles_of_user("ada")] == ["makers"]
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.unassign_role(readers.role_id, username="ada")
    await accounts.delete_group("team")
    assert said(await accounts.permissions_of_user(ada.user_id)) == {("lab", "registered_model", "7", "MANAGE")}


async def test_roles_are_named_changed_and_removed(accounts: AccountStore) -> None:
    role = await accounts.create_role("lab", "b")
    other = await accounts.create_role("lab", "a")
    await accounts.create_role("default", "b")
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.create_role("lab", "b")
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.update_role(role.role_id, name="a")
    assert (await accounts.update_role(role.role_id, name="b", description="new")).description == "new"
    assert [(each.workspace, each.name) for each in await accounts.list_roles()] == [
        ("default", "b"),
        ("lab", "a"),
        ("lab", "b"),
    ]
    assert [each.name for each in await accounts.list_roles(["lab", "none"])] == ["a", "b"]
    assert await accounts.list_roles([]) == []

    added = await accounts.add_role_permission(role.role_id, EXPERIMENT, "1", READ)
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.add_role_permission(role.role_id, EXPERIMENT, "1", EDIT)
    changed = await accounts.update_role_permission(added.permission_id, PermissionLevel.DENY)
    assert changed == ResourcePermission(EXPERIMENT, "1", PermissionLevel.DENY, added.permission_id)
    assert (await accounts.role_of_permission(added.permission_id)).permissions == [changed]
    await accounts.remove_role_permission(added.permission_id)
    assert (await accounts.get_role(role.role_id)).permissions == []

    kept = await accounts.add_role_permission(role.role_id, EXPERIMENT, "1", READ)
    await accounts.assign_role(role.role_id, username="ada")
    await accounts.delete_role(role.role_id)
    assert await accounts.roles_of_user("ada") == []
    for asking in (
        accounts.role_of_permission(kept.permission_id),
        accounts.get_role(role.role_id),
        accounts.delete_role(role.role_id),
        accounts.users_of_role(role.role_id),
        accounts.assign_role(role.role_id, username="ada"),
        accounts.assign_role(other.role_id, group="none"),
    ):
        with pytest.raises(ResourceNotFound, match=r"."):
            await asking


async def test_what_makes_no_sense_is_refused(accounts: AccountStore) -> None:
    role = await accounts.create_role("lab", "members")
    membership = await accounts.add_role_permission(role.role_id, WORKSPACE, "*", USE)
    for asking in (
        accounts.add_role_permission(role.role_id, WORKSPACE, "lab", USE),
        accounts.add_role_permission(role.role_id, EXPERIMENT, "", READ),
        accounts.update_role_permission(membership.permission_id, READ),
        accounts.assign_role(role.role_id),
        accounts.unassign_role(role.role_id, username="ada", group="team"),
        accounts.grant("ada", "", EXPERIMENT, "1", READ),
        accounts.grant("ada", "default", EXPERIMENT, "\0", READ),
        accounts.create_token(token("t", expires_at=5), HASH),
        accounts.create_token(ApiToken("t", "ada", "ci", PermissionLevel.DENY, 0), HASH),
        accounts.create_token(ApiToken("t", "ada", "", READ, 0), HASH),
    ):
        with pytest.raises(InvalidParameter, match=r"."):
            await asking
    assert (await accounts.get_role(role.role_id)).permissions == [membership]


async def test_nothing_is_permitted_any_more_on_what_is_gone(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    role = await accounts.create_role("lab", "readers")
    await accounts.assign_role(role.role_id, username="ada")
    for resource_type in (EXPERIMENT, MODEL):
        await accounts.add_role_permission(role.role_id, resource_type, "3", READ)
        await accounts.grant("ada", "default", resource_type, "3", MANAGE)
        await accounts.grant("ada", "default", resource_type, "33", MANAGE)

    await accounts.forget_resource(EXPERIMENT, "3")

    assert said(await accounts.permissions_of_user(ada.user_id)) == {
        ("default", "experiment", "33", "MANAGE"),
        ("default", "registered_model", "3", "MANAGE"),
        ("default", "registered_model", "33", "MANAGE"),
        ("lab", "registered_model", "3", "READ"),
    }
    await accounts.revoke("ada", "default", MODEL, "3")
    with pytest.raises(ResourceNotFound, match="permission"):
        await accounts.revoke("ada", "default", MODEL, "3")


async def test_tokens_are_found_listed_used_and_revoked(accounts: AccountStore) -> None:
    await accounts.create_token(token("old", created_at=1), b"1")
    await accounts.create_token(token("new", created_at=9, expires_at=10), HASH)
    await accounts.create_token(token("next", created_at=9), b"3")
    await accounts.create_token(token("hers", "ROOT", created_at=4), b"4")

    assert [each.token_id for each in await accounts.list_tokens("ADA")] == ["next", "new", "old"]
    assert [each.token_id for each in await accounts.list_tokens()] == ["next", "new", "hers", "old"]
    assert await accounts.find_token("new") == (
        token("new", "Ada", created_at=9, expires_at=10),
        await accounts.get_user("ada"),
        HASH,
    )
    await accounts.note_token_use("old", 600)
    await accounts.note_token_use("old", 300)
    await accounts.note_token_use("none", 600)
    assert [each.last_used_at for each in await accounts.list_tokens("ada")] == [None, None, 600]

    await accounts.delete_token("new")
    assert await accounts.find_token("new") is None
    with pytest.raises(ResourceNotFound, match="new"):
        await accounts.delete_token("new")
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.create_token(token("x", "nobody"), HASH)


async def test_a_login_is_there_until_it_expires_or_is_ended(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    over, going = session(ada.user_id, -1), session(ada.user_id)
    await accounts.create_session(b"over", over)
    await accounts.create_session(HASH, going)

    assert await accounts.find_session(b"over") is None
    assert await accounts.find_session(b"none") is None
    assert await accounts.find_session(HASH) == (going, ada)
    await accounts.delete_session(HASH)
    await accounts.delete_session(HASH)
    assert await accounts.find_session(HASH) is None


async def test_all_logins_of_a_user_are_ended_at_once(accounts: AccountStore) -> None:
    ada, root = await accounts.get_user("ada"), await accounts.get_user("root")
    hashes = [bytes([number]) * 32 for number in range(3)]
    for secret_hash, user in zip(hashes, (ada, ada, root), strict=True):
        await accounts.create_session(secret_hash, session(user.user_id))
    version = await accounts.version()

    await accounts.delete_sessions_of_user("ADA")
    assert [await accounts.find_session(one) is not None for one in hashes] == [False, False, True]
    assert await accounts.version() > version
    version = await accounts.version()
    await accounts.delete_sessions_of_user("ada")
    assert await accounts.version() == version
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.delete_sessions_of_user("nobody")


async def test_a_group_has_the_roles_that_it_was_given(accounts: AccountStore) -> None:
    await accounts.create_group("quants")
    first, second = [await accounts.create_role("default", name) for name in ("first", "second")]
    assert await accounts.roles_of_group("quants") == []
    for role in (second, first):
        await accounts.assign_role(role.role_id, group="Quants")
    await accounts.assign_role((await accounts.create_role("default", "hers")).role_id, username="ada")
    assert await accounts.roles_of_group("QUANTS") == [first, second]
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.roles_of_group("nobody's")


async def test_a_grant_may_be_new_or_not(accounts: AccountStore) -> None:
    ada = (await accounts.get_user("ada")).user_id
    with pytest.raises(ResourceNotFound, match="permission"):
        await accounts.grant("ada", "default", EXPERIMENT, "1", READ, is_new=False)
    await accounts.grant("ada", "default", EXPERIMENT, "1", READ, is_new=True)
    with pytest.raises(ResourceAlreadyExists, match="permi"):
        await accounts.grant("ada", "default", EXPERIMENT, "1", EDIT, is_new=True)
    assert said(await accounts.permissions_of_user(ada)) == {("default", "experiment", "1", "READ")}
    await accounts.grant("ada", "default", EXPERIMENT, "1", EDIT, is_new=False)
    assert said(await accounts.permissions_of_user(ada)) == {("default", "experiment", "1", "EDIT")}

    outcomes = await asyncio.gather(
        *(accounts.grant("ada", "default", EXPERIMENT, "2", level, is_new=True) for level in (READ, EDIT, MANAGE)),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, ResourceAlreadyExists) for outcome in outcomes) == [False, True, True]


async def test_the_version_tells_of_every_change_and_of_nothing_else(accounts: AccountStore) -> None:
    ada = await accounts.get_user("ada")
    role = await accounts.create_role("default", "r")
    permission = await accounts.add_role_permission(role.role_id, EXPERIMENT, "1", READ)
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.create_user("eve", "h"),
        lambda: accounts.update_user("eve", password_hash="h2"),
        lambda: accounts.update_user("eve", is_admin=True),
        lambda: accounts.renew_password_hash("eve", old_hash="h2", new_hash="h3"),
        lambda: accounts.create_group("g"),
        lambda: accounts.set_membership("g", "eve", is_member=True),
        lambda: accounts.assign_role(role.role_id, group="g"),
        lambda: accounts.assign_role(role.role_id, username="eve"),
        lambda: accounts.update_role(role.role_id, name="s"),
        lambda: accounts.update_role_permission(permission.permission_id, EDIT),
        lambda: accounts.grant("eve", "default", EXPERIMENT, "2", READ),
        lambda: accounts.forget_resource(EXPERIMENT, "1"),
        lambda: accounts.revoke("eve", "default", EXPERIMENT, "2"),
        lambda: accounts.create_token(token("t"), HASH),
        lambda: accounts.delete_token("t"),
        lambda: accounts.unassign_role(role.role_id, group="g"),
        lambda: accounts.set_membership("g", "eve", is_member=False),
        lambda: accounts.delete_group("g"),
        lambda: accounts.delete_role(role.role_id),
        lambda: accounts.delete_user("eve"),
    ]
    version = await accounts.version()
    for change in changes:
        await change()
        assert await accounts.version() > version
        version = await accounts.version()

    await accounts.create_token(token("t"), HASH)
    version = await accounts.version()
    await accounts.create_session(HASH, session(ada.user_id))
    await accounts.note_token_use("t", 60_000)
    for refused in (accounts.create_user("ada", "h"), accounts.delete_user("root"), accounts.get_role(10**9)):
        with pytest.raises(TrialogError, match=r"."):
            await refused
    assert await accounts.version() == version
    await accounts.delete_session(HASH)
    assert await accounts.version() > version


async def test_the_door_opens_to_what_is_stored(accounts: AccountStore) -> None:
    passwords = Passwords(HashingCost(memory_kib=8, passes=1))
    door = Authenticator(accounts, passwords)
    await accounts.update_user("ada", password_hash=await passwords.hash("correct horse battery"))
    await accounts.grant("ada", "default", EXPERIMENT, "1", EDIT)
    made = new_token()
    await accounts.create_token(ApiToken(made.token_id, "ada", "ci", READ, 0), made.secret_hash)
    door.accounts_changed()

    async def level(asking: Awaitable[Identity]) -> PermissionLevel:
        return permission_on(await asking, "default", EXPERIMENT, "1", default=READ)

    assert await level(door.by_password("ADA", "correct horse battery", "203.0.113.5")) is EDIT
    assert await level(door.by_token(made.text)) is READ
    begun = await door.begin_session(await door.by_token(made.text))
    assert (await door.by_session(begun.secret)).actor == "Ada"
    with pytest.raises(Unauthenticated, match="not logged in"):
        await door.by_password("ada", "wrong", "203.0.113.5")

    await door.close()
    assert [each.last_used_at is not None for each in await accounts.list_tokens()] == [True]
    await accounts.delete_user("ada")
    door.accounts_changed()
    for asking in (
        door.by_password("ada", "correct horse battery", "203.0.113.5"),
        door.by_token(made.text),
        door.by_session(begun.secret),
    ):
        with pytest.raises(Unauthenticated, match="not logged in"):
            await asking
    await door.close()
    passwords.close()
