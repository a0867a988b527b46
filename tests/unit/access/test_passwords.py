"""Passwords, hashed and checked in a thread of their own."""

import asyncio
from collections.abc import Iterator

import pytest

from trialog.access import HashingCost, Passwords, check_password
from trialog.errors import InvalidParameter, TooManyRequests

CHEAP = HashingCost(memory_kib=8, passes=1)
DEARER = HashingCost(memory_kib=16, passes=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(CHEAP)
    yield made
    made.close()


@pytest.mark.anyio
async def test_the_right_password_fits_and_no_other(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert "correct" not in stored
    assert (await passwords.verify("correct horse battery", stored)).matches
    for wrong in ("correct horse batterY", "", "correct horse battery ", "\ud800"):
        assert not (await passwords.verify(wrong, stored)).matches
    assert stored != await passwords.hash("correct horse battery")


@pytest.mark.anyio
async def test_a_letter_is_the_same_however_it_is_composed(passwords: Passwords) -> None:
    stored = await passwords.hash("schöne Grüße")
    assert (await passwords.verify("scho\u0308ne Gru\u0308ße", stored)).matches


@pytest.mark.anyio
async def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not (await passwords.verify("nobody's password", None)).matches
    assert not (await passwords.verify("x", "not a hash")).matches
    assert not (await passwords.verify("x", "")).matches


@pytest.mark.anyio
async def test_a_cheap_hash_is_said_to_be_so(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    assert not (await passwords.verify("correct horse battery", stored)).is_outdated
    dearer = Passwords(DEARER)
    assert (await dearer.verify("correct horse battery", stored)).is_outdated
    assert not (await dearer.verify("wrong", stored)).is_outdated
    dearer.close()


@pytest.mark.anyio
async def test_when_too_many_wait_the_next_is_sent_away_at_once() -> None:
    passwords = Passwords(CHEAP, waiting=12, waiting_of_one_client=4)
    stored = await passwords.hash("correct horse battery")
    outcomes = await asyncio.gather(
        *(passwords.verify("wrong password", stored, client="198.51.100.1") for _ in range(50)),
        # One client cannot take the places of all.
        passwords.verify("correct horse battery", stored, client="203.0.113.5"),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyRequests)]
    assert len(refused) == 46
    assert all(error.values["retry_after_seconds"] == 1 for error in refused)
    last = outcomes[-1]
    assert not isinstance(last, BaseException)
    assert last.matches
    # All places are free again.
    assert (await passwords.verify("correct horse battery", stored, client="198.51.100.1")).matches
    passwords.close()


@pytest.mark.anyio
async def test_places_are_kept_for_those_who_logged_in_before() -> None:
    passwords = Passwords(CHEAP, waiting=8, waiting_of_one_client=2)
    stored = await passwords.hash("correct horse battery")
    strangers = [passwords.verify("wrong password", stored, client=f"198.51.100.{number}") for number in range(50)]
    known = [
        passwords.verify("correct horse battery", stored, client=f"203.0.113.{number}", is_known=True)
        for number in range(4)
    ]
    outcomes = await asyncio.gather(*strangers, *known, return_exceptions=True)
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes[:50]) == 46
    assert not any(isinstance(outcome, BaseException) for outcome in outcomes[50:])
    passwords.close()


@pytest.mark.anyio
async def test_who_gives_up_leaves_her_place(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse battery")
    for _ in range(50):
        waiting = asyncio.ensure_future(passwords.verify("correct horse battery", stored, client="203.0.113.5"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert (await passwords.verify("correct horse battery", stored, client="203.0.113.5")).matches


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "at least 12 characters"),
        ("x" * 11, "at least 12 characters"),
        ("x" * 1025, "at most 1024 characters"),
        ("Administrator", "must not be the user's name"),
        ("password1234", "tried first"),
        ("PASSWORD-1234", "tried first"),
        ("P@ssw0rd!2024", "tried first"),
        ("changeme12345", "tried first"),
        ("change-me-123", "tried first"),
        ("mlflow-mlflow", "tried first"),
        ("trialog123456", "tried first"),
        ("adminpassword", "tried first"),
        ("123456789012", "tried first"),
        ("x" * 12, "tried first"),
    ],
)
def test_a_password_must_be_like_one(password: str, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        check_password(password, "administrator")


def test_any_other_password_may_be_set() -> None:
    for password in ("twelve chars", "пароль из слов", "xy" * 512, "password of the house", "839201748392"):
        check_password(password, "administrator")
