"""From what somebody shows to who she is."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.in_memory_accounts import InMemoryAccounts, Tokens, Users
from trialog.access import Authenticator, HashingCost, PasswordCredentials, Passwords, new_token, permission_on
from trialog.access.credentials import TokenCredentials
from trialog.access.tokens import NewToken
from trialog.entities import ApiToken, Identity, PermissionLevel, ResourceType
from trialog.errors import TemporarilyUnavailable, TooManyRequests, TrialogError, Unauthenticated

PASSWORD = "correct horse battery"
HOME, ELSEWHERE = "203.0.113.5", "198.51.100.1"
CHEAP = HashingCost(memory_kib=8, passes=1)
pytestmark = pytest.mark.anyio


class House:
    """Accounts behind a door, and a time that passes when it is told to."""

    def __init__(self, accounts: InMemoryAccounts | None = None, cost: HashingCost = CHEAP) -> None:
        self.seconds = 1_000.0
        self.accounts = accounts or InMemoryAccounts()
        self.passwords = Passwords(cost)
        self.door = Authenticator(
            self.accounts, self.passwords, now=lambda: int(self.seconds * 1000), clock=lambda: self.seconds
        )

    async def add_user(self, username: str, *, is_admin: bool = False) -> None:
        await self.accounts.users.create(username, await self.passwords.hash(PASSWORD), is_admin=is_admin)

    async def add_token(
        self, username: str, scope: PermissionLevel = PermissionLevel.MANAGE, expires_at: int | None = None
    ) -> NewToken:
        made = new_token()
        kept = ApiToken(made.token_id, username, "ci", scope, created_at=0, expires_at=expires_at)
        await self.accounts.tokens.create(kept, made.secret_hash)
        return made

    async def level_on_1(self, identity: Identity) -> PermissionLevel:
        return permission_on(identity, "default", ResourceType.EXPERIMENT, "1", default=PermissionLevel.NO_PERMISSIONS)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.add_user("root", is_admin=True)
    await made.add_user("ada")
    yield made
    await made.door.close()
    made.passwords.close()


async def refusal(asking: object) -> tuple[str, str, str]:
    with pytest.raises(Unauthenticated, match="not logged in") as refused:
        await asking  # type: ignore[misc]  # whatever can be awaited may be refused
    return type(refused.value).__name__, refused.value.code, refused.value.message


async def test_a_password_shows_who_somebody_is(house: House) -> None:
    identity = await house.door.identify(PasswordCredentials("ADA", PASSWORD), HOME)
    assert (identity.actor, identity.is_admin, identity.via) == ("ada", False, "password")
    assert (await house.door.by_password("root", PASSWORD, HOME)).is_admin


async def test_every_refusal_is_the_same(house: House) -> None:
    await house.accounts.users.create("comes-by-oidc", None)
    expired = await house.add_token("ada", expires_at=1)
    revoked = await house.add_token("ada")
    await house.accounts.tokens.delete(revoked.token_id)
    right = await house.add_token("ada")
    door = house.door
    refusals = {
        await refusal(asking)
        for asking in (
            door.by_password("ada", "wrong", HOME),
            door.by_password("nobody", PASSWORD, HOME),
            door.by_password("comes-by-oidc", "", HOME),
            door.by_token(expired.text),
            door.by_token(revoked.text),
            door.by_token(new_token().text),
            door.by_token(right.text[:-1] + ("0" if right.text[-1] != "0" else "1")),
            door.by_token("junk"),
            door.by_session("a" * 43),
            door.by_session("junk"),
        )
    }
    assert len(refusals) == 1


async def test_a_password_sent_with_every_request_is_checked_once(house: House) -> None:
    await house.door.by_password("ada", PASSWORD, HOME)
    # From here on there is nobody who could check it.
    house.passwords.close()
    before = house.accounts.reads
    for _ in range(100):
        await house.door.by_password("ada", PASSWORD, HOME)
    assert house.accounts.reads == before


async def test_many_requests_at_once_check_a_password_once(house: House) -> None:
    identities = await asyncio.gather(*(house.door.by_password("ada", PASSWORD, HOME) for _ in range(100)))
    assert {identity.actor for identity in identities} == {"ada"}


async def test_guessing_is_slowed_down_and_waiting_helps(house: House) -> None:
    for number in range(5):
        await refusal(house.door.by_password("ada", f"guess {number}", ELSEWHERE))
    with pytest.raises(TooManyRequests, match="try again in 1 s"):
        await house.door.by_password("ada", PASSWORD, ELSEWHERE)
    house.seconds += 1
    assert (await house.door.by_password("ada", PASSWORD, ELSEWHERE)).actor == "ada"


async def test_a_storm_does_not_keep_out_who_is_in_already(house: House) -> None:
    token = await house.add_token("ada")
    await house.door.by_password("ada", PASSWORD, HOME)
    storm = [house.door.by_password("ada", f"guess {number}", HOME) for number in range(1000)]
    outcomes = await asyncio.gather(*storm, return_exceptions=True)
    assert all(isinstance(outcome, Unauthenticated | TooManyRequests) for outcome in outcomes)
    assert sum(isinstance(outcome, Unauthenticated) for outcome in outcomes) <= 5
    assert (await house.door.by_password("ada", PASSWORD, HOME)).actor == "ada"
    assert (await house.door.by_token(token.text)).actor == "ada"


async def test_a_changed_password_counts_at_once(house: House) -> None:
    await house.door.by_password("ada", PASSWORD, HOME)
    await house.accounts.users.update("ada", password_hash=await house.passwords.hash("another password"))
    house.door.accounts_changed()
    await refusal(house.door.by_password("ada", PASSWORD, HOME))
    assert (await house.door.by_password("ada", "another password", HOME)).actor == "ada"


async def test_what_another_process_changes_counts_within_a_second(house: House) -> None:
    token = await house.add_token("ada")
    begun = await house.door.begin_session(await house.door.by_password("ada", PASSWORD, HOME))
    assert (await house.door.by_token(token.text)).actor == "ada"
    assert (await house.door.by_session(begun.secret)).actor == "ada"
    other = House(house.accounts)
    await other.accounts.users.delete("ada")
    house.seconds += 0.5
    for asking in (
        house.door.by_password("ada", PASSWORD, HOME),
        house.door.by_token(token.text),
        house.door.by_session(begun.secret),
    ):
        await refusal(asking)
    other.passwords.close()


async def test_permissions_changed_elsewhere_count_within_a_second(house: House) -> None:
    identity = await house.door.by_password("ada", PASSWORD, HOME)
    assert await house.level_on_1(identity) is PermissionLevel.NO_PERMISSIONS
    role = await house.accounts.roles.create("default", "editors")
    await house.accounts.roles.add_permission(role.role_id, ResourceType.EXPERIMENT, "*", PermissionLevel.EDIT)
    await house.accounts.groups.create("team")
    await house.accounts.roles.assign(role.role_id, group="team")
    await house.accounts.groups.set_membership("team", "ada", is_member=True)
    house.seconds += 0.5
    assert await house.level_on_1(await house.door.by_password("ada", PASSWORD, HOME)) is PermissionLevel.EDIT


async def test_permissions_are_read_anew_for_a_refusal_only_if_something_changed(house: House) -> None:
    identity = await house.door.by_password("ada", PASSWORD, HOME)
    before = house.accounts.reads
    for _ in range(100):
        assert (await house.door.renewed(identity)).permissions == identity.permissions
    # Whether anything changed was asked, and nothing else.
    assert house.accounts.reads == before + 100

    await house.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, "1", PermissionLevel.EDIT)
    renewed = await house.door.renewed(identity)
    assert await house.level_on_1(renewed) is PermissionLevel.EDIT
    assert (renewed.actor, renewed.via, renewed.scope) == (identity.actor, identity.via, identity.scope)
    # Somebody else's request may have heard of the change before.
    house.seconds += 0.5
    await house.door.by_password("root", PASSWORD, HOME)
    assert await house.level_on_1(await house.door.renewed(identity)) is PermissionLevel.EDIT


async def test_a_job_that_asks_all_day_needs_no_place_to_wait_in(house: House) -> None:
    await house.door.by_password("ada", PASSWORD, HOME)
    house.passwords.close()
    for _ in range(100):
        house.seconds += 200
        assert (await house.door.by_password("ada", PASSWORD, HOME)).actor == "ada"


async def test_a_storm_from_many_networks_leaves_places_to_who_logged_in_before(house: House) -> None:
    await house.door.by_password("ada", PASSWORD, HOME)
    house.seconds += 300
    storm = [house.door.by_password(f"user{number}", "guess", f"2001:db8:{number:x}::1") for number in range(1000)]
    outcomes = await asyncio.gather(*storm, house.door.by_password("ada", PASSWORD, HOME), return_exceptions=True)
    assert isinstance(outcomes[-1], Identity)


async def test_a_user_who_comes_after_being_unknown_is_known_at_once(house: House) -> None:
    await refusal(house.door.by_password("bob", PASSWORD, HOME))
    await house.add_user("bob")
    assert (await house.door.by_password("bob", PASSWORD, HOME)).actor == "bob"


async def test_a_token_carries_its_scope_and_its_use_is_noted(house: House) -> None:
    token = await house.add_token("root", PermissionLevel.READ, expires_at=2_000_000)
    identity = await house.door.identify(TokenCredentials(token.text), HOME)
    assert (identity.actor, identity.scope, identity.via) == ("root", PermissionLevel.READ, f"token:{token.token_id}")
    assert await house.level_on_1(identity) is PermissionLevel.READ
    await house.door.close()
    assert (await house.accounts.tokens.all())[0].last_used_at == 960_000
    house.seconds = 2_000.0
    await refusal(house.door.by_token(token.text))


async def test_a_login_lasts_until_it_expires_or_is_ended(house: House) -> None:
    identity = await house.door.by_password("ada", PASSWORD, HOME)
    first = await house.door.begin_session(identity)
    assert (await house.door.by_session(first.secret)).via == "session"
    second = await house.door.begin_session(identity, previous=first.secret)
    assert second.secret != first.secret
    await refusal(house.door.by_session(first.secret))
    await house.door.end_session(second.secret)
    await house.door.end_session("never was one")
    await refusal(house.door.by_session(second.secret))
    third = await house.door.begin_session(identity)
    house.seconds += 12 * 3600
    await refusal(house.door.by_session(third.secret))


async def test_where_nobody_logs_in_no_login_begins(house: House) -> None:
    await refusal(house.door.begin_session(Identity()))


async def test_a_hash_is_renewed_when_hashes_become_dearer(house: House) -> None:
    begun = await house.door.begin_session(await house.door.by_password("ada", PASSWORD, HOME))
    old = await house.accounts.users.password_hash("ada")
    dearer = House(house.accounts, HashingCost(memory_kib=16, passes=1))
    assert (await dearer.door.by_password("ada", PASSWORD, HOME)).actor == "ada"
    new = await house.accounts.users.password_hash("ada")
    assert new is not None
    assert new != old
    assert "m=16," in new
    # Nobody is logged out by it.
    assert (await dearer.door.by_session(begun.secret)).actor == "ada"
    dearer.passwords.close()


def does_not_answer() -> TrialogError:
    return TemporarilyUnavailable("store.unavailable", "The store does not answer.")


class BrokenUsers(Users):
    """Users none of whom can be changed."""

    async def renew_password_hash(self, username: str, *, old_hash: str, new_hash: str) -> None:
        raise does_not_answer()


class BrokenTokens(Tokens):
    """Tokens none of whose uses can be noted."""

    async def note_use(self, token_id: str, moment: int) -> None:
        raise does_not_answer()


class Broken(InMemoryAccounts):
    """A store that fails from some moment on."""

    is_broken = False

    def __init__(self) -> None:
        super().__init__()
        self.users = BrokenUsers(self._kept)
        self.tokens = BrokenTokens(self._kept)

    async def version(self) -> int:
        if self.is_broken:
            raise does_not_answer()
        return await super().version()


async def test_a_store_that_does_not_answer_lets_nobody_in() -> None:
    accounts = Broken()
    house = House(accounts)
    await house.add_user("ada")
    await house.door.by_password("ada", PASSWORD, HOME)
    accounts.is_broken = True
    house.seconds += 0.5
    for _ in range(20):
        with pytest.raises(TemporarilyUnavailable, match="does not answer"):
            await house.door.by_password("ada", PASSWORD, HOME)
        with pytest.raises(TemporarilyUnavailable, match="does not answer"):
            # None of these was found to be wrong: they count for nothing.
            await house.door.by_password("ada", "something else", HOME)
    accounts.is_broken = False
    assert (await house.door.by_password("ada", PASSWORD, HOME)).actor == "ada"
    house.passwords.close()


async def test_what_is_written_beside_a_request_does_not_make_it_fail() -> None:
    house = House(Broken())
    await house.add_user("ada")
    token = await house.add_token("ada")
    assert (await house.door.by_token(token.text)).actor == "ada"
    await house.door.close()
    dearer = House(house.accounts, HashingCost(memory_kib=16, passes=1))
    assert (await dearer.door.by_password("ada", PASSWORD, HOME)).actor == "ada"
    for each in (house, dearer):
        each.passwords.close()


async def test_a_change_during_a_read_is_not_kept_out(house: House) -> None:
    token = await house.add_token("ada")
    reading = asyncio.ensure_future(house.door.by_token(token.text))
    await asyncio.sleep(0)
    await house.accounts.tokens.delete(token.token_id)
    house.door.accounts_changed()
    await asyncio.gather(reading, return_exceptions=True)
    await refusal(house.door.by_token(token.text))


def shown(token: NewToken) -> bytes:
    return f"Bearer {token.text}".encode()


async def remembered_after_use(house: House, token: NewToken) -> Identity | None:
    """Show a token until it is remembered: the first look at accounts only begins that."""
    for _ in range(2):
        await house.door.by_token(token.text)
    return house.door.remembered(shown(token))


async def test_a_token_that_counted_is_remembered_without_asking(house: House) -> None:
    token = await house.add_token("ada", PermissionLevel.READ)
    assert house.door.remembered(shown(token)) is None
    identity = await remembered_after_use(house, token)
    assert identity is not None
    assert (identity.actor, identity.scope, identity.via) == ("ada", PermissionLevel.READ, f"token:{token.token_id}")
    before = house.accounts.reads
    assert house.door.remembered(shown(token)) is identity
    assert house.accounts.reads == before


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "Bearer  "])
async def test_a_remembered_token_counts_as_a_bearer_token_alone(house: House, scheme: str) -> None:
    token = await house.add_token("ada")
    assert await remembered_after_use(house, token) is not None
    assert house.door.remembered(f"{scheme} {token.text}".encode()) is None
    assert house.door.remembered(f"bearer {token.text}".encode()) is not None
    assert house.door.remembered(shown(token)[:-1] + b"\xff") is None


async def test_what_is_revoked_or_deleted_here_is_remembered_no_longer(house: House) -> None:
    token, other = await house.add_token("ada"), await house.add_token("ada")
    assert await remembered_after_use(house, token) is not None
    assert await remembered_after_use(house, other) is not None
    await house.accounts.tokens.delete(token.token_id)
    house.door.accounts_changed()
    assert house.door.remembered(shown(token)) is None
    await refusal(house.door.by_token(token.text))
    assert await remembered_after_use(house, other) is not None
    await house.accounts.users.delete("ada")
    house.door.accounts_changed()
    assert house.door.remembered(shown(other)) is None
    await refusal(house.door.by_token(other.text))


async def test_what_another_process_revoked_is_remembered_for_less_than_a_second(house: House) -> None:
    token = await house.add_token("ada")
    assert await remembered_after_use(house, token) is not None
    await house.accounts.tokens.delete(token.token_id)
    house.seconds += 0.9
    assert house.door.remembered(shown(token)) is None
    await refusal(house.door.by_token(token.text))


async def test_who_made_something_is_not_remembered_without_it(house: House) -> None:
    token = await house.add_token("ada")
    identity = await remembered_after_use(house, token)
    assert identity is not None
    await house.accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, "1", PermissionLevel.MANAGE)
    house.door.made_something(identity)
    assert house.door.remembered(shown(token)) is None
    renewed = await remembered_after_use(house, token)
    assert renewed is not None
    assert await house.level_on_1(renewed) is PermissionLevel.MANAGE


async def test_a_remembered_token_expires_and_its_use_is_noted_each_minute(house: House) -> None:
    token = await house.add_token("ada", expires_at=1_000_200)
    assert await remembered_after_use(house, token) is not None
    house.seconds = 1_000.2
    assert house.door.remembered(shown(token)) is None
    await refusal(house.door.by_token(token.text))
    lasting = await house.add_token("ada")
    house.door.accounts_changed()
    house.seconds = 1_019.8
    assert await remembered_after_use(house, lasting) is not None
    house.seconds = 1_020.0
    # A minute begins, and with it the next use to note.
    assert house.door.remembered(shown(lasting)) is None
