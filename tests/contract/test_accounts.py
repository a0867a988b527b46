"""Accounts, as the contract promises them, wherever they are kept."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from trialog.access import Authenticator, HashingCost, Passwords, new_token, permission_on
from trialog.contracts import AccountStore
from trialog.entities import (
    ApiToken,
    Identity,
    PermissionLevel,
    ProviderIdentity,
    ResourcePermission,
    ResourceType,
    Role,
    Session,
)
from trialog.entities.account_limits import EXPIRED_TOKENS_KEPT
from trialog.entities.clock import now_milliseconds
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
EVE = ProviderIdentity("https://login.example.com", "eve")
HASH = b"\x00\xff" * 16
ODD_NAMES = ["", " ", "a\0b", "a\nb", "a\x7fb", "\ud800", "\u202eada", " ada", "ada ", "e\u0301va", "a" * 257]


def token(token_id: str, username: str = "ada", created_at: int = 5, expires_at: int | None = None) -> ApiToken:
    return ApiToken(token_id, username, "ci", EDIT, created_at, expires_at)


def session(user_id: int, seconds: int = 3600) -> Session:
    now = now_milliseconds()
    return Session(user_id, now, now + seconds * 1000)


def said(permissions: dict[str, tuple[ResourcePermission, ...]]) -> set[tuple[str, str, str, str]]:
    return {
        (workspace, item.resource_type.value, item.resource_pattern, item.permission.value)
        for workspace, items in permissions.items()
        for item in items
    }


async def test_a_user_is_known_by_name_in_whatever_case(accounts: AccountStore) -> None:
    made = await accounts.users.create("Straße", None)

    assert [user.username for user in await accounts.users.all()] == ["Ada", "root", "Straße"]
    assert await accounts.users.get("STRASSE") == made
    assert (made.has_password, made.is_admin) == (False, False)
    assert abs(made.created_at - now_milliseconds()) < 60_000
    with pytest.raises(ResourceAlreadyExists, match=r"strasse.*already exists"):
        await accounts.users.create("strasse", "h")
    with pytest.raises(ResourceAlreadyExists, match=r"aDA.*already exists"):
        await accounts.users.create("aDA", "h")


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
async def test_nobody_has_an_odd_name(accounts: AccountStore, name: str) -> None:
    version = await accounts.version()
    makings: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.users.create(name, "h"),
        lambda: accounts.groups.create(name),
        lambda: accounts.roles.create("default", name),
        lambda: accounts.roles.create(name, "readers"),
    ]
    for making in makings:
        with pytest.raises(InvalidParameter, match="Invalid value for parameter"):
            await making()

    askings: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.users.get(name),
        lambda: accounts.users.delete(name),
        lambda: accounts.users.update(name, is_admin=True),
        lambda: accounts.groups.delete(name),
        lambda: accounts.roles.of_user(name),
        lambda: accounts.permissions.direct_of_user(name),
        lambda: accounts.tokens.delete(name),
    ]
    for asking in askings:
        with pytest.raises(ResourceNotFound, match=r"."):
            await asking()
    assert await accounts.users.password_hash(name) is None
    assert await accounts.tokens.of_user(name) == []
    assert await accounts.tokens.find(name) is None
    assert await accounts.roles.all([name]) == []
    assert await accounts.version() == version


@pytest.mark.parametrize("name", ["anybody", "Anybody", "a:b", ":"])
async def test_no_user_is_called_like_nobody_or_like_two(accounts: AccountStore, name: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid value for parameter 'username'"):
        await accounts.users.create(name, "h")
    assert len(await accounts.users.all()) == 2
    # Nobody logs in as a group.
    assert (await accounts.groups.create(name)).name == name


async def test_a_new_password_ends_logins_and_a_better_hash_does_not(accounts: AccountStore) -> None:
    ada = await accounts.users.get("ada")
    await accounts.sessions.create(HASH, session(ada.user_id))

    await accounts.users.renew_password_hash("ADA", old_hash="another", new_hash="h9")
    assert await accounts.users.password_hash("ada") == "h1"
    await accounts.users.renew_password_hash("ADA", old_hash="h1", new_hash="h2")
    assert await accounts.users.password_hash("ada") == "h2"
    assert await accounts.sessions.find(HASH) is not None

    await accounts.users.update("ada", password_hash="h3")
    assert await accounts.users.password_hash("ada") == "h3"
    assert await accounts.sessions.find(HASH) is None


async def test_the_last_administrator_stays(accounts: AccountStore) -> None:
    version = await accounts.version()
    with pytest.raises(Conflict, match="last administrator"):
        await accounts.users.delete("ROOT")
    with pytest.raises(Conflict, match="last administrator"):
        await accounts.users.update("root", password_hash="new", is_admin=False)
    assert await accounts.users.password_hash("root") == "h0"
    assert await accounts.version() == version

    await accounts.users.update("ada", is_admin=True)
    await accounts.users.update("root", is_admin=False)
    assert [user.username for user in await accounts.users.all() if user.is_admin] == ["Ada"]
    await accounts.users.delete("root")


async def test_of_two_administrators_who_go_at_once_one_stays(accounts: AccountStore) -> None:
    for number in range(5):
        await accounts.users.create(f"admin{number}", "h", is_admin=True)
    leaving = [accounts.users.delete("root"), *(accounts.users.delete(f"admin{number}") for number in range(3))]
    demoted = [accounts.users.update(f"admin{number}", is_admin=False) for number in range(3, 5)]

    outcomes = await asyncio.gather(*leaving, *demoted, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Conflict]
    assert len([user for user in await accounts.users.all() if user.is_admin]) == 1


async def test_nothing_of_a_deleted_user_falls_to_another(accounts: AccountStore) -> None:
    ada = await accounts.users.get("ada")
    group, role = await accounts.groups.create("team"), await accounts.roles.create("default", "readers")
    await accounts.roles.add_permission(role.role_id, EXPERIMENT, "1", READ)
    await accounts.groups.set_membership(group.name, "ada", is_member=True)
    await accounts.roles.assign(role.role_id, username="ada")
    await accounts.permissions.grant("ada", "default", EXPERIMENT, "2", MANAGE)
    await accounts.tokens.create(token("t1"), HASH)
    await accounts.sessions.create(HASH, session(ada.user_id))

    await accounts.users.delete("ada")
    await accounts.sessions.create(b"late", session(ada.user_id))

    assert await accounts.tokens.find("t1") is None
    assert await accounts.tokens.all() == []
    assert await accounts.sessions.find(HASH) is None
    assert await accounts.sessions.find(b"late") is None
    assert [group.members for group in await accounts.groups.all()] == [[]]
    assert await accounts.roles.users_of(role.role_id) == []
    assert said(await accounts.permissions.of_user(ada.user_id)) == set()

    again = await accounts.users.create("ada", "h1")
    assert again.user_id > ada.user_id
    assert await accounts.roles.of_user("ada") == []
    assert said(await accounts.permissions.of_user(again.user_id)) == set()


async def test_the_groups_of_a_user_are_found(accounts: AccountStore) -> None:
    for name in ("b", "A", "c"):
        await accounts.groups.create(name)
    for name in ("b", "A"):
        await accounts.groups.set_membership(name, "ada", is_member=True)
    await accounts.groups.set_membership("c", "root", is_member=True)
    assert await accounts.groups.of_user("ADA") == ["A", "b"]
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.groups.of_user("nobody")


async def test_who_has_which_role_is_read_at_once(accounts: AccountStore) -> None:
    ada, root = await accounts.users.get("ada"), await accounts.users.get("root")
    first, second = [(await accounts.roles.create("default", name)).role_id for name in ("first", "second")]
    assert await accounts.roles.assignments() == {}
    await accounts.groups.create("team")
    await accounts.groups.set_membership("team", "root", is_member=True)
    # By a group is not by oneself.
    await accounts.roles.assign(second, group="team")
    for role_id, username in ((first, "ada"), (second, "ada"), (first, "root")):
        await accounts.roles.assign(role_id, username=username)
    assert await accounts.roles.assignments() == {
        ada.user_id: frozenset({first, second}),
        root.user_id: frozenset({first}),
    }


async def test_groups_have_members_once(accounts: AccountStore) -> None:
    await accounts.groups.create("Öl")
    await accounts.groups.create("a")
    for name in ("ada", "ROOT", "Ada"):
        await accounts.groups.set_membership("öL", name, is_member=True)
    assert [(group.name, group.members) for group in await accounts.groups.all()] == [
        ("a", []),
        ("Öl", ["Ada", "root"]),
    ]

    await accounts.groups.set_membership("öl", "ada", is_member=False)
    await accounts.groups.set_membership("öl", "ada", is_member=False)
    assert [group.members for group in await accounts.groups.all()] == [[], ["root"]]
    with pytest.raises(ResourceAlreadyExists, match="ÖL"):
        await accounts.groups.create("ÖL")
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.groups.set_membership("a", "nobody", is_member=True)
    with pytest.raises(ResourceNotFound, match="nowhere"):
        await accounts.groups.set_membership("nowhere", "ada", is_member=False)


async def test_roles_permit_by_themselves_and_by_groups(accounts: AccountStore) -> None:
    ada = await accounts.users.get("ada")
    readers = await accounts.roles.create("default", "readers", "may read")
    makers = await accounts.roles.create("lab", "makers")
    await accounts.groups.create("team")
    await accounts.groups.set_membership("team", "ada", is_member=True)
    for _ in range(2):
        await accounts.roles.assign(readers.role_id, username="ADA")
        await accounts.roles.assign(readers.role_id, group="TEAM")
        await accounts.roles.assign(makers.role_id, group="team")
    first = await accounts.roles.add_permission(readers.role_id, EXPERIMENT, "*", READ)
    await accounts.roles.add_permission(makers.role_id, WORKSPACE, "*", USE)
    await accounts.permissions.grant("ada", "lab", MODEL, "7", EDIT)
    await accounts.permissions.grant("ada", "lab", MODEL, "7", MANAGE)

    assert said(await accounts.permissions.of_user(ada.user_id)) == {
        ("default", "experiment", "*", "READ"),
        ("lab", "workspace", "*", "USE"),
        ("lab", "registered_model", "7", "MANAGE"),
    }
    assert said(await accounts.permissions.direct_of_user("ADA")) == {("lab", "registered_model", "7", "MANAGE")}
    assert [role.name for role in await accounts.roles.of_user("ada")] == ["readers", "makers"]
    assert await accounts.roles.get(readers.role_id) == Role(readers.role_id, "default", "readers", "may read", [first])
    assert [user.username for user in await accounts.roles.users_of(readers.role_id)] == ["Ada"]
    assert await accounts.roles.users_of(makers.role_id) == []

    await accounts.roles.unassign(readers.role_id, username="ada")
    assert len(await accounts.roles.of_user("ada")) == 2
    await accounts.roles.unassign(readers.role_id, group="team")
    assert [role.name for role in await accounts.roles.of_user("ada")] == ["makers"]
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.roles.unassign(readers.role_id, username="ada")
    await accounts.groups.delete("team")
    assert said(await accounts.permissions.of_user(ada.user_id)) == {("lab", "registered_model", "7", "MANAGE")}


async def test_roles_are_named_changed_and_removed(accounts: AccountStore) -> None:
    role = await accounts.roles.create("lab", "b")
    other = await accounts.roles.create("lab", "a")
    await accounts.roles.create("default", "b")
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.roles.create("lab", "b")
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.roles.update(role.role_id, name="a")
    assert (await accounts.roles.update(role.role_id, name="b", description="new")).description == "new"
    assert [(each.workspace, each.name) for each in await accounts.roles.all()] == [
        ("default", "b"),
        ("lab", "a"),
        ("lab", "b"),
    ]
    assert [each.name for each in await accounts.roles.all(["lab", "none"])] == ["a", "b"]
    assert await accounts.roles.all([]) == []

    added = await accounts.roles.add_permission(role.role_id, EXPERIMENT, "1", READ)
    with pytest.raises(ResourceAlreadyExists, match="already"):
        await accounts.roles.add_permission(role.role_id, EXPERIMENT, "1", EDIT)
    changed = await accounts.roles.update_permission(added.permission_id, PermissionLevel.DENY)
    assert changed == ResourcePermission(EXPERIMENT, "1", PermissionLevel.DENY, added.permission_id)
    assert (await accounts.roles.of_permission(added.permission_id)).permissions == [changed]
    await accounts.roles.remove_permission(added.permission_id)
    assert (await accounts.roles.get(role.role_id)).permissions == []

    kept = await accounts.roles.add_permission(role.role_id, EXPERIMENT, "1", READ)
    await accounts.roles.assign(role.role_id, username="ada")
    await accounts.roles.delete(role.role_id)
    assert await accounts.roles.of_user("ada") == []
    for asking in (
        accounts.roles.of_permission(kept.permission_id),
        accounts.roles.get(role.role_id),
        accounts.roles.delete(role.role_id),
        accounts.roles.users_of(role.role_id),
        accounts.roles.assign(role.role_id, username="ada"),
        accounts.roles.assign(other.role_id, group="none"),
    ):
        with pytest.raises(ResourceNotFound, match=r"."):
            await asking


async def test_what_makes_no_sense_is_refused(accounts: AccountStore) -> None:
    role = await accounts.roles.create("lab", "members")
    membership = await accounts.roles.add_permission(role.role_id, WORKSPACE, "*", USE)
    for asking in (
        accounts.roles.add_permission(role.role_id, WORKSPACE, "lab", USE),
        accounts.roles.add_permission(role.role_id, EXPERIMENT, "", READ),
        accounts.roles.update_permission(membership.permission_id, READ),
        accounts.roles.assign(role.role_id),
        accounts.roles.unassign(role.role_id, username="ada", group="team"),
        accounts.permissions.grant("ada", "", EXPERIMENT, "1", READ),
        accounts.permissions.grant("ada", "default", EXPERIMENT, "\0", READ),
        accounts.tokens.create(token("t", expires_at=5), HASH),
        accounts.tokens.create(ApiToken("t", "ada", "ci", PermissionLevel.DENY, 0), HASH),
        accounts.tokens.create(ApiToken("t", "ada", "", READ, 0), HASH),
    ):
        with pytest.raises(InvalidParameter, match=r"."):
            await asking
    assert (await accounts.roles.get(role.role_id)).permissions == [membership]


async def test_what_was_permitted_to_one_user_is_taken_back_once(accounts: AccountStore) -> None:
    await accounts.permissions.grant("ada", "default", MODEL, "3", MANAGE)
    await accounts.permissions.revoke("ADA", "default", MODEL, "3")
    with pytest.raises(ResourceNotFound, match="permission"):
        await accounts.permissions.revoke("ada", "default", MODEL, "3")


async def test_tokens_are_found_listed_used_and_revoked(accounts: AccountStore) -> None:
    later = now_milliseconds() + 3_600_000
    await accounts.tokens.create(token("old", created_at=1), b"1")
    await accounts.tokens.create(token("new", created_at=9, expires_at=later), HASH)
    await accounts.tokens.create(token("next", created_at=9), b"3")
    await accounts.tokens.create(token("hers", "ROOT", created_at=4), b"4")

    assert [each.token_id for each in await accounts.tokens.of_user("ADA")] == ["next", "new", "old"]
    assert [each.token_id for each in await accounts.tokens.all()] == ["next", "new", "hers", "old"]
    assert await accounts.tokens.find("new") == (
        token("new", "Ada", created_at=9, expires_at=later),
        await accounts.users.get("ada"),
        HASH,
    )
    await accounts.tokens.note_use("old", 600)
    await accounts.tokens.note_use("old", 300)
    await accounts.tokens.note_use("none", 600)
    assert [each.last_used_at for each in await accounts.tokens.of_user("ada")] == [None, None, 600]

    await accounts.tokens.delete("new")
    assert await accounts.tokens.find("new") is None
    with pytest.raises(ResourceNotFound, match="new"):
        await accounts.tokens.delete("new")
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.tokens.create(token("x", "nobody"), HASH)


async def test_a_token_that_expired_goes_after_a_month(accounts: AccountStore) -> None:
    now = now_milliseconds()
    for each in (
        token("gone", expires_at=now - EXPIRED_TOKENS_KEPT),
        token("listed", expires_at=now - 1),
        token("hers", "root", expires_at=now - EXPIRED_TOKENS_KEPT),
        token("new"),
    ):
        await accounts.tokens.create(each, each.token_id.encode())
    assert {each.token_id for each in await accounts.tokens.all()} == {"listed", "hers", "new"}


async def test_a_login_is_there_until_it_expires_or_is_ended(accounts: AccountStore) -> None:
    ada = await accounts.users.get("ada")
    over, going = session(ada.user_id, -1), session(ada.user_id)
    await accounts.sessions.create(b"over", over)
    await accounts.sessions.create(HASH, going)

    assert await accounts.sessions.find(b"over") is None
    assert await accounts.sessions.find(b"none") is None
    assert await accounts.sessions.find(HASH) == (going, ada)
    await accounts.sessions.delete(HASH)
    await accounts.sessions.delete(HASH)
    assert await accounts.sessions.find(HASH) is None


async def test_all_logins_of_a_user_are_ended_at_once(accounts: AccountStore) -> None:
    ada, root = await accounts.users.get("ada"), await accounts.users.get("root")
    hashes = [bytes([number]) * 32 for number in range(3)]
    for secret_hash, user in zip(hashes, (ada, ada, root), strict=True):
        await accounts.sessions.create(secret_hash, session(user.user_id))
    version = await accounts.version()

    await accounts.sessions.delete_of_user("ADA")
    assert [await accounts.sessions.find(one) is not None for one in hashes] == [False, False, True]
    assert await accounts.version() > version
    version = await accounts.version()
    await accounts.sessions.delete_of_user("ada")
    assert await accounts.version() == version
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.sessions.delete_of_user("nobody")


async def test_a_group_has_the_roles_that_it_was_given(accounts: AccountStore) -> None:
    await accounts.groups.create("quants")
    first, second = [await accounts.roles.create("default", name) for name in ("first", "second")]
    assert await accounts.roles.of_group("quants") == []
    for role in (second, first):
        await accounts.roles.assign(role.role_id, group="Quants")
    await accounts.roles.assign((await accounts.roles.create("default", "hers")).role_id, username="ada")
    assert await accounts.roles.of_group("QUANTS") == [first, second]
    with pytest.raises(ResourceNotFound, match=r"."):
        await accounts.roles.of_group("nobody's")


async def test_a_grant_may_be_new_or_not(accounts: AccountStore) -> None:
    ada = (await accounts.users.get("ada")).user_id
    with pytest.raises(ResourceNotFound, match="permission"):
        await accounts.permissions.grant("ada", "default", EXPERIMENT, "1", READ, is_new=False)
    await accounts.permissions.grant("ada", "default", EXPERIMENT, "1", READ, is_new=True)
    with pytest.raises(ResourceAlreadyExists, match="permi"):
        await accounts.permissions.grant("ada", "default", EXPERIMENT, "1", EDIT, is_new=True)
    assert said(await accounts.permissions.of_user(ada)) == {("default", "experiment", "1", "READ")}
    await accounts.permissions.grant("ada", "default", EXPERIMENT, "1", EDIT, is_new=False)
    assert said(await accounts.permissions.of_user(ada)) == {("default", "experiment", "1", "EDIT")}

    outcomes = await asyncio.gather(
        *(
            accounts.permissions.grant("ada", "default", EXPERIMENT, "2", level, is_new=True)
            for level in (READ, EDIT, MANAGE)
        ),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, ResourceAlreadyExists) for outcome in outcomes) == [False, True, True]


async def test_the_version_tells_of_every_change_and_of_nothing_else(accounts: AccountStore) -> None:
    ada = await accounts.users.get("ada")
    role = await accounts.roles.create("default", "r")
    permission = await accounts.roles.add_permission(role.role_id, EXPERIMENT, "1", READ)
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.users.create("eve", None, awaits_provider=True),
        lambda: accounts.users.join_provider("eve", EVE),
        lambda: accounts.users.update("eve", password_hash="h2"),
        lambda: accounts.users.update("eve", is_admin=True),
        lambda: accounts.users.renew_password_hash("eve", old_hash="h2", new_hash="h3"),
        lambda: accounts.groups.create("g"),
        lambda: accounts.groups.set_membership("g", "eve", is_member=True),
        lambda: accounts.roles.assign(role.role_id, group="g"),
        lambda: accounts.roles.assign(role.role_id, username="eve"),
        lambda: accounts.roles.update(role.role_id, name="s"),
        lambda: accounts.roles.update_permission(permission.permission_id, EDIT),
        lambda: accounts.permissions.grant("eve", "default", EXPERIMENT, "2", READ),
        lambda: accounts.permissions.revoke("eve", "default", EXPERIMENT, "2"),
        lambda: accounts.tokens.create(token("t"), HASH),
        lambda: accounts.tokens.delete("t"),
        lambda: accounts.roles.unassign(role.role_id, group="g"),
        lambda: accounts.groups.set_membership("g", "eve", is_member=False),
        lambda: accounts.groups.delete("g"),
        lambda: accounts.roles.delete(role.role_id),
        lambda: accounts.users.delete("eve"),
    ]
    version = await accounts.version()
    for change in changes:
        await change()
        assert await accounts.version() > version
        version = await accounts.version()

    await accounts.tokens.create(token("t"), HASH)
    version = await accounts.version()
    await accounts.sessions.create(HASH, session(ada.user_id))
    await accounts.tokens.note_use("t", 60_000)
    for refused in (accounts.users.create("ada", "h"), accounts.users.delete("root"), accounts.roles.get(10**9)):
        with pytest.raises(TrialogError, match=r"."):
            await refused
    assert await accounts.version() == version
    await accounts.sessions.delete(HASH)
    assert await accounts.version() > version


async def test_the_door_opens_to_what_is_stored(accounts: AccountStore) -> None:
    passwords = Passwords(HashingCost(memory_kib=8, passes=1))
    door = Authenticator(accounts, passwords)
    await accounts.users.update("ada", password_hash=await passwords.hash("correct horse battery"))
    await accounts.permissions.grant("ada", "default", EXPERIMENT, "1", EDIT)
    made = new_token()
    await accounts.tokens.create(ApiToken(made.token_id, "ada", "ci", READ, 0), made.secret_hash)
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
    assert [each.last_used_at is not None for each in await accounts.tokens.all()] == [True]
    await accounts.users.delete("ada")
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
