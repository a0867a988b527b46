"""Random interleavings of requests leave accounts in SQL as they leave those in memory."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from tests.contract.account_stores import open_sqlite
from tests.in_memory_accounts import InMemoryAccounts
from trialog.contracts import AccountStore
from trialog.entities import ApiToken, PermissionLevel, ProviderIdentity, ResourceType, Session
from trialog.entities.clock import now_milliseconds
from trialog.errors import ResourceNotFound, TrialogError

USERS = st.sampled_from(["root", "ada", "ADA", "Straße", "STRASSE", "bob"])
GROUPS = st.sampled_from(["team", "Team", "ж"])
# Half of all requests are about the one role that is mostly there.
ROLES = st.sampled_from([("default", "a"), ("default", "a"), ("default", "b"), ("lab", "a")])
PATTERNS = st.sampled_from(["*", "1", "2"])
TYPES = st.sampled_from(ResourceType)
LEVELS = st.sampled_from(PermissionLevel)
TOKENS = st.sampled_from(["t0", "t1", "t2"])
EVERY_PROVIDER = (
    ProviderIdentity("https://login.example.com", "1"),
    ProviderIdentity("https://other.example.com", "1"),
)
PROVIDERS = st.sampled_from(EVERY_PROVIDER)
SECRETS = st.sampled_from([b"s0", b"s1"])
NOBODY = 10**9
STEPS_BETWEEN_READINGS = 3
EVERY_USER = ("root", "ada", "Straße", "bob")

Request = Callable[[AccountStore], Coroutine[Any, Any, Any]]


class AccountsMachine(RuleBasedStateMachine):
    """Sends each request to both."""

    def __init__(self) -> None:
        super().__init__()
        # The store belongs to one event loop, and hypothesis calls rules from outside of any.
        self._runner = asyncio.Runner()
        self._directory = tempfile.TemporaryDirectory()
        self._opened = open_sqlite(Path(self._directory.name))
        self._stored: AccountStore = self._runner.run(self._enter())
        self._plain = InMemoryAccounts(now_milliseconds)
        self._tokens_made = 0
        self._steps = 0
        self._version = 0
        self._told: Any = None

    async def _enter(self) -> AccountStore:
        return await self._opened.__aenter__()

    async def _leave(self) -> None:
        await self._opened.__aexit__(None, None, None)

    def teardown(self) -> None:
        self._runner.run(self._leave())
        self._runner.close()
        self._directory.cleanup()

    def _both(self, request: Request) -> None:
        """Ask both; they do it or refuse it for the same reason."""
        refusal: type[TrialogError] | None = None
        try:
            self._runner.run(request(self._plain))
        except TrialogError as error:
            refusal = type(error)
        if refusal is None:
            self._runner.run(request(self._stored))
        else:
            with pytest.raises(refusal, match=r"."):
                self._runner.run(request(self._stored))

    @initialize()
    def begin(self) -> None:
        self.create_user("root", is_admin=True)
        self.create_user("ada", is_admin=False)
        self.create_group("team")
        self.create_role(("default", "a"))
        self.create_role(("default", "b"))
        for role, level in ((("default", "a"), PermissionLevel.READ), (("default", "b"), PermissionLevel.EDIT)):
            self.add_permission(role, ResourceType.EXPERIMENT, "1", level)
        self.assign(("default", "a"), "ada", None, gives=True)
        self.assign(("default", "b"), None, "team", gives=True)
        self.set_membership("team", "root", is_member=True)
        self.create_token("ada", 0, None)
        self.log_in(b"s0", "ada")

    @rule(name=USERS, is_admin=st.booleans())
    def create_user(self, name: str, is_admin: bool) -> None:
        self._both(lambda accounts: accounts.users.create(name, f"hash of {name}", is_admin=is_admin))

    @rule(name=USERS)
    def create_awaiting(self, name: str) -> None:
        self._both(lambda accounts: accounts.users.create(name, None, awaits_provider=True))

    @rule(name=USERS, provider=PROVIDERS)
    def create_of_provider(self, name: str, provider: ProviderIdentity) -> None:
        self._both(lambda accounts: accounts.users.create(name, None, provider=provider))

    @rule(name=USERS, provider=PROVIDERS)
    def join_provider(self, name: str, provider: ProviderIdentity) -> None:
        self._both(lambda accounts: accounts.users.join_provider(name, provider))

    @rule(
        name=USERS,
        new_hash=st.none() | st.just("new"),
        is_admin=st.none() | st.booleans(),
        awaits_provider=st.none() | st.booleans(),
    )
    def update_user(self, name: str, new_hash: str | None, is_admin: bool | None, awaits_provider: bool | None) -> None:
        self._both(
            lambda accounts: accounts.users.update(
                name, password_hash=new_hash, is_admin=is_admin, awaits_provider=awaits_provider
            )
        )

    @rule(name=USERS, old=st.sampled_from(["new", "hash of ada"]))
    def renew(self, name: str, old: str) -> None:
        self._both(lambda accounts: accounts.users.renew_password_hash(name, old_hash=old, new_hash="renewed"))

    @rule(name=USERS)
    def delete_user(self, name: str) -> None:
        self._both(lambda accounts: accounts.users.delete(name))

    @rule(name=GROUPS)
    def create_group(self, name: str) -> None:
        self._both(lambda accounts: accounts.groups.create(name))

    @rule(name=GROUPS)
    def delete_group(self, name: str) -> None:
        self._both(lambda accounts: accounts.groups.delete(name))

    @rule(group=GROUPS, name=USERS, is_member=st.booleans())
    def set_membership(self, group: str, name: str, is_member: bool) -> None:
        self._both(lambda accounts: accounts.groups.set_membership(group, name, is_member=is_member))

    @rule(role=ROLES)
    def create_role(self, role: tuple[str, str]) -> None:
        self._both(lambda accounts: accounts.roles.create(*role))

    @rule(role=ROLES, name=st.none() | st.sampled_from(["a", "b"]), description=st.none() | st.just("said"))
    def update_role(self, role: tuple[str, str], name: str | None, description: str | None) -> None:
        async def request(accounts: AccountStore) -> None:
            await accounts.roles.update(await number_of(accounts, role), name=name, description=description)

        self._both(request)

    @rule(role=ROLES)
    def delete_role(self, role: tuple[str, str]) -> None:
        async def request(accounts: AccountStore) -> None:
            await accounts.roles.delete(await number_of(accounts, role))

        self._both(request)

    @rule(role=ROLES, resource_type=TYPES, pattern=PATTERNS, level=LEVELS)
    def add_permission(
        self, role: tuple[str, str], resource_type: ResourceType, pattern: str, level: PermissionLevel
    ) -> None:
        async def request(accounts: AccountStore) -> None:
            await accounts.roles.add_permission(await number_of(accounts, role), resource_type, pattern, level)

        self._both(request)

    @rule(role=ROLES, place=st.integers(0, 2), level=st.none() | LEVELS)
    def change_permission(self, role: tuple[str, str], place: int, level: PermissionLevel | None) -> None:
        async def request(accounts: AccountStore) -> None:
            found = [each for each in await accounts.roles.all() if (each.workspace, each.name) == role]
            said = found[0].permissions if found else []
            number = said[place].permission_id if place < len(said) else NOBODY
            if level is None:
                await accounts.roles.remove_permission(number)
            else:
                await accounts.roles.update_permission(number, level)

        self._both(request)

    @rule(role=ROLES, name=st.none() | USERS, group=st.none() | GROUPS, gives=st.booleans())
    def assign(self, role: tuple[str, str], name: str | None, group: str | None, gives: bool) -> None:
        async def request(accounts: AccountStore) -> None:
            change = accounts.roles.assign if gives else accounts.roles.unassign
            await change(await number_of(accounts, role), username=name, group=group)

        self._both(request)

    @rule(
        name=USERS, workspace=st.sampled_from(["default", "lab"]), resource_type=TYPES, pattern=PATTERNS, level=LEVELS
    )
    def grant(
        self, name: str, workspace: str, resource_type: ResourceType, pattern: str, level: PermissionLevel
    ) -> None:
        self._both(lambda accounts: accounts.permissions.grant(name, workspace, resource_type, pattern, level))

    @rule(name=USERS, resource_type=TYPES, pattern=PATTERNS)
    def revoke(self, name: str, resource_type: ResourceType, pattern: str) -> None:
        self._both(lambda accounts: accounts.permissions.revoke(name, "default", resource_type, pattern))

    @rule(name=USERS, created_at=st.integers(0, 3), expires_at=st.none() | st.integers(0, 5))
    def create_token(self, name: str, created_at: int, expires_at: int | None) -> None:
        token_id = f"t{self._tokens_made}"
        self._tokens_made += 1
        made = ApiToken(token_id, name, "ci", PermissionLevel.EDIT, created_at, expires_at)
        self._both(lambda accounts: accounts.tokens.create(made, token_id.encode()))

    @rule(token_id=TOKENS, moment=st.integers(0, 10**6))
    def use_token(self, token_id: str, moment: int) -> None:
        self._both(lambda accounts: accounts.tokens.note_use(token_id, moment))

    @rule(token_id=TOKENS)
    def delete_token(self, token_id: str) -> None:
        self._both(lambda accounts: accounts.tokens.delete(token_id))

    @rule(secret=SECRETS, name=USERS)
    def log_in(self, secret: bytes, name: str) -> None:
        async def request(accounts: AccountStore) -> None:
            user = await accounts.users.get(name)
            # A secret is never drawn twice.
            await accounts.sessions.delete(secret)
            await accounts.sessions.create(secret, Session(user.user_id, 0, 2**62))

        self._both(request)

    @rule(secret=SECRETS)
    def log_out(self, secret: bytes) -> None:
        self._both(lambda accounts: accounts.sessions.delete(secret))

    @invariant()
    def both_tell_the_same(self) -> None:
        # To read everything costs more than to change something.
        self._steps += 1
        if self._steps % STEPS_BETWEEN_READINGS:
            return
        told = self._runner.run(all_of(self._stored))
        assert told == self._runner.run(all_of(self._plain))
        version = self._runner.run(self._stored.version())
        assert version >= self._version
        # A use of a token and a new login are told apart by nobody who remembers accounts.
        if told["accounts"] != (self._told or told)["accounts"]:
            assert version > self._version
        self._version, self._told = version, told


async def number_of(accounts: AccountStore, role: tuple[str, str]) -> int:
    """Return the number of a role, or one that none has."""
    found = [each.role_id for each in await accounts.roles.all() if (each.workspace, each.name) == role]
    return found[0] if found else NOBODY


async def all_of(accounts: AccountStore) -> dict[str, Any]:
    """Return all that can be read, but for numbers that are the store's own."""
    users = await accounts.users.all()
    groups = await accounts.groups.all()
    roles = await accounts.roles.all()
    tokens = await accounts.tokens.all()
    known = {
        "users": [(user.username, user.is_admin, user.has_password, user.awaits_provider) for user in users],
        "providers": [await provided(accounts, provider) for provider in EVERY_PROVIDER],
        "hashes": [await accounts.users.password_hash(name) for name in EVERY_USER],
        "groups": [(group.name, group.members) for group in groups],
        "roles": [(role.workspace, role.name, role.description, in_words(role.permissions)) for role in roles],
        "having": [[user.username for user in await accounts.roles.users_of(role.role_id)] for role in roles],
        "assigned": [await assigned(accounts, user.user_id) for user in users],
        "in groups": [await accounts.groups.of_user(user.username) for user in users],
        "of users": [await roles_of(accounts, user.username) for user in users],
        "permitted": [by_workspace(await accounts.permissions.of_user(user.user_id)) for user in users],
        "direct": [by_workspace(await accounts.permissions.direct_of_user(user.username)) for user in users],
        "tokens": [(token.token_id, token.username, token.created_at, token.expires_at) for token in tokens],
        "secrets": [await secret_of(accounts, token.token_id) for token in tokens],
    }
    uses = [token.last_used_at for token in tokens]
    sessions = [await accounts.sessions.find(secret) for secret in (b"s0", b"s1")]
    return {"accounts": known, "uses": uses, "sessions": [found and found[1].username for found in sessions]}


async def roles_of(accounts: AccountStore, username: str) -> set[tuple[str, str]]:
    return {(role.workspace, role.name) for role in await accounts.roles.of_user(username)}


async def provided(accounts: AccountStore, provider: ProviderIdentity) -> str | None:
    user = await accounts.users.of_provider(provider)
    return None if user is None else user.username


async def assigned(accounts: AccountStore, user_id: int) -> set[tuple[str, str]]:
    theirs = (await accounts.roles.assignments()).get(user_id, frozenset())
    return {(role.workspace, role.name) for role in await accounts.roles.all() if role.role_id in theirs}


async def secret_of(accounts: AccountStore, token_id: str) -> tuple[str, bytes]:
    found = await accounts.tokens.find(token_id)
    if found is None:
        raise ResourceNotFound("token.gone", f"{token_id} is listed and not found")
    return found[1].username, found[2]


def in_words(permissions: Any) -> list[tuple[str, str, str]]:
    return [(item.resource_type.value, item.resource_pattern, item.permission.value) for item in permissions]


def by_workspace(permissions: Any) -> dict[str, list[tuple[str, str, str]]]:
    return {workspace: sorted(in_words(items)) for workspace, items in permissions.items() if items}


def test_random_interleavings() -> None:
    run_as_test(
        AccountsMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
