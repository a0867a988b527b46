"""Accounts of those who log in at an identity provider, and the first administrator, wherever they are kept."""

import asyncio

import pytest

from trialog.contracts import AccountStore
from trialog.entities import ProviderIdentity
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound

pytestmark = pytest.mark.anyio

EVE, MALLORY = (ProviderIdentity("https://login.example.com/", subject) for subject in ("eve", "mallory"))


async def test_a_user_of_the_provider_is_known_by_what_it_calls_her(accounts: AccountStore) -> None:
    eve = await accounts.users.create("eve", None, provider=EVE)
    assert not eve.awaits_provider
    assert await accounts.users.of_provider(EVE) == eve
    for other in (MALLORY, ProviderIdentity("https://login.example.com", EVE.subject)):
        assert await accounts.users.of_provider(other) is None
    version = await accounts.version()
    with pytest.raises(ResourceAlreadyExists, match="Another account belongs"):
        await accounts.users.create("second", None, provider=EVE)
    assert await accounts.version() == version

    # A password of her own, given by an administrator, takes nothing away.
    await accounts.users.update("eve", password_hash="h")
    known = await accounts.users.of_provider(EVE)
    assert known is not None
    assert (known.user_id, known.has_password) == (eve.user_id, True)

    await accounts.users.delete("eve")
    assert await accounts.users.of_provider(EVE) is None
    assert (await accounts.users.create("second", None, provider=EVE)).user_id > eve.user_id


async def test_an_account_that_awaits_somebody_is_joined_once(accounts: AccountStore) -> None:
    made = await accounts.users.create("Eve", None, is_admin=True, awaits_provider=True)
    assert (made.awaits_provider, made.has_password) == (True, False)
    joined = await accounts.users.join_provider("eVE", EVE)
    assert (joined.user_id, joined.is_admin, joined.awaits_provider) == (made.user_id, True, False)
    assert await accounts.users.of_provider(EVE) == joined == await accounts.users.get("eve")

    await accounts.users.create("bob", None)
    await accounts.users.create("second", None, awaits_provider=True)
    for username in ("eve", "bob", "root"):
        with pytest.raises(Conflict, match=r"does not wait"):
            await accounts.users.join_provider(username, MALLORY)
    with pytest.raises(ResourceAlreadyExists, match="Another account belongs"):
        await accounts.users.join_provider("second", EVE)
    with pytest.raises(ResourceNotFound, match="nobody"):
        await accounts.users.join_provider("nobody", MALLORY)
    await accounts.users.update("second", password_hash="h")
    with pytest.raises(Conflict, match=r"does not wait"):
        await accounts.users.join_provider("second", MALLORY)
    assert await accounts.users.of_provider(MALLORY) is None


async def test_an_account_may_await_somebody_anew(accounts: AccountStore) -> None:
    eve = await accounts.users.create("eve", None, provider=EVE)
    await accounts.users.update("EVE", awaits_provider=True)
    assert await accounts.users.of_provider(EVE) is None
    moved = await accounts.users.join_provider("eve", MALLORY)
    assert (moved.user_id, await accounts.users.of_provider(MALLORY)) == (eve.user_id, moved)

    # One with a password keeps it.
    await accounts.users.update("ada", awaits_provider=True)
    joined = await accounts.users.join_provider("ada", EVE)
    assert (joined.has_password, await accounts.users.password_hash("ada")) == (True, "h1")
    await accounts.users.update("root", awaits_provider=True)
    await accounts.users.update("root", awaits_provider=False)
    with pytest.raises(Conflict, match=r"does not wait"):
        await accounts.users.join_provider("root", ProviderIdentity(EVE.issuer, "third"))
    # Nothing is forgotten by taking it back.
    await accounts.users.update("eve", awaits_provider=False)
    assert await accounts.users.of_provider(MALLORY) == moved


async def test_of_two_who_come_at_once_for_one_account_one_gets_it(accounts: AccountStore) -> None:
    await accounts.users.create("eve", None, awaits_provider=True)
    outcomes = await asyncio.gather(
        *(accounts.users.join_provider("eve", each) for each in (EVE, MALLORY)), return_exceptions=True
    )
    assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True]
    found = [await accounts.users.of_provider(each) for each in (EVE, MALLORY)]
    assert sorted(each is None for each in found) == [False, True]


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [("", "s"), ("i", ""), ("i", "a\0b"), ("i", "é"), ("i", "s" * 256), ("i" * 1001, "s")],
    ids=ascii,
)
async def test_what_no_provider_calls_anybody_is_refused(accounts: AccountStore, issuer: str, subject: str) -> None:
    odd = ProviderIdentity(issuer, subject)
    await accounts.users.create("eve", None, awaits_provider=True)
    for asking in (
        accounts.users.create("bob", None, provider=odd),
        accounts.users.join_provider("eve", odd),
        accounts.users.of_provider(odd),
    ):
        with pytest.raises(InvalidParameter, match=r"issuer|subject"):
            await asking


async def test_who_awaits_the_provider_has_nothing_yet(accounts: AccountStore) -> None:
    for asking in (
        accounts.users.create("eve", "h", awaits_provider=True),
        accounts.users.create("eve", None, awaits_provider=True, provider=EVE),
    ):
        with pytest.raises(InvalidParameter, match="leave the password out"):
            await asking
    assert len(await accounts.users.all()) == 2


async def test_a_first_administrator_is_made_where_there_is_none(accounts: AccountStore) -> None:
    with pytest.raises(Conflict, match="administrator already"):
        await accounts.users.create_first_administrator("eve", "h")
    with pytest.raises(InvalidParameter, match="username"):
        await accounts.users.create_first_administrator("anybody", "h")
    assert len(await accounts.users.all()) == 2
