"""The secret of a first start."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.in_memory_accounts import InMemoryAccounts
from trialog.access import FirstAdministrator, HashingCost, Passwords, new_first_secret
from trialog.access.first_secret import FirstSecret
from trialog.errors import InvalidParameter, Unauthenticated

PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(HashingCost(memory_kib=8, passes=1))
    yield made
    made.close()


def door(
    accounts: InMemoryAccounts, passwords: Passwords, kept: FirstSecret | None, now: int = 0
) -> FirstAdministrator:
    return FirstAdministrator(accounts, passwords, kept, now=lambda: now)


@pytest.mark.anyio
async def test_it_makes_one_administrator_and_no_second(passwords: Passwords) -> None:
    accounts = InMemoryAccounts()
    secret, kept = new_first_secret(0)
    first = door(accounts, passwords, kept)
    user = await first.create(secret, "ada", PASSWORD, "")
    assert user.is_admin
    stored = await accounts.users.password_hash("ada")
    assert (await passwords.verify(PASSWORD, stored)).matches
    for again in (first, door(accounts, passwords, kept)):
        with pytest.raises(Unauthenticated, match="not logged in"):
            await again.create(secret, "eve", PASSWORD, "")
    assert [user.username for user in await accounts.users.all()] == ["ada"]


@pytest.mark.anyio
async def test_of_two_at_once_one_gets_in(passwords: Passwords) -> None:
    accounts = InMemoryAccounts()
    secret, kept = new_first_secret(0)
    first = door(accounts, passwords, kept)
    outcomes = await asyncio.gather(
        *(first.create(secret, name, PASSWORD, "") for name in ("ada", "bob", "eve")), return_exceptions=True
    )
    assert sum(isinstance(outcome, Unauthenticated) for outcome in outcomes) == 2
    assert len(await accounts.users.all()) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("secret", ["", "wrong", "ä" * 500, "\ud800"])
async def test_another_secret_opens_nothing(passwords: Passwords, secret: str) -> None:
    _, kept = new_first_secret(0)
    for secret_kept in (kept, None):
        with pytest.raises(Unauthenticated, match="not logged in"):
            await door(InMemoryAccounts(), passwords, secret_kept).create(secret, "ada", PASSWORD, "")


@pytest.mark.anyio
async def test_it_expires(passwords: Passwords) -> None:
    secret, kept = new_first_secret(0, seconds=60)
    with pytest.raises(Unauthenticated, match="not logged in"):
        await door(InMemoryAccounts(), passwords, kept, now=60_000).create(secret, "ada", PASSWORD, "")
    await door(InMemoryAccounts(), passwords, kept, now=59_999).create(secret, "ada", PASSWORD, "")


@pytest.mark.anyio
async def test_a_bad_name_or_password_does_not_use_it_up(passwords: Passwords) -> None:
    secret, kept = new_first_secret(0)
    first = door(InMemoryAccounts(), passwords, kept)
    with pytest.raises(InvalidParameter, match="at least 12"):
        await first.create(secret, "ada", "short", "")
    with pytest.raises(InvalidParameter, match="name"):
        await first.create(secret, "", PASSWORD, "")
    await first.create(secret, "ada", PASSWORD, "")


def test_it_is_not_shown_by_accident() -> None:
    secret, kept = new_first_secret(0)
    assert secret not in repr(kept)
    assert kept.secret_hash.hex() not in repr(kept)
